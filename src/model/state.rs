//! What is remembered of a target between ticks: one record for each, written
//! whole and conditionally. It has two halves: the judge's, and what each channel
//! was told. What only one kind of target has is in [`KindState`].

mod ahead;
mod announced;
mod by_kind;
mod errors;
mod incident;
mod news;
mod requested_probe;
mod stored;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::detail::Detail;
use crate::model::history::History;
use crate::model::lenient;
use crate::model::names::{ChannelName, TargetName};
use crate::model::observation::{Failure, WarningKind};
use crate::model::target::Target;

pub use announced::{Announced, AnnouncedDown, Dependents, MAX_DEPENDENTS, Receipt};
pub use by_kind::{Beat, EndpointState, ErrorsState, HeartbeatState, KindState};
pub use errors::{ErrorKind, MAX_KINDS, MAX_SEEN, StreamErrors};
pub use incident::{Attachment, Incident, Outage, Silenced, incident_id};
pub use news::{DroppedNews, MAX_NEWS, NewsItem, TopicState};
pub use requested_probe::{Found, Probed, RequestedProbe};

/// Everything known of one target.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct State {
    /// Whether it works.
    pub status: Status,
    /// The slot of the last conclusive observation; older ones are dropped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_slot: Option<DateTime<Utc>>,
    /// The consecutive observations that ended with the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub streak: Option<Streak>,
    /// The last incident that is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_outage: Option<Outage>,
    /// The slots of its last changes between up and down, oldest first; only
    /// as many as its policy counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<DateTime<Utc>>,
    /// Since when it is unstable: it changes too often for each change to be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unstable: Option<DateTime<Utc>>,
    /// The last incident that opened while a target above this one did not
    /// work: neither its beginning nor its end is a change of its own.
    #[serde(default, rename = "behind", skip_serializing_if = "Option::is_none")]
    pub inhibited_incident: Option<DateTime<Utc>>,
    /// The open incident, as long as the target has not failed often enough by
    /// itself: in a row, while all that it depends on worked. Until then the
    /// incident is not told.
    #[serde(default, rename = "in_doubt", skip_serializing_if = "Option::is_none")]
    pub without_own_evidence: Option<DateTime<Utc>>,
    /// The targets that it depends on and that did not work during some of its
    /// open incident, or of the failures that may become one. They inhibit
    /// nothing on a channel that is told of none of them.
    #[serde(rename = "excused_by", default, skip_serializing_if = "BTreeSet::is_empty")]
    pub inhibited_by: BTreeSet<TargetName>,
    /// What silenced the target since it began to fail: it goes into the outage, if it
    /// becomes one. `inhibited_by` has the targets above, until then.
    #[serde(
        default,
        skip_serializing_if = "Silenced::is_nothing",
        deserialize_with = "lenient::or_default"
    )]
    pub silenced: Silenced,
    /// The limits that are crossed, or on their way to count as crossed.
    #[serde(
        default,
        skip_serializing_if = "BTreeMap::is_empty",
        deserialize_with = "lenient::map"
    )]
    pub warnings: BTreeMap<WarningKind, Flag>,
    /// What each channel has been told; a channel without an entry was told nothing.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub told: BTreeMap<ChannelName, Announced>,
    /// What only targets of its kind have.
    #[serde(flatten)]
    pub by_kind: KindState,
    /// Until when it is paused: nothing is said of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused_until: Option<DateTime<Utc>>,
    /// Recent latencies and today's counts, for people.
    #[serde(default)]
    pub history: History,
}

/// Whether a target works, as far as its policy lets us say.
#[expect(clippy::large_enum_variant, reason = "each record has one, in place")]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Not enough evidence yet.
    #[default]
    Unknown,
    /// It works.
    Up {
        /// The first success of the streak that made it so.
        since: DateTime<Utc>,
    },
    /// It does not.
    Down(Incident),
}

/// Consecutive conclusive observations of the same outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Streak {
    /// It fails.
    Failing {
        /// Observations so far, at least one.
        count: u32,
        /// The slot of the first.
        since: DateTime<Utc>,
        /// What the last one saw.
        latest: Failure,
        /// How many of them were made while a target that it depends on was
        /// down or failing: they are no evidence against this one.
        #[serde(default, rename = "hushed", skip_serializing_if = "is_zero")]
        inhibited: u32,
    },
    /// It works.
    Succeeding {
        /// Observations so far, at least one.
        count: u32,
        /// The slot of the first.
        since: DateTime<Utc>,
    },
}

/// The state of one kind of warning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flag {
    /// Whether the limit counts as crossed.
    pub raised: bool,
    /// Consecutive successes that say the opposite of `raised`.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub against: u32,
    /// The slot of the first observation that crossed the limit.
    pub since: DateTime<Utc>,
    /// How far it was crossed when that was last seen.
    #[serde(flatten)]
    pub detail: Detail,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn is_zero_s(seconds: &i64) -> bool {
    *seconds == 0
}

impl State {
    /// The open incident, if the target is down.
    #[must_use]
    pub fn incident(&self) -> Option<&Incident> {
        match &self.status {
            Status::Down(incident) => Some(incident),
            Status::Unknown | Status::Up { .. } => None,
        }
    }

    /// Whether the last incident of `target` is for `channel`. If the
    /// configuration has no channel of the incident's audience any more, it is
    /// for all.
    #[must_use]
    pub fn is_for(&self, target: &Target, channel: &ChannelName) -> bool {
        let errors = self.by_kind.errors();
        let Some(audience) = errors.and_then(|errors| errors.audience.as_ref()) else {
            return true;
        };
        audience.contains(channel) || target.notify.iter().all(|each| !audience.contains(each))
    }

    /// Until when the open incident waits for the result of a probe before it is
    /// told.
    #[must_use]
    pub fn waits_until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.incident().and(self.by_kind.errors())?.requested_probe?.awaited_until(now)
    }

    /// Whether the last conclusive observation was a failure.
    #[must_use]
    pub fn is_failing(&self) -> bool {
        match &self.streak {
            Some(Streak::Failing { .. }) => true,
            Some(Streak::Succeeding { .. }) | None => false,
        }
    }

    /// The warnings that count as raised, with what was last said of them.
    pub fn raised(&self) -> impl Iterator<Item = (WarningKind, &Flag)> {
        self.warnings.iter().filter(|(_, flag)| flag.raised).map(|(kind, flag)| (*kind, flag))
    }

    /// Whether something is to be said of it even while it works: a warning, or that it is
    /// unstable.
    #[must_use]
    pub fn is_warned(&self) -> bool {
        self.unstable.is_some() || self.raised().next().is_some()
    }

    /// Since when each thing is wrong that is wrong now: that it is down, that it is unstable,
    /// and each raised warning.
    pub fn wrong_since(&self) -> impl Iterator<Item = DateTime<Utc>> {
        let down = self.incident().map(|incident| incident.since);
        let warned = self.raised().map(|(_, flag)| flag.since);
        down.into_iter().chain(self.unstable).chain(warned)
    }
}
