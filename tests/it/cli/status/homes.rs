//! Homes of several sizes and languages, on the tenth of March at five past nine in the
//! evening in Seoul.

use chrono::{DateTime, Days, TimeDelta, Utc};
use prober::model::history::{Day, History};
use prober::model::names::{ChannelName, TargetName};
use prober::model::near_misses::NearMisses;
use prober::model::observation::{Failure, Reason, Vantage, WarningKind};
use prober::model::record::{Revision, Write};
use prober::model::state::{
    Announced, AnnouncedDown, Beat, Dependents, Flag, HeartbeatState, Incident, KindState, Outage,
    State, Status, Streak,
};
use prober::store::{SqliteStore, Store};

use crate::home::{DEFAULTS, Home, SLACK, target};

/// When it is asked.
pub(super) const NOW: &str = "2026-03-10T12:05:00Z";

pub(super) fn now() -> DateTime<Utc> {
    NOW.parse().unwrap()
}

fn ago(minutes: i64) -> DateTime<Utc> {
    now() - TimeDelta::minutes(minutes)
}

/// The names of twelve targets, and of three groups.
pub(super) struct Names {
    pub(super) targets: [&'static str; 12],
    pub(super) groups: [&'static str; 2],
}

pub(super) const ENGLISH: Names = Names {
    targets: [
        "router",
        "photos",
        "nas",
        "blog",
        "mail",
        "git",
        "wiki",
        "home-assistant",
        "vault",
        "backup",
        "calendar",
        "a printer in the cellar",
    ],
    groups: ["Media", "Web"],
};

pub(super) const KOREAN: Names = Names {
    targets: [
        "공유기",
        "사진",
        "나스",
        "블로그",
        "메일",
        "깃",
        "위키",
        "홈 어시스턴트",
        "비밀번호 금고",
        "백업",
        "달력",
        "지하실 프린터",
    ],
    groups: ["미디어", "웹"],
};

pub(super) const CHINESE: Names = Names {
    targets: [
        "路由器",
        "照片",
        "网络存储",
        "博客",
        "邮件",
        "代码仓库",
        "维基",
        "智能家居",
        "密码库",
        "备份",
        "日历",
        "地下室打印机",
    ],
    groups: ["媒体", "网站"],
};

/// A home with so many targets; of each twelve, one is down, one has a warning, one was
/// never observed, one is paused and one is a heartbeat.
pub(super) async fn home(names: &Names, count: usize) -> Home {
    let home = Home::new().await;
    let mut text = format!("timezone = 'Asia/Seoul'\n{DEFAULTS}{SLACK}");
    let mut writes = Vec::new();
    let mut days = String::new();
    for at in 0..count {
        let name = name(names, at);
        text += &toml(names, at, &name, &home);
        if let Some(state) = state(at) {
            writes.push(Write::new(TargetName::new(name.as_str()), Revision(0), state));
            days.extend((1..days_of(at)).map(|back| row(&name, &day(at, back))));
        }
    }
    home.write(&text);
    let store = SqliteStore::open(&home.path("prober.db")).unwrap();
    store.commit(&writes).await.unwrap();
    home.sql(&format!("BEGIN; {days} COMMIT;"));
    home
}

fn row(name: &str, day: &Day) -> String {
    let Day { date, up, down, latency_ms } = day;
    format!("INSERT INTO day VALUES ('{name}', '{date}', {up}, {down}, {latency_ms});")
}

fn name(names: &Names, at: usize) -> String {
    let (first, round) = (names.targets[at % 12], at / 12);
    if round == 0 { first.to_owned() } else { format!("{first} {}", round + 1) }
}

fn toml(names: &Names, at: usize, name: &str, home: &Home) -> String {
    let group = match at % 4 {
        0 => String::new(),
        1 | 2 => format!("group = '{}'\n", names.groups[0]),
        _ => format!("group = '{}'\n", names.groups[1]),
    };
    if at % 12 == 9 {
        let key = format!("key = 'k3y-of-the-backup-{at}'");
        return format!("\n[[heartbeat]]\nname = '{name}'\n{key}\ninterval = '1d'\n{group}");
    }
    let behind = if at % 12 == 1 {
        format!("depends_on = ['{}']\n", names.targets[0])
    } else {
        String::new()
    };
    format!("{}{group}{behind}", target(name, &home.nas.url()))
}

/// What is remembered of the target at that place; nothing of one that is new.
fn state(at: usize) -> Option<State> {
    match at % 12 {
        1 => Some(down(at)),
        4 => Some(warned(at)),
        6 => None,
        7 => Some(paused(at)),
        9 => Some(called(at)),
        _ => Some(up(at)),
    }
}

/// For how many days it has been observed.
fn days_of(at: usize) -> u64 {
    [90, 90, 42, 90, 12][at % 5]
}

fn day(at: usize, back: u64) -> Day {
    let date = now().date_naive() - Days::new(back);
    // One day in eleven is not perfect, and each by another much.
    let down = match (back * 7 + at as u64 * 3) % 33 {
        0 => 400,
        11 => 30,
        22 => 3,
        _ => 0,
    };
    Day { date, up: 1440 - down, down, latency_ms: 1440 * u64::from(latency(at, 0)) }
}

fn latency(at: usize, probe: usize) -> u32 {
    let base = [8, 23, 80, 187, 420][at % 5];
    base + u32::try_from((probe * 7 + at) % 11).unwrap() * base / 12
}

fn up(at: usize) -> State {
    let today = Day { date: now().date_naive(), up: 725, down: 0, latency_ms: 0 };
    let recent = (0..30).map(|probe| Some(latency(at, probe))).collect();
    let history = History { recent, today: Some(today), ..History::default() };
    let since = ago(60 * 24 * (2 + 3 * i64::try_from(at).unwrap()));
    State {
        status: Status::Up { since },
        last_slot: Some(ago(1)),
        streak: Some(Streak::Succeeding { count: 700, since }),
        history,
        ..State::default()
    }
}

fn timeout() -> Failure {
    let detail = "no connection within 10 s (203.0.113.7:443)".into();
    Failure { reason: Reason::Timeout, detail }
}

fn down(at: usize) -> State {
    let since = ago(14);
    let incident = Incident {
        since,
        failure: timeout(),
        vantage: Vantage("here".into()),
        agreed_by: Vec::new(),
        attachment: None,
        unmentioned: false,
    };
    let mut near_misses = NearMisses::default();
    near_misses.count(ago(60 * 24 * 9), 3, 12);
    let told = AnnouncedDown {
        incident: since,
        last_told: ago(13),
        ended: None,
        receipt: None,
        kinds: 0,
        dependents: Dependents::default(),
    };
    let told = Announced { down: Some(told), ..Announced::default() };
    let up = up(at);
    let mut recent = up.history.recent.clone();
    recent[26..].fill(None);
    State {
        status: Status::Down(incident.clone()),
        streak: Some(Streak::Failing { count: 14, since, latest: timeout(), inhibited: 0 }),
        last_outage: Some(Outage::of(
            &Incident { since: ago(60 * 24 * 3 + 42), ..incident },
            ago(60 * 24 * 3),
        )),
        told: [(ChannelName::new("slack"), told)].into(),
        history: History { recent, near_misses, ..up.history },
        ..up
    }
}

fn warned(at: usize) -> State {
    let detail = "expires in 9 days (2026-03-19)".into();
    let flag = Flag { raised: true, against: 0, since: ago(60), detail };
    State { warnings: [(WarningKind::CertExpiring, flag)].into(), ..up(at) }
}

fn paused(at: usize) -> State {
    State { paused_until: Some(ago(-120)), ..up(at) }
}

fn called(at: usize) -> State {
    let beat = Beat { at: ago(60 * 9), started: None };
    let state = up(at);
    let history = History { recent: vec![Some(0); 20], ..state.history };
    let by_kind = KindState::Heartbeat(HeartbeatState { beat: Some(beat) });
    State { by_kind, history, ..state }
}
