//! How much time there is until the process is stopped, and how it is divided.

use std::time::Duration;

use tokio::time::Instant;

/// The part of a tick's time that is kept for storing and announcing. If less than twice
/// this is left, it is half of what is left.
const RESERVE: Duration = Duration::from_secs(20);

/// The part of a message's time that is kept for recording that it was accepted.
const RECORDING: Duration = Duration::from_secs(2);

/// The time that is left for something; by default without a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Budget {
    end: Option<Instant>,
}

impl Budget {
    /// As much time as it takes.
    pub const UNLIMITED: Self = Self { end: None };

    /// The time until `end`, when the process is stopped, done or not.
    #[must_use]
    pub const fn until(end: Instant) -> Self {
        Self { end: Some(end) }
    }

    /// When probing that begins now stops, so that what it finds can be stored
    /// and told; `None` where there is no limit.
    pub(super) fn probing_ends(self) -> Option<Instant> {
        self.end.map(|end| probing_ends(Instant::now(), end))
    }

    /// As much of `wanted` as can be taken now.
    pub(super) fn within(self, wanted: Duration) -> Duration {
        let left = self.end.map(|end| end.saturating_duration_since(Instant::now() + RECORDING));
        left.map_or(wanted, |left| left.min(wanted))
    }
}

fn probing_ends(now: Instant, end: Instant) -> Instant {
    let left = end.saturating_duration_since(now);
    now + left.saturating_sub(RESERVE).max(left / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_kept_back_for_storing_and_announcing() {
        let now = Instant::now();
        let seconds = Duration::from_secs;
        assert_eq!(probing_ends(now, now + seconds(50)), now + seconds(30));
        assert_eq!(probing_ends(now, now + seconds(10)), now + seconds(5));
        assert_eq!(probing_ends(now, now), now);
        assert_eq!(Budget::UNLIMITED.within(seconds(25)), seconds(25));
        assert_eq!(Budget::until(now).within(seconds(25)), seconds(0));
    }
}
