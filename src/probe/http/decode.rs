//! Undoing content encodings (<https://www.rfc-editor.org/rfc/rfc9110#section-8.4.1>),
//! however much comes out of however little.
//!
//! This runs after the body was read, in one go: a brotli window takes up to
//! 16 MiB, so there is never more than one decoder alive.

use std::io::{self, Read};

use brotli_decompressor::Decompressor;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use tokio::time::Instant;

use super::body::append;

/// Encodings that may lie over one another, at most.
const MAX_ENCODINGS: usize = 4;
/// Bytes that are decoded between two looks at the deadline.
const CHUNK: usize = 16 * 1024;

/// Why a body cannot be decoded.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Undecodable {
    /// Its encoding is none that we know, or there are too many.
    Unknown,
    /// It is not what it says it is, or ends too early.
    Broken,
    /// More than the limit comes out of it.
    TooLarge,
    /// The time was up.
    Late,
}

/// Undoes `encodings`, the last first, into at most `limit` bytes.
pub(super) fn decode(
    mut bytes: Vec<u8>,
    encodings: &[String],
    limit: usize,
    deadline: Option<Instant>,
) -> Result<Vec<u8>, Undecodable> {
    if encodings.len() > MAX_ENCODINGS {
        return Err(Undecodable::Unknown);
    }
    for encoding in encodings.iter().rev() {
        // What has no body (HEAD, 304) may well say how it would be encoded.
        if bytes.is_empty() {
            break;
        }
        let raw = bytes.as_slice();
        bytes = match encoding.as_str() {
            "identity" | "" => continue,
            "gzip" | "x-gzip" => drain(MultiGzDecoder::new(raw), limit, deadline)?,
            "br" => drain(Decompressor::new(raw, CHUNK), limit, deadline)?,
            "deflate" if is_zlib(raw) => drain(ZlibDecoder::new(raw), limit, deadline)?,
            "deflate" => drain(DeflateDecoder::new(raw), limit, deadline)?,
            _ => return Err(Undecodable::Unknown),
        };
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

fn drain(
    mut decoder: impl Read,
    limit: usize,
    deadline: Option<Instant>,
) -> Result<Vec<u8>, Undecodable> {
    let mut bytes = Vec::new();
    let mut chunk = vec![0; CHUNK];
    loop {
        if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return Err(Undecodable::Late);
        }
        let count = match decoder.read(&mut chunk) {
            Ok(0) => return Ok(bytes),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => return Err(Undecodable::Broken),
        };
        if bytes.len() + count > limit {
            return Err(Undecodable::TooLarge);
        }
        append(&mut bytes, &chunk[..count], limit);
    }
}
