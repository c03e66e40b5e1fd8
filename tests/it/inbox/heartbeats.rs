//! `/ping/KEY`, as healthchecks.io's clients call it.

use super::listening::Listening;

/// A backup that is expected every second, and is late after another.
const EVERY_SECOND: &str = "
    [[heartbeat]]
    name = 'backup'
    key = 'k3y-of-the-backup'
    interval = '1s'
    grace = '1s'
";

/// One that is not late while a test runs.
const EVERY_DAY: &str = "
    [[heartbeat]]
    name = 'backup'
    key = 'k3y-of-the-backup'
    interval = '1d'
    grace = '1h'
";

#[tokio::test]
async fn a_heartbeat_that_stops_is_told_once_and_again_when_it_is_back() {
    let inbox = Listening::to(EVERY_SECOND).await;
    assert_eq!(inbox.get("/ping/k3y-of-the-backup").await.status, 200);
    inbox.home.slack.has(1).await;
    assert_eq!(inbox.get("/ping/k3y-of-the-backup").await.status, 200);
    inbox.home.slack.has(2).await;
    let heard = inbox.stop().await.heard();
    assert_eq!(heard[0], "backup is down");
    assert!(heard[1].starts_with("backup recovered after "), "{heard:?}");
}

#[tokio::test]
async fn it_is_late_after_a_restart_too() {
    let inbox = Listening::to(EVERY_SECOND).await;
    assert_eq!(inbox.get("/ping/k3y-of-the-backup").await.status, 200);
    let inbox = inbox.restart().await;
    inbox.home.slack.has(1).await;
    assert_eq!(inbox.stop().await.heard()[0], "backup is down");
}

#[tokio::test]
async fn a_failure_is_told_at_once_with_the_end_of_what_it_printed() {
    let inbox = Listening::to(EVERY_DAY).await;
    let body = "copying\nno space left on device\n";
    assert_eq!(inbox.post("/ping/k3y-of-the-backup/fail", body).await.status, 200);
    inbox.home.slack.has(1).await;
    let told = inbox.home.slack.requests().concat();
    assert!(told.contains("it reported a failure: no space left on device"), "{told}");
    assert_eq!(inbox.get("/ping/k3y-of-the-backup/0").await.status, 200);
    inbox.home.slack.has(2).await;
    inbox.stop().await;
}
