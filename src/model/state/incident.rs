//! An outage, while it lasts and after.

use std::collections::BTreeSet;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{Probed, is_zero, is_zero_s};
use crate::model::lenient;
use crate::model::names::TargetName;
use crate::model::observation::{Failure, Vantage};

/// An outage that is still open. Its id is the target's name and its start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// The first failing observation of the streak that made the target down.
    pub since: DateTime<Utc>,
    /// The failure that made it down.
    pub failure: Failure,
    /// The vantage that saw it.
    pub vantage: Vantage,
    /// The witnesses that saw it too.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "lenient::or_default"
    )]
    pub agreed_by: Vec<Vantage>,
    /// More for people to read, such as a traceback.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment: Option<Attachment>,
    /// Whether nobody is mentioned for it: it is a report, and its service does
    /// not ask for a mention.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unmentioned: bool,
}

/// What does not fit on the one line of a detail.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Attachment {
    /// Several lines, of bounded length; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// The log stream that it stood in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
    /// Where to look further.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The result of a probe that was made because of it.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "lenient::optional"
    )]
    pub probed: Option<Probed>,
}

/// The id of the incident of `target` that began at `since`.
#[must_use]
pub fn incident_id(target: &TargetName, since: DateTime<Utc>) -> String {
    format!("{target}@{}", since.to_rfc3339_opts(SecondsFormat::AutoSi, true))
}

/// An incident that is over, or several that are told as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outage {
    /// Its start: with the target's name, its id.
    pub since: DateTime<Utc>,
    /// The first successful observation of the streak that closed it.
    pub until: DateTime<Utc>,
    /// The failure that made the target down.
    pub failure: Failure,
    /// The witnesses that saw it too.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "lenient::or_default"
    )]
    pub agreed_by: Vec<Vantage>,
    /// How many incidents it is: one, unless a channel missed more than fit into
    /// its record.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub incidents: u32,
    /// Seconds that the target was down in it.
    pub down_s: i64,
    /// Seconds of it without observation: the target may have been up then.
    #[serde(default, skip_serializing_if = "is_zero_s")]
    pub unseen_s: i64,
    /// Failing observations in its last streak; for an error stream, its
    /// errors. 0 if nobody counted.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub observations: u32,
    /// Why it may not have been told, as far as that is known when it closes.
    #[serde(
        default,
        skip_serializing_if = "Silenced::is_nothing",
        deserialize_with = "lenient::or_default"
    )]
    pub silenced: Silenced,
}

/// What silenced a target while it failed: not what one channel alone was not told.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Silenced {
    /// How many of its failing observations were made in a maintenance window.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub maintained: u32,
    /// How many of them were made while it was paused.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub paused: u32,
    /// The targets that it depends on and that did not work meanwhile.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub behind: BTreeSet<TargetName>,
}

impl Silenced {
    /// Whether nothing did.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// Adds what silenced a `later` outage that is told together with this one.
    pub fn extend(&mut self, later: &Self) {
        self.maintained = self.maintained.saturating_add(later.maintained);
        self.paused = self.paused.saturating_add(later.paused);
        self.behind.extend(later.behind.iter().cloned());
    }
}

impl Outage {
    /// Closes `incident` at `until`.
    #[must_use]
    pub fn of(incident: &Incident, until: DateTime<Utc>) -> Self {
        Self {
            since: incident.since,
            until,
            failure: incident.failure.clone(),
            agreed_by: incident.agreed_by.clone(),
            incidents: 1,
            down_s: (until - incident.since).num_seconds(),
            unseen_s: 0,
            observations: 0,
            silenced: Silenced::default(),
        }
    }

    /// How long the target was down in it.
    #[must_use]
    pub fn duration(&self) -> TimeDelta {
        TimeDelta::seconds(self.down_s)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn is_false(yes: &bool) -> bool {
    !*yes
}

fn one() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn is_one(incidents: &u32) -> bool {
    *incidents == 1
}
