//! The fields of an incident in the documents that programs read.
//!
//! Five documents have an incident, each with a contract of its own. The fields
//! that they share have their values from here, so that they mean the same:
//!
//! | field | tick's summary | webhook's body | replay | `status.json` | `outages` |
//! | --- | --- | --- | --- | --- | --- |
//! | id, `NAME@START` | `incident` | `incident` | `incident` | `id` | `incident` |
//! | start | `since` | `since` | in the id | `since` | `since` |
//! | end, once it is over | `at` | `at` | | `until` | `until` |
//! | the reason's code | `reason` | `reason` | | `reason` | `reason` |
//! | the failure's own words | `detail` | `detail`, cut | | never: strangers read it | `detail` |
//! | witnesses that saw it, where there are any | `agreed_by` | `agreed_by` | | | `agreed_by` |
//! | seconds of downtime | `duration_s` | `duration_s` | `duration_s` | `duration_s` | `duration_s` |
//!
//! Seconds are given once the incident is over; a replay gives them for *still
//! down* too.

use chrono::{DateTime, Utc};

use crate::model::names::TargetName;
use crate::model::observation::{Failure, Vantage};
use crate::model::state::{Incident, Outage, incident_id};

/// An incident, open or over, in the values that documents are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentFields {
    /// `NAME@START`.
    pub id: String,
    /// Its first failing observation.
    pub since: DateTime<Utc>,
    /// Its first successful one, once it is over.
    pub until: Option<DateTime<Utc>>,
    /// The code of the reason.
    pub reason: &'static str,
    /// The failure's own words: they may quote a URL.
    pub detail: String,
    /// The witnesses that saw it too.
    pub agreed_by: Vec<Vantage>,
    /// Seconds that the target was down, once it is over.
    pub duration_s: Option<i64>,
}

impl IncidentFields {
    /// Those of an open incident of `target`.
    #[must_use]
    pub fn open(target: &TargetName, incident: &Incident) -> Self {
        let agreed_by = incident.agreed_by.clone();
        Self { agreed_by, ..Self::of(target, incident.since, &incident.failure) }
    }

    /// Those of an incident that is over.
    #[must_use]
    pub fn over(target: &TargetName, outage: &Outage) -> Self {
        let (until, duration_s) = (Some(outage.until), Some(outage.down_s));
        let agreed_by = outage.agreed_by.clone();
        Self { until, agreed_by, duration_s, ..Self::of(target, outage.since, &outage.failure) }
    }

    fn of(target: &TargetName, since: DateTime<Utc>, failure: &Failure) -> Self {
        Self {
            id: incident_id(target, since),
            since,
            until: None,
            reason: failure.reason.code(),
            detail: failure.detail.to_string(),
            agreed_by: Vec::new(),
            duration_s: None,
        }
    }
}
