//! A message of each kind, of a home like others.

use std::io;
use std::path::Path;

use chrono::TimeDelta;
use prober::config::{self, Sources};
use prober::core::announce::Fact;
use prober::message::{
    Message, Notice, OwnAlarm, ShownDiagnostic, Subjects, Voice, compose_of, test_message,
};
use prober::model::detail::{
    AlarmDetail, AnswerDetail, Date, Detail, HeartbeatDetail, HttpStatus, LackDetail, LimitDetail,
    Moment,
};
use prober::model::names::{ChannelName, TargetName};
use prober::model::observation::{Reason, WarningKind};
use prober::model::prober_state::{Cause, Gap};
use prober::model::state::{Attachment, ErrorKind, Incident, NewsItem, Outage, Status};
use prober::model::target::{Flapping, Lacking, Language, Part, by_name};

use super::super::{at, in_seoul, incident};

/// What is watched in the pictures.
const HOME: &str = "
    [notify.slack]
    type = 'slack'
    webhook_url = 'https://hooks.example.com/x'
    [[target]]
    name = 'router'
    url = 'tcp://home.example.com:443'
    [[target]]
    name = 'photos'
    url = 'https://photos.example.com'
    [[target]]
    name = 'blog'
    url = 'https://blog.example.com'
    [[target]]
    name = 'nas'
    url = 'https://nas.example.com'
    [[target]]
    name = 'remote desktop'
    url = 'tcp://home.example.com:3389'
    expect = { unreachable = true }
    [[heartbeat]]
    name = 'nightly-backup'
    schedule = '0 3 * * *'
    key = 'k3y-of-the-backup'
    [[reports]]
    service = 'map-web'
    origins = ['https://map.example.com']
    [alarms]
    [logs]
";

const LATE: &str = "2026-07-05T05:02:00Z";
const LOG: &str = "logs:/aws/lambda/photo-sync";
const ALARM: &str = "alarm:nas-cpu-high";

fn subjects() -> Subjects {
    let missing = |_: &Path| Err(io::ErrorKind::NotFound.into());
    let sources = Sources { env: &|_| None, read_file: &missing, now: at(LATE) };
    let config = config::parse(Path::new("probes.toml"), HOME, &sources).unwrap();
    let mut targets = config.targets.clone();
    let discovered = [LOG, ALARM, "sns:family"].map(TargetName::new);
    targets.extend(discovered.iter().filter_map(|name| config.discovered.target(name)));
    let names: Vec<TargetName> = targets.iter().map(|target| target.name.clone()).collect();
    Subjects::of(&ChannelName::new("slack"), &by_name(&targets), &config.targets, &names)
}

fn say(language: Language, items: &[(&str, Fact)]) -> Message {
    let items: Vec<_> =
        items.iter().map(|(name, fact)| (TargetName::new(*name), fact.clone())).collect();
    in_seoul(language, |voice| compose_of(&items, &subjects(), voice))
}

/// Every picture's name, and the message that it shows.
pub(super) fn kinds() -> Vec<(&'static str, Message)> {
    let english =
        |(name, items): (&'static str, Vec<(&str, Fact)>)| (name, say(Language::En, &items));
    let mut all: Vec<_> = outages().into_iter().chain(others()).map(english).collect();
    for (name, language) in [("down.ko", Language::Ko), ("down.zh", Language::Zh)] {
        all.push((name, say(language, &[("photos", Fact::down(unavailable(LATE)))])));
    }
    for (name, speak) in of_itself() {
        all.push((name, in_seoul(Language::En, |voice| speak(voice))));
    }
    all
}

fn unavailable(since: &str) -> Incident {
    let expected = "200-299".to_owned();
    let status = AnswerDetail::Status { status: HttpStatus(503), expected };
    incident(since, Reason::Status, Detail::Answer(status))
}

fn silent(since: &str) -> Incident {
    incident(since, Reason::Timeout, "no connection within 10 s (203.0.113.7:443)")
}

fn over(incident: &Incident, until: &str) -> Outage {
    Outage::of(incident, at(until))
}

type Told = (&'static str, Vec<(&'static str, Fact)>);

/// What is told of targets that are probed.
fn outages() -> Vec<Told> {
    let affected = ["photos", "blog", "nas"].map(TargetName::new).to_vec();
    let behind = Fact::Down { incident: silent(LATE), affected };
    let all = ["router", "photos", "blog", "nas"].map(|name| (name, Fact::down(silent(LATE))));
    let down = Fact::down(unavailable(LATE));
    let recovered =
        Fact::Recovered(over(&unavailable("2026-07-05T04:52:00Z"), "2026-07-05T05:04:00Z"));
    let was_down = Fact::was_down(over(&unavailable("2026-07-05T04:58:00Z"), LATE));
    let still = Fact::StillDown(unavailable("2026-07-04T23:05:00Z"));
    let flapping = Flapping::default();
    let unstable = Fact::Unstable { since: at(LATE), flapping, incident: Some(unavailable(LATE)) };
    let steady = Fact::Steady(Status::Up { since: at("2026-07-05T04:34:00Z") });
    let open = AnswerDetail::Open { host: "home.example.com".into(), port: 3389 };
    let open = incident(LATE, Reason::Reachable, Detail::Answer(open));
    vec![
        ("down", vec![("photos", down)]),
        ("down-behind", vec![("router", behind)]),
        ("several", all.to_vec()),
        ("recovered", vec![("photos", recovered)]),
        ("was-down", vec![("photos", was_down)]),
        ("still-down", vec![("photos", still)]),
        ("unstable", vec![("photos", unstable)]),
        ("steady", vec![("photos", steady)]),
        ("reachable", vec![("remote desktop", Fact::down(open))]),
    ]
}

fn limits() -> [Told; 3] {
    let (ends, left) = (Date(at("2026-07-14T05:05:00Z")), TimeDelta::days(9).into());
    let expires = Detail::Limit(LimitDetail::Expires { ends, left });
    let renewed = LimitDetail::Lasts { ends: Date(at("2026-09-22T05:06:00Z")) }.into();
    let (took, limit) = (TimeDelta::milliseconds(2305).into(), TimeDelta::seconds(2).into());
    let slow = Detail::Limit(LimitDetail::Slow { took, limit });
    [
        ("expires", vec![("nas", Fact::Warning(vec![(WarningKind::CertExpiring, expires)]))]),
        ("slow", vec![("blog", Fact::Warning(vec![(WarningKind::Slow, slow)]))]),
        ("cleared", vec![("nas", Fact::Cleared(vec![(WarningKind::CertExpiring, renewed)]))]),
    ]
}

/// What comes from outside, and warnings.
fn others() -> Vec<Told> {
    let late = HeartbeatDetail::Overdue {
        due: Moment(at("2026-07-04T19:00:00Z")),
        last: Moment(at("2026-07-03T18:02:00Z")),
    };
    let late = Fact::down(incident("2026-07-04T19:00:00Z", Reason::Late, Detail::Heartbeat(late)));
    let said = "rsync: write failed: No space left on device (28)";
    let failed = HeartbeatDetail::ExitedWith { said: said.into(), status: 11 };
    let failed = Incident {
        attachment: Some(Attachment {
            text: format!("sending incremental file list\nphotos/2026/07/\n{said}"),
            ..Attachment::default()
        }),
        ..incident("2026-07-04T18:20:00Z", Reason::ReportedFailure, Detail::Heartbeat(failed))
    };
    let threshold = AlarmDetail::Crossed {
        value: "93.4".into(),
        operator: ">".into(),
        threshold: "80".into(),
        some: 2,
        of: 3,
    };
    let alarm = incident(LATE, Reason::Alarm, threshold.clone());
    let alarm_over = Fact::Recovered(over(
        &incident("2026-07-05T04:52:00Z", Reason::Alarm, threshold),
        "2026-07-05T05:04:00Z",
    ));
    let news = NewsItem {
        number: 1,
        at: at(LATE),
        headline: "Backup job of /dev/sda finished".into(),
        attachment: None,
        unshown: 0,
    };
    let mut all = vec![
        ("late", vec![("nightly-backup", late)]),
        ("failed", vec![("nightly-backup", Fact::down(failed))]),
        ("alarm", vec![(ALARM, Fact::down(alarm))]),
        ("alarm-over", vec![(ALARM, alarm_over)]),
        ("news", vec![("sns:family", Fact::News(vec![news]))]),
    ];
    all.extend(limits());
    all.extend(errors());
    all
}

/// What services report and logs say.
fn errors() -> [Told; 4] {
    let trace = "Traceback (most recent call last):\n  File \"/var/task/sync.py\", line 88, in sync\n    \
                 album = event['album']\nKeyError: 'album'";
    let attached = |text: &str| Some(Attachment { text: text.into(), ..Attachment::default() });
    let report = "TypeError: Cannot read properties of undefined (reading 'zoom')";
    // Reports mention nobody, unless their service says so.
    let reported = Incident {
        unmentioned: true,
        attachment: attached(&format!("{report}\n    at draw (map.js:214:31)\n    at map.js:9:3")),
        ..incident(LATE, Reason::ErrorsReported, report)
    };
    let logged = Incident {
        attachment: attached(trace),
        ..incident(LATE, Reason::ErrorsReported, "KeyError: 'album'")
    };
    let kind = |detail: &str, count| ErrorKind {
        fingerprint: detail.into(),
        detail: detail.into(),
        at: at(LATE),
        count,
        attachment: None,
    };
    let another = Fact::Another {
        incident: at(LATE),
        known: 1,
        kinds: vec![kind("OperationalError: database disk image is malformed", 1)],
    };
    let mut outage = over(&logged, "2026-07-05T05:05:00Z");
    (outage.observations, outage.since) = (37, at("2026-07-05T04:40:00Z"));
    let kinds = vec![kind("KeyError: 'album'", 35), kind("database disk image is malformed", 2)];
    [
        ("report", vec![("reports:map-web", Fact::down(reported))]),
        ("log", vec![(LOG, Fact::down(logged))]),
        ("another", vec![(LOG, another)]),
        ("quiet", vec![(LOG, Fact::Quiet { outage, kinds, others: 0 })]),
    ]
}

type Speaks = Box<dyn Fn(&Voice<'_>) -> Message>;

/// What prober says of itself.
fn of_itself() -> Vec<(&'static str, Speaks)> {
    let notice = |notice: Notice| -> Speaks { Box::new(move |voice| notice.compose(voice)) };
    let (from, until) = (at("2026-07-05T03:44:00Z"), at("2026-07-05T04:32:00Z"));
    let lacking = Lacking {
        part: Part::Channel(ChannelName::new("phone")),
        why: LackDetail::Variable { name: "NTFY_URL".into() }.into(),
    };
    let broken = Notice::BrokenConfig {
        place: "/etc/prober/probes.toml".into(),
        version: "2".into(),
        diagnostics: vec![
            ShownDiagnostic {
                line: 9,
                said: "unknown key `timout`; did you mean `timeout`?".into(),
            },
            ShownDiagnostic { line: 14, said: "`photos.example` is not a valid URL".into() },
        ],
    };
    let alarm = OwnAlarm {
        name: "prober-TickErrors".into(),
        raised: true,
        reason: "Threshold Crossed: 3 datapoints were greater than or equal to the threshold"
            .into(),
        since: "2026-07-05T05:00:00Z".into(),
    };
    vec![
        ("not-running", notice(Notice::NoView(Gap { from, until, cause: Cause::Missed }))),
        ("no-network", notice(Notice::NoView(Gap { from, until, cause: Cause::Blind }))),
        ("configuration", notice(broken)),
        ("secret", notice(Notice::Lacking(vec![lacking]))),
        ("trouble", notice(Notice::OwnAlarm(alarm))),
        ("test", Box::new(test_message)),
    ]
}
