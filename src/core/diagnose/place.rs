//! What stands together: one house, one line, one public address.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::silence;
use crate::model::names::TargetName;
use crate::model::record::StateLookup;
use crate::model::state::Caller;
use crate::model::target::{Kind, Target, Targets};

/// Where a target stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place<'a> {
    /// The place that is configured under this name.
    Named(&'a str),
    /// Behind this root, or it is this root.
    Behind(&'a TargetName),
}

/// The place of `target`: the one that is configured, else that of its root. Where it has
/// several roots, it stands nowhere for sure.
#[must_use]
pub fn place<'a>(target: &'a Target, targets: &Targets<'a>) -> Option<Place<'a>> {
    if let Some(name) = &target.place {
        return Some(Place::Named(name));
    }
    let mut roots = roots(target, targets).into_iter();
    let root = targets.get(roots.next()?)?;
    if roots.next().is_some() {
        return None;
    }
    Some(root.place.as_deref().map_or(Place::Behind(&root.name), Place::Named))
}

/// The topmost of all that `target` depends on; itself where that is nothing. A place that is
/// configured on the way is as good as a root.
fn roots<'a>(target: &'a Target, targets: &Targets<'a>) -> BTreeSet<&'a TargetName> {
    let (mut visited, mut roots) = (BTreeSet::new(), BTreeSet::new());
    let mut below = vec![target];
    while let Some(target) = below.pop() {
        if !visited.insert(&target.name) {
            continue;
        }
        if target.depends_on.is_empty() || target.place.is_some() {
            roots.insert(&target.name);
        } else {
            below.extend(target.depends_on.iter().filter_map(|name| targets.get(name).copied()));
        }
    }
    roots
}

/// Where each heartbeat calls from that stands somewhere and has missed no call by `now`. What
/// fell silent long ago may have left its address to a stranger.
#[must_use]
pub fn calls_from<'a>(
    targets: &Targets<'a>,
    states: &impl StateLookup,
    now: DateTime<Utc>,
) -> Vec<(Place<'a>, Caller)> {
    let call = |target: &&'a Target| {
        let Kind::Heartbeat(heartbeat) = &target.kind else { return None };
        let state = &states.state(&target.name)?.by_kind;
        let caller = state.caller()?;
        let is_heard = silence::missed(heartbeat, state.beat()?.latest(), now) == Some(0);
        Some((place(target, targets).filter(|_| is_heard)?, caller))
    };
    targets.values().filter_map(call).collect()
}
