//! What is said of all, and what can be said of one.

use chrono::TimeDelta;
use prober::core::judge::freshness::STALE_AFTER;
use prober::model::names::TargetName;
use prober::model::observation::Reason;
use prober::model::remembered::Remembered;
use prober::model::state::{Beat, HeartbeatState, KindState, State};
use prober::page::Page;
use serde_json::Value;

use super::home::{self, Memory, at, config, down, now, seen, up};

const TARGETS: &str = "
    [[target]]
    name = 'a'
    url = 'tcp://192.0.2.1:1'
    interval = '1m'
    [[target]]
    name = 'b'
    url = 'tcp://192.0.2.1:2'
    schedule = '0 0 3 * * *'
    [[heartbeat]]
    name = 'c'
    interval = '1h'
    grace = '5m'
    key = 'a-key-of-the-backup'
";

async fn json(memories: Vec<Memory>) -> Value {
    let json = seen(&config(TARGETS), memories, home::json).await;
    serde_json::from_str(&json).unwrap()
}

/// What is said of the target of `index`, alone with `state`.
async fn status(index: usize, state: State) -> String {
    let name = ["a", "b", "c"][index];
    let json = json(vec![Memory(name, state, vec![])]).await;
    json["targets"][index]["status"].as_str().unwrap().to_owned()
}

fn pinged(minutes_ago: i64) -> State {
    let at = now() - TimeDelta::minutes(minutes_ago);
    let beat = Some(Beat { at, started: None });
    let by_kind = KindState::Heartbeat(HeartbeatState { beat });
    State { by_kind, last_slot: Some(at), ..up() }
}

#[tokio::test]
async fn the_worst_of_all_is_the_verdict() {
    let all = |a: State| {
        vec![Memory("a", a, vec![]), Memory("b", up(), vec![]), Memory("c", pinged(1), vec![])]
    };
    let verdict = async |memories| json(memories).await["verdict"].as_str().unwrap().to_owned();
    assert_eq!(verdict(vec![]).await, "unknown");
    assert_eq!(verdict(all(up())).await, "up");
    let unstable = State { unstable: Some(now()), ..up() };
    assert_eq!(verdict(all(unstable)).await, "warned");
    assert_eq!(verdict(all(State::default())).await, "unknown");
    assert_eq!(verdict(all(down("2026-07-05T05:02:00Z", Reason::Tls))).await, "down");
}

#[tokio::test]
async fn a_target_that_was_not_observed_when_it_was_due_is_not_up() {
    let seen = |slot| State { last_slot: Some(slot), ..up() };
    let due = now() - TimeDelta::minutes(1);
    assert_eq!(status(0, seen(due)).await, "up");
    assert_eq!(status(0, seen(due - STALE_AFTER + TimeDelta::minutes(1))).await, "up");
    assert_eq!(status(0, seen(due - STALE_AFTER)).await, "unknown");
    assert_eq!(status(1, seen(at("2026-07-05T03:00:00Z"))).await, "up");
    assert_eq!(status(1, seen(at("2026-07-04T03:00:00Z"))).await, "unknown");
}

#[tokio::test]
async fn a_heartbeat_that_nobody_found_late_is_not_up() {
    assert_eq!(status(2, pinged(60)).await, "up");
    assert_eq!(status(2, pinged(74)).await, "up");
    assert_eq!(status(2, pinged(75)).await, "unknown");
}

#[tokio::test]
async fn a_service_that_never_reported_an_error_is_not_missed() {
    let config = config("[[reports]]\nservice = 'web'\norigins = []\n");
    let json = seen(&config, vec![], home::json).await;
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (&json["verdict"], &json["targets"][0]["status"]),
        (&"up".into(), &"unknown".into())
    );
}

#[tokio::test]
async fn of_errors_nothing_is_measured() {
    let config = config("[[reports]]\nservice = 'web'\norigins = []\n");
    let html = seen(&config, vec![Memory("web", with_latencies(), vec![])], home::html).await;
    assert!(!html.contains("in 90 days") && !html.contains("7 ms"), "{html}");
}

fn with_latencies() -> State {
    let mut state = up();
    state.history.recent = vec![Some(7)];
    state
}

#[tokio::test]
async fn a_run_of_hours_is_not_told_in_milliseconds() {
    let mut state = pinged(1);
    state.history.recent = vec![Some(9_999), Some(7_500_000)];
    let html = seen(&config(TARGETS), vec![Memory("c", state, vec![])], home::html).await;
    assert!(html.contains("2 h 5 min</span>"), "{html}");
}

#[tokio::test]
async fn a_target_that_is_down_stays_down_until_it_is_observed() {
    let since = "2026-07-01T00:00:00Z";
    let unseen = State { last_slot: Some(at(since)), ..down(since, Reason::Dns) };
    assert_eq!(status(0, unseen).await, "down");
}

#[test]
fn of_a_record_that_cannot_be_read_it_is_said_and_why_is_not() {
    let mut memory = Remembered::default();
    memory.records.unreadable.insert(TargetName::new("a"), "invalid type".into());
    let config = config(TARGETS);
    let page = Page::new(&config, &[], &memory, now());
    let (html, json) = (page.html(), page.json());
    assert!(html.contains("Its record cannot be read") && !html.contains("invalid type"));
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["targets"][0]["status"], "unknown");
}

const HOUSE: &str = "
    [[target]]
    name = 'router'
    url = 'tcp://192.0.2.1:1'
    [[target]]
    name = 'nas'
    url = 'tcp://192.0.2.1:2'
    depends_on = 'router'
    [[target]]
    name = 'git'
    url = 'tcp://192.0.2.1:3'
    depends_on = 'nas'
";

fn all_down() -> Vec<Memory> {
    ["router", "nas", "git"]
        .map(|name| Memory(name, down("2026-07-05T05:02:00Z", Reason::Timeout), vec![]))
        .into()
}

#[tokio::test]
async fn what_is_behind_a_root_stands_under_it_and_is_no_red_card() {
    let html = seen(&config(HOUSE), all_down(), home::html).await;
    let red = html.matches("<div class=\"outage down\">").count();
    assert_eq!((red, html.matches("<article class=\"behind\">").count()), (1, 2), "{html}");
    assert!(html.contains("<p>Behind it: nas and git</p>"), "{html}");
    assert!(html.contains("<h1>3 of 3 are down</h1>"), "{html}");
    let json: Value =
        serde_json::from_str(&seen(&config(HOUSE), all_down(), home::json).await).unwrap();
    assert_eq!(
        (&json["targets"][2]["root"], &json["targets"][0]["root"]),
        (&"router".into(), &Value::Null)
    );
}

#[tokio::test]
async fn a_root_that_is_not_public_is_not_named() {
    let hidden = HOUSE.replacen("url =", "public = false\n url =", 1);
    let html = seen(&config(&hidden), all_down(), home::html).await;
    assert!(!html.contains("router") && html.contains("<p>Behind it: git</p>"), "{html}");
}

#[tokio::test]
async fn what_is_in_maintenance_or_paused_is_blue_and_says_until_when() {
    let window = "[[maintenance]]\ntargets = ['router']\nfrom = 2026-07-05T05:00:00Z\nto = 2026-07-05T06:00:00Z\n";
    let config = config(&format!("{HOUSE}\n{window}"));
    let paused = State { paused_until: Some(at("2026-07-05T07:30:00Z")), ..up() };
    let memories = || {
        let router = down("2026-07-05T05:02:00Z", Reason::Timeout);
        vec![
            Memory("router", router, vec![]),
            Memory("nas", paused.clone(), vec![]),
            Memory("git", up(), vec![]),
        ]
    };
    let html = seen(&config, memories(), home::html).await;
    assert!(html.contains("<h1>Everything else is up; 2 in maintenance or paused</h1>"), "{html}");
    for said in [
        "In maintenance until <time datetime=\"2026-07-05T06:00:00Z\">06:00 UTC</time>",
        "Paused until",
    ] {
        assert!(html.contains(said), "{said}\n{html}");
    }
    assert!(
        !html.contains("class=\"outage down\"")
            && html.matches("<article class=\"planned\">").count() == 2
    );
    let json: Value = serde_json::from_str(&seen(&config, memories(), home::json).await).unwrap();
    assert_eq!(json["verdict"], "down");
    assert_eq!(json["targets"][0]["maintained_until"], "2026-07-05T06:00:00Z");
    assert_eq!(json["targets"][1]["paused_until"], "2026-07-05T07:30:00Z");
}

#[tokio::test]
async fn a_group_is_closed_where_all_of_it_is_well_and_there_is_much() {
    let target = |n: usize| {
        let group = ["Home", "Away"][n % 2];
        format!("[[target]]\nname = 't{n}'\ngroup = '{group}'\nurl = 'tcp://192.0.2.1:1'\n")
    };
    let config = config(&(0..20).map(target).collect::<String>());
    let names: Vec<&'static str> = (0..20).map(|n| &*format!("t{n}").leak()).collect();
    let memories = names.iter().map(|name| {
        let state =
            if *name == "t3" { down("2026-07-05T05:02:00Z", Reason::Timeout) } else { up() };
        Memory(name, state, vec![])
    });
    let html = seen(&config, memories.collect(), home::html).await;
    assert!(html.contains("<details>\n<summary><h2>Home</h2> <span>10 up</span>"), "{html}");
    assert!(
        html.contains("<details open>\n<summary><h2>Away</h2> <span>1 down, 9 up</span>"),
        "{html}"
    );
}

#[tokio::test]
async fn a_heartbeat_says_when_it_called() {
    let html = seen(&config(TARGETS), vec![Memory("c", pinged(12), vec![])], home::html).await;
    assert!(html.contains("Pinged 12 min ago"), "{html}");
    let html = seen(&config(TARGETS), vec![], home::html).await;
    assert_eq!(html.matches("Waits for its first ping").count(), 1, "{html}");
}
