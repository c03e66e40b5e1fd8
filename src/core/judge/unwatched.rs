//! Targets that cannot be judged from here: their probes have been no evidence for
//! an hour or longer. They are neither up nor down, and people must hear of that.
//! Pure.
//!
//! It takes only two writes: one when the first probe is no evidence, and one when
//! the target has become *unwatched*. The judge clears the warning with the next
//! conclusive observation.

use chrono::{DateTime, TimeDelta, Utc};

use crate::core::judge::health::Transition;
use crate::core::judge::schedule;
use crate::model::detail::Detail;
use crate::model::names::TargetName;
use crate::model::observation::{Observation, Outcome, WarningKind};
use crate::model::prober_state::ProberState;
use crate::model::state::{Flag, State};
use crate::model::target::{Cadence, Endpoint, Targets};

/// How long a target yields no evidence until it is unwatched.
const UNWATCHED_AFTER: TimeDelta = TimeDelta::hours(1);

/// How many of its intervals must have passed too.
const INTERVALS: u8 = 3;

/// Notes that the probe of `endpoint` for `slot` was no evidence, because of `why`.
/// It is a transition if the target is unwatched from now on.
///
/// Time in which the prober was blind or did not run does not count: `own` is what
/// it remembers of itself.
pub fn note(
    endpoint: &Endpoint,
    state: &mut State,
    slot: DateTime<Utc>,
    why: &Detail,
    own: Option<&ProberState>,
) -> Option<Transition> {
    let is_new = state.last_slot.is_none_or(|last| slot > last);
    if !is_new || own.is_some_and(|own| own.blind_since.is_some()) {
        return None;
    }
    let (kind, detail) = (WarningKind::Unwatched, why.clone());
    let new = Flag { raised: false, against: 0, since: slot, detail: detail.clone() };
    let flag = state.warnings.entry(kind).or_insert(new);
    let gap = own.and_then(|own| own.last.as_ref()).map(|gap| gap.until);
    let from = gap.map_or(flag.since, |until| until.max(flag.since));
    if flag.raised || !is_long(&endpoint.cadence, from, slot) {
        return None;
    }
    (flag.raised, flag.detail) = (true, detail);
    Some(Transition::Warning(kind, flag.clone()))
}

fn is_long(cadence: &Cadence, from: DateTime<Utc>, slot: DateTime<Utc>) -> bool {
    let mut after = from;
    for _ in 0..INTERVALS {
        let next = match cadence {
            Cadence::Every(interval) => {
                TimeDelta::from_std(*interval).ok().and_then(|each| after.checked_add_signed(each))
            }
            Cadence::Cron { schedule, zone } => schedule::next(schedule, *zone, after),
        };
        let Some(next) = next else { return false };
        after = next;
    }
    slot - from >= UNWATCHED_AFTER && slot >= after
}

/// Whether a tick that made `observations` has judged any of `targets`, or did not
/// have to probe all of them. A tick that has probed all, and learnt nothing of any,
/// has not watched.
#[must_use]
pub fn is_any_judged(targets: &Targets<'_>, observations: &[Observation]) -> bool {
    let is_unclear = |seen: &&Observation| match seen.outcome {
        Outcome::Inconclusive { .. } => true,
        Outcome::Success { .. } | Outcome::Failure(_) => false,
    };
    let unclear =
        |name: &TargetName| observations.iter().filter(is_unclear).any(|seen| seen.target == *name);
    targets.is_empty() || !targets.keys().all(|name| unclear(name))
}
