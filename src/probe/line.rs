//! What a probe found out, as programs read it: a contract, for `check --format json` and
//! for who asks this prober as a witness.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Phases, Report};
use crate::model::names::TargetName;
use crate::model::observation::Outcome;
use crate::model::target::Endpoint;

/// One target, and what probing it found out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProbeLine {
    name: TargetName,
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
#[derive(Debug, Clone, PartialEq, Serialize)]
struct PhasesMs {
    dns: Option<f64>,
    connect: Option<f64>,
    tls: Option<f64>,
    first_byte: Option<f64>,
    total: f64,
}

impl ProbeLine {
    /// What `report` says of the target `name`, which is probed as `endpoint`.
    #[must_use]
    pub fn of(name: &TargetName, endpoint: &Endpoint, report: &Report) -> Self {
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
            Outcome::Inconclusive { why } => {
                ("inconclusive", Vec::new(), None, Some(why.to_string()))
            }
        };
        Self {
            name: name.clone(),
            kind: endpoint.protocol.kind(),
            outcome,
            latency_ms: milliseconds(report.phases.total),
            phases_ms: PhasesMs::of(&report.phases),
            attempts: report.attempts,
            http_status: report.http_status,
            cert_expires_at: report.cert_expires_at,
            warnings,
            reason,
            detail,
        }
    }
}

impl ProbeLine {
    /// The same without what exactly happened, which may quote an answer.
    #[must_use]
    pub fn without_detail(self) -> Self {
        Self { detail: None, ..self }
    }
}

impl PhasesMs {
    fn of(phases: &Phases) -> Self {
        Self {
            dns: phases.dns.map(milliseconds),
            connect: phases.connect.map(milliseconds),
            tls: phases.tls.map(milliseconds),
            first_byte: phases.first_byte.map(milliseconds),
            total: milliseconds(phases.total),
        }
    }
}

/// To the microsecond: more is noise.
#[expect(clippy::cast_precision_loss, reason = "a double counts 285 years of microseconds")]
fn milliseconds(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}
