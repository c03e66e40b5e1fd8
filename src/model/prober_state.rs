//! What a prober remembers of itself: since when it has no network, and the
//! gaps in which nothing was observed.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::lenient;
use super::self_check::SelfCheck;

/// How many gaps are kept until every channel knows of them. If there are more,
/// a channel that refuses for so long is told of the newest ones.
const MAX_UNTOLD: usize = 4;

/// How long a gap is remembered: as long as the days of a target.
const FADES: TimeDelta = TimeDelta::days(90);

/// How late a tick may be delivered: schedulers try for a day. An instant that is
/// further ahead of the tick was written while the clock was wrong. Instants ahead
/// of the clock itself are already gone, by [`ProberState::forget_after`].
const LATEST: TimeDelta = TimeDelta::days(1);

/// A time in which nothing was observed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Its first instant.
    pub from: DateTime<Utc>,
    /// The first instant after it.
    pub until: DateTime<Utc>,
    /// Why nothing could be observed.
    pub cause: GapKind,
}

impl Gap {
    /// How long it was.
    #[must_use]
    pub fn length(&self) -> TimeDelta {
        self.until - self.from
    }

    /// What tells this gap from every other one.
    #[must_use]
    pub fn identity(&self) -> String {
        format!("no view {} {}", self.from, self.until)
    }
}

/// Why nothing was observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GapKind {
    /// The prober ran, and had no network.
    Blind,
    /// It did not run.
    Missed,
}

/// What a prober remembers of itself: the content of its own record.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ProberState {
    /// Since when it has been blind, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blind_since: Option<DateTime<Utc>>,
    /// The gaps that not every channel knows of yet, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "lenient::list")]
    pub untold: Vec<Gap>,
    /// The last gap that is over.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "lenient::optional"
    )]
    pub last: Option<Gap>,
    /// How many gaps there were.
    #[serde(default)]
    pub times: u32,
    /// How long they were in all, in seconds.
    #[serde(default)]
    pub unseen_s: i64,
}

impl ProberState {
    /// Whether all of it is too old at `now` to be of interest. A prober whose
    /// vantage was renamed cannot forget its old record itself.
    #[must_use]
    pub fn is_faded(&self, now: DateTime<Utc>) -> bool {
        let newest = self.blind_since.max(self.last.as_ref().map(|last| last.until));
        newest.is_none_or(|newest| now - newest > FADES)
    }

    /// Forgets what lies after `limit`, written under a clock that was ahead: a gap
    /// that is not over, and gaps that were measured by that clock.
    pub fn forget_after(&mut self, limit: DateTime<Utc>) {
        self.blind_since.take_if(|since| *since > limit);
        self.last.take_if(|last| last.until > limit);
        self.untold.retain(|gap| gap.until <= limit);
    }

    /// What is remembered after a tick for `now` with this answer of the self-check.
    /// `missed` is the last observation before it, if that is too long ago.
    #[must_use]
    pub fn after(
        &self,
        now: DateTime<Utc>,
        self_check: SelfCheck,
        missed: Option<DateTime<Utc>>,
    ) -> Self {
        let mut after = self.clone();
        match (self_check.is_blind(), after.blind_since) {
            (true, None) => {
                after.miss(missed, now);
                after.blind_since = Some(now);
            }
            (true, Some(_)) => {}
            // This tick is for an earlier time: it says nothing about the gap.
            (false, Some(from)) if from > now && from - now <= LATEST => {}
            (false, Some(from)) => {
                after.blind_since = None;
                // Another tick of the same instant had a network: then there was no gap.
                if from < now {
                    after.add(Gap { from, until: now, cause: GapKind::Blind });
                }
            }
            (false, None) => after.miss(missed, now),
        }
        after
    }

    /// What is remembered once every channel knows of `told`.
    #[must_use]
    pub fn without(&self, told: &[Gap]) -> Self {
        let mut after = self.clone();
        after.untold.retain(|gap| !told.contains(gap));
        after
    }

    /// Another process may have noted the same from the same records.
    fn miss(&mut self, missed: Option<DateTime<Utc>>, now: DateTime<Utc>) {
        let is_new =
            |from: &DateTime<Utc>| self.last.as_ref().is_none_or(|last| last.until <= *from);
        if let Some(from) = missed.filter(is_new) {
            self.add(Gap { from, until: now, cause: GapKind::Missed });
        }
    }

    fn add(&mut self, gap: Gap) {
        self.times = self.times.saturating_add(1);
        self.unseen_s = self.unseen_s.saturating_add(gap.length().num_seconds());
        if self.untold.len() >= MAX_UNTOLD {
            self.untold.remove(0);
        }
        self.untold.push(gap.clone());
        self.last = Some(gap);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    fn gap(from: i64, until: i64) -> Gap {
        Gap { from: minute(from), until: minute(until), cause: GapKind::Missed }
    }

    #[test]
    fn what_a_clock_that_was_ahead_has_seen_is_forgotten() {
        let past = ProberState { untold: vec![gap(1, 3)], times: 1, ..ProberState::default() };
        let mut state = ProberState {
            blind_since: Some(minute(900)),
            untold: vec![gap(1, 3), gap(3, 900)],
            last: Some(gap(3, 900)),
            ..past.clone()
        };
        state.forget_after(minute(10));
        assert_eq!(state, past);
    }

    #[test]
    fn what_is_not_ahead_is_remembered_up_to_the_limit() {
        let state = ProberState {
            blind_since: Some(minute(10)),
            untold: vec![gap(1, 3), gap(4, 10)],
            last: Some(gap(4, 10)),
            ..ProberState::default()
        };
        let mut same = state.clone();
        same.forget_after(minute(10));
        assert_eq!(same, state);
    }

    #[test]
    fn a_gap_that_began_ahead_is_not_told_once_the_clock_is_right() {
        let mut state = ProberState { blind_since: Some(minute(900)), ..ProberState::default() };
        state.forget_after(minute(10));
        let seeing = state.after(minute(5), SelfCheck::Answered, None);
        assert_eq!(seeing, ProberState::default());
    }
}
