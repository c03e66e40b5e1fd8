//! The result of a probe that a report asked for: it is an observation of the
//! endpoint like any other, and the message about the errors shows it.

use std::borrow::Cow;

use super::{Step, World};
use crate::core::announce::Context;
use crate::model::names::TargetName;
use crate::model::observation::Observation;
use crate::model::record::Records;
use crate::model::state::{Found, Probed, State, Status};

/// A probe that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeRequest {
    /// The target whose errors were reported.
    pub stream: TargetName,
    /// The endpoint to probe because of them.
    pub endpoint: TargetName,
}

/// A requested probe that was made.
#[derive(Debug, Clone, PartialEq)]
pub struct ProbeAnswer {
    /// The target whose errors were reported.
    pub stream: TargetName,
    /// The observation of the endpoint.
    pub observation: Observation,
}

/// Judges the observations, and adds each to the incident that asked for it.
#[must_use]
pub fn answer(context: &Context<'_>, records: &Records, answers: &[ProbeAnswer]) -> Step {
    let mut world = World::new(context, records);
    for ProbeAnswer { stream, observation } in answers {
        world.judge(&observation.target, |_| Some(Cow::Borrowed(observation)), 1, None);
        let is_watched = context.targets().contains_key(stream);
        if let Some(state) = is_watched.then(|| world.states.change(stream)).flatten() {
            enter(state, observation);
        }
    }
    world.into_step()
}

/// The first answer in an incident stays: it says what was true when it began.
fn enter(state: &mut State, observation: &Observation) {
    let errors = state.by_kind.errors_mut();
    if let Some(requested) = errors.and_then(|errors| errors.requested_probe.as_mut()) {
        requested.answered = true;
    }
    let Status::Down(incident) = &mut state.status else { return };
    let latency = observation.latency.unwrap_or_default();
    let latency_ms = u32::try_from(latency.as_millis()).unwrap_or(u32::MAX);
    let found = Found::of(&observation.outcome, latency_ms);
    let attachment = incident.attachment.get_or_insert_default();
    attachment.probed.get_or_insert(Probed { target: observation.target.clone(), found });
}
