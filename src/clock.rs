//! The one source of time, so that tests, replays and `--at` choose it.
//!
//! Everything that decides takes `now` as an argument; only the shell asks
//! this clock. Durations of network work are measured with `Instant`, which
//! is not a decision.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

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
    is_unset(Clock::System.now()) && since_start().is_some_and(|age| age < SET_WITHIN)
}

/// Whether no clock that was ever set can show `now`.
#[must_use]
pub fn is_unset(now: DateTime<Utc>) -> bool {
    now < EARLIEST
}

/// How long ago the machine was started, where that can be found out.
fn since_start() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/uptime").ok()?;
    Duration::try_from_secs_f64(text.split_whitespace().next()?.parse().ok()?).ok()
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
}
