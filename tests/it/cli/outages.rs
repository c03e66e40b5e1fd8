//! `prober outages`. What it says is on file in tests/outages.

use chrono::{DateTime, TimeDelta, Utc};
use prober::model::detail::{Detail, HeartbeatDetail, Moment};
use prober::model::names::TargetName;
use prober::model::near_misses::NearMisses;
use prober::model::observation::{Failure, Reason, Vantage};
use prober::model::record::{Revision, Write};
use prober::model::state::{Incident, Outage, Silenced, State, Status};
use prober::store::{SqliteStore, Store};
use unicode_width::UnicodeWidthStr;

use super::*;
use crate::home::SLACK;
use crate::support::on_file::{assert_same, root};

/// When it is asked; in Seoul it is five past nine in the evening.
const NOW: [&str; 2] = ["--at", "2026-03-10T12:05:00Z"];

/// A name that leaves no room for anything beside it.
const LONG: &str = "a target with a name as long as a sentence, since somebody likes it so";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn outage(since: &str, minutes: i64, reason: Reason, detail: impl Into<Detail>) -> Outage {
    let failure = Failure { reason, detail: detail.into() };
    let (since, vantage) = (at(since), Vantage("here".into()));
    let incident = Incident {
        since,
        failure,
        vantage,
        agreed_by: Vec::new(),
        attachment: None,
        unmentioned: false,
    };
    let outage = Outage::of(&incident, since + TimeDelta::minutes(minutes));
    Outage { observations: u32::try_from(minutes).unwrap(), ..outage }
}

/// The outages of `name`, oldest first.
fn over(name: &str, outages: Vec<Outage>) -> Write {
    let state = State { last_outage: outages.last().cloned(), ..State::default() };
    let write = Write::new(TargetName::new(name), Revision(0), state);
    Write { closed_outages: outages, ..write }
}

/// A target that is down, and one that is above it; near misses at three in the morning.
fn router() -> Write {
    let Outage { since, failure, .. } = outage(
        "2026-03-10T12:01:00Z",
        0,
        Reason::Timeout,
        "no connection within 10 s (203.0.113.7:443)",
    );
    let vantage = Vantage("here".into());
    let incident = Incident {
        since,
        failure,
        vantage,
        agreed_by: Vec::new(),
        attachment: None,
        unmentioned: false,
    };
    let mut near_misses = NearMisses::default();
    for (day, hour, failures) in [("02", 3, 2), ("03", 3, 9), ("04", 23, 1)] {
        near_misses.count(at(&format!("2026-03-{day}T18:00:00Z")), hour, failures);
    }
    let mut state = State { status: Status::Down(incident), ..State::default() };
    state.history.near_misses = near_misses;
    Write::new(TargetName::new("router"), Revision(0), state)
}

/// A home in Seoul where much happened.
async fn eventful() -> Home {
    let home = Home::new().await;
    let targets: String =
        ["router", "nas", "사진", LONG].map(|name| target(name, &home.nas.url())).concat();
    home.write(&["timezone = 'Asia/Seoul'\n", DEFAULTS, SLACK, &targets].concat());
    let status = outage(
        "2026-03-01T17:52:00Z",
        12,
        Reason::Status,
        "answered 503 Service Unavailable; expected 200 to 299",
    );
    let formula = Outage {
        unseen_s: 300,
        ..outage(
            "2026-03-05T02:00:00Z",
            60,
            Reason::Body,
            "=HYPERLINK(\"http://example.com\"), as it says of itself",
        )
    };
    let silenced =
        Silenced { maintained: 9, paused: 1, behind: [TargetName::new("router")].into() };
    let behind = Outage {
        silenced,
        ..outage("2026-03-10T00:00:00Z", 10, Reason::Refused, "203.0.113.7 refused the connection")
    };
    let old = outage("2025-12-31T14:50:00Z", 3000, Reason::Dns, "");
    let (due, last) = (Moment(at("2026-03-07T16:00:00Z")), Moment(at("2026-03-06T16:02:00Z")));
    let overdue = Detail::Heartbeat(HeartbeatDetail::Overdue { due, last });
    let late = outage("2026-03-07T17:00:00Z", 5, Reason::Late, overdue);
    let writes = [
        router(),
        over("nas", vec![old.clone(), status, behind]),
        over("사진", vec![formula, late]),
        over(LONG, vec![outage("2026-03-06T02:00:00Z", 1, Reason::Reset, "word ".repeat(40))]),
    ];
    let store = SqliteStore::open(&home.path("prober.db")).unwrap();
    store.commit(&writes).await.unwrap();
    home
}

async fn said(home: &Home, args: &[&str]) -> String {
    let run = home.run(&[&["outages"], args, &NOW].concat()).await;
    assert_eq!(run.quiet(), Some(0), "{args:?}");
    run.out
}

#[tokio::test]
async fn people_read_what_was_down_for_how_long_and_why_in_80_columns() {
    let home = eventful().await;
    for (args, file) in [
        (&[][..], "all.txt"),
        (&["--since", "366d"], "a_year.txt"),
        (&["nas", "--since", "2d"], "one.txt"),
        (&["사진", "router", "--since", "1h"], "two.txt"),
        (&["nas", "--since", "1h"], "none.txt"),
    ] {
        let text = said(&home, args).await;
        assert_same(&root().join("tests/outages").join(file), &text);
        for line in text.lines() {
            assert!(line.width() <= 80, "{file}: {line}");
        }
    }
}

#[tokio::test]
async fn programs_read_one_object() {
    let home = eventful().await;
    let run = home.run(&[&["outages", "--format", "json"][..], &NOW].concat()).await;
    assert_same(&root().join("tests/outages/all.json"), &format!("{:#}\n", run.json()));
    let document = crate::documents::read("docs/outages.md");
    for key in run.json()["outages"][0].as_object().unwrap().keys() {
        assert!(document.contains(&format!("`.{key}`")), "docs/outages.md lacks {key}");
    }
}

#[tokio::test]
async fn spreadsheets_read_lines_and_no_formula() {
    let home = eventful().await;
    let text = said(&home, &["--format", "csv"]).await;
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    assert_same(&root().join("tests/outages/all.csv"), &text);
}

#[tokio::test]
async fn an_outage_is_in_the_log_once_it_is_over() {
    let home = Home::new().await;
    for round in 0..3 {
        home.nas.stop().await;
        home.tick(120 * round).await;
        home.nas.start_again().await;
        home.tick(120 * round + 2).await;
    }
    let at = ["outages", "--format", "json", "--at", "2026-01-01T05:00:00Z"];
    let json = home.run(&at).await.json();
    let of = |field: &str| -> Vec<serde_json::Value> {
        json["outages"].as_array().unwrap().iter().map(|each| each[field].clone()).collect()
    };
    let starts = ["2026-01-01T04:00:00Z", "2026-01-01T02:00:00Z", "2026-01-01T00:00:00Z"];
    assert_eq!(of("since"), starts);
    assert_eq!(of("duration_s"), [120; 3]);
    assert_eq!(of("reason"), ["refused"; 3]);
}

#[tokio::test]
async fn an_outage_that_is_open_has_no_end() {
    let home = Home::new().await;
    home.nas.stop().await;
    home.tick(0).await;
    let text = home.run(&["outages", "--at", "2026-01-01T00:07:00Z"]).await;
    assert_eq!(text.quiet(), Some(0), "down is a result, and no failure of the command");
    assert!(text.out.contains("since 00:00 UTC  7 min  nas"), "{}", text.out);
    let json = home.run(&["outages", "--format", "json", "--at", "2026-01-01T00:07:00Z"]).await;
    let outage = &json.json()["outages"][0];
    assert_eq!((&outage["until"], &outage["duration_s"]), (&().into(), &().into()));
}

#[tokio::test]
async fn without_a_store_there_is_nothing_to_show_and_none_is_made() {
    let home = Home::new().await;
    let text = home.run(&["outages"]).await;
    assert_eq!(text.quiet(), Some(0));
    assert!(text.out.starts_with("Nothing was observed yet"), "{}", text.out);
    let json = home.run(&["outages", "--format", "json"]).await.json();
    assert_eq!(json["outages"], serde_json::json!([]));
    assert!(home.run(&["outages", "--format", "csv"]).await.out.starts_with("target,incident,"));
    assert!(!home.path("prober.db").exists());
}

#[tokio::test]
async fn a_name_that_nobody_has_is_an_error_that_proposes_the_nearest() {
    let home = Home::new().await;
    for format in ["text", "json", "csv"] {
        let run = home.run(&["outages", "nsa", "--format", format]).await;
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{format}");
        assert_eq!(run.err, "error: there is no target `nsa`; did you mean `nas`?\n");
    }
}

#[tokio::test]
async fn it_needs_no_secret_and_a_time_that_it_understands() {
    let home = Home::new().await;
    home.tick(0).await;
    let without = run(home.prober(&["outages"]).env_remove("SLACK_WEBHOOK_URL")).await;
    assert_eq!((without.code, without.err.as_str()), (Some(0), ""));
    for since in ["0s", "-1d", "30", "2 years", "yesterday"] {
        let run = home.run(&["outages", "--since", since]).await;
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{since}");
        assert!(run.err.contains("--help"), "{since}: {}", run.err);
    }
}

#[tokio::test]
async fn a_failure_below_the_threshold_is_a_near_miss_in_the_hour_that_it_was_there() {
    let home = Home::new().await;
    let patient = DEFAULTS.replace("failure_threshold = 1", "failure_threshold = 3");
    let zone = "timezone = 'Asia/Seoul'\n";
    home.write(&[zone, &patient, SLACK, &home.nas_target()].concat());
    home.tick(0).await;
    home.nas.stop().await;
    home.tick(1).await;
    home.tick(2).await;
    home.nas.start_again().await;
    home.tick(3).await;
    let at = ["outages", "--format", "json", "--at", "2026-01-01T01:00:00Z"];
    let json = home.run(&at).await.json();
    assert_eq!(json["outages"], serde_json::json!([]));
    let near = &json["near_misses"][0];
    assert_eq!((&near["since"], &near["by_hour"][9]), (&"2026-01-01T00:01:00Z".into(), &2.into()));
    assert!(home.heard().is_empty());
}
