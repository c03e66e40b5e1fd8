//! `--record`: what ticks see, for a replay later.

use super::*;
use crate::world::minute;

async fn record(home: &Home, at: i64) -> Run {
    let at = minute(at).to_rfc3339();
    home.run(&["tick", "--at", &at, "--record", "seen.jsonl", "--format", "json"]).await
}

fn seen(home: &Home) -> Vec<serde_json::Value> {
    let text = std::fs::read_to_string(home.path("seen.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn what_ticks_saw_can_be_replayed() {
    let home = Home::new().await;
    record(&home, 0).await;
    home.nas.stop().await;
    record(&home, 1).await;
    home.nas.start_again().await;
    record(&home, 2).await;
    let lines = seen(&home);
    let outcomes: Vec<_> = lines.iter().map(|line| line["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["success", "failure", "success"]);
    assert_eq!(lines[1]["reason"], "refused");
    assert_eq!(lines[1]["vantage"], "here");
    let replayed = home.run(&["replay", "seen.jsonl", "--format", "text"]).await;
    assert_eq!(replayed.quiet(), Some(0));
    for told in home.heard() {
        assert!(replayed.out.contains(&told), "{told:?} is not in {}", replayed.out);
    }
    assert_eq!(replayed.out.matches(", on slack:").count(), home.heard().len());
}

#[tokio::test]
async fn other_thresholds_tell_something_else_of_the_same_trace() {
    let home = Home::new().await;
    for at in 0..4 {
        if at == 1 {
            home.nas.stop().await;
        }
        if at == 2 {
            home.nas.start_again().await;
        }
        record(&home, at).await;
    }
    home.write(&["[defaults]\nfailure_threshold = 2\n", SLACK, &home.nas_target()].concat());
    let replayed = home.run(&["replay", "seen.jsonl"]).await;
    assert_eq!((replayed.quiet(), replayed.out.as_str()), (Some(0), ""));
    assert_eq!(home.heard().len(), 2, "then, one failure was an outage");
}

#[tokio::test]
async fn a_tick_that_had_nothing_to_look_at_is_a_pass() {
    let home = Home::new().await;
    record(&home, 0).await;
    record(&home, 0).await;
    assert_eq!(seen(&home)[1]["tick"], true);
}

#[tokio::test]
async fn a_tick_that_cannot_be_recorded_goes_on_with_a_warning() {
    let home = Home::new().await;
    home.nas.stop().await;
    let tick = home.run(&["tick", "--record", "missing/seen.jsonl"]).await;
    assert_eq!(tick.code, Some(0), "{tick:?}");
    assert!(tick.err.contains("failed to record this tick; it goes on without"), "{}", tick.err);
    assert!(tick.err.contains("missing/seen.jsonl"), "{}", tick.err);
    assert_eq!(home.heard(), ["nas is down"]);
}
