//! One step of the world: records and what was observed become records to
//! write. It composes the judge, the history and the accounts of what each
//! channel is owed. Pure, so that ticks, replays and models share it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::announce::{self, Fact, Silence, States};
use crate::health::{self, Transition, Verdict};
use crate::history::Day;
use crate::observation::Observation;
use crate::state::State;
use crate::store::{Records, Write};
use crate::target::{ChannelName, TargetName, Targets};

/// What a step changes.
#[derive(Debug, Default, PartialEq)]
pub struct Step {
    /// The records that differ from those given.
    pub writes: Vec<Write>,
    /// What became true, for whom; it holds only if that target's write is stored.
    pub transitions: Vec<(TargetName, Transition)>,
}

/// Judges `observations` and settles every account that follows from them.
#[must_use]
pub fn advance(targets: &Targets<'_>, records: &Records, observations: &[Observation]) -> Step {
    let mut step = Step::default();
    let mut states: States = BTreeMap::new();
    let mut days: BTreeMap<&TargetName, Day> = BTreeMap::new();
    for name in targets.keys() {
        let state = records.get(*name).map(|record| record.state.clone()).unwrap_or_default();
        states.insert((*name).clone(), state);
    }
    for observation in observations {
        let (Some((name, target)), Some(state)) =
            (targets.get_key_value(&observation.target), states.get_mut(&observation.target))
        else {
            continue;
        };
        let (judged, verdict) = health::judge(&target.policy, state, observation);
        *state = judged;
        match verdict {
            Verdict::Stale | Verdict::NoEvidence => {}
            Verdict::Counted(transitions) => {
                days.extend(state.history.count(observation).map(|day| (*name, day)));
                let told = transitions.into_iter().map(|each| ((*name).clone(), each));
                step.transitions.extend(told);
            }
        }
    }
    step.writes = writes(targets, records, states, &days);
    step
}

/// Settles all states, and picks those that are not what was read.
fn writes(
    targets: &Targets<'_>,
    records: &Records,
    mut states: States,
    days: &BTreeMap<&TargetName, Day>,
) -> Vec<Write> {
    let silences: Vec<Option<Silence>> =
        targets.values().map(|target| announce::silence(target, targets, &states)).collect();
    let mut writes = Vec::new();
    for ((name, target), silence) in targets.iter().zip(silences) {
        let Some(mut state) = states.remove(*name) else { continue };
        announce::settle(target, &mut state, silence.as_ref());
        let record = records.get(*name);
        let unchanged = record.map_or_else(|| state == State::default(), |old| old.state == state);
        if !unchanged {
            writes.push(Write {
                target: (*name).clone(),
                expected: record.map(|record| record.revision).unwrap_or_default(),
                state,
                closed_day: days.get(name).copied(),
            });
        }
    }
    writes
}

/// What `channel` is owed of all targets at `now`, target by target.
#[must_use]
pub fn owed(
    targets: &Targets<'_>,
    states: &States,
    channel: &ChannelName,
    now: DateTime<Utc>,
) -> Vec<(TargetName, Fact)> {
    let mut facts = Vec::new();
    for target in targets.values().filter(|target| target.notify.contains(channel)) {
        let Some(state) = states.get(&target.name) else { continue };
        let silence = announce::silence(target, targets, states);
        if let Some(quiet) = announce::why_quiet(target, state, channel, silence.as_ref()) {
            tracing::debug!(target_name = %target.name, %channel, ?quiet, "down, and not announced now");
        }
        for mut fact in announce::owed(target, state, channel, silence.as_ref(), now) {
            if let Fact::Down { affected, .. } = &mut fact {
                *affected = announce::affected(&target.name, targets, states);
            }
            facts.push((target.name.clone(), fact));
        }
    }
    facts
}
