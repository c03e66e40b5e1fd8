//! What a tick did, in the shape that scripts and Lambda's callers rely on.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::inconclusive;
use crate::core::judge::health::Transition;
use crate::model::incident_fields::IncidentFields;
use crate::model::names::{ChannelName, TargetName};
use crate::model::observation::{Observation, Vantage, WarningKind};
use crate::model::state::Flag;

/// What one tick did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// When it began.
    pub at: DateTime<Utc>,
    /// Where the prober runs.
    pub vantage: Vantage,
    /// Whether the prober could see nothing at all.
    pub blind: bool,
    /// Targets that were due.
    pub due: usize,
    /// Targets that were probed.
    pub probed: usize,
    /// How many of them were no evidence.
    pub inconclusive: usize,
    /// Observations dropped because another process was first.
    pub conflicts: usize,
    /// Targets of which something was forgotten, because it was observed while
    /// the clock was ahead.
    pub ahead: usize,
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
        probed: &[&Observation],
    ) -> Self {
        Self {
            at,
            vantage: vantage.clone(),
            blind: false,
            due,
            probed: probed.len(),
            inconclusive: inconclusive(probed),
            conflicts: 0,
            ahead: 0,
            transitions: Vec::new(),
            announced: Vec::new(),
            owed: 0,
        }
    }
}

/// A change of a target. Every key but `agreed_by` is always present, with `null` if there
/// is nothing to say.
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
    /// What the reason or the warning is, in words.
    pub detail: String,
    /// Seconds from `since` to `at`, of *recovered*.
    pub duration_s: Option<i64>,
    /// The witnesses that saw it too, where there are any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub agreed_by: Vec<Vantage>,
}

impl TransitionLine {
    /// Logs the change.
    pub fn log(&self) {
        let Self { target, kind, detail, .. } = self;
        tracing::info!(name = %target, kind, detail, "changed");
    }
}

impl From<(TargetName, Transition)> for TransitionLine {
    fn from((target, transition): (TargetName, Transition)) -> Self {
        match transition {
            Transition::Down(incident) => {
                Self::of_incident("down", &target, IncidentFields::open(&target, &incident))
            }
            Transition::Recovered(outage) => {
                Self::of_incident("recovered", &target, IncidentFields::over(&target, &outage))
            }
            Transition::Warning(kind, flag) => Self::of_warning("warning", target, kind, &flag),
            Transition::Cleared(kind, flag) => Self::of_warning("cleared", target, kind, &flag),
        }
    }
}

impl TransitionLine {
    fn of_incident(kind: &'static str, target: &TargetName, fields: IncidentFields) -> Self {
        let IncidentFields { id, since, until, reason, detail, agreed_by, duration_s } = fields;
        Self {
            target: target.clone(),
            kind,
            incident: Some(id),
            since,
            at: until,
            reason,
            detail,
            duration_s,
            agreed_by,
        }
    }

    fn of_warning(kind: &'static str, target: TargetName, of: WarningKind, flag: &Flag) -> Self {
        Self {
            target,
            kind,
            incident: None,
            since: flag.since,
            at: None,
            reason: of.code(),
            detail: flag.detail.to_string(),
            duration_s: None,
            agreed_by: Vec::new(),
        }
    }
}

/// One kind of fact that one channel accepted; all of a channel's facts of a
/// tick are one message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AnnouncedKind {
    /// The channel that was told.
    pub channel: ChannelName,
    /// The targets that the channel was told of.
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
