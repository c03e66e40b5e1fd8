//! How long a body is over HTTP/1, and how it is divided into chunks
//! (<https://www.rfc-editor.org/rfc/rfc9112#section-6>). A contradiction here is a
//! failure: two clients could read two different answers. Pure.

use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderMap, Method, StatusCode};

use super::head::Head;

/// Hexadecimal digits of a chunk's size, leading zeros included, at most.
const MAX_SIZE_DIGITS: u8 = 16;

/// How the end of a body is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    /// There is none.
    None,
    /// After this many bytes.
    Length(u64),
    /// It comes in chunks, the last of which is empty.
    Chunked,
    /// When the connection is closed.
    UntilClose,
}

/// What the framing of an answer contradicts.
pub(super) use crate::model::detail::FramingConflict as Conflict;

/// The framing of the answer to a request of this method.
pub(super) fn of(method: &Method, head: &Head) -> Result<Framing, Conflict> {
    // The tunnel follows a successful CONNECT: RFC 9112, section 6.3, item 2.
    let is_without = *method == Method::HEAD
        || (*method == Method::CONNECT && head.status.is_success())
        || head.status.is_informational()
        || matches!(head.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    if is_without {
        return Ok(Framing::None);
    }
    let length = length(&head.headers)?;
    let codings = listed(head.headers.get_all(TRANSFER_ENCODING));
    let is_chunk = |coding: &String| coding == "chunked";
    // If both are given, the length does not count (section 6.3).
    match (codings.iter().filter(|&coding| is_chunk(coding)).count(), codings.last(), length) {
        (0, None, Some(length)) => Ok(Framing::Length(length)),
        (0, _, _) => Ok(Framing::UntilClose),
        (1, Some(last), _) if is_chunk(last) => Ok(Framing::Chunked),
        _ => Err(Conflict::ChunkedTwice {}),
    }
}

/// The items of a list that may be in several headers, in lower case, without
/// `identity` and parameters.
pub(super) fn listed<'a>(values: impl IntoIterator<Item = &'a http::HeaderValue>) -> Vec<String> {
    let mut items = Vec::new();
    for value in values {
        let text = String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase();
        let names = text.split(',').map(|item| item.split(';').next().unwrap_or_default().trim());
        items.extend(names.filter(|name| !matches!(*name, "" | "identity")).map(ToOwned::to_owned));
    }
    items
}

/// The length, if it is said, and always the same (section 6.3, item 5).
fn length(headers: &HeaderMap) -> Result<Option<u64>, Conflict> {
    let mut length = None;
    for value in headers.get_all(CONTENT_LENGTH) {
        for item in value.as_bytes().split(|&byte| byte == b',') {
            let item = item.trim_ascii();
            let is_number = !item.is_empty() && item.iter().all(u8::is_ascii_digit);
            let parsed = std::str::from_utf8(item).ok().and_then(|item| item.parse().ok());
            let (true, Some(parsed)) = (is_number, parsed) else {
                return Err(Conflict::NoLength {});
            };
            if length.is_some_and(|length| length != parsed) {
                return Err(Conflict::SeveralLengths {});
            }
            length = Some(parsed);
        }
    }
    Ok(length)
}

/// The position in a body that comes in chunks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// In a size of which this much was read.
    Size { value: u64, digits: u8 },
    /// Behind a size's digits: blanks, an extension, or the line's end.
    AfterSize(u64),
    /// In a chunk of which this much is left.
    Data(u64),
    /// Behind a chunk, before its line's end.
    AfterData,
    /// In the lines after the last chunk; whether the present one is still empty.
    Trailers { is_empty: bool },
    /// Behind it all.
    End,
}

/// Finds the data among sizes and line ends, however the bytes arrive.
#[derive(Debug)]
pub(super) struct Chunks(At);

/// What the next bytes are.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// So many bytes of framing come first.
    pub(super) framing: usize,
    /// So many of data follow them.
    pub(super) data: usize,
}

impl Chunks {
    /// Before the first chunk.
    pub(super) fn new() -> Self {
        Self(At::Size { value: 0, digits: 0 })
    }

    /// Whether the empty chunk has come, so that the body is whole. Some
    /// servers close without the empty line that should follow it.
    pub(super) fn is_whole(&self) -> bool {
        matches!(self.0, At::Trailers { .. } | At::End)
    }

    /// Whether nothing follows.
    pub(super) fn is_over(&self) -> bool {
        self.0 == At::End
    }

    /// Looks at `bytes`, up to and including the first data.
    pub(super) fn next(&mut self, bytes: &[u8]) -> Result<Found, Conflict> {
        let mut framing = 0;
        while let Some(&byte) = bytes.get(framing) {
            if let At::Data(left) = self.0 {
                let data = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len() - framing);
                let left = left - data as u64;
                self.0 = if left == 0 { At::AfterData } else { At::Data(left) };
                return Ok(Found { framing, data });
            }
            if self.0 == At::End {
                break;
            }
            self.0 = after(self.0, byte)?;
            framing += 1;
        }
        Ok(Found { framing, data: 0 })
    }
}

/// Where one byte of framing leads to.
fn after(at: At, byte: u8) -> Result<At, Conflict> {
    match at {
        At::Size { value, digits } => after_digits(value, digits, byte),
        At::AfterSize(value) if byte == b'\n' => Ok(chunk_of(value)),
        At::AfterData => match byte {
            b'\n' => Ok(At::Size { value: 0, digits: 0 }),
            b'\r' => Ok(at),
            _ => Err(Conflict::LongChunk {}),
        },
        At::Trailers { is_empty } => Ok(match byte {
            b'\n' if is_empty => At::End,
            b'\n' => At::Trailers { is_empty: true },
            b'\r' => at,
            _ => At::Trailers { is_empty: false },
        }),
        At::AfterSize(_) | At::Data(_) | At::End => Ok(at),
    }
}

/// Where a byte leads to, in a size or before it.
fn after_digits(value: u64, digits: u8, byte: u8) -> Result<At, Conflict> {
    match (char::from(byte).to_digit(16), byte) {
        (Some(digit), _) if digits < MAX_SIZE_DIGITS => {
            Ok(At::Size { value: value << 4 | u64::from(digit), digits: digits + 1 })
        }
        (None, b' ' | b'\t') if digits == 0 => Ok(At::Size { value, digits }),
        (None, b'\n') if digits > 0 => Ok(chunk_of(value)),
        (None, b' ' | b'\t' | b'\r' | b';') if digits > 0 => Ok(At::AfterSize(value)),
        _ => Err(Conflict::NoChunkSize {}),
    }
}

/// The chunk of this size begins; an empty one is the last.
fn chunk_of(size: u64) -> At {
    match size {
        0 => At::Trailers { is_empty: true },
        size => At::Data(size),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framing(method: &Method, head: &str) -> Result<Framing, Conflict> {
        let head = format!("HTTP/1.1 {head}\r\n\r\n");
        of(method, &super::super::head::read(head.as_bytes()).unwrap())
    }

    fn got(head: &str) -> Result<Framing, Conflict> {
        framing(&Method::GET, head)
    }

    #[test]
    fn a_length_may_be_said_again_but_not_another() {
        assert_eq!(got("200 OK\r\nContent-Length: 5"), Ok(Framing::Length(5)));
        assert_eq!(
            got("200 OK\r\nContent-Length : 5\r\nContent-Length: 5, 5"),
            Ok(Framing::Length(5))
        );
        assert_eq!(got("200 OK\r\nContent-Length:\r\n 007"), Ok(Framing::Length(7)));
        for value in [
            "5\r\nContent-Length: 6",
            "5, 6",
            "+5",
            "-1",
            "",
            "5,",
            "many",
            "0x5",
            "٣",
            "18446744073709551616",
        ] {
            assert!(got(&format!("200 OK\r\nContent-Length: {value}")).is_err(), "{value:?}");
        }
    }

    #[test]
    fn chunks_win_over_a_length_and_must_come_last() {
        let encoded = |value: &str| {
            got(&format!("200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: {value}"))
        };
        assert_eq!(encoded("chunked"), Ok(Framing::Chunked));
        assert_eq!(encoded("gzip, CHUNKED"), Ok(Framing::Chunked));
        assert_eq!(encoded("gzip"), Ok(Framing::UntilClose));
        assert_eq!(encoded("identity"), Ok(Framing::Length(3)));
        assert!(encoded("chunked, chunked").is_err());
        assert!(encoded("chunked, gzip").is_err());
    }

    #[test]
    fn some_answers_have_no_body_whatever_they_say() {
        for head in
            ["204 No\r\nContent-Length: 5", "304 No\r\nTransfer-Encoding: chunked", "103 Hi"]
        {
            assert_eq!(got(head), Ok(Framing::None), "{head}");
        }
        assert_eq!(framing(&Method::HEAD, "200 OK\r\nContent-Length: 5"), Ok(Framing::None));
        assert_eq!(got("200 OK"), Ok(Framing::UntilClose));
    }

    /// Reads all, in pieces of this size.
    fn unchunked(bytes: &[u8], size: usize) -> Result<(Vec<u8>, bool), Conflict> {
        let (mut chunks, mut data) = (Chunks::new(), Vec::new());
        for mut piece in bytes.chunks(size) {
            while !piece.is_empty() && !chunks.is_over() {
                let found = chunks.next(piece)?;
                data.extend_from_slice(&piece[found.framing..][..found.data]);
                piece = &piece[found.framing + found.data..];
            }
        }
        Ok((data, chunks.is_whole()))
    }

    #[test]
    fn chunks_are_read_however_they_arrive() {
        for body in [
            "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n",
            "05 \r\nhello\r\n6;a=\"b\"\r\n world\r\n0\r\nX-T: 1\r\n\r\nleft over",
            "5\nhello\n6\n world\n0\n\n",
            "B\r\nhello world\r\n0\r\n",
        ] {
            for size in 1..=body.len() {
                let read = unchunked(body.as_bytes(), size);
                assert_eq!(read, Ok((b"hello world".to_vec(), true)), "{body:?} by {size}");
            }
        }
        assert_eq!(unchunked(b"5\r\nhello\r\n", 3), Ok((b"hello".to_vec(), false)));
    }

    #[test]
    fn what_are_no_chunks_is_said() {
        for body in [
            "zz\r\n",
            "\r\n",
            "-1\r\n",
            "5x\r\n",
            "5\r\nhello!!",
            "11111111111111111\r\n",
            ";a\r\n",
        ] {
            for size in 1..=body.len() {
                assert!(unchunked(body.as_bytes(), size).is_err(), "{body:?} by {size}");
            }
        }
    }
}
