//! The pipeline, and the only place where the rooms are joined: what is due
//! is probed, judged, stored, and what is owed is announced.
//!
//! State is written before anything is said, with the accounts of what is
//! owed; what was said is written after it was accepted. So a process may die
//! between any two lines here, and the next tick owes what this one did. The
//! order of both is decided by [`step`](crate::core::step).
//!
//! An engine has three parts over one [`Site`]: the prober side looks, decides
//! and stores; the teller tells channels; the receiver takes what is said from
//! outside, and uses both.

mod ahead;
mod budget;
mod lapse;
mod last_word;
mod next;
mod notice;
mod pass;
mod probe_request;
mod probes;
mod receive;
mod recorder;
mod request;
mod self_check;
mod site;
mod summary;
mod tell;
mod unreadable;

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::clock::Clock;
use crate::core::judge::unwatched;
use crate::core::step::telling::Occasion;
use crate::core::step::{Event, Seen};
use crate::message::Notice;
use crate::model::names::TargetName;
use crate::model::observation::{Observation, Outcome, Vantage};
use crate::model::record::Records;
use crate::model::target::Config;
use crate::notify::Notifier;
use crate::probe::{ProbeOnce, Prober, Report};
use crate::store::{Store, StoreError};

use probes::ProberSide;
use receive::Receiver;
use tell::Teller;

pub use budget::Budget;
pub use last_word::LastWord;
pub use receive::Intake;
pub use recorder::Recorder;
pub use request::TickRequest;
pub use site::Site;
pub use summary::{AnnouncedKind, Summary, TransitionLine};

/// Time for the request to the watchdog, in all.
const WATCHDOG_TIMEOUT: Duration = Duration::from_secs(5);

/// Everything that a tick needs; built once, used for every tick.
pub struct Engine<S, P = Prober> {
    site: Site<S>,
    prober: P,
    notifiers: Vec<Notifier>,
    last_word: Option<LastWord>,
}

impl<S, P> Engine<S, P> {
    /// An engine at `site` that looks at endpoints with `prober`, and tells
    /// each channel of the configuration with one of `notifiers`.
    pub const fn new(site: Site<S>, prober: P, notifiers: Vec<Notifier>) -> Self {
        Self { site, prober, notifiers, last_word: None }
    }

    /// The same, which tells of its own broken store without a lease, as
    /// `last_word` allows.
    #[must_use]
    pub fn with_last_word(mut self, last_word: LastWord) -> Self {
        self.last_word = Some(last_word);
        self
    }

    /// The same, with `recorder` keeping a trace of what is seen.
    #[must_use]
    pub fn with_recorder(mut self, recorder: Option<Box<dyn Recorder>>) -> Self {
        self.site.recorder = recorder;
        self
    }

    /// The same, for a prober at `vantage`.
    #[must_use]
    pub fn at_vantage(mut self, vantage: Vantage) -> Self {
        self.site.vantage = vantage;
        self
    }

    /// What is watched, and whom to tell.
    pub const fn config(&self) -> &Config {
        &self.site.config
    }

    /// Where states live.
    pub const fn store(&self) -> &S {
        &self.site.store
    }

    /// What time it is.
    pub const fn clock(&self) -> &Clock {
        &self.site.clock
    }

    /// Where the prober runs.
    pub const fn vantage(&self) -> &Vantage {
        &self.site.vantage
    }

    fn prober_side(&self, budget: Budget) -> ProberSide<'_, S, P> {
        let probing_ends = budget.probing_ends();
        ProberSide { site: &self.site, prober: &self.prober, budget, probing_ends }
    }

    fn teller(&self, budget: Budget) -> Teller<'_, S> {
        let last_word = self.last_word.as_ref();
        Teller { site: &self.site, notifiers: &self.notifiers, budget, last_word }
    }

    fn receiver(&self, budget: Budget) -> Receiver<'_, S, P> {
        let (prober, teller) = (self.prober_side(budget), self.teller(budget));
        Receiver { site: &self.site, prober, teller }
    }
}

impl<S: Store, P: ProbeOnce> Engine<S, P> {
    /// One pass over everything that is due, as `request` says; `done` hears of
    /// each report as it comes in.
    ///
    /// # Errors
    /// Where state could not be read or written. What was not stored is not
    /// announced, and the next tick catches up. That is told, without a lease
    /// and at most once an hour, if this engine has a last word.
    pub async fn tick(
        &self,
        request: TickRequest,
        done: impl FnMut(usize, &Report),
    ) -> Result<Summary, StoreError> {
        let mut failing = None;
        let ticked = self.try_tick(request, done, &mut failing).await;
        if let Err(error) = &ticked {
            self.say_store_fails(error, failing, request).await;
        }
        ticked
    }

    /// The same, with what failed in it, as soon as that is known.
    async fn try_tick(
        &self,
        request: TickRequest,
        done: impl FnMut(usize, &Report),
        failing: &mut Option<Vec<(TargetName, String)>>,
    ) -> Result<Summary, StoreError> {
        let (site, prober) = (&self.site, self.prober_side(request.budget));
        let at = request.instant(site.clock.now());
        let mut records = site.store.load().await?;
        let ahead = site.correct_ahead(&mut records).await?;
        let roster = site.roster(records.keys());
        let targets = roster.targets();
        let unreadable = unreadable::notice(&records);

        let (due, observations) = prober.observe(&targets, &records, at, request, done).await;
        let self_check = prober.self_check(&targets, &observations).await;
        site.keep_trace(&targets, &observations, self_check, at);
        let seen = Seen::new(&targets, observations, self_check);
        *failing = Some(last_word::failing(&seen));
        let mut summary = Summary::new(at, &site.vantage, due, seen.observations());
        summary.ahead = ahead;

        let context = site.context(&targets);
        let pass = prober.decide(&context, &mut records, &seen, at).await?;
        let owed = prober.commit(&context, &mut records, pass, &mut summary).await?;
        if self_check.is_blind() {
            summary.blind = true;
            summary.owed = owed.iter().map(|(_, owed)| owed.facts.len()).sum();
            return Ok(summary);
        }
        let lapsed = site.lapsed(&targets, &records, at);
        let teller = self.teller(request.budget);
        teller.tell(&targets, &mut records, &owed, Occasion::Tick, &mut summary).await?;
        // On the heap: it is rare, and each tick's future would hold it.
        summary.owed += Box::pin(teller.drop_lapsed(&targets, lapsed, at)).await?;
        summary.owed += teller.say_unreadable(unreadable).await?;
        teller.say_lacking().await?;
        Box::pin(teller.say_store_works()).await?;
        if unwatched::is_any_judged(&targets, seen.observations()) {
            self.ping_watchdog(request.budget).await;
        }
        Ok(summary)
    }

    /// Tells every channel, at most once an hour, that the store fails with
    /// `error`, and what is `failing` meanwhile. A tick that could not even read
    /// looks for that now, at all that it would probe without a memory.
    async fn say_store_fails(
        &self,
        error: &StoreError,
        failing: Option<Vec<(TargetName, String)>>,
        request: TickRequest,
    ) {
        let teller = self.teller(request.budget);
        if !teller.may_say_store_fails() {
            return;
        }
        let failing = match failing {
            Some(failing) => failing,
            None => self.look_without_records(request).await,
        };
        teller.say_store_fails(error, failing).await;
    }

    /// What fails of all that can be probed. Nothing is judged by that.
    async fn look_without_records(&self, request: TickRequest) -> Vec<(TargetName, String)> {
        let (site, prober) = (&self.site, self.prober_side(request.budget));
        let (records, at) = (Records::new(), request.instant(site.clock.now()));
        let roster = site.roster(records.keys());
        let targets = roster.targets();
        let observed = prober.observe(&targets, &records, at, request, |_, _| {}).await;
        let (_, observations) = observed;
        let self_check = prober.self_check(&targets, &observations).await;
        last_word::failing(&Seen::new(&targets, observations, self_check))
    }

    /// Stores `events` and tells what follows from them.
    ///
    /// # Errors
    /// Where they could not be stored: then their sender is to say them again.
    pub async fn receive(&self, events: Vec<Event>, budget: Budget) -> Result<Summary, StoreError> {
        let taken = self.take(events).await?;
        Ok(self.tell_taken(taken, budget).await)
    }

    /// Stores `events`: once this is done, their sender can be told so.
    ///
    /// # Errors
    /// Where they could not be stored: then their sender is to say them again.
    pub async fn take(&self, events: Vec<Event>) -> Result<Intake, StoreError> {
        receive::take(&self.site, events).await
    }

    /// Makes the probes that were asked for, and tells what is owed now. What
    /// cannot be told is owed still: the next tick tells it, so its failure is
    /// no error.
    pub async fn tell_taken(&self, taken: Intake, budget: Budget) -> Summary {
        self.receiver(budget).tell(taken).await
    }

    /// Says `notice` on every channel that was not told of it. Whether all of
    /// them know it now; where not, say it again later.
    ///
    /// # Errors
    /// Where a channel's lease could not be taken or given back.
    pub async fn say(&self, notice: &Notice, budget: Budget) -> Result<bool, StoreError> {
        self.teller(budget).say(notice).await
    }

    /// When there is something to do next: a target is due, somebody is late, a
    /// reminder is owed, or a silence ends. `None` if there never is. Something that
    /// may have been a ping was refused last at `refused_at`.
    ///
    /// # Errors
    /// Where state could not be read.
    pub async fn next_due(
        &self,
        refused_at: Option<DateTime<Utc>>,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.site.next_due(refused_at).await
    }

    /// Tells the watchdog that a tick was completed, and could judge; it is the one who tells
    /// people when this stops.
    async fn ping_watchdog(&self, budget: Budget) {
        let Some(url) = &self.site.config.watchdog else { return };
        if self.site.config.has_no_channel_on() {
            tracing::error!("nobody can be told anything: the watchdog is not called, to say so");
            return;
        }
        let timeout = budget.within(WATCHDOG_TIMEOUT);
        let request = self.site.http.get(url.expose_url().clone()).timeout(timeout);
        // The server's own words for its status may hold the URL.
        let problem = match request.send().await {
            Ok(answer) if answer.status().is_success() => return,
            Ok(answer) => format!("HTTP {}", answer.status().as_u16()),
            Err(error) => error.without_url().to_string(),
        };
        tracing::warn!(problem, "failed to tell the watchdog, at watchdog.ping_url, of this tick");
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
