//! The hours themselves: what happens, minute by minute.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use prober::core::announce::Context;
use prober::core::step::{Event, EventOrder, Wishes};
use prober::engine::{Budget, Engine, Site, TickRequest};
use prober::http_client;
use prober::model::names::{ChannelName, TargetName};
use prober::model::observation::{Outcome, Reason, Vantage};
use prober::model::target::{Config, Targets};
use prober::notify::Notifier;
use prober::notify::console::Console;
use prober::store::Store;
use tokio::task::LocalSet;

use super::home;
use super::paper::Paper;
use super::probes::InventedProber;
use super::process::Process;
use super::store::Faulty;
use super::world::{CHANNELS, ENDPOINTS, World};

/// How often all is calm for a while, so that whoever kept silent until then
/// is found out; in minutes.
const CALM_EVERY: u64 = 120;
/// Longer than the longest pause after a message that may have arrived, and
/// than the lease of a dead process, and two ticks.
const CALM: u64 = 35;

/// Lives through the first `minutes` of one history; returns how many facts
/// were heard in them.
pub(super) fn live(seed: u64, minutes: u64) -> u64 {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build().unwrap();
    runtime.block_on(LocalSet::new().run_until(async {
        let hours = Hours::new(seed);
        for minute in 0..minutes {
            hours.minute(minute).await;
        }
        hours.every_outage_is_logged_once().await;
        hours.world.lock().book.messages
    }))
}

struct Hours {
    world: World,
    config: Config,
    http: reqwest::Client,
    alive: Rc<Cell<u32>>,
}

impl Hours {
    fn new(seed: u64) -> Self {
        let world = World::new(seed);
        let (config, http) = (home::config(), http_client::client().unwrap());
        Self { world, config, http, alive: Rc::default() }
    }

    async fn minute(&self, minute: u64) {
        let calm = minute % CALM_EVERY;
        let is_calm = calm >= CALM_EVERY - CALM;
        self.world.lock().calm = is_calm;
        if is_calm {
            self.world.set_right();
            self.world.lock().refusing.values_mut().for_each(|refuses| *refuses = false);
        } else {
            self.weather();
        }
        self.begin_processes();
        self.pass_a_minute().await;
        if calm == CALM_EVERY - 1 {
            self.nothing_is_owed().await;
        }
    }

    /// What breaks, and what is mended.
    fn weather(&self) {
        let mut world = self.world.lock();
        for name in ENDPOINTS {
            let often = if world.works[name] { 25 } else { 150 };
            let turns = world.dice.per_mille(often);
            *world.works.get_mut(name).unwrap() ^= turns;
        }
        for name in CHANNELS {
            let often = if world.refusing[name] { 60 } else { 12 };
            let turns = world.dice.per_mille(often);
            *world.refusing.get_mut(name).unwrap() ^= turns;
        }
        let jumps = self.alive.get() == 0 && world.dice.per_mille(4);
        let by = i64::try_from(world.dice.below(5400)).unwrap() - 1800;
        drop(world);
        if jumps {
            // Nobody is sending: a clock that moves a lease's end may make
            // two of them speak at once, which docs/guarantees.md says.
            self.world.jump(TimeDelta::seconds(by));
        }
    }

    /// A tick a minute, now and then twice, or late; signals now and then.
    fn begin_processes(&self) {
        let scheduled_at = self.world.now().duration_trunc(TimeDelta::minutes(1)).unwrap();
        let (again, report, alarm, delays) = {
            let mut world = self.world.lock();
            let delays: [u64; 4] = std::array::from_fn(|_| world.dice.below(70_000));
            let mut trouble = |times| world.trouble(times);
            (trouble(250), trouble(60), trouble(30), delays)
        };
        let request = TickRequest { scheduled_at: Some(scheduled_at), ..TickRequest::default() };
        self.tick(Duration::from_millis(delays[0] / 40), request);
        if again {
            self.tick(Duration::from_millis(delays[1]), request);
        }
        if report {
            let event = self.event("reports:map", Reason::ErrorsReported, true);
            self.receive(Duration::from_millis(delays[2] / 2), event);
        }
        if alarm && scheduled_at.timestamp() % 900 < 60 {
            let raised = delays[3] % 2 == 0;
            let event = self.event("alarm:cpu", Reason::Alarm, raised);
            self.receive(Duration::from_millis(delays[3] / 2), event.clone());
            self.receive(Duration::from_millis(delays[2]), event);
        }
    }

    fn event(&self, target: &str, reason: Reason, fails: bool) -> Event {
        let detail = self.world.lock().detail(target);
        let outcome = if fails { Outcome::failure(reason, detail) } else { Outcome::success() };
        Event {
            target: TargetName::new(target),
            at: self.world.now(),
            vantage: Vantage("outside".into()),
            outcome: Some(outcome),
            pulse: None,
            count: 1,
            attachment: None,
            errors: Vec::new(),
            news: None,
            wishes: Wishes::default(),
            order: EventOrder::Sent,
            source: None,
        }
    }

    /// An engine of its own, as each process has.
    fn engine(&self, process: &Process) -> Engine<Faulty, InventedProber> {
        let (world, process) = (|| self.world.clone(), || process.clone());
        let notifier = |channel: &'static str| {
            let paper =
                Paper { world: world(), process: process(), channel, config: self.config.clone() };
            let name = ChannelName::new(channel);
            let found = self.config.channels.iter().find(|channel| channel.name == name).unwrap();
            Notifier::new(found, &self.http, &Console::new(paper, false))
        };
        let site = Site {
            config: self.config.clone(),
            store: Faulty { world: world(), process: process() },
            http: self.http.clone(),
            clock: self.world.clock(),
            vantage: Vantage("here".into()),
            recorder: None,
        };
        let prober = InventedProber { world: world(), process: process() };
        Engine::new(site, prober, CHANNELS.into_iter().map(notifier).collect())
    }

    fn tick(&self, delay: Duration, request: TickRequest) {
        let process = Process::default();
        let engine = self.engine(&process);
        self.begin(process, delay, async move { drop(engine.tick(request, |_, _| {}).await) });
    }

    /// Says `event` until it is stored, as senders do.
    fn receive(&self, delay: Duration, event: Event) {
        let process = Process::default();
        let engine = self.engine(&process);
        self.begin(process, delay, async move {
            while engine.receive(vec![event.clone()], Budget::UNLIMITED).await.is_err() {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        });
    }

    fn begin(&self, process: Process, delay: Duration, work: impl Future<Output = ()> + 'static) {
        let (world, alive) = (self.world.clone(), Rc::clone(&self.alive));
        alive.set(alive.get() + 1);
        tokio::task::spawn_local(async move {
            world.pass(delay).await;
            // Dead or not: nothing is lost but what it had not recorded.
            process.run(work).await;
            world.lock().book.excuse(process.lost(None));
            alive.set(alive.get() - 1);
        });
    }

    /// Moves the clock while anybody may look at it.
    async fn pass_a_minute(&self) {
        let step = Duration::from_millis(500);
        for _ in 0..120 {
            self.world.pass(step).await;
        }
    }

    /// No process that died or lost a race has taken an outage with it, and no two have
    /// logged one twice.
    async fn every_outage_is_logged_once(&self) {
        let logged = self.world.store.outages(None, DateTime::<Utc>::MIN_UTC).await.unwrap();
        let logged = logged.into_iter().map(|(target, outage)| (target, outage.since));
        self.world.lock().book.is_logged(logged.collect());
    }

    /// Whether `channel` was outside its hours while all was calm.
    fn slept(&self, channel: &ChannelName) -> bool {
        let minutes = 0..=i64::try_from(CALM).unwrap();
        minutes
            .rev()
            .any(|ago| is_closed(&self.config, channel, self.world.now() - TimeDelta::minutes(ago)))
    }

    async fn nothing_is_owed(&self) {
        assert_eq!(self.alive.get(), 0, "a process hangs");
        let records = self.world.store.load().await.unwrap();
        let slept = CHANNELS.map(ChannelName::new).map(|channel| self.slept(&channel));
        let world = self.world.lock();
        for (vantage, own) in &records.probers {
            let is_told = own.state.untold.is_empty() || slept.contains(&true);
            assert!(is_told, "No silence: {vantage:?} {:?}", own.state);
        }
        for (target, record) in &records {
            for (channel, _) in
                CHANNELS.map(ChannelName::new).into_iter().zip(slept).filter(|(_, slept)| !slept)
            {
                world.book.nothing_is_owed(&channel, target, &record.state);
            }
        }
    }
}

/// Whether the hours of `channel` are over at `now`.
pub(super) fn is_closed(config: &Config, channel: &ChannelName, now: DateTime<Utc>) -> bool {
    Context::configured(config, &Targets::new(), now).closed_until(channel).is_some()
}
