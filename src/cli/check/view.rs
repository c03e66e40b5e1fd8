//! The result of `check` for people: a table, worst news in words.

use std::time::Duration;

use anstyle::Style;
use chrono::{DateTime, Utc};

use super::{Count, Probed};
use crate::cli::draw::{BAD, BOLD, DIM, GOOD, WARN, paint};
use crate::cli::groups::groups;
use crate::cli::table::{self, Cell};
use crate::cli::warned::warned;
use crate::model::observation::{Outcome, Reason};
use crate::probe::{Phases, Report};
use crate::text::visible;

/// What there is to say where only others call, and nothing is probed.
const NOTHING: &str = "Nothing is probed here: `prober status` says how the targets are.\n";

/// The table, with a line for each target, grouped, and a line that counts; for a terminal
/// of that `width`, if there is one. With `phases`, below each target what its time went into.
pub(super) fn round(
    at: DateTime<Utc>,
    results: &[Probed<'_>],
    shows_phases: bool,
    width: Option<usize>,
) -> String {
    if results.is_empty() {
        return NOTHING.to_owned();
    }
    let rows: Vec<Vec<Cell>> = results.iter().map(|probed| row(at, probed)).collect();
    let lines = table::lines_within(&rows, width);
    let mut text = String::new();
    for group in groups(results.iter().map(|probed| probed.target.group.as_deref())) {
        if let Some(name) = group {
            text += &format!("{}\n", paint(BOLD, visible(name)));
        }
        let all = results.iter().zip(&lines);
        for (probed, line) in all.filter(|(each, _)| each.target.group.as_deref() == group) {
            text += &format!("{line}\n");
            let phases = phases(&probed.report.phases).filter(|_| shows_phases);
            text.extend(phases.map(|phases| format!("     {}\n", paint(DIM, phases))));
        }
    }
    format!("{text}\n  {}\n", count(Count::of(results)))
}

/// The line of one target alone.
pub(super) fn line(at: DateTime<Utc>, probed: &Probed<'_>, width: Option<usize>) -> String {
    table::lines_within(&[row(at, probed)], width).concat()
}

/// What the time went into; a phase that did not take place is left out.
fn phases(phases: &Phases) -> Option<String> {
    let Phases { dns, connect, tls, first_byte, total: _ } = *phases;
    let each = [("DNS", dns), ("connect", connect), ("TLS", tls), ("first byte", first_byte)];
    let took =
        each.into_iter().filter_map(|(phase, took)| Some(format!("{phase} {}", latency(took?))));
    let took: Vec<String> = took.collect();
    (!took.is_empty()).then(|| took.join(", "))
}

fn row(at: DateTime<Utc>, probed: &Probed<'_>) -> Vec<Cell> {
    let report = &probed.report;
    let mark = Mark::of(&report.outcome, probed.endpoint.unreachable);
    vec![
        Cell::new(mark.sign).style(mark.style),
        Cell::new(probed.target.name.as_str()),
        Cell::new(probed.endpoint.protocol.kind()).style(DIM),
        Cell::new(mark.status).style(mark.style),
        Cell::new(latency(report.phases.total)).right(),
        Cell::new(remarks(at, report, mark.remarks)),
    ]
}

/// How an outcome is called, and painted.
pub(super) fn status(outcome: &Outcome, must_be_closed: bool) -> (&'static str, Style) {
    let mark = Mark::of(outcome, must_be_closed);
    (mark.status, mark.style)
}

/// How an outcome is shown; the status is there for those who see no colour.
struct Mark {
    sign: &'static str,
    status: &'static str,
    style: Style,
    remarks: Vec<String>,
}

impl Mark {
    /// A port that must be closed is not called up, nor down.
    fn of(outcome: &Outcome, must_be_closed: bool) -> Self {
        let well = if must_be_closed { "closed" } else { "up" };
        match outcome {
            Outcome::Success { warnings } if warnings.is_empty() => {
                Self { sign: "●", status: well, style: GOOD, remarks: Vec::new() }
            }
            Outcome::Success { warnings } => {
                let remarks =
                    warnings.iter().map(|warning| warned(warning.kind, &warning.detail)).collect();
                Self { sign: "▲", status: well, style: WARN, remarks }
            }
            Outcome::Failure(failure) => {
                let remarks = vec![failure.explain()];
                let is_open = failure.reason == Reason::Reachable;
                let status = if is_open { "open" } else { "down" };
                Self { sign: "✕", status, style: BAD, remarks }
            }
            Outcome::Inconclusive { why } => {
                Self { sign: "?", status: "unknown", style: WARN, remarks: vec![why.to_string()] }
            }
        }
    }
}

/// What else there is to say: the status, the certificate, the reasons.
fn remarks(at: DateTime<Utc>, report: &Report, reasons: Vec<String>) -> String {
    let mut remarks = reasons;
    if matches!(report.outcome, Outcome::Success { .. }) {
        remarks.extend(report.http_status.map(|status| format!("HTTP {status}")));
        remarks.extend(report.cert_expires_at.map(|end| certificate(at, end)));
    }
    remarks.extend((report.attempts > 1).then(|| format!("{} attempts", report.attempts)));
    remarks.join(", ")
}

fn certificate(at: DateTime<Utc>, end: DateTime<Utc>) -> String {
    match (end - at).num_days() {
        1 => "certificate 1 day".to_owned(),
        days => format!("certificate {days} days"),
    }
}

/// Three figures are enough: `0.42 ms`, `12.3 ms`, `123 ms`, `1.23 s`.
pub(super) fn latency(latency: Duration) -> String {
    let ms = latency.as_secs_f64() * 1000.0;
    match ms {
        ..10.0 => format!("{ms:.2} ms"),
        ..100.0 => format!("{ms:.1} ms"),
        ..1000.0 => format!("{ms:.0} ms"),
        _ => format!("{:.2} s", ms / 1000.0),
    }
}

fn count(count: Count) -> String {
    let part = |number: usize, status: &str, style| {
        (number > 0).then(|| paint(style, format!("{number} {status}")))
    };
    let parts = [
        part(count.up - count.closed, "up", GOOD),
        part(count.closed, "closed", GOOD),
        part(count.down - count.open, "down", BAD),
        part(count.open, "open", BAD),
        part(count.inconclusive, "unknown", WARN),
        part(count.warned, if count.warned == 1 { "warning" } else { "with warnings" }, WARN),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::{self, Sources};
    use crate::model::measured::Whereabouts;
    use crate::model::target::Protocol;

    /// What is found of a target that works.
    fn works(at: DateTime<Utc>, protocol: &Protocol, total: Duration) -> Report {
        let is_web = matches!(protocol, Protocol::Http(_));
        Report {
            outcome: Outcome::Success { warnings: Vec::new() },
            attempts: 1,
            phases: Phases { total, ..Phases::default() },
            http_status: is_web.then_some(200),
            cert_expires_at: is_web.then(|| at + chrono::TimeDelta::days(61)),
            whereabouts: Whereabouts::default(),
        }
    }

    #[test]
    fn readme_shows_what_is_printed_of_the_sample() {
        let sample = include_str!("../../../probes.toml");
        let at = "2026-07-05T05:02:00Z".parse().unwrap();
        let none = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
        let sources = Sources { env: &|_| None, read_file: &none, now: at };
        let config = config::parse(Path::new("probes.toml"), sample, &sources).unwrap();
        let took = [Duration::from_millis(187), Duration::from_micros(8620)];
        let results: Vec<_> = config
            .endpoints()
            .zip(took)
            .map(|((target, endpoint), total)| Probed {
                target,
                endpoint,
                report: works(at, &endpoint.protocol, total),
            })
            .collect();
        let printed = anstream::adapter::strip_str(&round(at, &results, false, None)).to_string();
        assert!(include_str!("../../../README.md").contains(&printed), "README lacks:\n{printed}");
    }

    #[test]
    fn latencies_have_three_figures() {
        let shown = |micros| latency(Duration::from_micros(micros));
        let all = [420, 9_990, 12_345, 123_456, 1_234_567].map(shown);
        assert_eq!(all, ["0.42 ms", "9.99 ms", "12.3 ms", "123 ms", "1.23 s"]);
    }
}
