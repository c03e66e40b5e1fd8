//! Near misses: failures that stayed below the threshold, counted by hour of the day.
//! Nobody is told of them; what fails every night at three is seen here first.

use std::mem;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// How long failures are counted together. What is shown is of this time and the one
/// before it, so that it is never older than twice this.
pub const PERIOD: TimeDelta = TimeDelta::days(30);

/// The hours of a day.
const HOURS: usize = 24;

/// The failures that stayed below the threshold, in two periods of [`PERIOD`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct NearMisses {
    /// When the present period began: with its first failure, or after the one before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<DateTime<Utc>>,
    /// How many failures in each hour of the configured zone, in this period. Most hours
    /// have none, and every byte of a record is written with each observation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    hours: Vec<(u8, u32)>,
    /// The same of the period before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    earlier: Vec<(u8, u32)>,
}

impl NearMisses {
    /// Whether there was none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.since.is_none()
    }

    /// Counts `failures` that began at `at`, in the `hour` that it was then for people.
    pub fn count(&mut self, at: DateTime<Utc>, hour: u32, failures: u32) {
        self.turn_to(at);
        let Ok(hour) = u8::try_from(hour) else { return };
        match self.hours.binary_search_by_key(&hour, |(each, _)| *each) {
            Ok(found) => self.hours[found].1 = self.hours[found].1.saturating_add(failures),
            Err(place) => self.hours.insert(place, (hour, failures)),
        }
    }

    /// Begins another period if the present one is over at `at`. After a clock that was
    /// ahead, it began now.
    fn turn_to(&mut self, at: DateTime<Utc>) {
        let since = *self.since.get_or_insert(at);
        let passed = at - since;
        if passed < TimeDelta::zero() || passed >= PERIOD * 2 {
            self.since = Some(at);
        } else if passed >= PERIOD {
            self.since = Some(since + PERIOD);
        }
        if passed >= PERIOD {
            self.earlier = mem::take(&mut self.hours);
        }
        if passed >= PERIOD * 2 {
            self.earlier.clear();
        }
    }

    /// How many failures in each hour of the day, from 0 to 23, and since when they are
    /// counted; `None` if there was none lately.
    #[must_use]
    pub fn by_hour(&self, now: DateTime<Utc>) -> Option<(DateTime<Utc>, [u32; HOURS])> {
        let since = self.since?;
        if now - since >= PERIOD * 2 {
            return None;
        }
        let shows_earlier = now - since < PERIOD && !self.earlier.is_empty();
        let earlier: &[(u8, u32)] = if shows_earlier { &self.earlier } else { &[] };
        let mut hours = [0_u32; HOURS];
        for (hour, failures) in earlier.iter().chain(&self.hours) {
            if let Some(sum) = hours.get_mut(usize::from(*hour)) {
                *sum = sum.saturating_add(*failures);
            }
        }
        Some((if shows_earlier { since - PERIOD } else { since }, hours))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(days: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(days)
    }

    /// Days on which there was one failure at three.
    fn at_three(days: &[i64]) -> NearMisses {
        let mut misses = NearMisses::default();
        for days in days {
            misses.count(day(*days), 3, 1);
        }
        misses
    }

    fn shown(misses: &NearMisses, now: i64) -> Option<(i64, u32)> {
        let (since, hours) = misses.by_hour(day(now))?;
        assert_eq!(hours.iter().sum::<u32>(), hours[3]);
        Some(((since - DateTime::UNIX_EPOCH).num_days(), hours[3]))
    }

    #[test]
    fn failures_of_one_hour_are_counted_together() {
        let mut misses = at_three(&[1, 2]);
        misses.count(day(2), 23, 4);
        let (_, hours) = misses.by_hour(day(2)).unwrap();
        assert_eq!((hours[3], hours[23], hours.iter().sum()), (2, 4, 6));
    }

    #[test]
    fn what_is_shown_is_never_older_than_two_months() {
        let misses = at_three(&[0, 29, 31]);
        assert_eq!(shown(&misses, 32), Some((0, 3)));
        assert_eq!(shown(&misses, 60), Some((30, 1)), "the first two are older than a month");
        assert_eq!(shown(&misses, 90), None);
        assert_eq!(shown(&at_three(&[0, 70]), 70), Some((70, 1)));
        assert_eq!(shown(&NearMisses::default(), 0), None);
    }

    #[test]
    fn a_clock_that_was_ahead_does_not_keep_a_period_open() {
        let misses = at_three(&[3650, 1, 40]);
        assert_eq!(shown(&misses, 40), Some((1, 3)));
    }

    #[test]
    fn a_record_has_at_most_two_numbers_for_each_hour() {
        let mut misses = NearMisses::default();
        for hour in 0..20_000 {
            misses.count(
                DateTime::UNIX_EPOCH + TimeDelta::hours(hour),
                (hour % 24).try_into().unwrap(),
                1,
            );
        }
        let json = serde_json::to_string(&misses).unwrap();
        assert!(json.len() < 500, "{json}");
    }
}
