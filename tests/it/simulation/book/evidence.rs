//! What may take the place of what in the store: state never goes back, and
//! no status changes without enough observations.

use prober::model::names::TargetName;
use prober::model::observation::{Failure, WarningKind};
use prober::model::state::{Flag, State, Status, Streak};

use crate::simulation::home::thresholds;

/// Monotone, and idempotence: an older slot changes nothing, the same one
/// changes no more than the accounts.
pub(super) fn monotone(target: &TargetName, before: &State, after: &State) {
    assert!(before.last_slot <= after.last_slot, "Monotone: {target} went back: {after:?}");
    if before.last_slot == after.last_slot {
        let judged = |state: &State| {
            (state.status.clone(), length(state), state.last_outage.clone(), state.history.clone())
        };
        let unchanged = judged(before) == judged(after) && weighed(before) == weighed(after);
        assert!(unchanged, "Idempotence: {target} changed without an observation: {after:?}");
    }
}

/// Evidence: one observation makes a streak one longer, or begins one; and a
/// status changes exactly where its streak is long enough.
pub(super) fn threshold(target: &TargetName, before: &State, after: &State) {
    let (fail, succeed) = thresholds(target.as_str());
    let (failing, count) = length(after).expect("an observation is a part of a streak");
    let expected = match length(before) {
        Some((was_failing, so_far)) if was_failing == failing => so_far + 1,
        Some(_) | None => 1,
    };
    assert_eq!(count, expected, "Evidence: {target} counted wrongly: {after:?}");
    let was_down = before.incident().is_some();
    let is_down = if failing { was_down || count >= fail } else { was_down && count < succeed };
    assert_eq!(after.incident().is_some(), is_down, "Evidence: {target}: {before:?} {after:?}");
    let is_up = matches!(after.status, Status::Up { .. });
    let may_be_up = matches!(before.status, Status::Up { .. }) || (!failing && count >= succeed);
    assert!(!is_up || may_be_up, "Evidence: {target}: {before:?} {after:?}");
}

/// The failure that was judged last, if it was one.
pub(super) fn latest_failure(state: &State) -> Option<&Failure> {
    match state.streak.as_ref()? {
        Streak::Failing { latest, .. } => Some(latest),
        Streak::Succeeding { .. } => None,
    }
}

/// Whether the present streak is of failures, and how long it is.
fn length(state: &State) -> Option<(bool, u32)> {
    match state.streak.as_ref()? {
        Streak::Failing { count, .. } => Some((true, *count)),
        Streak::Succeeding { count, .. } => Some((false, *count)),
    }
}

/// The warnings that observations are weighed for. That a target yields no evidence is
/// noted without any.
fn weighed(state: &State) -> Vec<(&WarningKind, &Flag)> {
    state.warnings.iter().filter(|(kind, _)| **kind != WarningKind::Unwatched).collect()
}
