//! Windows of maintenance; and flapping, self-checks and the language.

use std::time::Duration;

use chrono::{DateTime, Utc};
use prober::model::target::{Config, Flapping, Language, When, Window};

use super::config;

/// A file with one target, `first` at its top and `lines` below it.
fn with(first: &str, lines: &str) -> Config {
    let blog = "[[target]]\nname = 'blog'\nurl = 'https://blog.example.com'\n";
    config(&format!("{first}\n{blog}{lines}"))
}

fn window(first: &str, lines: &str) -> Window {
    with(first, &format!("[[maintenance]]\n{lines}")).maintenance.remove(0)
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// The ends of a window that is once.
fn ends(first: &str, from: &str, to: &str) -> (DateTime<Utc>, DateTime<Utc>) {
    match window(first, &format!("from = {from}\nto = {to}")).when {
        When::Once { from, to } => (from, to),
        When::Recurring { .. } => panic!("recurs"),
    }
}

#[test]
fn a_window_recurs_for_all_targets_or_for_some() {
    let lines = "schedule = '0 0 4 * * SUN'\nduration = '8d'\n";
    let all = window("timezone = 'Asia/Seoul'", lines);
    assert!(all.targets.is_none());
    let When::Recurring { schedule, zone, duration } = all.when else { panic!() };
    assert_eq!((zone, duration), (chrono_tz::Asia::Seoul, Duration::from_hours(8 * 24)));
    assert_eq!(schedule.as_str(), "0 0 4 * * SUN");
    let heartbeat = "[[heartbeat]]\nname = 'backup'\nkey = 'hunter2-hunter2'\ninterval = '1d'\n";
    let some = window("", &format!("{lines}targets = ['blog', 'backup', 'blog']\n{heartbeat}"));
    let names: Vec<_> = some.targets.unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(names, ["blog", "backup"]);
}

#[test]
fn a_window_is_once_from_and_to_an_instant() {
    let expected = (at("2026-02-28T19:00:00Z"), at("2026-03-01T05:30:00Z"));
    assert_eq!(ends("", "2026-03-01T04:00:00+09:00", "2026-03-01T05:30:00Z"), expected);
    assert_eq!(ends("", "'2026-03-01T04:00:00+09:00'", "'2026-03-01T05:30:00Z'"), expected);
}

#[test]
fn a_time_without_an_offset_is_that_of_the_time_zone() {
    let (from, to) =
        ends("timezone = 'Asia/Seoul'", "2026-03-01T04:00:00", "'2026-03-01 05:00:00'");
    assert_eq!((from, to), (at("2026-02-28T19:00:00Z"), at("2026-02-28T20:00:00Z")));
}

#[test]
fn an_hour_that_comes_twice_is_in_the_window_both_times() {
    let (from, to) =
        ends("timezone = 'Europe/Berlin'", "2026-10-25T02:10:00", "2026-10-25T02:50:00");
    assert_eq!((from, to), (at("2026-10-25T00:10:00Z"), at("2026-10-25T01:50:00Z")));
}

#[test]
fn windows_keep_the_order_of_the_file_and_none_is_none() {
    assert!(with("", "").maintenance.is_empty());
    let lines = "[[maintenance]]\nschedule = '@daily'\nduration = '1h'\n\
                 [[maintenance]]\nfrom = 2026-01-01T00:00:00Z\nto = 2026-01-02T00:00:00Z\n";
    let windows = with("", lines).maintenance;
    assert!(matches!(windows[0].when, When::Recurring { .. }));
    assert!(matches!(windows[1].when, When::Once { .. }));
}

#[test]
fn messages_are_english_unless_the_file_says_otherwise() {
    assert_eq!(with("", "").language, Language::En);
    assert_eq!(with("language = 'ko'", "").language, Language::Ko);
    assert_eq!(with("language = 'zh'", "").language, Language::Zh);
}

#[test]
fn two_well_known_urls_show_that_the_network_works_unless_the_file_names_others() {
    let urls = with("", "").self_check;
    assert_eq!(urls[0].as_str(), "https://www.gstatic.com/generate_204");
    assert_eq!(urls[1].as_str(), "https://checkip.amazonaws.com/");
    let urls = with("", "[self_check]\nurls = 'http://192.0.2.1:8080/'\n").self_check;
    assert_eq!((urls.len(), urls[0].as_str()), (1, "http://192.0.2.1:8080/"));
}

#[test]
fn flapping_is_set_key_by_key() {
    let flapping = |first, lines| with(first, lines).targets[0].policy.flapping;
    assert_eq!(flapping("", ""), Flapping::default());
    let set = flapping(
        "[defaults]\nflapping = { changes = 3, within = '2h' }",
        "flapping = { within = '10m', steady_after = '5m' }",
    );
    assert_eq!(set.changes.get(), 3);
    assert_eq!((set.within, set.steady_after), (Duration::from_mins(10), Duration::from_mins(5)));
}

#[test]
fn a_default_proxy_is_no_matter_for_a_port_that_is_not_asked_through_it() {
    let proxy = "[defaults]\nproxy = 'http://proxy.example.com'\nexpect = { unreachable = true }\n\
                 [[target]]\nname = 'closed'\nurl = 'tcp://192.0.2.1:3389'";
    let config = with(proxy, "expect = { status = 200 }");
    assert!(config.targets[0].endpoint().unwrap().unreachable);
}
