//! What a tick does when it cannot remember.

use std::fs;

use super::*;
use crate::webhook::MARKER;

/// What is heard of a store that fails.
const BROKEN: &str = "prober cannot read or write its records";
/// And once it works.
const WORKS: &str = "prober can read and write its records again";

#[tokio::test]
async fn a_damaged_file_is_left_alone_and_told_of_once() {
    let home = Home::new().await;
    home.nas.stop().await;
    fs::write(home.path("prober.db"), "not what it was").unwrap();
    for command in ["tick", "status", "watch"] {
        let run = home.run(&[command]).await;
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{command}");
        assert!(run.err.contains("failed to open the state in "), "{}", run.err);
        assert!(run.err.contains("it is not a SQLite file"), "{}", run.err);
    }
    assert_eq!(fs::read(home.path("prober.db")).unwrap(), b"not what it was");
    assert_eq!(home.heard(), [BROKEN]);
    let told = home.slack.requests().concat();
    assert!(told.contains("it is not a SQLite file") && told.contains("nas: "), "{told}");
}

#[tokio::test]
async fn a_watch_that_cannot_begin_tells_why_once_however_often_it_is_started() {
    let home = Home::new().await;
    home.nas.stop().await;
    fs::write(home.path("prober.db"), "not what it was").unwrap();
    for _ in 0..2 {
        let run = home.run(&["watch"]).await;
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    }
    assert_eq!(home.heard(), [BROKEN]);
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_told_once_and_left_as_it_is() {
    let home = Home::new().await;
    home.tick(0).await;
    drop(home.sql("UPDATE target SET state = '[]'"));
    home.nas.stop().await;
    for minute in 1..4 {
        let tick = home.tick(minute).await;
        assert!(tick.err.contains("the record of \"nas\" cannot be read"), "{}", tick.err);
    }
    assert_eq!(home.memory(), [("nas".into(), 1, "[]".into())]);
    let heard = home.heard();
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert!(heard[0] == "nas is not watched: prober cannot read its record", "{heard:?}");
    let status = home.run(&["status"]).await;
    assert_eq!(status.code, Some(1), "{}", status.err);
    assert!(status.out.contains("its record cannot be read"), "{}", status.out);
    assert!(status.out.contains("not watched: the record of \"nas\""), "{}", status.out);
}

#[tokio::test]
async fn a_record_that_cannot_be_read_keeps_no_other_from_being_told_of() {
    let home = Home::new().await;
    let blog = target("blog", &home.nas.url());
    home.write(&[DEFAULTS, SLACK, &home.nas_target(), &blog].concat());
    home.tick(0).await;
    drop(home.sql("UPDATE target SET state = '[]' WHERE name = 'nas'"));
    home.nas.stop().await;
    home.tick(1).await;
    let told = "blog is down";
    assert_eq!(home.heard().iter().filter(|heard| heard.contains(told)).count(), 1);
    // Put back as a copy would be, it is watched again.
    drop(home.sql(r#"UPDATE target SET state = '{"status":"unknown"}' WHERE name = 'nas'"#));
    home.tick(2).await;
    assert!(home.heard().concat().contains("nas is down"), "{:?}", home.heard());
}

#[tokio::test]
async fn a_file_that_another_program_keeps_locked_is_told_and_no_outage() {
    let home = Home::new().await;
    home.tick(0).await;
    home.nas.stop().await;
    let lock = home.sql("BEGIN IMMEDIATE");
    let tick = home.tick(1).await;
    assert_eq!((tick.code, tick.out.as_str()), (Some(2), ""));
    assert!(tick.err.contains("another process has been writing to it"), "{}", tick.err);
    assert_eq!(home.heard(), [BROKEN]);
    drop(lock);
    assert_eq!(home.tick(1).await.quiet(), Some(0));
    assert_eq!(home.heard(), [BROKEN, "nas is down"]);
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_told_once_an_hour_with_what_fails() {
    let home = Home::new().await;
    home.tick(0).await;
    let file = home.path("prober.db");
    let mut permissions = fs::metadata(&file).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&file, permissions).unwrap();
    home.nas.stop().await;
    let tick = home.tick(1).await;
    assert_eq!((tick.code, tick.out.as_str()), (Some(2), ""));
    assert!(tick.err.contains("it is read-only"), "{}", tick.err);
    for at in [2, 60, 61] {
        assert_eq!(home.tick(at).await.code, Some(2));
    }
    assert_eq!(home.heard(), [BROKEN; 2]);
    let told = home.slack.requests();
    assert!(told.iter().all(|told| told.contains("it is read-only") && told.contains("nas: ")));
}

#[tokio::test]
async fn a_broken_store_is_told_until_a_channel_has_it() {
    let home = Home::new().await;
    home.tick(0).await;
    drop(home.sql("DROP TABLE target"));
    home.slack.refuse(500, "");
    assert_eq!(home.tick(1).await.code, Some(2));
    home.slack.behave(Behaviour::Accept);
    assert_eq!(home.tick(2).await.code, Some(2));
    assert_eq!(home.heard(), [BROKEN]);
    // What works is not said to fail.
    assert!(!home.slack.requests().concat().contains("nas: "));
}

#[tokio::test]
async fn that_it_works_again_is_told_once_and_not_before_it_could_be_told_to_fail() {
    let home = Home::new().await;
    home.tick(0).await;
    drop(home.sql("ALTER TABLE target RENAME TO gone"));
    assert_eq!(home.tick(1).await.code, Some(2));
    drop(home.sql("ALTER TABLE gone RENAME TO target"));
    for at in [2, 60] {
        assert_eq!(home.tick(at).await.code, Some(0));
    }
    // Beside that nobody looked in the minutes between.
    let heard = || {
        let of_store = |heard: &String| [BROKEN, WORKS].contains(&heard.as_str());
        home.heard().into_iter().filter(of_store).collect::<Vec<_>>()
    };
    assert_eq!(heard(), [BROKEN]);
    home.slack.refuse(500, "");
    home.tick(61).await;
    home.slack.behave(Behaviour::Accept);
    for at in 62..65 {
        assert_eq!(home.tick(at).await.code, Some(0));
    }
    assert_eq!(heard(), [BROKEN, WORKS]);
    let told = home.slack.requests().concat();
    assert!(told.contains("may be missing"), "{told}");
    // The next one is another.
    drop(home.sql("ALTER TABLE target RENAME TO gone"));
    assert_eq!(home.tick(66).await.code, Some(2));
    drop(home.sql("ALTER TABLE gone RENAME TO target"));
    home.tick(127).await;
    assert_eq!(heard(), [BROKEN, WORKS, BROKEN, WORKS]);
}

#[tokio::test]
async fn of_a_disk_that_cannot_be_written_the_next_process_does_not_tell_again() {
    let home = Home::new().await;
    home.write(
        &[DEFAULTS, SLACK, "[store]\npath = 'no-such-folder/prober.db'\n", &home.nas_target()]
            .concat(),
    );
    for at in 1..4 {
        assert_eq!(home.tick(at).await.code, Some(2));
    }
    assert_eq!(home.heard(), [BROKEN]);
}

#[tokio::test]
async fn no_outage_is_told_without_a_lease() {
    let home = Home::new().await;
    home.tick(0).await;
    drop(home.sql("DROP TABLE channel"));
    home.nas.stop().await;
    let tick = home.tick(1).await;
    assert_eq!((tick.code, tick.out.as_str()), (Some(2), ""));
    assert_eq!(home.heard(), [BROKEN]);
}

#[tokio::test]
async fn a_message_that_cannot_be_recorded_is_told_again_after_growing_pauses() {
    let home = Home::new().await;
    home.tick(0).await;
    home.nas.stop().await;
    let sql = "CREATE TRIGGER full BEFORE UPDATE ON target
               WHEN new.state LIKE '%\"down\":{\"incident\"%'
               BEGIN SELECT RAISE(ABORT, 'no room'); END;";
    drop(home.sql(sql));
    let tick = home.tick(1).await;
    assert_eq!((tick.code, tick.out.as_str()), (Some(2), ""));
    assert!(tick.err.contains("no room"), "{}", tick.err);
    for at in 2..8 {
        home.tick(at).await;
    }
    drop(home.sql("DROP TRIGGER full"));
    for at in 8..10 {
        assert_eq!(home.tick(at).await.quiet(), Some(0));
    }
    // In the minutes 1, 2, 4 and 8.
    let news = home.heard().into_iter().filter(|heard| heard != BROKEN);
    assert_eq!(news.collect::<Vec<_>>(), ["nas is down"; 4]);
}

#[tokio::test]
async fn the_watchdog_hears_of_complete_ticks_alone() {
    let (home, dog) = (Home::new().await, Slack::start().await);
    let watchdog = format!("[watchdog]\nping_url = '{}'", dog.url());
    home.write(&[DEFAULTS, SLACK, &watchdog, &home.nas_target()].concat());
    home.tick(0).await;
    assert_eq!(dog.requests().len(), 1);
    drop(home.sql("ALTER TABLE target RENAME TO gone"));
    assert_eq!(home.tick(1).await.code, Some(2));
    assert_eq!(dog.requests().len(), 1);
    drop(home.sql("ALTER TABLE gone RENAME TO target"));
    dog.refuse(500, "");
    let tick = home.tick(2).await;
    assert_eq!((tick.code, dog.requests().len()), (Some(0), 2));
    assert!(tick.err.contains("watchdog") && !tick.err.contains(MARKER), "{}", tick.err);
}
