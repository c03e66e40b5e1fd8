//! A probe that a report of errors asked for: at most one a minute of one
//! stream, whoever runs, because it is begun in the same conditional write
//! that holds the report. The message of the incident waits for its answer,
//! though not for long.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::model::detail::Detail;
use crate::model::names::TargetName;
use crate::model::observation::Outcome;

/// Between two probes that the reports of one stream ask for.
const APART: TimeDelta = TimeDelta::minutes(1);

/// How long a message waits for the answer: longer than the probe may take,
/// and then whoever made it is dead.
const PATIENCE: TimeDelta = TimeDelta::seconds(15);

/// The last probe that reports of a stream asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestedProbe {
    /// When it was begun.
    pub began: DateTime<Utc>,
    /// Whether what it saw is known.
    #[serde(default)]
    pub answered: bool,
}

impl RequestedProbe {
    /// The one to be begun at `now`; `None` so soon after the `last` one.
    #[must_use]
    pub fn after(last: Option<Self>, now: DateTime<Utc>) -> Option<Self> {
        // A clock that was wrong once may have put the last one anywhere.
        let is_due = last.is_none_or(|last| (now - last.began).abs() >= APART);
        is_due.then_some(Self { began: now, answered: false })
    }

    /// Until when its answer is awaited, if it is at `now`.
    #[must_use]
    pub fn awaited_until(self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let until = self.began + PATIENCE;
        (!self.answered && self.began <= now && now < until).then_some(until)
    }
}

/// What a probe saw that was made because of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probed {
    /// What was probed.
    pub target: TargetName,
    /// How it is.
    pub found: Found,
}

/// How the probed target is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// It works.
    Works {
        /// How long it took to answer.
        latency_ms: u32,
    },
    /// It does not.
    Fails {
        /// What exactly happened.
        #[serde(flatten)]
        detail: Detail,
    },
    /// Nothing can be said.
    Unclear {
        /// Why not, in words.
        why: String,
    },
}

impl Found {
    /// Of an `outcome` that took `latency_ms`.
    #[must_use]
    pub fn of(outcome: &Outcome, latency_ms: u32) -> Self {
        match outcome {
            Outcome::Success { .. } => Self::Works { latency_ms },
            Outcome::Failure(failure) => Self::Fails { detail: failure.told() },
            Outcome::Inconclusive { why } => Self::Unclear { why: why.to_string() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    #[test]
    fn the_next_one_is_a_minute_later() {
        let first = RequestedProbe::after(None, second(100));
        assert!(first.is_some());
        assert_eq!(RequestedProbe::after(first, second(159)), None);
        assert!(RequestedProbe::after(first, second(160)).is_some());
        assert!(RequestedProbe::after(first, second(0)).is_some());
    }

    #[test]
    fn its_answer_is_awaited_for_a_while() {
        let mut requested_probe = RequestedProbe { began: second(0), answered: false };
        assert_eq!(requested_probe.awaited_until(second(14)), Some(second(15)));
        assert_eq!(requested_probe.awaited_until(second(15)), None);
        requested_probe.answered = true;
        assert_eq!(requested_probe.awaited_until(second(1)), None);
    }
}
