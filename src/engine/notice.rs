//! Saying something of prober itself, once on every channel: under the
//! channel's lease, with a record that it was said.

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;

use super::last_word::{STORE_FAILS, unleased};
use super::looked::Failing;
use super::tell::{Teller, TellingError};
use crate::core::step::telling::{EpisodeKey, NoticeKey, Telling, TellingResult};
use crate::message::{Episode, Notice};
use crate::model::channel_state::ChannelState;
use crate::model::names::{ChannelName, TargetName};
use crate::model::observation::Vantage;
use crate::model::record::Records;
use crate::model::target::{Targets, digest};
use crate::notify::Notifier;
use crate::store::{Store, StoreError};

/// After this long a prober that takes itself for blind tries to say so.
const BLIND_FOR_LONG: TimeDelta = TimeDelta::hours(1);

/// How long it tries that, in each such span.
const TRIED_FOR: TimeDelta = TimeDelta::minutes(5);

impl<S: Store> Teller<'_, S> {
    /// Says on every channel, once, which parts of the configuration are off. A
    /// channel that is off itself hears of it from the others.
    pub(super) async fn say_lacking(&self) -> Result<(), StoreError> {
        let lacking = &self.site.config.lacking;
        if lacking.is_empty() {
            return Ok(());
        }
        self.say(&Notice::Lacking(lacking.clone())).await.map(|_told| ())
    }

    /// Says once of each witness that it means something else by some targets.
    pub(super) async fn say_differing(
        &self,
        differing: Vec<(Vantage, Vec<TargetName>)>,
    ) -> Result<(), StoreError> {
        for (witness, targets) in differing {
            self.say(&Notice::WitnessDiffers { witness, targets }).await?;
        }
        Ok(())
    }

    /// Says `notice` on every channel that was not told of it. Whether all of
    /// them know it now; where not, say it again later.
    pub(super) async fn say(&self, notice: &Notice) -> Result<bool, StoreError> {
        let on = self.notifiers.iter().filter(|notifier| !notifier.is_off());
        let each = on.map(|notifier| self.say_on(notifier, notice));
        let told = join_all(each).await.into_iter().collect::<Result<Vec<bool>, _>>()?;
        Ok(told.into_iter().all(|told| told))
    }

    /// The same on one channel.
    pub(super) async fn say_on(
        &self,
        notifier: &Notifier,
        notice: &Notice,
    ) -> Result<bool, StoreError> {
        let telling = Telling::notice(notifier.name(), key(notice));
        // On the heap: it is rare, and each tick's future would hold it.
        let targets = Targets::new();
        let told = Box::pin(self.tell_channel(&targets, notifier, telling, Some(notice))).await;
        match told {
            Ok(told) => {
                self.note_end(notifier.name(), notice, &told);
                Ok(told.left() == 0)
            }
            Err(TellingError { error, told, .. }) if told.left() == 0 => {
                if let (Some(last_word), Some(what)) = (self.last_word, unleased(notice)) {
                    last_word.remember(notifier.name(), &what, self.site.clock.now());
                }
                Err(error)
            }
            Err(TellingError { error, is_tried: true, .. }) => Err(error),
            Err(TellingError { error, .. }) => {
                self.say_without_lease(notifier, notice).await.ok_or(error)
            }
        }
    }

    /// Forgets what was said without a lease of that whose end was `told`.
    fn note_end(&self, channel: &ChannelName, notice: &Notice, told: &TellingResult) {
        if let (Some(last_word), Some(Episode::Ends(name)), 0) =
            (self.last_word, notice.episode(), told.left())
        {
            last_word.forget(channel, &name);
        }
    }

    /// Says `notice` where the store has no lease to give; whether its channel
    /// knows it now. `None` if this is not to be said without a lease.
    async fn say_without_lease(&self, notifier: &Notifier, notice: &Notice) -> Option<bool> {
        let last_word = self.last_word.filter(|_| unleased(notice).is_some())?;
        let voice = self.site.voice(self.site.clock.now());
        Some(last_word.say_once(notifier, notice, &voice, self.budget).await)
    }

    /// `state` of `channel`, with what this process told it of `notice` without a
    /// lease.
    pub(super) fn leased(
        &self,
        state: ChannelState,
        channel: &ChannelName,
        notice: Option<&Notice>,
    ) -> ChannelState {
        let (Some(last_word), Some(notice)) = (self.last_word, notice) else { return state };
        let (now, heard) = (self.site.clock.now(), state.heard);
        if let Notice::StoreWorks { told_at } = notice {
            // That it failed was said without a lease.
            let is_known = state.store_works_at.is_some_and(|works| works >= *told_at);
            let heard = if is_known { heard } else { heard.and(digest(STORE_FAILS)) };
            return ChannelState { heard, ..state };
        }
        let heard = match notice.episode() {
            Some(Episode::Begins(name)) if last_word.is_told_still(channel, &name, now) => {
                key(notice).heard(heard)
            }
            Some(Episode::Ends(name)) if last_word.has_told(channel, &name) => {
                heard.and(digest(&name))
            }
            Some(Episode::Begins(_) | Episode::Ends(_)) | None => heard,
        };
        ChannelState { heard, ..state }
    }

    /// Says that prober has taken itself for blind for an hour and longer. Where it is,
    /// this arrives nowhere. Where it arrives, the self-check is wrong, and silence
    /// would be the price: so it is tried a few times in each hour.
    pub(super) async fn say_self_check_fails(
        &self,
        records: &Records,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let own = records.probers.get(&self.site.vantage);
        let Some(since) = own.and_then(|own| own.state.blind_since) else { return Ok(()) };
        let blind_for = now - since;
        let is_tried = blind_for >= BLIND_FOR_LONG
            && blind_for.num_seconds() % BLIND_FOR_LONG.num_seconds() < TRIED_FOR.num_seconds();
        if is_tried {
            self.say(&Notice::SelfCheckFails { since }).await?;
        }
        Ok(())
    }

    /// Whether some channel may be told now that the store fails.
    pub(super) fn may_say_store_fails(&self) -> bool {
        let (Some(last_word), now) = (self.last_word, self.site.clock.now()) else { return false };
        let mut on = self.notifiers.iter().filter(|notifier| !notifier.is_off());
        on.any(|notifier| last_word.is_due(notifier.name(), STORE_FAILS, now))
    }

    /// Says on every channel, without a lease, that the store fails with
    /// `error`, and what is `failing` meanwhile.
    pub(super) async fn say_store_fails(&self, error: &StoreError, failing: Failing) {
        let StoreError { action: _, place, problem } = error.clone();
        let notice = Notice::StoreFails { place, problem: *problem, failing };
        let on = self.notifiers.iter().filter(|notifier| !notifier.is_off());
        let each = on.map(async |notifier| {
            let told = self.say_without_lease(notifier, &notice).await == Some(true);
            if let Some(last_word) = self.last_word.filter(|_| told) {
                last_word.set_mark(notifier.name());
            }
        });
        join_all(each).await;
    }

    /// Says that the store works again on each channel that was told that it failed,
    /// once an hour has passed since.
    pub(super) async fn say_store_works(&self) -> Result<(), StoreError> {
        let Some(last_word) = self.last_word else { return Ok(()) };
        for notifier in self.notifiers.iter().filter(|notifier| !notifier.is_off()) {
            let now = self.site.clock.now();
            let Some(told_at) = last_word.store_end_due(notifier.name(), now) else { continue };
            if self.say_store_works_on(notifier, told_at).await? {
                last_word.forget_store(notifier.name());
            }
        }
        Ok(())
    }

    /// The same on one channel, unless another process has said so since it was
    /// `told_at` that instant; whether it knows.
    async fn say_store_works_on(
        &self,
        notifier: &Notifier,
        told_at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.say_on(notifier, &Notice::StoreWorks { told_at }).await
    }

    /// What is to be remembered of a channel once its lease is released: `state`, and
    /// that it was told that the store works again, if it was.
    pub(super) fn released(
        &self,
        state: &ChannelState,
        notice: Option<&Notice>,
        is_tried: bool,
    ) -> ChannelState {
        let state = state.clone();
        let is_end = matches!(notice, Some(Notice::StoreWorks { .. }));
        let was_told = is_end && is_tried && !state.heard.contains(digest(STORE_FAILS));
        let store_works_at =
            if was_told { Some(self.site.clock.now()) } else { state.store_works_at };
        ChannelState { store_works_at, ..state }
    }
}

/// By what a channel remembers `notice`.
fn key(notice: &Notice) -> NoticeKey {
    let episode = notice.episode().map(|episode| match episode {
        Episode::Begins(name) => EpisodeKey::Begins(digest(&name)),
        Episode::Ends(name) => EpisodeKey::Ends(digest(&name)),
    });
    let (digest, returns) = (digest(&notice.identity()), notice.returns());
    NoticeKey { digest, episode, returns }
}
