//! Every language says everything, in its own words.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::TimeDelta;
use prober::core::announce::{Aftermath, Fact};
use prober::message::{
    Dropped, Line, Message, Notice, OwnAlarm, ShownDiagnostic, Unread, Voice, compose, reply,
    test_message,
};
use prober::model::detail::{
    AnswerDetail, Date, Detail, HeartbeatDetail, HttpStatus, LackDetail, LimitDetail, Moment,
    OsFault, OwnDetail, StoreDetail,
};
use prober::model::names::{ChannelName, TargetName};
use prober::model::observation::{Reason, Vantage, WarningKind};
use prober::model::prober_state::{Gap, GapKind};
use prober::model::state::{Attachment, Found, Incident, Outage, Probed, Receipt, Status};
use prober::model::target::{Flapping, Lacking, Language, Part};
use prober::notify::slack::payload;
use serde_json::Value;

use super::details;
use super::{at, incident, outage, say_as};

pub(super) const LANGUAGES: [Language; 3] = [Language::En, Language::Ko, Language::Zh];

/// Names and abbreviations that are the same everywhere.
const INTERNATIONAL: &[&str] = &[
    "self",
    "check",
    "urls",
    "prober",
    "ms",
    "KST",
    "DNS",
    "TLS",
    "JSON",
    "docs",
    "deploy",
    "md",
    "CloudWatch",
    "OK",
    "MiB",
    "KiB",
    "IPv",
    "HTTP",
    "CPU",
    "AWS",
    "Lambda",
    "tls",
    "ca",
    "insecure",
    "pin",
    "starttls",
    "true",
    "false",
    "WebSocket",
    "SSH",
    "SOCKS",
    "gRPC",
    "tcp",
    "fullchain",
    "Cloudflare",
    "Let",
    "s",
    "Encrypt",
    "Caddy",
    "root",
    "crt",
    "internal",
    "RSA",
    "SHA",
    "MD",
    "ECDSA",
    "Ed",
    "DSA",
    "P",
    "secp",
    "k",
    "Brainpool",
    "X",
    "SNI",
    "gzip",
    "Transfer",
    "Encoding",
    "chunked",
    "Content",
    "Length",
    "Location",
    "URL",
    "UTC",
    "UTF",
    "validate",
    "check",
    "witness",
    "inbox",
    "page",
    "watchdog",
    "SQLite",
    "wal",
    "DynamoDB",
    "PROBER",
    "TABLE",
    "target",
    "kind",
    "name",
    "dynamodb",
    "Query",
    "GetItem",
    "PutItem",
    "UpdateItem",
    "DeleteItem",
];

/// A name without a letter, so that every letter of a message is a word's.
pub(super) const NAME: &str = "①";

const SINCE: &str = "2025-12-31T05:02:00Z";

pub(super) fn open(reason: Reason, detail: impl Into<Detail>) -> Incident {
    let vantage = Vantage("②".into());
    Incident { vantage, ..incident(SINCE, reason, detail) }
}

fn over(incidents: u32, reason: Reason, errors: u32) -> Outage {
    let outage = outage("2026-07-02T01:50:00Z", "2026-07-05T05:02:00Z", reason, "");
    Outage { incidents, observations: errors, ..outage }
}

/// It was down, and is down again.
fn again(times: u32, reason: Reason) -> Fact {
    let (outage, kinds) = (over(times, reason, 0), Vec::new());
    Fact::WasDown { outage, kinds, others: 0, is_down_again: true }
}

/// A fact of each kind, and of each reason.
fn facts() -> Vec<Fact> {
    let affected = (0..14).map(|n| TargetName::new(n.to_string())).collect();
    let up = Status::Up { since: at("2026-07-05T04:34:00Z") };
    let flapping = Flapping::default();
    let mut facts = vec![
        Fact::Down { incident: open(Reason::Timeout, ""), affected },
        Fact::StillDown(open(Reason::Dns, "")),
        Fact::down(Incident { agreed_by: vec![Vantage("②".into())], ..open(Reason::Status, "") }),
        Fact::was_down(over(1, Reason::Tls, 0)),
        Fact::was_down(over(3, Reason::Tls, 0)),
        Fact::Recovered(over(1, Reason::Status, 0)),
        Fact::Recovered(over(1, Reason::ErrorsReported, 37)),
        Fact::Unstable { since: at("2026-07-05T05:04:00Z"), flapping, incident: None },
        Fact::Steady(up),
        Fact::Steady(Status::Unknown),
        Fact::Steady(Status::Down(open(Reason::Refused, ""))),
        Fact::Cleared(WarningKind::ALL.iter().map(|kind| (*kind, "".into())).collect()),
        Fact::Recovered(Outage { unseen_s: 300, ..over(1, Reason::Dns, 0) }),
        Fact::Cleared(new_values()),
        Fact::Unstable {
            since: at("2026-07-05T05:04:00Z"),
            flapping,
            incident: Some(open(Reason::Late, "")),
        },
    ];
    facts.extend(Reason::ALL.iter().map(|reason| Fact::was_down(over(3, *reason, 0))));
    facts.extend(Reason::ALL.iter().flat_map(|reason| [1, 3].map(|times| again(times, *reason))));
    facts.extend(Reason::ALL.iter().map(|reason| Fact::Steady(Status::Down(open(*reason, "")))));
    facts.extend(aftermaths().map(|aftermath| {
        let outage = over(1, Reason::Timeout, 0);
        Fact::RootRecovered { outage, aftermath }
    }));
    facts.extend(probed().into_iter().map(|found| {
        let probed = Probed { target: TargetName::new(NAME), found };
        let attachment = Attachment { probed: Some(probed), ..Attachment::default() };
        let incident = open(Reason::ErrorsReported, "");
        Fact::down(Incident { attachment: Some(attachment), ..incident })
    }));
    for (reason, detail) in details::failures() {
        facts.push(Fact::down(open(reason, detail.clone())));
        facts.push(Fact::StillDown(open(reason, detail.clone())));
        let incident = open(reason, detail);
        facts.push(Fact::was_down(Outage::of(&incident, at("2026-07-05T05:04:00Z"))));
        facts.push(Fact::Recovered(Outage::of(&incident, at("2026-07-05T05:04:00Z"))));
    }
    for cause in details::causes() {
        let incident = Incident { cause: Some(cause), ..open(Reason::Timeout, "") };
        let outage = Outage::of(&incident, at("2026-07-05T05:04:00Z"));
        facts.extend([Fact::down(incident.clone()), Fact::StillDown(incident)]);
        facts.push(Fact::was_down(outage));
    }
    facts.push(Fact::Warning(details::limits()));
    for detail in ["", "…"] {
        facts.extend(Reason::ALL.iter().map(|reason| Fact::down(open(*reason, detail))));
        let raised = WarningKind::ALL.iter().map(|kind| (*kind, detail.into())).collect();
        facts.push(Fact::Warning(raised));
    }
    facts
}

/// What is seen once a limit is no longer crossed.
fn new_values() -> Vec<(WarningKind, Detail)> {
    let ends = LimitDetail::Lasts { ends: Date(at("2026-09-22T05:06:00Z")) };
    let took = LimitDetail::Took { took: Duration::from_millis(42).into() };
    vec![(WarningKind::CertExpiring, Detail::Limit(ends)), (WarningKind::Slow, Detail::Limit(took))]
}

/// What can have become of those behind a root.
fn aftermaths() -> impl Iterator<Item = Aftermath> {
    let names = |count: usize| (0..count).map(|n| TargetName::new(n.to_string())).collect();
    [(1, 0, 0), (4, 0, 0), (4, 2, 0), (9, 5, 1), (4, 0, 2), (2, 0, 2)].into_iter().map(
        move |(told, still, unknown)| Aftermath {
            told,
            still: names(still),
            unknown: names(unknown),
        },
    )
}

/// What a probe can find that is made because of an error.
fn probed() -> [Found; 4] {
    [
        Found::Works { latency_ms: 7 },
        Found::Fails { detail: "…".into() },
        Found::Unclear { why: "…".into(), exact: None },
        Found::Unclear {
            why: "the time was up".into(),
            exact: Some(Detail::Own(OwnDetail::RoundOver {})),
        },
    ]
}

fn no_view(cause: GapKind) -> Notice {
    let (from, until) = (at("2026-07-05T03:40:00Z"), at("2026-07-05T05:04:00Z"));
    Notice::NoView(Gap { from, until, cause })
}

fn unread(why: Unread) -> Notice {
    Notice::UnreadConfig { place: NAME.into(), version: "2".into(), why }
}

fn notices() -> Vec<Notice> {
    let diagnostic = ShownDiagnostic { line: 1, said: "…".into() };
    let lacking = |part| Lacking { part, why: LackDetail::UnnamedVariable {}.into() };
    let problem = (TargetName::new(NAME), StoreDetail::Damaged { said: "…".into() }.into());
    let alarm = |raised| OwnAlarm {
        name: NAME.into(),
        raised,
        reason: "…".into(),
        since: "2026-07-05T05:00:00Z".into(),
    };
    vec![
        Notice::BrokenConfig {
            place: NAME.into(),
            version: "2".into(),
            diagnostics: vec![diagnostic.clone(); 7],
        },
        Notice::BrokenConfig {
            place: NAME.into(),
            version: "2".into(),
            diagnostics: vec![diagnostic],
        },
        Notice::Lacking(parts().map(lacking).to_vec()),
        Notice::UnreadableRecords { problems: vec![problem] },
        Notice::Dropped(Dropped {
            names: vec![NAME.into()],
            heard_at: at("2026-06-05T05:05:00Z"),
            silent_for: TimeDelta::days(30),
        }),
        unread(Unread::Missing {
            what: NAME.into(),
            why: Detail::Own(OwnDetail::System { why: OsFault::NotFound {} }),
        }),
        unread(Unread::Missing { what: "②".into(), why: "…".into() }),
        unread(Unread::Deadly(at("2026-07-05T04:00:00Z"))),
        unread(Unread::Failed("…".into())),
        Notice::RightConfig { place: NAME.into(), was_unread: false },
        Notice::RightConfig { place: NAME.into(), was_unread: true },
        Notice::OwnAlarm(alarm(true)),
        Notice::OwnAlarm(alarm(false)),
        Notice::StoreFails {
            place: "②".into(),
            problem: StoreDetail::DiskFull { said: "…".into() }.into(),
            failing: vec![(TargetName::new(NAME), open(Reason::Refused, "").failure)],
        },
        Notice::StoreWorks { told_at: at("2026-07-05T05:00:00Z") },
        Notice::SelfCheckFails { since: at("2026-07-05T04:00:00Z") },
        Notice::WitnessDiffers {
            witness: Vantage("②".into()),
            targets: vec![TargetName::new(NAME)],
        },
        no_view(GapKind::Blind),
        no_view(GapKind::Missed),
    ]
}

/// Every part that can be off.
fn parts() -> [Part; 7] {
    let name = || TargetName::new(NAME);
    [
        Part::Channel(ChannelName::new(NAME)),
        Part::Target(name()),
        Part::Inbound(name()),
        Part::Watchdog,
        Part::Inbox,
        Part::Page,
        Part::Witness(Vantage(NAME.into())),
    ]
}

/// All that can be said: each fact alone, several of each kind together, and
/// what is said beside facts.
pub(super) fn everything(language: Language) -> Vec<Message> {
    let (zone, vantage) = (chrono_tz::Asia::Seoul, Vantage("①".into()));
    let now = at("2026-07-05T05:05:00Z");
    let voice = Voice { language, zone, vantage: &vantage, page: None, now };
    let about = |fact: Fact| (TargetName::new(NAME), fact);
    let mut all: Vec<Message> =
        facts().into_iter().map(|fact| compose(&[about(fact)], &voice)).collect();
    for count in [2, 9] {
        let names: Vec<String> = (0..count).map(|n| n.to_string()).collect();
        let items = facts().into_iter().flat_map(|fact| {
            names.iter().map(move |name| (TargetName::new(name.as_str()), fact.clone()))
        });
        all.push(compose(&items.collect::<Vec<_>>(), &voice));
    }
    let ended = [about(Fact::Recovered(over(1, Reason::Dns, 0)))];
    for incidents in [2, 4] {
        let receipt = Receipt { place: "1".into(), id: "1".into(), incidents };
        all.push(*reply(&ended, &[], &receipt, &voice).data.reply_to.unwrap().now);
    }
    all.extend(notices().iter().map(|notice| notice.compose(&voice)));
    // One part alone is said in the first line.
    let alone = |part| Lacking { part, why: LackDetail::Variable { name: "②".into() }.into() };
    let alone = parts().map(|part| Notice::Lacking(vec![alone(part)]));
    all.extend(alone.iter().map(|notice| notice.compose(&voice)));
    all.push(test_message(&voice));
    all
}

fn texts(message: &Message) -> Vec<String> {
    let lines = message.entries.iter().flat_map(|entry| {
        [vec![entry.headline.clone()], entry.lines.iter().map(Line::plain).collect()].concat()
    });
    lines.chain([message.text.clone(), message.footer.clone(), message.and_more(988)]).collect()
}

fn is_of(language: Language, letter: char) -> bool {
    match language {
        Language::En => letter.is_ascii(),
        Language::Ko => ('가'..='힣').contains(&letter),
        Language::Zh => ('\u{4e00}'..='\u{9fff}').contains(&letter),
    }
}

#[test]
fn every_word_is_of_its_language() {
    for language in LANGUAGES {
        for text in everything(language).iter().flat_map(texts) {
            let latin = |letter: char| letter.is_ascii_alphabetic();
            let words = text.split(|letter| !latin(letter));
            let own: BTreeSet<_> = words.filter(|word| !INTERNATIONAL.contains(word)).collect();
            let foreign = text.chars().filter(|letter| letter.is_alphabetic() && !latin(*letter));
            let mut letters = own.into_iter().flat_map(str::chars).chain(foreign);
            assert!(letters.all(|letter| is_of(language, letter)), "{language:?}: {text}");
        }
    }
}

#[test]
fn no_two_reasons_are_told_alike() {
    for language in LANGUAGES {
        let told: BTreeSet<String> = Reason::ALL
            .iter()
            .map(|reason| {
                say_as(language, &[(TargetName::new(NAME), Fact::down(open(*reason, "")))]).text
            })
            .collect();
        assert_eq!(told.len(), Reason::ALL.len(), "{told:?}");
    }
}

#[test]
fn no_two_details_are_told_alike() {
    for language in LANGUAGES {
        let mut told = BTreeMap::new();
        // What is left until a certificate ends is reckoned anew, and not told as it was.
        for (_, detail) in details::failures() {
            let fact = Fact::down(open(Reason::Body, detail.clone()));
            let text = say_as(language, &[(TargetName::new(NAME), fact)]).preview();
            // What somebody else said is told as it was said, whoever it was.
            let bare = text.replace(['`', '“', '”'], "");
            if bare.ends_with(": …") || bare.ends_with("：…") {
                continue;
            }
            let other = told.insert(text.clone(), detail.clone());
            assert!(
                other.as_ref().is_none_or(|other| *other == detail),
                "{detail:?} is told as {other:?}: {text}"
            );
        }
    }
}

#[test]
fn no_two_kinds_of_fact_are_told_alike() {
    for language in LANGUAGES {
        let told: BTreeSet<String> = facts()[..11]
            .iter()
            .map(|fact| say_as(language, &[(TargetName::new(NAME), fact.clone())]).text)
            .collect();
        assert_eq!(told.len(), 11, "{told:?}");
    }
}

#[test]
fn a_detail_is_said_in_the_language_of_its_reader() {
    let said = |language| {
        let (due, last) = (at("2026-07-05T04:00:00Z"), at("2026-07-04T03:02:00Z"));
        let detail = HeartbeatDetail::Overdue { due: Moment(due), last: Moment(last) };
        let fact = Fact::down(incident(SINCE, Reason::Late, Detail::Heartbeat(detail)));
        say_as(language, &[(TargetName::new("backup"), fact)]).preview()
    };
    assert_eq!(said(Language::En), "🔴 backup is late: due by 13:00, last ping 4 Jul 12:02");
    assert_eq!(said(Language::Ko), "🔴 backup 늦음: 기한 13:00, 마지막 핑 7월 4일 12:02");
    assert_eq!(said(Language::Zh), "🔴 backup 超时未到：最晚应在 13:00，上次心跳 7月4日 12:02");
}

#[test]
fn durations_are_said_as_each_language_says_them() {
    for (seconds, korean, chinese) in [
        (42, "42초", "42 秒"),
        (12 * 60 + 59, "12분", "12 分钟"),
        (3 * 3600, "3시간", "3 小时"),
        (3 * 3600 + 5 * 60, "3시간 5분", "3 小时 5 分钟"),
        (2 * 86_400 + 4 * 3600, "2일 4시간", "2 天 4 小时"),
    ] {
        let outage = Outage { down_s: seconds, ..over(1, Reason::Timeout, 0) };
        let headline = |language| {
            let fact = Fact::Recovered(outage.clone());
            say_as(language, &[(TargetName::new("nas"), fact)]).text
        };
        let said = headline(Language::Ko);
        assert!(said.starts_with(&format!("nas {korean} 만에 복구 (")), "{said}");
        let said = headline(Language::Zh);
        assert!(said.starts_with(&format!("nas 已恢复，故障 {chinese}（")), "{said}");
    }
}

#[test]
fn days_are_said_as_each_language_says_them() {
    let when = |language, year: &str| {
        let (since, until) = (format!("{year}-07-04T23:02:00Z"), format!("{year}-07-04T23:14:00Z"));
        let fact = Fact::Recovered(outage(&since, &until, Reason::Timeout, ""));
        let zone = chrono_tz::Asia::Seoul;
        let vantage = Vantage("home".into());
        let voice = Voice {
            language,
            zone,
            vantage: &vantage,
            page: None,
            now: at("2026-07-06T05:00:00Z"),
        };
        compose(&[(TargetName::new("nas"), fact)], &voice).text
    };
    assert_eq!(when(Language::Ko, "2026"), "nas 12분 만에 복구 (7월 5일 08:02 – 08:14)");
    assert_eq!(when(Language::Ko, "2025"), "nas 12분 만에 복구 (2025년 7월 5일 08:02 – 08:14)");
    assert_eq!(when(Language::Zh, "2026"), "nas 已恢复，故障 12 分钟（7月5日 08:02 – 08:14）");
    assert_eq!(
        when(Language::Zh, "2025"),
        "nas 已恢复，故障 12 分钟（2025年7月5日 08:02 – 08:14）"
    );
}

#[test]
fn the_name_of_whom_lines_are_about_is_bold_in_every_language() {
    for language in LANGUAGES {
        let unmet = |name: &str| {
            let detail = Detail::Answer(AnswerDetail::Status {
                status: HttpStatus(503),
                expected: "200".into(),
            });
            (TargetName::new(name), Fact::down(incident(SINCE, Reason::Status, detail)))
        };
        let over = (TargetName::new("nas"), Fact::Recovered(over(1, Reason::Dns, 0)));
        let message = say_as(language, &[unmet("photos"), over]);
        let sent: Value = serde_json::from_str(&payload(&message, None)).unwrap();
        let headline = &sent["attachments"][0]["blocks"][0]["text"];
        assert_eq!(headline["text"], "*photos*", "{sent}");
    }
}

#[test]
fn no_two_causes_are_told_alike() {
    for language in LANGUAGES {
        let causes = details::causes();
        let told: BTreeSet<String> = causes
            .iter()
            .map(|cause| {
                let incident = Incident { cause: Some(cause.clone()), ..open(Reason::Timeout, "") };
                let message = say_as(language, &[(TargetName::new(NAME), Fact::down(incident))]);
                texts(&message).join("\n")
            })
            .collect();
        assert_eq!(told.len(), causes.len(), "{told:?}");
    }
}
