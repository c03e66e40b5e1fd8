//! Looking, pinging and reporting beside a table that meters as DynamoDB's does,
//! with the stack's capacity; docs/dynamodb.md has the numbers.

use std::path::Path;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use http::{HeaderMap, Method};
use prober::app;
use prober::clock::Clock;
use prober::config::{self, Sources};
use prober::engine::{Budget, Engine, TickRequest};
use prober::http_client;
use prober::inbox::{HttpRequest, Inbox};
use prober::model::channel_state::ChannelState;
use prober::model::history::Day;
use prober::model::names::{ChannelName, TargetName};
use prober::model::outage_log::Outages;
use prober::model::record::{Committed, ProberWrite, Records, Write};
use prober::notify::console::Console;
use prober::store::{Holder, Lease, MemoryStore, Store, StoreError, remembered};

use crate::home::Nas;
use crate::world::minute;

/// Units a second that the stack provides, and the seconds for which what was
/// not used can be used later.
const CAPACITY: f64 = 5.0;
const BURST: f64 = 300.0;

/// Bytes of a target's record, and of its finished days.
const RECORD: usize = 800;
const DAYS: usize = 2_000;

/// Bytes that a unit reads.
const READ_UNIT: usize = 4_096;

/// What is left of one kind of unit, and how many were taken.
#[derive(Debug)]
struct Units {
    left: f64,
    at: DateTime<Utc>,
    taken: f64,
}

impl Units {
    fn full(at: DateTime<Utc>) -> Self {
        Self { left: CAPACITY * BURST, at, taken: 0.0 }
    }

    fn take(&mut self, units: f64, now: DateTime<Utc>) -> Result<(), StoreError> {
        let passed = (now - self.at).to_std().unwrap_or_default().as_secs_f64();
        self.left = (self.left + passed * CAPACITY).min(CAPACITY * BURST);
        self.at = now;
        // What is too much is owed: nothing more is had until that is paid.
        if self.left <= 0.0 {
            let (place, problem) =
                ("the table".into(), Box::new("its throughput is used up".into()));
            return Err(StoreError { action: "use", place, problem });
        }
        self.left -= units;
        self.taken += units;
        Ok(())
    }
}

/// A table of so many units a second.
#[derive(Debug, Clone)]
struct Metered {
    inner: MemoryStore,
    clock: Clock,
    /// What reads and writes took.
    units: Arc<Mutex<(Units, Units)>>,
}

#[expect(clippy::cast_precision_loss, reason = "a few hundred units")]
impl Metered {
    fn new(clock: Clock) -> Self {
        let units = (Units::full(clock.now()), Units::full(clock.now()));
        Self { inner: MemoryStore::new(), clock, units: Arc::new(Mutex::new(units)) }
    }

    fn read(&self, units: f64) -> Result<(), StoreError> {
        self.units.lock().unwrap().0.take(units, self.clock.now())
    }

    fn write(&self, units: usize) -> Result<(), StoreError> {
        self.units.lock().unwrap().1.take(units as f64, self.clock.now())
    }

    /// What was read and written since this was asked last.
    fn taken(&self) -> (f64, f64) {
        let mut units = self.units.lock().unwrap();
        (std::mem::take(&mut units.0.taken), std::mem::take(&mut units.1.taken))
    }

    /// The units of a query for `items` of so many bytes each.
    fn query(items: usize, bytes: usize) -> f64 {
        (items * bytes).div_ceil(READ_UNIT) as f64
    }
}

impl Store for Metered {
    async fn load(&self) -> Result<Records, StoreError> {
        let records = self.inner.load().await?;
        self.read(Self::query(records.len(), RECORD))?;
        Ok(records)
    }

    async fn load_some(&self, targets: &[TargetName]) -> Result<Records, StoreError> {
        targets.iter().try_for_each(|_| self.read(1.0))?;
        self.inner.load_some(targets).await
    }

    async fn load_for_display(&self) -> Result<Records, StoreError> {
        let records = self.inner.load().await?;
        self.read(Self::query(records.len(), RECORD) / 2.0)?;
        Ok(records)
    }

    async fn commit(&self, writes: &[Write]) -> Result<Vec<Committed>, StoreError> {
        // What closes an incident reads its record again, and moves the outage before it.
        let closing = writes.iter().filter(|write| !write.closed_outages.is_empty()).count();
        (0..closing).try_for_each(|_| self.read(1.0))?;
        self.write(writes.len() + closing)?;
        self.inner.commit(writes).await
    }

    async fn commit_prober(&self, write: &ProberWrite) -> Result<Committed, StoreError> {
        self.write(1)?;
        self.inner.commit_prober(write).await
    }

    async fn forget(&self, targets: &[TargetName]) -> Result<(), StoreError> {
        self.write(2 * targets.len())?;
        self.inner.forget(targets).await
    }

    async fn days(&self, since: NaiveDate) -> Result<Vec<(TargetName, Day)>, StoreError> {
        let targets = self.inner.load().await?.len();
        self.read(Self::query(targets, RECORD) + Self::query(targets, DAYS))?;
        self.inner.days(since).await
    }

    async fn outages(
        &self,
        target: Option<&TargetName>,
        since: DateTime<Utc>,
    ) -> Result<Outages, StoreError> {
        let outages = self.inner.outages(target, since).await?;
        let targets = self.inner.load().await?.len();
        self.read(Self::query(targets, RECORD) + Self::query(outages.len(), RECORD))?;
        Ok(outages)
    }

    async fn lease(
        &self,
        channel: &ChannelName,
        holder: &Holder,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Lease, StoreError> {
        self.read(1.0)?;
        self.write(1)?;
        self.inner.lease(channel, holder, now, until).await
    }

    async fn last_good_config(&self) -> Result<Option<String>, StoreError> {
        self.inner.last_good_config().await
    }

    async fn save_last_good_config(&self, text: &str) -> Result<(), StoreError> {
        self.inner.save_last_good_config(text).await
    }

    async fn save_channel(
        &self,
        channel: &ChannelName,
        holder: &Holder,
        state: &ChannelState,
    ) -> Result<bool, StoreError> {
        self.read(1.0)?;
        self.write(1)?;
        self.inner.save_channel(channel, holder, state).await
    }

    async fn release(
        &self,
        channel: &ChannelName,
        holder: &Holder,
        state: &ChannelState,
    ) -> Result<(), StoreError> {
        self.read(1.0)?;
        self.write(1)?;
        self.inner.release(channel, holder, state).await
    }
}

/// A prober of a hundred targets, a heartbeat and a service, over such a table.
struct Stack {
    engine: Engine<Metered>,
    inbox: Inbox,
    #[expect(dead_code, reason = "it answers for as long as the stack is there")]
    nas: Nas,
}

impl Stack {
    fn new() -> Self {
        let nas = Nas::start();
        let target = |n| {
            let address = nas.http().replace("http://", "tcp://");
            let address = address.trim_end_matches('/');
            format!("[[target]]\nname = 't{n}'\nurl = '{address}'\nattempts = 1\n")
        };
        let targets: String = (0..100).map(target).collect();
        let others = "
            [page]\nenabled = true
            [[heartbeat]]\nname = 'backup'\nkey = 'k3y-of-the-backup'\ninterval = '1d'
            [[reports]]\nservice = 'map'\norigins = '*'
            [[reports]]\nservice = 'web'\norigins = '*'
        ";
        let clock = Clock::at(minute(0));
        let none = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
        let sources = Sources { env: &|_| None, read_file: &none, now: clock.now() };
        let text = targets + others;
        let mut config = config::parse(Path::new("probes.toml"), &text, &sources)
            .unwrap_or_else(|diagnostics| panic!("{}", diagnostics.render(false)));
        config.self_check.clear();
        let console = Console::new(std::io::sink(), false);
        let (http, store) = (http_client::client().unwrap(), Metered::new(clock.clone()));
        let engine = app::engine(config, store, &http, &console, clock).unwrap();
        Self { engine, inbox: Inbox::public(), nas }
    }

    /// The status of the answer to a stranger.
    async fn ask(&self, method: Method, path: &str, body: &str) -> u16 {
        let request = HttpRequest {
            method,
            path: path.to_owned(),
            query: String::new(),
            headers: HeaderMap::new(),
            body: body.as_bytes().to_vec(),
            source: "192.0.2.1".parse().ok(),
        };
        let answer = self.inbox.answer(&self.engine, request).await;
        if let Some(taken) = answer.taken {
            self.engine.tell_taken(taken, Budget::default()).await;
        }
        answer.response.status().as_u16()
    }

    async fn get(&self, path: &str) -> u16 {
        self.ask(Method::GET, path, "").await
    }

    async fn report(&self, service: &str, error: &str) -> u16 {
        let body = format!(r#"{{"serviceName":"{service}","types":[],"description":"{error}"}}"#);
        self.ask(Method::POST, "/report", &body).await
    }

    async fn tick(&self) -> Result<usize, StoreError> {
        let summary = self.engine.tick(TickRequest::default(), |_, _| {}).await?;
        Ok(summary.probed)
    }

    fn pass(&self, seconds: i64) {
        self.engine.clock().advance(TimeDelta::seconds(seconds));
    }
}

#[tokio::test]
async fn constant_readers_take_nothing_from_the_ticks() {
    let stack = Stack::new();
    for minute in 0..10 {
        assert_eq!(stack.tick().await.unwrap(), 100, "minute {minute}");
        for look in 0..12 {
            let path = match look % 4 {
                0 => "/".to_owned(),
                1 => "/status.json".to_owned(),
                2 => "/feed.atom".to_owned(),
                _ => format!("/badge/t{}.svg", minute + look),
            };
            assert_eq!(stack.get(&path).await, 200, "{path} in minute {minute}");
            assert_eq!(stack.get("/healthz").await, 200);
            stack.pass(5);
        }
    }
    // The ticks' own, two readings of all a minute, a record for each question
    // whether the store answers, and the days once.
    let (read, _) = stack.engine.store().taken();
    assert!(read < 10.0 * (20.0 + 2.0 * 10.0 + 12.0) + 70.0, "{read}");
}

#[tokio::test]
async fn the_same_without_memory_would_take_it_all() {
    let stack = Stack::new();
    let mut failed = 0;
    for _ in 0..8 {
        failed += i32::from(stack.tick().await.is_err());
        for _ in 0..12 {
            drop(remembered(stack.engine.store(), stack.engine.clock().now()).await);
            stack.pass(5);
        }
    }
    assert!(failed > 0);
}

#[tokio::test]
async fn a_wall_of_badges_is_read_at_once_and_one_badge_is_one_record() {
    let stack = Stack::new();
    stack.tick().await.unwrap();
    stack.engine.store().taken();
    assert_eq!(stack.get("/badge/t7.svg").await, 200);
    assert_eq!(stack.get("/badge/t7.svg").await, 200);
    assert!((0.9..1.1).contains(&stack.engine.store().taken().0));
    assert_eq!(stack.get("/badge/nobody.svg").await, 404);
    assert!(stack.engine.store().taken().0 < 0.1);
    for n in 0..100 {
        assert_eq!(stack.get(&format!("/badge/t{n}.svg")).await, 200);
    }
    let (read, _) = stack.engine.store().taken();
    assert!(read < 30.0 + 80.0, "{read}");
}

#[tokio::test]
async fn a_ping_reads_its_own_record() {
    let stack = Stack::new();
    stack.tick().await.unwrap();
    stack.engine.store().taken();
    assert_eq!(stack.get("/ping/k3y-of-the-backup").await, 200);
    assert_eq!(stack.engine.store().taken(), (1.0, 1.0));
}

#[tokio::test]
async fn a_flood_of_reports_leaves_room_for_the_ticks_and_for_a_new_error() {
    let stack = Stack::new();
    for minute in 0..10 {
        assert_eq!(stack.tick().await.unwrap(), 100, "minute {minute}");
        for _ in 0..30 {
            for _ in 0..3 {
                assert_eq!(stack.report("map", "boom").await, 200);
            }
            stack.pass(2);
        }
        assert_eq!(stack.report("map", &format!("error {minute}")).await, 200);
        let record = stack.engine.store().inner.load().await.unwrap();
        let last = record[&TargetName::new("reports:map")].state.last_slot;
        assert!(
            last.is_some_and(|last| last >= stack.engine.clock().now()),
            "it is stored at once"
        );
    }
}

#[tokio::test]
async fn a_table_that_refuses_is_left_alone_by_who_looks() {
    let stack = Stack::new();
    stack.tick().await.unwrap();
    let set = |units: f64| stack.engine.store().units.lock().unwrap().0.left = units;
    for path in ["/", "/badge/t7.svg"] {
        set(-1_000.0);
        assert_eq!(stack.get(path).await, 503, "{path}");
        stack.engine.store().taken();
        set(1_000.0);
        stack.pass(9);
        assert_eq!((stack.get(path).await, stack.get("/status.json").await), (503, 503));
        assert!(stack.engine.store().taken().0 < 0.1, "{path}");
        stack.pass(1);
        assert_eq!(stack.get(path).await, 200, "{path}");
        stack.pass(31);
    }
}
