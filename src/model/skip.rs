//! A clock that was set forward while nobody slept: what was seen before that is not as old
//! as the clock says. Without this, everything that calls once an hour would be late.

use std::borrow::Cow;

use chrono::{DateTime, TimeDelta, Utc};

use crate::model::state::{Beat, HeartbeatState, KindState, State};

/// The clock skipped some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skip {
    /// The first instant after that.
    pub at: DateTime<Utc>,
    /// How much it skipped.
    pub by: TimeDelta,
}

impl Skip {
    /// An instant before the skip as the clock would have shown it if it had been right; one
    /// after the skip is as it is.
    #[must_use]
    pub fn corrected(self, instant: DateTime<Utc>) -> DateTime<Utc> {
        if instant >= self.at {
            return instant;
        }
        instant.checked_add_signed(self.by).map_or(self.at, |corrected| corrected.min(self.at))
    }

    /// `state` with the last signs of life of its target where they belong.
    #[must_use]
    pub fn seen(self, state: &State) -> Cow<'_, State> {
        let is_before = state.last_slot.is_some_and(|last| last < self.at);
        let beat = state.by_kind.beat().filter(|beat| beat.at < self.at);
        if !is_before && beat.is_none() {
            return Cow::Borrowed(state);
        }
        let mut state = state.clone();
        state.last_slot = state.last_slot.map(|last| self.corrected(last));
        if let Some(Beat { at, started }) = beat {
            let started = started.map(|started| self.corrected(started));
            let beat = Some(Beat { at: self.corrected(at), started });
            let from = state.by_kind.caller();
            state.by_kind = KindState::Heartbeat(HeartbeatState { beat, from });
        }
        Cow::Owned(state)
    }
}

/// `state` as it is to be judged after `skip`, if there was one.
#[must_use]
pub fn seen(skip: Option<Skip>, state: &State) -> Cow<'_, State> {
    skip.map_or(Cow::Borrowed(state), |skip| skip.seen(state))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    #[test]
    fn what_was_seen_before_the_skip_is_as_old_after_it() {
        let skip = Skip { at: minute(1000), by: TimeDelta::minutes(900) };
        assert_eq!(skip.corrected(minute(90)), minute(990));
        assert_eq!(skip.corrected(minute(100)), minute(1000));
        assert_eq!(skip.corrected(minute(200)), minute(1000), "never in the future");
        assert_eq!(skip.corrected(minute(1001)), minute(1001));
    }
}
