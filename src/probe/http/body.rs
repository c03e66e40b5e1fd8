//! Reading a body, within its limit, and undoing its encoding.

use bytes::Buf as _;
use http::header::CONTENT_ENCODING;
use http::{HeaderMap, Version};
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use tokio::time::Instant;

use crate::model::observation::Reason;
use crate::probe::fault::Fault;

use super::decode::{Undecodable, decode};

/// A body as it came.
pub(super) struct Body {
    bytes: Vec<u8>,
    /// Why reading stopped.
    pub(super) end: End,
}

/// Why the reading of a body stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// It was read to its end.
    Whole,
    /// It is larger than was to be read.
    TooLarge,
    /// The server stopped in its middle.
    CutOff,
}

/// Reads to the end, or until `limit` is crossed; keeps what was read if asked to.
///
/// A reset without an error code ends a body of HTTP/2 as hyper sees it. That
/// is so only after the frame that ends the stream, before which it is cut off:
/// <https://www.rfc-editor.org/rfc/rfc9113#section-8.1>.
pub(super) async fn read(
    mut body: Incoming,
    version: Version,
    limit: usize,
    keep: bool,
) -> hyper::Result<Body> {
    let mut bytes = Vec::new();
    let mut left = limit;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        let Some(rest) = left.checked_sub(data.remaining()) else {
            return Ok(Body { bytes, end: End::TooLarge });
        };
        left = rest;
        if keep {
            append(&mut bytes, &data, limit);
        }
    }
    let is_cut_off = version == Version::HTTP_2 && !body.is_end_stream();
    Ok(Body { bytes, end: if is_cut_off { End::CutOff } else { End::Whole } })
}

/// The body as it was before it was encoded, if it is whole.
pub(super) fn whole(
    body: Body,
    headers: &HeaderMap,
    limit: usize,
    deadline: Option<Instant>,
) -> Result<Vec<u8>, Fault> {
    if body.end == End::TooLarge {
        return Err(too_large(limit));
    }
    let mut encodings = Vec::new();
    for value in headers.get_all(CONTENT_ENCODING) {
        let names = String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase();
        encodings.extend(names.split(',').map(|name| name.trim().to_owned()));
    }
    decode(body.bytes, &encodings, limit, deadline).map_err(|undecodable| match undecodable {
        Undecodable::Unknown => {
            Fault::theirs(Reason::Body, "the body's encoding is not known".to_owned())
        }
        Undecodable::Broken => {
            Fault::theirs(Reason::Body, "the body's encoding is broken".to_owned())
        }
        Undecodable::TooLarge => too_large(limit),
        Undecodable::Late => Fault::theirs(Reason::Timeout, "no time was left to decode the body"),
    })
}

/// Appends without room to spare beyond `limit`, which is the memory promised.
pub(super) fn append(bytes: &mut Vec<u8>, data: &[u8], limit: usize) {
    let needed = bytes.len() + data.len();
    if needed > bytes.capacity() {
        let capacity = (bytes.capacity() * 2).clamp(needed, limit.max(needed));
        bytes.reserve_exact(capacity - bytes.len());
    }
    bytes.extend_from_slice(data);
}

fn too_large(limit: usize) -> Fault {
    Fault::theirs(Reason::TooLarge, format!("the body is larger than {limit} bytes"))
}
