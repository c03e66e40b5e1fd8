//! Subscriptions to CloudWatch's logs.

use super::*;

#[tokio::test]
async fn a_batch_that_is_delivered_again_is_counted_once_and_quiet_ends_it() {
    let context = Context::new().await;
    let mut inbox = context.start().await;
    for _ in 0..3 {
        assert_eq!(inbox.invoke(event("logs_python_in_one_event")).await, taken(1));
    }
    for at in ["2026-07-05T05:10:00Z", "2026-07-05T05:30:00Z", "2026-07-05T05:31:00Z"] {
        let answer = inbox.invoke(json!({ "scheduled_at": at })).await;
        assert!(matches!(answer, Answer::Response(_)), "{answer:?}");
    }
    let said = context.said();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].starts_with("🔴 photo-sync logs an error: KeyError: "), "{said:?}");
    assert!(said[1].contains("photo-sync: no error for 15 min (1 in all since "), "{said:?}");
}

#[tokio::test]
async fn its_message_has_the_traceback_the_stream_and_a_link() {
    let context = Context::new().await;
    context.start().await.invoke(event("logs_python_line_by_line")).await;
    let told = context.webhook.requests().concat();
    for part in [
        "Traceback (most recent call last):",
        "ValueError: disk is full",
        "Log stream: nas",
        // The region is where the function runs: the event has none.
        "https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#logsV2:log-groups/log-group/",
    ] {
        assert!(told.contains(part), "{part} is not in {told}");
    }
}

#[tokio::test]
async fn a_traceback_longer_than_slack_takes_keeps_its_end_and_says_so() {
    let context = Context::new().await;
    context.start().await.invoke(event("logs_long_traceback")).await;
    let requests = context.webhook.requests();
    let (_, body) = requests[0].split_once("\r\n\r\n").unwrap();
    crate::slack_limits::check(&serde_json::from_str(body).unwrap(), None);
    assert!(body.contains('…'), "{body}");
}

#[tokio::test]
async fn a_control_message_says_nothing() {
    let context = Context::new().await;
    let mut inbox = context.start().await;
    assert_eq!(inbox.invoke(event("logs_control_message")).await, taken(0));
    assert_eq!(context.said(), [""; 0]);
}

/// A batch of `group` with these lines.
fn batch(group: &str, lines: &[&str]) -> Value {
    let events: Vec<Value> = lines
        .iter()
        .enumerate()
        .map(|(id, line)| json!({ "id": id.to_string(), "timestamp": 1_783_227_600_000_i64 + 5_000 * i64::try_from(id).unwrap(), "message": line }))
        .collect();
    let document = json!({
        "messageType": "DATA_MESSAGE", "owner": "123456789012", "logGroup": group,
        "logStream": "nas", "subscriptionFilters": ["prober"], "logEvents": events,
    });
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, document.to_string().as_bytes()).unwrap();
    let data = base64::Engine::encode(
        &base64::engine::general_purpose::STANDARD,
        packed.finish().unwrap(),
    );
    json!({ "awslogs": { "data": data } })
}

#[tokio::test]
async fn of_the_group_that_is_screened_only_errors_are_told() {
    let context = Context::new().await;
    let mut inbox = context.start_with(&[("PROBER_SCREENED_LOG_GROUP", "/home/nas")]).await;
    let quiet = ["INFO 0 errors", "sync done, 0 errors", "{\"level\":\"info\",\"error\":null}"];
    assert_eq!(inbox.invoke(batch("/home/nas", &quiet)).await, taken(0));
    assert_eq!(context.said(), [""; 0]);
    assert_eq!(
        inbox.invoke(batch("/home/nas", &["{\"level\":50,\"msg\":\"disk full\"}"])).await,
        taken(1)
    );
    // Of any other, somebody chose the lines by a pattern of his own.
    assert_eq!(inbox.invoke(batch("/home/router", &quiet[..1])).await, taken(1));
    assert_eq!(context.said().len(), 2, "{:?}", context.said());
}

#[tokio::test]
async fn prober_does_not_hear_itself() {
    let context = Context::new().await;
    let own = "prober-InboxLog-1A2B3C";
    let mut inbox = context.start_with(&[("AWS_LAMBDA_LOG_GROUP_NAME", own)]).await;
    assert_eq!(inbox.invoke(batch(own, &["ERROR cannot tell"])).await, taken(0));
    assert_eq!(context.said(), [""; 0]);
    assert!(context.log().contains("its own log"), "{}", context.log());
}
