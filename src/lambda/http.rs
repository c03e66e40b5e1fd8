//! The inbox's answer in the form that a Function URL and API Gateway take.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::Method;
use serde_json::{Map, Value, json};

use crate::inbox::Response;

/// `response` to a request by `method`. Payload 2.0
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>
/// and 1.0
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-output-format>
/// both know these four keys, so that nothing depends on which one came.
pub(super) fn payload(method: &Method, response: Response) -> Value {
    let (head, body) = response.into_parts();
    let mut headers = Map::new();
    for name in head.headers.keys() {
        let values = head.headers.get_all(name).iter();
        let values: Vec<_> =
            values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        headers.insert(name.to_string(), values.join(", ").into());
    }
    // Who asks for the head alone must get no body, and nobody else cuts it off.
    let body = if method == Method::HEAD { Vec::new() } else { body };
    let (body, is_base64) = match String::from_utf8(body) {
        Ok(text) => (text, false),
        Err(bytes) => (BASE64.encode(bytes.as_bytes()), true),
    };
    json!({
        "statusCode": head.status.as_u16(),
        "headers": headers,
        "body": body,
        "isBase64Encoded": is_base64,
    })
}

#[cfg(test)]
mod tests {
    use http::header::{CONTENT_TYPE, VARY};
    use http::{HeaderValue, StatusCode};

    use super::*;

    fn response(body: &[u8]) -> Response {
        let mut response = Response::new(body.to_vec());
        *response.status_mut() = StatusCode::CREATED;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
        headers.append(VARY, HeaderValue::from_static("origin"));
        headers.append(VARY, HeaderValue::from_static("accept"));
        response
    }

    #[test]
    fn text_goes_as_it_is_and_a_header_s_values_with_commas() {
        let expected = json!({
            "statusCode": 201,
            "headers": { "content-type": "text/plain", "vary": "origin, accept" },
            "body": "서울",
            "isBase64Encoded": false,
        });
        assert_eq!(payload(&Method::GET, response("서울".as_bytes())), expected);
    }

    #[test]
    fn what_is_no_text_goes_as_base64() {
        let payload = payload(&Method::GET, response(b"\xff\x00"));
        assert_eq!((&payload["body"], &payload["isBase64Encoded"]), (&json!("/wA="), &json!(true)));
    }

    #[test]
    fn who_asks_for_the_head_gets_no_body() {
        assert_eq!(payload(&Method::HEAD, response(b"OK"))["body"], "");
    }
}
