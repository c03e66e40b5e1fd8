//! What people look at: recent latencies and counts per day and hour. Nothing here
//! decides anything; it is kept beside the state because both change together.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::model::hours::Hours;
use crate::model::lenient;
use crate::model::near_misses::NearMisses;
use crate::model::observation::{Observation, Outcome};

/// Observations whose latency is kept for the sparkline.
pub const RECENT: usize = 30;

/// Days of counts that stores keep and `status` draws.
pub const DAYS: u64 = 90;

/// The newest latencies and the day that is still being counted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct History {
    /// Milliseconds, oldest first, at most [`RECENT`]; `None` is a failure.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recent: Vec<Option<u32>>,
    /// The day of the last conclusive observation, in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub today: Option<Day>,
    /// The last 24 hours.
    #[serde(
        default,
        skip_serializing_if = "Hours::is_empty",
        deserialize_with = "lenient::or_default"
    )]
    pub hours: Hours,
    /// All that was ever counted in days; for programs that want a number that only grows.
    #[serde(
        default,
        skip_serializing_if = "Total::is_nothing",
        deserialize_with = "lenient::or_default"
    )]
    pub total: Total,
    /// Failures that stayed below the threshold.
    #[serde(
        default,
        skip_serializing_if = "NearMisses::is_empty",
        deserialize_with = "lenient::or_default"
    )]
    pub near_misses: NearMisses,
}

/// The conclusive observations of one target on one UTC day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// Which day.
    pub date: NaiveDate,
    /// Successes.
    pub up: u32,
    /// Failures.
    pub down: u32,
    /// The sum of the successes' latencies, in milliseconds.
    pub latency_ms: u64,
}

/// How many observations were ever counted: successes, failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Total(pub u64, pub u64);

impl Total {
    /// Whether nothing was counted yet.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

impl Day {
    fn empty(date: NaiveDate) -> Self {
        Self { date, up: 0, down: 0, latency_ms: 0 }
    }

    /// The share of successes, from 0 to 1; `None` on a day without evidence.
    #[must_use]
    pub fn uptime(&self) -> Option<f64> {
        let all = self.up + self.down;
        (all > 0).then(|| f64::from(self.up) / f64::from(all))
    }
}

impl History {
    /// Counts `observation`; returns the day that it closed, if it is the
    /// first of a new one. Inconclusive observations are not counted, nor are
    /// failures in maintenance: nobody promised that it would work then.
    pub fn count(&mut self, observation: &Observation, in_maintenance: bool) -> Option<Day> {
        let success = match observation.outcome {
            Outcome::Success { .. } => true,
            Outcome::Failure(_) => false,
            Outcome::Inconclusive { .. } => return None,
        };
        let latency = self.latency(observation);
        self.remember(success.then_some(latency));
        if !success && in_maintenance {
            return None;
        }
        self.hours.count(observation.slot, success.then_some(latency));
        let closed = self.turn_to(observation.slot);
        let day = self.today.get_or_insert_with(|| Day::empty(observation.slot.date_naive()));
        if success {
            day.up += 1;
            day.latency_ms += u64::from(latency);
            self.total.0 = self.total.0.saturating_add(1);
        } else {
            day.down += 1;
            self.total.1 = self.total.1.saturating_add(1);
        }
        closed
    }

    /// How long it took, in milliseconds. What only witnesses reached was not measured: it
    /// counts as fast as it was before.
    fn latency(&self, observation: &Observation) -> u32 {
        match observation.latency {
            Some(latency) => milliseconds(latency),
            None if observation.votes.is_empty() => 0,
            None => self.recent.iter().rev().find_map(|latency| *latency).unwrap_or(0),
        }
    }

    fn remember(&mut self, latency: Option<u32>) {
        if self.recent.len() >= RECENT {
            let surplus = self.recent.len() + 1 - RECENT;
            self.recent.drain(..surplus);
        }
        self.recent.push(latency);
    }

    /// Removes and returns the counts of the day, if it is earlier than `slot`'s.
    fn turn_to(&mut self, slot: DateTime<Utc>) -> Option<Day> {
        self.today.take_if(|day| day.date < slot.date_naive())
    }
}

fn milliseconds(latency: Duration) -> u32 {
    u32::try_from(latency.as_millis()).unwrap_or(u32::MAX)
}

/// The share of successes over `days`, for people; `None` without evidence.
#[must_use]
pub fn uptime(days: &[Day]) -> Option<String> {
    let sum = |each: fn(&Day) -> u32| days.iter().map(|day| u64::from(each(day))).sum();
    share(sum(|day| day.up), sum(|day| day.down))
}

/// The share of `up` successes beside `down` failures, for people; `None` without
/// evidence.
#[must_use]
pub fn share(up: u64, down: u64) -> Option<String> {
    let all = up + down;
    if all == 0 {
        return None;
    }
    // Rounded down: 99.999 % is not 100 %.
    let hundredths = up * 10_000 / all;
    Some(match hundredths {
        10_000 => "100 %".to_owned(),
        _ => format!("{}.{:02} %", hundredths / 100, hundredths % 100),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(date: &str, up: u32, down: u32) -> Day {
        Day { date: date.parse().unwrap(), up, down, latency_ms: 0 }
    }

    #[test]
    fn one_failure_in_a_hundred_thousand_is_not_perfect() {
        assert_eq!(uptime(&[day("2026-01-02", 99_999, 1)]).as_deref(), Some("99.99 %"));
        assert_eq!(uptime(&[day("2026-01-02", 10, 0)]).as_deref(), Some("100 %"));
        assert_eq!(uptime(&[]), None);
    }
}
