//! What is remembered of a channel from one lease of it to the next.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::doubt::Doubts;
use super::lenient;

/// The longest wait that a channel is believed to want: neither a broken
/// header nor a clock that was wrong may silence it for ever.
pub const LONGEST_WAIT: Duration = Duration::from_hours(24);

/// How many digests [`Heard`] remembers: more than can be repeated while they
/// matter.
const REMEMBERED: usize = 8;

/// What is remembered of a channel from one lease to the next.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ChannelState {
    /// The channel asked not to be tried before this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<DateTime<Utc>>,
    /// When it was told something and did not take it; `None` where it took
    /// what it was told last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_at: Option<DateTime<Utc>>,
    /// What it may have been told: what is being sent now, and what had no clear
    /// end before.
    #[serde(
        default,
        skip_serializing_if = "Doubts::is_empty",
        deserialize_with = "lenient::or_default"
    )]
    pub doubts: Doubts,
    /// When it was told last that the store works again, of which it had heard
    /// that it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store_works_at: Option<DateTime<Utc>>,
    /// What it was told of beside targets, so that it is told once.
    #[serde(
        default,
        skip_serializing_if = "Heard::is_empty",
        deserialize_with = "lenient::or_default"
    )]
    pub heard: Heard,
}

impl ChannelState {
    /// Until when the channel asked not to be tried; `None` if that has passed
    /// at `now`, or if a clock that was wrong put it further away than
    /// [`LONGEST_WAIT`].
    #[must_use]
    pub fn waits_until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let is_awaited = |until: &DateTime<Utc>| {
            (*until - now).to_std().is_ok_and(|left| !left.is_zero() && left <= LONGEST_WAIT)
        };
        self.not_before.filter(is_awaited)
    }
}

/// The digests of the latest things that a channel was told beside its
/// targets, newest first: a broken configuration, an alarm, a gap. Each is
/// told once, whichever process tells it.
///
/// ```
/// use prober::model::channel_state::Heard;
/// let heard = Heard::default().and(7);
/// assert!(heard.contains(7) && !heard.contains(8));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Heard([Option<u64>; REMEMBERED]);

impl Heard {
    /// Whether the channel was told of what has this digest.
    #[must_use]
    pub fn contains(self, digest: u64) -> bool {
        self.0.contains(&Some(digest))
    }

    /// The same with this one as its newest, which may push the oldest out.
    #[must_use]
    pub fn and(mut self, digest: u64) -> Self {
        let known = self.0.iter().position(|place| *place == Some(digest));
        self.0[..=known.unwrap_or(REMEMBERED - 1)].rotate_right(1);
        self.0[0] = Some(digest);
        self
    }

    /// The same without this one.
    #[must_use]
    pub fn without(mut self, digest: u64) -> Self {
        for place in self.0.iter_mut().filter(|place| **place == Some(digest)) {
            *place = None;
        }
        self
    }

    /// Whether it was told of nothing yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_forgotten_first() {
        let heard = (1..=9).fold(Heard::default(), Heard::and);
        assert!(!heard.contains(1) && heard.contains(2) && heard.contains(9));
    }

    #[test]
    fn what_is_heard_again_pushes_nothing_out() {
        let heard = (1..=8).fold(Heard::default(), Heard::and).and(3).and(3);
        assert!((1..=8).all(|digest| heard.contains(digest)));
        assert!(!heard.and(9).contains(1) && heard.and(9).contains(3));
    }

    #[test]
    fn a_wait_longer_than_any_channel_may_ask_for_is_not_believed() {
        let now = DateTime::UNIX_EPOCH;
        let waits = |wait| {
            ChannelState { not_before: Some(now + wait), ..Default::default() }.waits_until(now)
        };
        assert_eq!(waits(LONGEST_WAIT), Some(now + LONGEST_WAIT));
        assert_eq!(waits(LONGEST_WAIT + Duration::from_secs(1)), None);
        assert_eq!(waits(Duration::ZERO), None);
    }
}
