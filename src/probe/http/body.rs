//! Reading a body, within its limit, and undoing its encoding.

use bytes::Buf as _;
use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tokio::time::Instant;

use crate::observation::Reason;
use crate::probe::fault::Fault;

use super::decode::{Undecodable, decode};

/// A body as it came.
pub(super) struct Body {
    bytes: Vec<u8>,
    is_whole: bool,
}

/// Reads to the end, or until `limit` is crossed; keeps what was read if asked to.
pub(super) async fn read(mut body: Incoming, limit: usize, keep: bool) -> hyper::Result<Body> {
    let mut bytes = Vec::new();
    let mut left = limit;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        let Some(rest) = left.checked_sub(data.remaining()) else {
            return Ok(Body { bytes, is_whole: false });
        };
        left = rest;
        if keep {
            append(&mut bytes, &data, limit);
        }
    }
    Ok(Body { bytes, is_whole: true })
}

/// The body as it was before it was encoded, if it is whole.
pub(super) fn whole(
    body: Body,
    headers: &HeaderMap,
    limit: usize,
    deadline: Option<Instant>,
) -> Result<Vec<u8>, Fault> {
    if !body.is_whole {
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
