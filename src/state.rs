//! What is remembered of a target between ticks: one record each, written
//! whole and conditionally. The judge writes the first half, the accounts of
//! what each channel was told are the second.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::history::History;
use crate::observation::{Failure, Vantage, WarningKind};
use crate::sight::Sight;
use crate::target::{ChannelName, TargetName};

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
    /// Since when it changes so often that each change is no news.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unstable: Option<DateTime<Utc>>,
    /// The limits that are crossed, or on their way to count as crossed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub warnings: BTreeMap<WarningKind, Flag>,
    /// What each channel has been told; a channel without an entry was told nothing.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub told: BTreeMap<ChannelName, Told>,
    /// The last ping, of a heartbeat that has had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beat: Option<Beat>,
    /// Seconds between its last two slots: how often it is in fact looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pace_s: Option<u32>,
    /// Seconds in which nobody looked, since it began to fail.
    #[serde(default, skip_serializing_if = "is_zero_s")]
    pub unseen_s: i64,
    /// What a prober remembers of its own eyes; of its own record alone.
    #[serde(default, skip_serializing_if = "Sight::is_clear")]
    pub sight: Sight,
    /// Until when nothing is said of it, because somebody asked for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused_until: Option<DateTime<Utc>>,
    /// Recent latencies and today's counts, for people to look at.
    #[serde(default)]
    pub history: History,
}

/// The last ping of a heartbeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beat {
    /// When it came.
    pub at: DateTime<Utc>,
    /// When the run began that it announced, until that run has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<DateTime<Utc>>,
}

/// Whether a target works, as far as its policy lets us say.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Not enough evidence yet.
    #[default]
    Unknown,
    /// It works.
    Up {
        /// Since the first success of the streak that made it so.
        since: DateTime<Utc>,
    },
    /// It does not.
    Down(Incident),
}

/// An outage that is still open. Its id is the target's name and its start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// The first failing observation of the streak that made the target down.
    pub since: DateTime<Utc>,
    /// The failure that made it down.
    pub failure: Failure,
    /// Who saw it.
    pub vantage: Vantage,
    /// What came with it, for people to read: a traceback.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment: Option<Attachment>,
}

/// More than fits on the line of a detail.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Attachment {
    /// Several lines, of bounded length; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Where to look further.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// The id of the incident of `target` that began at `since`.
#[must_use]
pub fn incident_id(target: &TargetName, since: DateTime<Utc>) -> String {
    format!("{target}@{}", since.to_rfc3339_opts(SecondsFormat::AutoSi, true))
}

/// An incident that is over, or several that had to be told as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outage {
    /// Its start: with the target's name, its id.
    pub since: DateTime<Utc>,
    /// The first successful observation of the streak that closed it.
    pub until: DateTime<Utc>,
    /// The failure that made the target down.
    pub failure: Failure,
    /// Incidents in it: one, unless a channel missed more than fit its record.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub incidents: u32,
    /// Seconds that the target was down in it.
    pub down_s: i64,
    /// Seconds of it in which nobody looked: it may have been up in them.
    #[serde(default, skip_serializing_if = "is_zero_s")]
    pub unseen_s: i64,
    /// Failing observations in the streak that it ended with: of an error
    /// stream, its errors. 0 where nobody counted.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub observations: u32,
}

impl Outage {
    /// Closes `incident` at `until`.
    #[must_use]
    pub fn of(incident: &Incident, until: DateTime<Utc>) -> Self {
        Self {
            since: incident.since,
            until,
            failure: incident.failure.clone(),
            incidents: 1,
            down_s: (until - incident.since).num_seconds(),
            unseen_s: 0,
            observations: 0,
        }
    }

    /// How long the target was down in it.
    #[must_use]
    pub fn duration(&self) -> TimeDelta {
        TimeDelta::seconds(self.down_s)
    }
}

fn one() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn is_one(incidents: &u32) -> bool {
    *incidents == 1
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
        #[serde(default, skip_serializing_if = "is_zero")]
        hushed: u32,
    },
    /// It works.
    Succeeding {
        /// Observations so far, at least one.
        count: u32,
        /// The slot of the first.
        since: DateTime<Utc>,
    },
}

/// Where one kind of warning stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flag {
    /// Whether the limit counts as crossed.
    pub raised: bool,
    /// Consecutive successes that speak against `raised`.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub against: u32,
    /// The slot of the first observation that crossed the limit.
    pub since: DateTime<Utc>,
    /// What was last said of it.
    pub detail: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn is_zero_s(seconds: &i64) -> bool {
    *seconds == 0
}

/// What one channel has been told of one target.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Told {
    /// The incident it was last told of, until it has been told of its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub down: Option<ToldDown>,
    /// The open incident, if it was owed at some tick and is not told yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending: Option<DateTime<Utc>>,
    /// Incidents that were owed and closed before they could be told, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<Outage>,
    /// The warnings it believes to be raised.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<WarningKind>,
    /// Since when it believes the target to be unstable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unstable: Option<DateTime<Utc>>,
}

/// An incident that a channel was told of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldDown {
    /// When the incident began.
    pub incident: DateTime<Utc>,
    /// The last time that this channel heard of it: reminders count from here.
    pub last_word: DateTime<Utc>,
    /// The incident whole, once it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Outage>,
    /// The message that told of it, from a channel that can find it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
}

/// Where a channel keeps a message that it accepted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Receipt {
    /// The room that it stands in, in the channel's own words.
    pub place: String,
    /// Which of the messages there it is.
    pub id: String,
    /// Incidents that it told of: more than one share one message.
    pub incidents: usize,
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
}
