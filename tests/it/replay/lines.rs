//! What may stand in a trace, and what is said of what may not.

use std::path::Path;

use prober::config::{self, Sources};
use prober::model::observation::Vantage;
use prober::model::target::Config;
use prober::replay::Replay;

use crate::world::epoch;

const HOME: &str = "
[defaults]
failure_threshold = 1
[notify.slack]
type = 'console'
[alarms]
enabled = true
[[target]]
name = 'router'
url = 'tcp://192.0.2.1:443'
[[heartbeat]]
name = 'backup'
interval = '1h'
grace = '10m'
key = 'correct-horse-battery'
[[heartbeat]]
name = 'nightly'
interval = '1d'
grace = '1h'
depends_on = ['router']
key = 'battery-staple-horse'
[[reports]]
service = 'map'
origins = ['*']
";

fn config() -> Config {
    let sources = Sources {
        env: &|_| None,
        read_file: &|_| Err(std::io::ErrorKind::NotFound.into()),
        now: epoch(),
    };
    config::parse(Path::new("probes.toml"), HOME, &sources).unwrap_or_else(|errors| {
        panic!("{}", errors.render(false));
    })
}

/// Replays lines without their `at`: `MINUTE REST`. Returns a line for each
/// fact told: the minute, the target, the kind.
fn told(lines: &[&str]) -> Result<Vec<String>, String> {
    let config = config();
    let mut replay = Replay::new(&config, Vantage("here".into()));
    let mut sent = Vec::new();
    for line in lines {
        let (minute, rest) = line.split_once(' ').unwrap();
        let at = crate::world::minute(minute.parse().unwrap()).to_rfc3339();
        let line = format!("{{\"at\": {at:?}, {rest}}}");
        sent.extend(replay.line(&line).map_err(|bad| bad.to_string())?);
    }
    sent.extend(replay.end());
    let facts = sent.iter().flat_map(|sent| {
        let minute = (sent.at - epoch()).num_minutes();
        let told = sent.messages.iter().map(|told| format!("{} {}", told.target, told.kind));
        let unseen = sent.no_view.iter().map(|gap| format!("no view {:?}", gap.cause));
        told.chain(unseen).map(move |what| format!("{minute} {what}")).collect::<Vec<_>>()
    });
    Ok(facts.collect())
}

fn problem(line: &str) -> String {
    let replayed = told(&[r#"1 "tick": true"#, line]);
    replayed.expect_err("it should be wrong").strip_prefix("2: ").unwrap().to_owned()
}

const DOWN: &str = r#""target": "router", "outcome": "failure", "reason": "timeout""#;
const UP: &str = r#""target": "router", "outcome": "success""#;

#[test]
fn a_channel_that_refuses_is_told_later() {
    let refuses = r#"0 "channel": "slack", "accepts": false"#;
    let accepts = r#"5 "channel": "slack", "accepts": true"#;
    let (down, up) = (format!("1 {DOWN}"), format!("3 {UP}"));
    assert_eq!(told(&[refuses, &down, r#"2 "tick": true"#, accepts]).unwrap(), ["5 router down"]);
    assert_eq!(told(&[refuses, &down, &up, accepts]).unwrap(), ["5 router was_down"]);
}

#[test]
fn the_same_slot_twice_is_one_observation() {
    let again = format!(r#"2 {UP}, "slot": "2026-01-01T00:01:00Z""#);
    assert_eq!(told(&[&format!("1 {DOWN}"), &again]).unwrap(), ["1 router down"]);
}

#[test]
fn an_inconclusive_observation_says_nothing() {
    let unclear = r#"2 "target": "router", "outcome": "inconclusive", "detail": "no time left""#;
    assert_eq!(told(&[&format!("1 {DOWN}"), unclear]).unwrap(), ["1 router down"]);
}

#[test]
fn a_warning_is_raised_by_a_success() {
    let soon =
        |minute: u32| format!(r#"{minute} {UP}, "warnings": {{"cert_expiring": "in 3 days"}}"#);
    let lines = [soon(1), format!("2 {UP}")];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    assert_eq!(told(&lines).unwrap(), ["1 router warning", "2 router cleared"]);
}

#[test]
fn a_heartbeat_that_is_not_in_the_trace_is_late() {
    let ping = r#"0 "target": "backup", "outcome": "success""#;
    let lines = [ping, r#"69 "tick": true"#, r#"70 "tick": true"#];
    assert_eq!(told(&lines).unwrap(), ["70 backup down"]);
    let failed = r#"5 "target": "backup", "outcome": "failure", "reason": "reported_failure""#;
    assert_eq!(told(&[failed]).unwrap(), ["5 backup down"]);
}

#[test]
fn an_error_stream_without_errors_is_quiet_again() {
    let error = r#"0 "target": "reports:map", "outcome": "failure", "reason": "errors_reported""#;
    let lines = [error, r#"14 "tick": true"#, r#"15 "tick": true"#];
    assert_eq!(told(&lines).unwrap(), ["0 reports:map down", "15 reports:map recovered"]);
}

#[test]
fn an_alarm_that_was_never_heard_of_needs_no_configuration() {
    let alarm = r#"0 "target": "alarm:CPU", "outcome": "failure", "reason": "alarm""#;
    assert_eq!(told(&[alarm]).unwrap(), ["0 alarm:CPU down"]);
}

const DAY: u32 = 24 * 60;
const RAN: &str = r#"0 "target": "nightly", "outcome": "success""#;
const TICK: &str = r#""tick": true"#;

/// What is told of the nightly heartbeat alone.
fn told_of_nightly(lines: &[String]) -> Vec<String> {
    let told = told(&lines.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
    told.into_iter().filter(|fact| fact.contains("nightly")).collect()
}

#[test]
fn a_heartbeat_that_is_late_as_its_root_falls_has_another_grace_once_that_is_back() {
    let late = DAY + 60;
    let until_back = [
        RAN.into(),
        format!("{} {UP}", late - 1),
        format!("{late} {DOWN}"),
        format!("{} {UP}", late + 90),
        format!("{} {TICK}", late + 149),
    ];
    let silent = format!("{} {TICK}", late + 150);
    let told =
        told_of_nightly(&[&until_back[..], &[silent, format!("{} {TICK}", late + 400)]].concat());
    assert_eq!(told, [format!("{} nightly down", late + 150)]);
    let came = format!(r#"{} "target": "nightly", "outcome": "success""#, late + 149);
    let after = format!("{} {TICK}", late + 150);
    assert_eq!(told_of_nightly(&[&until_back[..4], &[came, after]].concat()), [""; 0]);
}

#[test]
fn a_run_that_failed_while_its_root_was_down_is_told_a_grace_after_that_is_back() {
    let lines = [
        format!("0 {DOWN}"),
        r#"1 "target": "nightly", "outcome": "failure", "reason": "reported_failure""#.into(),
        format!("2 {UP}"),
        format!("61 {TICK}"),
        format!("62 {TICK}"),
        format!("63 {TICK}"),
    ];
    assert_eq!(told_of_nightly(&lines), ["62 nightly down"]);
}

#[test]
fn a_target_that_reports_only_changes_is_steady_once_it_stops_changing() {
    for (name, reason) in [("alarm:CPU", "alarm"), ("backup", "reported_failure")] {
        let said = |minute: u32| match minute % 2 {
            0 => format!(
                r#"{minute} "target": "{name}", "outcome": "failure", "reason": "{reason}""#
            ),
            _ => format!(r#"{minute} "target": "{name}", "outcome": "success""#),
        };
        let tick = |minute: u32| format!(r#"{minute} "tick": true"#);
        let later = [tick(38), tick(39), said(48), said(49)];
        let lines: Vec<String> = (0..10).map(said).chain(later).collect();
        let told = told(&lines.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
        let kinds = ["2 NAME unstable", "39 NAME steady", "48 NAME down", "49 NAME recovered"];
        assert_eq!(told[2..], kinds.map(|kind| kind.replace("NAME", name)));
    }
}

#[test]
fn a_tick_that_cannot_see_judges_and_tells_nothing() {
    let check = |minute: u32| format!(r#"{minute} "self_check": "fail""#);
    let refused = r#"1 "target": "router", "outcome": "failure", "reason": "refused""#;
    assert_eq!(told(&[refused, &check(1)]).unwrap(), [""; 0]);
    let other = r#"1 "target": "router", "outcome": "failure", "reason": "status""#;
    assert_eq!(told(&[other, &check(1)]).unwrap(), ["1 router down"]);
    let lines = [refused, &check(1), &format!("2 {UP}"), r#"3 "tick": true"#];
    assert_eq!(told(&lines).unwrap(), ["2 no view Blind"]);
}

#[test]
fn what_is_wrong_with_a_line_is_said() {
    for (line, expected) in [
        (
            r#"1 "target": "ruoter", "outcome": "success""#,
            r#"the configuration has no target "ruoter"; did you mean "router"?"#,
        ),
        (
            r#"1 "channel": "slak", "accepts": true"#,
            r#"the configuration has no channel "slak"; did you mean "slack"?"#,
        ),
        (r#"1 "channel": "slack""#, "`channel` needs `accepts`, true or false"),
        (r#"1 "target": "router""#, "`target` needs `outcome`"),
        (r#"1 "target": "router", "outcome": "failure""#, "a failure needs `reason`"),
        (
            r#"1 "target": "router", "outcome": "success", "reason": "dns""#,
            "only a failure has `reason`",
        ),
        (
            r#"1 "target": "router", "outcome": "inconclusive", "warnings": {"slow": ""}"#,
            "only a success has `warnings`",
        ),
        (
            r#"1 "target": "router", "tick": true"#,
            "it must have one of `target`, `channel`, `self_check` and `tick`",
        ),
        (
            r#"1 "detail": "what?""#,
            "it must have one of `target`, `channel`, `self_check` and `tick`",
        ),
        (r#"1 "tick": true, "latency_ms": 3"#, "what was observed belongs to a line with `target`"),
        (r#"1 "tick": true, "accepts": true"#, "`accepts` belongs to a line with `channel`"),
        (r#"1 "tick": false"#, "`tick` must be true"),
        (
            r#"0 "tick": true"#,
            "2026-01-01T00:00:00Z is before 2026-01-01T00:01:00Z of the line above: \
             sort the trace by time",
        ),
        (
            r#"1 "target": "router", "outcome": "up""#,
            "unknown variant `up`, expected one of `success`, `failure`, `inconclusive`, \
             at column 71",
        ),
        (
            r#"1 "target": "router", "outcome": "success", "slot": "noon""#,
            "`slot` is \"noon\", and must be an instant of RFC 3339: \
             input contains invalid characters",
        ),
    ] {
        assert_eq!(problem(line), expected, "{line}");
    }
}

#[test]
fn an_instant_of_a_tick_must_be_one() {
    let config = config();
    let mut replay = Replay::new(&config, Vantage("here".into()));
    let bad = replay.line(r#"{"at": "yesterday", "tick": true}"#).unwrap_err();
    assert!(bad.to_string().starts_with("1: `at` is \"yesterday\", and must be"), "{bad}");
    let bad = replay.line("not JSON").unwrap_err();
    assert_eq!(bad.to_string(), "2: expected ident, at column 2");
}
