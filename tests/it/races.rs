//! Several processes at one file: whoever is first speaks, and speaks once.

use serde_json::json;
use tokio::process::Child;

use crate::home::{Behaviour, DEFAULTS, Home, SLACK, Slack, ended, target};

/// The same tick, so many times at once.
async fn ticks_at_once(home: &Home, at: i64, processes: usize) {
    let children: Vec<Child> = (0..processes).map(|_| home.ticking(at).spawn().unwrap()).collect();
    for child in children {
        assert_eq!(ended(child).await.quiet(), Some(0));
    }
}

#[tokio::test]
async fn processes_that_tick_at_once_tell_once() {
    let home = Home::new().await;
    let mut expected = Vec::new();
    // Outages that are hours apart: a server that flaps is told of otherwise.
    for round in 0..5 {
        home.nas.stop().await;
        ticks_at_once(&home, 120 * round, 3).await;
        home.nas.start_again().await;
        ticks_at_once(&home, 120 * round + 1, 3).await;
        expected.extend(["nas is down", "nas recovered after 1 min"]);
    }
    assert_eq!(home.news(), expected);
    // Nobody looked for those hours, which is told once as well.
    assert_eq!(home.heard().concat().matches("prober was not running for 1 h 59 min").count(), 4);
}

#[tokio::test]
async fn a_tick_that_comes_second_drops_its_observation_and_reports_no_transition() {
    let (home, site) = (Home::new().await, Slack::start().await);
    home.write(&[DEFAULTS, SLACK, &target("site", site.url())].concat());
    home.tick(0).await;
    site.behave(Behaviour::Hold);
    let ticking = home.ticking(1).spawn().unwrap();
    site.asked(2).await;
    drop(home.sql("UPDATE target SET revision = revision + 1"));
    let memory = home.memory();
    // The probe that waits ends with its process; the answer is a failure.
    site.hang_up();
    let run = ended(ticking).await;
    let tick = run.json();
    assert_eq!((run.quiet(), &tick["conflicts"]), (Some(0), &1.into()));
    assert_eq!((&tick["transitions"], home.memory()), (&json!([]), memory));
    assert!(home.heard().is_empty());
}

#[tokio::test]
async fn while_one_process_tells_no_other_does_for_as_long_as_a_send_may_take() {
    let home = Home::new().await;
    home.nas.stop().await;
    home.slack.behave(Behaviour::Hold);
    let first = home.ticking(0).spawn().unwrap();
    home.slack.has(1).await;
    // A send may take 25 s, and what comes of it is recorded after that.
    for at in ["2026-01-01T00:00:00Z", "2026-01-01T00:00:40Z"] {
        let second = home.run(&["tick", "--format", "json", "--at", at]).await;
        assert_eq!((second.quiet(), &second.json()["owed"]), (Some(1), &1.into()), "{at}");
    }
    home.slack.behave(Behaviour::Accept);
    assert_eq!(ended(first).await.quiet(), Some(0));
    assert_eq!(home.tick(1).await.quiet(), Some(0));
    assert_eq!(home.heard(), ["nas is down"]);
}

#[tokio::test]
async fn an_end_that_comes_while_the_beginning_is_told_is_told_after_it() {
    let home = Home::new().await;
    home.write(&[DEFAULTS, SLACK, &home.nas_target(), "interval = '10s'"].concat());
    home.nas.stop().await;
    home.slack.behave(Behaviour::Hold);
    let first = home.ticking(0).spawn().unwrap();
    home.slack.has(1).await;
    home.nas.start_again().await;
    let second = home.run(&["tick", "--at", "2026-01-01T00:00:30Z"]).await;
    assert_eq!(second.quiet(), Some(1));
    home.slack.behave(Behaviour::Accept);
    assert_eq!(ended(first).await.quiet(), Some(0));
    assert_eq!(home.heard(), ["nas is down"]);
    for at in 1..3 {
        assert_eq!(home.tick(at).await.quiet(), Some(0));
    }
    assert_eq!(home.heard(), ["nas is down", "nas recovered after 30 s"]);
}

#[tokio::test]
async fn a_target_forgotten_while_it_is_told_stays_forgotten() {
    let home = Home::new().await;
    home.nas.stop().await;
    home.slack.behave(Behaviour::Hold);
    let telling = home.ticking(0).spawn().unwrap();
    home.slack.has(1).await;
    home.nas.start_again().await;
    home.write(&[DEFAULTS, SLACK, &target("blog", &home.nas.url())].concat());
    assert_eq!(home.tick(1).await.quiet(), Some(0));
    home.slack.behave(Behaviour::Accept);
    assert_eq!(ended(telling).await.quiet(), Some(0));
    let known: Vec<String> = home.memory().into_iter().map(|(name, ..)| name).collect();
    assert_eq!(known, ["blog"]);
}
