//! Decodes content encodings (<https://www.rfc-editor.org/rfc/rfc9110#section-8.4.1>),
//! within limits.
//!
//! This runs after the body was read, in one go: a brotli window takes up to
//! 16 MiB, so there is never more than one decoder alive.

use std::borrow::Cow;
use std::io::{self, Read};

use brotli_decompressor::Decompressor;
use flate2::bufread::GzDecoder;
use flate2::read::{DeflateDecoder, ZlibDecoder};
use tokio::time::Instant;

use super::body::append;

/// Encodings that may lie over one another, at most.
const MAX_ENCODINGS: usize = 4;
/// Members of one gzip file, at most: empty ones cost time and yield nothing.
pub(super) const MAX_MEMBERS: usize = 256;
/// What each member begins with (<https://www.rfc-editor.org/rfc/rfc1952#section-2.3.1>).
const GZIP: &[u8] = b"\x1f\x8b";
/// Encodings that exist and that we cannot decode. Other words that servers write
/// (`utf-8`, `none`) mean nothing, and browsers ignore them
/// (<https://www.iana.org/assignments/http-parameters/http-parameters.xhtml>).
const NOT_UNDONE: [&str; 8] =
    ["zstd", "compress", "x-compress", "dcb", "dcz", "exi", "aes128gcm", "pack200-gzip"];
/// How many bytes are decoded between two checks of the deadline.
const CHUNK: usize = 16 * 1024;

/// Why a body cannot be decoded.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Undecodable {
    /// Its encoding is not known, or there are too many.
    Unknown,
    /// It is not what it says it is, or ends too early.
    Broken,
    /// It has more members than [`MAX_MEMBERS`].
    Members,
    /// More than the limit comes out of it.
    TooLarge,
    /// The time was up.
    Late,
}

/// Undoes `encodings`, the last first, into at most `limit` bytes.
pub(super) fn decode<'a>(
    raw: &'a [u8],
    encodings: &[String],
    limit: usize,
    deadline: Option<Instant>,
) -> Result<Cow<'a, [u8]>, Undecodable> {
    if encodings.len() > MAX_ENCODINGS {
        return Err(Undecodable::Unknown);
    }
    let mut bytes = Cow::Borrowed(raw);
    for encoding in encodings.iter().rev() {
        // An answer without a body (HEAD, 304) may still name an encoding.
        if bytes.is_empty() {
            break;
        }
        let raw = &*bytes;
        let decoded = match encoding.as_str() {
            "gzip" | "x-gzip" => gunzip(raw, limit, deadline)?,
            "br" => drain(Decompressor::new(raw, CHUNK), limit, deadline)?,
            "deflate" if is_zlib(raw) => drain(ZlibDecoder::new(raw), limit, deadline)?,
            "deflate" => drain(DeflateDecoder::new(raw), limit, deadline)?,
            name if NOT_UNDONE.contains(&name) => return Err(Undecodable::Unknown),
            _ => continue,
        };
        bytes = Cow::Owned(decoded);
    }
    Ok(bytes)
}

/// Whether this is in zlib's format, as RFC 9110 wants it; some servers send
/// the bare deflate stream (<https://www.rfc-editor.org/rfc/rfc1950#section-2.2>).
fn is_zlib(raw: &[u8]) -> bool {
    match raw {
        [first, second, ..] => {
            first & 0x0f == 8 && u16::from_be_bytes([*first, *second]).is_multiple_of(31)
        }
        _ => false,
    }
}

/// All members of a gzip file. Other bytes after them are ignored, as clients do.
fn gunzip(mut raw: &[u8], limit: usize, deadline: Option<Instant>) -> Result<Vec<u8>, Undecodable> {
    let mut bytes = Vec::new();
    for _ in 0..MAX_MEMBERS {
        let mut decoder = GzDecoder::new(raw);
        drain_into(&mut bytes, &mut decoder, limit, deadline)?;
        raw = decoder.into_inner();
        if !raw.starts_with(GZIP) {
            return Ok(bytes);
        }
    }
    Err(Undecodable::Members)
}

fn drain(
    mut decoder: impl Read,
    limit: usize,
    deadline: Option<Instant>,
) -> Result<Vec<u8>, Undecodable> {
    let mut bytes = Vec::new();
    drain_into(&mut bytes, &mut decoder, limit, deadline)?;
    Ok(bytes)
}

fn drain_into(
    bytes: &mut Vec<u8>,
    decoder: &mut impl Read,
    limit: usize,
    deadline: Option<Instant>,
) -> Result<(), Undecodable> {
    let mut chunk = [0; CHUNK];
    loop {
        if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return Err(Undecodable::Late);
        }
        let count = match decoder.read(&mut chunk) {
            Ok(0) => return Ok(()),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => return Err(Undecodable::Broken),
        };
        if bytes.len() + count > limit {
            return Err(Undecodable::TooLarge);
        }
        append(bytes, &chunk[..count], limit);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(body: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap()
    }

    fn decoded(raw: &[u8], encoding: &str) -> Result<Vec<u8>, Undecodable> {
        decode(raw, &[encoding.to_owned()], 1 << 20, None).map(Cow::into_owned)
    }

    #[test]
    fn members_are_read_one_after_the_other_and_what_is_none_is_passed_over() {
        let two = [gzip(b"all "), gzip(b"is well")].concat();
        for rest in [&b""[..], b"\0\0\0\0", b"garbage"] {
            assert_eq!(decoded(&[&two, rest].concat(), "gzip").unwrap(), b"all is well");
        }
        assert_eq!(decoded(&[&two, GZIP].concat(), "gzip"), Err(Undecodable::Broken));
    }

    #[test]
    fn members_without_end_are_not_read() {
        let empty = gzip(b"");
        assert!(decoded(&empty.repeat(MAX_MEMBERS), "gzip").unwrap().is_empty());
        assert_eq!(decoded(&empty.repeat(MAX_MEMBERS + 1), "gzip"), Err(Undecodable::Members));
    }

    #[test]
    fn words_that_are_no_encoding_change_nothing_and_others_are_not_guessed() {
        for word in ["utf-8", "none", "binary", "8bit"] {
            assert_eq!(decoded(b"ready", word).unwrap(), b"ready");
        }
        for encoding in NOT_UNDONE {
            assert_eq!(decoded(b"ready", encoding), Err(Undecodable::Unknown));
        }
    }
}
