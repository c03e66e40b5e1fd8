//! Bytes → text: finds the charset.
//!
//! It does so as browsers do (<https://html.spec.whatwg.org/multipage/parsing.html#determining-the-character-encoding>):
//! by the byte order mark, the Content-Type, or the document itself. If none of
//! them says anything, it is UTF-8 if the bytes are valid UTF-8, else Latin-1. Pure.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Bytes of a document in which it may say what it is written in. Browsers look at the
/// first 1024 (section "prescan a byte stream"), and again where it stands further down.
const PRESCAN: usize = 8 * 1024;

/// Names that programs have for an encoding and browsers do not: those of Java, of
/// Python and of Windows. Browsers then take the encoding of their reader's country.
const OTHER_NAMES: [(&[u8], &[u8]); 10] = [
    (b"cp949", b"euc-kr"),
    (b"ms949", b"euc-kr"),
    (b"x-windows-949", b"euc-kr"),
    (b"uhc", b"euc-kr"),
    (b"cp932", b"shift_jis"),
    (b"eucjp", b"euc-jp"),
    (b"cp936", b"gbk"),
    (b"ms936", b"gbk"),
    (b"cp950", b"big5"),
    (b"ms950", b"big5"),
];

/// The text of `bytes`. `content_type` is that header's value, if there is one.
///
/// A label may be wrong, and servers set one for all that they send. Where it would
/// yield what nobody wrote, and the bytes say clearly what they are, they are believed:
/// a word that must not be there would be missed otherwise.
#[must_use]
pub fn text<'a>(bytes: &'a [u8], content_type: Option<&[u8]>) -> Cow<'a, str> {
    if let Some(encoding) = by_mark(bytes) {
        return encoding.decode_with_bom_removal(bytes).0;
    }
    let own = || by_document(&bytes[..bytes.len().min(PRESCAN)]);
    let declared = content_type.and_then(by_content_type);
    let Some(encoding) = declared.or_else(own).or_else(|| by_zeros(bytes)) else {
        return undeclared(bytes);
    };
    let (text, is_broken) = encoding.decode_without_bom_handling(bytes);
    // Any bytes are letters of a charset of one byte each, or of two.
    let takes_all = encoding.is_single_byte() || (is_wide(encoding) && !bytes.contains(&0));
    if !is_broken && !takes_all {
        return text;
    }
    if let Ok(utf8) = std::str::from_utf8(bytes)
        && (!bytes.is_ascii() || is_wide(encoding))
    {
        return Cow::Borrowed(utf8);
    }
    let other = own().filter(|other| is_broken && *other != encoding);
    let whole =
        other.and_then(|other| other.decode_without_bom_handling_and_without_replacement(bytes));
    whole.unwrap_or(text)
}

/// Where nobody says what it is, a text is UTF-8 if most of what is beyond ASCII is that:
/// one stray byte in a log makes it no other.
fn undeclared(bytes: &[u8]) -> Cow<'_, str> {
    let mut balance = 0_isize;
    for chunk in bytes.utf8_chunks() {
        let letters = chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        balance += isize::try_from(letters).unwrap_or(isize::MAX);
        balance -= isize::from(!chunk.invalid().is_empty());
    }
    if balance >= 0 {
        String::from_utf8_lossy(bytes)
    } else {
        WINDOWS_1252.decode_without_bom_handling(bytes).0
    }
}

/// UTF-16 without a mark: the zeros of its first two letters, if these are of ASCII, as
/// in JSON and in markup they are (<https://www.rfc-editor.org/rfc/rfc4627#section-3>).
fn by_zeros(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [1..=0x7f, 0, 1..=0x7f, 0, ..] => Some(UTF_16LE),
        [0, 1..=0x7f, 0, 1..=0x7f, ..] => Some(UTF_16BE),
        _ => None,
    }
}

/// The text of bytes that name no charset: a header, a banner.
#[must_use]
pub fn plain_text(bytes: &[u8]) -> Cow<'_, str> {
    text(bytes, None)
}

/// By its byte order mark. Other bodies may begin with the two bytes of UTF-16's
/// mark too, but any text in UTF-16 has blanks or line ends, and so zeros.
fn by_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let (encoding, _) = Encoding::for_bom(bytes)?;
    (!is_wide(encoding) || bytes.contains(&0)).then_some(encoding)
}

fn is_wide(encoding: &'static Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}

/// By the `charset` of a media type (<https://www.rfc-editor.org/rfc/rfc9110#section-8.3>).
fn by_content_type(value: &[u8]) -> Option<&'static Encoding> {
    value.split(|&byte| byte == b';').skip(1).find_map(|parameter| {
        let equals = parameter.iter().position(|&byte| byte == b'=')?;
        let name = parameter[..equals].trim_ascii();
        let label = parameter[equals + 1..].trim_ascii();
        let label = label.strip_prefix(b"\"").unwrap_or(label);
        let label = label.strip_suffix(b"\"").unwrap_or(label);
        let label = label.strip_prefix(b"'").and_then(|l| l.strip_suffix(b"'")).unwrap_or(label);
        name.eq_ignore_ascii_case(b"charset").then(|| labelled(label))?
    })
}

/// The encoding of this name.
fn labelled(label: &[u8]) -> Option<&'static Encoding> {
    let label = label.trim_ascii();
    let is_it = |(name, _): &&(&[u8], &[u8])| label.eq_ignore_ascii_case(name);
    let known = OTHER_NAMES.iter().find(is_it).map_or(label, |(_, known)| known);
    Encoding::for_label(known)
}

/// By its own `<meta charset>` or XML declaration. As these could be read, it
/// is not in UTF-16, whatever they say.
fn by_document(start: &[u8]) -> Option<&'static Encoding> {
    let start = without_comments(&start.to_ascii_lowercase());
    let xml = start
        .trim_ascii_start()
        .strip_prefix(b"<?xml")
        .and_then(|rest| label_after(tag(rest), b"encoding"));
    let encoding = xml.or_else(|| {
        positions(&start, b"<meta").find_map(|at| label_after(tag(&start[at..]), b"charset"))
    })?;
    Some(if is_wide(encoding) { UTF_8 } else { encoding })
}

/// What stands in a comment is none of the document's.
fn without_comments(start: &[u8]) -> Vec<u8> {
    let (mut out, mut rest) = (Vec::with_capacity(start.len()), start);
    while let Some(begin) = positions(rest, b"<!--").next() {
        out.extend_from_slice(&rest[..begin]);
        let end = positions(&rest[begin..], b"-->").next();
        rest = end.map_or(&[], |end| &rest[begin + end + 3..]);
    }
    out.extend_from_slice(rest);
    out
}

/// Up to the end of the tag.
fn tag(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|&byte| byte == b'>').unwrap_or(bytes.len());
    &bytes[..end]
}

/// The encoding in `name = "label"`, the quotes being optional.
fn label_after(tag: &[u8], name: &[u8]) -> Option<&'static Encoding> {
    positions(tag, name).find_map(|at| {
        let rest = tag[at + name.len()..].trim_ascii_start().strip_prefix(b"=")?;
        let rest = rest.trim_ascii_start();
        let rest = rest.strip_prefix(b"\"").or(rest.strip_prefix(b"'")).unwrap_or(rest);
        let is_end =
            |byte: &u8| matches!(byte, b'"' | b'\'' | b';' | b'/' | b' ' | b'\t' | b'\r' | b'\n');
        let end = rest.iter().position(is_end).unwrap_or(rest.len());
        labelled(&rest[..end])
    })
}

fn positions<'a>(bytes: &'a [u8], part: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    bytes.windows(part.len()).enumerate().filter(move |(_, w)| *w == part).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In this charset.
    fn bytes(label: &str, text: &str) -> Vec<u8> {
        Encoding::for_label(label.as_bytes()).unwrap().encode(text).0.into_owned()
    }

    #[test]
    fn the_content_type_says_it() {
        for (content_type, label, word) in [
            ("text/html; charset=euc-kr", "euc-kr", "정상"),
            ("text/html;charset=\"GBK\"", "gbk", "运行正常"),
            ("text/plain; format=flowed; Charset=Shift_JIS", "shift_jis", "稼働中"),
            ("text/html; charset='windows-1251'", "windows-1251", "работает"),
            ("text/html; charset=ISO-8859-1", "windows-1252", "prêt"),
            ("text/html; charset=utf-8", "utf-8", "정상"),
            ("text/html; charset=big5", "big5", "正常"),
        ] {
            let text = text(&bytes(label, word), Some(content_type.as_bytes())).into_owned();
            assert_eq!(text, word, "{content_type}");
        }
    }

    #[test]
    fn the_document_says_it_where_its_type_does_not() {
        for (start, label, word) in [
            ("<meta charset=\"gb2312\">", "gbk", "运行正常"),
            ("<html>\n<META charset = euc-kr />", "euc-kr", "정상"),
            (
                "<meta name=a><meta http-equiv='Content-Type' content='text/html; charset=euc-jp'>",
                "euc-jp",
                "稼働中",
            ),
            ("<?xml version=\"1.0\" encoding=\"euc-kr\"?>", "euc-kr", "정상"),
            ("<meta charset=utf-16>", "utf-8", "정상"),
            ("<meta charset=nonsense>", "utf-8", "정상"),
            ("<!-- <meta charset=utf-8> -->\n<meta charset=ms949>", "euc-kr", "정상"),
            ("\n<?xml version='1.0' encoding='cp932' ?>", "shift_jis", "稼働中"),
        ] {
            let body = [start.as_bytes(), &bytes(label, word)].concat();
            for content_type in [None, Some("text/html"), Some("text/html; charset=nonsense")] {
                let text = text(&body, content_type.map(str::as_bytes)).into_owned();
                assert_eq!(text, format!("{start}{word}"));
            }
        }
    }

    #[test]
    fn a_byte_order_mark_wins_and_is_no_text() {
        assert_eq!(text(b"\xef\xbb\xbfok", Some(b"text/html; charset=euc-kr")), "ok");
        assert_eq!(text(b"\xff\xfeo\0k\0", None), "ok");
        assert_eq!(text(b"\xfe\xff\0o\0k", None), "ok");
        assert_eq!(text(b"\xff\xfe caf\xe9 ok", None), "ÿþ café ok");
    }

    #[test]
    fn programs_names_of_encodings_are_known() {
        for (label, encoding, word) in
            [("MS949", "euc-kr", "정상"), ("cp936", "gbk", "运行"), ("CP950", "big5", "正常")]
        {
            let content_type = format!("text/html; charset={label}");
            assert_eq!(text(&bytes(encoding, word), Some(content_type.as_bytes())), word);
        }
        assert!(OTHER_NAMES.iter().all(|(name, _)| Encoding::for_label(name).is_none()));
        assert!(OTHER_NAMES.iter().all(|(_, known)| Encoding::for_label(known).is_some()));
    }

    #[test]
    fn a_label_that_is_clearly_wrong_hides_no_word() {
        for label in ["iso-8859-1", "us-ascii", "windows-1251", "utf-16", "euc-kr", "shift_jis"] {
            let content_type = format!("text/plain; charset={label}");
            let body = "점검 중 ✓ 이다";
            assert_eq!(text(body.as_bytes(), Some(content_type.as_bytes())), body, "{label}");
        }
        let body = [b"<meta charset=euc-kr>", &bytes("euc-kr", "점검 중")[..]].concat();
        let read = text(&body, Some(b"text/html; charset=utf-8"));
        assert_eq!(read, "<meta charset=euc-kr>점검 중");
        assert_eq!(text(b"\xec\xa0", Some(b"text/html; charset=latin1")), "ì\u{a0}");
        assert_eq!(text(b"ok \xff", Some(b"text/html; charset=utf-8")), "ok \u{fffd}");
    }

    #[test]
    fn one_stray_byte_makes_no_text_another() {
        let log = ["점검 중\n".as_bytes(), b"\xff\n", "끝".as_bytes()].concat();
        assert_eq!(text(&log, None), "점검 중\n\u{fffd}\n끝");
        let cut = &"점검 중".as_bytes()[..9];
        assert_eq!(text(cut, Some(b"text/html")), "점검 \u{fffd}");
        assert_eq!(text(b"pr\xeat \xe0 l'\xe9t\xe9", None), "prêt à l'été");
    }

    #[test]
    fn utf_16_is_seen_without_a_mark() {
        let wide = |text: &str| text.encode_utf16().collect::<Vec<u16>>();
        let json = wide("{\"a\": \"정상\"}");
        let little: Vec<u8> = json.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = json.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        assert_eq!(text(&little, Some(b"application/json")), "{\"a\": \"정상\"}");
        assert_eq!(text(&big, None), "{\"a\": \"정상\"}");
    }

    #[test]
    fn where_nobody_says_it_utf8_is_seen_and_the_rest_is_latin_1() {
        assert_eq!(text("정상".as_bytes(), Some(b"text/html")), "정상");
        assert_eq!(text(b"caf\xe9", None), "café");
        assert_eq!(plain_text(b""), "");
    }
}
