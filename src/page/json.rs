//! `/status.json`: the page for programs. docs/status-page.md is its contract.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::Page;
use super::row::{Planned, Row};
use crate::model::history::Day;
use crate::model::incident_fields::IncidentFields;
use crate::model::state::{Incident, Outage};

/// The version of the form. It changes when a field is removed or means something
/// else; new fields may be added at any time.
const VERSION: u32 = 1;

/// The whole object.
#[derive(Debug, Serialize)]
pub struct Document<L = TargetLine> {
    /// The version of the form.
    pub version: u32,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// The heading of the page.
    pub title: Option<String>,
    /// What is said to all readers.
    pub announcement: Option<String>,
    /// The worst of all targets.
    pub verdict: &'static str,
    /// The targets, in their order.
    pub targets: Vec<L>,
}

/// One target. Every key is always present, with `null` if there is nothing to say.
#[derive(Debug, Serialize)]
pub struct TargetLine {
    name: String,
    group: Option<String>,
    status: &'static str,
    since: Option<DateTime<Utc>>,
    observed_at: Option<DateTime<Utc>>,
    maintained_until: Option<DateTime<Utc>>,
    paused_until: Option<DateTime<Utc>>,
    /// The target above it that is down too.
    root: Option<String>,
    incident: Option<Open>,
    last_outage: Option<Over>,
    warnings: Vec<&'static str>,
    unstable: bool,
    /// From 0 to 1.
    uptime: Option<f64>,
    uptime_24h: Option<f64>,
    days: Vec<Counted>,
    /// Milliseconds, oldest first; `null` is a failure.
    latency_ms: Vec<Option<u32>>,
}

#[derive(Debug, Serialize)]
struct Open {
    id: String,
    since: DateTime<Utc>,
    reason: &'static str,
}

#[derive(Debug, Serialize)]
struct Over {
    id: String,
    since: DateTime<Utc>,
    until: DateTime<Utc>,
    reason: &'static str,
    duration_s: i64,
}

#[derive(Debug, Serialize)]
struct Counted {
    date: NaiveDate,
    up: u32,
    down: u32,
}

impl Page<'_> {
    /// One object.
    #[must_use]
    pub fn json(&self) -> String {
        // It has no map and no number that could fail.
        serde_json::to_string(&self.document()).unwrap_or_default()
    }

    /// The same before it is text, for who has more to say of each target.
    #[must_use]
    pub fn document(&self) -> Document {
        Document {
            version: VERSION,
            at: self.at,
            title: self.settings.title.clone(),
            announcement: self.settings.announcement.clone(),
            verdict: self.worst().code(),
            targets: self.rows.iter().map(line).collect(),
        }
    }
}

fn line(row: &Row<'_>) -> TargetLine {
    let (up, down) = row.days.iter().fold((0_u32, 0_u32), |(up, down), day| {
        (up.saturating_add(day.up), down.saturating_add(day.down))
    });
    let hours = row.hours.iter().fold((0_u32, 0_u32), |(up, down), (_, hour)| {
        (up.saturating_add(hour.up), down.saturating_add(hour.down))
    });
    let share = |(up, down): (u32, u32)| {
        let all = f64::from(up) + f64::from(down);
        (all > 0.0 && row.is_measured).then(|| f64::from(up) / all)
    };
    TargetLine {
        name: row.name.to_string(),
        group: row.group.map(str::to_owned),
        status: row.status.code(),
        since: row.status.since(),
        observed_at: row.seen,
        maintained_until: match row.planned {
            Some(Planned::Maintenance(end)) => Some(end),
            Some(Planned::Pause(_)) | None => None,
        },
        paused_until: row.paused_until,
        root: row.behind.as_ref().map(ToString::to_string),
        incident: row.incident.map(|incident| open(row, incident)),
        last_outage: row.last_outage.map(|outage| over(row, outage)),
        warnings: row.warnings.iter().map(|kind| kind.code()).collect(),
        unstable: row.is_unstable,
        uptime: share((up, down)),
        uptime_24h: share(hours),
        days: row
            .days
            .iter()
            .map(|Day { date, up, down, .. }| Counted { date: *date, up: *up, down: *down })
            .collect(),
        latency_ms: row.recent.to_vec(),
    }
}

fn open(row: &Row<'_>, incident: &Incident) -> Open {
    let IncidentFields { id, since, reason, .. } = IncidentFields::open(&row.name, incident);
    Open { id, since, reason }
}

fn over(row: &Row<'_>, outage: &Outage) -> Over {
    let IncidentFields { id, since, reason, .. } = IncidentFields::over(&row.name, outage);
    Over { id, since, until: outage.until, reason, duration_s: outage.down_s }
}
