//! The head of an answer over HTTP/1: bytes → status and headers.
//!
//! It is as lenient as browsers and curl: it needs only a clear status line
//! (<https://www.rfc-editor.org/rfc/rfc9112#section-4>). Lines end with or without a
//! carriage return, folded lines are joined, and lines that are not headers are
//! skipped. [`framing`](super::framing) finds the body's length, and guesses nothing.
//! Pure.

use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

/// Bytes of an answer's head, at most.
pub(super) const MAX_HEAD: usize = 64 * 1024;
/// Headers of an answer, at most.
pub(super) const MAX_HEADERS: usize = 256;

/// What every answer of HTTP/1 begins with, in whatever case.
const HTTP1: &[u8] = b"HTTP/1.";
/// What the servers of internet radio begin theirs with: HTTP/1.0 in all but name.
const ICY: &[u8] = b"ICY ";
/// The headers that say how long the body is.
const FRAMING: [&str; 2] = ["content-length", "transfer-encoding"];

/// A status, and what came with it.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
}

/// Why a head cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// It does not begin as an answer of HTTP does.
    NoStatus,
    /// It has more than [`MAX_HEADERS`] headers.
    TooMany,
    /// A line that cannot be read may say how long the body is.
    UnclearFraming,
}

/// Whether `bytes` may be the beginning of a status line.
pub(super) fn may_begin(bytes: &[u8]) -> bool {
    [HTTP1, ICY].iter().any(|start| {
        let known = start.len().min(bytes.len());
        bytes[..known].eq_ignore_ascii_case(&start[..known])
    })
}

/// Where the head at the beginning of `bytes` ends, behind its empty line.
/// Up to `seen`, there was no end.
pub(super) fn end(bytes: &[u8], seen: usize) -> Option<usize> {
    // The empty line may have begun before: LF, CR, and then LF.
    let from = seen.saturating_sub(2);
    let mut breaks = (from..bytes.len()).filter(|&at| bytes[at] == b'\n');
    breaks.find_map(|at| match bytes[at + 1..] {
        [b'\n', ..] => Some(at + 2),
        [b'\r', b'\n', ..] => Some(at + 3),
        _ => None,
    })
}

/// Reads a whole head.
pub(super) fn read(bytes: &[u8]) -> Result<Head, Unreadable> {
    let mut lines = bytes.split(|&byte| byte == b'\n').map(|line| trimmed_end(line, b"\r"));
    let status = status(lines.next().unwrap_or_default()).ok_or(Unreadable::NoStatus)?;
    let mut headers = HeaderMap::new();
    for line in unfolded(lines)? {
        if let Some((name, value)) = header(&line)? {
            headers.append(name, value);
        }
    }
    Ok(Head { status, headers })
}

/// The status of a status line. What follows the three digits is for people.
fn status(line: &[u8]) -> Option<StatusCode> {
    let rest = if line.len() > HTTP1.len() && line[..HTTP1.len()].eq_ignore_ascii_case(HTTP1) {
        let (minor, rest) = line[HTTP1.len()..].split_first()?;
        minor.is_ascii_digit().then_some(rest)?
    } else {
        line.strip_prefix(ICY).map(|_| &line[ICY.len() - 1..])?
    };
    let code = trimmed_start(rest);
    let digits = code.get(..3)?;
    let is_code = code.len() < rest.len()
        && digits.iter().all(u8::is_ascii_digit)
        && !code.get(3).is_some_and(u8::is_ascii_digit);
    is_code.then(|| StatusCode::from_bytes(digits).ok())?
}

/// The lines of the headers, each joined with those that continue it
/// (<https://www.rfc-editor.org/rfc/rfc9112#section-5.2>).
fn unfolded<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Result<Vec<Vec<u8>>, Unreadable> {
    let mut whole: Vec<Vec<u8>> = Vec::new();
    for line in lines.filter(|line| !line.is_empty()) {
        if is_blank(line[0])
            && let Some(last) = whole.last_mut()
        {
            last.push(b' ');
            last.extend_from_slice(trimmed_start(line));
        } else if whole.len() == MAX_HEADERS {
            return Err(Unreadable::TooMany);
        } else {
            whole.push(line.to_vec());
        }
    }
    Ok(whole)
}

/// A header; `None` for a line that is none, and says nothing of the framing.
fn header(line: &[u8]) -> Result<Option<(HeaderName, HeaderValue)>, Unreadable> {
    let colon = line.iter().position(|&byte| byte == b':');
    let written = trimmed_end(&line[..colon.unwrap_or(line.len())], b" \t");
    let name = colon.and_then(|_| HeaderName::from_bytes(written).ok());
    let (Some(name), Some(colon)) = (name, colon) else {
        let text = String::from_utf8_lossy(written).to_ascii_lowercase();
        let is_framing = FRAMING.iter().any(|framing| text.contains(framing));
        return if is_framing { Err(Unreadable::UnclearFraming) } else { Ok(None) };
    };
    let value = trimmed_start(trimmed_end(&line[colon + 1..], b" \t\r"));
    Ok(cleaned(&name, value).map(|value| (name, value)))
}

/// The value, with blanks for the control characters that no value may have.
/// A cookie that has one is dropped, as browsers do
/// (<https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html>).
fn cleaned(name: &HeaderName, value: &[u8]) -> Option<HeaderValue> {
    if let Ok(value) = HeaderValue::from_bytes(value) {
        return Some(value);
    }
    if *name == SET_COOKIE {
        return None;
    }
    let clean = |&byte: &u8| if byte.is_ascii_control() { b' ' } else { byte };
    HeaderValue::from_bytes(&value.iter().map(clean).collect::<Vec<_>>()).ok()
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn trimmed_start(bytes: &[u8]) -> &[u8] {
    let blanks = bytes.iter().take_while(|&&byte| is_blank(byte)).count();
    &bytes[blanks..]
}

fn trimmed_end<'a>(mut bytes: &'a [u8], what: &[u8]) -> &'a [u8] {
    while let [rest @ .., last] = bytes
        && what.contains(last)
    {
        bytes = rest;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(head: &str, name: &str) -> Option<String> {
        let head = read(head.as_bytes()).unwrap();
        head.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    }

    #[test]
    fn status_lines_are_read_as_browsers_read_them() {
        for (line, code) in [
            ("HTTP/1.1 200 OK", 200),
            ("http/1.1 204 No Content", 204),
            ("HTTP/1.0 404", 404),
            ("HTTP/1.1 401 ", 401),
            ("HTTP/1.1  302\tFound", 302),
            ("HTTP/1.1 200 \x1b[31mfine", 200),
            ("HTTP/1.2 200OK", 200),
            ("ICY 200 OK", 200),
        ] {
            let head = read(format!("{line}\r\n\r\n").as_bytes()).unwrap();
            assert_eq!(head.status.as_u16(), code, "{line:?}");
        }
    }

    #[test]
    fn what_has_no_clear_status_is_no_answer() {
        for line in [
            "HTTP/9.9 200 OK",
            "HTTP/1.1200 OK",
            "HTTP/1.1 20 OK",
            "HTTP/1.1 2000 OK",
            "HTTP/1.1 000 OK",
            "HTTP/1.1 abc",
            "HTTP/1.1",
            "ICYCLE 200",
            "200 OK",
            "",
        ] {
            let read = read(format!("{line}\r\n\r\n").as_bytes());
            assert_eq!(read.unwrap_err(), Unreadable::NoStatus, "{line:?}");
        }
    }

    #[test]
    fn a_head_ends_with_its_first_empty_line_however_it_is_written() {
        for (head, expected) in [
            ("HTTP/1.1 200 OK\r\n\r\nbody", Some(19)),
            ("HTTP/1.1 200 OK\n\nbody", Some(17)),
            ("HTTP/1.1 200 OK\r\na: b\n\r\nbody", Some(24)),
            ("HTTP/1.1 200 OK\r\na: b\r\n", None),
        ] {
            for seen in 0..expected.unwrap_or(head.len()) {
                assert_eq!(end(head.as_bytes(), seen), expected, "{head:?} from {seen}");
            }
        }
    }

    #[test]
    fn odd_lines_do_not_hide_the_others() {
        let odd = "HTTP/1.1 200 OK\r\n leading\r\nX Powered By: PHP\r\nno colon\r\n: none\r\n\
                   Server : old\r\nX-Info: a\rb\r\nX-Nul: a\0b\r\nx-fold: a\r\n\tb\r\n c\r\nX-Last:z\n\r\n";
        assert_eq!(value(odd, "server").as_deref(), Some("old"));
        assert_eq!(value(odd, "x-info").as_deref(), Some("a b"));
        assert_eq!(value(odd, "x-nul").as_deref(), Some("a b"));
        assert_eq!(value(odd, "x-fold").as_deref(), Some("a b c"));
        assert_eq!(value(odd, "x-last").as_deref(), Some("z"));
        assert_eq!(read(odd.as_bytes()).unwrap().headers.len(), 5);
    }

    #[test]
    fn letters_beyond_ascii_are_kept_and_cookies_with_control_characters_dropped() {
        let head =
            b"HTTP/1.1 200 OK\r\nx-a: caf\xe9\r\nset-cookie: a=\x01b\r\nset-cookie: c=d\r\n\r\n";
        let headers = read(head).unwrap().headers;
        assert_eq!(headers["x-a"].as_bytes(), b"caf\xe9");
        let cookies: Vec<_> = headers.get_all("set-cookie").iter().collect();
        assert_eq!(cookies, ["c=d"]);
    }

    #[test]
    fn an_unreadable_line_that_may_be_the_framing_is_not_passed_over() {
        for line in ["\u{b}Content-Length: 5", "Transfer-Encoding", "content-length\x01: 5"] {
            let read = read(format!("HTTP/1.1 200 OK\r\n{line}\r\n\r\n").as_bytes());
            assert_eq!(read.unwrap_err(), Unreadable::UnclearFraming, "{line:?}");
        }
    }

    #[test]
    fn headers_are_counted() {
        let head = |count: usize| format!("HTTP/1.1 200 OK\r\n{}\r\n", "x: y\r\n".repeat(count));
        assert_eq!(read(head(MAX_HEADERS).as_bytes()).unwrap().headers.len(), MAX_HEADERS);
        assert_eq!(read(head(MAX_HEADERS + 1).as_bytes()).unwrap_err(), Unreadable::TooMany);
    }

    #[test]
    fn other_protocols_are_seen_by_their_first_bytes() {
        for bytes in ["", "H", "http/1", "HTTP/1.1 200", "IC", "ICY 200"] {
            assert!(may_begin(bytes.as_bytes()), "{bytes:?}");
        }
        for bytes in ["SSH-2.0", "\x15\x03\x01", "<html>", "HTTP/2", "ICE"] {
            assert!(!may_begin(bytes.as_bytes()), "{bytes:?}");
        }
    }
}
