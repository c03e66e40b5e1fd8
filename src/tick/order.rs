//! What a tick is asked for: for which instant, for which part of the
//! targets, and by when.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

use crate::target::TargetName;

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
pub struct Order {
    /// The scheduled time, which the slots are of; else it is now. The same
    /// order twice is then one observation.
    pub scheduled_at: Option<DateTime<Utc>>,
    /// The part of the targets to observe; else all of them.
    pub shard: Option<Shard>,
    /// When this process will be stopped, done or not.
    pub end: Option<Instant>,
}

impl Order {
    /// The instant that the tick is for, where the clock shows `now`.
    pub(super) fn instant(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.scheduled_at.filter(|at| *at <= now + SKEW).unwrap_or(now)
    }
}

/// One of several parts of the targets, each of which has its own ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    index: u64,
    count: u64,
}

impl Shard {
    /// The part `index`, counted from 0, of `count`; `None` if there is no such part.
    ///
    /// ```
    /// use prober::tick::Shard;
    /// assert!(Shard::new(3, 4).is_some());
    /// assert!(Shard::new(4, 4).is_none());
    /// ```
    #[must_use]
    pub fn new(index: u64, count: u64) -> Option<Self> {
        (index < count).then_some(Self { index, count })
    }

    /// Whether the target belongs to this part. The hash is of this program,
    /// not of the library, whose own may change between versions.
    #[must_use]
    pub fn holds(self, target: &TargetName) -> bool {
        digest(target.as_str()) % self.count == self.index
    }
}

/// FNV-1a of 64 bits, the same in every process and every version:
/// <https://datatracker.ietf.org/doc/html/draft-eastlake-fnv>.
pub(crate) fn digest(text: &str) -> u64 {
    let step = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, step)
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
        let at = |scheduled_at| Order { scheduled_at, ..Order::default() }.instant(minute(9));
        assert_eq!(at(None), minute(9));
        assert_eq!(at(Some(minute(2))), minute(2));
        assert_eq!(at(Some(minute(9) + SKEW)), minute(9) + SKEW);
        assert_eq!(at(Some(minute(60))), minute(9));
    }

    #[test]
    fn every_target_is_in_one_shard_of_those_that_there_are() {
        let shards: Vec<Shard> = (0..4).filter_map(|index| Shard::new(index, 4)).collect();
        let mut sizes = [0; 4];
        for target in (0..400).map(|n| TargetName::new(format!("target {n}"))) {
            let holders = |index: &usize| shards[*index].holds(&target);
            let holders: Vec<usize> = (0..4).filter(holders).collect();
            assert_eq!(holders.len(), 1, "{target}");
            sizes[holders[0]] += 1;
        }
        assert!(sizes.iter().all(|size| *size > 50), "{sizes:?}");
    }

    #[test]
    fn a_shard_is_the_same_in_every_version() {
        // From the draft's own test vectors.
        assert_eq!(digest("a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(digest("foobar"), 0x8594_4171_f739_67e8);
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
