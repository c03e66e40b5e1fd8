//! What is kept of outages that are over.
//!
//! The newest one is in its target's record, as
//! [`last_outage`](super::state::State::last_outage). When the next one takes its place,
//! in the same conditional write, it moves to the log. So an outage is in the record or in
//! the log from the moment in which it closes, whatever dies then, and in one of them only.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::names::TargetName;
use super::record::Records;
use super::state::{Outage, State};

/// How long an outage is kept, counted from the end of the target's newest one.
pub const KEPT: TimeDelta = TimeDelta::days(366);

/// How many outages of one target are kept, the one in its record included.
pub const MAX_OUTAGES: usize = 500;

/// How many of them are in the log.
pub const MAX_LOGGED: usize = MAX_OUTAGES - 1;

/// Outages that are over, with their targets.
pub type Outages = Vec<(TargetName, Outage)>;

/// The end of the oldest outage that is kept beside one that ended at `newest`.
#[must_use]
pub fn oldest_kept(newest: DateTime<Utc>) -> DateTime<Utc> {
    newest.checked_sub_signed(KEPT).unwrap_or(DateTime::<Utc>::MIN_UTC)
}

/// The outages that move to the log when a state that has closed `closed` takes the place
/// of one whose last outage was `before`: all but the newest, oldest first.
pub fn moved<'a>(
    before: Option<&'a Outage>,
    closed: &'a [Outage],
) -> impl Iterator<Item = &'a Outage> {
    let between = closed.split_last().map(|(_, between)| between).unwrap_or_default();
    before.into_iter().chain(between)
}

/// All outages that ended at `since` or later, newest first: those that were `logged`,
/// and the last one of each of `records`.
#[must_use]
pub fn all(records: &Records, logged: Outages, since: DateTime<Utc>) -> Outages {
    let mut by_target: BTreeMap<TargetName, Vec<Outage>> = BTreeMap::new();
    for (name, outage) in logged {
        by_target.entry(name).or_default().push(outage);
    }
    for name in records.keys() {
        by_target.entry(name.clone()).or_default();
    }
    let mut all = Vec::new();
    for (name, logged) in by_target {
        let state = records.get(&name).map(|record| &*record.state);
        let kept = of_target(state, logged).into_iter().filter(|outage| outage.until >= since);
        all.extend(kept.map(|outage| (name.clone(), outage)));
    }
    all.sort_by(|(a, one), (b, other)| (other.since, a).cmp(&(one.since, b)));
    all
}

/// The outages of one target that are kept, newest first.
fn of_target(state: Option<&State>, mut logged: Vec<Outage>) -> Vec<Outage> {
    let last = state.and_then(|state| state.last_outage.clone());
    let in_record = last.as_ref().map(|outage| outage.since);
    logged.retain(|outage| Some(outage.since) != in_record);
    logged.extend(last);
    logged.sort_by_key(|outage| outage.since);
    let oldest = logged.last().map(|newest| oldest_kept(newest.until));
    let is_kept = |outage: &Outage| oldest.is_none_or(|oldest| outage.until >= oldest);
    logged.into_iter().rev().take(MAX_OUTAGES).filter(is_kept).collect()
}
