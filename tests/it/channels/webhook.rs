//! A webhook of one's own: its JSON, its signature, and that its document
//! tells the truth about both.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use prober::core::announce::Fact;
use prober::core::judge::health::Transition;
use prober::engine::TransitionLine;
use prober::message::Message;
use prober::model::names::TargetName;
use prober::model::observation::{Reason, WarningKind};
use prober::model::secret::Secret;
use prober::model::state::{Outage, Status};
use prober::model::target::ChannelKind;
use ring::hmac;
use serde_json::{Value, json};

use super::{json, parts};
use crate::message::{at, incident, say};
use crate::notify::{ACCEPTED, tell};
use crate::webhook::{Reply, Webhook};

const SECRET: &str = "correct horse battery staple";

fn blog() -> TargetName {
    TargetName::new("blog")
}

/// The request that a receiver gets of `message`.
async fn request(message: &Message, secret: Option<&str>) -> String {
    let receiver = Webhook::start([Reply::new(202, "<html>thanks")]).await;
    let secret = secret.map(Secret::new);
    let kind = ChannelKind::Webhook { url: receiver.url.clone(), secret };
    assert_eq!(tell(kind, message, Duration::from_secs(20)).await, ACCEPTED);
    receiver.requests().remove(0)
}

async fn transitions(facts: Vec<Fact>) -> Value {
    let items: Vec<_> = facts.into_iter().map(|fact| (blog(), fact)).collect();
    json(&request(&say(&items), None).await)["transitions"].clone()
}

fn down() -> Fact {
    let incident = incident("2026-07-05T05:02:00Z", Reason::Refused, "203.0.113.7:443 refused it");
    Fact::Down { incident, affected: vec![TargetName::new("photos")] }
}

fn signature(request: &str) -> Option<&str> {
    parts(request).0.lines().find_map(|line| line.strip_prefix("x-prober-signature: "))
}

#[tokio::test]
async fn a_receiver_gets_the_facts_and_the_story() {
    let body = json(&request(&say(&[(blog(), down())]), None).await);
    assert_eq!(
        body,
        json!({
            "at": "2026-07-05T05:05:00Z",
            "vantage": "ap-northeast-2",
            "text": body["text"],
            "transitions": [{
                "target": "blog",
                "kind": "down",
                "incident": "blog@2026-07-05T05:02:00Z",
                "since": "2026-07-05T05:02:00Z",
                "reason": "refused",
                "detail": "203.0.113.7:443 refused it",
                "affected": ["photos"],
            }],
        })
    );
    assert!(
        body["text"].as_str().unwrap().starts_with("🔴 blog is down since 14:02, and 1 behind it"),
        "{body}"
    );
}

#[tokio::test]
async fn a_tick_s_summary_says_the_same_of_an_incident() {
    let gone = incident("2026-07-05T05:02:00Z", Reason::Dns, "no such name");
    let outage = Outage::of(&gone, at("2026-07-05T05:04:00Z"));
    let line = TransitionLine::from((blog(), Transition::Recovered(outage.clone())));
    let summary = serde_json::to_value(line).unwrap();
    let told = transitions(vec![Fact::Recovered(outage)]).await;
    for (field, value) in summary.as_object().unwrap() {
        assert_eq!(told[0][field], *value, "{field}");
    }
}

#[tokio::test]
async fn every_fact_has_what_there_is_to_know() {
    let incident = || incident("2026-07-05T05:02:00Z", Reason::Dns, "");
    let outage = || Outage::of(&incident(), at("2026-07-05T05:04:00Z"));
    let expiring = vec![(WarningKind::CertExpiring, "in 3 days".into())];
    let since = at("2026-07-05T05:02:00Z");
    let told = transitions(vec![
        Fact::StillDown(incident()),
        Fact::was_down(outage()),
        Fact::Recovered(outage()),
        Fact::Steady(Status::Down(incident())),
        Fact::Steady(Status::Up { since }),
        Fact::Steady(Status::Unknown),
        Fact::Warning(expiring),
        Fact::Cleared(vec![(WarningKind::Slow, "".into())]),
    ])
    .await;
    let start = "2026-07-05T05:02:00Z";
    let id = format!("blog@{start}");
    let of = |kind| json!({ "target": "blog", "kind": kind });
    let open = |kind| json!({ "target": "blog", "kind": kind, "incident": id, "since": start, "reason": "dns", "detail": "" });
    let over = |kind| {
        let mut over = open(kind);
        over["at"] = json!("2026-07-05T05:04:00Z");
        over["duration_s"] = json!(120);
        over
    };
    let mut up = of("steady");
    up["since"] = json!(start);
    let mut warning = of("warning");
    warning["reason"] = json!("cert_expiring");
    warning["detail"] = json!("in 3 days");
    let mut cleared = of("cleared");
    cleared["reason"] = json!("slow");
    let expected = json!([
        open("still_down"),
        over("was_down"),
        over("recovered"),
        open("steady"),
        up,
        of("steady"),
        warning,
        cleared
    ]);
    assert_eq!(told, expected);
}

#[tokio::test]
async fn the_body_is_signed_where_there_is_a_secret() {
    let message = say(&[(blog(), down())]);
    assert_eq!(signature(&request(&message, None).await), None);
    let request = request(&message, Some(SECRET)).await;
    let hex = signature(&request).unwrap().strip_prefix("sha256=").unwrap();
    let bytes =
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap());
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    hmac::verify(&key, parts(&request).1.as_bytes(), &bytes.collect::<Vec<_>>()).unwrap();
}

/// Runs the document's Python with `check` behind it; `check` says what holds.
fn python(check: &str) {
    let document = include_str!("../../../docs/webhook.md");
    let (_, code) = document.split_once("```python\n").unwrap();
    let (code, _) = code.split_once("```").unwrap();
    let mut python = Command::new("python3").arg("-").stdin(Stdio::piped()).spawn().unwrap();
    python.stdin.take().unwrap().write_all(format!("{code}\n{check}").as_bytes()).unwrap();
    assert!(python.wait().unwrap().success(), "{check}");
}

#[tokio::test]
async fn the_documents_python_tells_genuine_requests_from_others() {
    let request = request(&say(&[(blog(), down())]), Some(SECRET)).await;
    let (body, signature) = (parts(&request).1, signature(&request).unwrap());
    let (body, signature) = (json!(body), json!(signature));
    python(&format!(
        "body, signature, secret = {body}.encode(), {signature}, {SECRET:?}.encode()\n\
         said = datetime.fromisoformat('2026-07-05T05:05:10+00:00')\n\
         assert genuine(body, signature, secret, said)\n\
         assert not genuine(body + b' ', signature, secret, said)\n\
         assert not genuine(body, signature, b'another', said)\n\
         assert not genuine(body, None, secret, said)\n\
         assert not genuine(body, signature, secret, said + timedelta(hours=1))\n"
    ));
}
