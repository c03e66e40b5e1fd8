//! Who may read the metrics: whoever has the key, or, where there is none, this machine.

use chrono::TimeDelta;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, Method};
use prober::inbox::{HttpRequest, Inbox};

use super::desk::Desk;
use super::listening::{Answer, Listening};
use crate::home::{Nas, target};

const KEY: &str = "[inbox]\nmetrics_key = 'k3y-of-the-metrics'\n";

async fn desk(inbox: &str) -> Desk {
    Desk::with(&format!("{inbox}{}", target("nas", "tcp://127.0.0.1:1"))).await
}

async fn ask(desk: &Desk, source: &str, headers: &[(&str, &str)]) -> Answer {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.insert(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
    }
    desk.send(source, "GET", "/metrics", map, b"").await.0
}

#[tokio::test]
async fn without_a_key_only_this_machine_reads_them() {
    let desk = desk("").await;
    assert_eq!(ask(&desk, "127.0.0.1", &[]).await.status, 200);
    assert_eq!(ask(&desk, "::1", &[]).await.status, 200);
    let forwarded = [
        ("x-forwarded-for", "203.0.113.9"),
        ("x-forwarded-for", "127.0.0.1"),
        ("forwarded", "for=127.0.0.1"),
        ("x-real-ip", "127.0.0.1"),
    ];
    for header in forwarded {
        assert_eq!(ask(&desk, "127.0.0.1", &[header]).await.status, 403, "{header:?}");
    }
    let refused = ask(&desk, "192.168.1.20", &[("authorization", "Bearer ")]).await;
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains("set `metrics_key` under `[inbox]`"), "{refused:?}");
    assert!(!refused.body.contains("nas"), "{refused:?}");
}

#[tokio::test]
async fn with_a_key_only_who_has_it_reads_them() {
    let desk = desk(KEY).await;
    let right = [("authorization", "Bearer k3y-of-the-metrics")];
    let read = ask(&desk, "192.0.2.1", &right).await;
    assert_eq!(read.status, 200);
    assert!(read.head.contains("text/plain; version=0.0.4; charset=utf-8"), "{read:?}");
    assert!(read.body.contains("\nprober_target_status{target=\"nas\",status=\"unknown\"} 1\n"));
    for wrong in ["Bearer k3y-of-the-metric", "Basic k3y-of-the-metrics", "Bearer"] {
        let refused = ask(&desk, "127.0.0.1", &[("authorization", wrong)]).await;
        assert_eq!(refused.status, 401, "{wrong}");
        assert!(refused.head.contains("www-authenticate"), "{refused:?}");
        assert!(!refused.body.contains("nas") && !refused.body.contains("k3y"), "{refused:?}");
    }
}

#[tokio::test]
async fn who_guesses_keys_waits_and_no_other() {
    let desk = desk(KEY).await;
    for _ in 0..30 {
        assert_eq!(ask(&desk, "192.0.2.1", &[]).await.status, 401);
    }
    assert_eq!(ask(&desk, "192.0.2.1", &[]).await.status, 429);
    assert_eq!(ask(&desk, "192.0.2.2", &[]).await.status, 401);
    desk.pass(TimeDelta::minutes(1));
    assert_eq!(ask(&desk, "192.0.2.1", &[]).await.status, 401);
}

#[tokio::test]
async fn an_inbox_that_all_the_world_reaches_shows_them_to_nobody_without_a_key() {
    let desk = desk("").await;
    let request = HttpRequest {
        method: Method::GET,
        path: "/metrics".into(),
        query: String::new(),
        headers: HeaderMap::new(),
        body: Vec::new(),
        source: Some("127.0.0.1".parse().unwrap()),
    };
    let answer = Inbox::public().answer(&desk.engine, request.clone()).await;
    assert_eq!(answer.response.status(), 403);
    let keyed = self::desk(KEY).await;
    let mut request = request;
    request.headers.insert(AUTHORIZATION, "Bearer k3y-of-the-metrics".parse().unwrap());
    let answer = Inbox::public().answer(&keyed.engine, request).await;
    assert_eq!(answer.response.status(), 200);
}

#[tokio::test]
async fn they_are_there_where_the_page_is_off() {
    let prober =
        Listening::to(&format!("[page]\nenabled = false\n{}", target("nas", "tcp://127.0.0.1:1")))
            .await;
    assert_eq!(prober.get("/status.json").await.status, 404);
    assert_eq!(prober.get("/metrics").await.status, 200);
    assert_eq!(prober.post("/metrics", "").await.status, 405);
    let head = prober.send("HEAD", "/metrics", &[], b"").await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    prober.stop().await;
}

#[tokio::test]
async fn a_tick_s_measurements_are_in_them() {
    let nas = Nas::start();
    let desk = Desk::with(&target("nas", &nas.http())).await;
    desk.tick().await;
    let read = ask(&desk, "127.0.0.1", &[]).await.body;
    let text = |start: &str| {
        let line = read.lines().find(|line| line.starts_with(start)).expect(start);
        line.rsplit(' ').next().unwrap()
    };
    let seconds = |start: &str| text(start).parse::<f64>().unwrap();
    let total = seconds("prober_target_latency_seconds{target=\"nas\"}");
    let phase =
        |name| seconds(&format!("prober_target_phase_seconds{{target=\"nas\",phase=\"{name}\"}}"));
    assert!(total > 0.0 && phase("connect") + phase("first_byte") <= total, "{read}");
    assert_eq!(text("prober_target_up{target=\"nas\"}"), "1");
    assert_eq!(text("prober_channel_owed_facts{channel=\"home\"}"), "0");
    let last = text("prober_last_pass_timestamp_seconds ");
    assert_eq!(last, text("prober_state_timestamp_seconds "));
}

#[tokio::test]
async fn what_a_channel_does_not_take_is_owed() {
    let desk = desk("").await;
    desk.home.refuse(500, "later");
    desk.tick().await;
    desk.pass(TimeDelta::minutes(1));
    desk.tick().await;
    let read = ask(&desk, "127.0.0.1", &[]).await.body;
    for line in [
        "prober_channel_owed_facts{channel=\"home\"} 1",
        "prober_channel_owed_facts{channel=\"work\"} 0",
        "prober_target_up{target=\"nas\"} 0",
    ] {
        assert!(read.lines().any(|each| each == line), "{line}\n{read}");
    }
}
