//! Who is silent, and why: a window of maintenance, a pause, or a target that
//! it depends on.

use chrono::{DateTime, Utc};

use super::dependencies::broken_above;
use crate::core::announce::maintenance;
use crate::model::names::{ChannelName, TargetName};
use crate::model::record::StateLookup;
use crate::model::state::State;
use crate::model::target::{Target, Targets, Window};

/// What every decision to speak is made of beside states: who is watched, when
/// nothing is to be said, and what time it is.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    targets: &'a Targets<'a>,
    windows: &'a [Window],
    now: DateTime<Utc>,
    /// The windows that are open now, with their ends: looked up once, since
    /// every target asks.
    open: Vec<(&'a Window, DateTime<Utc>)>,
}

impl<'a> Context<'a> {
    /// All `targets` and the configuration's `windows`, at `now`.
    #[must_use]
    pub fn new(targets: &'a Targets<'a>, windows: &'a [Window], now: DateTime<Utc>) -> Self {
        let open =
            windows.iter().filter_map(|window| Some((window, maintenance::until(window, now)?)));
        Self { targets, windows, now, open: open.collect() }
    }

    /// Who is watched.
    #[must_use]
    pub const fn targets(&self) -> &'a Targets<'a> {
        self.targets
    }

    /// What time it is.
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

/// Why nothing is said of a target for now. It delays; it does not forget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Silence {
    /// A target that it depends on, and that the channel is told of, is down, or
    /// is failing and not yet judged.
    DependsOn(TargetName),
    /// It is in a window of maintenance.
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

/// The silence over `target` on `channel`, if any. A target that it depends on
/// comes first: that one is not only a reason for silence, but for its failures.
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
