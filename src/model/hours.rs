//! The last 24 hours of a target, counted by the hour: for the uptime and the latency of
//! a day. They are in the target's record, whose every byte is written with each
//! observation, so they are stored as a short text.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// How many hours are kept, the present one included.
pub const HOURS: usize = 24;

/// Seconds of an hour.
const HOUR_S: i64 = 3600;

/// The conclusive observations of one target in one hour of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hour {
    /// Successes.
    pub up: u32,
    /// Failures.
    pub down: u32,
    /// The sum of the successes' latencies, in milliseconds.
    pub latency_ms: u64,
}

/// The newest [`HOURS`] hours that have any observation.
///
/// Its text is the number of the newest hour since 1970, and then each hour, oldest
/// first: `60-2:121` has 60 successes of 121 ms on average, and two failures; `60:121`
/// has none; `119` has as many successes as the one before; `_` has no observation. Of
/// the newest hour, which is still counted, it has the sum and not the average.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hours {
    /// The number of the last of `counts`.
    newest: i64,
    /// Oldest first, at most [`HOURS`]; not empty where there is a newest one.
    counts: Vec<Hour>,
}

impl Hour {
    fn is_empty(self) -> bool {
        self.up == 0 && self.down == 0
    }

    /// The sum of its latencies if they are `mean_ms` on average.
    fn sum_of(self, mean_ms: u64) -> u64 {
        mean_ms.saturating_mul(self.up.into())
    }

    /// The mean latency of its successes, in milliseconds.
    #[must_use]
    pub fn mean_ms(self) -> Option<u64> {
        self.latency_ms.checked_div(u64::from(self.up))
    }
}

impl Hours {
    /// Whether nothing was counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Counts an observation at `slot`: a success that took so many milliseconds, or a
    /// failure.
    pub fn count(&mut self, slot: DateTime<Utc>, success_ms: Option<u32>) {
        let hour = slot.timestamp().div_euclid(HOUR_S);
        let Some(count) = self.at(hour) else { return };
        match success_ms {
            Some(latency) => {
                count.up = count.up.saturating_add(1);
                count.latency_ms = count.latency_ms.saturating_add(latency.into());
            }
            None => count.down = count.down.saturating_add(1),
        }
        self.round();
    }

    /// Leaves of the hours that are over what their text has.
    fn round(&mut self) {
        if let Some((_, over)) = self.counts.split_last_mut() {
            for hour in over {
                hour.latency_ms = hour.sum_of(hour.mean_ms().unwrap_or_default());
            }
        }
    }

    /// The count of `hour`, with those that are too old beside it taken out. Hours that
    /// a clock counted that was ahead are no better than none.
    fn at(&mut self, hour: i64) -> Option<&mut Hour> {
        let ahead = hour.saturating_sub(self.newest);
        match usize::try_from(ahead) {
            Ok(later) if later < HOURS && !self.counts.is_empty() => {
                self.counts.resize(self.counts.len() + later, Hour::default());
                let surplus = self.counts.len().saturating_sub(HOURS);
                self.counts.drain(..surplus);
                self.newest = hour;
            }
            Ok(_) => *self = Self { newest: hour, counts: vec![Hour::default()] },
            Err(_) => {
                let back = usize::try_from(ahead.unsigned_abs()).unwrap_or(usize::MAX);
                if back >= self.counts.len() {
                    *self = Self { newest: hour, counts: vec![Hour::default()] };
                } else {
                    let place = self.counts.len() - 1 - back;
                    return self.counts.get_mut(place);
                }
            }
        }
        self.counts.last_mut()
    }

    /// The [`HOURS`] hours until the one of `now`, oldest first, each with its first
    /// instant; empty where nothing was observed.
    #[must_use]
    pub fn until(&self, now: DateTime<Utc>) -> Vec<(DateTime<Utc>, Hour)> {
        let present = now.timestamp().div_euclid(HOUR_S);
        let begins = now - TimeDelta::seconds(now.timestamp().rem_euclid(HOUR_S));
        let begins = begins - TimeDelta::nanoseconds(begins.timestamp_subsec_nanos().into());
        let last = i64::try_from(self.counts.len()).unwrap_or_default() - 1;
        let of = |ago: i64| {
            let place = last - (self.newest - (present - ago));
            let count = usize::try_from(place).ok().and_then(|place| self.counts.get(place));
            (begins - TimeDelta::hours(ago), count.copied().unwrap_or_default())
        };
        (0..i64::try_from(HOURS).unwrap_or_default()).rev().map(of).collect()
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.newest)?;
        let mut before = None;
        for (place, hour) in self.counts.iter().enumerate() {
            let Hour { up, down, latency_ms } = *hour;
            let is_newest = place + 1 == self.counts.len();
            let latency = if is_newest { latency_ms } else { hour.mean_ms().unwrap_or_default() };
            match (down, hour.is_empty()) {
                (_, true) => f.write_str(" _")?,
                (0, false) if before == Some(up) => write!(f, " {latency}")?,
                (0, false) => write!(f, " {up}:{latency}")?,
                (1.., false) => write!(f, " {up}-{down}:{latency}")?,
            }
            if !hour.is_empty() {
                before = Some(up);
            }
        }
        Ok(())
    }
}

/// The text is not that of hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the counts of hours")]
pub struct NotHours;

impl FromStr for Hours {
    type Err = NotHours;

    fn from_str(text: &str) -> Result<Self, NotHours> {
        let mut words = text.split(' ');
        let newest = words.next().and_then(|newest| newest.parse().ok()).ok_or(NotHours)?;
        let (mut counts, mut before) = (Vec::<Hour>::new(), 0);
        for word in words {
            let hour = hour(word, before).ok_or(NotHours)?;
            if !hour.is_empty() {
                before = hour.up;
            }
            counts.push(hour);
        }
        if let Some((_, over)) = counts.split_last_mut() {
            for hour in over {
                hour.latency_ms = hour.sum_of(hour.latency_ms);
            }
        }
        if counts.len() > HOURS { Err(NotHours) } else { Ok(Self { newest, counts }) }
    }
}

/// The hour of one `word`, after one with `before` successes; its latency is as the word
/// has it.
fn hour(word: &str, before: u32) -> Option<Hour> {
    if word == "_" {
        return Some(Hour::default());
    }
    let Some((counts, latency)) = word.split_once(':') else {
        return Some(Hour { up: before, down: 0, latency_ms: word.parse().ok()? });
    };
    let (up, down) = counts.split_once('-').unwrap_or((counts, "0"));
    Some(Hour { up: up.parse().ok()?, down: down.parse().ok()?, latency_ms: latency.parse().ok()? })
}

impl TryFrom<String> for Hours {
    type Error = NotHours;

    fn try_from(text: String) -> Result<Self, NotHours> {
        text.parse()
    }
}

impl From<Hours> for String {
    fn from(hours: Hours) -> Self {
        hours.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::minutes(minutes)
    }

    /// A success of 120 ms each minute, except for those that `fails` names.
    fn counted(minutes: i64, fails: &[i64]) -> Hours {
        let mut hours = Hours::default();
        for at in 0..minutes {
            hours.count(minute(at), (!fails.contains(&at)).then_some(120));
        }
        hours
    }

    #[test]
    fn what_is_shown_are_the_24_hours_until_now() {
        let hours = counted(30 * 60, &[29 * 60 + 5]);
        let shown = hours.until(minute(30 * 60 - 1));
        assert_eq!((shown.len(), shown[0].0, shown[23].0), (24, minute(6 * 60), minute(29 * 60)));
        assert_eq!(shown[22].1, Hour { up: 60, down: 0, latency_ms: 7200 });
        assert_eq!((shown[23].1.up, shown[23].1.down, shown[23].1.mean_ms()), (59, 1, Some(120)));
        let later = hours.until(minute(31 * 60));
        assert_eq!((later[22].1, later[23].1), (Hour::default(), Hour::default()));
        assert!(hours.until(minute(90 * 60)).iter().all(|(_, hour)| hour.is_empty()));
        assert!(Hours::default().until(minute(0)).iter().all(|(_, hour)| hour.is_empty()));
    }

    #[test]
    fn an_ordinary_day_is_a_short_text_that_says_the_same() {
        let hours = counted(30 * 60, &[]);
        let text = hours.to_string();
        assert_eq!(&text[..22], "480029 60:120 120 120 ");
        assert!(text.len() < 115, "{text}");
        assert_eq!(text.parse(), Ok(hours));
    }

    #[test]
    fn failures_and_hours_without_observation_are_kept_apart() {
        let mut hours = counted(61, &[3, 4]);
        hours.count(minute(5 * 60), Some(7));
        let text = hours.to_string();
        assert_eq!(text, "480005 58-2:120 1:120 _ _ _ 7");
        assert_eq!(text.parse(), Ok(hours));
        for wrong in ["", "x", "1 a", "1 1-:2", "1 -1:2", &format!("1{}", " 1:1".repeat(25))] {
            assert_eq!(wrong.parse::<Hours>(), Err(NotHours), "{wrong}");
        }
    }

    #[test]
    fn a_clock_that_was_ahead_does_not_stop_the_count() {
        let mut hours = counted(60, &[]);
        hours.count(minute(1_000_000), Some(1));
        hours.count(minute(61), Some(2));
        assert_eq!(hours.to_string(), "480001 1:2");
        hours.count(minute(59), Some(3));
        assert_eq!(hours.to_string(), "480000 1:3");
        let mut hours = counted(121, &[]);
        hours.count(minute(90), None);
        assert_eq!(hours.to_string(), "480002 60:120 60-1:120 1:120");
    }
}
