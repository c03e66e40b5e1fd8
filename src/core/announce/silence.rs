//! Which targets are silenced, and why: a maintenance window, a pause, or a target
//! that they depend on.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;

use super::channel_hours;
use super::dependencies::broken_above;
use crate::core::announce::maintenance;
use crate::model::names::{ChannelName, TargetName};
use crate::model::record::StateLookup;
use crate::model::state::State;
use crate::model::target::{Channel, Config, Target, Targets, Window};

/// What decisions need in addition to states: the targets, the maintenance windows,
/// and the time.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    targets: &'a Targets<'a>,
    windows: &'a [Window],
    now: DateTime<Utc>,
    zone: Tz,
    /// The windows that are open now, with their ends: looked up once, for all
    /// targets.
    open: Vec<(&'a Window, DateTime<Utc>)>,
    /// The channels whose hours are over now, and when they begin again.
    closed: BTreeMap<&'a ChannelName, DateTime<Utc>>,
    /// The channels that are told only of what lasts, and how long.
    after: BTreeMap<&'a ChannelName, TimeDelta>,
    deaf_until: Option<DateTime<Utc>>,
}

impl<'a> Context<'a> {
    /// All `targets` and the configuration's `windows`, at `now`.
    #[must_use]
    pub fn new(targets: &'a Targets<'a>, windows: &'a [Window], now: DateTime<Utc>) -> Self {
        let open =
            windows.iter().filter_map(|window| Some((window, maintenance::until(window, now)?)));
        Self {
            targets,
            windows,
            now,
            zone: Tz::UTC,
            open: open.collect(),
            closed: BTreeMap::new(),
            after: BTreeMap::new(),
            deaf_until: None,
        }
    }

    /// All that `config` says, for `targets`, which are its own and those discovered.
    #[must_use]
    pub fn configured(config: &'a Config, targets: &'a Targets<'a>, now: DateTime<Utc>) -> Self {
        let Config { channels, timezone, maintenance, .. } = config;
        Self::new(targets, maintenance, now).with_channels(channels, *timezone)
    }

    /// The same for `channels` of people who live in `zone`.
    #[must_use]
    pub fn with_channels(self, channels: &'a [Channel], zone: Tz) -> Self {
        let closed = channels.iter().filter_map(|channel| {
            Some((&channel.name, channel_hours::closed_until(&channel.hours, zone, self.now)?))
        });
        let after = channels.iter().filter(|channel| !channel.after.is_zero()).map(|channel| {
            (&channel.name, TimeDelta::from_std(channel.after).unwrap_or(TimeDelta::MAX))
        });
        Self { zone, closed: closed.collect(), after: after.collect(), ..self }
    }

    /// The same where calls that came until `deaf_until` may have been lost.
    #[must_use]
    pub fn with_deafness(self, deaf_until: Option<DateTime<Utc>>) -> Self {
        Self { deaf_until, ..self }
    }

    /// Until when calls may have been lost, if they may.
    #[must_use]
    pub const fn deaf_until(&self) -> Option<DateTime<Utc>> {
        self.deaf_until
    }

    /// When the hours of `channel` begin again, if they are over.
    #[must_use]
    pub fn closed_until(&self, channel: &ChannelName) -> Option<DateTime<Utc>> {
        self.closed.get(channel).copied()
    }

    /// How long what is wrong lasts before `channel` is told of it.
    #[must_use]
    pub fn after(&self, channel: &ChannelName) -> TimeDelta {
        self.after.get(channel).copied().unwrap_or_default()
    }

    /// The hour of the day, from 0 to 23, that it was for people at `at`.
    #[must_use]
    pub fn hour(&self, at: DateTime<Utc>) -> u32 {
        at.with_timezone(&self.zone).hour()
    }

    /// The targets.
    #[must_use]
    pub const fn targets(&self) -> &'a Targets<'a> {
        self.targets
    }

    /// The present instant.
    #[must_use]
    pub const fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Until when `target` is in maintenance, if it is now.
    #[must_use]
    pub fn maintained_until(&self, target: &TargetName) -> Option<DateTime<Utc>> {
        let ours = self.open.iter().filter(|(window, _)| maintenance::covers(window, target));
        ours.map(|(_, end)| *end).max()
    }

    /// Whether `target` was in maintenance at `slot`.
    #[must_use]
    pub fn was_maintained(&self, target: &TargetName, slot: DateTime<Utc>) -> bool {
        self.windows.iter().any(|window| {
            maintenance::covers(window, target) && maintenance::until(window, slot).is_some()
        })
    }
}

/// Why a target is not announced for now. A silence delays; it does not forget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Silence {
    /// A target that it depends on, and that the channel is told of, is down, or
    /// is failing and not yet judged.
    DependsOn(TargetName),
    /// It is in a maintenance window.
    Maintenance {
        /// When the window closes.
        until: DateTime<Utc>,
    },
    /// Somebody paused it.
    Paused {
        /// When the pause ends.
        until: DateTime<Utc>,
    },
}

/// The silence of `target` on `channel`, if any. A target that it depends on comes
/// first: that is the reason not only for the silence, but also for the failures.
#[must_use]
pub fn silence(
    target: &Target,
    channel: &ChannelName,
    context: &Context<'_>,
    states: &impl StateLookup,
) -> Option<Silence> {
    if let Some(root) = broken_above(target, channel, context.targets, states) {
        return Some(Silence::DependsOn(root));
    }
    if let Some(until) = context.maintained_until(&target.name) {
        return Some(Silence::Maintenance { until });
    }
    let until = paused_until(states.state(&target.name)?, context.now)?;
    Some(Silence::Paused { until })
}

/// Until when the target of `state` is paused, if it is at `now`.
#[must_use]
pub fn paused_until(state: &State, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    state.paused_until.filter(|until| *until > now)
}
