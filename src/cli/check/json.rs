//! The result of `check --format json`: a contract with other programs.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Count, Probed};
use crate::model::observation::{Outcome, Vantage};
use crate::probe::Phases;

#[derive(Serialize)]
pub(super) struct Round<'a> {
    at: DateTime<Utc>,
    vantage: &'a Vantage,
    targets: Vec<Line<'a>>,
    up: usize,
    down: usize,
    inconclusive: usize,
}

#[derive(Serialize)]
struct Line<'a> {
    name: &'a str,
    kind: &'static str,
    outcome: &'static str,
    latency_ms: f64,
    phases_ms: PhasesMs,
    attempts: u32,
    http_status: Option<u16>,
    cert_expires_at: Option<DateTime<Utc>>,
    warnings: Vec<&'static str>,
    reason: Option<&'static str>,
    detail: Option<String>,
}

/// Milliseconds; `null` where a phase did not take place.
#[derive(Serialize)]
struct PhasesMs {
    dns: Option<f64>,
    connect: Option<f64>,
    tls: Option<f64>,
    first_byte: Option<f64>,
    total: f64,
}

pub(super) fn round<'a>(
    at: DateTime<Utc>,
    vantage: &'a Vantage,
    results: &'a [Probed<'a>],
) -> Round<'a> {
    let Count { up, down, inconclusive, closed: _, open: _, warned: _ } = Count::of(results);
    let targets = results.iter().map(line).collect();
    Round { at, vantage, targets, up, down, inconclusive }
}

fn line<'a>(probed: &'a Probed<'a>) -> Line<'a> {
    let report = &probed.report;
    let (outcome, warnings, reason, detail) = match &report.outcome {
        Outcome::Success { warnings } => {
            let codes = warnings.iter().map(|warning| warning.kind.code()).collect();
            let details: Vec<String> =
                warnings.iter().map(|warning| warning.detail.to_string()).collect();
            let detail = (!details.is_empty()).then(|| details.join("; "));
            ("success", codes, None, detail)
        }
        Outcome::Failure(failure) => {
            let (reason, detail) = (failure.reason.code(), failure.detail.to_string());
            ("failure", Vec::new(), Some(reason), Some(detail))
        }
        Outcome::Inconclusive { why } => ("inconclusive", Vec::new(), None, Some(why.to_string())),
    };
    Line {
        name: probed.target.name.as_str(),
        kind: probed.endpoint.protocol.kind(),
        outcome,
        latency_ms: milliseconds(report.phases.total),
        phases_ms: phases(&report.phases),
        attempts: report.attempts,
        http_status: report.http_status,
        cert_expires_at: report.cert_expires_at,
        warnings,
        reason,
        detail,
    }
}

fn phases(phases: &Phases) -> PhasesMs {
    PhasesMs {
        dns: phases.dns.map(milliseconds),
        connect: phases.connect.map(milliseconds),
        tls: phases.tls.map(milliseconds),
        first_byte: phases.first_byte.map(milliseconds),
        total: milliseconds(phases.total),
    }
}

/// To the microsecond: more is noise.
#[expect(clippy::cast_precision_loss, reason = "a double counts 285 years of microseconds")]
fn milliseconds(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}
