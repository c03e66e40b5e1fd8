//! How each target is.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::families::{Families, Labels, Value};
use crate::model::history::{Day, Total};
use crate::model::measured::Phases;
use crate::model::observation::WarningKind;
use crate::model::remembered::Remembered;
use crate::model::shown_names::ShownNames;
use crate::model::state::State;
use crate::model::target::{Kind, Target};
use crate::page::shown_status;

const STATUSES: [&str; 3] = ["up", "down", "unknown"];

/// One target, and what is known of it.
struct Line<'a> {
    target: &'a Target,
    labels: Labels,
    status: &'static str,
    since: Option<DateTime<Utc>>,
    state: Option<&'a State>,
    days: &'a [Day],
}

pub(super) fn add(
    families: &mut Families,
    targets: &[Target],
    memory: &Remembered,
    now: DateTime<Utc>,
) {
    let names = ShownNames::of(targets.iter().map(|target| &target.name));
    let lines = targets.iter().map(|target| {
        let (status, since) = shown_status(target, memory, now);
        let (state, days) = (memory.state(&target.name), memory.days(&target.name));
        Line { target, labels: labels(target, &names), status, since, state, days }
    });
    let lines: Vec<Line<'_>> = lines.collect();
    add_status(families, &lines);
    add_measured(families, &lines);
    add_counted(families, &lines);
    add_flags(families, &lines);
}

/// The labels of `target`: its name as it is shown, and its group if it has one.
fn labels(target: &Target, names: &ShownNames) -> Labels {
    let name = ("target", names.shown(&target.name).clone());
    let group = target.group.iter().map(|group| ("group", group.clone()));
    std::iter::once(name).chain(group).collect()
}

impl Line<'_> {
    /// Its labels and another one.
    fn with(&self, label: &'static str, value: &str) -> Labels {
        let mut labels = self.labels.clone();
        labels.push((label, value.to_owned()));
        labels
    }

    /// A sample of it, where there is a value.
    fn sample(&self, value: Option<impl Into<Value>>) -> Option<(Labels, Value)> {
        value.map(|value| (self.labels.clone(), value.into()))
    }
}

fn add_status(families: &mut Families, lines: &[Line<'_>]) {
    families.add(
        "target_up",
        "Whether a target is up; absent while that is not known",
        lines.iter().filter_map(|line| {
            let is_known = line.status != "unknown";
            line.sample(is_known.then_some(line.status == "up"))
        }),
    );
    families.add(
        "target_status",
        "1 for the status that a target has, 0 for the others",
        lines.iter().flat_map(|line| {
            STATUSES.map(|status| (line.with("status", status), (line.status == status).into()))
        }),
    );
    families.add_seconds(
        "target_status_since_timestamp",
        "Since when a target has its status; when it was last seen, if it is not observed any more",
        lines.iter().filter_map(|line| line.sample(line.since)),
    );
    families.add_seconds(
        "target_last_observation_timestamp",
        "When a target was last observed",
        lines.iter().filter_map(|line| line.sample(line.state?.last_slot)),
    );
}

fn add_measured(families: &mut Families, lines: &[Line<'_>]) {
    let phases = |line: &Line<'_>| line.state?.by_kind.endpoint().phases;
    families.add_seconds(
        "target_latency",
        "How long the last probe took; absent if it failed",
        lines.iter().filter_map(|line| line.sample(phases(line).map(|all| seconds(all.total)))),
    );
    families.add_seconds(
        "target_phase",
        "How long each phase of it took; those that it has none of are absent",
        lines.iter().flat_map(|line| {
            let named = phases(line).map(named).into_iter().flatten();
            named.filter_map(|(phase, took)| Some((line.with("phase", phase), seconds(took?))))
        }),
    );
    families.add_seconds(
        "target_certificate_expiry_timestamp",
        "When the first of the certificates ends that a target needs",
        lines.iter().filter_map(|line| line.sample(line.state?.by_kind.endpoint().cert_expires_at)),
    );
}

fn named(phases: Phases) -> [(&'static str, Option<Duration>); 4] {
    let Phases { dns, connect, tls, first_byte, total: _ } = phases;
    [("dns", dns), ("connect", connect), ("tls", tls), ("first_byte", first_byte)]
}

fn seconds(took: Duration) -> Value {
    Value::Gauge(took.as_secs_f64())
}

fn add_counted(families: &mut Families, lines: &[Line<'_>]) {
    families.add(
        "target_observations",
        "Probes, pings and events that were evidence; failures in maintenance are not counted",
        lines.iter().filter_map(|line| Some((line, line.state?.history.total))).flat_map(
            |(line, Total(successes, failures))| {
                let of = |outcome, count| (line.with("outcome", outcome), Value::Counter(count));
                [of("success", successes), of("failure", failures)]
            },
        ),
    );
    families.add(
        "target_uptime_ratio",
        "The share of successes in the last 90 days",
        lines.iter().filter_map(|line| line.sample(uptime(line))),
    );
}

/// From 0 to 1, for what is measured: errors and alarms come only when something is wrong.
fn uptime(line: &Line<'_>) -> Option<Value> {
    match line.target.kind {
        Kind::Endpoint(_) | Kind::Heartbeat(_) => {}
        Kind::Errors(_) | Kind::Alarm | Kind::Topic | Kind::Off => return None,
    }
    let sum = |of: fn(&Day) -> u32| line.days.iter().map(|day| f64::from(of(day))).sum::<f64>();
    let (up, down) = (sum(|day| day.up), sum(|day| day.down));
    (up + down > 0.0).then(|| Value::Gauge(up / (up + down)))
}

fn add_flags(families: &mut Families, lines: &[Line<'_>]) {
    families.add(
        "target_warning",
        "Whether a limit of a target that is probed is crossed",
        lines.iter().filter(|line| line.target.endpoint().is_some()).flat_map(|line| {
            let is_raised = |kind| {
                let mut raised = line.state.into_iter().flat_map(State::raised);
                raised.any(|(each, _)| each == kind)
            };
            let sample = |kind: &WarningKind| {
                (line.with("warning", kind.code()), Value::from(is_raised(*kind)))
            };
            WarningKind::ALL.iter().map(sample).collect::<Vec<_>>()
        }),
    );
    families.add(
        "target_unstable",
        "Whether a target changes too often for each change to be told",
        lines.iter().filter_map(|line| line.sample(Some(line.state?.unstable.is_some()))),
    );
}
