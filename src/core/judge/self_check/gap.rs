//! Gaps: times in which a target, or every target, should have been observed and
//! was not. They follow from the slots, so they need no record of their own.

use chrono::{DateTime, TimeDelta, Utc};

use crate::core::judge::schedule;
use crate::model::record::Records;
use crate::model::skip::Skip;
use crate::model::state::State;
use crate::model::target::{Cadence, Target, Targets};

/// How many observations may be missed: a slow tick, a retry or a restart takes one
/// or two.
const MISSED: i32 = 3;

/// No gap is shorter than this: one tick may take as long, probing, checking
/// itself and waiting for a channel.
const SHORTEST: TimeDelta = TimeDelta::minutes(2);

/// Since when nothing was observed, at `now`, if the schedule did not run for more
/// than three intervals.
///
/// The newest slot of all endpoints is the last observation; the endpoint with the
/// shortest interval would have been observed next. An endpoint that was observed
/// only once may be new, and nobody may have kept its interval yet: it counts only
/// if there are no others. What the clock skipped is no gap.
#[must_use]
pub fn missed_since(
    targets: &Targets<'_>,
    records: &Records,
    now: DateTime<Utc>,
    skip: Option<Skip>,
) -> Option<DateTime<Utc>> {
    let looked_at: Vec<(&Cadence, &State)> = targets
        .values()
        .filter_map(|target| {
            Some((&target.endpoint()?.cadence, &*records.get(&target.name)?.state))
        })
        .filter(|(_, state)| state.last_slot.is_some())
        .collect();
    let last = looked_at.iter().filter_map(|(_, state)| state.last_slot).max()?;
    let seen = skip.map_or(last, |skip| skip.corrected(last));
    let any_is_kept = looked_at.iter().any(|(_, state)| pace_s(state).is_some());
    let mut kept = looked_at.iter().filter(|(_, state)| pace_s(state).is_some() || !any_is_kept);
    kept.any(|(cadence, state)| is_gap(cadence, pace_s(state), seen, now)).then_some(last)
}

/// How long `target` was not observed before `slot`; zero if that was no longer than
/// usual.
#[must_use]
pub fn between(target: &Target, state: &State, slot: DateTime<Utc>) -> TimeDelta {
    let gap = || {
        let (cadence, last) = (&target.endpoint()?.cadence, state.last_slot?);
        is_gap(cadence, pace_s(state), last, slot).then(|| slot - last)
    };
    gap().unwrap_or_default()
}

/// How often the endpoint of `state` is really observed.
fn pace_s(state: &State) -> Option<u32> {
    state.by_kind.endpoint().pace_s
}

/// Whether more than three observations are missing between `last` and `now`. A
/// prober that ticks more slowly than the interval is judged by its own pace.
fn is_gap(cadence: &Cadence, pace_s: Option<u32>, last: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    let pace = TimeDelta::seconds(pace_s.unwrap_or_default().into());
    now - last > SHORTEST.max(pace * MISSED) && is_late(cadence, last, now).unwrap_or_default()
}

fn is_late(cadence: &Cadence, last: DateTime<Utc>, now: DateTime<Utc>) -> Option<bool> {
    match cadence {
        Cadence::Every(interval) => {
            let slot = schedule::floor(now, TimeDelta::from_std(*interval).ok()?);
            Some(slot - last > TimeDelta::from_std(*interval * MISSED.unsigned_abs()).ok()?)
        }
        Cadence::Cron { schedule, zone } => {
            let slot = schedule::previous(schedule, *zone, now)?;
            let mut third = last;
            for _ in 0..MISSED {
                third = schedule::next(schedule, *zone, third)?;
            }
            Some(slot > third)
        }
    }
}
