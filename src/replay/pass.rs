//! One pass of a replay: what a tick does, with the world left out.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::bad_line;
use super::sent::{self, Sent, SentFact};
use super::summary::{ReplaySummary, Tally};
use crate::core::announce::{self, Context, Fact};
use crate::core::judge::{deadline, latency};
use crate::core::step::{self, Event, EventOrder, Pulse, Step, Wishes};
use crate::message::Voice;
use crate::message::batch::batches;
use crate::model::names::{ChannelName, TargetName};
use crate::model::observation::{Observation, Outcome, Reason, Vantage, WarningKind};
use crate::model::record::{Records, states};
use crate::model::record_key::RecordKey;
use crate::model::target::{self, Config, Endpoint, Kind, Target, Targets};

/// The lines of one instant.
pub(super) struct Pass {
    pub(super) at: DateTime<Utc>,
    pub(super) observations: Vec<Observation>,
    pub(super) self_check_failed: bool,
}

impl Pass {
    /// A pass in which nothing was seen yet.
    pub(super) fn new(at: DateTime<Utc>) -> Self {
        Self { at, observations: Vec::new(), self_check_failed: false }
    }
}

/// What is remembered from one pass to the next.
pub(super) struct World<'a> {
    pub(super) config: &'a Config,
    pub(super) vantage: Vantage,
    /// The latency of each endpoint that is a warning, if any is.
    slow_over: HashMap<TargetName, Option<Duration>>,
    discovered: Vec<Target>,
    pub(super) records: Records,
    refusing: BTreeSet<ChannelName>,
    /// What each channel heard of beside targets.
    pub(super) heard: BTreeSet<(ChannelName, String)>,
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
            heard: BTreeSet::new(),
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

    /// Says of what was seen whether it took too long for this configuration:
    /// the limit may be another than when it was recorded.
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

    /// Adds the target called `name`, if it is one that needs no configuration
    /// and is taken; whether it is.
    pub(super) fn invite(&mut self, name: &TargetName) -> bool {
        let discovered = self.config.discovered.target(name);
        let is_taken = discovered.is_some();
        self.discovered.extend(discovered);
        is_taken
    }

    /// Whether `name` needs no configuration, and this one does not take it.
    pub(super) fn ignores(&self, name: &TargetName) -> bool {
        match RecordKey::of(name) {
            RecordKey::Alarm(_) | RecordKey::Logs(_) | RecordKey::Topic(_) => {
                self.config.discovered.target(name).is_none()
            }
            RecordKey::Named(_) | RecordKey::Reports(_) | RecordKey::Prober(_) => false,
        }
    }

    /// Judges what was seen, and tells what is owed then.
    pub(super) fn pass(&mut self, pass: Pass) -> Vec<Sent> {
        // Taken out, so that the targets can be held on to while all else changes.
        let discovered = std::mem::take(&mut self.discovered);
        let config = self.config;
        let targets = target::and_discovered(&config.targets, &discovered);
        let context = Context::new(&targets, &config.maintenance, pass.at);
        self.tally.pass(pass.at, pass.observations.len());
        let blind = self.judge(&context, pass);
        let channels = config.channels.iter().map(|channel| &channel.name).filter(|_| !blind);
        let sent = channels.flat_map(|channel| self.tell(&context, channel)).collect();
        self.forget_told();
        self.discovered = discovered;
        sent
    }

    /// What was said from outside comes first: it came before the tick that
    /// would call it late. Whether the prober was blind in this pass.
    fn judge(&mut self, context: &Context<'_>, pass: Pass) -> bool {
        let targets = context.targets();
        let (events, mut observations): (Vec<_>, Vec<_>) =
            pass.observations.into_iter().partition(|seen| is_ping(targets, seen));
        if !events.is_empty() {
            let events: Vec<Event> = events.into_iter().map(ping).collect();
            let step = step::of_events(context, &self.records, &events);
            self.store(step);
        }
        let silent = |target: &&Target| {
            let state = &self.records.get(&target.name)?.state;
            let works_since = announce::works_since(target, targets, &self.records);
            deadline::overdue(target, state, works_since, &self.vantage, pass.at)
        };
        let called = targets.values().filter(|target| target.endpoint().is_none());
        observations.extend(called.filter_map(silent));
        let blind = self.look(targets, &mut observations, pass.self_check_failed, pass.at);
        let step = step::of_observations(context, &self.records, &observations);
        self.store(step);
        blind
    }

    fn store(&mut self, step: Step) {
        for write in step.writes {
            let record = self.records.entry(write.target).or_default();
            record.revision.0 += 1;
            record.state = write.state;
        }
        for (target, transition) in &step.transitions {
            self.tally.transition(target, transition);
        }
    }

    /// Tells `channel` what it is owed, if it accepts messages.
    fn tell(&mut self, context: &Context<'_>, channel: &ChannelName) -> Vec<Sent> {
        if self.refusing.contains(channel) {
            return Vec::new();
        }
        let (facts, now) = (step::owed(context, &self.records, channel).facts, context.now());
        let notices = self.unheard(channel);
        if facts.is_empty() && notices.is_empty() {
            return Vec::new();
        }
        let voice = Voice {
            language: self.config.language,
            zone: self.config.timezone,
            vantage: &self.vantage,
            now,
        };
        let batches = batches(channel, facts, &notices, &states(&self.records), &voice);
        let mut all = Vec::new();
        for batch in batches {
            self.deliver(channel, &batch.facts, now);
            let known = batch.notices.iter().map(|each| (channel.clone(), each.identity()));
            self.heard.extend(known);
            let told = batch.facts.iter().map(|(target, fact)| SentFact::new(target, fact, now));
            let no_view = batch.notices.iter().filter_map(sent::gap).collect();
            let (messages, message) = (told.collect(), batch.message);
            all.push(Sent { at: now, channel: channel.clone(), messages, no_view, message });
        }
        all
    }

    fn deliver(&mut self, channel: &ChannelName, facts: &[(TargetName, Fact)], now: DateTime<Utc>) {
        self.tally.message();
        for (target, fact) in facts {
            self.tally.told(target, fact, now);
            if let Some(record) = self.records.get_mut(target) {
                announce::deliver(&mut record.state, channel, fact, now);
                record.revision.0 += 1;
            }
        }
    }
}

/// Whether a heartbeat said this itself. What is `late` was noticed by a tick.
fn is_ping(targets: &Targets<'_>, seen: &Observation) -> bool {
    let by_itself = match &seen.outcome {
        Outcome::Success { .. } => true,
        Outcome::Failure(failure) => failure.reason != Reason::Late,
        Outcome::Inconclusive { .. } => false,
    };
    let calls = targets.get(&seen.target).is_some_and(|target| match target.kind {
        Kind::Heartbeat(_) => true,
        Kind::Endpoint(_) | Kind::Errors(_) | Kind::Alarm => false,
    });
    by_itself && calls
}

/// The ping that ended a run, and is the beat that later ones are late after.
fn ping(seen: Observation) -> Event {
    Event {
        target: seen.target,
        at: seen.slot,
        vantage: seen.vantage,
        outcome: Some(seen.outcome),
        pulse: Some(Pulse::Ended),
        count: 1,
        attachment: None,
        wishes: Wishes::default(),
        order: EventOrder::Sent,
    }
}
