//! What a tick is asked for: for which instant, for which part of the
//! targets, and by when.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

use crate::model::target::Shard;

/// Kept back from the time of a tick, for storing and announcing what the
/// probes found. Where less than twice this is left, half of what is left.
const RESERVE: Duration = Duration::from_secs(20);

/// Kept back from the time for a message, to record that it was accepted.
const RECORDING: Duration = Duration::from_secs(2);

/// A scheduled time is believed this far ahead of our clock. One from further
/// ahead would make every observation until then look old.
const SKEW: TimeDelta = TimeDelta::seconds(30);

/// What a tick is asked for; by default everything, now, without a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TickRequest {
    /// The scheduled time, which the slots are of; else it is now. The same
    /// order twice is then one observation.
    pub scheduled_at: Option<DateTime<Utc>>,
    /// The part of the targets to observe; else all of them.
    pub shard: Option<Shard>,
    /// When this process will be stopped, done or not.
    pub end: Option<Instant>,
    /// When something that may have been a ping was refused last for want of room.
    pub refused_at: Option<DateTime<Utc>>,
}

impl TickRequest {
    /// The instant that the tick is for, where the clock shows `now`.
    pub(super) fn instant(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.scheduled_at.filter(|at| *at <= now + SKEW).unwrap_or(now)
    }
}

/// When probing stops, if the process is stopped at `end`.
pub(super) fn probing_ends(now: Instant, end: Instant) -> Instant {
    let left = end.saturating_duration_since(now);
    now + left.saturating_sub(RESERVE).max(left / 2)
}

/// As much of `wanted` as can be taken before the process is stopped.
pub(super) fn within(end: Option<Instant>, wanted: Duration) -> Duration {
    let left = end.map(|end| end.saturating_duration_since(Instant::now() + RECORDING));
    left.map_or(wanted, |left| left.min(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    #[test]
    fn a_scheduled_time_is_believed_unless_it_is_far_ahead() {
        let at = |scheduled_at| {
            TickRequest { scheduled_at, ..TickRequest::default() }.instant(minute(9))
        };
        assert_eq!(at(None), minute(9));
        assert_eq!(at(Some(minute(2))), minute(2));
        assert_eq!(at(Some(minute(9) + SKEW)), minute(9) + SKEW);
        assert_eq!(at(Some(minute(60))), minute(9));
    }

    #[test]
    fn time_is_kept_back_for_storing_and_announcing() {
        let now = Instant::now();
        let seconds = Duration::from_secs;
        assert_eq!(probing_ends(now, now + seconds(50)), now + seconds(30));
        assert_eq!(probing_ends(now, now + seconds(10)), now + seconds(5));
        assert_eq!(probing_ends(now, now), now);
        assert_eq!(within(None, seconds(25)), seconds(25));
        assert_eq!(within(Some(now), seconds(25)), seconds(0));
    }
}
