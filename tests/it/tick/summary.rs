//! What a tick prints: a contract with other programs.

use serde_json::json;

use super::*;
use crate::home::run;

#[tokio::test]
async fn a_quiet_tick_has_every_key() {
    let home = Home::new().await;
    let tick = home.tick(0).await;
    let expected = json!({
        "at": "2026-01-01T00:00:00Z", "vantage": "here", "blind": false, "due": 1, "probed": 1,
        "inconclusive": 0, "conflicts": 0, "ahead": 0, "transitions": [], "announced": [], "owed": 0,
    });
    assert_eq!((tick.quiet(), tick.json()), (Some(0), expected));
}

#[tokio::test]
async fn a_transition_has_every_key_and_null_where_there_is_nothing_to_say() {
    let home = Home::new().await;
    home.nas.stop().await;
    let mut down = home.tick(1).await.json();
    let detail = down["transitions"][0]["detail"].take();
    assert!(detail.as_str().is_some_and(|detail| !detail.is_empty()), "{detail}");
    let expected = json!([{
        "target": "nas", "kind": "down", "incident": "nas@2026-01-01T00:01:00Z",
        "since": "2026-01-01T00:01:00Z", "at": null, "reason": "refused", "detail": null,
        "duration_s": null,
    }]);
    assert_eq!(down["transitions"], expected);
    assert_eq!(
        down["announced"],
        json!([{"channel": "slack", "targets": ["nas"], "kind": "down"}])
    );
    home.nas.start_again().await;
    let back = home.tick(3).await.json();
    let expected = json!([{
        "target": "nas", "kind": "recovered", "incident": "nas@2026-01-01T00:01:00Z",
        "since": "2026-01-01T00:01:00Z", "at": "2026-01-01T00:03:00Z", "reason": "refused",
        "detail": detail, "duration_s": 120,
    }]);
    assert_eq!(back["transitions"], expected);
}

#[tokio::test]
async fn without_a_channel_messages_go_to_standard_output_or_past_the_object() {
    let home = Home::new().await;
    home.write(&[DEFAULTS, &home.nas_target()].concat());
    home.nas.stop().await;
    let down = home.tick(0).await;
    assert_eq!(down.json()["announced"][0]["channel"], "console");
    assert!(down.err.starts_with("🔴 nas is down since 00:00: "), "{}", down.err);
    home.nas.start_again().await;
    let back = home.run(&["tick", "--at", "2026-01-01T00:02:00Z"]).await;
    assert_eq!(back.quiet(), Some(0));
    assert!(back.out.contains("🟢 nas recovered after 2 min (00:00 – 00:02)\n"), "{}", back.out);
    assert!(back.out.contains("1 due, 1 probed\n"), "{}", back.out);
}

#[tokio::test]
async fn a_console_that_is_configured_keeps_out_of_the_object_as_well() {
    let home = Home::new().await;
    home.write(&[DEFAULTS, "[notify.terminal]\ntype = 'console'", &home.nas_target()].concat());
    home.nas.stop().await;
    let down = home.tick(0).await;
    assert_eq!(down.json()["announced"][0]["channel"], "terminal");
    assert!(down.err.starts_with("🔴 nas is down since 00:00: "), "{}", down.err);
}

#[tokio::test]
async fn without_at_the_present_is_taken() {
    let home = Home::new().await;
    let before = chrono::DateTime::from_timestamp(1_767_225_600, 0).unwrap();
    let tick = run(&mut home.prober(&["tick", "--format", "json"])).await.json();
    let at: chrono::DateTime<chrono::Utc> = tick["at"].as_str().unwrap().parse().unwrap();
    assert!(at > before, "{at}");
}
