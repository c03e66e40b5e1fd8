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
    assert_eq!(heard[0], "backup is late");
    assert!(heard[1].starts_with("backup recovered after "), "{heard:?}");
}

#[tokio::test]
async fn a_ping_whose_record_cannot_be_read_is_refused_so_that_it_comes_again() {
    let inbox = Listening::to(EVERY_DAY).await;
    assert_eq!(inbox.get("/ping/k3y-of-the-backup").await.status, 200);
    drop(inbox.home.sql("UPDATE target SET state = '[]'"));
    assert_eq!(inbox.get("/ping/k3y-of-the-backup").await.status, 503);
    let memory = inbox.stop().await.memory();
    assert_eq!(memory, [("backup".into(), 1, "[]".into())]);
}

#[tokio::test]
async fn it_is_late_after_a_restart_too() {
    let inbox = Listening::to(EVERY_SECOND).await;
    assert_eq!(inbox.get("/ping/k3y-of-the-backup").await.status, 200);
    let inbox = inbox.restart().await;
    inbox.home.slack.has(1).await;
    assert_eq!(inbox.stop().await.heard()[0], "backup is late");
}

#[tokio::test]
async fn a_failure_is_told_at_once_with_the_end_of_what_it_printed() {
    let inbox = Listening::to(EVERY_DAY).await;
    let body = "copying\nno space left on device\n";
    assert_eq!(inbox.post("/ping/k3y-of-the-backup/fail", body).await.status, 200);
    inbox.home.slack.has(1).await;
    let told = inbox.home.slack.requests().concat();
    assert!(told.contains("backup failed: no space left on device"), "{told}");
    assert_eq!(inbox.get("/ping/k3y-of-the-backup/0").await.status, 200);
    inbox.home.slack.has(2).await;
    inbox.stop().await;
}

#[tokio::test]
async fn a_body_is_held_against_what_is_expected() {
    let expect = "expect = { json = ['$.temperature <= 40'] }";
    let inbox = Listening::to(&[EVERY_DAY, expect].concat()).await;
    for (body, messages) in [(r#"{"temperature": 45}"#, 1), (r#"{"temperature": 23}"#, 2)] {
        assert_eq!(inbox.post("/ping/k3y-of-the-backup", body).await.status, 200);
        inbox.home.slack.has(messages).await;
    }
    let heard = inbox.stop().await.heard();
    assert_eq!(heard[0], "backup: $.temperature is 45, limit &lt;= 40");
    assert!(heard[1].starts_with("backup recovered after "), "{heard:?}");
}

#[tokio::test]
async fn pings_are_taken_as_the_clients_of_healthchecks_send_them() {
    let inbox = Listening::to(EVERY_DAY).await;
    for (method, path, status) in [
        ("GET", "/ping/k3y-of-the-backup/start", 200),
        ("POST", "/ping/k3y-of-the-backup?rid=1", 200),
        ("HEAD", "/ping/k3y-of-the-backup/", 200),
        ("POST", "/ping/k3y-of-the-backup/log", 200),
        ("GET", "/ping/k3y-of-the-backup/255", 200),
        ("GET", "/ping/k3y-of-the-backup/300", 400),
        ("PUT", "/ping/k3y-of-the-backup", 200),
        ("PATCH", "/ping/k3y-of-the-backup", 405),
        ("GET", "/ping/k3y-of-the-backuq", 404),
        ("GET", "/ping/../ping/k3y-of-the-backup", 404),
        ("GET", "/ping/", 404),
    ] {
        let answer = inbox.send(method, path, &[], b"").await;
        assert_eq!(answer.status, status, "{method} {path}");
        assert!(answer.head.contains("cache-control: no-store"), "{answer:?}");
        assert!(answer.head.contains("access-control-allow-origin: *\r\n"), "{answer:?}");
        assert!(!answer.body.contains("k3y"), "{answer:?}");
    }
    assert_eq!(inbox.get("/ping/k3y-of-the-backup").await.body, "OK");
    inbox.stop().await;
}

#[tokio::test]
async fn all_that_a_backup_printed_may_be_sent_and_is_answered() {
    let inbox = Listening::to(EVERY_DAY).await;
    let printed = vec![b'.'; 12 * 1024 * 1024];
    let answer = inbox.send("POST", "/ping/k3y-of-the-backup", &[], &printed).await;
    assert_eq!(answer.status, 200);
    inbox.stop().await;
}

#[tokio::test]
async fn what_is_to_be_logged_is_in_the_log_without_the_key_and_changes_nothing() {
    let inbox = Listening::to(EVERY_DAY).await;
    let body = "21 of 40 files\n<k3y-of-the-backup>";
    assert_eq!(inbox.post("/ping/k3y-of-the-backup/log", body).await.status, 200);
    let (home, said) = inbox.stop_and_say().await;
    let line = said.lines().find(|line| line.contains("to be logged")).unwrap();
    assert!(line.contains(" INFO ") && line.contains("name=backup"), "{line}");
    assert!(line.contains("21 of 40 files") && !said.contains("k3y-of-the-backup"), "{line}");
    assert!(home.heard().is_empty());
}

#[tokio::test]
async fn what_cannot_be_stored_is_not_acknowledged() {
    let inbox = Listening::to(EVERY_DAY).await;
    assert_eq!(inbox.get("/ping/k3y-of-the-backup").await.status, 200);
    let sql =
        "CREATE TRIGGER full BEFORE UPDATE ON target BEGIN SELECT RAISE(ABORT, 'no room'); END";
    drop(inbox.home.sql(sql));
    let answer = inbox.get("/ping/k3y-of-the-backup/fail").await;
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains("not_stored"), "{answer:?}");
    drop(inbox.home.sql("DROP TRIGGER full"));
    assert_eq!(inbox.get("/ping/k3y-of-the-backup/fail").await.status, 200);
    inbox.home.slack.has(1).await;
    inbox.stop().await;
}

#[tokio::test]
async fn it_is_healthy_as_long_as_the_store_answers() {
    let inbox = Listening::to(EVERY_DAY).await;
    assert_eq!(inbox.get("/healthz").await.status, 200);
    drop(inbox.home.sql("ALTER TABLE target RENAME TO gone"));
    let answer = inbox.get("/healthz").await;
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains(r#""code":"store""#), "{answer:?}");
    drop(inbox.home.sql("ALTER TABLE gone RENAME TO target"));
    assert_eq!(inbox.get("/healthz").await.status, 200);
    inbox.stop().await;
}
