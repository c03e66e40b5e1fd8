//! A probe that a report of errors asked for. There is at most one a minute for
//! each stream, in all processes together, because it begins in the same
//! conditional write that stores the report. The incident's message waits for its
//! answer, but not for long.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::model::detail::Detail;
use crate::model::names::TargetName;
use crate::model::observation::Outcome;

/// The least time between two probes for one stream.
const APART: TimeDelta = TimeDelta::minutes(1);

/// How long a message waits for the answer: longer than the probe may take.
/// After that, the process that made the probe must be dead.
const ANSWER_TIMEOUT: TimeDelta = TimeDelta::seconds(15);

/// The last probe that reports of a stream asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestedProbe {
    /// When it was begun.
    pub began: DateTime<Utc>,
    /// Whether its result is known.
    #[serde(default)]
    pub answered: bool,
}

impl RequestedProbe {
    /// The probe to begin at `now`; `None` if the `last` one is too recent.
    #[must_use]
    pub fn after(last: Option<Self>, now: DateTime<Utc>) -> Option<Self> {
        // A clock that was wrong once may have put the last one anywhere.
        let is_due = last.is_none_or(|last| (now - last.began).abs() >= APART);
        is_due.then_some(Self { began: now, answered: false })
    }

    /// Until when a message waits for its answer, if it still does at `now`.
    #[must_use]
    pub fn awaited_until(self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let until = self.began + ANSWER_TIMEOUT;
        (!self.answered && self.began <= now && now < until).then_some(until)
    }
}

/// The result of a probe that a report asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probed {
    /// What was probed.
    pub target: TargetName,
    /// What the probe found.
    pub found: Found,
}

/// What a requested probe found.
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
    /// It is inconclusive.
    Unclear {
        /// Why not, in English, for the version before.
        why: String,
        /// The same as data.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exact: Option<Detail>,
    },
}

impl Found {
    /// What `outcome`, which took `latency_ms`, says.
    #[must_use]
    pub fn of(outcome: &Outcome, latency_ms: u32) -> Self {
        match outcome {
            Outcome::Success { .. } => Self::Works { latency_ms },
            Outcome::Failure(failure) => Self::Fails { detail: failure.detail_or_reason() },
            Outcome::Inconclusive { why } => {
                Self::Unclear { why: why.to_string(), exact: Some(why.clone()) }
            }
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
