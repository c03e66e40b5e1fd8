//! Processes that share one record of a target and one lease of a channel.
//!
//! What each step computes is the product's own: `advance` and `hear` judge,
//! `owed` says what to tell, `told` enters what was accepted, `ChannelRecord`
//! is the rule of the lease. What the model adds is the order of the steps of
//! a process, which `tick.rs`, `tick/receive.rs` and `tick/tell.rs` have, and
//! the store's promise that a write is conditional on the revision read.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use prober::core::announce::{Context, Fact};
use prober::core::judge::health::Transition;
use prober::core::step::{
    Event as Said, EventOrder, Pulse, Step, Wishes, of_events, of_observations, owed, told,
};
use prober::model::names::TargetName;
use prober::model::observation::Outcome;
use prober::model::record::{Record, Records, Write, states};
use prober::model::target::{Target, by_name};
use prober::store::{ChannelRecord, ChannelState, Holder, Lease};
use stateright::{Model, Property};

use super::printed::Printed;
use super::properties::{self, Word};
use crate::world::{minute, observe, refused, slack};

/// How long a lease lasts, as in `tick/tell.rs`.
const LEASE: TimeDelta = TimeDelta::seconds(45);

/// What makes a process start.
#[derive(Debug, Clone, Copy)]
pub enum Event {
    /// The tick of this minute.
    Tick(i64),
    /// Something is said from outside, in this minute.
    Said(i64),
}

/// A promise of the protocol that is broken on purpose, to see that the
/// properties notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// A process speaks without the lease.
    NoLease,
    /// It tells what was owed when it judged, and does not read again.
    NoSecondReading,
    /// It enters what it says before the channel has accepted it.
    RecordsFirst,
    /// A write does not ask whether somebody was before.
    UnconditionalWrites,
    /// What is said from outside is given up when somebody was before.
    NoSecondTry,
}

/// The bounds that are explored whole.
pub struct Protocol {
    pub target: Target,
    pub events: Vec<Event>,
    pub faults: Faults,
    pub broken: Option<Break>,
}

/// How many faults of each kind may still happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Faults {
    /// A process dies, at any step.
    pub deaths: u8,
    /// The channel refuses.
    pub refusals: u8,
    /// An answer is lost: the channel's acceptance, or the store's.
    pub lost: u8,
}

type Kept = Option<Printed<Record>>;
type Facts = Printed<Vec<(TargetName, Fact)>>;

/// Where a process is.
#[derive(Debug, Clone, PartialEq, Hash)]
pub enum Run {
    /// Its event has not come.
    Waiting,
    /// It has read and observed, and is about to write.
    Judging { read: Kept, fails: bool },
    /// It is about to ask for the lease, if anything is owed.
    Telling { read: Kept },
    /// It has the lease, and is about to read again.
    Reading { read: Kept },
    /// It is about to send.
    Sending { read: Kept, facts: Facts },
    /// The channel has accepted; it is about to enter that.
    Recording { read: Kept, facts: Facts },
    /// It is about to give the lease back.
    Releasing,
    /// It has ended, or died.
    Over,
}

/// Everything there is.
#[derive(Debug, Clone, PartialEq, Hash)]
pub struct World {
    pub record: Kept,
    channel: Printed<ChannelRecord>,
    pub runs: Vec<Run>,
    faults: Faults,
    /// Whether all leases of before have expired.
    late: bool,
    /// What the channel accepted, in order.
    pub heard: Vec<Word>,
    /// Slots that were judged and stored, in order, and whether each failed.
    pub judged: Vec<(DateTime<Utc>, bool)>,
    /// Incidents that were stored.
    pub opened: Vec<DateTime<Utc>>,
    /// What was said from outside, stored, and acknowledged; by its instant.
    pub acknowledged: Vec<DateTime<Utc>>,
    /// Repetitions that the promise excuses: one for each acceptance whose
    /// process died, or whose answer was lost.
    pub excused: usize,
}

/// One step of one process, or of the world.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    Begin { run: usize, fails: bool },
    Write(usize),
    Lease(usize),
    Read(usize),
    Accept(usize),
    Refuse(usize),
    AcceptInVain(usize),
    Record(usize),
    RecordInVain(usize),
    Release(usize),
    Die(usize),
    LeasesExpire,
}

impl Protocol {
    fn at(&self, run: usize, late: bool) -> DateTime<Utc> {
        let (Event::Tick(slot) | Event::Said(slot)) = self.events[run];
        minute(slot + if late { 60 } else { 0 })
    }

    fn name(&self) -> TargetName {
        self.target.name.clone()
    }

    fn records(&self, kept: &Kept) -> Records {
        kept.iter().map(|record| (self.name(), Record::clone(record))).collect()
    }

    fn step(&self, run: usize, read: &Kept, fails: bool) -> Step {
        let targets = by_name(std::slice::from_ref(&self.target));
        let (now, records) = (self.at(run, false), self.records(read));
        let context = Context::new(&targets, &[], now);
        let outcome = if fails { refused() } else { Outcome::success() };
        let observation = observe(self.target.name.as_str(), now, outcome);
        match self.events[run] {
            Event::Tick(_) => of_observations(&context, &records, &[observation]),
            Event::Said(_) => of_events(&context, &records, &[said(observation)]),
        }
    }

    /// What is owed of what was read.
    pub fn owed(&self, read: &Kept, at: DateTime<Utc>) -> Vec<(TargetName, Fact)> {
        let targets = by_name(std::slice::from_ref(&self.target));
        let states = states(&self.records(read));
        owed(&Context::new(&targets, &[], at), &states, &slack()).facts
    }

    /// A write, on the store's condition. Whether it was stored.
    fn commit(&self, world: &mut World, write: &Write) -> bool {
        let present = world.record.as_ref().map(|record| record.revision).unwrap_or_default();
        if present != write.expected && self.broken != Some(Break::UnconditionalWrites) {
            return false;
        }
        let revision = prober::model::record::Revision(present.0 + 1);
        world.record = Some(Printed::new(Record { revision, state: write.state.clone() }));
        true
    }

    /// Judges and writes; who comes second drops what a tick saw, and tries
    /// what was said again.
    fn write(&self, world: &mut World, run: usize, read: Kept, fails: bool) -> Run {
        let step = self.step(run, &read, fails);
        let is_said = matches!(self.events[run], Event::Said(_));
        let last = |kept: &Kept| kept.as_ref().and_then(|record| record.state.last_slot);
        let before = last(&world.record);
        let stored = step.writes.iter().all(|write| self.commit(world, write));
        if !stored && is_said && self.broken != Some(Break::NoSecondTry) {
            return Run::Judging { read: world.record.clone(), fails };
        }
        if stored {
            world.opened.extend(step.transitions.iter().filter_map(|(_, each)| match each {
                Transition::Down(incident) => Some(incident.since),
                _ => None,
            }));
        }
        if let Some(slot) = last(&world.record).filter(|slot| Some(*slot) != before) {
            world.judged.push((slot, fails));
        }
        if is_said {
            world.acknowledged.push(self.at(run, false));
        }
        Run::Telling { read: if stored { world.record.clone() } else { read } }
    }

    fn lease(&self, world: &mut World, run: usize, read: Kept) -> Run {
        let now = self.at(run, world.late);
        if self.owed(&read, now).is_empty() {
            return Run::Over;
        }
        let mut channel = ChannelRecord::clone(&world.channel);
        // All clocks agree: it is the same minute for all who are awake.
        let now = minute(if world.late { 60 } else { 0 });
        let lease = channel.lease(&holder(run), now, now + LEASE);
        world.channel = Printed::new(channel);
        match lease {
            _ if self.broken == Some(Break::NoLease) => Run::Reading { read },
            Lease::Held(_) => Run::Reading { read },
            Lease::Taken { .. } => Run::Over,
        }
    }

    fn read(&self, world: &mut World, run: usize, read: Kept) -> Run {
        let again = self.broken != Some(Break::NoSecondReading);
        let read = if again { world.record.clone() } else { read };
        let facts = self.owed(&read, self.at(run, world.late));
        if facts.is_empty() {
            return Run::Releasing;
        }
        let facts = Printed::new(facts);
        if self.broken == Some(Break::RecordsFirst) {
            self.record(world, run, &read, &facts);
        }
        Run::Sending { read, facts }
    }

    /// Enters what was accepted. Whether that was stored.
    fn record(&self, world: &mut World, run: usize, read: &Kept, facts: &Facts) -> bool {
        let at = self.at(run, world.late);
        let writes = told(&slack(), facts, None, &self.records(read), at);
        writes.iter().all(|write| self.commit(world, write))
    }

    fn advance_run(&self, world: &mut World, action: &Action) -> Option<()> {
        let (Action::Begin { run, .. }
        | Action::Write(run)
        | Action::Lease(run)
        | Action::Read(run)
        | Action::Accept(run)
        | Action::Refuse(run)
        | Action::AcceptInVain(run)
        | Action::Record(run)
        | Action::RecordInVain(run)
        | Action::Release(run)
        | Action::Die(run)) = *action
        else {
            world.late = true;
            return Some(());
        };
        let next = match (action, world.runs[run].clone()) {
            (Action::Begin { fails, .. }, Run::Waiting) => {
                Run::Judging { read: world.record.clone(), fails: *fails }
            }
            (Action::Write(_), Run::Judging { read, fails }) => self.write(world, run, read, fails),
            (Action::Lease(_), Run::Telling { read }) => self.lease(world, run, read),
            (Action::Read(_), Run::Reading { read }) => self.read(world, run, read),
            (Action::Accept(_), Run::Sending { read, facts }) => {
                world.heard.extend(facts.iter().filter_map(|(_, fact)| Word::of(fact)));
                Run::Recording { read, facts }
            }
            (Action::Refuse(_), Run::Sending { .. }) => {
                world.faults.refusals -= 1;
                Run::Releasing
            }
            (Action::AcceptInVain(_), Run::Sending { facts, .. }) => {
                world.heard.extend(facts.iter().filter_map(|(_, fact)| Word::of(fact)));
                world.faults.lost -= 1;
                world.excused += 1;
                Run::Releasing
            }
            (Action::Record(_), Run::Recording { read, facts }) => {
                let first = self.broken == Some(Break::RecordsFirst);
                if first || self.record(world, run, &read, &facts) {
                    Run::Releasing
                } else {
                    Run::Recording { read: world.record.clone(), facts }
                }
            }
            (Action::RecordInVain(_), Run::Recording { read, facts }) => {
                world.faults.lost -= 1;
                self.record(world, run, &read, &facts);
                Run::Recording { read: world.record.clone(), facts }
            }
            (Action::Release(_), Run::Releasing) => {
                let mut channel = ChannelRecord::clone(&world.channel);
                channel.release(&holder(run), ChannelState::default());
                world.channel = Printed::new(channel);
                Run::Over
            }
            (Action::Die(_), before) => {
                world.faults.deaths -= 1;
                world.excused += usize::from(matches!(before, Run::Recording { .. }));
                Run::Over
            }
            _ => return None,
        };
        world.runs[run] = next;
        Some(())
    }
}

impl Model for Protocol {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        vec![World {
            record: None,
            channel: Printed::new(ChannelRecord::default()),
            runs: vec![Run::Waiting; self.events.len()],
            faults: self.faults,
            late: false,
            heard: Vec::new(),
            judged: Vec::new(),
            opened: Vec::new(),
            acknowledged: Vec::new(),
            excused: 0,
        }]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        for (run, at) in world.runs.iter().enumerate() {
            let lost = world.faults.lost > 0;
            match at {
                Run::Over => continue,
                Run::Waiting => {
                    actions.extend([false, true].map(|fails| Action::Begin { run, fails }));
                    continue;
                }
                Run::Judging { .. } => actions.push(Action::Write(run)),
                Run::Telling { .. } => actions.push(Action::Lease(run)),
                Run::Reading { .. } => actions.push(Action::Read(run)),
                Run::Sending { .. } => {
                    actions.push(Action::Accept(run));
                    actions.extend((world.faults.refusals > 0).then_some(Action::Refuse(run)));
                    actions.extend(lost.then_some(Action::AcceptInVain(run)));
                }
                Run::Recording { .. } => {
                    actions.push(Action::Record(run));
                    actions.extend(lost.then_some(Action::RecordInVain(run)));
                }
                Run::Releasing => actions.push(Action::Release(run)),
            }
            actions.extend((world.faults.deaths > 0).then_some(Action::Die(run)));
        }
        // A lease outlives the longest send, so it expires only behind the dead.
        let is_held = |run: &Run| {
            use Run::{Reading, Recording, Releasing, Sending};
            matches!(run, Reading { .. } | Sending { .. } | Recording { .. } | Releasing)
        };
        if !world.late && !world.runs.iter().any(is_held) {
            actions.push(Action::LeasesExpire);
        }
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        let mut next = world.clone();
        self.advance_run(&mut next, &action)?;
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::all()
    }
}

fn holder(run: usize) -> Holder {
    Holder(format!("process {run}"))
}

/// The same as a ping would say.
fn said(observation: prober::model::observation::Observation) -> Said {
    Said {
        target: observation.target,
        at: observation.slot,
        vantage: observation.vantage,
        outcome: Some(observation.outcome),
        pulse: Some(Pulse::Ended),
        count: 1,
        attachment: None,
        errors: Vec::new(),
        news: None,
        wishes: Wishes::default(),
        order: EventOrder::Came,
    }
}

/// The words of each kind, by incident.
pub fn tally(heard: &[Word]) -> BTreeMap<Word, usize> {
    heard.iter().fold(BTreeMap::new(), |mut tally, word| {
        *tally.entry(*word).or_default() += 1;
        tally
    })
}
