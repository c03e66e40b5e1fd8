//! The one source of time, so that tests, replays and `--at` choose it.
//!
//! Everything that decides takes `now` as an argument; only the rooms that touch the world
//! ask this clock. Durations of network work are measured with `Instant`, which
//! is not a decision.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::os;

/// No clock that was ever set shows an earlier time: prober was made after it. A machine
/// without a battery for its clock, such as a Raspberry Pi, starts in 1970 and is set once it
/// has a network.
const EARLIEST: DateTime<Utc> = DateTime::from_timestamp(1_767_225_600, 0).unwrap();

/// How long after its start a machine may take to set its clock.
const SET_WITHIN: Duration = Duration::from_mins(10);

/// Whether the machine's clock was never set, and may be soon. What is observed by such a
/// clock would seem to be decades old a moment later: everything would be late.
#[must_use]
pub fn is_unset_still() -> bool {
    is_awaited(Clock::System.now(), os::running())
}

/// The same for a clock that shows `now` on a machine that was started `age` ago.
fn is_awaited(now: DateTime<Utc>, age: Option<Duration>) -> bool {
    is_unset(now) && age.is_some_and(|age| age < SET_WITHIN)
}

/// Whether no clock that was ever set can show `now`.
#[must_use]
pub fn is_unset(now: DateTime<Utc>) -> bool {
    now < EARLIEST
}

/// What two clocks show at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockReading {
    /// The time of day, which anybody may set.
    pub wall: DateTime<Utc>,
    /// How long the machine has run, suspended or not, which nobody can set; `None` where
    /// that cannot be found out.
    pub running: Option<Duration>,
}

impl ClockReading {
    /// How much the clock was set forward since `before`, beside the time that passed;
    /// negative if it was set back.
    #[must_use]
    pub fn set_forward_since(&self, before: &Self) -> Option<TimeDelta> {
        let passed = TimeDelta::from_std(self.running?.checked_sub(before.running?)?).ok()?;
        Some(self.wall - before.wall - passed)
    }
}

/// Where instants come from. Cheap to clone; clones of a manual clock share
/// their hands.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that somebody else moves: `--at`, a demo, a replay, a test.
    Manual(Arc<Mutex<DateTime<Utc>>>),
}

impl Clock {
    /// A clock that stands at `at` until it is moved.
    #[must_use]
    pub fn at(at: DateTime<Utc>) -> Self {
        Self::Manual(Arc::new(Mutex::new(at)))
    }

    /// The present instant, in UTC.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
            Self::System => Utc::now(),
            Self::Manual(hands) => *hands.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// The present instant, and how long the machine has run.
    #[must_use]
    pub fn reading(&self) -> ClockReading {
        let running = if self.is_the_machines() { os::running() } else { None };
        ClockReading { wall: self.now(), running }
    }

    /// Whether this is the machine's own clock, and not one that somebody chose.
    #[must_use]
    pub const fn is_the_machines(&self) -> bool {
        match self {
            Self::System => true,
            Self::Manual(_) => false,
        }
    }

    /// Moves a manual clock forward by `by`; the machine's clock moves itself.
    pub fn advance(&self, by: TimeDelta) {
        match self {
            Self::System => {}
            Self::Manual(hands) => {
                *hands.lock().unwrap_or_else(PoisonError::into_inner) += by;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_never_set_is_known() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        for text in ["1970-01-01T00:00:00Z", "2000-01-01T00:00:09Z", "2015-01-01T00:00:00Z"] {
            assert!(is_unset(at(text)), "{text}");
        }
        assert!(!is_unset(at("2026-01-01T00:00:00Z")));
        assert!(!is_unset_still(), "the clock of whoever tests is right");
    }

    #[test]
    fn a_clock_that_is_not_set_is_awaited_for_ten_minutes() {
        let (unset, set) = (DateTime::UNIX_EPOCH, "2026-03-01T04:00:00Z".parse().unwrap());
        let minutes = |minutes| Some(Duration::from_mins(minutes));
        assert!(is_awaited(unset, minutes(0)) && is_awaited(unset, minutes(9)));
        assert!(!is_awaited(unset, minutes(10)), "there may be nobody who sets it");
        assert!(!is_awaited(unset, None) && !is_awaited(set, minutes(0)));
    }

    #[test]
    fn what_a_clock_was_set_forward_is_not_what_passed() {
        let at = |wall: i64, running: u64| ClockReading {
            wall: DateTime::UNIX_EPOCH + TimeDelta::seconds(wall),
            running: Some(Duration::from_secs(running)),
        };
        let forward = |wall, running| at(wall, running).set_forward_since(&at(100, 50)).unwrap();
        assert_eq!(forward(105, 55), TimeDelta::zero());
        assert_eq!(forward(28_900, 28_850), TimeDelta::zero(), "it was suspended for eight hours");
        assert_eq!(forward(86_505, 55), TimeDelta::days(1));
        assert_eq!(forward(55, 55), TimeDelta::seconds(-50));
        assert_eq!(ClockReading { running: None, ..at(9, 9) }.set_forward_since(&at(0, 0)), None);
        assert!(cfg!(not(target_os = "linux")) || Clock::System.reading().running.is_some());
    }
}
