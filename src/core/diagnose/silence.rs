//! How long a heartbeat has been silent.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::model::target::{Cadence, Heartbeat};

/// How many calls a heartbeat has missed by `now` that calls at an interval and was heard
/// `last`: each may come half an interval late, or by its grace if that is shorter. `None` if
/// it has a schedule.
pub(super) fn missed(
    heartbeat: &Heartbeat,
    last: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Option<u32> {
    let interval = interval(heartbeat)?;
    let late = (now - last).to_std().unwrap_or_default();
    let late = late.saturating_sub(slack(heartbeat, interval));
    let missed = late.as_millis().checked_div(interval.as_millis())?;
    Some(u32::try_from(missed).unwrap_or(u32::MAX))
}

/// How long it is silent at most while it misses no call.
pub(super) fn pause(interval: Duration) -> TimeDelta {
    TimeDelta::from_std(interval + interval / 2).unwrap_or(TimeDelta::MAX)
}

/// How often it calls; `None` if it has a schedule.
pub(super) fn interval(heartbeat: &Heartbeat) -> Option<Duration> {
    match &heartbeat.cadence {
        Cadence::Every(interval) => Some(*interval),
        Cadence::Cron { .. } => None,
    }
}

fn slack(heartbeat: &Heartbeat, interval: Duration) -> Duration {
    heartbeat.grace.min(interval / 2)
}
