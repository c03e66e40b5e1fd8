//! Bytes → text: finds the charset.
//!
//! It does so as browsers do (<https://html.spec.whatwg.org/multipage/parsing.html#determining-the-character-encoding>):
//! by the byte order mark, the Content-Type, or the document itself. If none of
//! them says anything, it is UTF-8 if the bytes are valid UTF-8, else Latin-1. Pure.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How many bytes of a document may hold its own charset
/// (section "prescan a byte stream").
const PRESCAN: usize = 1024;

/// The text of `bytes`. `content_type` is that header's value, if there is one.
#[must_use]
pub fn text<'a>(bytes: &'a [u8], content_type: Option<&[u8]>) -> Cow<'a, str> {
    let declared = by_mark(bytes)
        .or_else(|| content_type.and_then(by_content_type))
        .or_else(|| by_document(&bytes[..bytes.len().min(PRESCAN)]));
    match (declared, std::str::from_utf8(bytes)) {
        (None, Ok(text)) => Cow::Borrowed(text),
        (None, Err(_)) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
        (Some(encoding), _) => encoding.decode_with_bom_removal(bytes).0,
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
    let is_wide = encoding == UTF_16LE || encoding == UTF_16BE;
    (!is_wide || bytes.contains(&0)).then_some(encoding)
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
        name.eq_ignore_ascii_case(b"charset").then(|| Encoding::for_label(label))?
    })
}

/// By its own `<meta charset>` or XML declaration. They could be read, so it is not
/// UTF-16, whatever they say.
fn by_document(start: &[u8]) -> Option<&'static Encoding> {
    let start = start.to_ascii_lowercase();
    let xml = start.strip_prefix(b"<?xml").and_then(|rest| label_after(tag(rest), b"encoding"));
    let encoding = xml.or_else(|| {
        positions(&start, b"<meta").find_map(|at| label_after(tag(&start[at..]), b"charset"))
    })?;
    let is_wide = encoding == UTF_16LE || encoding == UTF_16BE;
    Some(if is_wide { UTF_8 } else { encoding })
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
        Encoding::for_label(&rest[..end])
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
    fn where_nobody_says_it_utf8_is_seen_and_the_rest_is_latin_1() {
        assert_eq!(text("정상".as_bytes(), Some(b"text/html")), "정상");
        assert_eq!(text(b"caf\xe9", None), "café");
        assert_eq!(plain_text(b""), "");
    }
}
