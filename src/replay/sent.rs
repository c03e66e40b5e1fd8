//! A message that a channel would have been sent, as a line and in words.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::core::announce::Fact;
use crate::message::Message;
use crate::model::incident_fields::IncidentFields;
use crate::model::names::{ChannelName, TargetName};
use crate::model::prober_state::Gap;
use crate::model::state::{Status, incident_id};

/// One message that was sent.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sent {
    /// When it was sent.
    pub at: DateTime<Utc>,
    /// The channel that got it.
    pub channel: ChannelName,
    /// What it tells, in the order of the targets.
    pub messages: Vec<SentFact>,
    /// The gaps that it tells.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub no_view: Vec<Gap>,
    /// The message in words.
    #[serde(skip)]
    pub message: Message,
}

/// One fact that a message tells. Every key is always present, with `null` if there is
/// nothing to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SentFact {
    /// The fact's code.
    pub kind: &'static str,
    /// The target.
    pub target: TargetName,
    /// The incident's id, `NAME@START`, if it belongs to one.
    pub incident: Option<String>,
    /// The targets that the incident affects.
    pub affected: Vec<TargetName>,
    /// Seconds that the target was down, or has been down so far.
    pub duration_s: Option<i64>,
}

impl SentFact {
    /// What `fact` of `target` says at `at`.
    pub(super) fn new(target: &TargetName, fact: &Fact, at: DateTime<Utc>) -> Self {
        let fields = match fact {
            Fact::WasDown { outage, .. }
            | Fact::Recovered(outage)
            | Fact::Quiet { outage, .. }
            | Fact::RootRecovered { outage, .. } => Some(IncidentFields::over(target, outage)),
            Fact::Down { incident, .. }
            | Fact::StillDown(incident)
            | Fact::Steady(Status::Down(incident)) => Some(IncidentFields::open(target, incident)),
            Fact::Another { .. }
            | Fact::Steady(Status::Up { .. } | Status::Unknown)
            | Fact::News(_)
            | Fact::Unstable { .. }
            | Fact::Warning(_)
            | Fact::Cleared(_) => None,
        };
        let duration_s = match fact {
            Fact::StillDown(incident) => Some((at - incident.since).num_seconds()),
            Fact::WasDown { .. }
            | Fact::Recovered(_)
            | Fact::Quiet { .. }
            | Fact::RootRecovered { .. }
            | Fact::Down { .. }
            | Fact::Steady(_)
            | Fact::Another { .. }
            | Fact::News(_)
            | Fact::Unstable { .. }
            | Fact::Warning(_)
            | Fact::Cleared(_) => fields.as_ref().and_then(|fields| fields.duration_s),
        };
        let another = match fact {
            Fact::Another { incident, .. } => Some(incident_id(target, *incident)),
            Fact::WasDown { .. }
            | Fact::Recovered(_)
            | Fact::Quiet { .. }
            | Fact::RootRecovered { .. }
            | Fact::Down { .. }
            | Fact::StillDown(_)
            | Fact::Steady(_)
            | Fact::News(_)
            | Fact::Unstable { .. }
            | Fact::Warning(_)
            | Fact::Cleared(_) => None,
        };
        Self {
            kind: fact.kind(),
            target: target.clone(),
            incident: fields.map(|fields| fields.id).or(another),
            affected: affected(fact).to_vec(),
            duration_s,
        }
    }
}

fn affected(fact: &Fact) -> &[TargetName] {
    match fact {
        Fact::Down { affected, .. } => affected,
        Fact::WasDown { .. }
        | Fact::Recovered(_)
        | Fact::Quiet { .. }
        | Fact::RootRecovered { .. }
        | Fact::Another { .. }
        | Fact::News(_)
        | Fact::StillDown(_)
        | Fact::Unstable { .. }
        | Fact::Steady(_)
        | Fact::Warning(_)
        | Fact::Cleared(_) => &[],
    }
}
