//! A second opinion: what witnesses saw of a target whose probe failed here decides whether
//! it is down, or only not reached from here. Pure; the tick asks them.

use std::collections::BTreeSet;

use crate::model::detail::{LimitDetail, NameList, OwnDetail};
use crate::model::names::TargetName;
use crate::model::observation::{Observation, Outcome, Vantage, Warning, WarningKind};
use crate::model::target::{Target, Targets};
use crate::model::witness::Vote;

/// Weighs a failure against the votes of witnesses. If more than half of all that were
/// conclusive failed, this one included, it is a failure. Otherwise it is a success with
/// the warning that the target is reached only in part.
///
/// Without votes nothing changes, and a second time changes nothing.
pub fn weigh(observation: &mut Observation) {
    let Outcome::Failure(failure) = &observation.outcome else { return };
    let (works, fails): (Vec<_>, Vec<_>) = observation.votes.iter().partition(|vote| vote.works);
    let (conclusive, failed) = (1 + observation.votes.len(), 1 + fails.len());
    if 2 * failed > conclusive {
        return;
    }
    let (from, not_from) = (list(&works, None), list(&fails, Some(&observation.vantage)));
    let detail = if failure.reason.is_network() {
        LimitDetail::Partly { from, not_from, why: failure.reason }
    } else {
        let why = Box::new(failure.detail_or_reason());
        LimitDetail::WorksPartly { from, not_from, why }
    };
    let warning = Warning { kind: WarningKind::Partial, detail: detail.into() };
    observation.outcome = Outcome::Success { warnings: vec![warning] };
    // What was measured is of the attempt that failed.
    (observation.latency, observation.measured) = (None, None);
}

/// Makes inconclusive the failures to reach, of which no witness saw anything, what depends on
/// something that only witnesses reach: the way to both is the same.
pub fn doubt_behind(targets: &Targets<'_>, observations: &mut [Observation]) {
    let partial = observations.iter().filter(|seen| is_partial(&seen.outcome));
    let partial: BTreeSet<TargetName> = partial.map(|seen| seen.target.clone()).collect();
    if partial.is_empty() {
        return;
    }
    for seen in observations.iter_mut().filter(|seen| seen.votes.is_empty()) {
        let Outcome::Failure(failure) = &seen.outcome else { continue };
        let is_probed = targets.get(&seen.target).is_some_and(|it| it.endpoint().is_some());
        if !failure.reason.is_network() || !is_probed {
            continue;
        }
        if let Some(root) = root(targets, &seen.target, &partial) {
            let root = root.as_str().to_owned();
            seen.outcome = Outcome::inconclusive(OwnDetail::BehindPartial { root });
        }
    }
}

/// One of `roots` that `target` depends on, however far up.
fn root<'a>(
    targets: &Targets<'a>,
    target: &TargetName,
    roots: &BTreeSet<TargetName>,
) -> Option<&'a TargetName> {
    let mut below: Vec<&Target> = targets.get(target).copied().into_iter().collect();
    let mut visited = BTreeSet::new();
    while let Some(child) = below.pop() {
        for parent in child.depends_on.iter().filter_map(|name| targets.get(name).copied()) {
            if roots.contains(&parent.name) {
                return Some(&parent.name);
            }
            if visited.insert(&parent.name) {
                below.push(parent);
            }
        }
    }
    None
}

fn is_partial(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Success { warnings } => {
            warnings.iter().any(|warning| warning.kind == WarningKind::Partial)
        }
        Outcome::Failure(_) | Outcome::Inconclusive { .. } => false,
    }
}

/// The names of who cast `votes`, after `first`.
fn list(votes: &[&Vote], first: Option<&Vantage>) -> NameList {
    let names = first.into_iter().chain(votes.iter().map(|vote| &vote.witness));
    NameList { names: names.map(|name| name.0.clone()).collect(), more: 0 }
}
