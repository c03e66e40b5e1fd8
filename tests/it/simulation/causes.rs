//! A year in which it is known what happened, day by day, with probes and pings that are lost
//! now and then: how often the cause is named, and that it is never a wrong one.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use chrono::{DateTime, TimeDelta, Utc};
use prober::config::{self, Sources};
use prober::core::announce::Context;
use prober::core::judge::health::Transition;
use prober::core::step::{Event, EventOrder, Pulse, Step, Wishes, of_events, of_observations};
use prober::model::detail::{
    AnswerDetail, Cause, CertificateDetail, CertificateIssuerDetail, ConnectionDetail, Detail,
    Front, HttpStatus, Past, ResolverFault,
};
use prober::model::measured::{Measured, Whereabouts};
use prober::model::names::TargetName;
use prober::model::observation::{Observation, Outcome, Reason, Vantage};
use prober::model::record::{Record, Records};
use prober::model::state::Outage;
use prober::model::target::{Config, by_name};

use super::dice::Dice;
use crate::world::{epoch, observe};

const PROBES: &str = "
[[target]]
name = 'router'
url = 'tcp://home.example:1'
place = 'home'
[[target]]
name = 'photos'
url = 'https://photos.example'
place = 'home'
[[target]]
name = 'nas'
url = 'https://nas.example'
place = 'home'
[[target]]
name = 'blog'
url = 'https://blog.example'
[[heartbeat]]
name = 'dead'
key = 'k3y-of-the-dead-one'
interval = '1m'
place = 'home'
[[heartbeat]]
name = 'slow'
key = 'k3y-of-the-slow-one'
interval = '2m'
place = 'home'
[[heartbeat]]
name = 'pulse'
key = 'k3y-of-the-pulse'
interval = '1m'
place = 'home'
";

/// From where home calls while its own line is down.
const SECOND_LINE: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 9));

/// Those that are probed.
const PROBED: [&str; 4] = ["router", "photos", "nas", "blog"];

/// Those that stand at home.
const HOME: [&str; 3] = ["router", "photos", "nas"];

/// Probes and pings of a thousand that are lost.
const LOST: u64 = 10;

/// What really happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Truth {
    Nothing,
    Power,
    Drift,
    WayIn,
    Refuses,
    Fails,
    Tunnel,
    Certificate,
    NameGone,
    /// The calls go out by another line, and nothing answers.
    SecondLine,
    /// Somebody else has the address, with a certificate of his own.
    Stranger,
    /// The machine behind the router is off, and with it all that calls.
    Machine,
}

const ALL: [Truth; 12] = [
    Truth::Nothing,
    Truth::Power,
    Truth::Drift,
    Truth::WayIn,
    Truth::Refuses,
    Truth::Fails,
    Truth::Tunnel,
    Truth::Certificate,
    Truth::NameGone,
    Truth::SecondLine,
    Truth::Stranger,
    Truth::Machine,
];

impl Truth {
    /// The code that is right.
    fn code(self) -> Option<&'static str> {
        match self {
            Self::Nothing | Self::SecondLine | Self::Stranger => None,
            // Both are said: the line, or the one machine there.
            Self::Power | Self::Machine => Some("place_dark"),
            Self::Drift => Some("address_changed"),
            Self::WayIn => Some("way_in"),
            Self::Refuses | Self::Fails => Some("one_service"),
            Self::Tunnel => Some("upstream"),
            Self::Certificate => Some("certificate"),
            Self::NameGone => Some("name_gone"),
        }
    }
}

/// What was said of the outages.
#[derive(Debug, Default)]
struct Tally {
    outages: u32,
    named: u32,
    /// Those of which nothing was said, by what was true.
    unnamed: BTreeMap<Truth, u32>,
    wrong: Vec<String>,
}

struct Year {
    dice: Dice,
    config: Config,
    records: Records,
    now: DateTime<Utc>,
    /// Where home is, and where its names lead.
    home: IpAddr,
    named: IpAddr,
    truth: Truth,
    /// When that began, and how many minutes ago; and when it ended.
    began: DateTime<Utc>,
    ended: DateTime<Utc>,
    since: u64,
    /// How many minutes were lived through.
    minute: u64,
    /// Whether calls may have been lost until now.
    is_deaf: bool,
    tally: Tally,
}

impl Year {
    fn new(seed: u64) -> Self {
        let sources = Sources {
            env: &|_| None,
            read_file: &|_| Err(std::io::ErrorKind::NotFound.into()),
            now: epoch(),
        };
        let config = config::parse("probes.toml".as_ref(), PROBES, &sources);
        let home = IpAddr::from([203, 0, 113, 1]);
        Self {
            dice: Dice::new(seed),
            config: config.unwrap_or_else(|errors| panic!("{}", errors.render(false))),
            records: Records::new(),
            now: epoch(),
            home,
            named: home,
            truth: Truth::Nothing,
            began: epoch(),
            ended: epoch(),
            since: 0,
            minute: 0,
            is_deaf: false,
            tally: Tally::default(),
        }
    }

    /// A day: an hour of it, with one thing that happens.
    fn day(&mut self, truth: Truth) {
        self.minutes(12);
        (self.truth, self.since, self.began) = (truth, 0, self.now);
        self.ended = DateTime::<Utc>::MAX_UTC;
        if truth == Truth::Drift {
            let new = u8::try_from(2 + self.dice.below(250)).unwrap();
            let IpAddr::V4(old) = self.home else { unreachable!() };
            self.home = IpAddr::from([203, 0, 113, if new == old.octets()[3] { 1 } else { new }]);
        }
        let lasts = 2 + self.dice.below(30);
        self.minutes(lasts);
        (self.named, self.ended) = (self.home, self.now);
        // What comes back from a power cut does so one after the other.
        self.since = 0;
        let truth = std::mem::replace(&mut self.truth, Truth::Nothing);
        for minute in 0..12 {
            self.minute((truth == Truth::Power && minute < 3).then_some("photos"), truth);
        }
        self.now += TimeDelta::hours(23);
    }

    fn minutes(&mut self, count: u64) {
        for _ in 0..count {
            self.minute(None, self.truth);
        }
    }

    /// One ping, and one tick, in which `booting` does not answer yet.
    fn minute(&mut self, booting: Option<&str>, what: Truth) {
        let second = 5 + self.dice.below(50);
        if self.calls() && !self.dice.per_mille(LOST) {
            let at = self.now + TimeDelta::seconds(i64::try_from(second).unwrap());
            self.ping("pulse", at);
            if self.minute.is_multiple_of(2) {
                self.ping("slow", at);
            }
            // It called once, long ago.
            if self.minute == 1 {
                self.ping("dead", at);
            }
        }
        self.minute += 1;
        self.now += TimeDelta::minutes(1);
        self.since += 1;
        let mut observations = Vec::new();
        for name in HOME.into_iter().chain(["blog"]) {
            let is_lost = self.dice.per_mille(LOST) || booting == Some(name);
            let (outcome, whereabouts) = self.seen(name, is_lost);
            let measured = Some(Measured { whereabouts, ..Measured::default() });
            observations.push(Observation { measured, ..observe(name, self.now, outcome) });
        }
        let targets = by_name(&self.config.targets);
        let context = Context::new(&targets, &[], self.now + TimeDelta::seconds(2))
            .with_deafness(self.is_deaf.then_some(self.now));
        let step = of_observations(&context, &self.records, &observations);
        self.store(step, what);
    }

    /// Whether home can call out.
    fn calls(&self) -> bool {
        match self.truth {
            Truth::Power | Truth::Machine => false,
            // The line reconnects.
            Truth::Drift => self.since >= 1,
            _ => true,
        }
    }

    /// Where its calls come from.
    fn source(&self) -> IpAddr {
        if self.truth == Truth::SecondLine { SECOND_LINE } else { self.home }
    }

    fn ping(&mut self, name: &str, at: DateTime<Utc>) {
        let event = Event {
            target: TargetName::new(name),
            at,
            vantage: Vantage("here".into()),
            outcome: Some(Outcome::success()),
            pulse: Some(Pulse::Ended),
            count: 1,
            attachment: None,
            errors: Vec::new(),
            news: None,
            wishes: Wishes::default(),
            order: EventOrder::Came,
            source: Some(self.source()),
        };
        let targets = by_name(&self.config.targets);
        let step = of_events(&Context::new(&targets, &[], at), &self.records, &[event]);
        self.store(step, self.truth);
    }

    fn store(&mut self, step: Step, what: Truth) {
        for write in step.writes {
            self.records.insert(write.target, Record { state: write.state, ..Record::default() });
        }
        for (name, transition) in step.transitions {
            if !PROBED.contains(&name.as_str()) {
                continue;
            }
            let (outage, is_open) = match transition {
                Transition::Down(incident) => (Outage::of(&incident, incident.since), true),
                Transition::Recovered(outage) => (outage, false),
                Transition::Warning(..) | Transition::Cleared(..) => continue,
            };
            // Two probes in a row were lost, and it was the only one.
            let is_true = outage.since > self.began && outage.since <= self.ended;
            let is_noise = what == Truth::Nothing || !is_true;
            let is_unknowable = what.code().is_none() && outage.cause.is_none();
            if is_noise && outage.cause.as_ref().is_none_or(|it| it.code() == "one_service") {
                continue;
            }
            if is_unknowable {
                continue;
            }
            self.tally.outages += u32::from(!is_open);
            match outage.cause.as_ref().map(Cause::code) {
                None => {
                    let unnamed = self.tally.unnamed.entry(what).or_default();
                    *unnamed += u32::from(!is_open);
                }
                code if code == what.code() => self.tally.named += u32::from(!is_open),
                // The probe that decided was lost: what is said is true, and less.
                Some("one_service") if what == Truth::Certificate => {}
                code => self.tally.wrong.push(format!("{name}: {code:?}, it was {what:?}")),
            }
        }
    }

    /// What a probe of `name` sees.
    fn seen(&self, name: &str, is_lost: bool) -> (Outcome, Whereabouts) {
        let address = if name == "blog" { IpAddr::from([192, 0, 2, 1]) } else { self.named };
        let front = (name == "blog").then_some(Front::Cloudflare);
        let at = |reached| Whereabouts {
            addresses: vec![address],
            reached,
            front: front.filter(|_| reached.is_some()),
            elsewhere: false,
            answers_at: self.answers_at(name),
        };
        let is_home = HOME.contains(&name);
        let outcome = match self.truth {
            _ if is_lost => silent(address),
            // Somebody else may have the address now.
            Truth::Drift if is_home && self.since.is_multiple_of(2) => refused(address),
            Truth::Power | Truth::WayIn | Truth::Drift | Truth::SecondLine | Truth::Machine
                if is_home =>
            {
                silent(address)
            }
            Truth::Stranger if is_home && name != "router" => {
                return (stranger(name), at(Some(address)));
            }
            Truth::NameGone if is_home => {
                let answers_at = Some(self.home);
                let gone = Whereabouts { answers_at, ..Whereabouts::default() };
                return (gone_name(), gone);
            }
            Truth::Refuses if name == "photos" => refused(address),
            Truth::Fails if name == "photos" => return (answered(500), at(Some(address))),
            Truth::Tunnel if name == "blog" => return (answered(530), at(Some(address))),
            Truth::Certificate if name == "photos" => return (self.expired(), at(Some(address))),
            _ => return (Outcome::success(), at(Some(address))),
        };
        (outcome, at(None))
    }

    /// Where `name` answers, if not where its name leads: it was looked for there.
    fn answers_at(&self, name: &str) -> Option<IpAddr> {
        let has_moved = self.truth == Truth::Drift && self.calls() && HOME.contains(&name);
        has_moved.then_some(self.home)
    }

    fn expired(&self) -> Outcome {
        let ended = Past { at: self.now - TimeDelta::hours(1), seen: self.now };
        let host = "photos.example".into();
        Outcome::failure(Reason::CertExpired, CertificateDetail::Expired { host, ended })
    }
}

fn stranger(name: &str) -> Outcome {
    let host = format!("{name}.example");
    Outcome::failure(Reason::Tls, CertificateIssuerDetail::SelfSigned { host })
}

fn silent(ip: IpAddr) -> Outcome {
    let (within, address) = (std::time::Duration::from_secs(10).into(), (ip, 443).into());
    let detail = ConnectionDetail::NoConnectionWithin { within, address };
    Outcome::failure(Reason::Timeout, Detail::Connection(detail))
}

fn refused(ip: IpAddr) -> Outcome {
    let (peer, address) = ("home.example".into(), (ip, 443).into());
    let detail = ConnectionDetail::Refused { peer, address };
    Outcome::failure(Reason::Refused, Detail::Connection(detail))
}

fn gone_name() -> Outcome {
    let (host, why) = ("home.example".into(), ResolverFault::NoSuchName {});
    let detail = ConnectionDetail::Unresolved { host, why };
    Outcome::failure(Reason::Dns, Detail::Connection(detail))
}

fn answered(status: u16) -> Outcome {
    let (status, expected) = (HttpStatus(status), "200-299".into());
    Outcome::failure(Reason::Status, AnswerDetail::Status { status, expected })
}

#[test]
fn in_a_year_nine_of_ten_causes_are_named_and_none_wrongly() {
    let mut year = Year::new(2026);
    for day in 0..365_usize {
        year.day(ALL[day % ALL.len()]);
    }
    let Tally { outages, named, unnamed, wrong } = year.tally;
    assert!(wrong.is_empty(), "{} of {outages} are wrong: {wrong:#?}", wrong.len());
    assert!(outages > 500, "{outages}");
    assert!(named * 10 >= outages * 9, "{named} of {outages} are named; not these: {unnamed:?}");
}

#[test]
fn calls_that_may_have_been_lost_are_not_missed() {
    for is_deaf in [false, true] {
        let mut year = Year::new(7);
        year.is_deaf = is_deaf;
        for _ in 0..3 {
            year.day(Truth::Power);
        }
        let Tally { named, wrong, .. } = year.tally;
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert_eq!(named > 0, !is_deaf, "{named}");
    }
}

#[test]
fn what_was_dark_and_calls_again_is_dark_no_more() {
    let mut year = Year::new(7);
    year.minutes(12);
    (year.truth, year.began, year.ended) = (Truth::Power, year.now, DateTime::<Utc>::MAX_UTC);
    year.minutes(6);
    let looks_like = |year: &Year| {
        let photos = year.records.get(&TargetName::new("photos")).unwrap();
        let incident = photos.state.incident().unwrap();
        (incident.cause.as_ref().map(Cause::code), incident.looks_like().map(Cause::code))
    };
    assert_eq!(looks_like(&year), (Some("place_dark"), Some("place_dark")));
    // What calls is back, and nothing answers yet.
    year.truth = Truth::WayIn;
    year.minutes(3);
    assert_eq!(looks_like(&year), (Some("place_dark"), None));
}
