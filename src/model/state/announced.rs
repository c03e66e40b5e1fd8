//! What each channel was told of a target.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Outage;
use crate::model::lenient;
use crate::model::names::TargetName;
use crate::model::observation::WarningKind;

/// What one channel has been told of one target.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Announced {
    /// The incident that it was last told of, until it has been told of its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub down: Option<AnnouncedDown>,
    /// The open incident, if it was owed at an earlier tick and is not told yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending: Option<DateTime<Utc>>,
    /// Incidents that were owed and closed before they could be told, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<Outage>,
    /// The warnings it believes to be raised.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "lenient::list")]
    pub warnings: Vec<WarningKind>,
    /// Since when it believes the target to be unstable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unstable: Option<DateTime<Utc>>,
    /// The number of the last news that it was told.
    #[serde(default, skip_serializing_if = "is_none_yet")]
    pub news: u64,
}

/// An incident that a channel was told of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnouncedDown {
    /// When the incident began.
    pub incident: DateTime<Utc>,
    /// When this channel was last told of it: reminders count from here.
    #[serde(rename = "last_word")]
    pub last_told: DateTime<Utc>,
    /// The whole incident, once it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Outage>,
    /// The message that told of it, from a channel that can find it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
    /// How many kinds of the incident's errors it was told; 0 counts as one.
    #[serde(default, skip_serializing_if = "is_none_told")]
    pub kinds: usize,
    /// The targets that it was told to be affected by the incident.
    #[serde(
        default,
        rename = "behind",
        skip_serializing_if = "Dependents::is_empty",
        deserialize_with = "lenient::or_default"
    )]
    pub dependents: Dependents,
}

/// How many targets behind one are remembered by their names: this bounds the record.
pub const MAX_DEPENDENTS: usize = 32;

/// Targets behind one that does not work, as a channel was told of them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Dependents {
    /// The first of them.
    pub names: Vec<TargetName>,
    /// How many there were besides.
    #[serde(default, skip_serializing_if = "is_none_told")]
    pub more: usize,
}

impl Dependents {
    /// As many of `affected` as are remembered, and how many there are.
    #[must_use]
    pub fn of(affected: &[TargetName]) -> Self {
        let names: Vec<_> = affected.iter().take(MAX_DEPENDENTS).cloned().collect();
        Self { more: affected.len() - names.len(), names }
    }

    /// Whether there was none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count() == 0
    }

    /// How many there were.
    #[must_use]
    pub fn count(&self) -> usize {
        self.names.len() + self.more
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn is_none_yet(number: &u64) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn is_none_told(kinds: &usize) -> bool {
    *kinds == 0
}

/// Where a channel keeps a message that it accepted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Receipt {
    /// The conversation that holds it, as the channel identifies it.
    pub place: String,
    /// Which of the messages in that conversation it is.
    pub id: String,
    /// How many incidents the message told of.
    pub incidents: usize,
}
