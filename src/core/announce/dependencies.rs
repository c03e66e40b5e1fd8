//! Which targets depend on which, and whether those above a target work.
//!
//! A chain of dependencies may be longer than the stack, and one target may be
//! above another in many ways: each is visited once.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::Aftermath;
use crate::model::names::{ChannelName, TargetName};
use crate::model::record::StateLookup;
use crate::model::state::{Outage, State, Streak};
use crate::model::target::{Target, Targets};

/// How the targets above a target are broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Broken {
    /// One or more of them fail, and are not judged yet.
    Failing,
    /// One or more of them are down.
    Down,
}

/// How the targets that `target` depends on are broken, however far up: the worst of them.
#[must_use]
pub fn broken(target: &Target, targets: &Targets<'_>, states: &impl StateLookup) -> Option<Broken> {
    let above = above(target, targets).into_iter().filter_map(|name| {
        let state = states.state(name)?;
        let failing = state.is_failing().then_some(Broken::Failing);
        state.incident().map(|_| Broken::Down).or(failing)
    });
    above.max()
}

/// The topmost target that `target` depends on, that does not work, and that
/// `channel` is told of. A target that the channel is not told of cannot stand for
/// others there.
pub(super) fn broken_above(
    target: &Target,
    channel: &ChannelName,
    targets: &Targets<'_>,
    states: &impl StateLookup,
) -> Option<TargetName> {
    let all = all_broken(target, targets, states);
    all.into_iter().find(|name| is_told(channel, name, targets)).cloned()
}

/// All targets that `target` depends on and that do not work, the topmost first.
#[must_use]
pub fn all_broken<'a>(
    target: &'a Target,
    targets: &Targets<'a>,
    states: &impl StateLookup,
) -> Vec<&'a TargetName> {
    let is_broken = |name: &&TargetName| states.state(name).is_some_and(is_broken);
    above(target, targets).into_iter().filter(is_broken).collect()
}

/// Whether `channel` is told of the target called `name`.
pub(super) fn is_told(channel: &ChannelName, name: &TargetName, targets: &Targets<'_>) -> bool {
    targets.get(name).is_some_and(|target| target.notify.contains(channel))
}

/// Since when all that `target` depends on works, as far as is known; `None` if one
/// of them does not work, or if nothing is known of any.
#[must_use]
pub fn works_since(
    target: &Target,
    targets: &Targets<'_>,
    states: &impl StateLookup,
) -> Option<DateTime<Utc>> {
    let above: Vec<&State> =
        above(target, targets).into_iter().filter_map(|name| states.state(name)).collect();
    if above.iter().any(|state| is_broken(state)) {
        return None;
    }
    let since = |state: &&State| match state.streak {
        Some(Streak::Succeeding { since, .. }) => Some(since),
        Some(Streak::Failing { .. }) | None => None,
    };
    above.iter().filter_map(since).max()
}

/// The targets of which anything may be told because of a change of `changed`, and
/// those that decide about it: all that depend on `changed`, and all that each of
/// them depends on.
#[must_use]
pub fn related<'a>(changed: &[&'a TargetName], targets: &Targets<'a>) -> BTreeSet<&'a TargetName> {
    let mut related = with_all_below(changed.iter().copied(), targets);
    let known = related.iter().filter_map(|name| targets.get(*name));
    let above: Vec<&TargetName> = known.flat_map(|target| above(target, targets)).collect();
    related.extend(above);
    related
}

/// The `roots`, and all that depend on one of them, however far.
fn with_all_below<'a>(
    roots: impl IntoIterator<Item = &'a TargetName>,
    targets: &Targets<'a>,
) -> BTreeSet<&'a TargetName> {
    let mut reached: BTreeSet<&TargetName> = roots.into_iter().collect();
    // Each pass reaches one step further; the configuration admits no cycles.
    loop {
        let before = reached.len();
        let next = targets
            .values()
            .filter(|target| target.depends_on.iter().any(|parent| reached.contains(parent)));
        let next: Vec<&TargetName> = next.map(|target| &target.name).collect();
        reached.extend(next);
        if reached.len() == before {
            return reached;
        }
    }
}

/// The targets below `root`, however far, that are down or failing and that
/// `channel` is told of: on this channel the root is announced for them.
#[must_use]
pub fn affected(
    root: &TargetName,
    channel: &ChannelName,
    targets: &Targets<'_>,
    states: &impl StateLookup,
) -> Vec<TargetName> {
    let broken = |name: &&&TargetName| {
        states.state(name).is_some_and(is_broken) && is_told(channel, name, targets)
    };
    let behind = with_all_below([root], targets);
    behind.iter().filter(|name| **name != root).filter(broken).map(|name| (*name).clone()).collect()
}

/// What became, since the `outage` of `root`, of the targets that `channel` was told to be
/// affected by it; `None` if it was told of none.
#[must_use]
pub fn aftermath(
    root: &TargetName,
    outage: &Outage,
    channel: &ChannelName,
    targets: &Targets<'_>,
    states: &impl StateLookup,
) -> Option<Aftermath> {
    let down = states.state(root)?.told.get(channel)?.down.as_ref()?;
    let told =
        Some(&down.dependents).filter(|all| down.incident == outage.since && !all.is_empty())?;
    let mut broken = affected(root, channel, targets, states);
    if told.more == 0 {
        broken.retain(|name| told.names.contains(name));
    }
    // One that worked meanwhile is back, and down for another reason.
    broken
        .retain(|name| states.state(name).is_some_and(|state| began(state) <= Some(outage.until)));
    broken.truncate(told.count());
    let (still, unknown) = broken
        .into_iter()
        .partition(|name| states.state(name).is_some_and(|state| fails_since(state, outage.until)));
    Some(Aftermath { told: told.count(), still, unknown })
}

/// When what is wrong with it began.
fn began(state: &State) -> Option<DateTime<Utc>> {
    let failing = match state.streak {
        Some(Streak::Failing { since, .. }) => Some(since),
        Some(Streak::Succeeding { .. }) | None => None,
    };
    state.incident().map(|incident| incident.since).or(failing)
}

/// Whether it was seen to fail at `since` or later.
fn fails_since(state: &State, since: DateTime<Utc>) -> bool {
    state.is_failing() && state.last_slot.is_some_and(|last| last >= since)
}

/// All that `target` depends on, however far up, each after what it depends on
/// itself. So the first one that is broken has nothing broken above it.
fn above<'a>(target: &'a Target, targets: &Targets<'a>) -> Vec<&'a TargetName> {
    let is_root = |name| targets.get(name).is_none_or(|parent| parent.depends_on.is_empty());
    // Most targets are: every tick asks this for every target.
    if target.depends_on.iter().all(is_root) {
        return target.depends_on.iter().collect();
    }
    let (mut above, mut visited) = (Vec::new(), BTreeSet::new());
    // For each target on the path, those that it depends on and were not visited yet.
    let mut path = vec![(None, target.depends_on.iter())];
    while let Some((name, next)) = path.last_mut() {
        match next.next() {
            Some(parent) if visited.insert(parent) => {
                let further = targets.get(parent).map_or(&[][..], |parent| &parent.depends_on);
                path.push((Some(parent), further.iter()));
            }
            Some(_) => {}
            None => {
                above.extend(*name);
                path.pop();
            }
        }
    }
    above
}

fn is_broken(state: &State) -> bool {
    state.incident().is_some() || state.is_failing()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::observation::{Failure, Reason, Vantage};
    use crate::model::state::{Incident, Status};
    use crate::model::target::{Kind, Policy, by_name};

    fn target(name: &str, depends_on: &[String]) -> Target {
        Target {
            name: TargetName::new(name),
            group: None,
            is_public: true,
            is_urgent: false,
            link: None,
            policy: Policy::default(),
            notify: vec![slack()],
            depends_on: depends_on.iter().map(|name| TargetName::new(name.as_str())).collect(),
            kind: Kind::Alarm,
        }
    }

    fn slack() -> ChannelName {
        ChannelName::new("slack")
    }

    fn down() -> State {
        let failure = Failure { reason: Reason::Timeout, detail: "".into() };
        let (since, vantage) = (DateTime::UNIX_EPOCH, Vantage("here".into()));
        let incident = Incident {
            since,
            failure,
            vantage,
            agreed_by: Vec::new(),
            attachment: None,
            unmentioned: false,
        };
        State { status: Status::Down(incident), ..State::default() }
    }

    fn root_above(last: &Target, all: &[Target], broken: &[&str]) -> Option<TargetName> {
        let states = broken.iter().map(|name| (TargetName::new(*name), down())).collect();
        let states: crate::model::record::States = states;
        broken_above(last, &slack(), &by_name(all), &states)
    }

    #[test]
    fn of_many_ways_up_each_target_is_visited_once() {
        // There are 2^40 paths.
        let names = |layer: usize| ["a", "b"].map(|side| format!("{side}{layer}"));
        let layer = |at: usize| {
            let above = at.checked_sub(1).map(names).map(Vec::from).unwrap_or_default();
            names(at).map(|name| target(&name, &above))
        };
        let all: Vec<Target> = (0..40).flat_map(layer).collect();
        let root = root_above(all.last().unwrap(), &all, &["b0", "a7"]);
        assert_eq!(root, Some(TargetName::new("b0")));
    }

    #[test]
    fn a_chain_may_be_longer_than_the_stack() {
        let link = |at: usize| {
            let above: Vec<String> =
                at.checked_sub(1).map(|at| at.to_string()).into_iter().collect();
            target(&at.to_string(), &above)
        };
        let all: Vec<Target> = (0..100_000).map(link).collect();
        assert_eq!(root_above(all.last().unwrap(), &all, &["0"]), Some(TargetName::new("0")));
    }

    #[test]
    fn the_root_is_the_one_with_nothing_broken_above_it() {
        let on = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let all = [
            target("router", &[]),
            target("switch", &on(&["router"])),
            target("nas", &on(&["switch", "router"])),
        ];
        let root = |broken: &[&str]| root_above(&all[2], &all, broken).map(|name| name.to_string());
        assert_eq!(root(&["switch", "router"]).as_deref(), Some("router"));
        assert_eq!(root(&["switch"]).as_deref(), Some("switch"));
        assert_eq!(root(&[]), None);
    }
}
