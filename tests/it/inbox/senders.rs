//! Senders that know another service's form only: slugs, Uptime Kuma, Gatus,
//! HTML forms, and topics of SNS over HTTPS.

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use prober::model::observation::Reason;
use prober::model::state::State;
use serde_json::json;

use super::desk::Desk;

const CONFIG: &str = "
    [inbox]
    ping_key = 'k3y-of-all-jobs'
    sns_key = 'k3y-of-the-topic'
    [[heartbeat]]
    name = 'Nightly backup'
    key = 'k3y-of-the-backup'
    interval = '1d'
    expect = { body_not_contains = 'FAILED' }
";

/// Why the backup is down after `method` `path` with one header and `body`.
async fn failure(path: &str, header: Option<(&str, &str)>, body: &str) -> Option<(Reason, String)> {
    let desk = Desk::with(CONFIG).await;
    let mut headers = HeaderMap::new();
    if let Some((name, value)) = header {
        let name = if name == "bearer" { AUTHORIZATION } else { CONTENT_TYPE };
        headers.insert(name, HeaderValue::from_str(value).unwrap());
    }
    let (answer, taken) = desk.send("192.0.2.1", "POST", path, headers, body.as_bytes()).await;
    assert!(answer.status == 200 && taken.is_some(), "{path}: {answer:?}");
    let state = desk.state("Nightly backup").await.unwrap();
    let failure = |state: &State| state.incident().map(|incident| incident.failure.clone());
    failure(&state).map(|failure| (failure.reason, failure.detail.to_string()))
}

#[tokio::test]
async fn one_key_and_a_slug_are_a_heartbeat() {
    assert_eq!(failure("/ping/k3y-of-all-jobs/nightly-backup", None, "").await, None);
    let failed = failure("/ping/k3y-of-all-jobs/nightly-backup/3", None, "").await;
    assert_eq!(failed, Some((Reason::ReportedFailure, "exit status 3".into())));
    let desk = Desk::with(CONFIG).await;
    for path in ["/ping/k3y-of-all-jobs", "/ping/k3y-of-all-jobs/other", "/ping/x/nightly-backup"] {
        assert_eq!(desk.hand_in("GET", path, b"").await.0.status, 404, "{path}");
    }
}

#[tokio::test]
async fn uptime_kuma_s_push_is_a_ping() {
    let up = failure("/api/push/k3y-of-the-backup?status=up&msg=OK&ping=", None, "").await;
    assert_eq!(up, None);
    let down = failure("/api/push/k3y-of-the-backup?status=down&msg=no+disk", None, "").await;
    assert_eq!(down, Some((Reason::ReportedFailure, "no disk".into())));
    let form = Some(("type", "application/x-www-form-urlencoded"));
    let path = "/api/push/k3y-of-the-backup";
    let down = failure(path, form, "status=down&msg=no+disk").await;
    assert_eq!(down, Some((Reason::ReportedFailure, "no disk".into())));
    // What the query says counts, as it does there.
    assert_eq!(failure(&format!("{path}?status=up"), form, "status=down").await, None);
}

#[tokio::test]
async fn a_browser_may_ask_before_it_pings() {
    let desk = Desk::with(CONFIG).await;
    for path in ["/ping/k3y-of-the-backup", "/api/push/x", "/api/v1/endpoints/a_b/external"] {
        let (answer, taken) = desk.hand_in("OPTIONS", path, b"").await;
        assert!(answer.status == 204 && taken.is_none(), "{path}: {answer:?}");
        for allowed in ["access-control-allow-origin\": \"*\"", "POST, PUT", "content-type"] {
            assert!(answer.head.contains(allowed), "{allowed} is not in {}", answer.head);
        }
    }
}

#[tokio::test]
async fn gatus_s_external_endpoint_is_a_ping() {
    let bearer = Some(("bearer", "Bearer k3y-of-the-backup"));
    let path = "/api/v1/endpoints/home_nightly-backup/external";
    assert_eq!(failure(&format!("{path}?success=true"), bearer, "").await, None);
    let down = failure(&format!("{path}?success=false&error=no%20disk"), bearer, "").await;
    assert_eq!(down, Some((Reason::ReportedFailure, "no disk".into())));
}

#[tokio::test]
async fn a_form_is_read_before_rules_are_held_against_it() {
    let form = Some(("type", "application/x-www-form-urlencoded"));
    let path = "/ping/k3y-of-the-backup";
    assert_eq!(failure(path, form, "msg=backup+finished").await, None);
    let failed = failure(path, form, "msg=backup+%46AILED").await;
    assert_eq!(failed, Some((Reason::Body, "the body contains `FAILED`".into())));
}

/// What SNS posts of an alarm.
fn notification() -> Vec<u8> {
    let alarm = json!({
        "AlarmName": "cpu", "NewStateValue": "ALARM", "NewStateReason": "too hot",
        "StateChangeTime": "1970-01-01T00:00:00.000+0000",
        "AlarmArn": "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:cpu",
    });
    json!({
        "Type": "Notification", "MessageId": "1", "Message": alarm.to_string(),
        "TopicArn": "arn:aws:sns:eu-west-1:123456789012:home",
        "Timestamp": "1970-01-01T00:00:00.000Z", "SignatureVersion": "1", "Signature": "",
        "SigningCertURL": "https://sns.eu-west-1.amazonaws.com/x.pem",
        "UnsubscribeURL": "https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe",
    })
    .to_string()
    .into_bytes()
}

fn confirmation(url: &str) -> Vec<u8> {
    json!({
        "Type": "SubscriptionConfirmation", "MessageId": "1", "Token": "t", "Message": "",
        "TopicArn": "arn:aws:sns:eu-west-1:123456789012:home", "SubscribeURL": url,
        "Timestamp": "1970-01-01T00:00:00.000Z", "SignatureVersion": "1", "Signature": "",
        "SigningCertURL": "https://sns.eu-west-1.amazonaws.com/x.pem",
    })
    .to_string()
    .into_bytes()
}

#[tokio::test]
async fn a_topic_delivers_over_https_with_the_key() {
    let desk = Desk::with(CONFIG).await;
    let (answer, taken) = desk.hand_in("POST", "/sns/k3y-of-the-topic", &notification()).await;
    assert!(answer.status == 200 && taken.is_some(), "{answer:?}");
    let name = "alarm:arn:aws:cloudwatch:eu-west-1:123456789012:alarm:cpu";
    assert!(desk.state(name).await.unwrap().incident().is_some());
    for (path, body, status) in [
        ("/sns/k3y-of-another", notification(), 404),
        ("/sns/k3y-of-the-topic", b"{}".to_vec(), 400),
        ("/sns/k3y-of-the-topic", b"hello".to_vec(), 400),
    ] {
        assert_eq!(desk.hand_in("POST", path, &body).await.0.status, status, "{path}");
    }
}

#[tokio::test]
async fn a_message_that_is_delivered_raw_is_what_it_is_in_its_envelope() {
    let desk = Desk::with(CONFIG).await;
    let envelope: serde_json::Value = serde_json::from_slice(&notification()).unwrap();
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("x-amz-sns-rawdelivery", "true"),
        ("x-amz-sns-message-type", "Notification"),
        ("x-amz-sns-message-id", "1"),
        ("x-amz-sns-topic-arn", "arn:aws:sns:eu-west-1:123456789012:home"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    for body in [envelope["Message"].as_str().unwrap(), "the backup has finished"] {
        let post = desk.send(
            "192.0.2.1",
            "POST",
            "/sns/k3y-of-the-topic",
            headers.clone(),
            body.as_bytes(),
        );
        let (answer, taken) = post.await;
        assert!(answer.status == 200 && taken.is_some(), "{body}: {answer:?}");
    }
    let alarm = "alarm:arn:aws:cloudwatch:eu-west-1:123456789012:alarm:cpu";
    assert!(desk.state(alarm).await.unwrap().incident().is_some());
    let topic = desk.state("sns:arn:aws:sns:eu-west-1:123456789012:home").await.unwrap();
    assert_eq!(topic.by_kind.topic().unwrap().items[0].headline, "the backup has finished");
}

#[tokio::test]
async fn a_subscription_is_confirmed_at_sns_and_nowhere_else() {
    let desk = Desk::trusting(CONFIG).await;
    let url = &desk.home.url();
    let (answer, _) = desk.hand_in("POST", "/sns/k3y-of-the-topic", &confirmation(url)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(desk.home.requests().len(), 1);
    let strict = Desk::with(CONFIG).await;
    let url = &strict.home.url();
    let (answer, _) = strict.hand_in("POST", "/sns/k3y-of-the-topic", &confirmation(url)).await;
    assert_eq!((answer.status, strict.home.requests().len()), (403, 0), "{answer:?}");
}
