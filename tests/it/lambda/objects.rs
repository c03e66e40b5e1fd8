//! Objects that are written to S3.

use super::*;
use crate::support::server::{Act, Server, answer, ok};

/// A heartbeat that is called like the object in `s3_put.json`.
const BACKUP: &str = "
    [[heartbeat]]
    name = 'nightly-backup'
    key = 'k3y-of-the-backup'
    interval = '1d'
    expect = { json = ['$.files > 0'] }
";

/// S3's answer for what is not there.
const GONE: &str = "<Error><Code>NoSuchKey</Code><Message>not there</Message></Error>";

/// A context with that heartbeat, and an S3 that answers like this.
async fn context(script: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> (Context, Server) {
    let context = Context::new().await;
    context.configure(BACKUP);
    let s3 = Server::scripted(move |request| vec![Act::Say(script(request))]).await;
    (context, s3)
}

async fn start(context: &Context, s3: &Server) -> Instance {
    let url = s3.url("");
    let variables = [
        ("AWS_ENDPOINT_URL_S3", url.as_str()),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
    ];
    context.start_with(&variables).await
}

/// `s3_put.json` of this key, written in that minute of five o'clock.
fn put(key: &str, minute: u32) -> Value {
    let mut event = event("s3_put");
    event["Records"][0]["s3"]["object"]["key"] = json!(key);
    event["Records"][0]["eventTime"] = json!(format!("2026-07-05T05:{minute:02}:00.000Z"));
    event
}

#[tokio::test]
async fn an_object_is_the_body_of_its_heartbeat() {
    let (context, s3) = context(|request| {
        ok(if request.contains("second") { "{\"files\": 7}" } else { "{\"files\": 0}" })
    })
    .await;
    let mut inbox = start(&context, &s3).await;
    let bad = put("nightly-backup/first.json", 3);
    for event in [bad.clone(), bad, put("nightly-backup/second.json", 4)] {
        assert_eq!(inbox.invoke(event).await, taken(1));
    }
    let said = context.said();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].starts_with("🔴 nightly-backup: $.files is 0, limit &gt; 0"), "{said:?}");
    assert!(said[1].starts_with("🟢 nightly-backup recovered"), "{said:?}");
    let fetched = s3.last_request();
    let path = "GET /home-heartbeats/nightly-backup/second.json HTTP/1.1";
    assert!(fetched.starts_with(path), "{fetched}");
    assert!(fetched.contains("AWS4-HMAC-SHA256"), "{fetched}");
}

#[tokio::test]
async fn a_key_is_decoded_and_the_version_that_was_written_is_fetched() {
    let (context, s3) = context(|_| ok("{\"files\": 1}")).await;
    let mut event = put("nightly-backup/my+d%C3%A9j%C3%A0%2Bvu.json", 3);
    event["Records"][0]["s3"]["object"]["versionId"] = json!("v/1");
    assert_eq!(start(&context, &s3).await.invoke(event).await, taken(1));
    let path = "GET /home-heartbeats/nightly-backup/my%20d%C3%A9j%C3%A0%2Bvu.json?versionId=v%2F1 ";
    assert!(s3.last_request().starts_with(path), "{}", s3.last_request());
}

#[tokio::test]
async fn no_more_of_an_object_is_read_than_a_ping_may_have() {
    let endless = Context::new().await;
    endless.configure(BACKUP);
    let s3 = Server::scripted(|_| {
        let head = b"HTTP/1.1 200 OK\r\ncontent-length: 1099511627776\r\n\r\n".to_vec();
        vec![Act::Say(head), Act::Endless(b" [1]".repeat(1024))]
    })
    .await;
    let mut inbox = start(&endless, &s3).await;
    assert_eq!(inbox.invoke(put("nightly-backup.json", 3)).await, taken(1));
    let told = endless.webhook.requests().concat();
    assert!(told.contains("the body is longer than 64 KiB"), "{told}");
}

#[tokio::test]
async fn an_object_that_is_gone_is_logged_and_not_asked_for_again() {
    let (context, s3) = context(|_| answer("404 Not Found", &[], GONE)).await;
    let mut inbox = start(&context, &s3).await;
    assert_eq!(inbox.invoke(put("nightly-backup.json", 3)).await, taken(0));
    assert_eq!(s3.requests().len(), 1);
    assert!(context.log().contains("the object is gone already"));
}

#[tokio::test]
async fn an_object_that_cannot_be_had_is_an_error_so_that_it_is_sent_again() {
    let denied = "<Error><Code>AccessDenied</Code><Message>no</Message></Error>";
    let (context, s3) = context(move |_| answer("403 Forbidden", &[], denied)).await;
    let mut inbox = start(&context, &s3).await;
    let Answer::Error(error) = inbox.invoke(put("nightly-backup.json", 3)).await else {
        panic!("taken");
    };
    assert_eq!(error["errorType"], "Object");
    let message = error["errorMessage"].as_str().unwrap();
    assert!(message.contains("s3://home-heartbeats/nightly-backup.json"), "{message}");
    assert!(message.contains("AccessDenied"), "{message}");
}

#[tokio::test]
async fn one_object_that_cannot_be_had_holds_up_no_other() {
    let (context, s3) = context(|request| {
        if request.contains("first") { answer("403 Forbidden", &[], "") } else { ok("{}") }
    })
    .await;
    let mut inbox = start(&context, &s3).await;
    let mut both = put("nightly-backup/first.json", 3);
    let second = put("nightly-backup/second.json", 4)["Records"][0].clone();
    both["Records"].as_array_mut().unwrap().push(second);
    assert!(matches!(inbox.invoke(both).await, Answer::Error(_)));
    assert_eq!(context.said().len(), 1, "{:?}", context.said());
}

#[tokio::test]
async fn an_object_of_no_heartbeat_is_logged_and_not_fetched() {
    let (context, s3) = context(|_| ok("{}")).await;
    let mut inbox = start(&context, &s3).await;
    assert_eq!(inbox.invoke(put("holiday/photo.jpg", 3)).await, taken(0));
    assert_eq!(s3.requests(), [""; 0]);
    assert!(context.log().contains("no heartbeat is called like this object"));
}
