//! Answers: a short text, or an error as JSON.

use http::header::{ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::json;

use crate::signal::ping;

/// An answer with its whole body.
pub type Response = http::Response<Vec<u8>>;

/// `body`, as they stand.
pub(super) fn text(body: &str) -> Response {
    response(StatusCode::OK, "text/plain; charset=utf-8", body.as_bytes().to_vec())
}

/// The answer that a ping is stored, with healthchecks.io's body:
/// <https://healthchecks.io/docs/attaching_logs/>.
pub(super) fn pinged() -> Response {
    let mut response = text("OK");
    let limit = HeaderValue::from(ping::MAX_BODY);
    response.headers_mut().insert(HeaderName::from_static("ping-body-limit"), limit);
    response
}

/// The answer that a push is stored, as Uptime Kuma gives it.
pub(super) fn pushed() -> Response {
    let body = json!({ "ok": true }).to_string();
    response(StatusCode::OK, "application/json", body.into_bytes())
}

/// The answer that a report is stored.
pub(super) fn stored() -> Response {
    let body = json!({ "stored": true }).to_string();
    response(StatusCode::OK, "application/json", body.into_bytes())
}

/// `{"error": {"code", "message"}}`.
pub(super) fn error(status: u16, code: &str, message: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = json!({ "error": { "code": code, "message": message } }).to_string();
    response(status, "application/json", body.into_bytes())
}

/// The answer that the method is not allowed; its header `Allow` names those that are.
pub(super) fn method_not_allowed(allowed: &'static str) -> Response {
    let mut response = error(405, "method_not_allowed", &format!("this path takes {allowed} only"));
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
    response
}

/// The answer that a limit is reached.
pub(super) fn too_many(message: &str) -> Response {
    let mut response = error(429, "too_many", message);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("60"));
    response
}

/// No body at all.
pub(super) fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = status;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The answer that nothing was stored: the sender must send it again.
pub(super) fn not_stored() -> Response {
    let mut response = error(503, "not_stored", "it could not be stored; send it again");
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("10"));
    response
}

/// An answer that no cache may store.
pub(super) fn response(status: StatusCode, kind: &'static str, body: Vec<u8>) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The key that a request carries as `Authorization: Bearer KEY`; empty if none:
/// <https://datatracker.ietf.org/doc/html/rfc6750#section-2.1>.
pub(super) fn bearer(headers: &HeaderMap) -> &str {
    let value = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (scheme, key) = value.and_then(|value| value.split_once(' ')).unwrap_or_default();
    if scheme.eq_ignore_ascii_case("bearer") { key.trim() } else { "" }
}
