//! A page as it is sent: whole, compressed, or not at all where it is known.

use std::io::Write as _;

use chrono::{DateTime, TimeDelta, Utc};
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, ETAG, IF_NONE_MATCH, VARY};
use http::{HeaderMap, HeaderValue, StatusCode};

use super::FRESH;
use crate::inbox::answer::{self, Response};
use crate::model::target::digest;

/// Bytes from which on a body is compressed: fewer fit a packet as they are.
const WORTH_COMPRESSING: usize = 1024;

/// A body that is sent as often as it is asked for.
#[derive(Debug, Clone)]
pub(super) struct Rendered {
    whole: Vec<u8>,
    compressed: Option<Vec<u8>>,
    tag: HeaderValue,
}

impl Rendered {
    pub(super) fn new(body: String) -> Self {
        let (tag, whole) = (tag(&body), body.into_bytes());
        let compressed = (whole.len() >= WORTH_COMPRESSING).then(|| gzip(&whole)).flatten();
        Self { whole, compressed, tag }
    }

    /// The answer to a request with these `headers`, of what was so at `at`.
    pub(super) fn answer(
        &self,
        headers: &HeaderMap,
        at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Response {
        let is_known = headers.get_all(IF_NONE_MATCH).iter().any(|known| self.is(known));
        let status = if is_known { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
        let mut response = answer::empty(status);
        if !is_known {
            let compressed = self.compressed.as_ref().filter(|_| takes_gzip(headers));
            if compressed.is_some() {
                let gzip = HeaderValue::from_static("gzip");
                response.headers_mut().insert(CONTENT_ENCODING, gzip);
            }
            response.body_mut().clone_from(compressed.unwrap_or(&self.whole));
        }
        let kept = response.headers_mut();
        kept.insert(ETAG, self.tag.clone());
        kept.insert(VARY, HeaderValue::from_static("accept-encoding"));
        kept.insert(CACHE_CONTROL, max_age(at + FRESH - now));
        response
    }

    /// Whether one of those that the sender has is this one.
    fn is(&self, known: &HeaderValue) -> bool {
        let own = weak(self.tag.to_str().unwrap_or_default());
        let known = known.to_str().unwrap_or_default();
        known.split(',').map(str::trim).any(|known| known == "*" || weak(known) == own)
    }
}

/// What is left of the time for which a page holds.
fn max_age(left: TimeDelta) -> HeaderValue {
    let seconds = left.num_seconds().clamp(0, FRESH.num_seconds());
    HeaderValue::try_from(format!("max-age={seconds}"))
        .unwrap_or_else(|_| HeaderValue::from_static("no-store"))
}

/// Weak, because it is the same whether the body is compressed or not:
/// <https://www.rfc-editor.org/rfc/rfc9110#section-8.8.1>.
fn tag(body: &str) -> HeaderValue {
    let tag = format!("W/\"{:016x}\"", digest(body));
    HeaderValue::try_from(tag).unwrap_or_else(|_| HeaderValue::from_static("*"))
}

fn weak(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

/// <https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3>
fn takes_gzip(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = weight.trim().strip_prefix("q=").map_or(Ok(1.0), str::parse::<f32>);
        name.trim().eq_ignore_ascii_case("gzip") && weight.is_ok_and(|weight| weight > 0.0)
    })
}

/// `body`, compressed; it cannot fail in memory.
fn gzip(body: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body).ok()?;
    encoder.finish().ok()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use flate2::read::GzDecoder;
    use http::HeaderName;

    use super::*;

    fn asked(headers: &[(HeaderName, &str)], seconds: i64) -> Response {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name.clone(), value.parse().unwrap());
        }
        let at = DateTime::UNIX_EPOCH;
        Rendered::new("page ".repeat(1000)).answer(&map, at, at + TimeDelta::seconds(seconds))
    }

    fn header(response: &Response, name: &HeaderName) -> String {
        response.headers().get(name).map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default()
    }

    #[test]
    fn it_is_compressed_for_who_takes_that() {
        for accepted in ["gzip", "br, GZIP;q=0.5", "deflate, gzip"] {
            let answer = asked(&[(ACCEPT_ENCODING, accepted)], 0);
            let mut body = String::new();
            GzDecoder::new(&answer.body()[..]).read_to_string(&mut body).unwrap();
            assert_eq!(body, "page ".repeat(1000));
            assert!(answer.body().len() < 100);
        }
        for refused in ["br", "gzip;q=0", "identity", "x-gzip"] {
            assert_eq!(asked(&[(ACCEPT_ENCODING, refused)], 0).body().len(), 5000, "{refused}");
        }
    }

    #[test]
    fn who_has_it_is_told_so_and_gets_no_body() {
        let tag = header(&asked(&[], 0), &ETAG);
        for known in [tag.as_str(), tag.trim_start_matches("W/"), &format!("\"a\", {tag}"), "*"] {
            let answer = asked(&[(IF_NONE_MATCH, known)], 0);
            assert_eq!((answer.status(), answer.body().len()), (StatusCode::NOT_MODIFIED, 0));
            assert_eq!(header(&answer, &ETAG), tag);
        }
        assert_eq!(asked(&[(IF_NONE_MATCH, "\"another\"")], 0).status(), StatusCode::OK);
    }

    #[test]
    fn it_may_be_kept_for_as_long_as_it_holds() {
        assert_eq!(header(&asked(&[], 0), &CACHE_CONTROL), "max-age=30");
        assert_eq!(header(&asked(&[], 12), &CACHE_CONTROL), "max-age=18");
        assert_eq!(header(&asked(&[], -5), &CACHE_CONTROL), "max-age=30");
    }
}
