//! What an outage looks like: for each code a case in which all is known that it needs, and
//! near ones, in which something is missing or speaks against it, and nothing is said.

use std::net::IpAddr;

use chrono::TimeDelta;
use prober::core::diagnose::{Calling, Facts, Neighbour, Sighting, WorksOver, diagnose};
use prober::model::detail::{
    AnswerDetail, CertificateDetail, CertificateIssuerDetail, CertificateNameDetail,
    ConnectionDetail, Detail, Front, HttpStatus, Moment, NameList, Past, ResolverFault,
};
use prober::model::measured::Whereabouts;
use prober::model::names::TargetName;
use prober::model::observation::{Failure, Reason, Vantage};
use prober::model::state::{Caller, GoodAddress};
use prober::model::target::IpChoice;

use crate::world::minute;

const HOME: &str = "203.0.113.7";
const ELSEWHERE: &str = "198.51.100.9";
const HOME_V6: &str = "2001:db8:1::7";

/// Facts that can be changed: an outage that began at minute 10, and was seen again at 12.
#[derive(Clone)]
struct Case {
    failure: Failure,
    is_name: bool,
    ip: IpChoice,
    addresses: Vec<IpAddr>,
    reached: Option<IpAddr>,
    front: Option<Front>,
    elsewhere: bool,
    answers_at: Option<IpAddr>,
    works_over: WorksOver,
    good: Option<GoodAddress>,
    neighbours: Vec<Other>,
    calls: Vec<Heard>,
    reached_from: Vec<Vantage>,
}

#[derive(Clone)]
struct Other {
    name: TargetName,
    is_of_place: bool,
    is_of_host: bool,
    is_of_port: bool,
    at: &'static str,
    seen: Sighting,
}

#[derive(Clone, Copy)]
struct Heard {
    last: i64,
    missed: Option<u32>,
    was_alive: bool,
    pause: Option<i64>,
    from: Option<(&'static str, i64)>,
    steady: i64,
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn good(at: &str) -> GoodAddress {
    GoodAddress { ip: ip(at), home: true, front: false, until: Some(minute(9)) }
}

fn failure(reason: Reason, detail: impl Into<Detail>) -> Failure {
    Failure { reason, detail: detail.into() }
}

fn silent() -> Failure {
    let (within, address) = (std::time::Duration::from_secs(10).into(), (ip(HOME), 443).into());
    failure(Reason::Timeout, ConnectionDetail::NoConnectionWithin { within, address })
}

fn refused() -> Failure {
    let (peer, address) = ("home.example".into(), (ip(HOME), 443).into());
    failure(Reason::Refused, ConnectionDetail::Refused { peer, address })
}

fn answered(status: u16) -> Failure {
    let (status, expected) = (HttpStatus(status), "200-299".into());
    failure(Reason::Status, AnswerDetail::Status { status, expected })
}

fn unresolved(why: ResolverFault) -> Failure {
    let host = "home.example".into();
    failure(Reason::Dns, ConnectionDetail::Unresolved { host, why })
}

fn expired() -> Failure {
    let ended = Past { at: minute(-99), seen: minute(10) };
    let host = "home.example".into();
    failure(Reason::CertExpired, CertificateDetail::Expired { host, ended })
}

/// A service at home whose name still leads there, seen silent.
fn case() -> Case {
    Case {
        failure: silent(),
        is_name: true,
        ip: IpChoice::Any,
        addresses: vec![ip(HOME)],
        reached: None,
        front: None,
        elsewhere: false,
        answers_at: None,
        works_over: WorksOver { v4: true, v6: true },
        good: Some(good(HOME)),
        neighbours: Vec::new(),
        calls: Vec::new(),
        reached_from: Vec::new(),
    }
}

/// Another endpoint of the place, at its address.
fn other(seen: Sighting) -> Other {
    let name = TargetName::new("router");
    Other { name, is_of_place: true, is_of_host: false, is_of_port: false, at: HOME, seen }
}

/// A heartbeat that called `last` from `from`, where it has called from since that minute.
fn heard(last: i64, from: &'static str, since: i64) -> Heard {
    let (missed, was_alive, pause) = (Some(0), true, Some(90));
    Heard { last, missed, was_alive, pause, from: Some((from, since)), steady: -999 }
}

/// One that called before the outage, and should have called again.
fn missed() -> Heard {
    Heard { missed: Some(2), ..heard(9, HOME, -999) }
}

impl Case {
    fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// The code that is said, if any.
    fn said(&self) -> Option<&'static str> {
        let whereabouts = Whereabouts {
            addresses: self.addresses.clone(),
            reached: self.reached,
            front: self.front,
            elsewhere: self.elsewhere,
            answers_at: self.answers_at,
        };
        let neighbours = self.neighbours.iter().map(|other| Neighbour {
            name: &other.name,
            is_of_place: other.is_of_place,
            is_of_host: other.is_of_host,
            is_of_port: other.is_of_port,
            good: Some(good(other.at)),
            seen: other.seen,
        });
        let calls = self.calls.iter().map(|heard| Calling {
            who: "home",
            last: minute(heard.last),
            missed: heard.missed,
            was_heard: heard.was_alive,
            pause: heard.pause.map(TimeDelta::seconds),
            from: heard.from.map(|(at, since)| Caller {
                ip: ip(at),
                since: minute(since),
                steady: minute(heard.steady),
            }),
        });
        let facts = Facts {
            failure: &self.failure,
            since: minute(10),
            at: minute(12),
            is_name: self.is_name,
            ip: self.ip,
            whereabouts: &whereabouts,
            good: self.good,
            neighbours: neighbours.collect(),
            calls: calls.collect(),
            works_over: self.works_over,
            reached_from: &self.reached_from,
        };
        diagnose(&facts).map(|cause| cause.code())
    }
}

/// A change of a case, and what it is.
type Near = (&'static str, fn(&mut Case));

/// Says `code` of `case`, and nothing after any of the changes.
fn says(code: &str, case: &Case, near: &[Near]) {
    assert_eq!(case.said(), Some(code));
    for (what, change) in near {
        assert_eq!(case.clone().with(change).said(), None, "{code}: {what}");
    }
}

#[test]
fn address_changed() {
    let moved = case().with(|case| {
        case.calls = vec![heard(11, ELSEWHERE, 10)];
        case.answers_at = Some(ip(ELSEWHERE));
    });
    let near: &[Near] = &[
        ("nothing called since it last worked", |case| case.calls[0].last = 8),
        ("its source is not known", |case| case.calls[0].from = None),
        ("it called from there while the old address worked", |case| {
            case.calls[0].from = Some((ELSEWHERE, 5));
        }),
        ("its source was never that of the name: a VPN", |case| {
            case.good = Some(GoodAddress { home: false, ..good(HOME) });
        }),
        ("another one calls from the old address", |case| {
            case.calls.push(heard(11, HOME, -999));
        }),
        ("the name leads to the new address already", |case| case.addresses = vec![ip(ELSEWHERE)]),
        ("the name leads to both", |case| case.addresses.push(ip(ELSEWHERE))),
        ("what is probed is no name", |case| case.is_name = false),
        ("it answers", |case| case.failure = answered(500)),
        ("its source is of the other version of IP", |case| {
            case.calls[0].from = Some((HOME_V6, 10));
        }),
        ("it never worked", |case| case.good = None),
        ("it does not answer at the new one: a telephone, or a VPN", |case| case.answers_at = None),
        ("something else answers", |case| case.answers_at = Some(ip(HOME))),
        ("one that called from the old address fell silent: a second line", |case| {
            case.calls.push(missed());
        }),
    ];
    says("address_changed", &moved, near);
    says("address_changed", &moved.clone().with(|case| case.failure = refused()), &[]);
    // Its name has an address of IPv6 as well.
    let dual = moved.clone().with(|case| case.addresses.push(ip(HOME_V6)));
    says("address_changed", &dual, &[]);
    // The old line is still there.
    let works_there = moved.with(|case| case.neighbours = vec![other(Sighting::Works)]);
    says("one_service", &works_there, &[]);
}

#[test]
fn an_address_of_ipv6_changes_only_with_its_network() {
    let moved = |to: &'static str| {
        case()
            .with(|case| {
                (case.good, case.addresses) = (Some(good(HOME_V6)), vec![ip(HOME_V6)]);
                (case.calls, case.answers_at) = (vec![heard(11, to, 10)], Some(ip(to)));
            })
            .said()
    };
    assert_eq!(moved("2001:db8:2::7"), Some("address_changed"));
    assert_eq!(moved("2001:db8:1::8"), None, "another device");
    assert_eq!(moved("2001:db8:1:5::7"), None, "another network of the home");
}

#[test]
fn name_gone() {
    let gone = case().with(|case| {
        case.failure = unresolved(ResolverFault::NoSuchName {});
        case.addresses = Vec::new();
        case.neighbours = vec![other(Sighting::Works)];
    });
    let near: &[Near] = &[
        ("the name server does not answer", |case| {
            case.failure = unresolved(ResolverFault::NoAnswer {});
        }),
        ("nothing answers at its address", |case| case.neighbours[0].seen = Sighting::Silent),
        ("nothing was seen there since", |case| case.neighbours[0].seen = Sighting::Unknown),
        ("what answers is elsewhere", |case| case.neighbours[0].at = ELSEWHERE),
        ("it redirects to a name that is gone", |case| case.addresses = vec![ip(HOME)]),
        ("it never worked", |case| case.good = None),
        ("its address was that of many", |case| {
            case.good = Some(GoodAddress { front: true, ..good(HOME) });
        }),
        ("it worked there long ago: the address may be another's", |case| {
            case.good = Some(GoodAddress { until: Some(minute(1)), ..good(HOME) });
        }),
    ];
    says("name_gone", &gone, near);
    // Another look shows the same.
    let looked = gone.with(|case| {
        (case.neighbours, case.answers_at) = (Vec::new(), Some(ip(HOME)));
    });
    let left: &[Near] = &[
        ("what answers is elsewhere", |case| case.answers_at = Some(ip(ELSEWHERE))),
        ("its place calls from elsewhere: a stranger may answer", |case| {
            case.calls = vec![heard(8, ELSEWHERE, 5)];
        }),
    ];
    says("name_gone", &looked, left);
}

#[test]
fn place_dark() {
    let dark = case().with(|case| {
        case.neighbours = vec![other(Sighting::Silent)];
        case.calls = vec![missed()];
    });
    let near: &[Near] = &[
        ("something answers", |case| case.neighbours.push(other(Sighting::Works))),
        ("something refuses", |case| case.neighbours.push(other(Sighting::Fails))),
        ("something was not seen since", |case| case.neighbours.push(other(Sighting::Unknown))),
        ("it refuses itself", |case| case.failure = refused()),
        ("it alone is probed there", |case| case.neighbours.clear()),
        ("the others stand elsewhere", |case| case.neighbours[0].is_of_place = false),
        ("no heartbeat stands there", |case| case.calls.clear()),
        ("a heartbeat may call in time still", |case| case.calls[0].missed = Some(0)),
        ("it had fallen silent before", |case| case.calls[0].was_alive = false),
        ("it missed one call, which may be lost", |case| case.calls[0].missed = Some(1)),
        ("another one may", |case| case.calls.push(heard(9, HOME, 0))),
        ("its heartbeats have schedules", |case| case.calls[0].missed = None),
        ("its name leads elsewhere", |case| case.addresses = vec![ip(ELSEWHERE)]),
        ("there is no data, of a version before", |case| {
            case.failure = failure(Reason::Timeout, "no connection within 10 s");
        }),
    ];
    says("place_dark", &dark, near);
    // Two heartbeats have missed one call each.
    let both =
        dark.clone().with(|case| case.calls = vec![Heard { missed: Some(1), ..missed() }; 2]);
    says("place_dark", &both, &[]);
    // It stands behind a tunnel, which says that nothing is at its other end.
    let tunnel = dark.clone().with(|case| {
        case.good = Some(GoodAddress { front: true, ..good(HOME) });
        (case.front, case.failure, case.reached) =
            (Some(Front::Cloudflare), answered(530), Some(ip(HOME)));
        case.neighbours = vec![other(Sighting::Cut), other(Sighting::Silent)];
    });
    let near: &[Near] =
        &[("it is Cloudflare's TLS to it that fails", |case| case.failure = answered(526))];
    says("place_dark", &tunnel, near);
    let alone = tunnel.with(|case| case.neighbours.push(other(Sighting::Fails)));
    says("upstream", &alone, &[]);
    // What had fallen silent before counts for nothing, and does not stand in the way.
    let one_dead = both.clone().with(|case| {
        case.calls.push(Heard { missed: Some(99), was_alive: false, ..heard(-99, HOME, -999) });
    });
    says(
        "place_dark",
        &one_dead,
        &[("and one call may be lost", |case| {
            case.calls.remove(0);
        })],
    );
}

#[test]
fn way_in() {
    let closed = case().with(|case| {
        case.neighbours = vec![other(Sighting::Silent)];
        case.calls = vec![heard(12, HOME, -999)];
    });
    let near: &[Near] = &[
        ("it called before", |case| case.calls[0].last = 9),
        ("it missed a call: it may have been without power", |case| case.calls[0].steady = 11),
        ("it called once: it may have been without power for a moment", |case| {
            case.calls[0].last = 11;
        }),
        ("it calls once an hour, and has called once", |case| case.calls[0].pause = Some(5400)),
        ("it has a schedule", |case| case.calls[0].pause = None),
        ("one calls from elsewhere", |case| case.calls.push(heard(11, ELSEWHERE, -999))),
        ("it calls from an address that was never that of the name", |case| {
            case.good = Some(GoodAddress { home: false, ..good(HOME) });
        }),
        ("something answers", |case| case.neighbours.push(other(Sighting::Fails))),
        ("it refuses itself", |case| case.failure = refused()),
        ("another one is behind a tunnel", |case| case.neighbours.push(other(Sighting::Cut))),
        ("it alone is probed there", |case| case.neighbours.clear()),
        ("its name leads elsewhere", |case| case.addresses = vec![ip(ELSEWHERE)]),
    ];
    says("way_in", &closed, near);
    // What calls once an hour has done so long after it began.
    let late = closed.with(|case| {
        case.calls[0] = Heard { pause: Some(5400), ..heard(15, HOME, -999) };
    });
    says("way_in", &late, &[]);
}

#[test]
fn one_service() {
    let alone = case().with(|case| case.neighbours = vec![other(Sighting::Works)]);
    let near: &[Near] = &[
        ("another one fails too", |case| case.neighbours.push(other(Sighting::Fails))),
        ("another one was silent", |case| case.neighbours.push(other(Sighting::Silent))),
        ("what works is elsewhere", |case| case.neighbours[0].at = ELSEWHERE),
        ("what worked was not seen since", |case| case.neighbours[0].seen = Sighting::Unknown),
        ("its name leads elsewhere", |case| case.addresses = vec![ip(ELSEWHERE)]),
        ("another one was not seen since", |case| case.neighbours.push(other(Sighting::Unknown))),
        ("a heartbeat has fallen silent", |case| {
            case.calls = vec![Heard { missed: Some(1), ..missed() }];
        }),
        ("its address was that of many, and it does not answer now", |case| {
            case.good = Some(GoodAddress { front: true, ..good(HOME) });
        }),
        ("another host fails, to which it redirects", |case| {
            (case.elsewhere, case.failure) = (true, answered(500));
        }),
        ("its address is that of many", |case| {
            (case.front, case.failure) = (Some(Front::Cloudflare), answered(500));
        }),
        ("its name is not resolved", |case| {
            case.failure = unresolved(ResolverFault::NoAnswer {});
        }),
        ("it must not answer", |case| case.failure = failure(Reason::Reachable, "it answers")),
        ("it never worked", |case| case.good = None),
    ];
    says("one_service", &alone, near);
    for own in [refused(), answered(503), failure(Reason::Body, "no text")] {
        says("one_service", &alone.clone().with(|case| case.failure = own), &[]);
    }
}

#[test]
fn upstream() {
    for (front, status, is_said) in [
        (Some(Front::Cloudflare), 522, true),
        (Some(Front::Cloudflare), 530, true),
        (Some(Front::Cloudflare), 502, true),
        (Some(Front::LoadBalancer), 503, true),
        (None, 502, true),
        (None, 504, true),
        // An answer of the server itself, as often as not.
        (None, 503, false),
        (Some(Front::Cloudflare), 503, false),
        (Some(Front::Cloudflare), 500, false),
        // The server behind it answers, and its TLS is not as it should be.
        (Some(Front::Cloudflare), 525, false),
        (Some(Front::Cloudflare), 526, false),
        // Not Cloudflare's.
        (None, 522, false),
        (None, 404, false),
    ] {
        let said =
            case().with(|case| (case.front, case.failure) = (front, answered(status))).said();
        assert_eq!(said, is_said.then_some("upstream"), "{front:?} {status}");
    }
    // That others work there says less.
    let among = case().with(|case| {
        (case.failure, case.neighbours) = (answered(502), vec![other(Sighting::Works)]);
    });
    let near: &[Near] =
        &[("another host answers so, to which it redirects", |case| case.elsewhere = true)];
    says("upstream", &among, near);
}

#[test]
fn one_family() {
    let half = case().with(|case| {
        (case.ip, case.addresses) = (IpChoice::V6, vec![ip(HOME_V6)]);
        case.good = Some(good(HOME_V6));
        case.neighbours = vec![Other { is_of_host: true, ..other(Sighting::Works) }];
    });
    let near: &[Near] = &[
        ("it may use both", |case| case.ip = IpChoice::Any),
        ("it is probed over the one that works", |case| case.ip = IpChoice::V4),
        ("the other one is another host", |case| case.neighbours[0].is_of_host = false),
        ("the other one fails too", |case| case.neighbours[0].seen = Sighting::Silent),
        ("it answers", |case| case.failure = answered(500)),
        ("nothing works over its version: prober's own network may not speak it", |case| {
            case.works_over.v6 = false;
        }),
        ("another one works over the same version", |case| {
            case.neighbours.push(Other { at: "2001:db8:1::8", ..other(Sighting::Works) });
        }),
    ];
    says("one_family", &half, near);
}

#[test]
fn far_only() {
    let reached = case().with(|case| case.reached_from = vec![Vantage("frankfurt".into())]);
    let near: &[Near] = &[
        ("nobody reaches it", |case| case.reached_from.clear()),
        ("it answers", |case| case.failure = answered(500)),
    ];
    says("far_only", &reached, near);
}

#[test]
fn certificate() {
    let bad = case().with(|case| {
        case.failure = expired();
        case.reached = Some(ip(HOME));
    });
    let near: &[Near] = &[
        ("it is shown at another address", |case| case.reached = Some(ip(ELSEWHERE))),
        ("its place calls from elsewhere", |case| {
            case.calls = vec![heard(11, ELSEWHERE, 10)];
        }),
        ("its place has fallen silent: a stranger may have its address", |case| {
            case.calls = vec![missed()];
        }),
        ("it never worked", |case| case.good = None),
        ("the clock here may be wrong", |case| {
            let (now, begins) = (Moment(minute(10)), Moment(minute(99)));
            let host = "home.example".into();
            case.failure =
                failure(Reason::Tls, CertificateDetail::NotYetValid { host, now, begins });
        }),
        ("it may be a stranger's", |case| case.failure = unknown()),
        ("it may be a stranger's, though another server of its host works", |case| {
            (case.failure, case.neighbours) = (unknown(), vec![other(Sighting::Works)]);
        }),
        ("it is that of another host, to which it redirects", |case| case.elsewhere = true),
    ];
    says("certificate", &bad, near);
    let known = bad.with(|case| {
        let same = Other { is_of_host: true, is_of_port: true, ..other(Sighting::Works) };
        (case.failure, case.neighbours) = (unknown(), vec![same]);
    });
    let near: &[Near] = &[
        ("nothing works there", |case| case.neighbours[0].seen = Sighting::Fails),
        ("it is for other names", |case| {
            let (expected, names) = ("home.example".into(), vec!["nas.example".into()]);
            let names = NameList { names, more: 0 };
            let detail = CertificateNameDetail::ForOther { names, expected };
            case.failure = failure(Reason::Tls, detail);
        }),
    ];
    says("certificate", &known, near);
}

/// The certificate is from an authority that nobody knows.
fn unknown() -> Failure {
    let host = "home.example".into();
    failure(Reason::Tls, CertificateIssuerDetail::SelfSigned { host })
}

#[test]
fn nothing_is_said_where_two_causes_fit() {
    let dark = case().with(|case| {
        case.neighbours = vec![other(Sighting::Silent)];
        case.calls = vec![missed()];
    });
    says(
        "place_dark",
        &dark,
        &[("others reach it", |case| {
            case.reached_from = vec![Vantage("frankfurt".into())];
        })],
    );
}

/// Nothing that is said of an outage comes from nothing.
#[test]
fn nothing_is_said_of_a_lone_failure() {
    for own in [silent(), refused(), answered(500), unresolved(ResolverFault::NoSuchName {})] {
        assert_eq!(case().with(|case| case.failure = own).said(), None);
    }
}
