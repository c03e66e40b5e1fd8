//! What a tick is asked for: for which instant, for which part of the
//! targets, and by when.

use chrono::{DateTime, TimeDelta, Utc};

use super::budget::Budget;
use crate::model::skip::Skip;
use crate::model::target::Shard;

/// How far ahead of our clock a scheduled time may be. One that is further ahead would
/// make every observation until then look old.
const SKEW: TimeDelta = TimeDelta::seconds(30);

/// What a tick is asked for; by default everything, now, without a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TickRequest {
    /// The scheduled time, from which the slots follow; else it is now. The same
    /// request twice is then one observation.
    pub scheduled_at: Option<DateTime<Utc>>,
    /// The part of the targets to observe; else all of them.
    pub shard: Option<Shard>,
    /// The time until this process is stopped, done or not.
    pub budget: Budget,
    /// When the inbox last refused what may have been a ping, for lack of room.
    pub refused_at: Option<DateTime<Utc>>,
    /// What the clock skipped since this process began, if it did.
    pub skip: Option<Skip>,
}

impl TickRequest {
    /// Until when calls may have been lost that this process would have heard.
    pub(super) fn deaf_until(&self) -> Option<DateTime<Utc>> {
        self.refused_at.max(self.skip.map(|skip| skip.at))
    }

    /// The instant that the tick is for, where the clock shows `now`.
    pub(super) fn instant(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.scheduled_at.filter(|at| *at <= now + SKEW).unwrap_or(now)
    }
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
}
