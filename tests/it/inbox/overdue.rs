//! A heartbeat over days: what its pings say, and what their absence does.

use chrono::TimeDelta;
use prober::clock::Clock;
use prober::engine::{Budget, TickRequest};
use prober::model::expect::PingExpect;
use prober::model::names::TargetName;
use prober::model::skip::Skip;
use prober::signal::{Ping, Signal};

use super::desk::Desk;

/// A backup that runs every night at three, and is late from five on.
const NIGHTLY: &str = "
    [[heartbeat]]
    name = 'backup'
    key = 'k3y-of-the-backup'
    schedule = '0 0 3 * * *'
    grace = '2h'
";

const PING: &str = "/ping/k3y-of-the-backup";

fn hours(hours: i64) -> TimeDelta {
    TimeDelta::hours(hours)
}

/// A tick at every hour.
async fn watch(desk: &Desk, hours: i64) {
    for _ in 0..hours {
        desk.tick().await;
        desk.pass(TimeDelta::hours(1));
    }
}

#[tokio::test]
async fn a_heartbeat_that_never_pinged_is_new_and_silent() {
    let desk = Desk::with(NIGHTLY).await;
    watch(&desk, 72).await;
    assert!(desk.home.requests().is_empty());
}

#[tokio::test]
async fn a_heartbeat_that_stops_is_down_once_however_long_it_lasts() {
    let desk = Desk::with(NIGHTLY).await;
    desk.pass(hours(3));
    assert_eq!(desk.post(PING, "").await.status, 200);
    watch(&desk, 24 + 2).await;
    assert!(desk.home.heard().is_empty());
    watch(&desk, 72).await;
    assert_eq!(desk.home.heard(), ["backup is late"]);
    desk.post(PING, "").await;
    assert_eq!(desk.home.heard().len(), 2);
}

/// The clock of the machine is set forward by a day, and nobody slept meanwhile.
#[tokio::test]
async fn what_the_clock_skips_makes_nobody_late() {
    let desk = Desk::with(NIGHTLY).await;
    desk.pass(hours(3));
    desk.post(PING, "").await;
    desk.pass(hours(2) + hours(48));
    let skip = Some(Skip { at: desk.engine.clock().now(), by: hours(48) });
    let request = TickRequest { skip, ..TickRequest::default() };
    let tick = async || drop(desk.engine.tick(request, |_, _| {}).await.unwrap());
    tick().await;
    assert!(desk.home.heard().is_empty(), "{:?}", desk.home.heard());
    // It is asked again when the next one is late by the new clock, and not before.
    let again = desk.engine.next_due(request).await.unwrap().unwrap();
    assert!(again > desk.engine.clock().now() + hours(20), "{again}");
    desk.pass(again - desk.engine.clock().now());
    tick().await;
    assert_eq!(desk.home.heard(), ["backup is late"]);
}

#[tokio::test]
async fn a_heartbeat_whose_ping_may_have_been_refused_has_time_to_call_again() {
    let desk = Desk::with(NIGHTLY).await;
    desk.pass(hours(3));
    desk.post(PING, "").await;
    desk.pass(hours(26));
    let refused_at = Some(desk.engine.clock().now());
    let request = TickRequest { refused_at, ..TickRequest::default() };
    let tick = async || drop(desk.engine.tick(request, |_, _| {}).await.unwrap());
    tick().await;
    // Nobody spins until then.
    let again = desk.engine.next_due(request).await.unwrap();
    assert_eq!(again, Some(desk.engine.clock().now() + TimeDelta::minutes(5)));
    desk.pass(TimeDelta::minutes(4));
    tick().await;
    assert!(desk.home.heard().is_empty());
    desk.pass(TimeDelta::minutes(1));
    tick().await;
    assert_eq!(desk.home.heard(), ["backup is late"]);
}

#[tokio::test]
async fn an_object_that_was_written_in_time_and_is_heard_late_is_no_lost_backup() {
    let desk = Desk::with(NIGHTLY).await;
    let written = async |at| {
        let ping = Ping::written(TargetName::new("backup"), PingExpect::default(), b"{}", at);
        let word = Signal::Ping(ping).event(desk.engine.vantage(), None).unwrap();
        desk.engine.receive(vec![word], Budget::UNLIMITED).await.unwrap();
    };
    let first = desk.engine.clock().now() + hours(3);
    desk.pass(hours(3));
    written(first).await;
    desk.pass(hours(26));
    desk.tick().await;
    assert_eq!(desk.home.heard(), ["backup is late"]);
    let second = first + hours(26) - TimeDelta::seconds(5);
    for _ in 0..2 {
        written(second).await;
        assert_eq!(desk.home.heard().len(), 2, "{:?}", desk.home.heard());
    }
    // What is repeated, or older, is no news.
    desk.pass(hours(24));
    desk.tick().await;
    written(second).await;
    assert_eq!(desk.home.heard().len(), 3, "{:?}", desk.home.heard());
}

#[tokio::test]
async fn a_ping_under_a_clock_far_ahead_keeps_no_later_one_from_counting() {
    let desk = Desk::with(NIGHTLY).await;
    desk.pass(TimeDelta::days(100 * 365));
    let wrong = desk.engine.clock().now();
    desk.post(PING, "").await;
    let desk = desk.restarted_at(Clock::System, NIGHTLY).await;
    desk.post(PING, "").await;
    let beat = desk.state("backup").await.unwrap().by_kind.beat().unwrap();
    assert!(beat.at < wrong, "{beat:?}");
}

#[tokio::test]
async fn neither_a_restart_nor_missed_ticks_hide_that_it_is_late() {
    let desk = Desk::with(NIGHTLY).await;
    desk.pass(hours(3));
    desk.post(PING, "").await;
    desk.pass(hours(24 * 10));
    let desk = desk.restarted(NIGHTLY).await;
    for _ in 0..3 {
        desk.tick().await;
    }
    assert_eq!(desk.home.heard(), ["backup is late"]);
    let told = desk.home.requests().concat();
    assert!(told.contains("backup is late: due by 2 Jan 05:00, last ping 1 Jan 03:00"), "{told}");
}

#[tokio::test]
async fn a_status_other_than_0_is_down_at_once_with_the_end_of_what_was_printed() {
    let desk = Desk::with(NIGHTLY).await;
    let printed = "copying photos\ncopying mail\nno space left on device\n";
    assert_eq!(desk.post(&format!("{PING}/28"), printed).await.status, 200);
    let told = desk.home.requests().concat();
    assert!(told.contains("backup failed: no space left on device (exit status 28)"), "{told}");
    assert!(told.contains("copying mail"), "{told}");
    desk.post(&format!("{PING}/0"), "").await;
    assert_eq!(desk.home.heard().len(), 2);
}

#[tokio::test]
async fn a_run_that_was_started_may_take_its_grace_and_its_time_is_kept() {
    let desk = Desk::with(NIGHTLY).await;
    desk.post(&format!("{PING}/start"), "").await;
    desk.pass(TimeDelta::minutes(90));
    desk.post(PING, "").await;
    let recent = desk.state("backup").await.unwrap().history.recent;
    assert_eq!(recent, [Some(90 * 60 * 1000)]);
    desk.post(&format!("{PING}/start"), "").await;
    desk.pass(hours(2));
    desk.tick().await;
    let told = desk.home.requests().concat();
    assert!(told.contains("the run that began at 01:30 has not ended within 2 h"), "{told}");
}

#[tokio::test]
async fn a_body_says_whether_all_is_well() {
    let expect = "expect = { json = ['$.temperature <= 40'] }";
    let desk = Desk::with(&[NIGHTLY, expect].concat()).await;
    for (body, messages) in [
        (r#"{"temperature": 20}"#, 0),
        (r#"{"temperature": 45}"#, 1),
        ("", 1),
        (r#"{"temperature": 23}"#, 2),
        ("\u{fffd}", 3),
    ] {
        assert_eq!(desk.post(PING, body).await.status, 200);
        assert_eq!(desk.home.heard().len(), messages, "{body}");
    }
    let told = desk.home.requests();
    assert!(told[0].contains("backup: $.temperature is 45, limit &lt;= 40"), "{}", told[0]);
}

#[tokio::test]
async fn a_body_may_be_anything() {
    let desk = Desk::with(NIGHTLY).await;
    for body in [&b"\xff\xfe\x00"[..], &vec![b'x'; 65 * 1024], &vec![b'['; 64 * 1024], b""] {
        let (answer, _) = desk.hand_in("POST", PING, body).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "OK"));
        for header in ["no-store", "\"ping-body-limit\": \"65536\""] {
            assert!(answer.head.contains(header), "{answer:?}");
        }
    }
}

#[tokio::test]
async fn a_log_and_a_start_say_nothing_of_success() {
    let desk = Desk::with(NIGHTLY).await;
    desk.post(&format!("{PING}/fail"), "").await;
    desk.post(&format!("{PING}/log"), "all is well").await;
    desk.post(&format!("{PING}/start"), "").await;
    assert_eq!(desk.home.heard(), ["backup failed"]);
    assert!(desk.state("backup").await.unwrap().incident().is_some());
}

#[tokio::test]
async fn runs_that_begin_again_and_again_and_never_end_are_told() {
    let desk = Desk::with(
        "
        [[heartbeat]]
        name = 'sync'
        key = 'k3y-of-the-sync'
        interval = '10m'
        grace = '20m'
        ",
    )
    .await;
    desk.post("/ping/k3y-of-the-sync", "").await;
    for _ in 0..12 {
        desk.pass(TimeDelta::minutes(10));
        desk.post("/ping/k3y-of-the-sync/start", "").await;
        desk.tick().await;
    }
    assert_eq!(desk.home.heard(), ["sync is late"]);
    let told = desk.home.requests().concat();
    assert!(told.contains("runs begin, and none has ended since 00:00"), "{told}");
}

#[tokio::test]
async fn watch_wakes_when_a_flapping_target_is_steady() {
    let desk = Desk::with(NIGHTLY).await;
    for minute in 0..7 {
        desk.post(&format!("{PING}/{}", (minute + 1) % 2), "").await;
        desk.pass(TimeDelta::minutes(1));
    }
    assert_eq!(
        desk.home.heard().last().unwrap(),
        "backup is unstable: more than 2 changes in 1 h, now failing: exit status 1"
    );
    let steady = desk.engine.clock().now() + TimeDelta::minutes(29);
    assert_eq!(desk.engine.next_due(TickRequest::default()).await.unwrap(), Some(steady));
    desk.pass(TimeDelta::minutes(29));
    desk.tick().await;
    assert_eq!(desk.home.heard().last().unwrap(), "backup is steady again: failing: exit status 1");
}

#[tokio::test]
async fn a_reminder_of_one_that_is_down_is_waited_for() {
    let desk = Desk::with(&[NIGHTLY, "remind = '6h'"].concat()).await;
    desk.post(&format!("{PING}/fail"), "").await;
    let six = desk.engine.clock().now() + hours(6);
    desk.pass(hours(5));
    desk.tick().await;
    assert_eq!(desk.engine.next_due(TickRequest::default()).await.unwrap(), Some(six));
    desk.pass(hours(1));
    desk.tick().await;
    assert_eq!(desk.home.heard(), ["backup failed", "backup still fails after 6 h"]);
}
