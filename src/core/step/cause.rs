//! What an incident looks like: diagnosed once all observations are judged, because
//! neighbours say something of it. Until a cause is known, each failure may show one; once it
//! is, it stays. Only a place that was dark for a moment may turn out to have reconnected
//! under another address.

use chrono::{DateTime, TimeDelta, Utc};

use super::World;
use crate::core::diagnose::{self, Scene, calls_from, is_same_line};
use crate::core::judge::health::Transition;
use crate::model::detail::Cause;
use crate::model::measured::Whereabouts;
use crate::model::names::TargetName;
use crate::model::observation::{Observation, Outcome};
use crate::model::state::{KindState, State, Status};

/// The longest time for which a line is silent that reconnects.
const RECONNECTING: TimeDelta = TimeDelta::minutes(5);

/// Where the target of `state` was looked for, if it is down, its cause may become known, and
/// `observation` is a probe that has failed.
pub(super) fn unexplained(state: &State, observation: &Observation) -> Option<Whereabouts> {
    let may_change = |cause: &Option<Cause>| match cause {
        None | Some(Cause::PlaceDark { .. }) => true,
        Some(_) => false,
    };
    let is_open = state.incident().is_some_and(|incident| may_change(&incident.cause));
    match &observation.outcome {
        Outcome::Failure(_) if is_open => Some(observation.measured.as_ref()?.whereabouts.clone()),
        Outcome::Failure(_) | Outcome::Success { .. } | Outcome::Inconclusive { .. } => None,
    }
}

impl World<'_> {
    /// Notes which endpoints work where their heartbeats call from, and what the incidents
    /// look like that have no cause yet.
    pub(super) fn note_causes(&mut self) {
        for name in self.at_home() {
            let state = self.states.judged.get_mut(&name);
            if let Some(KindState::Endpoint(endpoint)) = state.map(|state| &mut state.by_kind)
                && let Some(good) = &mut endpoint.good
            {
                good.home = true;
            }
        }
        for (name, cause, latest) in self.causes() {
            self.note_calls(&name, latest);
            if let Some(cause) = cause {
                self.note_cause(&name, &cause);
            }
        }
    }

    /// The endpoints that have just worked at an address from which a heartbeat of their
    /// place calls, as far as that is news.
    fn at_home(&self) -> Vec<TargetName> {
        let targets = self.context.targets();
        let is_news = |state: &State| {
            let good = state.by_kind.endpoint().good.filter(|good| !good.home);
            good.filter(|_| !state.is_failing())
        };
        let mut new = self
            .states
            .judged
            .iter()
            .filter_map(|(name, state)| Some((*targets.get(name)?, is_news(state)?.ip)));
        let Some(first) = new.next() else { return Vec::new() };
        let calls = calls_from(targets, &self.states, self.context.now());
        let is_home = |(target, ip): &(&_, _)| {
            let place = diagnose::place(target, targets);
            let mut own = calls.iter().filter(|(of, _)| Some(*of) == place);
            own.any(|(_, caller)| is_same_line(caller.ip, *ip))
        };
        let all = std::iter::once(first).chain(new);
        if calls.is_empty() {
            return Vec::new();
        }
        all.filter(is_home).map(|(target, _)| target.name.clone()).collect()
    }

    /// What the incidents look like whose cause may become known, as far as it is; and when their
    /// place last called.
    fn causes(&self) -> Vec<(TargetName, Option<Cause>, Option<DateTime<Utc>>)> {
        if self.unexplained.is_empty() {
            return Vec::new();
        }
        let (targets, deaf_until) = (self.context.targets(), self.context.deaf_until());
        let scene = Scene::new(targets, &self.states);
        let cause = |(name, whereabouts)| {
            let facts = scene.facts(targets.get(name)?, whereabouts, deaf_until)?;
            let latest = facts.calls.iter().map(|call| call.last).max();
            Some((TargetName::clone(name), diagnose::diagnose(&facts), latest))
        };
        self.unexplained.iter().filter_map(cause).collect()
    }

    /// Notes that the place of `name`, which was dark, has called at `latest`: it is dark no more.
    fn note_calls(&mut self, name: &TargetName, latest: Option<DateTime<Utc>>) {
        if let Some(state) = self.states.judged.get_mut(name)
            && let Status::Down(incident) = &mut state.status
            && let Some(Cause::PlaceDark { last }) = incident.cause
        {
            incident.is_cause_over |= latest.is_some_and(|latest| latest > last.0);
        }
    }

    fn note_cause(&mut self, name: &TargetName, cause: &Cause) {
        if let Some(state) = self.states.judged.get_mut(name)
            && let Status::Down(incident) = &mut state.status
        {
            if !is_better(cause, incident.cause.as_ref()) {
                return;
            }
            incident.cause = Some(cause.clone());
            incident.is_cause_over = false;
        }
        for (of, transition) in &mut self.transitions {
            if let (true, Transition::Down(incident)) = (of == name, transition) {
                incident.cause = Some(cause.clone());
            }
        }
    }
}

/// Whether `new` is to be kept in place of what was `known`.
fn is_better(new: &Cause, known: Option<&Cause>) -> bool {
    match (known, new) {
        (None, _) => true,
        (Some(Cause::PlaceDark { last }), Cause::AddressChanged { since, .. }) => {
            since.0 - last.0 <= RECONNECTING
        }
        (Some(_), _) => false,
    }
}
