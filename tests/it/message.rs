//! What people read, word by word. The messages are files in
//! `tests/messages`: `NAME.txt` as the console prints them, `NAME.json` as
//! Slack gets them, and `ko/NAME.txt` and `zh/NAME.txt` in the other languages.
//! `BLESS=1 cargo test message` writes them anew.

mod details;
mod everything;
mod languages;
mod notices;
mod pictures;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use prober::core::announce::Fact;
use prober::http_client;
use prober::message::{MAX_DETAIL, MAX_NAME, Message, Mood, Voice, compose, test_message};
use prober::model::detail::{AnswerDetail, Date, Detail, HttpStatus, LimitDetail, NameList};
use prober::model::names::{ChannelName, TargetName};
use prober::model::observation::{Failure, Reason, Vantage, WarningKind};
use prober::model::state::{ErrorKind, Incident, Outage, Status};
use prober::model::target::{Channel, ChannelKind, Flapping, Language};
use prober::notify::console::Console;
use prober::notify::slack::payload;
use prober::notify::{Delivery, Notifier};
use serde_json::Value;

use crate::notify::Paper;
use crate::slack_limits::check;
use crate::support::on_file;

const MENTION: &str = "<!here>";
pub(crate) const HOSTILE: &str = "<!channel> & <http://evil|click> *bold* `code` _it_ ~no~ :fire:";

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(crate) fn incident(since: &str, reason: Reason, detail: impl Into<Detail>) -> Incident {
    let failure = Failure { reason, detail: detail.into() };
    Incident {
        since: at(since),
        failure,
        vantage: Vantage("ap-northeast-2".into()),
        attachment: None,
        agreed_by: Vec::new(),
        unmentioned: false,
    }
}

fn outage(since: &str, until: &str, reason: Reason, detail: impl Into<Detail>) -> Outage {
    Outage::of(&incident(since, reason, detail), at(until))
}

fn about(name: &str, fact: Fact) -> (TargetName, Fact) {
    (TargetName::new(name), fact)
}

/// Says `items` in Seoul, at 14:05, in English.
pub(crate) fn say(items: &[(TargetName, Fact)]) -> Message {
    say_as(Language::En, items)
}

fn say_as(language: Language, items: &[(TargetName, Fact)]) -> Message {
    in_seoul(language, |voice| compose(items, voice))
}

/// What `speak` says in Seoul, at 14:05.
fn in_seoul(language: Language, speak: impl FnOnce(&Voice<'_>) -> Message) -> Message {
    let (zone, vantage) = (chrono_tz::Asia::Seoul, Vantage("ap-northeast-2".into()));
    speak(&Voice { language, zone, vantage: &vantage, page: None, now: at("2026-07-05T05:05:00Z") })
}

pub(crate) fn say_in(zone: Tz, now: &str, items: &[(TargetName, Fact)]) -> Message {
    let vantage = Vantage("ap-northeast-2".into());
    compose(
        items,
        &Voice { language: Language::En, zone, vantage: &vantage, page: None, now: at(now) },
    )
}

fn refused() -> Fact {
    Fact::down(incident("2026-07-05T05:02:00Z", Reason::Refused, "203.0.113.7:443 refused it"))
}

/// 503, where 200 was expected.
fn unavailable() -> Detail {
    let expected = "200".to_owned();
    Detail::Answer(AnswerDetail::Status { status: HttpStatus(503), expected })
}

fn recovered() -> Fact {
    Fact::Recovered(outage(
        "2026-07-05T04:50:00Z",
        "2026-07-05T05:02:00Z",
        Reason::Status,
        unavailable(),
    ))
}

fn expiring() -> Fact {
    let (ends, left) = (at("2026-07-11T05:05:00Z"), TimeDelta::days(6).into());
    let detail = Detail::Limit(LimitDetail::Expires { ends: Date(ends), left });
    Fact::Warning(vec![(WarningKind::CertExpiring, detail)])
}

async fn printed(message: &Message) -> String {
    let paper = Paper::default();
    let channel = Channel::new(ChannelName::new("console"), ChannelKind::Console);
    let console = Console::new(paper.clone(), false);
    let client = http_client::client().unwrap();
    let notifier = Notifier::new(&channel, &client, &console);
    assert_eq!(notifier.send(message, Duration::MAX).await, Delivery::Accepted { receipt: None });
    paper.read()
}

/// Compares `items`, told in each language, with what is on file.
async fn is_on_file(name: &str, items: &[(TargetName, Fact)]) {
    speaks_as_on_file(name, |voice| compose(items, voice)).await;
}

async fn speaks_as_on_file(name: &str, speak: impl Fn(&Voice<'_>) -> Message) {
    let english = in_seoul(Language::En, &speak);
    is_sent_as_on_file(name, &english);
    is_printed_as_on_file(&format!("{name}.txt"), &english).await;
    is_printed_as_on_file(&format!("ko/{name}.txt"), &in_seoul(Language::Ko, &speak)).await;
    is_printed_as_on_file(&format!("zh/{name}.txt"), &in_seoul(Language::Zh, &speak)).await;
}

async fn is_printed_as_on_file(file: &str, message: &Message) {
    check(&serde_json::from_str(&payload(message, Some(MENTION))).unwrap(), Some(MENTION));
    compare(file, &printed(message).await);
}

fn is_sent_as_on_file(name: &str, message: &Message) {
    let sent: Value = serde_json::from_str(&payload(message, Some(MENTION))).unwrap();
    check(&sent, Some(MENTION));
    let json = format!("{}\n", serde_json::to_string_pretty(&sent).unwrap());
    compare(&format!("{name}.json"), &json);
}

fn compare(file: &str, actual: &str) {
    on_file::assert_same(&on_file::root().join("tests/messages").join(file), actual);
}

#[tokio::test]
async fn down() {
    is_on_file("down", &[about("photos", refused())]).await;
}

#[tokio::test]
async fn down_with_others_behind_it() {
    let incident = incident("2026-07-05T05:02:00Z", Reason::Timeout, "no answer within 10 s");
    let affected = (0..14).map(|n| TargetName::new(format!("service {n}"))).collect();
    let fact = Fact::Down { incident, affected };
    is_on_file("down_with_others_behind_it", &[about("router", fact)]).await;
}

#[tokio::test]
async fn unstable() {
    let flapping = Flapping::default();
    let fact = Fact::Unstable { since: at("2026-07-05T05:04:00Z"), flapping, incident: None };
    is_on_file("unstable", &[about("photos", fact)]).await;
}

#[tokio::test]
async fn steady_and_up() {
    let fact = Fact::Steady(Status::Up { since: at("2026-07-05T04:34:00Z") });
    is_on_file("steady_and_up", &[about("photos", fact)]).await;
}

#[tokio::test]
async fn steady_and_down() {
    let incident = incident("2026-07-05T04:34:00Z", Reason::Timeout, "no answer within 10 s");
    let fact = Fact::Steady(Status::Down(incident));
    is_on_file("steady_and_down", &[about("photos", fact)]).await;
}

#[tokio::test]
async fn down_seen_from_elsewhere() {
    let mut incident = incident("2026-07-05T05:02:00Z", Reason::Timeout, "");
    incident.vantage = Vantage("us-east-1".into());
    is_on_file("down_seen_from_elsewhere", &[about("photos", Fact::down(incident))]).await;
}

#[tokio::test]
async fn still_down() {
    let incident = incident("2026-07-04T14:00:00Z", Reason::Dns, "no such name");
    is_on_file("still_down", &[about("photos", Fact::StillDown(incident))]).await;
}

#[tokio::test]
async fn was_down() {
    let span = ("2026-07-05T04:00:10Z", "2026-07-05T04:00:52Z");
    let fact = Fact::was_down(outage(span.0, span.1, Reason::Tls, "unknown issuer"));
    is_on_file("was_down", &[about("photos", fact)]).await;
}

#[tokio::test]
async fn was_down_three_times() {
    let mut outage =
        outage("2026-07-04T23:00:00Z", "2026-07-05T04:00:00Z", Reason::Timeout, "no answer in 5 s");
    outage.incidents = 3;
    outage.down_s = 42 * 60;
    is_on_file("was_down_three_times", &[about("photos", Fact::was_down(outage))]).await;
}

#[tokio::test]
async fn recovery() {
    is_on_file("recovered", &[about("photos", recovered())]).await;
}

#[tokio::test]
async fn warning() {
    is_on_file("warning", &[about("photos", expiring())]).await;
}

#[tokio::test]
async fn unwatched() {
    let detail = "it has only IPv6 addresses, and there is no IPv6 here";
    let fact = Fact::Warning(vec![(WarningKind::Unwatched, detail.into())]);
    is_on_file("unwatched", &[about("photos", fact)]).await;
}

/// What is reached from Frankfurt, and not from here.
fn partial() -> Fact {
    let list = |name: &str| NameList { names: vec![name.into()], more: 0 };
    let (from, not_from) = (list("frankfurt"), list("ap-northeast-2"));
    let detail = LimitDetail::Partly { from, not_from, why: Reason::Timeout };
    Fact::Warning(vec![(WarningKind::Partial, Detail::Limit(detail))])
}

/// It is down, which a witness saw too.
fn seen_by_a_witness() -> Fact {
    let incident = incident("2026-07-05T05:02:00Z", Reason::Status, unavailable());
    Fact::down(Incident { agreed_by: vec![Vantage("frankfurt".into())], ..incident })
}

#[tokio::test]
async fn what_is_reached_only_from_elsewhere() {
    is_on_file("partial", &[about("photos", partial())]).await;
    let over = Fact::Cleared(vec![(WarningKind::Partial, "".into())]);
    is_on_file("partial_no_more", &[about("photos", over)]).await;
}

#[tokio::test]
async fn what_several_have_in_common_that_are_reached_only_from_elsewhere() {
    let names = ["router", "photos", "nas", "cloud", "git"];
    is_on_file("partial_of_several", &names.map(|name| about(name, partial()))).await;
}

#[tokio::test]
async fn what_a_witness_saw_too() {
    is_on_file("down_also_from_a_witness", &[about("photos", seen_by_a_witness())]).await;
    let names = ["router", "photos", "nas", "cloud", "git"];
    let items = names.map(|name| about(name, seen_by_a_witness()));
    is_on_file("several_down_also_from_a_witness", &items).await;
}

#[tokio::test]
async fn cleared() {
    let ends = LimitDetail::Lasts { ends: Date(at("2026-09-22T05:06:00Z")) };
    let took = LimitDetail::Took { took: Duration::from_millis(42).into() };
    let fact = Fact::Cleared(vec![
        (WarningKind::CertExpiring, Detail::Limit(ends)),
        (WarningKind::Slow, Detail::Limit(took)),
    ]);
    is_on_file("cleared", &[about("photos", fact)]).await;
}

#[tokio::test]
async fn quiet_again_after_errors_of_several_kinds() {
    let (since, until) = ("2026-07-05T04:48:00Z", "2026-07-05T05:03:00Z");
    let mut outage = outage(since, until, Reason::ErrorsReported, "TypeError: map is undefined");
    outage.observations = 37;
    let kind = |detail: &str, count| ErrorKind {
        fingerprint: detail.to_owned(),
        detail: detail.to_owned(),
        at: at(since).with_timezone(&Utc),
        count,
        attachment: None,
    };
    let kinds = vec![kind("TypeError: map is undefined", 30), kind("RangeError: zoom is 23", 2)];
    is_on_file(
        "quiet_again_of_several",
        &[about("map-web", Fact::Quiet { outage, kinds, others: 5 })],
    )
    .await;
}

#[tokio::test]
async fn quiet_again() {
    let (since, until) = ("2026-07-05T04:48:00Z", "2026-07-05T05:03:00Z");
    let mut outage = outage(since, until, Reason::ErrorsReported, "TypeError: map is undefined");
    outage.observations = 37;
    is_on_file("quiet_again", &[about("map-web", Fact::Recovered(outage))]).await;
}

#[tokio::test]
async fn test() {
    speaks_as_on_file("test", test_message).await;
}

#[tokio::test]
async fn everything_at_once() {
    let still = Fact::StillDown(incident("2026-07-05T02:00:00Z", Reason::Timeout, "5 s"));
    let items = [
        about("cleared", Fact::Cleared(vec![(WarningKind::Slow, "".into())])),
        about("warned", expiring()),
        about("back", recovered()),
        about("still", still),
        about("fallen", refused()),
        about("fallen too", refused()),
    ];
    assert_eq!(say(&items).mood, Mood::Down);
    is_on_file("everything_at_once", &items).await;
}

#[tokio::test]
async fn a_power_cut_with_twelve_targets() {
    let names = ["router", "photos", "nas", "cloud", "git", "mail", "music", "door", "cam-1"];
    let names = names.into_iter().chain(["cam-2", "printer", "backup"]);
    let facts: Vec<_> = names.map(|name| about(name, refused())).collect();
    is_on_file("power_cut", &facts).await;
}

#[tokio::test]
async fn a_hostile_answer() {
    let fact = Fact::down(incident("2026-07-05T05:02:00Z", Reason::Body, HOSTILE));
    is_on_file("hostile", &[about(HOSTILE, fact)]).await;
}

#[test]
fn what_is_written_with_joiners_stays_as_it_is() {
    let text = "👨\u{200d}👩\u{200d}👧 می\u{200c}شود";
    let fact = Fact::down(incident("2026-07-05T05:02:00Z", Reason::Body, text));
    let sent = payload(&say(&[about(text, fact)]), None);
    // As its name, and as its reason.
    assert_eq!(sent.matches(text).count(), 2, "{sent}");
}

#[tokio::test]
async fn an_answer_of_64_kib() {
    let detail = "<&> \u{1b}[2J\r\n가\u{202e}".repeat(65_536 / 16);
    let fact = Fact::down(incident("2026-07-05T05:02:00Z", Reason::Body, detail.as_str()));
    is_on_file("long", &[about("photos", fact)]).await;
}

#[test]
fn a_thousand_targets() {
    let facts: Vec<_> = (0..1000).map(|n| about(&format!("host-{n}"), refused())).collect();
    is_sent_as_on_file("thousand", &say(&facts));
}

#[test]
fn the_mention_is_for_what_went_down_alone() {
    for fact in [recovered(), expiring(), Fact::Cleared(vec![(WarningKind::Slow, "".into())])] {
        let sent = payload(&say(&[about("photos", fact)]), Some(MENTION));
        assert!(!sent.contains('<'), "{sent}");
    }
    let sent = payload(&say(&[about("a", recovered()), about("b", refused())]), Some(MENTION));
    assert!(sent.starts_with(r#"{"text":"<!here> 🔴 b is down since 14:02: 203.0.113.7:443 refused it; a recovered after "#), "{sent}");
}

#[test]
fn names_are_listed_until_there_are_too_many() {
    for (count, text) in [
        (2, "a0 and a1"),
        (3, "a0, a1 and a2"),
        (4, "a0, a1, a2 and a3"),
        (5, "a0, a1, a2 and 2 more"),
    ] {
        let facts: Vec<_> = (0..count).map(|n| about(&format!("a{n}"), refused())).collect();
        let said = format!("{count} are down since 14:02: 203.0.113.7:443 refused it: {text}");
        assert_eq!(say(&facts).text, said);
    }
}

#[test]
fn a_target_that_was_down_twice_is_named_once() {
    let was =
        |since, until| about("nas", Fact::was_down(outage(since, until, Reason::Timeout, "")));
    let first = was("2026-07-05T01:00:00Z", "2026-07-05T01:10:00Z");
    let second = was("2026-07-05T02:00:00Z", "2026-07-05T02:10:00Z");
    let message = say(&[first, second]);
    assert_eq!(message.text, "down and up again: nas");
    assert_eq!(message.entries.len(), 2);
}

#[test]
fn what_is_cut_is_marked_as_cut() {
    let fact = |length| {
        let detail = "x".repeat(length);
        Fact::down(incident("2026-07-05T05:02:00Z", Reason::Body, detail.as_str()))
    };
    for (length, end) in [(MAX_DETAIL, "xx"), (MAX_DETAIL + 1, "x…")] {
        let message = say(&[about("nas", fact(length))]);
        // The whole stands below a story that is cut as well.
        assert!(message.text.ends_with("x…") && message.text.len() < 300, "{}", message.text);
        let told = message.entries[0].headline.strip_prefix("nas is down since 14:02: ").unwrap();
        assert!(told.ends_with(end), "{told}");
        assert_eq!(told.chars().count(), MAX_DETAIL);
    }
    let names = |length| say(&[about(&"n".repeat(length), fact(1)), about("nas", fact(1))]).text;
    let down = "2 are down since 14:02: x:";
    assert_eq!(names(MAX_NAME), format!("{down} {} and nas", "n".repeat(MAX_NAME)));
    assert_eq!(names(MAX_NAME + 1), format!("{down} {}… and nas", "n".repeat(MAX_NAME - 1)));
}

#[test]
fn durations_are_said_as_people_say_them() {
    for (seconds, said) in [
        (0, "0 s"),
        (-5, "0 s"),
        (42, "42 s"),
        (60, "1 min"),
        (12 * 60 + 59, "12 min"),
        (3600, "1 h"),
        (3 * 3600 + 5 * 60, "3 h 5 min"),
        (86_400, "1 day"),
        (2 * 86_400 + 4 * 3600, "2 days 4 h"),
    ] {
        let mut outage =
            outage("2026-07-05T05:02:00Z", "2026-07-05T05:02:00Z", Reason::Timeout, "");
        outage.down_s = seconds;
        let message = say(&[about("nas", Fact::Recovered(outage))]);
        let told = format!("nas recovered after {said} (");
        assert!(message.text.starts_with(&told), "{}", message.text);
    }
}

#[test]
fn instants_are_said_as_the_readers_clock_shows_them() {
    for (zone, now, since, until, said) in [
        (
            chrono_tz::UTC,
            "2026-07-05T05:05:00Z",
            "2026-07-05T04:00:00Z",
            "2026-07-05T04:12:00Z",
            "04:00 – 04:12",
        ),
        (
            chrono_tz::UTC,
            "2026-07-05T00:05:00Z",
            "2026-07-04T23:50:00Z",
            "2026-07-05T00:05:00Z",
            "4 Jul 23:50 – 5 Jul 00:05",
        ),
        (
            chrono_tz::UTC,
            "2026-07-06T00:05:00Z",
            "2026-07-04T23:50:00Z",
            "2026-07-04T23:55:00Z",
            "4 Jul 23:50 – 23:55",
        ),
        (
            chrono_tz::UTC,
            "2026-01-01T00:05:00Z",
            "2025-12-31T23:50:00Z",
            "2026-01-01T00:05:00Z",
            "31 Dec 2025 23:50 – 1 Jan 00:05",
        ),
        // A day in Seoul begins while it is still yesterday in UTC.
        (
            chrono_tz::Asia::Seoul,
            "2026-07-05T05:05:00Z",
            "2026-07-04T15:00:00Z",
            "2026-07-04T16:00:00Z",
            "00:00 – 01:00",
        ),
        (
            chrono_tz::America::Sao_Paulo,
            "2026-07-05T05:05:00Z",
            "2026-07-05T04:00:00Z",
            "2026-07-05T04:12:00Z",
            "01:00 – 01:12",
        ),
        // The hour from two to three comes twice.
        (
            chrono_tz::Europe::Berlin,
            "2026-10-25T05:00:00Z",
            "2026-10-25T00:30:00Z",
            "2026-10-25T01:30:00Z",
            "02:30 CEST – 02:30 CET",
        ),
    ] {
        let fact = Fact::Recovered(outage(since, until, Reason::Timeout, ""));
        let message = say_in(zone, now, &[about("nas", fact)]);
        assert!(message.text.ends_with(&format!("({said})")), "{}", message.text);
    }
}

#[test]
fn the_zone_stands_once_in_a_message() {
    let fact = Fact::Recovered(outage(
        "2026-07-05T04:00:00Z",
        "2026-07-05T04:12:00Z",
        Reason::Timeout,
        "",
    ));
    let zone = chrono_tz::America::Sao_Paulo;
    let message = say_in(zone, "2026-07-05T05:05:00Z", &[about("nas", fact)]);
    assert_eq!(message.text, "nas recovered after 12 min (01:00 – 01:12)");
    assert_eq!(message.footer, "prober at ap-northeast-2, 02:05 UTC-03");
}
