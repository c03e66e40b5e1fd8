//! One step of the world: records and what was observed become records to
//! write. It composes the judge, the history and the accounts of what each
//! channel is owed. Pure, so that ticks, replays and models share it.

mod told;
mod word;

use std::collections::BTreeMap;

use crate::announce::{self, Fact, Scene, Silence, States};
use crate::health::{self, Transition, Verdict};
use crate::history::Day;
use crate::observation::Observation;
use crate::state::{Attachment, State, Status, Streak};
use crate::store::{Records, Write};
use crate::target::{ChannelName, TargetName};

pub use told::told;
pub use word::{Pulse, Word, WordOrder};

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
pub fn advance(scene: &Scene<'_>, records: &Records, observations: &[Observation]) -> Step {
    let mut world = World::new(scene, records);
    for observation in observations {
        world.judge(&observation.target, |_| Some(observation.clone()), 1, None);
    }
    world.into_step(records)
}

/// The same of what was said from outside, in the order of `words`.
#[must_use]
pub fn hear(scene: &Scene<'_>, records: &Records, words: &[Word]) -> Step {
    let mut world = World::new(scene, records);
    for word in words {
        world.judge(&word.target, |state| word.apply(state), word.count, word.attachment.as_ref());
    }
    world.into_step(records)
}

/// All states while they change.
struct World<'a> {
    scene: &'a Scene<'a>,
    states: States,
    days: BTreeMap<TargetName, Day>,
    transitions: Vec<(TargetName, Transition)>,
}

impl<'a> World<'a> {
    fn new(scene: &'a Scene<'a>, records: &Records) -> Self {
        let state = |name: &TargetName| {
            records.get(name).map(|record| record.state.clone()).unwrap_or_default()
        };
        let states = scene.targets().keys().map(|name| ((*name).clone(), state(name)));
        let states = states.collect();
        Self { scene, states, days: BTreeMap::new(), transitions: Vec::new() }
    }

    /// Judges what `observe` makes of the target's state; it stands for
    /// `count` of its kind, and came with `attachment`.
    fn judge(
        &mut self,
        name: &TargetName,
        observe: impl FnOnce(&mut State) -> Option<Observation>,
        count: u32,
        attachment: Option<&Attachment>,
    ) {
        let targets = self.scene.targets();
        let (Some(target), Some(state)) = (targets.get(name), self.states.get_mut(name)) else {
            return;
        };
        let Some(observation) = observe(state) else { return };
        let (judged, verdict) = health::judge(&target.policy, state, &observation);
        *state = judged;
        match verdict {
            Verdict::Stale | Verdict::NoEvidence => {}
            Verdict::Counted(mut transitions) => {
                attach(state, &mut transitions, attachment);
                count_more(state, count.saturating_sub(1));
                let excused = || self.scene.was_maintained(name, observation.slot);
                let closed = state.history.count(&observation, excused);
                self.days.extend(closed.map(|day| (name.clone(), day)));
                let told = transitions.into_iter().map(|each| (name.clone(), each));
                self.transitions.extend(told);
            }
        }
    }

    fn into_step(self, records: &Records) -> Step {
        let writes = writes(self.scene, records, self.states, &self.days);
        Step { writes, transitions: self.transitions }
    }
}

/// Puts `attachment` to the incident that has just opened, if one has.
fn attach(state: &mut State, transitions: &mut [Transition], attachment: Option<&Attachment>) {
    for transition in transitions {
        if let (Transition::Down(opened), Status::Down(incident)) = (transition, &mut state.status)
        {
            incident.attachment = attachment.cloned();
            opened.attachment = attachment.cloned();
        }
    }
}

/// One observation may tell of several errors: they are counted in the streak.
fn count_more(state: &mut State, more: u32) {
    if let Some(Streak::Failing { count, .. }) = &mut state.streak {
        *count = count.saturating_add(more);
    }
}

/// Settles all states, and picks those that are not what was read.
fn writes(
    scene: &Scene<'_>,
    records: &Records,
    mut states: States,
    days: &BTreeMap<TargetName, Day>,
) -> Vec<Write> {
    let silences: Vec<Option<Silence>> =
        scene.targets().values().map(|target| announce::silence(target, scene, &states)).collect();
    let mut writes = Vec::new();
    for ((name, target), silence) in scene.targets().iter().zip(silences) {
        let Some(mut state) = states.remove(*name) else { continue };
        announce::settle(target, &mut state, silence.as_ref());
        let record = records.get(*name);
        let unchanged = record.map_or_else(|| state == State::default(), |old| old.state == state);
        if !unchanged {
            writes.push(Write {
                target: (*name).clone(),
                expected: record.map(|record| record.revision).unwrap_or_default(),
                state,
                closed_day: days.get(*name).copied(),
            });
        }
    }
    writes
}

/// What `channel` is owed of all targets, target by target.
#[must_use]
pub fn owed(scene: &Scene<'_>, states: &States, channel: &ChannelName) -> Vec<(TargetName, Fact)> {
    let (targets, now) = (scene.targets(), scene.now());
    let mut facts = Vec::new();
    for target in targets.values().filter(|target| target.notify.contains(channel)) {
        let Some(state) = states.get(&target.name) else { continue };
        let silence = announce::silence(target, scene, states);
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
