//! The last word: what prober says of its own broken store. The lease of a
//! channel lies in that store, so this is said without one.
//!
//! It is the one message that may come twice, because each process has its own memory.
//! One process tells a channel the same at most once in [`EVERY`].

mod marks;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use marks::Marks;

use super::budget::Budget;
use super::looked::Failing;
use crate::core::step::Seen;
use crate::core::step::telling::SEND_WINDOW;
use crate::message::{Episode, Message, Notice, Voice};
use crate::model::channel_state::LONGEST_WAIT;
use crate::model::names::ChannelName;
use crate::model::observation::Outcome;
use crate::notify::{Delivery, Notifier};

/// The same is said to a channel without a lease at most this often.
const EVERY: TimeDelta = TimeDelta::hours(1);

/// How long a channel that did not accept it is not tried again.
const RESPITE: TimeDelta = TimeDelta::minutes(1);

/// The name under which it is remembered that the broken store was told of.
pub(super) const STORE_FAILS: &str = "store";

/// How many things are remembered; the oldest is forgotten first.
const REMEMBERED: usize = 64;

/// What a process has said without a lease, and when.
#[derive(Debug, Default)]
pub struct LastWord {
    said: Mutex<BTreeMap<(ChannelName, String), Entry>>,
    marks: Option<Marks>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    at: DateTime<Utc>,
    not_before: DateTime<Utc>,
    is_told: bool,
}

impl LastWord {
    /// The same for processes that live for one tick. The times of files whose names
    /// begin with `beside` tell the next of them when the broken store was told of.
    /// Where these cannot be written, they are among the `temporary` files; where
    /// they cannot be there either, each of them tells of it.
    #[must_use]
    pub fn marked(beside: PathBuf, temporary: Option<&Path>) -> Self {
        Self { marks: Some(Marks::new(beside, temporary)), ..Self::default() }
    }

    /// What the names of its files begin with, if it has any.
    #[must_use]
    pub fn beside(&self) -> Option<&Path> {
        self.marks.as_ref().map(Marks::beside)
    }

    /// Whether `channel` may be told `what` at `now`.
    pub(super) fn is_due(&self, channel: &ChannelName, what: &str, now: DateTime<Utc>) -> bool {
        let said = self.lock().get(&(channel.clone(), what.to_owned())).copied();
        let waits = said.is_some_and(|said| is_awaited(said.not_before, now));
        let is_marked = what == STORE_FAILS && self.is_marked(channel, now);
        !waits && !is_marked
    }

    /// Whether `channel` was told `what` by this process.
    pub(super) fn has_told(&self, channel: &ChannelName, what: &str) -> bool {
        let said = self.lock();
        said.get(&(channel.clone(), what.to_owned())).is_some_and(|said| said.is_told)
    }

    /// Whether `channel` was told `what` by this process so short a time ago
    /// that it is not told again.
    pub(super) fn is_told_still(
        &self,
        channel: &ChannelName,
        what: &str,
        now: DateTime<Utc>,
    ) -> bool {
        self.has_told(channel, what) && !self.is_due(channel, what, now)
    }

    /// Forgets that `channel` was told `what`: it is over.
    pub(super) fn forget(&self, channel: &ChannelName, what: &str) {
        self.lock().remove(&(channel.clone(), what.to_owned()));
    }

    /// Remembers that `channel` was told `what` at `now`.
    pub(super) fn remember(&self, channel: &ChannelName, what: &str, now: DateTime<Utc>) {
        self.enter(channel, what, Entry { at: now, not_before: now + EVERY, is_told: true });
    }

    /// Says `notice` by `notifier` where there is no store to give a lease, if it
    /// may be said so and is due; whether its channel has been told.
    pub async fn say_once(
        &self,
        notifier: &Notifier,
        notice: &Notice,
        voice: &Voice<'_>,
        budget: Budget,
    ) -> bool {
        let Some(what) = unleased(notice) else { return false };
        let patience = budget.within(SEND_WINDOW);
        self.say(notifier, &what, &notice.compose(voice), patience, voice.now).await
    }

    /// Says `message` by `notifier` without a lease, if it is due; whether its
    /// channel has been told `what`.
    async fn say(
        &self,
        notifier: &Notifier,
        what: &str,
        message: &Message,
        patience: Duration,
        now: DateTime<Utc>,
    ) -> bool {
        let channel = notifier.name();
        if !self.is_due(channel, what, now) {
            return self.has_told(channel, what);
        }
        let wait = match notifier.send(message, patience).await {
            // Whoever may have it is not asked again for as long as whoever has it.
            Delivery::Accepted { .. } | Delivery::Unknown { .. } => {
                self.remember(channel, what, now);
                return true;
            }
            Delivery::ComeBack { after, .. } => {
                TimeDelta::from_std(after.min(LONGEST_WAIT)).unwrap_or(EVERY)
            }
            Delivery::Unavailable { .. } | Delivery::Refused { .. } => RESPITE,
        };
        self.enter(channel, what, Entry { at: now, not_before: now + wait, is_told: false });
        false
    }

    /// When `channel` was told last of the broken store, by this process or by one
    /// before it, if nobody has told it since that it works again.
    pub(super) fn store_told_at(&self, channel: &ChannelName) -> Option<DateTime<Utc>> {
        let marked = self.marks.as_ref().and_then(|marks| marks.at(channel));
        let said = self.lock().get(&(channel.clone(), STORE_FAILS.to_owned())).copied();
        marked.max(said.filter(|said| said.is_told).map(|said| said.at))
    }

    /// The same, if an hour has passed since: whoever is told then that the store works
    /// can be told at once if it fails again.
    pub(super) fn store_end_due(
        &self,
        channel: &ChannelName,
        now: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        self.store_told_at(channel).filter(|at| !(*at..*at + EVERY).contains(&now))
    }

    /// Forgets that `channel` was told of the broken store: it works again.
    pub(super) fn forget_store(&self, channel: &ChannelName) {
        self.forget(channel, STORE_FAILS);
        if let Some(marks) = &self.marks {
            marks.remove(channel);
        }
    }

    /// Marks for the next process that `channel` was told of the broken store.
    pub(super) fn set_mark(&self, channel: &ChannelName) {
        let (Some(marks), Some(at)) = (&self.marks, self.store_told_at(channel)) else { return };
        if let Err(error) = marks.set(channel, at) {
            tracing::warn!(%channel, %error, "the next process will tell of the broken store again");
        }
    }

    fn is_marked(&self, channel: &ChannelName, now: DateTime<Utc>) -> bool {
        let marked = self.marks.as_ref().and_then(|marks| marks.at(channel));
        marked.is_some_and(|at| (at..at + EVERY).contains(&now))
    }

    fn enter(&self, channel: &ChannelName, what: &str, entry: Entry) {
        let mut said = self.lock();
        let oldest = said.iter().min_by_key(|(_, said)| said.at).map(|(key, _)| key.clone());
        if let Some(oldest) = oldest.filter(|_| said.len() >= REMEMBERED) {
            said.remove(&oldest);
        }
        said.insert((channel.clone(), what.to_owned()), entry);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(ChannelName, String), Entry>> {
        // Entries are written whole, so they are right behind a poisoned lock too.
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether `until` is still to come; not if a clock that was wrong put it too far away.
fn is_awaited(until: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    (until - now).to_std().is_ok_and(|left| !left.is_zero() && left <= LONGEST_WAIT)
}

/// What failed in `seen`, and how; nothing of a prober
/// that had no network.
pub(super) fn failing(seen: &Seen) -> Failing {
    if seen.self_check().is_blind() {
        return Vec::new();
    }
    let failed = seen.observations().iter().filter_map(|seen| match &seen.outcome {
        Outcome::Failure(failure) => Some((seen.target.clone(), failure.clone())),
        Outcome::Success { .. } | Outcome::Inconclusive { .. } => None,
    });
    failed.collect()
}

/// What may be said without a lease, by the name under which it is limited.
pub(super) fn unleased(notice: &Notice) -> Option<String> {
    match notice {
        Notice::StoreFails { .. } => Some(STORE_FAILS.to_owned()),
        Notice::OwnAlarm(_) => match notice.episode() {
            Some(Episode::Begins(name)) => Some(name),
            Some(Episode::Ends(_)) | None => None,
        },
        Notice::BrokenConfig { .. }
        | Notice::UnreadConfig { .. }
        | Notice::Lacking(_)
        | Notice::NoView(_)
        | Notice::StoreWorks { .. }
        | Notice::SelfCheckFails { .. }
        | Notice::RightConfig { .. }
        | Notice::UnreadableRecords { .. }
        | Notice::WitnessDiffers { .. }
        | Notice::Dropped(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    #[test]
    fn the_same_is_due_once_an_hour_on_each_channel() {
        let (last_word, slack) = (LastWord::default(), ChannelName::new("slack"));
        last_word.remember(&slack, "store", NOW);
        let is_due =
            |minutes| last_word.is_due(&slack, STORE_FAILS, NOW + TimeDelta::minutes(minutes));
        assert_eq!([0, 59, 60].map(is_due), [false, false, true]);
        assert!(last_word.is_due(&slack, "alarm x", NOW));
        assert!(last_word.is_due(&ChannelName::new("phone"), "store", NOW));
    }

    #[test]
    fn the_next_process_knows_of_it_by_the_time_of_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let (mark, slack) = (folder.path().join("mark"), ChannelName::new("slack"));
        let first = LastWord::marked(mark.clone(), None);
        first.remember(&slack, STORE_FAILS, NOW);
        first.set_mark(&slack);
        let next = LastWord::marked(mark.clone(), None);
        let is_due = |minutes| next.is_due(&slack, STORE_FAILS, NOW + TimeDelta::minutes(minutes));
        assert_eq!([-1, 0, 59, 60].map(is_due), [true, false, false, true]);
        assert!(next.is_due(&ChannelName::new("mail"), STORE_FAILS, NOW), "it does not know");
        let end = |minutes| next.store_end_due(&slack, NOW + TimeDelta::minutes(minutes));
        assert_eq!([0, 59, 60].map(end), [None, None, Some(NOW)]);
        next.forget_store(&slack);
        assert_eq!(LastWord::marked(mark, None).store_told_at(&slack), None);
    }

    #[test]
    fn what_was_said_by_a_clock_far_ahead_silences_nobody() {
        let (last_word, slack) = (LastWord::default(), ChannelName::new("slack"));
        last_word.remember(&slack, "store", NOW + TimeDelta::days(400));
        assert!(last_word.is_due(&slack, "store", NOW));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let (last_word, slack) = (LastWord::default(), ChannelName::new("slack"));
        for number in 0..200 {
            last_word.remember(&slack, &number.to_string(), NOW + TimeDelta::seconds(number));
        }
        assert_eq!(last_word.lock().len(), REMEMBERED);
        assert!(last_word.has_told(&slack, "199") && !last_word.has_told(&slack, "0"));
    }
}
