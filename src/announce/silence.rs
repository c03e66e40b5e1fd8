//! Who is silent, and why: a window of maintenance, a pause, or a target that
//! it depends on.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::Known;
use crate::maintenance;
use crate::state::State;
use crate::target::{Target, TargetName, Targets, Window};

/// What every decision to speak is made of beside states: who is watched, when
/// nothing is to be said, and what time it is.
#[derive(Debug, Clone)]
pub struct Scene<'a> {
    targets: &'a Targets<'a>,
    windows: &'a [Window],
    now: DateTime<Utc>,
    /// The windows that are open now, with their ends: looked up once, since
    /// every target asks.
    open: Vec<(&'a Window, DateTime<Utc>)>,
}

impl<'a> Scene<'a> {
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
    /// A target that it depends on is down, or is failing and not yet judged.
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

/// The silence over `target`, if any. A target that it depends on comes first:
/// that one is not only a reason for silence, but for its failures.
#[must_use]
pub fn silence(target: &Target, scene: &Scene<'_>, states: &impl Known) -> Option<Silence> {
    if let Some(root) = broken_above(target, scene.targets, states) {
        return Some(Silence::DependsOn(root));
    }
    if let Some(until) = scene.maintained_until(&target.name) {
        return Some(Silence::Maintenance { until });
    }
    let until = paused_until(states.state(&target.name)?, scene.now)?;
    Some(Silence::Paused { until })
}

/// Until when the target of `state` is paused, if it is at `now`.
#[must_use]
pub fn paused_until(state: &State, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    state.paused_until.filter(|until| *until > now)
}

/// The target furthest up that `target` depends on and that does not work.
fn broken_above(target: &Target, targets: &Targets<'_>, states: &impl Known) -> Option<TargetName> {
    // The configuration admits no cycles, so the walk ends.
    target.depends_on.iter().find_map(|name| {
        let above = targets.get(name).and_then(|parent| broken_above(parent, targets, states));
        above
            .or_else(|| states.state(name).filter(|parent| is_broken(parent)).map(|_| name.clone()))
    })
}

/// How those above a target do not work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Broken {
    /// One or more of them fail, and are not judged yet.
    Failing,
    /// One or more of them are down.
    Down,
}

/// The worst of what the targets that `target` depends on suffer, however far up.
#[must_use]
pub fn broken(target: &Target, targets: &Targets<'_>, states: &impl Known) -> Option<Broken> {
    let above = target.depends_on.iter().map(|name| {
        let further = targets.get(name).and_then(|parent| broken(parent, targets, states));
        let own = states.state(name).and_then(|parent| {
            let failing = parent.is_failing().then_some(Broken::Failing);
            parent.incident().map(|_| Broken::Down).or(failing)
        });
        own.max(further)
    });
    above.max().flatten()
}

fn is_broken(state: &State) -> bool {
    state.incident().is_some() || state.is_failing()
}

/// The targets that depend on `root`, however far, and are down or failing.
#[must_use]
pub fn affected(root: &TargetName, targets: &Targets<'_>, states: &impl Known) -> Vec<TargetName> {
    let mut behind: BTreeSet<&TargetName> = BTreeSet::from([root]);
    // Each pass reaches one step further; the configuration admits no cycles.
    loop {
        let reached = behind.len();
        let next = targets
            .values()
            .filter(|target| target.depends_on.iter().any(|parent| behind.contains(parent)));
        let next: Vec<&TargetName> = next.map(|target| &target.name).collect();
        behind.extend(next);
        if behind.len() == reached {
            break;
        }
    }
    let broken = |name: &&&TargetName| states.state(name).is_some_and(is_broken);
    behind.iter().filter(|name| **name != root).filter(broken).map(|name| (*name).clone()).collect()
}
