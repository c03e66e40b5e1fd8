//! A second opinion: what witnesses saw of a target whose probe failed here decides whether
//! it is down, or only not reached from here. Pure; the tick asks them.

use crate::model::detail::{LimitDetail, NameList};
use crate::model::observation::{Observation, Outcome, Vantage, Warning, WarningKind};
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
    let detail = LimitDetail::Partly {
        from: list(&works, None),
        not_from: list(&fails, Some(&observation.vantage)),
        why: failure.reason,
    };
    let warning = Warning { kind: WarningKind::Partial, detail: detail.into() };
    observation.outcome = Outcome::Success { warnings: vec![warning] };
    // What was measured is of the attempt that failed.
    (observation.latency, observation.measured) = (None, None);
}

/// The names of who cast `votes`, after `first`.
fn list(votes: &[&Vote], first: Option<&Vantage>) -> NameList {
    let names = first.into_iter().chain(votes.iter().map(|vote| &vote.witness));
    NameList { names: names.map(|name| name.0.clone()).collect(), more: 0 }
}
