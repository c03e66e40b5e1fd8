//! `prober pause` and `prober resume`.

use super::*;
use crate::home::SLACK;

const FIVE_PAST: [&str; 2] = ["--at", "2026-01-01T00:05:00Z"];

async fn at_five_past(home: &Home, args: &[&str]) -> String {
    let run = home.run(&[args, &FIVE_PAST].concat()).await;
    assert_eq!(run.quiet(), Some(0), "{args:?}");
    run.out
}

#[tokio::test]
async fn what_is_paused_is_told_when_the_pause_ends() {
    let home = Home::new().await;
    let said = at_five_past(&home, &["pause", "nas", "--for", "2m"]).await;
    assert_eq!(said, "nas is paused until 00:07 UTC\n");
    home.nas.stop().await;
    for minute in [5, 6] {
        let tick = home.tick(minute).await;
        assert_eq!((tick.quiet(), &tick.json()["owed"]), (Some(0), &0.into()));
    }
    assert!(home.heard().is_empty());
    home.tick(7).await;
    assert_eq!(home.heard(), ["nas is down"]);
}

#[tokio::test]
async fn what_is_resumed_is_told_by_the_next_tick() {
    let home = Home::new().await;
    at_five_past(&home, &["pause", "nas", "--for", "2h"]).await;
    home.nas.stop().await;
    home.tick(5).await;
    assert_eq!(at_five_past(&home, &["resume", "nas"]).await, "nas is no longer paused\n");
    assert_eq!(at_five_past(&home, &["resume", "nas"]).await, "nas was not paused\n");
    home.tick(6).await;
    assert_eq!(home.heard(), ["nas is down"]);
}

#[tokio::test]
async fn an_outage_within_a_pause_is_history() {
    let home = Home::new().await;
    home.tick(4).await;
    at_five_past(&home, &["pause", "nas", "--for", "1h"]).await;
    home.nas.stop().await;
    home.tick(5).await;
    home.nas.start_again().await;
    home.tick(6).await;
    at_five_past(&home, &["resume", "nas"]).await;
    home.tick(7).await;
    assert!(home.heard().is_empty());
}

#[tokio::test]
async fn all_targets_are_paused_at_once_and_status_says_so() {
    let home = Home::new().await;
    let blog = target("blog", &home.nas.url());
    home.write(&[DEFAULTS, SLACK, &home.nas_target(), &blog].concat());
    home.tick(4).await;
    let said = at_five_past(&home, &["pause", "--all", "--for", "1d"]).await;
    assert_eq!(said.lines().count(), 2, "{said}");
    let status = at_five_past(&home, &["status"]).await;
    assert_eq!(status.matches("  paused until 2 Jan 00:05 UTC; up since ").count(), 2, "{status}");
}

#[tokio::test]
async fn an_unknown_name_is_an_error_that_proposes_the_nearest() {
    let home = Home::new().await;
    for args in [&["pause", "nsa", "--for", "1h"][..], &["resume", "nsa"]] {
        let run = home.run(args).await;
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{args:?}");
        assert_eq!(run.err, "error: there is no target `nsa`; did you mean `nas`?\n");
    }
    assert!(home.memory().is_empty());
}

#[tokio::test]
async fn a_pause_needs_somebody_and_a_time() {
    let home = Home::new().await;
    for args in [
        &["pause", "nas"][..],
        &["pause", "--for", "1h"],
        &["pause", "nas", "--for", "0s"],
        &["pause", "nas", "--for", "2 years"],
        &["pause", "nas", "--for", "long"],
        &["pause", "nas", "--all", "--for", "1h"],
        &["resume"],
    ] {
        let run = home.run(args).await;
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{args:?}");
        assert!(run.err.contains("--help"), "{args:?}: {}", run.err);
    }
}
