//! What a tick did, in the shape that scripts and Lambda's callers rely on.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::inconclusive;
use crate::core::judge::health::Transition;
use crate::model::names::{ChannelName, TargetName};
use crate::model::observation::{Observation, Vantage};
use crate::model::state::incident_id;

/// One tick.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// When it began.
    pub at: DateTime<Utc>,
    /// Where the prober that made it runs.
    pub vantage: Vantage,
    /// Whether the prober could see nothing at all.
    pub blind: bool,
    /// Targets that were due.
    pub due: usize,
    /// Targets that were probed.
    pub probed: usize,
    /// Those of them that yielded no evidence.
    pub inconclusive: usize,
    /// Observations dropped because another process was first.
    pub conflicts: usize,
    /// What became true.
    pub transitions: Vec<TransitionLine>,
    /// What was said.
    pub announced: Vec<AnnouncedKind>,
    /// What could not be said, and will be tried again.
    pub owed: usize,
}

impl Summary {
    pub(super) fn new(
        at: DateTime<Utc>,
        vantage: &Vantage,
        due: usize,
        observations: &[Observation],
    ) -> Self {
        Self {
            at,
            vantage: vantage.clone(),
            blind: false,
            due,
            probed: observations.len(),
            inconclusive: inconclusive(observations),
            conflicts: 0,
            transitions: Vec::new(),
            announced: Vec::new(),
            owed: 0,
        }
    }
}

/// A change of what is true of a target. Every key is always there; `null`
/// stands where there is nothing to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TransitionLine {
    /// The target that changed.
    pub target: TargetName,
    /// `down`, `recovered`, `warning` or `cleared`.
    pub kind: &'static str,
    /// The incident's id, `NAME@START`, of *down* and *recovered*.
    pub incident: Option<String>,
    /// When it began.
    pub since: DateTime<Utc>,
    /// When it ended, of *recovered*.
    pub at: Option<DateTime<Utc>>,
    /// The code of the reason or of the warning.
    pub reason: &'static str,
    /// The same in words.
    pub detail: String,
    /// Seconds from `since` to `at`, of *recovered*.
    pub duration_s: Option<i64>,
}

impl From<(TargetName, Transition)> for TransitionLine {
    fn from((target, transition): (TargetName, Transition)) -> Self {
        let id = |since| Some(incident_id(&target, since));
        let (kind, incident, since, at, reason, detail, duration_s) = match transition {
            Transition::Down(incident) => {
                let (since, failure) = (incident.since, incident.failure);
                ("down", id(since), since, None, failure.reason.code(), failure.detail, None)
            }
            Transition::Recovered(outage) => {
                let (since, failure) = (outage.since, outage.failure);
                let (at, took) = (Some(outage.until), Some(outage.down_s));
                ("recovered", id(since), since, at, failure.reason.code(), failure.detail, took)
            }
            Transition::Warning(kind, flag) => {
                ("warning", None, flag.since, None, kind.code(), flag.detail, None)
            }
            Transition::Cleared(kind, flag) => {
                ("cleared", None, flag.since, None, kind.code(), flag.detail, None)
            }
        };
        Self { target, kind, incident, since, at, reason, detail, duration_s }
    }
}

/// One kind of fact that one channel accepted; all of a channel's facts of a
/// tick are one message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AnnouncedKind {
    /// The channel that was told.
    pub channel: ChannelName,
    /// The targets that it was told of.
    pub targets: Vec<TargetName>,
    /// What, as in a fact's code; or `no_view`.
    pub kind: &'static str,
}

impl AnnouncedKind {
    /// That the prober could not see for a time: of no target, or of all.
    pub(super) fn no_view(channel: &ChannelName) -> Self {
        Self { channel: channel.clone(), targets: Vec::new(), kind: "no_view" }
    }
}
