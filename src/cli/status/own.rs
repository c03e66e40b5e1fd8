//! Whether prober itself observes, whatever the targets do: for what supervises it.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::core::judge::freshness::STALE_AFTER;
use crate::model::remembered::Remembered;
use crate::model::target::{Cadence, Target};
use crate::text::duration::english as duration;

/// So many intervals without an observation are too many.
const INTERVALS: i32 = 3;

/// The targets that are probed at an interval, each with it.
fn probed(targets: &[Target]) -> impl Iterator<Item = (&Target, Duration)> {
    targets.iter().filter_map(|target| match target.endpoint()?.cadence {
        Cadence::Every(interval) => Some((target, interval)),
        Cadence::Cron { .. } => None,
    })
}

/// How long nothing may be observed; `None` if no target has an interval.
fn limit(targets: &[Target]) -> Option<TimeDelta> {
    let shortest = probed(targets).map(|(_, interval)| interval).min()?;
    Some(TimeDelta::from_std(shortest).ok()?.checked_mul(INTERVALS)?.max(STALE_AFTER))
}

/// Whether it observes, and how that is said.
pub(super) fn verdict(
    memory: &Remembered,
    targets: &[Target],
    now: DateTime<Utc>,
) -> (bool, String) {
    let Some(limit) = limit(targets) else {
        return (
            true,
            "no target is probed at an interval: nothing tells whether it runs\n".into(),
        );
    };
    let slots = probed(targets).filter_map(|(target, _)| memory.state(&target.name)?.last_slot);
    let Some(newest) = slots.max() else {
        return (false, "prober has observed nothing yet\n".to_owned());
    };
    let age = duration(now - newest);
    if now - newest <= limit {
        return (true, format!("prober runs: its last observation was {age} ago\n"));
    }
    let why = "it does not run, or it has no network";
    (false, format!("prober has observed nothing for {age}: {why}\n"))
}
