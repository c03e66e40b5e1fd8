//! A request to the inbox, whichever way it came. This file alone knows how
//! AWS writes one.

use std::fmt;
use std::net::IpAddr;

use aws_lambda_events::event::apigw::{ApiGatewayProxyRequest, ApiGatewayV2httpRequest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::{HeaderMap, Method};
use url::form_urlencoded::Serializer;

use crate::signal::envelope::{EventError, HttpEvent, HttpPayload};

/// A request to the inbox.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// The method.
    pub method: Method,
    /// The path without the stage of an API, as it was sent; may hold a key.
    pub path: String,
    /// The part after `?`, encoded; may be empty.
    pub query: String,
    /// The headers; those whose names or values no header can have are left out.
    pub headers: HeaderMap,
    /// The body, decoded.
    pub body: Vec<u8>,
    /// The address that connected.
    pub source: Option<IpAddr>,
}

/// The path may hold a ping's key, and headers a report's.
impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("body", &self.body.len())
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

impl HttpRequest {
    /// The request that came in AWS's form.
    ///
    /// # Errors
    /// Where it says that its body is base64, and it is not.
    pub fn received(event: HttpEvent) -> Result<Self, EventError> {
        match event.0 {
            HttpPayload::One(request) => of_payload_1(request),
            HttpPayload::Two(request) => of_payload_2(request),
        }
    }
}

/// The query comes decoded, and is encoded again; what may come several times,
/// comes again with all its values.
fn of_payload_1(request: ApiGatewayProxyRequest) -> Result<HttpRequest, EventError> {
    let several = request.multi_value_query_string_parameters;
    let query = if several.is_empty() { request.query_string_parameters } else { several };
    let mut pairs: Vec<_> = query.iter().collect();
    pairs.sort_by_key(|(name, _)| *name);
    let several = request.multi_value_headers;
    Ok(HttpRequest {
        method: request.http_method,
        path: request.path.unwrap_or_else(|| "/".to_owned()),
        query: Serializer::new(String::new()).extend_pairs(pairs).finish(),
        headers: if several.is_empty() { request.headers } else { several },
        body: body(request.body, request.is_base64_encoded)?,
        source: address(request.request_context.identity.source_ip),
    })
}

/// A path below a named stage begins with it.
fn of_payload_2(request: ApiGatewayV2httpRequest) -> Result<HttpRequest, EventError> {
    let path = request.raw_path.as_deref().unwrap_or("/");
    let stage = request.request_context.stage.as_deref().filter(|stage| *stage != "$default");
    let inner = stage
        .and_then(|stage| path.strip_prefix('/')?.strip_prefix(stage))
        .filter(|rest| rest.is_empty() || rest.starts_with('/'));
    let path = inner.unwrap_or(path);
    Ok(HttpRequest {
        path: if path.is_empty() { "/".to_owned() } else { path.to_owned() },
        method: request.request_context.http.method,
        query: request.raw_query_string.unwrap_or_default(),
        headers: request.headers,
        body: body(request.body, request.is_base64_encoded)?,
        source: address(request.request_context.http.source_ip),
    })
}

fn address(source: Option<String>) -> Option<IpAddr> {
    source?.parse().ok()
}

fn body(body: Option<String>, is_base64: bool) -> Result<Vec<u8>, EventError> {
    let body = body.unwrap_or_default();
    if !is_base64 {
        return Ok(body.into_bytes());
    }
    BASE64.decode(body).map_err(|_| EventError::Unreadable {
        what: "an HTTP request",
        why: "its body is not base64".to_owned(),
    })
}
