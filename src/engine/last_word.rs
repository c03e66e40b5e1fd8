//! The last word: what prober says of its own broken store. The lease of a
//! channel lies in that store, so this is said without one.
//!
//! It is the one message that may come twice: each process has a memory of its
//! own. In it, the same is said to a channel at most once in [`EVERY`].

use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::budget::Budget;
use crate::core::step::Seen;
use crate::core::step::telling::SEND_WINDOW;
use crate::message::{Episode, Message, Notice, Voice};
use crate::model::channel_state::LONGEST_WAIT;
use crate::model::names::{ChannelName, TargetName};
use crate::model::observation::Outcome;
use crate::notify::{Delivery, Notifier};

/// The same is said to a channel without a lease at most this often.
const EVERY: TimeDelta = TimeDelta::hours(1);

/// How long a channel is left alone that did not take it.
const RESPITE: TimeDelta = TimeDelta::minutes(1);

/// The name under which it is remembered that the broken store was told of.
pub(super) const STORE_FAILS: &str = "store";

/// How many things are remembered; the oldest is forgotten first.
const REMEMBERED: usize = 64;

/// What a process has said without a lease, and when.
#[derive(Debug, Default)]
pub struct LastWord {
    said: Mutex<BTreeMap<(ChannelName, String), Said>>,
    mark: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy)]
struct Said {
    at: DateTime<Utc>,
    not_before: DateTime<Utc>,
    is_told: bool,
}

impl LastWord {
    /// The same for processes that live for one tick. The time of the file at
    /// `mark` tells the next of them when the broken store was told of; where
    /// it cannot be written, each of them tells of it.
    #[must_use]
    pub fn marked(mark: PathBuf) -> Self {
        Self { mark: Some(mark), ..Self::default() }
    }

    /// Whether `channel` may be told `what` at `now`.
    pub(super) fn is_due(&self, channel: &ChannelName, what: &str, now: DateTime<Utc>) -> bool {
        let said = self.lock().get(&(channel.clone(), what.to_owned())).copied();
        let waits = said.is_some_and(|said| is_awaited(said.not_before, now));
        let is_marked = what == STORE_FAILS && self.is_marked(now);
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
        self.enter(channel, what, Said { at: now, not_before: now + EVERY, is_told: true });
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
        self.enter(channel, what, Said { at: now, not_before: now + wait, is_told: false });
        false
    }

    /// Marks for the next process that the broken store was told of at `now`.
    /// A file without content needs no room on a full disk.
    pub(super) fn set_mark(&self, now: DateTime<Utc>) {
        let Some(mark) = &self.mark else { return };
        let file = File::options().write(true).create(true).truncate(false).open(mark);
        if let Err(error) = file.and_then(|file| file.set_modified(now.into())) {
            let path = mark.display();
            tracing::warn!(%path, %error, "the next process will tell of the broken store again");
        }
    }

    fn is_marked(&self, now: DateTime<Utc>) -> bool {
        let modified = self.mark.as_ref().and_then(|mark| mark.metadata().ok()?.modified().ok());
        modified.is_some_and(|at| (at.into()..DateTime::<Utc>::from(at) + EVERY).contains(&now))
    }

    fn enter(&self, channel: &ChannelName, what: &str, entry: Said) {
        let mut said = self.lock();
        let oldest = said.iter().min_by_key(|(_, said)| said.at).map(|(key, _)| key.clone());
        if let Some(oldest) = oldest.filter(|_| said.len() >= REMEMBERED) {
            said.remove(&oldest);
        }
        said.insert((channel.clone(), what.to_owned()), entry);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(ChannelName, String), Said>> {
        // Entries are written whole, so they are right behind a poisoned lock too.
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether `until` is still to come; not if a clock that was wrong put it too far away.
fn is_awaited(until: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    (until - now).to_std().is_ok_and(|left| !left.is_zero() && left <= LONGEST_WAIT)
}

/// What failed in `seen`, with the words of each failure; nothing of a prober
/// that had no network.
pub(super) fn failing(seen: &Seen) -> Vec<(TargetName, String)> {
    if seen.self_check().is_blind() {
        return Vec::new();
    }
    let failed = seen.observations().iter().filter_map(|seen| match &seen.outcome {
        Outcome::Failure(failure) => Some((seen.target.clone(), failure.explain())),
        Outcome::Success { .. } | Outcome::Inconclusive { .. } => None,
    });
    failed.collect()
}

/// What may be said without a lease, by the name under which it is limited.
pub(super) fn unleased(notice: &Notice) -> Option<String> {
    match notice {
        Notice::StoreFails { .. } => Some(STORE_FAILS.to_owned()),
        Notice::OwnAlarm(_)
        | Notice::BrokenConfig { .. }
        | Notice::Lacking(_)
        | Notice::NoView(_)
        | Notice::UnreadableRecords { .. }
        | Notice::Dropped(_) => match notice.episode() {
            Some(Episode::Begins(name)) => Some(name),
            Some(Episode::Ends(_)) | None => None,
        },
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
        LastWord::marked(mark.clone()).set_mark(NOW);
        let next = LastWord::marked(mark);
        let is_due = |minutes| next.is_due(&slack, STORE_FAILS, NOW + TimeDelta::minutes(minutes));
        assert_eq!([-1, 0, 59, 60].map(is_due), [true, false, false, true]);
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
