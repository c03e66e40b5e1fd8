//! `/metrics`, and what reads it and `/status.json`: the documents of docs/metrics.md name
//! nothing that there is not. `BLESS=1 cargo test metrics` writes tests/metrics anew;
//! `scripts/check-metrics` reads that with other programs' parsers.

mod recipes;

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::TimeDelta;
use prober::core::announce::Context;
use prober::core::step::of_observations;
use prober::metrics;
use prober::model::history::Total;
use prober::model::measured::{Measured, Phases};
use prober::model::names::TargetName;
use prober::model::observation::{Observation, Outcome, Vantage};
use prober::model::prober_state::ProberState;
use prober::model::record::{Record, Records};
use prober::model::remembered::Remembered;
use prober::model::state::{EndpointState, KindState};
use prober::model::target::by_name;
use regex::Regex;

use crate::documents::read;
use crate::page::home::{PRIVATE, now, stored};
use crate::support::on_file;
use crate::world::{observe, refused, target};

fn phases() -> Phases {
    let ms = |ms| Some(Duration::from_millis(ms));
    let total = Duration::from_micros(81_250);
    Phases { dns: ms(2), connect: ms(11), tls: ms(24), first_byte: ms(40), total }
}

/// What is served of the home, which also has measured something.
async fn of_home() -> String {
    let (config, mut memory) = stored().await;
    for (name, kind) in [("router", None), ("blog", Some(now() + TimeDelta::days(6)))] {
        let phases = Some(if kind.is_some() { phases() } else { Phases { tls: None, ..phases() } });
        let endpoint = EndpointState { phases, cert_expires_at: kind, ..EndpointState::default() };
        let record = memory.records.get_mut(&TargetName::new(name)).unwrap();
        record.state.by_kind = KindState::Endpoint(endpoint);
        record.state.history.total = Total(128_000, 12);
    }
    let own =
        ProberState { times: 2, unseen_s: 840, blind_since: Some(now()), ..ProberState::default() };
    let own = Record { state: own, ..Record::default() };
    memory.records.probers.insert(Vantage("eu-central-1".into()), own);
    metrics::text(&config, &memory, now()).unwrap()
}

/// The names of the samples in `text`.
fn names(text: &str) -> BTreeSet<String> {
    let samples = text.lines().filter(|line| !line.starts_with('#'));
    samples.map(|line| line.split(['{', ' ']).next().unwrap().to_owned()).collect()
}

/// Everything that `text` calls as prober calls its metrics.
fn named(text: &str) -> BTreeSet<String> {
    let name = Regex::new(r"\bprober_[a-z_]+\b").unwrap();
    name.find_iter(text).map(|found| found.as_str().to_owned()).collect()
}

#[tokio::test]
async fn they_are_as_on_file() {
    let file = on_file::root().join("tests/metrics/home.prom");
    on_file::assert_same(&file, &of_home().await);
}

#[tokio::test]
async fn they_hold_no_address_no_url_and_no_key() {
    let text = of_home().await;
    let samples: String = text.lines().filter(|line| !line.starts_with('#')).collect();
    for private in PRIVATE {
        assert!(!samples.contains(private), "{private}: {text}");
    }
}

/// <https://prometheus.io/docs/practices/naming/>
#[tokio::test]
async fn their_names_are_what_prometheus_asks_for() {
    let text = of_home().await;
    let of_type = |wanted: &str| -> BTreeSet<String> {
        let types = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
        let types = types.filter_map(|line| line.split_once(' '));
        types.filter(|(_, kind)| *kind == wanted).map(|(name, _)| name.to_owned()).collect()
    };
    let (counters, gauges) = (of_type("counter"), of_type("gauge"));
    assert_eq!(counters.union(&gauges).cloned().collect::<BTreeSet<_>>(), names(&text));
    assert!(counters.iter().all(|name| name.ends_with("_total")), "{counters:?}");
    assert!(gauges.iter().all(|name| !name.ends_with("_total")), "{gauges:?}");
    let all = counters.iter().chain(&gauges);
    let is_scaled = |name: &&String| {
        ["_ms", "_millis", "_percent", "_days"].iter().any(|unit| name.contains(unit))
    };
    assert_eq!(all.clone().find(is_scaled), None);
    let is_of_time = |name: &&String| {
        ["latency", "phase", "timestamp", "unseen"].iter().any(|of| name.contains(of))
    };
    assert!(all.filter(is_of_time).all(|name| name.contains("_seconds")));
}

#[tokio::test]
async fn a_name_that_would_be_syntax_is_a_name() {
    let mut home = target("a \"quoted\\ name\n# TYPE x counter", 1, 1);
    home.group = Some("}".into());
    let (mut config, _) = stored().await;
    config.targets = vec![home];
    let text = metrics::text(&config, &Remembered::default(), now()).unwrap();
    let line = text.lines().find(|line| line.starts_with("prober_target_status{")).unwrap();
    let label = r#"target="a \"quoted\\ name\n# TYPE x counter",group="}""#;
    assert!(line.contains(label), "{line}");
}

#[tokio::test]
async fn what_a_probe_measured_is_shown_until_it_fails() {
    let (mut config, _) = stored().await;
    config.targets = vec![target("nas", 1, 1)];
    let ends = now() + TimeDelta::days(60);
    let measured =
        Some(Measured { phases: phases(), cert_expires_at: Some(ends), ..Measured::default() });
    let seen = |records: &Records, slot, outcome| {
        let at = now() + TimeDelta::minutes(slot);
        let observation = Observation { measured: measured.clone(), ..observe("nas", at, outcome) };
        let targets = by_name(&config.targets);
        let context = Context::new(&targets, &[], at);
        let step = of_observations(&context, records, &[observation]);
        let write = step.writes.into_iter().next().unwrap();
        Records::from_iter([(write.target, Record { state: write.state, ..Record::default() })])
    };
    let show = |records: &Records| {
        let memory = Remembered::new(records.clone(), vec![], now().date_naive());
        metrics::text(&config, &memory, now()).unwrap()
    };
    let up = seen(&Records::new(), 0, Outcome::success());
    let text = show(&up);
    let ends =
        format!("_certificate_expiry_timestamp_seconds{{target=\"nas\"}} {}", ends.timestamp());
    for line in [
        "prober_target_latency_seconds{target=\"nas\"} 0.08125",
        "prober_target_phase_seconds{target=\"nas\",phase=\"tls\"} 0.024",
        "prober_target_observations_total{target=\"nas\",outcome=\"success\"} 1",
        &format!("prober_target{ends}"),
    ] {
        assert!(text.lines().any(|each| each == line), "{line}\n{text}");
    }
    let failing = show(&seen(&up, 1, refused()));
    assert!(failing.contains(&ends), "{failing}");
    assert!(failing.contains("outcome=\"failure\"} 1"), "{failing}");
    for gone in ["prober_target_latency_seconds", "prober_target_phase_seconds"] {
        assert!(!failing.contains(gone), "{failing}");
    }
}

#[tokio::test]
async fn each_is_in_the_document_and_no_other_is() {
    let document = read("docs/metrics.md");
    let rows = document.lines().filter_map(|line| line.strip_prefix("| `prober_"));
    let listed: BTreeSet<String> =
        rows.map(|row| format!("prober_{}", row.split('`').next().unwrap())).collect();
    assert_eq!(listed, names(&of_home().await), "left: docs/metrics.md");
}

#[tokio::test]
async fn the_dashboard_asks_for_nothing_that_there_is_not() {
    let text = of_home().await;
    let dashboard: serde_json::Value =
        serde_json::from_str(&read("docs/grafana-dashboard.json")).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let targets: Vec<_> =
        panels.iter().flat_map(|panel| panel["targets"].as_array().unwrap()).collect();
    assert!(targets.len() > 10);
    let label = Regex::new(r"\{\{(\w+)\}\}").unwrap();
    for target in targets {
        let asked = named(target["expr"].as_str().unwrap());
        assert!(!asked.is_empty() && asked.is_subset(&names(&text)), "{asked:?}");
        let legend = target["legendFormat"].as_str().unwrap();
        for label in label.captures_iter(legend) {
            let has = |name: &String| {
                let mut lines = text.lines().filter(|line| line.starts_with(&format!("{name}{{")));
                lines.any(|line| line.contains(&format!("{}=\"", &label[1])))
            };
            assert!(asked.iter().any(has), "{legend} of {asked:?}");
        }
    }
    let list = dashboard["templating"].to_string();
    assert!(named(&list).is_subset(&names(&text)), "{list}");
}
