//! Saying something of prober itself, once on every channel: under the
//! channel's lease, with a record that it was said.

use futures_util::future::join_all;

use super::tell::Teller;
use crate::core::step::telling::SEND_WINDOW;
use crate::message::{Episode, Notice};
use crate::model::channel_state::{ChannelState, Heard};
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
        let Some(mut state) = self.take_lease(channel, &holder).await? else { return Ok(false) };
        let told = self.say_under_lease(notifier, notice, &mut state).await;
        self.site.store.release(channel, &holder, state).await?;
        Ok(told)
    }

    async fn say_under_lease(
        &self,
        notifier: &Notifier,
        notice: &Notice,
        state: &mut ChannelState,
    ) -> bool {
        let digest = digest(&notice.identity());
        let now = self.site.clock.now();
        if state.heard.contains(digest) || is_end_of_nothing(notice, state.heard) {
            return true;
        }
        if state.waits_until(now).is_some() {
            return false;
        }
        match notifier
            .send(&notice.compose(&self.site.voice(now)), self.budget.within(SEND_WINDOW))
            .await
        {
            Delivery::Accepted { .. } => {
                state.heard = with_episode(notice, state.heard.and(digest));
                true
            }
            Delivery::ComeBack { after, .. } => {
                state.not_before = self.after(after);
                false
            }
            Delivery::Unavailable { .. } | Delivery::Refused { .. } | Delivery::Unknown { .. } => {
                false
            }
        }
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
