//! The one source of time, so that tests, replays and `--at` choose it.
//!
//! Everything that decides takes `now` as an argument; only the shell asks
//! this clock. Durations of network work are measured with `Instant`, which
//! is not a decision.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

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
