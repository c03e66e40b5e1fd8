//! The pipeline, and the only place where the rooms are joined: what is due
//! is probed, judged, stored, and what is owed is announced.
//!
//! State is written before anything is said, with the accounts of what is
//! owed; what was said is written after it was accepted. So a process may die
//! between any two lines here, and the next tick owes what this one did.

mod ahead;
mod next;
mod notice;
mod probe_request;
mod probes;
mod receive;
mod record;
mod recorder;
mod request;
mod self_check;
mod summary;
mod tell;
mod unreadable;

use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::Instant;

use crate::clock::Clock;
use crate::core::announce::Context;
use crate::core::judge;
use crate::core::step::{self, Step};
use crate::model::names::TargetName;
use crate::model::observation::{Observation, Outcome, Vantage};
use crate::model::record::{Committed, Records};
use crate::model::record_key::RecordKey;
use crate::model::target::{self, Config, Shard, Target, Targets};
use crate::notify::Notifier;
use crate::probe::{ProbeOnce, Prober, Report};
use crate::store::{Store, StoreError};

use probes::ancestors;
use tell::Occasion;

pub use receive::Intake;
pub use recorder::Recorder;
pub use request::TickRequest;
pub use summary::{AnnouncedKind, Summary, TransitionLine};

/// Time for the request to the watchdog, in all.
const WATCHDOG_TIMEOUT: Duration = Duration::from_secs(5);

/// Everything that a tick needs; built once, used for every tick.
pub struct Engine<S, P = Prober> {
    /// What is watched, and whom to tell.
    pub config: Config,
    /// Where states live.
    pub store: S,
    /// What looks at endpoints.
    pub prober: P,
    /// What speaks to each channel, in the order of the configuration.
    pub notifiers: Vec<Notifier>,
    /// For the watchdog.
    pub http: reqwest::Client,
    /// What time it is.
    pub clock: Clock,
    /// Where we are.
    pub vantage: Vantage,
    /// What keeps a trace of what is seen, if somebody asked for one.
    pub recorder: Option<Box<dyn Recorder>>,
}

impl<S: Store, P: ProbeOnce> Engine<S, P> {
    /// One pass over everything that is due, as `order` says; `done` hears of
    /// each report as it comes in.
    ///
    /// It is an error only if the state could not be read or written; then
    /// nothing is announced, and the next tick catches up.
    pub async fn tick(
        &self,
        request: TickRequest,
        mut done: impl FnMut(usize, &Report),
    ) -> Result<Summary, StoreError> {
        let now = request.instant(self.clock.now());
        let deadline = request.end.map(|end| request::probing_ends(Instant::now(), end));
        let mut records = self.store.load().await?;
        let ahead = self.correct_ahead(&mut records).await?;
        let discovered = self.discovered(records.keys());
        let targets = target::and_discovered(&self.config.targets, &discovered);
        self.forget_removed(&targets, &mut records, now).await?;

        let unreadable = unreadable::notice(&records);
        let turns = self.due(&records, now, request.shard);
        let mut observations = self.probe(&turns, deadline, &mut done).await;
        observations.extend(self.overdue(&targets, &records, now, request.shard));
        let along = ancestors(&targets, &records, &observations, now);
        observations.extend(self.probe(&along, deadline, done).await);

        let blind = self.is_blind(&targets, &observations, request.end).await;
        self.keep_trace(&targets, &observations, blind, now);
        if blind {
            judge::self_check::forget_unseen(&targets, &mut observations);
        }
        if blind || judge::self_check::has_seen(&targets, &observations) {
            self.note_prober_state(&targets, &mut records, blind, now).await?;
        }
        let step = step::of_observations(&self.context(&targets), &records, &observations);
        let mut summary = Summary::new(now, &self.vantage, turns.len(), &observations);
        summary.ahead = ahead;
        self.commit(&mut records, step, &mut summary).await?;
        if blind {
            summary.blind = true;
            summary.owed = self.unsaid(&targets, &records);
            return Ok(summary);
        }
        self.tell(&targets, records, Occasion::Tick, request.end, &mut summary).await?;
        summary.owed += self.say_unreadable(unreadable, request.end).await?;
        if judge::unwatched::is_any_judged(&targets, &observations) {
            self.ping_watchdog(request.end).await;
        }
        Ok(summary)
    }

    /// Records what was probed, if somebody asked for that. What silence
    /// amounts to is left out: a replay finds that out by itself.
    fn keep_trace(
        &self,
        targets: &Targets<'_>,
        observations: &[Observation],
        blind: bool,
        now: DateTime<Utc>,
    ) {
        let Some(recorder) = &self.recorder else { return };
        let is_probed = |name| targets.get(name).is_some_and(|target| target.endpoint().is_some());
        let probed: Vec<_> = observations.iter().filter(|seen| is_probed(&seen.target)).collect();
        recorder.record(now, &probed, blind);
    }

    /// What decisions are made of now.
    fn context<'a>(&'a self, targets: &'a Targets<'a>) -> Context<'a> {
        Context::new(targets, &self.config.maintenance, self.clock.now())
    }

    /// The targets among `names` that need no configuration.
    fn discovered<'a>(&self, names: impl Iterator<Item = &'a TargetName>) -> Vec<Target> {
        names.filter_map(|name| self.config.discovered.target(name)).collect()
    }

    /// A target taken out of the file is forgotten, silently; and what a prober
    /// could not see long ago.
    async fn forget_removed(
        &self,
        targets: &Targets<'_>,
        records: &mut Records,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let removed = records.keys().filter(|name| !targets.contains_key(name)).cloned();
        let faded = records.probers.iter().filter(|(_, record)| record.state.is_faded(now));
        let faded = faded.map(|(vantage, _)| RecordKey::prober(vantage).name());
        let removed: Vec<TargetName> = removed.chain(faded).collect();
        if removed.is_empty() {
            return Ok(());
        }
        tracing::info!(targets = ?removed, "no longer configured: forgotten");
        records.retain(|name, _| targets.contains_key(name));
        records.probers.retain(|_, record| !record.state.is_faded(now));
        self.store.forget(&removed).await
    }

    /// Writes what changed, and brings `records` up to what is stored now.
    /// Whoever lost a race loses its observation: the winner's stands.
    async fn commit(
        &self,
        records: &mut Records,
        step: Step,
        summary: &mut Summary,
    ) -> Result<(), StoreError> {
        let outcomes = self.store.commit(&step.writes).await?;
        let mut lost: Vec<TargetName> = Vec::new();
        for (write, outcome) in step.writes.into_iter().zip(outcomes) {
            match outcome {
                Committed::Stored(revision) => {
                    let record = records.entry(write.target).or_default();
                    record.revision = revision;
                    record.state = write.state;
                }
                Committed::Conflict => lost.push(write.target),
            }
        }
        if !lost.is_empty() {
            tracing::info!(targets = ?lost, "another process was first: its observations stand");
            *records = self.store.load().await?;
        }
        summary.conflicts = lost.len();
        let held = step.transitions.into_iter().filter(|(target, _)| !lost.contains(target));
        summary.transitions = held.map(TransitionLine::from).collect();
        Ok(())
    }

    /// Tells the watchdog that a tick was completed, and could judge; it is the one who tells
    /// people when this stops.
    async fn ping_watchdog(&self, end: Option<Instant>) {
        let Some(url) = &self.config.watchdog else { return };
        let timeout = request::within(end, WATCHDOG_TIMEOUT);
        let request = self.http.get(url.expose_url().clone()).timeout(timeout);
        let answer = request.send().await.and_then(reqwest::Response::error_for_status);
        if let Err(error) = answer {
            let error = error.without_url();
            tracing::warn!(%error, "failed to tell the watchdog, at watchdog.ping_url, of this tick");
        }
    }
}

/// Observations without evidence among `observations`.
fn inconclusive(observations: &[Observation]) -> usize {
    let without = |observation: &&Observation| match observation.outcome {
        Outcome::Inconclusive { .. } => true,
        Outcome::Success { .. } | Outcome::Failure(_) => false,
    };
    observations.iter().filter(without).count()
}
