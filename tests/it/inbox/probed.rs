//! A report of errors has its service's endpoint probed at once.

use std::time::Duration;

use chrono::TimeDelta;
use prober::engine::{Budget, TickRequest};
use tokio::time::Instant;

use super::desk::Desk;
use super::listening::Listening;
use crate::home::{Behaviour, Slack};
use crate::support::server::{Act, Server, answer, ok};
use crate::world::minute;

/// The service `map`, and the endpoint of that name at `url`.
fn map(url: &str, more: &str) -> String {
    format!(
        "[defaults]\nattempts = 1\nfailure_threshold = 2\ntimeout = '5s'\n\
         [[target]]\nname = 'map'\nurl = '{url}'\nschedule = '0 0 0 1 1 *'\n{more}\n\
         [[reports]]\nservice = 'map'\norigins = []\n"
    )
}

const REPORT: &str = r#"{"serviceName": "map", "types": ["home"], "description": "x is null"}"#;

fn is_broken() -> Vec<u8> {
    answer("500 Broken", &[], "")
}

#[tokio::test]
async fn the_message_says_that_what_is_reported_works() {
    let server = Server::saying(ok("")).await;
    let desk = Desk::with(&map(&server.url("/"), "")).await;
    assert_eq!(desk.post("/report", REPORT).await.status, 200);
    let told = desk.home.requests().concat();
    assert!(told.contains("x is null"), "{told}");
    assert!(told.contains("Probed at once: map works, it answered in "), "{told}");
    assert_eq!(desk.home.heard().len(), 1);
}

#[tokio::test]
async fn the_message_says_that_what_is_reported_does_not_work() {
    let server = Server::saying(is_broken()).await;
    let desk = Desk::with(&map(&server.url("/"), "")).await;
    desk.post("/report", REPORT).await;
    let told = desk.home.requests().concat();
    assert!(told.contains("Probed at once: map does not work: answered 500 Internal"), "{told}");
}

#[tokio::test]
async fn the_probe_is_evidence_for_the_endpoint_like_any_other() {
    let server = Server::saying(is_broken()).await;
    let desk = Desk::with(&map(&server.url("/"), "")).await;
    desk.post("/report", REPORT).await;
    let state = desk.state("map").await.unwrap();
    assert_eq!((state.last_slot, state.incident()), (Some(minute(0)), None));
    desk.pass(TimeDelta::minutes(1));
    desk.post("/report", REPORT).await;
    assert!(desk.state("map").await.unwrap().incident().is_some());
    assert_eq!(desk.work.heard(), ["map is down"]);
}

#[tokio::test]
async fn a_hundred_reports_in_a_minute_are_one_probe() {
    let server = Server::saying(ok("")).await;
    let desk = Desk::with(&map(&server.url("/"), "")).await;
    for _ in 0..100 {
        assert_eq!(desk.post("/report", REPORT).await.status, 200);
    }
    assert_eq!(server.requests().len(), 1);
    desk.pass(TimeDelta::minutes(1));
    desk.post("/report", REPORT).await;
    assert_eq!(server.requests().len(), 2);
    assert_eq!(desk.home.heard().len(), 1);
}

#[tokio::test]
async fn two_reports_stored_before_either_is_told_are_one_probe() {
    let server = Server::saying(ok("")).await;
    let desk = Desk::with(&map(&server.url("/"), "")).await;
    let (_, first) = desk.hand_in("POST", "/report", REPORT.as_bytes()).await;
    let (_, second) = desk.hand_in("POST", "/report", REPORT.as_bytes()).await;
    let both = second.unwrap().and(first);
    assert_eq!(desk.engine.tell_taken(both, Budget::UNLIMITED).await.owed, 0);
    assert_eq!((server.requests().len(), desk.home.heard().len()), (1, 1));
    let told = desk.home.requests().concat();
    assert!(told.contains("Probed at once: map works"), "{told}");
}

#[tokio::test]
async fn a_tick_meanwhile_does_not_tell_before_the_probe_is_done() {
    let server = Server::saying(ok("")).await;
    let desk = Desk::with(&map(&server.url("/"), "")).await;
    let (_, taken) = desk.hand_in("POST", "/report", REPORT.as_bytes()).await;
    desk.tick().await;
    assert!(desk.home.heard().is_empty());
    desk.engine.tell_taken(taken.unwrap(), Budget::UNLIMITED).await;
    assert_eq!(desk.home.heard().len(), 1);
}

#[tokio::test]
async fn the_errors_are_told_although_the_process_that_probes_has_died() {
    let server = Server::saying(ok("")).await;
    let desk = Desk::with(&map(&server.url("/"), "")).await;
    desk.tick().await;
    // What is to be told and probed is lost with the process.
    let (_, taken) = desk.hand_in("POST", "/report", REPORT.as_bytes()).await;
    assert!(taken.is_some());
    drop(taken);
    let next = desk.engine.next_due(TickRequest::default()).await.unwrap();
    assert_eq!(next, Some(minute(0) + TimeDelta::seconds(15)));
    desk.pass(TimeDelta::seconds(15));
    desk.tick().await;
    assert_eq!(desk.home.heard().len(), 1);
}

#[tokio::test]
async fn another_target_is_probed_where_the_service_names_one() {
    let server = Server::saying(is_broken()).await;
    let config = map(&server.url("/"), "").replace("service = 'map'", "service = 'app'");
    let desk = Desk::with(&[&config, "probe = 'map'"].concat()).await;
    desk.post("/report", &REPORT.replace("map", "app")).await;
    let told = desk.home.requests().concat();
    assert!(told.contains("Probed at once: map does not work"), "{told}");
    let desk = Desk::with(&config).await;
    desk.post("/report", &REPORT.replace("map", "app")).await;
    let told = desk.home.requests().concat();
    assert!(told.contains("x is null") && !told.contains("Probed"), "{told}");
}

#[tokio::test]
async fn a_probe_that_finds_nothing_out_in_time_holds_nothing_back() {
    let server = Server::scripted(|_| vec![Act::Hang]).await;
    let config = map(&server.url("/"), "").replace("'5s'", "'200ms'");
    let desk = Desk::with(&config).await;
    let (_, taken) = desk.hand_in("POST", "/report", REPORT.as_bytes()).await;
    // Half of what an invocation has left is for the probe.
    let end = Instant::now() + Duration::from_millis(100);
    desk.engine.tell_taken(taken.unwrap(), Budget::until(end)).await;
    desk.tick().await;
    let told = desk.home.requests().concat();
    assert!(told.contains("Probed at once: it is not known whether map works: "), "{told}");
}

#[tokio::test]
async fn a_slow_probe_keeps_no_sender_waiting() {
    let slow = Slack::start().await;
    slow.behave(Behaviour::Hold);
    let inbox = Listening::to(&map(slow.url(), "expect = { status = 200 }")).await;
    let report = REPORT.replace("home", "slack");
    assert_eq!(inbox.post("/report", &report).await.status, 200);
    slow.asked(1).await;
    assert_eq!(inbox.post("/report", &report).await.status, 200);
    assert!(inbox.home.heard().is_empty());
    slow.behave(Behaviour::Accept);
    inbox.home.slack.has(1).await;
    let told = inbox.stop().await.slack.requests().concat();
    assert!(told.contains("Probed at once: map works"), "{told}");
}
