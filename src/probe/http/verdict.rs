//! Whether a body is as expected: decodes it, and searches its text and its JSON, on
//! this thread if that is quick.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use http::header::{CONTENT_ENCODING, CONTENT_TYPE, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue};
use tokio::time::Instant;

use crate::core::judge::expect::{self, Quote};
use crate::model::detail::{HttpDetail, OwnDetail};
use crate::model::expect::HttpExpect;
use crate::model::observation::{Failure, Reason};
use crate::model::target::{Endpoint, HttpProbe, Protocol};
use crate::probe::aside::Cost;
use crate::probe::attempt::Context;
use crate::probe::fault::Fault;
use crate::probe::quoting;
use crate::probe::room::RoomShare;
use crate::probe::trace::Trace;

use super::body::{Body, End};
use super::decode::{MAX_MEMBERS, Undecodable, decode};
use super::framing::listed;

/// Bytes of a body that are looked through at once, where that takes time in
/// proportion to them: less than a millisecond.
const QUICK: usize = 32 * 1024;
/// The same, where patterns are searched for, or paths may lead to the same value
/// again and again. The worst of them take microseconds a byte.
const QUICK_IF_SLOW: usize = 2 * 1024;

/// What its headers say of a body.
struct Described {
    encodings: Vec<String>,
    content_type: Option<Vec<u8>>,
}

/// Whether `body`, under these `headers`, is what is expected.
pub(super) async fn of(
    cx: &Context<'_>,
    http: &HttpProbe,
    headers: &HeaderMap,
    body: Body,
    deadline: Option<Instant>,
    trace: &mut Trace,
) -> Result<(), Fault> {
    let (expect, limit) = (&http.expect, http.expect.max_body);
    if body.end == End::TooLarge {
        return Err(too_large(limit));
    }
    let described = Described::by(headers);
    let quick = if is_slow(expect) { QUICK_IF_SLOW } else { QUICK };
    if body.bytes.len() <= quick {
        let decoded = decode(&body.bytes, &described.encodings, quick.min(limit), None);
        // More may come out of it, but not on this thread.
        if !matches!(decoded, Err(Undecodable::TooLarge)) || quick >= limit {
            let bytes = decoded.map_err(|why| undecodable(&why, limit, cx.endpoint.timeout))?;
            let content_type = described.content_type.as_deref();
            let quote = |text: &str| cx.excerpt(text);
            let now = cx.clock.now();
            return Ok(expect::body(expect, &bytes, content_type, now, &quote)?);
        }
    }
    aside(cx, http, body, described, deadline, trace).await
}

/// Whether looking through a body may take much longer than in proportion to it.
fn is_slow(expect: &HttpExpect) -> bool {
    expect.has_patterns() || !expect.json.iter().all(expect::is_plain)
}

/// Whether the headers are what is expected: large ones are looked through on
/// another thread.
pub(super) async fn of_headers(
    cx: &Context<'_>,
    http: &HttpProbe,
    headers: &HeaderMap,
    trace: &mut Trace,
) -> Result<(), Fault> {
    let expected = http.expect.headers.iter().chain(&http.expect.headers_not);
    let values = expected.flat_map(|(name, _)| headers.get_all(name));
    let length: usize = values.map(HeaderValue::len).sum();
    if length <= QUICK_IF_SLOW {
        let quote = |text: &str| cx.excerpt(text);
        return Ok(expect::headers(&http.expect, headers, &quote)?);
    }
    let (endpoint, headers) = (cx.endpoint.clone(), headers.clone());
    let search = move || {
        let quote = |text: &str| quoting::excerpt(text, &endpoint);
        match &endpoint.protocol {
            Protocol::Http(http) => expect::headers(&http.expect, &headers, &quote),
            Protocol::Tcp(_)
            | Protocol::Udp(_)
            | Protocol::Dns(_)
            | Protocol::Icmp(_)
            | Protocol::WebSocket(_)
            | Protocol::Ssh(_)
            | Protocol::Grpc(_) => Ok(()),
        }
    };
    Ok(cx.aside.run(Cost::Search(length), search, trace).await??)
}

/// The same on other threads: decoded, and then looked through, so that a
/// pattern holds up no other body that is to be decoded.
async fn aside(
    cx: &Context<'_>,
    http: &HttpProbe,
    body: Body,
    described: Described,
    deadline: Option<Instant>,
    trace: &mut Trace,
) -> Result<(), Fault> {
    let endpoint = Arc::new(cx.endpoint.clone());
    let (whose, limit) = (Arc::clone(&endpoint), http.expect.max_body);
    let content_type = described.content_type.clone();
    let timeout = endpoint.timeout;
    let decoding = move || {
        decoded(body, &described, limit, deadline).map_err(|why| undecodable(&why, limit, timeout))
    };
    let bytes = Arc::new(cx.aside.run(Cost::Memory, decoding, trace).await??);
    if http.expect.has_text_rules() {
        let (text, content_type) = (Arc::clone(&bytes), content_type.clone());
        let cost =
            if http.expect.has_patterns() { Cost::Search(text.0.len()) } else { Cost::Memory };
        let words = move || judged(&whose, &text.0, content_type.as_deref(), expect::text_rules);
        cx.aside.run(cost, words, trace).await??;
    }
    if !http.expect.json.is_empty() {
        let now = cx.clock.now();
        let json = move || {
            let json = |expect: &HttpExpect,
                        body: &[u8],
                        content_type: Option<&[u8]>,
                        quote: Quote<'_>| {
                expect::json_body(expect, body, content_type, now, quote)
            };
            judged(&endpoint, &bytes.0, content_type.as_deref(), json)
        };
        cx.aside.run(Cost::Memory, json, trace).await??;
    }
    Ok(())
}

/// The decoded bytes, and the room that they count for.
fn decoded(
    body: Body,
    described: &Described,
    limit: usize,
    deadline: Option<Instant>,
) -> Result<(Vec<u8>, RoomShare), Undecodable> {
    match decode(&body.bytes, &described.encodings, limit, deadline)? {
        Cow::Owned(bytes) => Ok((bytes, body.share)),
        Cow::Borrowed(_) => Ok((body.bytes, body.share)),
    }
}

/// What `judge` says of a body, quoted as its endpoint wants it.
fn judged(
    endpoint: &Endpoint,
    body: &[u8],
    content_type: Option<&[u8]>,
    judge: impl FnOnce(&HttpExpect, &[u8], Option<&[u8]>, Quote<'_>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let quote = |text: &str| quoting::excerpt(text, endpoint);
    match &endpoint.protocol {
        Protocol::Http(http) => judge(&http.expect, body, content_type, &quote),
        Protocol::Tcp(_)
        | Protocol::Udp(_)
        | Protocol::Dns(_)
        | Protocol::Icmp(_)
        | Protocol::WebSocket(_)
        | Protocol::Ssh(_)
        | Protocol::Grpc(_) => Ok(()),
    }
}

impl Described {
    fn by(headers: &HeaderMap) -> Self {
        let mut encodings = listed(headers.get_all(CONTENT_ENCODING));
        // Encodings of the transfer were applied last.
        let transfer = listed(headers.get_all(TRANSFER_ENCODING));
        encodings.extend(transfer.into_iter().filter(|coding| coding != "chunked"));
        let content_type = headers.get(CONTENT_TYPE).map(|value| value.as_bytes().to_vec());
        Self { encodings, content_type }
    }
}

/// A body is decoded with our own processor: if there was no time left for that, the target
/// is not at fault.
fn undecodable(why: &Undecodable, limit: usize, timeout: Duration) -> Fault {
    let detail = match why {
        Undecodable::Unknown => HttpDetail::UnknownEncoding {},
        Undecodable::Broken => HttpDetail::BrokenEncoding {},
        Undecodable::Members => HttpDetail::TooManyPieces { most: MAX_MEMBERS },
        Undecodable::TooLarge => return too_large(limit),
        Undecodable::Late => return Fault::ours(OwnDetail::BodyUnread { within: timeout.into() }),
    };
    Fault::theirs(Reason::Body, detail)
}

fn too_large(bytes: usize) -> Fault {
    Fault::theirs(Reason::TooLarge, HttpDetail::BodyTooLarge { bytes })
}
