//! `--record`: what ticks see, for a replay later.

use prober::clock::Clock;
use prober::config::{self, Sources};
use prober::core::step::{Event, EventOrder, Pulse, Wishes};
use prober::engine::{Budget, Engine};
use prober::model::names::TargetName;
use prober::model::observation::{Outcome, Reason, Vantage};
use prober::notify::console::Console;
use prober::replay::record::TraceFile;
use prober::store::MemoryStore;
use prober::{app, http_client};

use super::*;
use crate::world::{epoch, minute};

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

/// An engine that takes errors of an app, and records them in `file`.
fn engine(file: std::path::PathBuf) -> Engine<MemoryStore> {
    let sources = Sources {
        env: &|_| None,
        read_file: &|_| Err(std::io::ErrorKind::NotFound.into()),
        now: epoch(),
    };
    let text = "[[reports]]\nservice = 'map'\norigins = ['*']\n";
    let config = config::parse("probes.toml".as_ref(), text, &sources);
    let config = config.unwrap_or_else(|errors| panic!("{}", errors.render(false)));
    let console = Console::new(std::io::sink(), false);
    let (store, http) = (MemoryStore::new(), http_client::client().unwrap());
    let engine = app::engine(config, store, &http, &console, Clock::at(minute(1))).unwrap();
    engine.with_recorder(Some(Box::new(TraceFile::new(file))))
}

#[tokio::test]
async fn what_is_said_from_outside_is_recorded_too() {
    let home = Home::new().await;
    let engine = engine(home.path("seen.jsonl"));
    let error = Event {
        target: TargetName::new("reports:map"),
        at: minute(0),
        vantage: Vantage("there".into()),
        outcome: Some(Outcome::failure(Reason::ErrorsReported, "boom")),
        pulse: None,
        count: 1,
        attachment: None,
        errors: Vec::new(),
        news: None,
        wishes: Wishes::default(),
        order: EventOrder::Sent,
        source: None,
    };
    let began = Event { outcome: None, pulse: Some(Pulse::Began), ..error.clone() };
    engine.receive(vec![error, began], Budget::UNLIMITED).await.unwrap();
    let [line] = &seen(&home)[..] else { panic!("one of them says how it is") };
    assert_eq!((&line["target"], &line["detail"]), (&"reports:map".into(), &"boom".into()));
    assert_eq!(line["at"], "2026-01-01T00:01:00.000000Z");
    assert_eq!(line["slot"], "2026-01-01T00:00:00Z");
}
