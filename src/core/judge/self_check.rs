//! Whether it is the prober itself that has no network, and since when nothing was
//! observed. Pure; the tick asks the self-check's endpoints.
//!
//! Such a time is told once, as a [`Gap`](crate::model::prober_state::Gap). It is
//! remembered in the prober's own record, beside those of targets.

mod gap;

use crate::model::detail::OwnDetail;
use crate::model::observation::{Observation, Outcome};
use crate::model::target::{Endpoint, Targets};

pub use gap::{between, missed_since};

/// Whether the probes look as if the prober's own network failed: at least half of
/// the conclusive ones, and at least one, failed for network reasons. Observations
/// that are not probes do not count.
#[must_use]
pub fn is_needed(targets: &Targets<'_>, observations: &[Observation]) -> bool {
    let probed = observations.iter().filter_map(|seen| Some((seen, endpoint(targets, seen)?)));
    let (mut conclusive, mut failed) = (0_usize, 0_usize);
    for (seen, endpoint) in probed {
        match evidence(seen, endpoint) {
            Evidence::None => {}
            Evidence::OfNetwork => conclusive += 1,
            Evidence::OfFailure => {
                conclusive += 1;
                failed += 1;
            }
        }
    }
    failed > 0 && failed * 2 >= conclusive
}

/// Whether witnesses, whose answers came over the prober's own network, saw something of
/// all that such a network may have failed.
#[must_use]
pub fn is_proven(targets: &Targets<'_>, observations: &[Observation]) -> bool {
    observations.iter().filter(|seen| seen.votes.is_empty()).all(|seen| {
        !endpoint(targets, seen)
            .is_some_and(|endpoint| matches!(evidence(seen, endpoint), Evidence::OfFailure))
    })
}

/// Makes inconclusive what a prober without a network cannot know, and of which no witness
/// saw anything either.
pub fn forget_unwitnessed(targets: &Targets<'_>, observations: &mut [Observation]) {
    for seen in observations.iter_mut().filter(|seen| seen.votes.is_empty()) {
        forget(targets, seen);
    }
}

/// Whether any probe was conclusive.
#[must_use]
pub fn has_seen(targets: &Targets<'_>, observations: &[Observation]) -> bool {
    observations.iter().any(|seen| match endpoint(targets, seen) {
        Some(endpoint) => !matches!(evidence(seen, endpoint), Evidence::None),
        None => false,
    })
}

/// Makes inconclusive what a prober without a network cannot know.
pub fn forget_unseen(targets: &Targets<'_>, observations: &mut [Observation]) {
    for seen in observations {
        forget(targets, seen);
    }
}

fn forget(targets: &Targets<'_>, seen: &mut Observation) {
    let Some(endpoint) = endpoint(targets, seen) else { return };
    let unseen = match evidence(seen, endpoint) {
        Evidence::OfFailure => true,
        // Without a network, a port that must not answer does not answer.
        Evidence::None => endpoint.unreachable,
        Evidence::OfNetwork => false,
    };
    if unseen {
        seen.outcome = Outcome::inconclusive(OwnDetail::NoNetwork {});
    }
}

/// What one observation says of the prober's own network.
enum Evidence {
    /// Nothing.
    None,
    /// It has a network.
    OfNetwork,
    /// It may have no network.
    OfFailure,
}

fn evidence(seen: &Observation, endpoint: &Endpoint) -> Evidence {
    match &seen.outcome {
        Outcome::Inconclusive { .. } => Evidence::None,
        Outcome::Success { .. } if endpoint.unreachable => Evidence::None,
        Outcome::Failure(failure) if failure.reason.is_network() => Evidence::OfFailure,
        Outcome::Success { .. } | Outcome::Failure(_) => Evidence::OfNetwork,
    }
}

fn endpoint<'a>(targets: &Targets<'a>, seen: &Observation) -> Option<&'a Endpoint> {
    targets.get(&seen.target)?.endpoint()
}
