//! Requests through a Function URL, and API Gateway's two payloads.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::*;

/// The heartbeat and the service that the requests on file are for.
const INBOX: &str = "
    [[heartbeat]]
    name = 'thermometer'
    key = 'k3y-of-the-heartbeat'
    interval = '1d'
    expect = { json = ['$.temperature <= 40'] }

    [[reports]]
    service = 'map-web'
    origins = ['https://map.example.com']
    key = 'k3y-of-the-reports'
";

async fn context() -> Context {
    scene_answering([Reply::new(200, "ok")]).await
}

async fn scene_answering(replies: impl IntoIterator<Item = Reply>) -> Context {
    let context = Context::answering(replies).await;
    context.configure(INBOX);
    context
}

/// The request in `tests/events/http_function_url.json`, with this method, path and body.
fn request(method: &str, path: &str, body: &str) -> Value {
    let mut event = event("http_function_url");
    event["requestContext"]["http"]["method"] = json!(method);
    event["rawPath"] = json!(path);
    event["body"] = json!(body);
    event
}

async fn answer(inbox: &mut Instance, event: Value) -> Value {
    match inbox.invoke(event).await {
        Answer::Response(answer) => answer,
        Answer::Error(error) => panic!("the request failed: {error}"),
    }
}

#[tokio::test]
async fn a_ping_is_stored_told_and_only_then_answered() {
    let context = context().await;
    let mut inbox = context.start().await;
    for (body, messages) in [("{\"temperature\": 45}", 1), ("{\"temperature\": 23}", 2)] {
        let ping = request("POST", "/ping/k3y-of-the-heartbeat", body);
        let answered = answer(&mut inbox, ping).await;
        assert_eq!((&answered["statusCode"], &answered["body"]), (&json!(200), &json!("OK")));
        assert_eq!(context.said().len(), messages, "{:?}", context.said());
    }
    assert!(context.said()[1].contains("thermometer recovered"), "{:?}", context.said());
}

#[tokio::test]
async fn a_report_is_taken_in_either_payload_and_in_base64() {
    let context = context().await;
    let mut inbox = context.start().await;
    let key = json!("Bearer k3y-of-the-reports");
    let mut one = event("http_api_gateway_1");
    one["multiValueHeaders"]["Authorization"] = json!([key]);
    let mut encoded = event("http_api_gateway_1_base64");
    encoded["headers"]["Authorization"] = key.clone();
    let body = one["body"].as_str().unwrap().to_owned();
    encoded["body"] = json!(BASE64.encode(&body));
    let mut two = request("POST", "/report", &body);
    two["headers"]["authorization"] = key;
    for event in [one, encoded, two] {
        let answered = answer(&mut inbox, event).await;
        assert_eq!(answered["statusCode"], 200, "{answered}");
        assert_eq!(answered["body"], "{\"stored\":true}");
        assert_eq!(answered["isBase64Encoded"], false);
        assert_eq!(answered["headers"]["content-type"], "application/json");
    }
    let said = context.said();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("🔴 map-web reports an error: "), "{said:?}");
}

#[tokio::test]
async fn what_is_refused_is_refused_as_anywhere_and_no_error_of_the_function() {
    let context = context().await;
    let mut inbox = context.start().await;
    for (method, path, status) in [
        ("GET", "/ping/another-key", 404),
        ("POST", "/report", 400),
        ("DELETE", "/ping/k3y-of-the-heartbeat", 405),
        ("GET", "/nowhere", 404),
    ] {
        let answered = answer(&mut inbox, request(method, path, "")).await;
        assert_eq!(answered["statusCode"], status, "{method} {path}");
    }
    let log = context.log();
    assert!(!log.contains("k3y-of-the") && !log.contains("another-key"), "{log}");
}

#[tokio::test]
async fn it_is_healthy_while_the_store_answers() {
    let context = context().await;
    let mut inbox = context.start().await;
    let healthy = answer(&mut inbox, request("GET", "/healthz", "")).await;
    assert_eq!((&healthy["statusCode"], &healthy["body"]), (&json!(200), &json!("OK")));
    let head = answer(&mut inbox, request("HEAD", "/healthz", "")).await;
    assert_eq!((&head["statusCode"], &head["body"]), (&json!(200), &json!("")));
    context.sql("ALTER TABLE target RENAME TO gone");
    let sick = answer(&mut inbox, request("GET", "/healthz", "")).await;
    assert_eq!(sick["statusCode"], 503, "{sick}");
}

#[tokio::test]
async fn what_cannot_be_stored_is_not_acknowledged() {
    let context = context().await;
    let mut inbox = context.start().await;
    let ping = request("GET", "/ping/k3y-of-the-heartbeat/fail", "");
    inbox.tick(0).await;
    context.fill_the_store();
    let answered = answer(&mut inbox, ping.clone()).await;
    assert_eq!(answered["statusCode"], 503, "{answered}");
    context.make_room_in_the_store();
    assert_eq!(answer(&mut inbox, ping).await["statusCode"], 200);
    assert_eq!(context.said().len(), 1, "{:?}", context.said());
}

#[tokio::test]
async fn what_is_stored_is_acknowledged_though_it_cannot_be_told_yet() {
    let refusing = [Reply::new(500, "rollup_error"), Reply::new(200, "ok")];
    let context = scene_answering(refusing).await;
    let mut inbox = context.start().await;
    let ping = request("GET", "/ping/k3y-of-the-heartbeat/fail", "");
    assert_eq!(answer(&mut inbox, ping).await["statusCode"], 200);
    assert_eq!(context.webhook.requests().len(), 1);
    let tick = answer(&mut inbox, event("schedule_input_as_it_stands")).await;
    assert_eq!(tick["announced"][0]["kind"], "down");
}

#[tokio::test]
async fn at_a_public_url_there_is_a_page_only_where_it_is_asked_for() {
    let context = context().await;
    let mut inbox = context.start().await;
    for path in ["/", "/status.json", "/feed.atom", "/badge/thermometer.svg"] {
        assert_eq!(answer(&mut inbox, request("GET", path, "")).await["statusCode"], 404, "{path}");
    }
    context.configure(&format!("{INBOX}\n[page]\nenabled = true\n"));
    for path in ["/", "/status.json", "/feed.atom", "/badge/thermometer.svg"] {
        assert_eq!(answer(&mut inbox, request("GET", path, "")).await["statusCode"], 200, "{path}");
    }
}

#[tokio::test]
async fn a_page_names_what_came_by_itself_only_where_it_is_asked_for() {
    let context = context().await;
    let mut inbox = context.start().await;
    inbox.invoke(event("sns_alarm")).await;
    for (names, discovered) in [(false, ""), (true, "discovered = true\n")] {
        context.configure(&format!("{INBOX}\n[page]\nenabled = true\n{discovered}"));
        for path in ["/", "/status.json", "/feed.atom"] {
            let answered = answer(&mut inbox, request("GET", path, "")).await;
            let body = answered["body"].as_str().unwrap();
            assert_eq!(body.contains("nas-cpu-high"), names, "{path}: {body}");
        }
    }
}
