//! Processes that share the records of a target and of the prober itself, and
//! one lease of a channel.
//!
//! The order of what a process does is the product's own, and so is what each
//! step computes: [`pass`] decides a tick, [`Receiving`] stores what is said from
//! outside, [`Telling`] how the channel is told, and `ChannelRecord` is the rule
//! of the lease. The model adds the world around them: in which order processes
//! take their steps, what fails, and the store's promise that a write is
//! conditional on the revision read.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use prober::core::announce::{Context, Fact};
use prober::core::judge::health::Transition;
use prober::core::step::telling::{
    ChannelAnswer, LEASE, NoticeKey, Occasion, Recording, Reserving, Sending, Telling,
};
use prober::core::step::{
    Event as Said, EventOrder, PassFor, Pulse, Receiving, Seen, Step, Wishes, forget_told, owed,
    pass, untold_gaps,
};
use prober::model::channel_state::ChannelState;
use prober::model::doubt::Doubts;
use prober::model::names::TargetName;
use prober::model::observation::{Observation, Outcome};
use prober::model::prober_state::Gap;
use prober::model::record::{ProberWrite, Record, Records, Revision, Write};
use prober::model::self_check::SelfCheck;
use prober::model::state::State;
use prober::model::target::{Channel, ChannelKind, Target, by_name};
use prober::store::{ChannelRecord, Lease};
use stateright::{Model, Property};

use super::printed::Printed;
use super::properties::{self, Heard};
use super::world::{Faults, Read, Run, World, goes_on, own, told_by};
use crate::world::{minute, observe, refused, slack};

/// What makes a process start.
#[derive(Debug, Clone, Copy)]
pub enum Event {
    /// The tick of this minute.
    Tick(i64),
    /// Something is said from outside, in this minute.
    Said(i64),
    /// Prober has a notice of its own to tell, in this minute: always the same.
    Notice(i64),
}

/// The notice that there is.
const NOTICE: NoticeKey = NoticeKey { digest: 7 << 32, episode: None, returns: false };

/// A promise of the protocol that is broken on purpose, to see that the
/// properties notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// A process speaks without the lease, and does not notice that it has none.
    NoLease,
    /// It tells what was owed when it judged, and does not read again.
    NoSecondReading,
    /// It enters what it says before the channel has accepted it.
    RecordsFirst,
    /// It does not store that it begins to send.
    NoReserve,
    /// It sends though that could not be stored.
    SendsUnreserved,
    /// It tells again at once what it may have told.
    NoPause,
    /// A write does not ask whether somebody was before.
    UnconditionalWrites,
    /// What is said from outside is given up when somebody was before.
    NoSecondTry,
    /// The prober looks for a gap once its observations are stored: then there
    /// is none to be seen.
    GapLast,
}

impl Event {
    fn minute(self) -> i64 {
        match self {
            Self::Tick(minute) | Self::Said(minute) | Self::Notice(minute) => minute,
        }
    }
}

/// The bounds that are explored whole.
pub struct Protocol {
    pub target: Target,
    pub events: Vec<Event>,
    pub faults: Faults,
    pub broken: Option<Break>,
}

/// One step of one process, or of the world.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Action {
    /// It reads, and observes a failure or a success.
    Begin {
        run: usize,
        fails: bool,
    },
    /// It takes its next step, and nothing goes wrong.
    Go(usize),
    /// The channel refuses its message, or the store that it is being sent.
    Refuse(usize),
    /// The channel accepts its message, or the store its record, and the
    /// answer is lost.
    GoInVain(usize),
    Die(usize),
    LeasesExpire,
}

impl Protocol {
    fn at(&self, run: usize, late: bool) -> DateTime<Utc> {
        let at = minute(self.events[run].minute());
        if late { at + LEASE } else { at }
    }

    /// When all that has been is over, and the pauses that it caused: two
    /// accidents at most, so that the longest is two minutes.
    fn end(&self) -> DateTime<Utc> {
        let last = self.events.iter().map(|event| event.minute()).max().unwrap_or_default();
        minute(last + 2) + LEASE
    }

    fn is_said(&self, run: usize) -> bool {
        matches!(self.events[run], Event::Said(_))
    }

    fn is_notice(&self, run: usize) -> bool {
        matches!(self.events[run], Event::Notice(_))
    }

    pub fn has_notice(&self) -> bool {
        (0..self.events.len()).any(|run| self.is_notice(run))
    }

    /// What one more process would tell that meets no fault, at the end.
    pub fn would_tell(&self, world: &World) -> Vec<Heard> {
        let (at, read) = (self.end(), &world.records);
        let facts = self.owed(read, at).len();
        let tick = Telling::begin(&slack(), facts, untold_gaps(read, &own()), Occasion::Tick);
        let notice = self.has_notice().then(|| Telling::notice(&slack(), NOTICE));
        let each = [Some(tick), notice].into_iter().flatten();
        each.flat_map(|telling| self.would_send(world, telling, at)).collect()
    }

    fn would_send(&self, world: &World, telling: Telling, at: DateTime<Utc>) -> Vec<Heard> {
        let telling = match telling {
            Telling::NeedLease(need) => need.held(world.channel.state().clone(), at),
            other => other,
        };
        let telling = match telling {
            Telling::NeedReload(need) => {
                self.at_instant(at, |context| need.read(context, &world.records))
            }
            other => other,
        };
        let Telling::Reserve(need) = telling else { return Vec::new() };
        let Telling::Send(need) = need.kept() else { return Vec::new() };
        told_by(&need)
    }

    /// What `decide` makes of the context at `at`.
    fn at_instant<T>(&self, at: DateTime<Utc>, decide: impl FnOnce(&Context<'_>) -> T) -> T {
        let targets = by_name(std::slice::from_ref(&self.target));
        decide(&Context::new(&targets, &[], at))
    }

    /// What is remembered of the target.
    pub fn state<'a>(&self, records: &'a Records) -> Option<&'a State> {
        records.get(&self.target.name).map(|record| &*record.state)
    }

    /// What is owed of the target.
    pub fn owed(&self, read: &Records, at: DateTime<Utc>) -> Vec<(TargetName, Fact)> {
        self.at_instant(at, |context| owed(context, read, &slack()).facts)
    }

    /// Performs `writes`, each on the store's condition, and enters in `read`
    /// what is stored by that. Where somebody else wrote first, `read` is read
    /// again, and the targets are returned.
    fn commit(&self, world: &mut World, read: &mut Read, writes: &[Write]) -> BTreeSet<TargetName> {
        let (mut records, mut known) = (Records::clone(&world.records), Records::clone(read));
        let mut lost = BTreeSet::new();
        for write in writes {
            let record = records.entry(write.target.clone()).or_default();
            let is_first = record.revision == write.expected;
            if is_first || self.broken == Some(Break::UnconditionalWrites) {
                let revision = Revision(record.revision.0 + 1);
                *record = Record { revision, state: write.state.clone() };
                known.insert(write.target.clone(), record.clone());
            } else {
                lost.insert(write.target.clone());
            }
        }
        world.records = Printed::new(records);
        *read = if lost.is_empty() { Printed::new(known) } else { world.records.clone() };
        lost
    }

    /// The same of the prober's own record. Whether nobody else was first.
    fn commit_own(&self, world: &mut World, read: &mut Read, write: &ProberWrite) -> bool {
        let (mut records, mut known) = (Records::clone(&world.records), Records::clone(read));
        let record = records.probers.entry(write.vantage.clone()).or_default();
        let is_first = record.revision == write.expected;
        if is_first || self.broken == Some(Break::UnconditionalWrites) {
            let revision = Revision(record.revision.0 + 1);
            *record = Record { revision, state: write.state.clone() };
            known.probers.insert(write.vantage.clone(), record.clone());
            world.records = Printed::new(records);
            *read = Printed::new(known);
            return true;
        }
        *read = world.records.clone();
        false
    }

    /// Decides, and writes: what the prober found out about itself, then what
    /// it observed, each in a step of its own.
    fn judge(
        &self,
        world: &mut World,
        run: usize,
        mut read: Read,
        fails: bool,
        noted: bool,
    ) -> Run {
        let at = self.at(run, false);
        let outcome = if fails { refused() } else { Outcome::success() };
        let observation = observe(self.target.name.as_str(), at, outcome);
        if self.is_said(run) {
            return self.receive(world, run, read, said(observation), fails);
        }
        let pass = self.at_instant(at, |context| {
            let seen = Seen::new(context.targets(), vec![observation], SelfCheck::NotAsked);
            let (own, channels) = (own(), [channel()]);
            pass(context, PassFor { at, own: &own, channels: &channels, skip: None }, &read, &seen)
        });
        let gap = pass.gap.and_then(|gap| gap.write);
        if let Some(gap) = gap.filter(|_| !noted && self.broken != Some(Break::GapLast)) {
            let noted = self.commit_own(world, &mut read, &gap);
            return Run::Judging { read, fails, noted };
        }
        self.commit_step(world, run, read, pass.step, fails)
    }

    /// Stores what was said; again, if somebody else was first.
    fn receive(
        &self,
        world: &mut World,
        run: usize,
        mut read: Read,
        event: Said,
        fails: bool,
    ) -> Run {
        let at = self.at(run, false);
        let before = self.last_slot(world);
        let mut receiving = Receiving::new(vec![event]);
        let writes = self.at_instant(at, |context| receiving.writes(context, &read));
        receiving.stored(&self.commit(world, &mut read, &writes));
        if !receiving.is_done() && self.broken != Some(Break::NoSecondTry) {
            return Run::Judging { read, fails, noted: false };
        }
        let (step, _) = receiving.finish();
        world.acknowledged.push(at);
        self.enter(world, before, &step.transitions, fails);
        self.begin_to_tell(world, run, read, Occasion::Event)
    }

    /// Writes the step of a tick. If somebody else was first, what it saw is dropped.
    fn commit_step(
        &self,
        world: &mut World,
        run: usize,
        mut read: Read,
        mut step: Step,
        fails: bool,
    ) -> Run {
        let before = self.last_slot(world);
        let lost = self.commit(world, &mut read, &std::mem::take(&mut step.writes));
        self.enter(world, before, &step.without(&lost).transitions, fails);
        self.begin_to_tell(world, run, read, Occasion::Tick)
    }

    fn last_slot(&self, world: &World) -> Option<DateTime<Utc>> {
        self.state(&world.records).and_then(|state| state.last_slot)
    }

    /// Enters what became true, and that a slot was judged if it was not the
    /// one `before`.
    fn enter(
        &self,
        world: &mut World,
        before: Option<DateTime<Utc>>,
        transitions: &[(TargetName, Transition)],
        fails: bool,
    ) {
        world.opened.extend(transitions.iter().filter_map(|(_, each)| match each {
            Transition::Down(incident) => Some(incident.since),
            _ => None,
        }));
        if let Some(slot) = self.last_slot(world).filter(|slot| Some(*slot) != before) {
            world.judged.push((slot, fails));
        }
    }

    fn begin_to_tell(&self, world: &World, run: usize, read: Read, occasion: Occasion) -> Run {
        let facts = self.owed(&read, self.at(run, world.late)).len();
        let gaps = untold_gaps(&read, &own());
        goes_on(read, Telling::begin(&slack(), facts, gaps, occasion))
    }

    /// Gives the stage that a process is in the answer that it needs.
    fn tell(&self, world: &mut World, run: usize, read: Read, telling: Telling) -> Run {
        let at = self.at(run, world.late);
        let telling = match telling {
            Telling::NeedLease(need) => match world.lease(run) {
                Lease::Held(state) if self.broken == Some(Break::NoPause) => {
                    need.held(ChannelState { doubts: Doubts::default(), ..state }, at)
                }
                Lease::Held(state) => need.held(state, at),
                Lease::Taken { .. } if self.broken == Some(Break::NoLease) => {
                    need.held(ChannelState::default(), at)
                }
                Lease::Taken { .. } => need.taken(),
            },
            Telling::NeedReload(need) => {
                let again = self.broken != Some(Break::NoSecondReading);
                let read = if again { world.records.clone() } else { read };
                let telling = self.at_instant(at, |context| need.read(context, &read));
                return goes_on(read, telling);
            }
            Telling::Reserve(need) => {
                let is_unguarded = matches!(self.broken, Some(Break::NoReserve | Break::NoLease));
                let is_kept = is_unguarded || world.keep(run, &need);
                let telling = if is_kept { need.kept() } else { need.lost() };
                if let (Some(Break::RecordsFirst), Telling::Send(need)) = (self.broken, &telling) {
                    self.record_first(world, &read, need.clone(), at);
                }
                telling
            }
            Telling::Send(need) => {
                world.hear(&need, at);
                need.answered(ChannelAnswer::Accepted { receipt: None }, at)
            }
            Telling::Record(need) => return self.record(world, read, need),
            Telling::Release(need) => {
                world.release(run, need.state());
                need.released()
            }
            Telling::Done(told) => Telling::Done(told),
        };
        goes_on(read, telling)
    }

    /// Enters what was accepted; from newer records where somebody was before.
    fn record(&self, world: &mut World, mut read: Read, mut need: Recording) -> Run {
        if self.broken == Some(Break::RecordsFirst) {
            need.stored(&BTreeSet::new());
        } else {
            let writes = need.writes(&read);
            need.stored(&self.commit(world, &mut read, &writes));
        }
        goes_on(read, need.next())
    }

    fn record_first(&self, world: &mut World, read: &Read, need: Sending, at: DateTime<Utc>) {
        if let Telling::Record(need) = need.answered(ChannelAnswer::Accepted { receipt: None }, at)
        {
            self.commit(world, &mut read.clone(), &need.writes(read));
        }
    }

    /// The store does not take that a send begins.
    fn not_reserved(&self, need: Reserving) -> Telling {
        let goes_on = self.broken == Some(Break::SendsUnreserved);
        if goes_on { need.kept() } else { need.failed() }
    }

    /// Forgets gaps that the channel knows of, which is the only one.
    fn forget(&self, world: &mut World, mut read: Read, told: Printed<Vec<Gap>>) -> Run {
        let write = forget_told(&read, &own(), &told);
        let is_done = write.is_none_or(|write| self.commit_own(world, &mut read, &write));
        if is_done { Run::Over } else { Run::Forgetting { read, told } }
    }

    /// An answer to a process is lost: it does not know what became of its step.
    fn go_in_vain(&self, world: &mut World, run: usize, read: Read, telling: Telling) -> Run {
        world.faults.lost -= 1;
        match telling {
            Telling::Reserve(need) => {
                world.keep(run, &need);
                goes_on(read, need.failed())
            }
            Telling::Send(need) => {
                world.hear(&need, self.at(run, world.late));
                world.excused += 1;
                world.excused_gaps += 1;
                goes_on(read, need.answered(ChannelAnswer::Unknown, self.at(run, world.late)))
            }
            Telling::Record(need) => {
                self.commit(world, &mut read.clone(), &need.writes(&read));
                goes_on(world.records.clone(), Telling::Record(need))
            }
            other => goes_on(read, other),
        }
    }

    fn act(&self, world: &mut World, action: Action) -> Option<()> {
        let (Action::Begin { run, .. }
        | Action::Go(run)
        | Action::Refuse(run)
        | Action::GoInVain(run)
        | Action::Die(run)) = action
        else {
            world.late = true;
            return Some(());
        };
        let next = match (action, world.runs[run].clone()) {
            (Action::Begin { .. }, Run::Waiting) if self.is_notice(run) => {
                goes_on(Printed::new(Records::new()), Telling::notice(&slack(), NOTICE))
            }
            (Action::Begin { fails, .. }, Run::Waiting) => {
                Run::Judging { read: world.records.clone(), fails, noted: false }
            }
            (Action::Go(_), Run::Judging { read, fails, noted }) => {
                self.judge(world, run, read, fails, noted)
            }
            (Action::Go(_), Run::Telling { read, telling }) => {
                self.tell(world, run, read, Telling::clone(&telling))
            }
            (Action::Go(_), Run::Forgetting { read, told }) => self.forget(world, read, told),
            (Action::Refuse(_), Run::Telling { read, telling }) => {
                world.faults.refusals -= 1;
                let at = self.at(run, world.late);
                let telling = match Telling::clone(&telling) {
                    Telling::Send(need) => need.answered(ChannelAnswer::Refused, at),
                    Telling::Reserve(need) => self.not_reserved(need),
                    _ => return None,
                };
                goes_on(read, telling)
            }
            (Action::GoInVain(_), Run::Telling { read, telling }) => {
                self.go_in_vain(world, run, read, Telling::clone(&telling))
            }
            (Action::Die(_), before) => {
                world.faults.deaths -= 1;
                let is_unrecorded = before.is(|telling| matches!(telling, Telling::Record(_)));
                let is_leaving = before.is(|telling| matches!(telling, Telling::Release(_)));
                world.excused += usize::from(is_unrecorded);
                world.excused_gaps += usize::from(is_unrecorded || is_leaving);
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
            records: Printed::new(Records::new()),
            channel: Printed::new(ChannelRecord::default()),
            runs: vec![Run::Waiting; self.events.len()],
            faults: self.faults,
            late: false,
            heard: Vec::new(),
            heard_at: Vec::new(),
            is_unnoted: false,
            judged: Vec::new(),
            opened: Vec::new(),
            acknowledged: Vec::new(),
            excused: 0,
            excused_gaps: 0,
        }]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        for (run, at) in world.runs.iter().enumerate() {
            match at {
                Run::Over => continue,
                Run::Waiting => {
                    let begin = |fails: &bool| Action::Begin { run, fails: *fails };
                    // A notice is the same whatever is observed.
                    let ways = if self.is_notice(run) { &[false][..] } else { &[false, true] };
                    actions.extend(ways.iter().map(begin));
                    continue;
                }
                Run::Judging { .. } | Run::Telling { .. } | Run::Forgetting { .. } => {
                    actions.push(Action::Go(run));
                }
            }
            let sends = at.is(|telling| matches!(telling, Telling::Send(_)));
            let records = at.is(|telling| matches!(telling, Telling::Record(_)));
            let reserves = at.is(|telling| matches!(telling, Telling::Reserve(_)));
            let Faults { deaths, refusals, lost } = world.faults;
            actions.extend(((sends || reserves) && refusals > 0).then_some(Action::Refuse(run)));
            actions.extend(
                ((sends || records || reserves) && lost > 0).then_some(Action::GoInVain(run)),
            );
            actions.extend((deaths > 0).then_some(Action::Die(run)));
        }
        // A lease outlives the longest send, so it expires only behind the dead.
        if !world.late && !world.runs.iter().any(Run::has_the_lease) {
            actions.push(Action::LeasesExpire);
        }
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        let mut next = world.clone();
        self.act(&mut next, action)?;
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::all()
    }
}

fn channel() -> Channel {
    Channel::new(slack(), ChannelKind::Console)
}

/// The same as a ping would say.
fn said(observation: Observation) -> Said {
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
        source: None,
    }
}

/// How often each fact was heard.
pub fn tally(heard: &[Heard]) -> BTreeMap<Heard, usize> {
    heard.iter().fold(BTreeMap::new(), |mut tally, heard| {
        *tally.entry(*heard).or_default() += 1;
        tally
    })
}
