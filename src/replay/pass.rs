//! One pass of a replay: what a tick does, without the world.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::bad_line;
use super::sent::{Sent, SentFact};
use super::summary::{ReplaySummary, Tally};
use crate::core::announce::{self, Context};
use crate::core::judge::{deadline, latency, self_check};
use crate::core::step::telling::{ChannelAnswer, Occasion, Sending, Telling};
use crate::core::step::{self, Event, EventOrder, Owed, Pass, PassFor, Pulse, Seen, Step, Wishes};
use crate::message::Subjects;
use crate::message::Voice;
use crate::message::batch::render;
use crate::model::channel_state::ChannelState;
use crate::model::names::{ChannelName, TargetName};
use crate::model::observation::{Observation, Outcome, Reason, Vantage, WarningKind};
use crate::model::prober_state::Gap;
use crate::model::record::{ProberWrite, Records, Write};
use crate::model::record_key::RecordKey;
use crate::model::self_check::SelfCheck;
use crate::model::target::{self, Config, Endpoint, Kind, Target, Targets};

/// The lines of one instant.
pub(super) struct PassLines {
    pub(super) at: DateTime<Utc>,
    pub(super) observations: Vec<Observation>,
    pub(super) self_check: SelfCheck,
}

impl PassLines {
    /// A pass without observations yet. The self-check answers, unless a line
    /// says otherwise.
    pub(super) fn new(at: DateTime<Utc>) -> Self {
        Self { at, observations: Vec::new(), self_check: SelfCheck::Answered }
    }
}

/// What is remembered from one pass to the next.
pub(super) struct World<'a> {
    config: &'a Config,
    vantage: Vantage,
    /// The latency above which each endpoint is slow, if any.
    slow_over: HashMap<TargetName, Option<Duration>>,
    discovered: Vec<Target>,
    records: Records,
    refusing: BTreeSet<ChannelName>,
    /// What is remembered of each channel.
    channels: BTreeMap<ChannelName, ChannelState>,
    tally: Tally,
}

impl<'a> World<'a> {
    pub(super) fn new(config: &'a Config, vantage: Vantage) -> Self {
        let limit = |(target, endpoint): (&Target, &Endpoint)| {
            (target.name.clone(), endpoint.warn.latency_over)
        };
        Self {
            slow_over: config.endpoints().map(limit).collect(),
            config,
            vantage,
            discovered: Vec::new(),
            records: Records::new(),
            refusing: BTreeSet::new(),
            channels: BTreeMap::new(),
            tally: Tally::default(),
        }
    }

    pub(super) fn vantage(&self) -> &Vantage {
        &self.vantage
    }

    pub(super) fn summary(&self) -> ReplaySummary {
        self.tally.summary()
    }

    /// Makes the channel called `name` accept messages from now on, or refuse them.
    pub(super) fn listen(&mut self, name: &str, accepts: bool) -> Result<(), String> {
        let mut channels = self.config.channels.iter().map(|channel| &channel.name);
        let known = || self.config.channels.iter().map(|channel| channel.name.as_str());
        let channel = channels
            .find(|channel| channel.as_str() == name)
            .ok_or_else(|| bad_line::unknown("channel", name, known()))?;
        if accepts {
            self.refusing.remove(channel);
        } else {
            self.refusing.insert(channel.clone());
        }
        Ok(())
    }

    /// Judges whether `seen` took too long for this configuration: the limit may
    /// differ from that of the recording.
    pub(super) fn judge_latency(&self, seen: &mut Observation) {
        let (Some(took), Some(limit)) = (seen.latency, self.slow_over.get(&seen.target)) else {
            return;
        };
        if let Outcome::Success { warnings } = &mut seen.outcome {
            let slow = latency::slow(took, *limit);
            let is_said = warnings.iter().any(|warning| warning.kind == WarningKind::Slow);
            match slow {
                Some(slow) if !is_said => warnings.push(slow),
                Some(_) => {}
                None => warnings.retain(|warning| warning.kind != WarningKind::Slow),
            }
        }
    }

    /// Adds the target called `name`, if it is of a kind that needs no
    /// configuration and is not ignored; returns whether it is.
    pub(super) fn discover(&mut self, name: &TargetName) -> bool {
        let discovered = self.config.discovered.target(name);
        let is_taken = discovered.is_some();
        self.discovered.extend(discovered);
        is_taken
    }

    /// Whether `name` needs no configuration, and this one ignores it.
    pub(super) fn ignores(&self, name: &TargetName) -> bool {
        match RecordKey::of(name) {
            RecordKey::Alarm(_) | RecordKey::Logs(_) | RecordKey::Topic(_) => {
                self.config.discovered.target(name).is_none()
            }
            RecordKey::Named(_) | RecordKey::Reports(_) | RecordKey::Prober(_) => false,
        }
    }

    /// Judges the observations, and tells what is owed then.
    pub(super) fn pass(&mut self, lines: PassLines) -> Vec<Sent> {
        // Taken out, so that the targets stay borrowed while everything else changes.
        let discovered = std::mem::take(&mut self.discovered);
        let config = self.config;
        let targets = target::and_discovered(&config.targets, &discovered);
        let at = lines.at;
        let context = Context::configured(config, &targets, at);
        self.tally.pass(at, lines.observations.len());
        let seen = self.observe(&context, lines);
        let own = self.vantage.clone();
        let pass_for = PassFor { at, own: &own, channels: &config.channels, skip: None };
        let pass = step::pass(&context, pass_for, &self.records, &seen);
        let is_blind = pass.self_check.is_blind();
        let owed = self.carry_out(pass);
        let sent = if is_blind { Vec::new() } else { self.tell_all(&context, &owed) };
        self.discovered = discovered;
        sent
    }

    /// What a tick would have observed. Events from outside come first: they came
    /// before the tick that would call them late.
    fn observe(&mut self, context: &Context<'_>, lines: PassLines) -> Seen {
        let PassLines { at, observations, self_check } = lines;
        let targets = context.targets();
        let (events, mut observations): (Vec<_>, Vec<_>) =
            observations.into_iter().partition(|seen| is_ping(targets, seen));
        if !events.is_empty() {
            let events: Vec<Event> = events.into_iter().map(ping).collect();
            let step = step::of_events(context, &self.records, &events);
            self.store_step(step);
        }
        let silent = |target: &&Target| {
            let state = &self.records.get(&target.name)?.state;
            let works_since = announce::works_since(target, targets, &self.records);
            deadline::overdue(target, state, works_since, &self.vantage, at)
        };
        let called = targets.values().filter(|target| target.endpoint().is_none());
        observations.extend(called.filter_map(silent));
        let self_check = self.self_check(targets, &observations, self_check);
        Seen::new(targets, observations, self_check)
    }

    /// The answer of the self-check in the trace, if a tick would have asked.
    fn self_check(
        &self,
        targets: &Targets<'_>,
        observations: &[Observation],
        answer: SelfCheck,
    ) -> SelfCheck {
        let is_asked =
            !self.config.self_check.is_empty() && self_check::is_needed(targets, observations);
        if is_asked { answer } else { SelfCheck::NotAsked }
    }

    /// Does what `pass` has decided. Returns what each channel is owed after that.
    fn carry_out(&mut self, pass: Pass) -> Vec<(ChannelName, Owed)> {
        self.records.forget(&pass.removed);
        self.store_own(pass.gap.and_then(|gap| gap.write));
        self.store_step(pass.step);
        pass.owed
    }

    fn store_step(&mut self, step: Step) {
        self.store(step.writes);
        for (target, transition) in &step.transitions {
            self.tally.transition(target, transition);
        }
    }

    fn store(&mut self, writes: impl IntoIterator<Item = Write>) {
        for write in writes {
            let record = self.records.entry(write.target).or_default();
            record.revision.0 += 1;
            record.state = write.state;
        }
    }

    fn store_own(&mut self, write: Option<ProberWrite>) {
        let Some(ProberWrite { vantage, state, .. }) = write else { return };
        let record = self.records.probers.entry(vantage).or_default();
        record.revision.0 += 1;
        record.state = state;
    }

    /// Tells every channel what it is `owed`.
    fn tell_all(&mut self, context: &Context<'_>, owed: &[(ChannelName, Owed)]) -> Vec<Sent> {
        let gaps = step::untold_gaps(&self.records, &self.vantage);
        let mut sent = Vec::new();
        let mut all_know = true;
        for (channel, owed) in owed {
            let facts = owed.facts.len();
            let own = step::gaps_for(channel, &gaps, context);
            let telling = Telling::begin(channel, facts, own, Occasion::Tick);
            all_know &= self.tell(context, channel, telling, &mut sent) == 0;
            all_know &= context.closed_until(channel).is_none();
        }
        if all_know {
            self.store_own(step::forget_told(&self.records, &self.vantage, &gaps));
        }
        sent
    }

    /// Carries out `telling` from its first stage to its last. Returns how many
    /// gaps the channel is still owed.
    fn tell(
        &mut self,
        context: &Context<'_>,
        channel: &ChannelName,
        mut telling: Telling,
        sent: &mut Vec<Sent>,
    ) -> usize {
        let now = context.now();
        loop {
            telling = match telling {
                Telling::NeedLease(need) => {
                    need.held(self.channels.get(channel).cloned().unwrap_or_default(), now)
                }
                Telling::NeedReload(need) => need.read(context, &self.records),
                Telling::Reserve(need) => {
                    self.channels.insert(channel.clone(), need.state());
                    need.kept()
                }
                Telling::Send(need) if self.refusing.contains(channel) => {
                    need.answered(ChannelAnswer::Unavailable, now)
                }
                Telling::Send(need) => {
                    sent.extend(self.sent(channel, &need, now));
                    need.answered(ChannelAnswer::Accepted { receipt: None }, now)
                }
                Telling::Record(mut need) => {
                    self.store(need.writes(&self.records));
                    need.stored(&BTreeSet::new());
                    need.next()
                }
                Telling::Release(need) => {
                    self.channels.insert(channel.clone(), need.state().clone());
                    need.released()
                }
                Telling::Done(told) => return told.gaps_left,
            };
        }
    }

    /// The message that `channel` accepts. A replay has no notices.
    fn sent(&mut self, channel: &ChannelName, need: &Sending, now: DateTime<Utc>) -> Option<Sent> {
        let Config { language, timezone, .. } = *self.config;
        let voice =
            Voice { language, zone: timezone, vantage: &self.vantage, page: None, now: need.at() };
        let batch = need.batch()?;
        let (targets, order) = (target::by_name(&self.config.targets), &self.config.targets);
        let subjects = Subjects::of(channel, &targets, order, self.records.keys());
        self.tally.message();
        for (target, fact) in batch.facts() {
            self.tally.told(target, fact, now);
        }
        let told = batch.facts().iter().map(|(target, fact)| SentFact::new(target, fact, now));
        let no_view: Vec<Gap> = batch.gaps().to_vec();
        let (messages, message) = (told.collect(), render(batch, &subjects, &voice));
        Some(Sent { at: now, channel: channel.clone(), messages, no_view, message })
    }
}

/// Whether a heartbeat said this itself. A tick noticed what is `late`.
fn is_ping(targets: &Targets<'_>, seen: &Observation) -> bool {
    let by_itself = match &seen.outcome {
        Outcome::Success { .. } => true,
        Outcome::Failure(failure) => failure.reason != Reason::Late,
        Outcome::Inconclusive { .. } => false,
    };
    let calls = targets.get(&seen.target).is_some_and(|target| match target.kind {
        Kind::Heartbeat(_) => true,
        Kind::Endpoint(_) | Kind::Errors(_) | Kind::Alarm | Kind::Topic | Kind::Off => false,
    });
    by_itself && calls
}

/// The ping that ended a run, and from which the next deadline counts.
fn ping(seen: Observation) -> Event {
    Event {
        target: seen.target,
        at: seen.slot,
        vantage: seen.vantage,
        outcome: Some(seen.outcome),
        pulse: Some(Pulse::Ended),
        count: 1,
        attachment: None,
        errors: Vec::new(),
        news: None,
        wishes: Wishes::default(),
        order: EventOrder::Sent,
        source: None,
    }
}
