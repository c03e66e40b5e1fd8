//! `prober status`.

use super::*;
use crate::home::SLACK;

#[tokio::test]
async fn before_the_first_tick_it_says_how_to_begin() {
    let home = Home::new().await;
    let status = home.run(&["status"]).await;
    assert_eq!(status.quiet(), Some(0));
    assert!(status.out.starts_with("Nothing was observed yet"), "{}", status.out);
    assert!(!home.path("prober.db").exists());
}

#[tokio::test]
async fn it_says_what_is_up_and_what_is_down_and_since_when() {
    let home = Home::new().await;
    let at = ["status", "--at", "2026-01-01T00:10:00Z"];
    home.tick(0).await;
    let status = home.run(&at).await;
    assert_eq!(status.quiet(), Some(0));
    assert!(status.out.contains("up since 00:00 UTC (10 min)"), "{}", status.out);
    home.nas.stop().await;
    home.tick(5).await;
    let status = home.run(&at).await;
    assert_eq!(status.quiet(), Some(1));
    assert!(
        status.out.contains("down since 00:05 UTC (5 min), connection refused"),
        "{}",
        status.out
    );
}

#[tokio::test]
async fn what_failed_and_is_not_judged_yet_is_said_with_how_often() {
    let home = Home::new().await;
    let patient = DEFAULTS.replace("failure_threshold = 1", "failure_threshold = 3");
    home.write(&[&patient, SLACK, &home.nas_target()].concat());
    home.nas.stop().await;
    for (minute, times) in [(0, "failed once since: "), (1, "failed 2 times since: ")] {
        home.tick(minute).await;
        let status = home.run(&["status", "--at", "2026-01-01T00:02:00Z"]).await;
        assert!(status.out.contains(times), "{}", status.out);
    }
}

#[tokio::test]
async fn it_changes_nothing() {
    let home = Home::new().await;
    home.nas.stop().await;
    home.tick(0).await;
    let (memory, heard) = (home.memory(), home.heard());
    home.run(&["status"]).await;
    assert_eq!((home.memory(), home.heard()), (memory, heard));
}

/// What calls, told apart from what is probed.
const CALLERS: &str = "
    [[heartbeat]]
    name = 'backup'
    key = 'k3y-of-the-backup'
    interval = '1d'
    [[heartbeat]]
    name = 'sensor'
    key = 'k3y-of-the-sensor'
    interval = '1d'
    [[reports]]
    service = 'map'
    origins = []
    [[reports]]
    service = 'shop'
    origins = []
";

#[tokio::test]
async fn it_lists_heartbeats_and_discovered_targets() {
    let home = Home::new().await;
    home.write(&[DEFAULTS, SLACK, &home.nas_target(), CALLERS].concat());
    home.tick(0).await;
    let errors = r#"{"count":7,"since":"2026-01-01T00:02:00Z","latest":{"reason":"errors_reported","detail":"boom"}}"#;
    let incident = r#"{"since":"2026-01-01T00:02:00Z","failure":{"reason":"errors_reported","detail":"boom"},"vantage":"here"}"#;
    let down = format!(r#"{{"status":{{"down":{incident}}},"streak":{{"failing":{errors}}}}}"#);
    let up = r#"{"status":{"up":{"since":"2026-01-01T00:00:00Z"}},"beat":{"at":"2026-01-01T00:05:00Z"},"history":{"recent":[null,5400000]}}"#;
    for (name, state) in [("backup", up), ("reports:map", &down), ("logs:/aws/f", &down)] {
        home.sql(&format!(
            "INSERT INTO target (name, revision, state) VALUES ('{name}', 1, '{state}')"
        ));
    }
    let status = home.run(&["status", "--at", "2026-01-01T00:10:00Z"]).await;
    assert_eq!(status.quiet(), Some(1));
    let line = |name: &str| status.out.lines().find(|line| line.contains(name)).unwrap().to_owned();
    assert!(line("backup").contains("1 h 30 min"), "{}", status.out);
    assert!(line("backup").ends_with("up since 00:00 UTC (10 min); pinged 5 min ago"));
    assert!(line("sensor").ends_with("waits for its first ping"), "{}", status.out);
    assert!(line("reports:shop").ends_with("no error so far"), "{}", status.out);
    let said = "down since 00:02 UTC (8 min), errors reported: boom; 7 errors so far";
    assert!(line("reports:map").ends_with(said), "{}", status.out);
    assert!(line("logs:/aws/f").ends_with(said), "{}", status.out);
}
