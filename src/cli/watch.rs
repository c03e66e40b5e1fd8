//! `prober watch`: ticks for ever, each target on its own schedule; and with
//! `--listen` takes what comes from outside meanwhile. Its configuration is
//! read again when it changes, and at SIGHUP.

mod listen;
mod telling;
mod timekeeping;

use std::cell::Cell;
use std::io::{self, IsTerminal as _};
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::LocalSet;
use tracing_subscriber::filter::LevelFilter;

use self::listen::Address;
use self::telling::TellingTask;
use self::timekeeping::{Timekeeping, is_jump};
use super::{Ended, Error, Format, Record, setup};
use crate::app::reload::Settings;
use crate::clock::{self, Clock};
use crate::engine::{Engine, Looked, TickRequest, TransitionLine};
use crate::inbox::server::{Allowance, Server};
use crate::os;
use crate::store::AnyStore;

/// How soon a tick follows one after which something is still owed.
const RETRY: TimeDelta = TimeDelta::seconds(30);

/// How soon a tick follows one that made no headway: its state could not be
/// read or written, or a probe found out nothing. Those targets are due still;
/// without a pause they would be probed over and over, as fast as it goes.
const PAUSE: TimeDelta = TimeDelta::seconds(5);

/// The longest sleep without a look at the configuration, at a suspended machine and at a
/// changed clock.
const LONGEST_SLEEP: Duration = Duration::from_secs(5);

/// How often it looks whether the clock has been set.
const CLOCK_POLL: Duration = Duration::from_secs(1);

#[derive(Debug, Args)]
pub(super) struct Watch {
    /// Serve the status page, and take pings and reports, at this port or address: 8080,
    /// localhost:8080.
    #[arg(long, value_name = "ADDR")]
    listen: Option<Address>,
    #[command(flatten)]
    record: Record,
}

impl Watch {
    pub(super) async fn run(&self, path: &Path) -> Result<Ended, Error> {
        setup::logs(LevelFilter::INFO);
        let outside = setup::surroundings(path, Clock::System, self.record.trace()).await?;
        let mut signals = Signals::new()?;
        if !signals.until_clock_is_set().await {
            return Ok(Ended::Good);
        }
        let mut settings = Settings::new(outside);
        if let Err(error) = settings.start().await {
            // If it is the store that fails, its channels are told so before this ends.
            setup::engine(path, Clock::System, Format::Text).await?;
            return Err(error);
        }
        let engine = Rc::clone(settings.engine()?);
        let bell = Rc::new(Bell::default());
        let listener = self.listener().await?;
        let watched = engine.config().targets.len();
        tracing::info!(targets = watched, vantage = %engine.vantage(), "watching");
        let all = async {
            let (stopped, stopping) = watch::channel(false);
            let inbox = listener.map(|listener| {
                let rung = Rc::clone(&bell);
                let told = move |owes| rung.ring(owes);
                let server = Server::new(Rc::clone(&engine), Allowance::default(), told);
                let serving = Rc::clone(&server).serve(listener, stopping);
                (server, tokio::task::spawn_local(serving))
            });
            let (server, serving) = inbox.unzip();
            let telling = TellingTask::new(Rc::clone(&bell));
            let (time, telling_now) =
                (Timekeeping::new(engine.clock().reading()), Rc::clone(&telling));
            let now = Watching { settings, engine, server, telling: telling_now, time };
            Box::pin(tick_until(now, &mut signals, &bell)).await;
            telling.finish().await;
            stopped.send_replace(true);
            if let Some(serving) = serving {
                // It fails only by a panic, which has been told of.
                drop(serving.await);
            }
        };
        LocalSet::new().run_until(all).await;
        tracing::info!("stopped");
        Ok(Ended::Good)
    }

    async fn listener(&self) -> Result<Option<TcpListener>, Error> {
        let Some(address) = &self.listen else { return Ok(None) };
        let listener = address.bind().await?;
        tracing::info!(address = %listener.local_addr()?, "listening");
        Ok(Some(listener))
    }
}

/// The configuration in force, and the parts that must know of a new one.
struct Watching {
    settings: Settings,
    engine: Rc<Engine<AnyStore>>,
    server: Option<Rc<Server<AnyStore>>>,
    telling: Rc<TellingTask>,
    time: Timekeeping,
}

impl Watching {
    /// Looks whether the configuration has changed. Whether there is something
    /// to do because of that: it has, or what it became is to be told.
    async fn reread(&mut self) -> bool {
        let had_notice = self.settings.notice().is_some();
        if let Err(error) = self.settings.refresh().await {
            tracing::error!(%error, "the configuration could not be looked at; it stays in force");
        }
        self.take_over() || (self.settings.notice().is_some() && !had_notice)
    }

    /// Reads the configuration whether it has changed or not.
    async fn read_again(&mut self) {
        tracing::info!("asked to read the configuration again");
        if let Err(error) = self.settings.read_again().await {
            tracing::error!(%error, "the configuration could not be read; it stays in force");
        }
        self.take_over();
    }

    /// When the inbox last refused somebody, if it did: for want of room, or because this
    /// process did not run or the machine was suspended.
    fn refused_at(&self) -> Option<DateTime<Utc>> {
        self.server.as_ref()?.refused_at().max(Some(self.time.hears_since))
    }

    /// What a tick is asked for now.
    fn request(&self) -> TickRequest {
        let (refused_at, skip) = (self.refused_at(), self.time.skip);
        TickRequest { refused_at, skip, ..TickRequest::default() }
    }

    /// Looks at the clock; returns what it showed before, and shows now.
    fn read_clock(&mut self) -> (DateTime<Utc>, DateTime<Utc>) {
        let before = self.time.last.wall;
        self.time.note(self.engine.clock().reading());
        (before, self.time.last.wall)
    }

    /// Goes on with the configuration in force now; whether it is another.
    fn take_over(&mut self) -> bool {
        let Ok(engine) = self.settings.engine() else { return false };
        if Rc::ptr_eq(engine, &self.engine) {
            return false;
        }
        self.engine = Rc::clone(engine);
        if let Some(server) = &self.server {
            server.use_engine(Rc::clone(engine));
        }
        true
    }

    /// Makes one pass, and has it told.
    async fn tick(&mut self) -> End {
        if let Some(known) = self.telling.known() {
            self.settings.was_told(&known);
        }
        self.read_clock();
        let looked = self.engine.look(self.request(), |_, _| {}).await;
        let end = End::of(&looked);
        self.telling.tell(Rc::clone(&self.engine), looked, self.settings.notice().cloned());
        end
    }
}

/// Ticks until it is asked to stop, which is heeded between ticks: the one
/// under way is finished. What is told meanwhile holds nothing up.
async fn tick_until(mut now: Watching, signals: &mut Signals, bell: &Bell) {
    loop {
        now.reread().await;
        let mut end = now.tick().await;
        let mut ended = now.engine.clock().now();
        loop {
            let wake = wake(&now.engine, end, ended, now.request()).await;
            match signals.or_until(&mut now, wake, bell).await {
                Woken::Stop => return,
                Woken::Tick => break,
                Woken::Reload => {
                    now.read_again().await;
                    break;
                }
                // What is due next may differ now, and something may be owed.
                // Bell after bell must not put off what was owed before.
                Woken::Bell if bell.owes.take() && !end.owes => {
                    end.owes = true;
                    ended = now.engine.clock().now();
                }
                Woken::Bell => {}
            }
        }
    }
}

/// Rings when the inbox has stored something, or somebody was told.
#[derive(Default)]
struct Bell {
    rung: Notify,
    owes: Cell<bool>,
}

impl Bell {
    fn ring(&self, owes: bool) {
        self.owes.set(self.owes.get() || owes);
        self.rung.notify_one();
    }
}

/// Why a sleep ended.
enum Woken {
    /// A signal came that ends it.
    Stop,
    /// A signal came that has the configuration read again.
    Reload,
    /// It is time for a tick.
    Tick,
    /// Something came from outside, a telling has ended, or the clock was set back.
    Bell,
}

/// How a tick ended.
#[derive(Clone, Copy)]
struct End {
    /// Something is to be told still.
    owes: bool,
    /// What was due may be so still.
    stuck: bool,
}

/// When to tick next after a tick that `ended` then; `None` when no schedule has a further occurrence.
async fn wake(
    engine: &Engine<AnyStore>,
    end: End,
    ended: DateTime<Utc>,
    request: TickRequest,
) -> Option<DateTime<Utc>> {
    match engine.next_due(request).await {
        Ok(next) => end.wake(next, ended),
        Err(error) => {
            tracing::error!(%error, "it is not known what is due next");
            Some(engine.clock().now() + PAUSE)
        }
    }
}

impl End {
    /// How looking ended. What is to be told still is known when telling ends.
    fn of(looked: &Looked) -> Self {
        match looked.summary() {
            Ok(summary) => {
                summary.transitions.iter().for_each(TransitionLine::log);
                Self { owes: false, stuck: summary.inconclusive > 0 }
            }
            Err(_) => Self { owes: true, stuck: true },
        }
    }

    /// When to tick next, where `next` is when something is due.
    fn wake(self, next: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let retry = self.owes.then(|| now + RETRY);
        let wake = [retry, next].into_iter().flatten().min()?;
        Some(if self.stuck { wake.max(now + PAUSE) } else { wake })
    }
}

/// The signals that are heeded, from the start: one that comes during a tick is kept.
struct Signals {
    stop: os::Stop,
    reload: os::Reload,
    /// Whether it was started at a terminal.
    has_terminal: bool,
}

impl Signals {
    fn new() -> Result<Self, Error> {
        Ok(Self {
            stop: os::Stop::new()?,
            reload: os::Reload::new()?,
            has_terminal: io::stdin().is_terminal(),
        })
    }

    /// Waits while the clock shows that it is still to be set; whether to go on after that.
    async fn until_clock_is_set(&mut self) -> bool {
        if clock::is_unset_still() {
            tracing::warn!(
                clock = %Clock::System.now().format("%F %T"),
                "the clock of this machine is not set yet: waiting until it is, ten minutes after \
                 the machine's start at most"
            );
        }
        self.until(clock::is_unset_still).await
    }

    /// Waits for as long as `is_unset` says so; whether to go on after that.
    async fn until(&mut self, is_unset: impl Fn() -> bool) -> bool {
        while is_unset() {
            tokio::select! {
                biased;
                () = self.stop.recv() => return false,
                () = tokio::time::sleep(CLOCK_POLL) => {}
            }
        }
        true
    }

    /// What SIGHUP asks for: to read the configuration again; or to stop, where
    /// it says that the terminal has gone.
    fn hung_up(&self) -> Woken {
        let is_alone = self.has_terminal && !io::stdin().is_terminal();
        if is_alone { Woken::Stop } else { Woken::Reload }
    }

    /// Waits for `wake`; for a signal, which may be there already; for the
    /// bell; or for another configuration, after which there is a tick at once.
    async fn or_until(
        &mut self,
        now: &mut Watching,
        wake: Option<DateTime<Utc>>,
        bell: &Bell,
    ) -> Woken {
        now.read_clock();
        loop {
            let left = wake.map_or(LONGEST_SLEEP, |wake| {
                let left = wake - now.engine.clock().now();
                left.to_std().unwrap_or_default().min(LONGEST_SLEEP)
            });
            tokio::select! {
                biased;
                () = self.stop.recv() => return Woken::Stop,
                () = self.reload.recv() => return self.hung_up(),
                () = bell.rung.notified() => return Woken::Bell,
                () = tokio::time::sleep(left) => {}
            }
            let (before, at) = now.read_clock();
            let slept = Slept::between(before, at, wake);
            if is_jump(before, at) {
                now.time.hears_since = at;
            }
            if slept == Slept::Enough || now.reread().await {
                return Woken::Tick;
            }
            if slept == Slept::SetBack {
                return Woken::Bell;
            }
        }
    }
}

/// What the clock says of a short sleep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slept {
    /// It is time for what was waited for.
    Enough,
    /// The clock was set back: by the old one, what is due next might be a year away, so
    /// that is worked out anew.
    SetBack,
    /// It goes on.
    NotYet,
}

impl Slept {
    /// What a sleep from `before` to `now` came to, which waits for `wake`.
    fn between(before: DateTime<Utc>, now: DateTime<Utc>, wake: Option<DateTime<Utc>>) -> Self {
        if wake.is_some_and(|wake| wake <= now) {
            return Self::Enough;
        }
        if now < before { Self::SetBack } else { Self::NotYet }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn wake(owes: bool, stuck: bool, next: Option<i64>) -> Option<i64> {
        let next = next.map(|seconds| NOW + TimeDelta::seconds(seconds));
        End { owes, stuck }.wake(next, NOW).map(|wake| (wake - NOW).num_seconds())
    }

    #[test]
    fn it_sleeps_until_something_is_due() {
        assert_eq!(wake(false, false, Some(60)), Some(60));
        assert_eq!(wake(false, false, Some(0)), Some(0));
        assert_eq!(wake(false, false, None), None);
    }

    #[test]
    fn a_clock_that_is_set_back_does_not_make_it_sleep_until_then() {
        let at = |seconds| NOW + TimeDelta::seconds(seconds);
        let slept =
            |before, now, wake: Option<i64>| Slept::between(at(before), at(now), wake.map(at));
        assert_eq!(slept(0, 5, Some(60)), Slept::NotYet);
        assert_eq!(slept(0, 5, None), Slept::NotYet);
        assert_eq!(slept(55, 60, Some(60)), Slept::Enough);
        assert_eq!(slept(0, 86_400, Some(60)), Slept::Enough, "it was suspended");
        assert_eq!(slept(86_400, 5, Some(86_460)), Slept::SetBack);
        assert_eq!(slept(86_400, 5, None), Slept::SetBack);
        assert_eq!(slept(86_400, 5, Some(0)), Slept::Enough, "it is due by any clock");
    }

    #[tokio::test(start_paused = true)]
    async fn it_waits_until_the_clock_is_set() {
        let looks = Cell::new(0);
        let is_unset = || looks.replace(looks.get() + 1) < 100;
        assert!(Signals::new().unwrap().until(is_unset).await);
        assert_eq!(looks.get(), 101, "once a second");
    }

    #[test]
    fn what_is_owed_is_tried_again_soon() {
        assert_eq!(wake(true, false, Some(60)), Some(30));
        assert_eq!(wake(true, false, Some(1)), Some(1));
        assert_eq!(wake(true, false, None), Some(30));
    }

    #[test]
    fn what_is_due_still_after_a_tick_is_not_tried_at_once() {
        assert_eq!(wake(true, true, Some(0)), Some(5));
        assert_eq!(wake(false, true, Some(0)), Some(5));
        assert_eq!(wake(false, true, Some(60)), Some(60));
    }
}
