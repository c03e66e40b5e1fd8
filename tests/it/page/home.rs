//! A home with something of everything, on the fifth of July at 14:05 in Seoul.

use std::io;
use std::path::Path;

use chrono::{DateTime, Days, TimeDelta, Utc};
use prober::config::{self, Sources};
use prober::model::history::{Day, History};
use prober::model::hours::Hours;
use prober::model::names::TargetName;
use prober::model::observation::{Failure, Reason, Vantage, WarningKind};
use prober::model::outage_log::Outages;
use prober::model::record::{Revision, Write};
use prober::model::remembered::Remembered;
use prober::model::state::{
    Beat, Flag, HeartbeatState, Incident, KindState, Outage, Silenced, State, Status,
};
use prober::model::target::{Config, Target};
use prober::page::Page;
use prober::store::{MemoryStore, Store};

const HOME: &str = "
    timezone = 'Asia/Seoul'
    [alarms]
    [[target]]
    name = 'router'
    group = 'Network'
    url = 'tcp://home.example.com:443'
    [[target]]
    name = 'dns'
    group = 'Network'
    url = 'tcp://home.example.com:53'
    [[target]]
    name = 'photos'
    group = 'Services'
    url = 'https://photos.example.com/secret-path'
    [[target]]
    name = 'blog'
    group = 'Services'
    url = 'https://blog.example.com'
    [[target]]
    name = 'cloud'
    group = 'Services'
    url = 'https://cloud.example.com'
    [[target]]
    name = 'new'
    group = 'Services'
    url = 'https://new.example.com'
    [[target]]
    name = 'git'
    group = 'Services'
    url = 'https://git.example.com'
    depends_on = 'photos'
    [[target]]
    name = 'vault'
    group = 'Services'
    url = 'https://vault.example.com'
    public = false
    [[maintenance]]
    targets = ['cloud']
    from = 2026-07-05T04:00:00Z
    to = 2026-07-05T07:00:00Z
    [[heartbeat]]
    name = 'nightly-backup'
    interval = '1d'
    key = 'a-key-of-the-backup'
";

/// What nobody who looks may see.
pub(crate) const PRIVATE: [&str; 5] =
    ["example.com", "203.0.113.7", "a-key-of-the-backup", "secret-path", "desk"];

/// A target that is not public.
pub(super) const HIDDEN: &str = "vault";

pub(crate) fn now() -> DateTime<Utc> {
    at("2026-07-05T05:05:00Z")
}

pub(super) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(super) fn config(text: &str) -> Config {
    let missing = |_: &Path| Err(io::ErrorKind::NotFound.into());
    let sources = Sources { env: &|_| None, read_file: &missing, now: now() };
    config::parse(Path::new("probes.toml"), text, &sources).unwrap()
}

fn failure(reason: Reason) -> Failure {
    Failure { reason, detail: "203.0.113.7:443, home.example.com <b>\u{1b}[2J".into() }
}

pub(super) fn incident(since: &str, reason: Reason) -> Incident {
    let vantage = Vantage("desk".into());
    Incident {
        since: at(since),
        failure: failure(reason),
        vantage,
        attachment: None,
        agreed_by: Vec::new(),
        unmentioned: false,
    }
}

pub(super) fn outage(since: &str, until: &str, reason: Reason) -> Outage {
    Outage::of(&incident(since, reason), at(until))
}

/// Up since the first of June, and seen a minute ago.
pub(super) fn up() -> State {
    State {
        status: Status::Up { since: at("2026-05-31T15:00:00Z") },
        last_slot: Some(at("2026-07-05T05:04:00Z")),
        ..State::default()
    }
}

pub(super) fn down(since: &str, reason: Reason) -> State {
    State { status: Status::Down(incident(since, reason)), ..up() }
}

fn warned() -> State {
    let flag = Flag {
        raised: true,
        against: 0,
        since: at("2026-07-01T00:00:00Z"),
        detail: "expires in 6 days (2026-07-11)".into(),
    };
    State { warnings: [(WarningKind::CertExpiring, flag)].into(), ..up() }
}

/// Latencies that wander about `middle`, with a failure each `lost` of them.
fn wandering(middle: u32, lost: u32) -> Vec<Option<u32>> {
    let latency = |n: u32| middle + (n * 7919 % 23) * middle / 40;
    (1..=30).map(|n| (n % lost != 0).then(|| latency(n))).collect()
}

/// The last 24 hours: one observation an hour, of those that `recent` has.
pub(super) fn hours(recent: &[Option<u32>]) -> Hours {
    let mut hours = Hours::default();
    for (ago, latency) in (0..24).zip(recent.iter().rev()).collect::<Vec<_>>().into_iter().rev() {
        hours.count(now() - TimeDelta::hours(ago), *latency);
    }
    hours
}

/// `count` days up to yesterday; of each, failures as `down` says.
pub(super) fn days(count: u64, down: impl Fn(u64) -> u32) -> Vec<Day> {
    let today = now().date_naive();
    let day = |ago| {
        let down = down(ago);
        let latency_ms = u64::from(1440 - down) * (40 + ago % 7);
        Day { date: today - Days::new(ago), up: 1440 - down, down, latency_ms }
    };
    (1..=count).rev().map(day).collect()
}

/// What is remembered of one target.
pub(super) struct Memory(pub(super) &'static str, pub(super) State, pub(super) Vec<Day>);

fn everything() -> Vec<Memory> {
    let with = |state: State, recent: Vec<Option<u32>>| {
        let today = Day { date: now().date_naive(), up: 305, down: 0, latency_ms: 0 };
        let hours = hours(&recent);
        State {
            history: History { recent, today: Some(today), hours, ..History::default() },
            ..state
        }
    };
    let router = with(up(), wandering(12, 99));
    let router = State {
        last_outage: Some(outage("2026-06-02T01:50:00Z", "2026-06-02T02:02:00Z", Reason::Timeout)),
        ..router
    };
    let photos = with(down("2026-07-05T05:02:00Z", Reason::Refused), wandering(80, 10));
    let photos = State {
        last_outage: Some(outage("2026-06-28T19:00:00Z", "2026-06-28T22:05:00Z", Reason::Status)),
        ..photos
    };
    let git = with(down("2026-07-05T05:03:00Z", Reason::Timeout), wandering(30, 99));
    let vault = down("2026-07-05T05:01:00Z", Reason::Status);
    let unseen = State { last_slot: Some(at("2026-07-05T02:00:00Z")), ..up() };
    let pinged = now() - TimeDelta::hours(11);
    let beat = Some(Beat { at: pinged, started: None });
    let backup = State {
        by_kind: KindState::Heartbeat(HeartbeatState { beat }),
        last_slot: Some(pinged),
        ..up()
    };
    vec![
        Memory("router", router, days(89, |ago| if ago == 33 { 12 } else { 0 })),
        Memory("dns", with(unseen, wandering(9, 99)), days(60, |_| 0)),
        Memory(
            "photos",
            photos,
            days(89, |ago| [0, 0, 0, 3, 0, 0, 60, 0, 0, 700][(ago % 10) as usize]),
        ),
        Memory("blog", with(warned(), wandering(140, 99)), days(89, |_| 0)),
        Memory(
            "cloud",
            State { unstable: Some(at("2026-07-05T04:40:00Z")), ..with(up(), wandering(300, 4)) },
            days(12, |ago| if ago < 3 { 200 } else { 0 }),
        ),
        Memory("git", git, days(20, |_| 0)),
        Memory("vault", vault, days(20, |_| 3)),
        Memory("nightly-backup", with(backup, vec![Some(0); 9]), days(30, |_| 0)),
        Memory("alarm:cpu", with(up(), Vec::new()), Vec::new()),
    ]
}

async fn remembered(memories: Vec<Memory>) -> Remembered {
    let store = MemoryStore::new();
    for Memory(name, state, days) in memories {
        let mut expected = Revision(0);
        for closed_day in days.into_iter().map(Some).chain([None]) {
            let (target, state) = (TargetName::new(name), state.clone());
            let write = Write { closed_day, ..Write::new(target, expected, state) };
            store.commit(&[write]).await.unwrap();
            expected.0 += 1;
        }
    }
    prober::store::remembered(&store, now()).await.unwrap()
}

/// What `look` sees of what `config` names and `memories` tell of.
pub(super) async fn seen<T>(
    config: &Config,
    memories: Vec<Memory>,
    look: impl FnOnce(&Page<'_>) -> T,
) -> T {
    let memory = remembered(memories).await;
    let guest = |name| config.discovered.target(name);
    let discovered: Vec<Target> = memory.records.keys().filter_map(guest).collect();
    look(&Page::new(config, &discovered, &memory, now()).with_outages(&log()))
}

/// Outages that are over and not in a record any more.
fn log() -> Outages {
    let old = outage("2026-06-10T10:00:00Z", "2026-06-10T10:07:00Z", Reason::Dns);
    let silenced = Silenced {
        maintained: 3,
        behind: ["photos", "vault"].map(TargetName::new).into(),
        ..Silenced::default()
    };
    let behind = outage("2026-05-20T23:50:00Z", "2026-05-21T00:10:00Z", Reason::Timeout);
    let hidden = outage("2026-06-11T10:00:00Z", "2026-06-11T10:09:00Z", Reason::Dns);
    vec![
        (TargetName::new("vault"), hidden),
        (TargetName::new("router"), old),
        (TargetName::new("git"), Outage { silenced, ..behind }),
    ]
}

/// The home's configuration, and all that is remembered of it.
pub(crate) async fn stored() -> (Config, Remembered) {
    let text = format!("{HOME}\n[notify.phone]\ntype = 'console'\n");
    (config(&text), remembered(everything()).await)
}

/// The same of the home, in `language`.
pub(crate) async fn home<T>(language: &str, look: impl FnOnce(&Page<'_>) -> T) -> T {
    let text = format!("language = '{language}'\n{HOME}");
    seen(&config(&text), everything(), look).await
}

pub(super) fn html(page: &Page<'_>) -> String {
    page.html()
}

pub(crate) fn json(page: &Page<'_>) -> String {
    page.json()
}
