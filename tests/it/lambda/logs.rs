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
    assert!(said[0].starts_with("logs:/aws/lambda/photo-sync"), "{said:?}");
    assert!(said[1].contains("quiet again after 1 error "), "{said:?}");
}

#[tokio::test]
async fn its_message_has_the_traceback_the_stream_and_a_link() {
    let context = Context::new().await;
    context.start().await.invoke(event("logs_python_line_by_line")).await;
    let told = context.webhook.requests().concat();
    for part in [
        "Traceback (most recent call last):",
        "ValueError: disk is full",
        "\\nnas\\n",
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
