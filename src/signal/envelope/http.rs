//! A request that came through a Function URL or API Gateway: payload 2.0
//! <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads>
//! and 1.0
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>.

use std::fmt;
use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::Value;
use url::form_urlencoded::Serializer;

use super::EventError;
use crate::signal::aws::text;

const WHAT: &str = "an HTTP request";

/// A request to the inbox, whichever way it came.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// The method.
    pub method: Method,
    /// The path without the stage of an API, as it was sent; may hold a key.
    pub path: String,
    /// What stood after `?`, encoded; may be empty.
    pub query: String,
    /// The headers; those whose names or values no header can have are left out.
    pub headers: HeaderMap,
    /// The body, decoded.
    pub body: Vec<u8>,
    /// Who connected, as AWS saw it.
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

/// `None` if it is no request.
pub(super) fn decode(event: &Value) -> Result<Option<HttpRequest>, EventError> {
    let parts = if let Some(method) = text(event, "/requestContext/http/method") {
        Parts::of_payload_2(event, method)
    } else if let (Some(method), Some(path)) = (text(event, "/httpMethod"), text(event, "/path")) {
        Parts::of_payload_1(event, method, path)
    } else {
        return Ok(None);
    };
    let unreadable = |why: &str| EventError::Unreadable { what: WHAT, why: why.to_owned() };
    let body = text(event, "/body").unwrap_or_default();
    let body = match event.get("isBase64Encoded").and_then(Value::as_bool) {
        Some(true) => BASE64.decode(body).map_err(|_| unreadable("its body is not base64"))?,
        Some(false) | None => body.as_bytes().to_vec(),
    };
    let Parts { method, path, query, headers, source } = parts;
    let method = Method::from_bytes(method.as_bytes()).map_err(|_| unreadable("its method"))?;
    let source = source.and_then(|source| source.parse().ok());
    Ok(Some(HttpRequest { method, path, query, headers, body, source }))
}

struct Parts<'a> {
    method: &'a str,
    path: String,
    query: String,
    headers: HeaderMap,
    source: Option<&'a str>,
}

impl<'a> Parts<'a> {
    /// A path below a named stage begins with it.
    fn of_payload_2(event: &'a Value, method: &'a str) -> Self {
        let path = text(event, "/rawPath").unwrap_or("/");
        let stage = text(event, "/requestContext/stage").filter(|stage| *stage != "$default");
        let inner = stage
            .and_then(|stage| path.strip_prefix('/')?.strip_prefix(stage))
            .filter(|rest| rest.is_empty() || rest.starts_with('/'));
        let path = inner.unwrap_or(path);
        Self {
            method,
            path: if path.is_empty() { "/".to_owned() } else { path.to_owned() },
            query: text(event, "/rawQueryString").unwrap_or_default().to_owned(),
            headers: headers(event.get("headers")),
            source: text(event, "/requestContext/http/sourceIp"),
        }
    }

    /// The query comes decoded, and is encoded again; what may come several
    /// times, comes again with all its values.
    fn of_payload_1(event: &'a Value, method: &'a str, path: &str) -> Self {
        let either = |all: &str, one: &str| {
            event.get(all).filter(|all| all.is_object()).or_else(|| event.get(one))
        };
        let queried = either("multiValueQueryStringParameters", "queryStringParameters");
        Self {
            method,
            path: path.to_owned(),
            query: Serializer::new(String::new()).extend_pairs(pairs(queried)).finish(),
            headers: headers(either("multiValueHeaders", "headers")),
            source: text(event, "/requestContext/identity/sourceIp"),
        }
    }
}

/// Every name with every of its values, which are one string or a list.
fn pairs(object: Option<&Value>) -> impl Iterator<Item = (&str, &str)> {
    object.and_then(Value::as_object).into_iter().flatten().flat_map(|(name, value)| {
        let several = value.as_array().map(Vec::as_slice).unwrap_or_default();
        let values = several.iter().chain(Some(value)).filter_map(Value::as_str);
        values.map(move |value| (name.as_str(), value))
    })
}

fn headers(object: Option<&Value>) -> HeaderMap {
    let valid = pairs(object).filter_map(|(name, value)| {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        Some((name, HeaderValue::from_str(value).ok()?))
    });
    let mut headers = HeaderMap::new();
    for (name, value) in valid {
        // A map of headers holds 32,768 at most; AWS carries far fewer.
        if headers.try_append(name, value).is_err() {
            break;
        }
    }
    headers
}
