//! A request that came through a Function URL or API Gateway: payload 2.0
//! <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads>
//! and 1.0
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>.

use std::fmt;

use aws_lambda_events::event::apigw::{ApiGatewayProxyRequest, ApiGatewayV2httpRequest};
use http::{HeaderName, HeaderValue, Method};
use serde_json::{Map, Value};

use super::EventError;
use crate::signal::aws::text;

const WHAT: &str = "an HTTP request";

/// The most headers that are read; AWS passes on far fewer.
const MAX_HEADERS: usize = 1_000;

/// A request in AWS's form. [`Debug`](fmt::Debug) shows none of it: its path
/// may hold a ping's key, and its headers a report's.
#[derive(Clone, PartialEq)]
pub struct HttpEvent(pub HttpPayload);

/// Which of AWS's two forms a request has.
#[derive(Clone, PartialEq)]
pub enum HttpPayload {
    /// Payload 1.0, of API Gateway.
    One(ApiGatewayProxyRequest),
    /// Payload 2.0, of Function URLs and API Gateway.
    Two(ApiGatewayV2httpRequest),
}

impl fmt::Debug for HttpEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpEvent").finish_non_exhaustive()
    }
}

/// `None` if it is not a request.
pub(super) fn decode(event: &Value) -> Result<Option<HttpEvent>, EventError> {
    let unreadable = |why: &str| EventError::Unreadable { what: WHAT, why: why.to_owned() };
    let refused = |_| unreadable("a field is not as AWS writes it");
    let method = if let Some(method) = text(event, "/requestContext/http/method") {
        method
    } else if let (Some(method), Some(_)) = (text(event, "/httpMethod"), text(event, "/path")) {
        method
    } else {
        return Ok(None);
    };
    Method::from_bytes(method.as_bytes()).map_err(|_| unreadable("its method"))?;
    let is_first = event.get("httpMethod").is_some();
    let event = Value::Object(readable(event));
    let payload = if is_first {
        HttpPayload::One(serde_json::from_value(event).map_err(refused)?)
    } else {
        HttpPayload::Two(serde_json::from_value(event).map_err(refused)?)
    };
    Ok(Some(HttpEvent(payload)))
}

/// The event without invalid headers. API Gateway passes on whatever a client sent, and
/// the library's type refuses the whole request because of one invalid header. The
/// authorizer's data is left out too: its form differs between the kinds of authorizers.
fn readable(event: &Value) -> Map<String, Value> {
    let mut event = event.as_object().cloned().unwrap_or_default();
    for name in ["headers", "multiValueHeaders"] {
        if let Some(headers) = event.get_mut(name).and_then(Value::as_object_mut) {
            let kept = std::mem::take(headers).into_iter().filter_map(|(name, value)| {
                HeaderName::from_bytes(name.as_bytes()).ok()?;
                Some((name, usable(value)?))
            });
            *headers = kept.take(MAX_HEADERS).collect();
        }
    }
    if let Some(context) = event.get_mut("requestContext").and_then(Value::as_object_mut) {
        context.remove("authorizer");
    }
    event
}

/// Those of one value or several that are valid in a header.
fn usable(value: Value) -> Option<Value> {
    let is_usable =
        |value: &Value| value.as_str().is_some_and(|text| HeaderValue::from_str(text).is_ok());
    if let Value::Array(several) = value {
        return Some(several.into_iter().filter(is_usable).take(MAX_HEADERS).collect());
    }
    is_usable(&value).then_some(value)
}
