//! What `watch` knows of the machine's clock: whether somebody set it, and whether the
//! machine was suspended.

use chrono::{DateTime, TimeDelta, Utc};

use crate::clock::ClockReading;
use crate::model::skip::Skip;

/// More than this between two looks at the clock is no sleep of this process: the machine was
/// suspended, or its clock was set.
const JUMP: TimeDelta = TimeDelta::minutes(1);

/// What is known of the machine's clock.
pub(super) struct Timekeeping {
    /// What it showed when it was last looked at.
    pub(super) last: ClockReading,
    /// Since when pings can be heard: since the start of this process, or since the machine
    /// woke up.
    pub(super) hears_since: DateTime<Utc>,
    /// What it was set forward since then, in all.
    pub(super) skip: Option<Skip>,
}

impl Timekeeping {
    pub(super) fn new(now: ClockReading) -> Self {
        Self { last: now, hears_since: now.wall, skip: None }
    }

    /// Notes if the clock was set since the last look.
    pub(super) fn note(&mut self, now: ClockReading) {
        let forward = now.set_forward_since(&self.last).filter(|forward| forward.abs() > JUMP);
        if let Some(forward) = forward {
            tracing::warn!(seconds = forward.num_seconds(), "the clock of this machine was set");
            let before = self.skip.map_or(TimeDelta::zero(), |skip| skip.by);
            let by = before.checked_add(&forward).unwrap_or(before);
            self.skip = (by > JUMP).then_some(Skip { at: now.wall, by });
        }
        self.last = now;
    }
}

/// Whether so much time cannot have passed while this process ran and looked at its clock
/// every few seconds.
pub(super) fn is_jump(before: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now < before || now - before > JUMP
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    #[test]
    fn a_machine_that_was_suspended_or_whose_clock_was_set_is_known() {
        let jump = |seconds| is_jump(NOW, NOW + TimeDelta::seconds(seconds));
        assert_eq!([0, 5, 60].map(jump), [false; 3], "a busy machine is no sleeping one");
        assert_eq!([-1, 61, 86_400].map(jump), [true; 3]);
    }

    #[test]
    fn a_clock_that_is_set_is_told_from_time_that_passes() {
        let at = |wall: i64, running: u64| ClockReading {
            wall: NOW + TimeDelta::seconds(wall),
            running: Some(Duration::from_secs(running)),
        };
        let mut time = Timekeeping::new(at(0, 0));
        let mut skip = |wall, running| {
            time.note(at(wall, running));
            time.skip.map(|skip| (skip.at - NOW, skip.by.num_seconds()))
        };
        assert_eq!(skip(5, 5), None);
        assert_eq!(skip(28_805, 28_805), None, "it was suspended");
        assert_eq!(skip(28_820, 28_810), None, "that is how clocks are corrected");
        assert_eq!(skip(115_220, 28_810), Some((TimeDelta::seconds(115_220), 86_400)));
        assert_eq!(skip(115_225, 28_815), Some((TimeDelta::seconds(115_220), 86_400)));
        assert_eq!(skip(28_830, 28_820), None, "it was set right again");
    }
}
