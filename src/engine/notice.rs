//! Saying something of prober itself, once on every channel: under the
//! channel's lease, with a record that it was said.

use chrono::{DateTime, Utc};
use futures_util::future::join_all;

use super::last_word::{STORE_FAILS, unleased};
use super::tell::Teller;
use crate::core::step::telling::SEND_WINDOW;
use crate::message::{Episode, Notice};
use crate::model::channel_state::{ChannelState, Heard};
use crate::model::doubt::Doubt;
use crate::model::names::{ChannelName, TargetName};
use crate::model::target::digest;
use crate::notify::{Delivery, Notifier};
use crate::store::{Holder, Store, StoreError};

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
        let (channel, holder) = (notifier.name(), Holder::new());
        let mut state = match self.take_lease(channel, &holder).await {
            Ok(Some(state)) => state,
            Ok(None) => return Ok(false),
            Err(error) => return self.say_without_lease(notifier, notice).await.ok_or(error),
        };
        let told = self.say_under_lease(notifier, notice, &mut state).await;
        let released = self.site.store.release(channel, &holder, state).await;
        if let (Err(_), true, Some(last_word), Some(what)) =
            (&released, told, self.last_word, unleased(notice))
        {
            last_word.remember(channel, &what, self.site.clock.now());
        }
        released.map(|()| told)
    }

    /// Says `notice` where the store has no lease to give; whether its channel
    /// knows it now. `None` if this is not to be said without a lease.
    async fn say_without_lease(&self, notifier: &Notifier, notice: &Notice) -> Option<bool> {
        let last_word = self.last_word.filter(|_| unleased(notice).is_some())?;
        let voice = self.site.voice(self.site.clock.now());
        Some(last_word.say_once(notifier, notice, &voice, self.budget).await)
    }

    /// What `channel` has `heard`, with what this process told it of `notice`
    /// without a lease.
    fn with_unleased(
        &self,
        channel: &ChannelName,
        notice: &Notice,
        heard: Heard,
        now: DateTime<Utc>,
    ) -> Heard {
        let (Some(last_word), Some(episode)) = (self.last_word, notice.episode()) else {
            return heard;
        };
        match episode {
            Episode::Begins(name) if last_word.is_told_still(channel, &name, now) => {
                with_episode(notice, heard.and(digest(&notice.identity())))
            }
            Episode::Ends(name) if last_word.has_told(channel, &name) => heard.and(digest(&name)),
            Episode::Begins(_) | Episode::Ends(_) => heard,
        }
    }

    /// Whether some channel may be told now that the store fails.
    pub(super) fn may_say_store_fails(&self) -> bool {
        let (Some(last_word), now) = (self.last_word, self.site.clock.now()) else { return false };
        let mut on = self.notifiers.iter().filter(|notifier| !notifier.is_off());
        on.any(|notifier| last_word.is_due(notifier.name(), STORE_FAILS, now))
    }

    /// Says on every channel, without a lease, that the store fails with
    /// `error`, and what is `failing` meanwhile.
    pub(super) async fn say_store_fails(
        &self,
        error: &StoreError,
        failing: Vec<(TargetName, String)>,
    ) {
        let notice = Notice::StoreFails { problem: error.to_string(), failing };
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
        let (channel, holder) = (notifier.name(), Holder::new());
        let Some(mut state) = self.take_lease(channel, &holder).await? else { return Ok(false) };
        let is_known = state.store_works_at.is_some_and(|works| works >= told_at);
        let notice = Notice::StoreWorks { told_at };
        let knows = is_known || self.say_under_lease(notifier, &notice, &mut state).await;
        if knows && !is_known {
            state.store_works_at = Some(self.site.clock.now());
        }
        self.site.store.release(channel, &holder, state).await?;
        Ok(knows)
    }

    async fn say_under_lease(
        &self,
        notifier: &Notifier,
        notice: &Notice,
        state: &mut ChannelState,
    ) -> bool {
        let digest = digest(&notice.identity());
        let now = self.site.clock.now();
        state.heard = self.with_unleased(notifier.name(), notice, state.heard, now);
        if is_known(notice, state.heard) || is_end_of_nothing(notice, state.heard) {
            return true;
        }
        if state.waits_until(now).is_some() {
            return false;
        }
        state.doubt = state.doubt.and_then(|doubt| doubt.lasting(now));
        if state.doubt.is_some_and(|doubt| doubt.holds(digest, now)) {
            return false;
        }
        match notifier
            .send(&notice.compose(&self.site.voice(now)), self.budget.within(SEND_WINDOW))
            .await
        {
            Delivery::Accepted { .. } => {
                state.heard = with_episode(notice, state.heard.and(digest));
                state.doubt = state.doubt.and_then(|doubt| doubt.without(&[digest]));
                if let (Some(last_word), Some(Episode::Ends(name))) =
                    (self.last_word, notice.episode())
                {
                    last_word.forget(notifier.name(), &name);
                }
                true
            }
            Delivery::ComeBack { after, .. } => {
                state.not_before = self.after(after);
                false
            }
            Delivery::Unknown { .. } => {
                state.doubt = Some(Doubt::after(state.doubt, &[digest], self.site.clock.now()));
                false
            }
            Delivery::Unavailable { .. } | Delivery::Refused { .. } => false,
        }
    }
}

/// Whether who has `heard` this was told of `notice`, and it is no news again since.
fn is_known(notice: &Notice, heard: Heard) -> bool {
    let was_told = heard.contains(digest(&notice.identity()));
    match notice.episode().filter(|_| notice.returns()) {
        Some(Episode::Begins(name)) => was_told && heard.contains(digest(&name)),
        Some(Episode::Ends(_)) => false,
        None => was_told,
    }
}

/// Whether `notice` says that something is over of which nobody who has
/// `heard` this was told that it began.
fn is_end_of_nothing(notice: &Notice, heard: Heard) -> bool {
    match notice.episode() {
        Some(Episode::Ends(name)) => !heard.contains(digest(&name)),
        Some(Episode::Begins(_)) | None => false,
    }
}

/// `heard`, with what `notice` begins and without what it ends.
fn with_episode(notice: &Notice, heard: Heard) -> Heard {
    match notice.episode() {
        Some(Episode::Begins(name)) => heard.and(digest(&name)),
        Some(Episode::Ends(name)) => heard.without(digest(&name)),
        None => heard,
    }
}
