//! Whether prober itself runs, whatever the targets do: for what supervises it.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::model::remembered::Remembered;
use crate::model::target::{Cadence, Target};
use crate::page::PATIENCE;
use crate::text::duration::english as duration;

/// So many intervals without a pass are too many.
const INTERVALS: i32 = 3;

/// How long ago the last pass over `targets` was at `now`, if there was one.
fn age(memory: &Remembered, targets: &[Target], now: DateTime<Utc>) -> Option<TimeDelta> {
    let slots = targets.iter().filter_map(|target| memory.state(&target.name)?.last_slot);
    slots.max().map(|newest| now - newest)
}

/// How long nothing may be heard of a prober that runs; `None` if no target has an interval.
fn patience(targets: &[Target]) -> Option<TimeDelta> {
    let shortest = targets.iter().filter_map(interval).min()?;
    let patience = TimeDelta::from_std(shortest).ok()?.checked_mul(INTERVALS)?;
    Some(patience.max(PATIENCE))
}

fn interval(target: &Target) -> Option<Duration> {
    match target.endpoint()?.cadence {
        Cadence::Every(interval) => Some(interval),
        Cadence::Cron { .. } => None,
    }
}

/// Whether it runs, and how that is said.
pub(super) fn verdict(
    memory: &Remembered,
    targets: &[Target],
    now: DateTime<Utc>,
) -> (bool, String) {
    let Some(age) = age(memory, targets, now) else {
        return (false, "prober has not made a pass yet\n".to_owned());
    };
    let runs = patience(targets).is_none_or(|patience| age <= patience);
    let how = if runs { "runs" } else { "does not run" };
    (runs, format!("prober {how}: its last pass was {} ago\n", duration(age)))
}
