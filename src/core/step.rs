//! One step: records and what was observed become records to write. It combines
//! the judge, the history and what each channel is owed. [`pass()`] is the order of
//! a tick, and [`telling`] the order in which a channel is told. Pure: ticks,
//! replays and the model checker share it.

mod adopt;
mod batch;
mod event;
mod outage;
mod owed;
mod pass;
mod probe_request;
mod prober_record;
mod receiving;
pub mod telling;
mod told;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};

use crate::core::announce::{self, Broken, Context, Hearing};
use crate::core::judge::health::{self, Judgement, Transition};
use crate::core::judge::{self_check, unwatched};
use crate::model::history::Day;
use crate::model::names::TargetName;
use crate::model::observation::{Observation, Outcome};
use crate::model::prober_state::ProberState;
use crate::model::record::StateLookup;
use crate::model::record::{Record, Records, Write};
use crate::model::state::{Attachment, KindState, Outage, State, Status, Streak};
use crate::model::target::{Kind, Target};

pub use adopt::{Adopted, adopt};
pub use batch::Batch;
pub use event::{Event, EventOrder, Published, Pulse, ReportedError, Wishes};
pub use owed::{Owed, owed, owed_by_channel};
pub use pass::{Pass, PassFor, Seen, pass};
pub use probe_request::{ProbeAnswer, ProbeRequest, answer};
pub use prober_record::{GapChange, forget_told, gaps_for, untold_gaps};
pub use receiving::Receiving;
pub use told::told;

/// What a step changes.
#[derive(Debug, Default, PartialEq)]
pub struct Step {
    /// The records that differ from those given.
    pub writes: Vec<Write>,
    /// The changes of targets. Each holds only if that target's write is stored.
    pub transitions: Vec<(TargetName, Transition)>,
    /// The probes that events asked for. Each holds only if its stream's write
    /// is stored.
    pub probe_requests: Vec<ProbeRequest>,
}

impl Step {
    /// What is left of this step once its writes are performed, if another process
    /// wrote the records of the targets in `lost` first. The writes are left out.
    #[must_use]
    pub fn without(self, lost: &BTreeSet<TargetName>) -> Self {
        let Self { mut transitions, mut probe_requests, .. } = self;
        transitions.retain(|(target, _)| !lost.contains(target));
        probe_requests.retain(|request| !lost.contains(&request.stream));
        Self { writes: Vec::new(), transitions, probe_requests }
    }

    /// Adds what `later` changes.
    pub fn extend(&mut self, later: Self) {
        self.writes.extend(later.writes);
        self.transitions.extend(later.transitions);
        self.probe_requests.extend(later.probe_requests);
    }
}

/// Judges `observations`, and updates what each channel is owed.
#[must_use]
pub fn of_observations(
    context: &Context<'_>,
    records: &Records,
    observations: &[Observation],
) -> Step {
    let mut world = World::new(context, records);
    for observation in observations {
        world.judge(&observation.target, |_| Some(Cow::Borrowed(observation)), 1, None);
    }
    world.into_step()
}

/// The same for `events` from outside, in their order.
#[must_use]
pub fn of_events(context: &Context<'_>, records: &Records, events: &[Event]) -> Step {
    let mut world = World::new(context, records);
    for event in events {
        world.receive(event);
    }
    world.into_step()
}

/// All states while they change.
struct World<'a> {
    context: &'a Context<'a>,
    states: Changing<'a>,
    days: BTreeMap<TargetName, Day>,
    outages: BTreeMap<TargetName, Vec<Outage>>,
    transitions: Vec<(TargetName, Transition)>,
    probe_requests: Vec<ProbeRequest>,
}

/// A target for which what is owed may have to be updated.
struct Unsettled<'a> {
    target: &'a Target,
    /// How each of its channels hears of it.
    hearings: Vec<Hearing<'a>>,
    /// How the targets above it are broken, and which they are.
    broken: Option<Broken>,
    above: Vec<&'a TargetName>,
}

impl Unsettled<'_> {
    /// Notes in `state`, which was `old` and has had `new` failures since, which of
    /// them prove nothing because something above is broken.
    fn inhibit(&self, state: &mut State, old: &State, new: u32) {
        if let Some(broken) = self.broken {
            announce::inhibit(state, broken, &self.above, new);
            // A channel that is not told of what is broken above hears each change as the target's own.
            let knows = |hearing: &Hearing<'_>| self.above.iter().any(|name| hearing.is_told(name));
            if self.hearings.iter().all(knows) {
                announce::inhibit_change(state, old);
            }
        }
        announce::doubt(self.target, state, old);
    }
}

/// The records that were read, and the states that were judged since: a state is
/// copied only if its target was observed. They are boxed because a state is large,
/// and a map moves what it holds.
struct Changing<'a> {
    read: &'a Records,
    judged: BTreeMap<TargetName, Box<State>>,
}

impl Changing<'_> {
    /// The state of `name`, to be changed; `None` if its record cannot be read:
    /// such a record is left as it is.
    fn change(&mut self, name: &TargetName) -> Option<&mut State> {
        let read = self.read;
        let copy = || Box::new(read.state(name).cloned().unwrap_or_default());
        let is_readable = !read.is_unreadable(name);
        is_readable.then(|| &mut **self.judged.entry(name.clone()).or_insert_with(copy))
    }
}

impl StateLookup for Changing<'_> {
    fn state(&self, name: &TargetName) -> Option<&State> {
        self.judged.get(name).map(Box::as_ref).or_else(|| self.read.state(name))
    }
}

impl<'a> World<'a> {
    fn new(context: &'a Context<'a>, read: &'a Records) -> Self {
        let states = Changing { read, judged: BTreeMap::new() };
        let (days, outages) = (BTreeMap::new(), BTreeMap::new());
        Self { context, states, days, outages, transitions: Vec::new(), probe_requests: Vec::new() }
    }

    /// Judges what `event` says, and notes what it asks for.
    fn receive(&mut self, event: &Event) {
        let open = |state: &State| state.incident().map(|incident| incident.since);
        let old = self.states.state(&event.target).and_then(open);
        let now = self.context.now();
        let Some(target) = self.context.targets().get(&event.target) else { return };
        let Some(state) = self.states.change(&event.target) else { return };
        if event.publish(&target.kind, state, now) {
            return;
        }
        let Some(event) = event.fresh(state) else { return };
        let said = |state: &mut State| event.apply(state, now).map(Cow::Owned);
        self.judge(&event.target, said, event.count, event.attachment.as_ref());
        if let Some(state) = self.states.judged.get_mut(&event.target) {
            event.address(state, old);
            event.count_errors(state, old);
            self.probe_requests.extend(event.request_probe(state));
        }
    }

    /// Judges the observation that `observe` makes from the target's state. It
    /// stands for `count` of its kind, and came with `attachment`.
    fn judge<'o>(
        &mut self,
        name: &TargetName,
        observe: impl FnOnce(&mut State) -> Option<Cow<'o, Observation>>,
        count: u32,
        attachment: Option<&Attachment>,
    ) {
        let (targets, read) = (self.context.targets(), self.states.read);
        let Some(target) = targets.get(name) else { return };
        let Some(state) = self.states.change(name) else { return };
        let Some(observation) = observe(state) else { return };
        let own = read.probers.get(&observation.vantage).map(|own| &own.state);
        let (last, gap) = (state.last_slot, self_check::between(target, state, observation.slot));
        let failing = outage::Failing::of(self.context, name, state);
        match health::judge_in_place(&target.policy, state, &observation) {
            Judgement::Stale => {}
            Judgement::NoEvidence => {
                let noted = without_evidence(target, state, &observation, own);
                self.transitions.extend(noted.map(|each| (name.clone(), each)));
            }
            Judgement::Counted(mut transitions) => {
                state.by_kind.become_of(&target.kind);
                note_pace(state, last, observation.slot);
                note_measured(state, &observation);
                attach(target, state, &mut transitions, attachment);
                count_unseen(state, &mut transitions, gap, observation.slot);
                count_more(state, count.saturating_sub(1));
                outage::note_near_miss(state, failing);
                let slot = observation.slot;
                let maintained = state.is_failing() && self.context.was_maintained(name, slot);
                if let Some(closed) = outage::note(state, &mut transitions, slot, count, maintained)
                {
                    self.outages.entry(name.clone()).or_default().push(closed);
                }
                let closed = state.history.count(&observation, maintained);
                self.days.extend(closed.map(|day| (name.clone(), day)));
                let told = transitions.into_iter().map(|each| (name.clone(), each));
                self.transitions.extend(told);
            }
        }
    }

    /// Settles all states, and writes those that have changed.
    fn into_step(mut self) -> Step {
        let unsettled: Vec<Unsettled<'_>> = self.unsettled().collect();
        // Sized ahead: a write is large, and there may be thousands.
        let mut writes = Vec::with_capacity(unsettled.len());
        for unsettled in unsettled {
            let target = unsettled.target;
            let name = &target.name;
            let record = self.states.read.get(name);
            let read = || record.map(|record| record.state.clone()).unwrap_or_default();
            let mut state = self.states.judged.remove(name).unwrap_or_else(read);
            if target.endpoint().is_none() {
                health::steady(&target.policy, &mut state, self.context.now());
            }
            let unknown = State::default();
            let old = record.map_or(&unknown, |record| &record.state);
            let new = failures_since(record, &state);
            unsettled.inhibit(&mut state, old, new);
            announce::settle(target, &mut state, &unsettled.hearings);
            if *state == *old {
                continue;
            }
            writes.push(Write {
                target: name.clone(),
                expected: record.map(|record| record.revision).unwrap_or_default(),
                state,
                closed_day: self.days.get(name).copied(),
                closed_outages: self.outages.remove(name).unwrap_or_default(),
            });
        }
        Step { writes, transitions: self.transitions, probe_requests: self.probe_requests }
    }

    /// The targets that were judged, or are not settled.
    fn unsettled(&self) -> impl Iterator<Item = Unsettled<'a>> {
        let is_open = |target: &&&Target| {
            let judged = self.states.judged.contains_key(&target.name);
            let read = || self.states.read.state(&target.name);
            judged || read().is_some_and(|state| !announce::is_settled(state))
        };
        let targets = self.context.targets().values().filter(is_open);
        targets.map(|target| {
            let hears = |channel| Hearing::new(target, channel, self.context, &self.states);
            let (targets, states) = (self.context.targets(), &self.states);
            Unsettled {
                target,
                hearings: target.notify.iter().map(hears).collect(),
                broken: announce::broken(target, targets, states),
                above: announce::all_broken(target, targets, states),
            }
        })
    }
}

/// Notes that a probe was no evidence. A target that is not probed may be silent.
fn without_evidence(
    target: &Target,
    state: &mut State,
    observation: &Observation,
    own: Option<&ProberState>,
) -> Option<Transition> {
    match &observation.outcome {
        Outcome::Inconclusive { why } => {
            unwatched::note(target.endpoint()?, state, observation.slot, why, own)
        }
        Outcome::Success { .. } | Outcome::Failure(_) => None,
    }
}

/// How many failures of the streak of `state` are newer than the record `read`.
fn failures_since(read: Option<&Record>, state: &State) -> u32 {
    let streak = |state: &State| match state.streak {
        Some(Streak::Failing { count, since, .. }) => Some((since, count)),
        Some(Streak::Succeeding { .. }) | None => None,
    };
    let Some((since, count)) = streak(state) else { return 0 };
    let old = read.and_then(|record| streak(&record.state)).filter(|(start, _)| *start == since);
    count.saturating_sub(old.map_or(0, |(_, count)| count))
}

/// Adds `attachment` to the incident that has just opened, if one has, and notes
/// whether somebody is mentioned for it.
fn attach(
    target: &Target,
    state: &mut State,
    transitions: &mut [Transition],
    attachment: Option<&Attachment>,
) {
    let unmentioned = match &target.kind {
        Kind::Errors(stream) => !stream.mention,
        Kind::Endpoint(_) | Kind::Heartbeat(_) | Kind::Alarm | Kind::Topic | Kind::Off => false,
    };
    for transition in transitions {
        if let (Transition::Down(opened), Status::Down(incident)) = (transition, &mut state.status)
        {
            incident.attachment = attachment.cloned();
            opened.attachment = attachment.cloned();
            incident.unmentioned = unmentioned;
            opened.unmentioned = unmentioned;
        }
    }
}

/// Notes how long before `slot` an endpoint was observed `last`.
fn note_pace(state: &mut State, last: Option<DateTime<Utc>>, slot: DateTime<Utc>) {
    if let KindState::Endpoint(endpoint) = &mut state.by_kind {
        let pace = last.map(|last| (slot - last).num_seconds());
        endpoint.pace_s = pace.and_then(|pace| u32::try_from(pace).ok());
    }
}

/// Notes what a probe measured. A failure says nothing of the certificate.
fn note_measured(state: &mut State, observation: &Observation) {
    let is_failing = state.is_failing();
    if let (KindState::Endpoint(endpoint), Some(measured)) =
        (&mut state.by_kind, observation.measured)
    {
        endpoint.phases = (!is_failing).then(|| measured.phases.rounded());
        if !is_failing {
            endpoint.cert_expires_at = measured.cert_expires_at;
        }
    }
}

/// Adds the `gap` before the last observation to an outage that goes on or has just
/// ended. It is not part of an outage that begins with that observation.
fn count_unseen(
    state: &mut State,
    transitions: &mut [Transition],
    gap: TimeDelta,
    slot: DateTime<Utc>,
) {
    let begins = match &state.streak {
        Some(Streak::Failing { since, .. }) => {
            *since == slot && state.incident().is_none_or(|incident| incident.since == slot)
        }
        Some(Streak::Succeeding { .. }) | None => false,
    };
    let before_s = state.by_kind.endpoint().unseen_s;
    let unseen_s = if begins { 0 } else { before_s.saturating_add(gap.num_seconds()) };
    for transition in transitions {
        if let (Transition::Recovered(ended), Some(outage)) = (transition, &mut state.last_outage) {
            ended.unseen_s = unseen_s;
            outage.unseen_s = unseen_s;
        }
    }
    let goes_on = state.is_failing() || state.incident().is_some();
    if let KindState::Endpoint(endpoint) = &mut state.by_kind {
        endpoint.unseen_s = if goes_on { unseen_s } else { 0 };
    }
}

/// One observation may stand for several errors: the streak counts them all.
fn count_more(state: &mut State, more: u32) {
    if let Some(Streak::Failing { count, .. }) = &mut state.streak {
        *count = count.saturating_add(more);
    }
}
