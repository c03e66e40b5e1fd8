//! The result of `outages --format json`: a contract with other programs, see
//! docs/outages.md.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;

use super::{Entry, Found};
use crate::model::incident_fields::IncidentFields;
use crate::model::names::TargetName;
use crate::model::observation::Vantage;
use crate::model::state::Silenced;

#[derive(Serialize)]
pub(super) struct Document<'a> {
    at: DateTime<Utc>,
    since: DateTime<Utc>,
    outages: Vec<Line<'a>>,
    timezone: &'static str,
    near_misses: Vec<NearMiss<'a>>,
}

/// One outage. `until` and `duration_s` are `null` while it is open.
#[derive(Serialize)]
struct Line<'a> {
    target: &'a TargetName,
    incident: String,
    since: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
    duration_s: Option<i64>,
    unseen_s: i64,
    reason: &'static str,
    detail: String,
    failures: u32,
    maintained: u32,
    paused: u32,
    behind: &'a BTreeSet<TargetName>,
    /// The witnesses that saw it too, where there are any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    agreed_by: Vec<Vantage>,
}

/// The failures of one target that stayed below its threshold.
#[derive(Serialize)]
struct NearMiss<'a> {
    target: &'a TargetName,
    since: DateTime<Utc>,
    by_hour: [u32; 24],
}

pub(super) fn document(found: &Found, zone: Tz) -> Document<'_> {
    let near_misses = found.targets.iter().filter_map(|target| {
        let record = found.records.get(target)?;
        let (since, by_hour) = record.state.history.near_misses.by_hour(found.now)?;
        Some(NearMiss { target, since, by_hour })
    });
    Document {
        at: found.now,
        since: found.now - found.span,
        outages: found.entries.iter().map(line).collect(),
        timezone: zone.name(),
        near_misses: near_misses.collect(),
    }
}

fn line(entry: &Entry) -> Line<'_> {
    let IncidentFields { id, since, until, reason, detail, duration_s, agreed_by } = entry.fields();
    let Silenced { maintained, paused, behind } = &entry.outage.silenced;
    Line {
        target: &entry.target,
        incident: id,
        since,
        until,
        duration_s,
        unseen_s: entry.outage.unseen_s,
        reason,
        detail,
        failures: entry.outage.observations,
        maintained: *maintained,
        paused: *paused,
        behind,
        agreed_by,
    }
}
