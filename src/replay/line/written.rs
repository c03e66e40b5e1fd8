//! Writes the lines of a trace.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};

use super::{Line, LineOutcome, SelfCheck, Text};
use crate::model::observation::{Observation, Outcome};
use crate::model::witness::Vote;

impl<'a> Line<'a> {
    /// The line as text, with its line break.
    pub(in crate::replay) fn write(&self) -> String {
        // It has only text and numbers, which JSON can hold.
        serde_json::to_string(self).map(|text| text + "\n").unwrap_or_default()
    }

    /// The line of `observation`, made in the pass of `at`.
    pub(in crate::replay) fn of(observation: &'a Observation, at: DateTime<Utc>) -> Self {
        let slot = (observation.slot != at).then(|| Text(rfc3339(observation.slot).into()));
        let told = Self {
            at: Text(sortable(at).into()),
            target: Some(Text(observation.target.as_str().into())),
            latency_ms: observation.latency.map(milliseconds),
            slot,
            vantage: Some(Text(observation.vantage.0.as_str().into())),
            witnesses: observation.votes.iter().map(saw).collect(),
            ..Self::default()
        };
        match &observation.outcome {
            Outcome::Success { warnings } => Self {
                outcome: Some(LineOutcome::Success),
                warnings: warnings
                    .iter()
                    .map(|each| (each.kind, each.detail.to_string()))
                    .collect(),
                ..told
            },
            Outcome::Failure(failure) => Self {
                outcome: Some(LineOutcome::Failure),
                reason: Some(failure.reason),
                detail: Some(Text(failure.detail.to_string().into())),
                ..told
            },
            Outcome::Inconclusive { why } => Self {
                outcome: Some(LineOutcome::Inconclusive),
                detail: Some(Text(why.to_string().into())),
                ..told
            },
        }
    }

    /// The line of a pass in which nothing was observed.
    pub(in crate::replay) fn tick(at: DateTime<Utc>) -> Self {
        Self { at: Text(sortable(at).into()), tick: Some(true), ..Self::default() }
    }

    /// The line that says that the self-check failed in the pass of `at`.
    pub(in crate::replay) fn self_check_failed(at: DateTime<Utc>) -> Self {
        let self_check = Some(SelfCheck::Fail);
        Self { at: Text(sortable(at).into()), self_check, ..Self::default() }
    }
}

/// What a witness saw.
fn saw(vote: &Vote) -> (String, LineOutcome) {
    let verdict = if vote.works { LineOutcome::Success } else { LineOutcome::Failure };
    (vote.witness.0.clone(), verdict)
}

/// Instants of one length, so that `sort` can order a trace that several processes wrote.
fn sortable(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

fn rfc3339(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

fn milliseconds(latency: Duration) -> u64 {
    u64::try_from(latency.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::names::TargetName;
    use crate::model::observation::{Reason, Vantage, Warning, WarningKind};
    use crate::replay::line::Content;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_written_is_read_back() {
        let warning = Warning { kind: WarningKind::Slow, detail: "took 3 s".into() };
        for outcome in [
            Outcome::Success { warnings: vec![warning] },
            Outcome::failure(Reason::Json, "\"no\" was expected:\n 한글"),
            Outcome::inconclusive("no time left"),
        ] {
            let failed = matches!(outcome, Outcome::Failure(_));
            let vote = |works| Vote { witness: Vantage(format!("sees {works}")), works };
            let seen = Observation {
                target: TargetName::new("nas"),
                slot: at("2026-01-01T00:00:00Z"),
                vantage: Vantage("eu-central-1".into()),
                outcome,
                latency: Some(Duration::from_millis(120)),
                measured: None,
                votes: if failed { vec![vote(false), vote(true)] } else { Vec::new() },
            };
            let now = at("2026-01-01T00:00:02.5Z");
            let text = Line::of(&seen, now).write();
            let line = Line::read(&text).unwrap();
            assert_eq!(line.at(), "2026-01-01T00:00:02.500000Z");
            let Ok(Content::Observation(read)) = line.content() else { panic!("{text}") };
            assert_eq!(read.target, "nas");
            let elsewhere = Vantage("elsewhere".into());
            assert_eq!(read.observation(TargetName::new("nas"), now, &elsewhere), Ok(seen));
        }
    }
}
