//! Seeing straight: whether it is the prober that cannot see, and since when
//! nobody has looked. Pure; the tick asks the self-check's endpoints.
//!
//! What the prober could not see is told once, as a gap: a [`Gap`](crate::model::prober_state::Gap).
//! It is remembered in a record of the prober's own, beside those of targets.

mod gap;

use crate::model::observation::{Observation, Outcome};
use crate::model::target::{Endpoint, Targets};

pub use gap::{between, missed_since};

/// Whether what was probed looks as if the prober's own network failed: half
/// of all that was found out, and at least one, failed for reasons of the
/// network. What was not probed says nothing of it.
#[must_use]
pub fn in_doubt(targets: &Targets<'_>, observations: &[Observation]) -> bool {
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

/// Whether anything was found out by probing.
#[must_use]
pub fn has_seen(targets: &Targets<'_>, observations: &[Observation]) -> bool {
    observations.iter().any(|seen| match endpoint(targets, seen) {
        Some(endpoint) => !matches!(evidence(seen, endpoint), Evidence::None),
        None => false,
    })
}

/// Takes for no evidence what a prober without a network found out by that.
pub fn forget_unseen(targets: &Targets<'_>, observations: &mut [Observation]) {
    for seen in observations {
        let Some(endpoint) = endpoint(targets, seen) else { continue };
        let unseen = match evidence(seen, endpoint) {
            Evidence::OfFailure => true,
            // A port that must not answer does not, whoever has no network.
            Evidence::None => endpoint.unreachable,
            Evidence::OfNetwork => false,
        };
        if unseen {
            seen.outcome = Outcome::inconclusive("the prober itself had no network");
        }
    }
}

/// What one look says of the prober's own network.
enum Evidence {
    /// Nothing.
    None,
    /// That there is one.
    OfNetwork,
    /// That there may be none.
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
