//! Whether what was last seen of a target still says something about the present.

use chrono::{DateTime, TimeDelta, Utc};

use super::deadline;
use super::schedule::{Due, due};
use crate::model::state::State;
use crate::model::target::{Kind, Target};

/// How late an observation may be. After that, the last one says nothing about the
/// present.
pub const STALE_AFTER: TimeDelta = TimeDelta::minutes(10);

/// Whether the last observation of `target` is as new as it should be. If the prober
/// itself has stopped, nothing else on a page would say so, and what could not be
/// measured is never healthy.
#[must_use]
pub fn is_fresh(target: &Target, state: &State, now: DateTime<Utc>) -> bool {
    let then = now - STALE_AFTER;
    match &target.kind {
        Kind::Endpoint(endpoint) => match due(&endpoint.cadence, state.last_slot, then) {
            Due::Now { .. } => false,
            Due::Later { .. } | Due::Never => true,
        },
        Kind::Heartbeat(_) => deadline::next(target, state, None).is_none_or(|late| late > then),
        // They call only when something happens.
        Kind::Errors(_) | Kind::Alarm | Kind::Topic => true,
        Kind::Off => false,
    }
}
