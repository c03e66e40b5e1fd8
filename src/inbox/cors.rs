//! Which web pages may report, and read the answer or the state:
//! <https://fetch.spec.whatwg.org/#http-cors-protocol>.

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_MAX_AGE, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue, StatusCode};

use super::answer::{self, Response};
use crate::model::target::ReportService;

/// Allows every page.
const ANY: &str = "*";

/// Seconds that a browser may remember a preflight's answer; none keeps it longer.
const MAX_AGE: &str = "86400";

/// Lets every page read `response`: whoever has a heartbeat's key may also ping from a
/// browser, as with healthchecks.io: <https://healthchecks.io/docs/javascript/>.
pub(super) fn open(response: &mut Response) {
    response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static(ANY));
}

/// Whether pages of `origin` may report of `service`.
pub(super) fn is_allowed(service: &ReportService, origin: &HeaderValue) -> bool {
    service.origins.iter().any(|allowed| allowed == ANY || allowed.as_bytes() == origin.as_bytes())
}

/// The answer to a browser that asks whether it may send a report. It does
/// not say of which service, so any one's origin will do; the report itself
/// is checked against its own.
pub(super) fn preflight(services: &[ReportService], headers: &HeaderMap) -> Response {
    let mut response = answer::empty(StatusCode::NO_CONTENT);
    if !allow(services, headers, &mut response) {
        return answer::error(403, "origin", "pages of this origin may not report");
    }
    for (name, value) in [
        (ACCESS_CONTROL_ALLOW_METHODS, "POST"),
        (ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type"),
        (ACCESS_CONTROL_MAX_AGE, MAX_AGE),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The answer to a browser that asks whether it may ping: with JSON, or with a
/// key in a header, it asks first.
pub(super) fn preflight_ping() -> Response {
    let mut response = answer::empty(StatusCode::NO_CONTENT);
    open(&mut response);
    for (name, value) in [
        (ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST, PUT"),
        (ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type"),
        (ACCESS_CONTROL_MAX_AGE, MAX_AGE),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Lets the page that sent `request` read an answer with `headers`, if its origin is one
/// of `origins`.
pub(super) fn read(origins: &[String], request: &HeaderMap, headers: &mut HeaderMap) {
    headers.append(VARY, HeaderValue::from_static("origin"));
    let origin = request.get(ORIGIN).filter(|origin| {
        origins.iter().any(|allowed| allowed == ANY || allowed.as_bytes() == origin.as_bytes())
    });
    headers.extend(origin.map(|origin| (ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone())));
}

/// The answer to a browser that asks whether it may read: with a password in a header, it
/// asks first.
pub(super) fn preflight_read(origins: &[String], request: &HeaderMap) -> Response {
    let mut response = answer::empty(StatusCode::NO_CONTENT);
    read(origins, request, response.headers_mut());
    for (name, value) in [
        (ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD"),
        (ACCESS_CONTROL_ALLOW_HEADERS, "authorization"),
        (ACCESS_CONTROL_MAX_AGE, MAX_AGE),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Lets the page that sent `request` read `response`, if it is of an origin
/// that may report at all; whether it is.
pub(super) fn allow(
    services: &[ReportService],
    request: &HeaderMap,
    response: &mut Response,
) -> bool {
    response.headers_mut().insert(VARY, HeaderValue::from_static("origin"));
    let origin = request.get(ORIGIN);
    let allowed = |origin: &&HeaderValue| services.iter().any(|each| is_allowed(each, origin));
    let Some(origin) = origin.filter(allowed) else { return false };
    response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    true
}
