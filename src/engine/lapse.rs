//! Drops alarms of which nothing was heard for long, once every channel that was told
//! that one is down knows about it.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;

use super::site::Site;
use super::tell::Teller;
use crate::core::judge::lapse::lapses_at;
use crate::message::{Dropped, Notice};
use crate::model::names::{ChannelName, TargetName};
use crate::model::record::Records;
use crate::model::shown_names::short;
use crate::model::state::State;
use crate::model::target::Targets;
use crate::notify::Notifier;
use crate::store::{Store, StoreError};

/// An alarm that is to be dropped.
pub(super) struct Lapsed {
    name: TargetName,
    heard_at: DateTime<Utc>,
    /// The channels that believe it to be down.
    told: Vec<ChannelName>,
}

impl<S> Site<S> {
    /// The alarms that are to be dropped at `now`.
    pub(super) fn lapsed(
        &self,
        targets: &Targets<'_>,
        records: &Records,
        now: DateTime<Utc>,
    ) -> Vec<Lapsed> {
        let forget_after = self.config.discovered.forget_after;
        let lapsed = targets.values().filter_map(|target| {
            let state = &records.get(&target.name)?.state;
            lapses_at(target, state, forget_after).filter(|at| *at <= now)?;
            Some(Lapsed {
                name: target.name.clone(),
                heard_at: state.last_slot?,
                told: told_down(state),
            })
        });
        lapsed.collect()
    }
}

impl<S: Store> Teller<'_, S> {
    /// Drops what has `lapsed` at `now`. Returns how many notices of that are
    /// still to be told; what they are about is dropped after that.
    pub(super) async fn drop_lapsed(
        &self,
        targets: &Targets<'_>,
        lapsed: Vec<Lapsed>,
        now: DateTime<Utc>,
    ) -> Result<usize, StoreError> {
        if lapsed.is_empty() {
            return Ok(0);
        }
        let context = self.site.context(targets);
        let is_open = |notifier: &&Notifier| context.closed_until(notifier.name()).is_none();
        let about = |notifier: &Notifier| {
            let is_told = |alarm: &&Lapsed| alarm.told.contains(notifier.name());
            lapsed.iter().filter(is_told).collect::<Vec<_>>()
        };
        let open = self.notifiers.iter().filter(is_open);
        let each = open.map(|notifier| self.say_dropped(notifier, about(notifier)));
        let untold = join_all(each).await.into_iter().collect::<Result<Vec<_>, _>>()?;
        // A channel outside its hours is told when they begin.
        let waiting = self.notifiers.iter().filter(|notifier| !is_open(notifier)).flat_map(about);
        let kept: BTreeSet<&TargetName> =
            untold.iter().flatten().copied().chain(waiting).map(|alarm| &alarm.name).collect();
        // An alarm of which something came meanwhile stays.
        let still = self.site.lapsed(targets, &self.site.load().await?, now).into_iter();
        let dropped = still.map(|alarm| alarm.name).filter(|name| !kept.contains(name));
        let dropped: Vec<TargetName> = dropped.collect();
        if !dropped.is_empty() {
            tracing::info!(targets = ?dropped, "nothing was heard of these for long: dropped");
            self.site.store.forget(&dropped).await?;
        }
        Ok(untold.iter().filter(|alarms| !alarms.is_empty()).count())
    }

    /// Says on one channel that `alarms` are dropped; returns those that it
    /// does not know of yet.
    async fn say_dropped<'a>(
        &self,
        notifier: &Notifier,
        alarms: Vec<&'a Lapsed>,
    ) -> Result<Vec<&'a Lapsed>, StoreError> {
        let Some(heard_at) = alarms.iter().map(|alarm| alarm.heard_at).max() else {
            return Ok(alarms);
        };
        let silent_for = TimeDelta::from_std(self.site.config.discovered.forget_after);
        let notice = Notice::Dropped(Dropped {
            names: alarms.iter().map(|alarm| short(&alarm.name)).collect(),
            heard_at,
            silent_for: silent_for.unwrap_or(TimeDelta::MAX),
        });
        let knows = self.say_on(notifier, &notice).await?;
        Ok(if knows { Vec::new() } else { alarms })
    }
}

fn told_down(state: &State) -> Vec<ChannelName> {
    let told = state.told.iter().filter(|(_, told)| told.down.is_some());
    told.map(|(channel, _)| channel.clone()).collect()
}
