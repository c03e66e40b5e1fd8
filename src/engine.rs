//! The pipeline, the only room that drives `probe`, `store` and `notify` together: what is
//! due is probed, judged, stored, and what is owed is announced.
//!
//! State is written, with what is owed, before anything is sent; that a message was
//! accepted is written after that. So a process may die between any two lines here, and
//! the next tick owes what this one did. [`step`](crate::core::step) decides the order.
//!
//! An engine has three parts over one [`Site`]: the prober side observes, decides and
//! stores; the teller tells channels; the receiver takes events from outside, and uses
//! both.

mod ahead;
mod budget;
mod lapse;
mod last_word;
mod looked;
mod next;
mod notice;
mod pass;
mod probe_request;
mod probes;
mod receive;
mod recorder;
mod request;
mod second_look;
mod self_check;
mod site;
mod summary;
mod tell;
mod unreadable;
pub mod witness;

use std::rc::Rc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::clock::Clock;
use crate::core::judge::unwatched;
use crate::core::step::telling::Occasion;
use crate::core::step::{Event, Seen};
use crate::message::Notice;
use crate::model::observation::{Observation, Outcome, Vantage};
use crate::model::record::Records;
use crate::model::target::Config;
use crate::notify::Notifier;
use crate::probe::{ProbeOnce, Prober, Report};
use crate::store::{Store, StoreError};

use looked::{Failing, Found};
use probes::ProberSide;
use receive::Receiver;
use tell::Teller;

pub use budget::Budget;
pub use last_word::LastWord;
pub use looked::Looked;
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
    last_word: Option<Rc<LastWord>>,
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
    pub fn with_last_word(mut self, last_word: Rc<LastWord>) -> Self {
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

    /// What it may say without a lease, if anything.
    pub const fn last_word(&self) -> Option<&Rc<LastWord>> {
        self.last_word.as_ref()
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
        let last_word = self.last_word.as_deref();
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
    /// State could not be read or written. What was not stored is not announced,
    /// and the next tick catches up. If this engine has a last word, it tells
    /// that, without a lease and at most once an hour.
    pub async fn tick(
        &self,
        request: TickRequest,
        done: impl FnMut(usize, &Report),
    ) -> Result<Summary, StoreError> {
        let looked = self.look(request, done).await;
        self.tell(looked).await
    }

    /// The first half of a tick: everything that is due is observed, judged and
    /// stored. The second is [`Engine::tell`], which others need not wait for.
    pub async fn look(&self, request: TickRequest, done: impl FnMut(usize, &Report)) -> Looked {
        let mut failing = None;
        let found = match self.try_look(request, done, &mut failing).await {
            Ok(found) => Ok(Box::new(found)),
            Err(error) if self.teller(request.budget).may_say_store_fails() => {
                let failing = match failing {
                    Some(failing) => failing,
                    None => self.look_without_records(request).await,
                };
                Err((error, failing))
            }
            Err(error) => Err((error, Vec::new())),
        };
        Looked { budget: request.budget, found }
    }

    /// The second half of a tick: tells what is owed after `looked`.
    ///
    /// # Errors
    /// As of [`Engine::tick`]; also where looking ended with an error.
    pub async fn tell(&self, looked: Looked) -> Result<Summary, StoreError> {
        let teller = self.teller(looked.budget);
        let (error, failing) = match looked.found {
            Ok(found) => {
                let failing = found.failing.clone();
                match self.try_tell(*found, looked.budget).await {
                    Ok(summary) => return Ok(summary),
                    Err(error) => (error, failing),
                }
            }
            Err(failed) => failed,
        };
        teller.say_store_fails(&error, failing).await;
        Err(error)
    }

    /// The first half, with what failed in it as soon as that is known.
    async fn try_look(
        &self,
        request: TickRequest,
        done: impl FnMut(usize, &Report),
        failing: &mut Option<Failing>,
    ) -> Result<Found, StoreError> {
        let (site, prober) = (&self.site, self.prober_side(request.budget));
        let at = request.instant(site.clock.now());
        let mut records = site.store.load().await?;
        let ahead = site.correct_ahead(&mut records).await?;
        let roster = site.roster(records.keys());
        let targets = roster.targets();
        let unreadable = unreadable::notice(&records);

        let (due, mut observations) = prober.observe(&targets, &records, at, request, done).await;
        // On the heap: it is rare, and otherwise each tick's future would contain it.
        let opinion = prober.second_opinion(&mut observations, prober.probing_ends);
        let opinion = Box::pin(opinion).await;
        let self_check = prober.self_check(&targets, &mut observations).await;
        site.keep_trace(&targets, &observations, self_check, at);
        let seen = Seen::new(&targets, observations, self_check);
        let failing = failing.insert(last_word::failing(&seen)).clone();
        let observed = site::probed(&targets, seen.observations());
        let mut summary = Summary::new(at, &site.vantage, due, &observed);
        (summary.ahead, summary.blind) = (ahead, self_check.is_blind());

        let context = site.context(&targets).with_deafness(request.deaf_until());
        let pass = prober.decide(&context, &mut records, &seen, at, request.skip).await?;
        let owed = prober.commit(&context, &mut records, pass, &mut summary).await?;
        let is_any_judged = unwatched::is_any_judged(&targets, seen.observations());
        let lapses_by = request.skip.map_or(at, |skip| at - skip.by);
        let differing = opinion.differing;
        Ok(Found {
            summary,
            records,
            owed,
            unreadable,
            differing,
            failing,
            lapses_by,
            is_any_judged,
        })
    }

    async fn try_tell(&self, found: Found, budget: Budget) -> Result<Summary, StoreError> {
        let Found { mut summary, mut records, owed, .. } = found;
        if summary.blind {
            summary.owed = owed.iter().map(|(_, owed)| owed.facts.len()).sum();
            self.teller(budget).say_self_check_fails(&records, summary.at).await?;
            return Ok(summary);
        }
        let (site, teller) = (&self.site, self.teller(budget));
        let roster = site.roster(records.keys());
        let targets = roster.targets();
        let lapsed = site.lapsed(&targets, &records, found.lapses_by);
        teller.tell(&targets, &mut records, &owed, Occasion::Tick, &mut summary).await?;
        // On the heap: it is rare, and otherwise each tick's future would contain it.
        summary.owed += Box::pin(teller.drop_lapsed(&targets, lapsed, found.lapses_by)).await?;
        summary.owed += teller.say_unreadable(found.unreadable).await?;
        teller.say_differing(found.differing).await?;
        teller.say_lacking().await?;
        Box::pin(teller.say_store_works()).await?;
        if found.is_any_judged {
            self.ping_watchdog(budget).await;
        }
        Ok(summary)
    }

    /// Which of all endpoints fail now. Nothing is judged by that.
    async fn look_without_records(&self, request: TickRequest) -> Failing {
        let (site, prober) = (&self.site, self.prober_side(request.budget));
        let (records, at) = (Records::new(), request.instant(site.clock.now()));
        let roster = site.roster(records.keys());
        let targets = roster.targets();
        let observed = prober.observe(&targets, &records, at, request, |_, _| {}).await;
        let (_, mut observations) = observed;
        // On the heap, as above. Who differs is told once there are records again.
        let opinion = prober.second_opinion(&mut observations, prober.probing_ends);
        let _differing = Box::pin(opinion).await;
        let self_check = prober.self_check(&targets, &mut observations).await;
        last_word::failing(&Seen::new(&targets, observations, self_check))
    }

    /// Stores `events` and tells what follows from them.
    ///
    /// # Errors
    /// They could not be stored: their sender must send them again.
    pub async fn receive(&self, events: Vec<Event>, budget: Budget) -> Result<Summary, StoreError> {
        let taken = self.take(events).await?;
        Ok(self.tell_taken(taken, budget).await)
    }

    /// Stores `events`: once this is done, their sender can be told so.
    ///
    /// # Errors
    /// They could not be stored: their sender must send them again.
    pub async fn take(&self, events: Vec<Event>) -> Result<Intake, StoreError> {
        receive::take(&self.site, events).await
    }

    /// Makes the requested probes, and tells what is owed now. What cannot be
    /// told stays owed for the next tick, so it is no error.
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

    /// When there is something to do next: a target is due, a heartbeat is late, a
    /// reminder is due, or a silence ends. `None` if there never is. Of `request` it
    /// counts when pings were refused, and what the clock skipped.
    ///
    /// # Errors
    /// Where state could not be read.
    pub async fn next_due(
        &self,
        request: TickRequest,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.site.next_due(request).await
    }

    /// Calls the watchdog after a complete tick that could judge something; the
    /// watchdog tells people when these calls stop.
    async fn ping_watchdog(&self, budget: Budget) {
        let Some(url) = &self.site.config.watchdog else { return };
        if self.site.config.has_no_channel_on() {
            tracing::error!("nobody can be told anything: the watchdog is not called, to say so");
            return;
        }
        let timeout = budget.within(WATCHDOG_TIMEOUT);
        let request = self.site.http.get(url.expose_url().clone()).timeout(timeout);
        // The server's text for its status may contain the URL.
        let problem = match request.send().await {
            Ok(answer) if answer.status().is_success() => return,
            Ok(answer) => format!("HTTP {}", answer.status().as_u16()),
            Err(error) => error.without_url().to_string(),
        };
        tracing::warn!(problem, "failed to tell the watchdog, at watchdog.ping_url, of this tick");
    }
}

/// Observations without evidence among `observations`.
fn inconclusive(observations: &[&Observation]) -> usize {
    let without = |observation: &&&Observation| match observation.outcome {
        Outcome::Inconclusive { .. } => true,
        Outcome::Success { .. } | Outcome::Failure(_) => false,
    };
    observations.iter().filter(without).count()
}
