//! What calls us: heartbeats, reports, alarms, logs.

use std::time::Duration;

use prober::model::names::TargetName;
use prober::model::target::{Cadence, Heartbeat, Kind, Target};

use super::config;

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

/// A heartbeat with the further `lines`, in a file with nothing else.
fn target(lines: &str) -> Target {
    let text = format!("[[heartbeat]]\nname = 'backup'\nkey = 'hunter2-hunter2'\n{lines}");
    config(&text).targets.remove(0)
}

fn heartbeat(lines: &str) -> Heartbeat {
    match target(lines).kind {
        Kind::Heartbeat(heartbeat) => *heartbeat,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_heartbeat_needs_no_target_beside_it_and_is_judged_at_once() {
    let target = target("interval = '1d'");
    assert_eq!(target.name.as_str(), "backup");
    assert_eq!(target.policy.failure_threshold.get(), 1);
    assert_eq!(target.policy.success_threshold.get(), 1);
    assert_eq!(target.policy.remind, None);
    let heartbeat = heartbeat("interval = '1d'");
    assert!(matches!(heartbeat.cadence, Cadence::Every(every) if every == 24 * HOUR));
    assert_eq!(heartbeat.key.expose(), "hunter2-hunter2");
    assert!(heartbeat.expect.json.is_empty());
}

#[test]
fn grace_is_an_hour_and_twice_a_short_interval_unless_it_is_set() {
    assert_eq!(heartbeat("schedule = '0 0 3 * * *'").grace, HOUR);
    assert_eq!(heartbeat("interval = '1d'").grace, HOUR);
    assert_eq!(heartbeat("interval = '5m'").grace, 10 * MINUTE);
    assert_eq!(heartbeat("interval = '5m'\ngrace = '1m'").grace, MINUTE);
}

#[test]
fn every_key_of_a_heartbeat_arrives() {
    let config = config(
        r#"timezone = "Asia/Seoul"
        [notify.phone]
        type = "console"
        [notify.mail]
        type = "console"
        [[heartbeat]]
        name = "nightly"
        schedule = "0 0 3 * * *"
        grace = "2h"
        key = "${PASSWORD}.~_-"
        expect = { json = ["$.temperature <= 40", "$.ok == true"] }
        group = "home"
        notify = "mail"
        depends_on = ["router"]
        failure_threshold = 2
        success_threshold = 3
        remind = "6h"
        flapping = { changes = 3 }
        [[target]]
        name = "router"
        url = "tcp://192.0.2.1:1"
        depends_on = []"#,
    );
    let [router, nightly] = &config.targets[..] else { panic!() };
    assert_eq!(router.name.as_str(), "router");
    assert_eq!(nightly.group.as_deref(), Some("home"));
    assert_eq!(nightly.notify, [config.channels[1].name.clone()]);
    assert_eq!(nightly.depends_on, std::slice::from_ref(&router.name));
    assert_eq!(nightly.policy.failure_threshold.get(), 2);
    assert_eq!(nightly.policy.success_threshold.get(), 3);
    assert_eq!(nightly.policy.remind, Some(6 * HOUR));
    assert_eq!(nightly.policy.flapping.changes.get(), 3);
    let Kind::Heartbeat(heartbeat) = &nightly.kind else { panic!() };
    assert!(matches!(heartbeat.cadence, Cadence::Cron { zone: chrono_tz::Asia::Seoul, .. }));
    assert_eq!((heartbeat.grace, heartbeat.expect.json.len()), (2 * HOUR, 2));
    assert_eq!(heartbeat.expect.json[0].source, "$.temperature <= 40");
}

#[test]
fn notify_is_a_default_for_heartbeats_and_reports_and_keys_of_probing_are_not() {
    let config = config(
        "[notify.phone]
        type = 'console'
        [notify.mail]
        type = 'console'
        [defaults]
        interval = '1m'
        failure_threshold = 5
        success_threshold = 5
        remind = '6h'
        group = 'home'
        notify = 'mail'
        flapping = { changes = 3, within = '2h' }
        [[heartbeat]]
        name = 'backup'
        key = 'hunter2-hunter2'
        schedule = '@daily'
        flapping = { changes = 4 }
        [[reports]]
        service = 'map'
        origins = '*'
        notify = []",
    );
    let [backup, map] = &config.targets[..] else { panic!() };
    let mail = [config.channels[1].name.clone()];
    assert_eq!((&backup.notify[..], &map.notify[..]), (&mail[..], &[][..]));
    for target in [backup, map] {
        assert_eq!(target.group.as_deref(), Some("home"));
        assert_eq!(target.policy.failure_threshold.get(), 1);
        assert_eq!(target.policy.success_threshold.get(), 1);
        assert_eq!(target.policy.remind, Some(6 * HOUR));
        assert_eq!(target.policy.flapping.within, 2 * HOUR);
    }
    assert_eq!(backup.policy.flapping.changes.get(), 4);
    assert_eq!(config.discovered.alarms.unwrap().notify, mail);
    assert_eq!(config.discovered.logs.unwrap().notify, mail);
}

#[test]
fn a_service_is_a_target_that_is_named_after_it() {
    let config = config(
        "[[reports]]
        service = 'map-web'
        origins = ['https://MAP.example.com:443/', 'http://localhost:3000']
        [[reports]]
        service = 'app'
        origins = []
        key = '${PASSWORD}/+='
        quiet = '1h'
        group = 'home'
        remind = '1d'",
    );
    let [map, app] = &config.reports[..] else { panic!() };
    assert_eq!(map.service, "map-web");
    assert_eq!(map.origins, ["https://map.example.com", "http://localhost:3000"]);
    assert_eq!((&map.key, app.key.as_ref().unwrap().expose()), (&None, "hunter2/+="));
    assert!(app.origins.is_empty());
    let [map_target, app_target] = &config.targets[..] else { panic!() };
    assert_eq!((&map.target, map.target.as_str()), (&map_target.name, "reports:map-web"));
    assert_eq!(map_target.policy.failure_threshold.get(), 1);
    assert!(matches!(map_target.kind, Kind::Errors(stream) if stream.quiet == 15 * MINUTE));
    assert!(matches!(app_target.kind, Kind::Errors(stream) if stream.quiet == HOUR));
    assert_eq!(app_target.group.as_deref(), Some("home"));
    assert_eq!(app_target.policy.remind, Some(24 * HOUR));
}

#[test]
fn a_service_has_the_target_of_its_name_probed_unless_it_names_another() {
    let target = |name: &str| format!("[[target]]\nname = '{name}'\nurl = 'tcp://192.0.2.1:1'\n");
    let service = |name: &str| format!("[[reports]]\nservice = '{name}'\norigins = '*'\n");
    let [map, web, app] = ["map", "web", "app"].map(service);
    let text = [&target("map"), &target("api"), &map, &web, &app, "probe = 'api'"].concat();
    let services = config(&text).reports;
    let probed: Vec<_> =
        services.iter().map(|service| service.probe.as_ref().map(TargetName::as_str)).collect();
    assert_eq!(probed, [Some("map"), None, Some("api")]);
}

const BLOG: &str = "[[target]]\nname = 'blog'\nurl = 'https://blog.example.com'\n";

#[test]
fn alarms_and_logs_are_taken_and_told_everywhere_unless_the_file_says_otherwise() {
    let channels = "[notify.b]\ntype = 'console'\n[notify.a]\ntype = 'console'\n";
    let text = format!("{BLOG}{channels}");
    let discovered = config(&text).discovered;
    let (alarms, logs) = (discovered.alarms.unwrap(), discovered.logs.unwrap());
    assert_eq!(alarms.notify, config(&text).targets[0].notify);
    assert_eq!((logs, discovered.quiet), (alarms.clone(), 15 * MINUTE));
    assert_eq!(discovered.topics, Some(alarms));
    let said = "[alarms]\nnotify = 'a'\n[logs]\nquiet = '1h'\nnotify = []\n";
    let discovered = config(&format!("{text}{said}")).discovered;
    let [alarms, topics] = [discovered.alarms, discovered.topics].map(Option::unwrap);
    assert_eq!((alarms.notify[0].as_str(), topics.notify[0].as_str()), ("a", "a"));
    assert!(discovered.logs.unwrap().notify.is_empty() && discovered.quiet == HOUR);
}

#[test]
fn alarms_and_logs_can_be_switched_off() {
    let discovered = config(&format!("{BLOG}[alarms]\nenabled = false\n")).discovered;
    assert!(discovered.alarms.is_none() && discovered.topics.is_none());
    assert!(discovered.logs.is_some());
    let topics = "[alarms]\nenabled = false\n[topics]\nenabled = true\n";
    let discovered = config(&format!("{BLOG}{topics}")).discovered;
    assert!(discovered.alarms.is_none() && discovered.topics.is_some());
    let discovered = config(&format!("{BLOG}[logs]\nenabled = false\nquiet = '1h'\n")).discovered;
    assert!(discovered.alarms.is_some() && discovered.logs.is_none());
}

#[test]
fn the_first_rule_that_matches_a_name_counts() {
    let config = config(&format!(
        "{BLOG}[notify.phone]\ntype = 'console'\n[notify.mail]\ntype = 'console'\n\
         [alarms]\nnotify = 'mail'\nforget_after = '7d'\n\
         [[alarms.rule]]\nmatch = 'TargetTracking-*'\nignore = true\n\
         [[alarms.rule]]\nmatch = 'nas-*'\nnotify = 'phone'\nremind = '6h'\ngroup = 'home'\n\
         link = 'https://wiki.example.com/nas'\n\
         [[alarms.rule]]\nmatch = '*'\nremind = '1d'\n\
         [[logs.rule]]\nmatch = '/aws/lambda/*'\nquiet = '1h'\nnotify = []\n\
         [[topics.rule]]\nmatch = 'noise'\nignore = true\n"
    ));
    let of = |name: &str| config.discovered.target(&TargetName::new(name));
    let notify = |name: &str| of(name).unwrap().notify.first().map(ToString::to_string);
    let remind = |name: &str| of(name).unwrap().policy.remind;
    assert!(of("alarm:TargetTracking-table").is_none());
    assert_eq!(
        (notify("alarm:nas-disk"), remind("alarm:nas-disk")),
        (Some("phone".into()), Some(6 * HOUR))
    );
    assert_eq!(of("alarm:nas-disk").unwrap().group.as_deref(), Some("home"));
    let link = |name: &str| of(name).unwrap().link.map(String::from);
    assert_eq!(link("alarm:nas-disk").as_deref(), Some("https://wiki.example.com/nas"));
    assert_eq!(link("alarm:cpu"), None);
    assert_eq!((notify("alarm:cpu"), remind("alarm:cpu")), (Some("mail".into()), Some(24 * HOUR)));
    let arn = "alarm:arn:aws:cloudwatch:eu-west-1:123456789012:alarm:nas-disk";
    assert_eq!(notify(arn), Some("phone".into()));
    let quiet = |name: &str| match of(name).unwrap().kind {
        Kind::Errors(stream) => stream.quiet,
        kind => panic!("{kind:?}"),
    };
    assert_eq!((quiet("logs:/aws/lambda/f"), quiet("logs:other")), (HOUR, 15 * MINUTE));
    assert!(notify("logs:/aws/lambda/f").is_none() && of("sns:noise").is_none());
    assert_eq!(config.discovered.forget_after, 7 * 24 * HOUR);
}

#[test]
fn a_key_may_be_stored_elsewhere_and_may_not_have_been_fetched() {
    let beats = |first: &str, second: &str| {
        config(&format!(
            "[[heartbeat]]\nname = 'a'\ninterval = '1d'\nkey = 'ssm:/{first}'\n\
             [[heartbeat]]\nname = 'b'\ninterval = '1d'\nkey = 'ssm:/{second}'\n\
             [[reports]]\nservice = 'map'\norigins = '*'\nkey = 'ssm:/map'\n\
             [[target]]\nname = 'c'\nurl = 'http://192.0.2.1'\nproxy = 'ssm:/proxy'\n\
             [notify.mail]\ntype = 'email'\nsmtp_url = 'ssm:/smtp'\n\
             from = 'me@example.com'\nto = 'me@example.com'\n"
        ))
    };
    let fetched = beats("home/backup", "x").targets.remove(1);
    let Kind::Heartbeat(heartbeat) = fetched.kind else { panic!() };
    assert_eq!(heartbeat.key.expose(), "hunter2-backup");
    assert_eq!(beats("x", "y").targets.len(), 4);
}

#[test]
fn no_key_is_in_the_debug_output() {
    let text = "[[heartbeat]]\nname = 'backup'\nkey = 'hunter2-hunter2'\ninterval = '1d'\n\
                [[reports]]\nservice = 'map'\norigins = '*'\nkey = 'hunter2-hunter2'\n";
    assert!(!format!("{:?}", config(text)).contains(super::MARKER));
}
