//! The outages that pages, feeds and lists show: open ones, and those that are over.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use super::row::Row;
use super::shown_names;
use crate::model::detail::Cause;
use crate::model::names::TargetName;
use crate::model::observation::Reason;
use crate::model::outage_log::Outages;
use crate::model::state::Outage;

/// One outage of a target that is shown.
#[derive(Debug, Clone)]
pub(super) struct Listed {
    /// The name under which the target is shown.
    pub(super) name: TargetName,
    pub(super) reason: Reason,
    /// What it looks like; it has addresses, which are not shown.
    pub(super) cause: Option<Cause>,
    pub(super) since: DateTime<Utc>,
    /// `None` while it is open.
    pub(super) over: Option<Over>,
    pub(super) was_maintained: bool,
    pub(super) was_paused: bool,
    /// Those of the targets that it depends on and that did not work meanwhile that are shown.
    pub(super) behind: Vec<TargetName>,
}

/// The end of an outage.
#[derive(Debug, Clone, Copy)]
pub(super) struct Over {
    pub(super) until: DateTime<Utc>,
    /// How long it was down: an outage may be several that are told as one.
    pub(super) lasted: TimeDelta,
}

/// All outages of `rows`, newest first: the open ones, those of the `log`, and the last
/// one of each, which the log may not have yet.
pub(super) fn listed(rows: &[Row<'_>], log: &Outages) -> Vec<Listed> {
    let names = shown_names(rows);
    let visible = |behind: &BTreeSet<TargetName>| -> Vec<TargetName> {
        behind.iter().filter_map(|name| names.get(name).cloned()).collect()
    };
    let over = |name: &TargetName, outage: &Outage| Listed {
        name: name.clone(),
        reason: outage.failure.reason,
        cause: outage.cause.clone(),
        since: outage.since,
        over: Some(Over { until: outage.until, lasted: outage.duration() }),
        was_maintained: outage.silenced.maintained > 0,
        was_paused: outage.silenced.paused > 0,
        behind: visible(&outage.silenced.behind),
    };
    let mut all: Vec<Listed> = rows.iter().filter_map(open).collect();
    let last = rows.iter().filter_map(|row| Some(over(&row.name, row.last_outage?)));
    all.extend(last);
    let logged = log.iter().filter_map(|(key, outage)| Some(over(names.get(key)?, outage)));
    all.extend(logged);
    // What closed between two readings is over.
    all.sort_by_key(|listed| (Reverse(listed.since), listed.name.clone(), listed.over.is_none()));
    all.dedup_by(|a, b| a.name == b.name && a.since == b.since);
    all
}

fn open(row: &Row<'_>) -> Option<Listed> {
    let incident = row.incident?;
    Some(Listed {
        name: row.name.clone(),
        reason: incident.failure.reason,
        cause: incident.looks_like().cloned(),
        since: incident.since,
        over: None,
        was_maintained: false,
        was_paused: false,
        behind: row.behind.iter().cloned().collect(),
    })
}
