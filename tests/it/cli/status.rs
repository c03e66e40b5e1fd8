//! `prober status`. What it says at each width is on file in tests/status.

mod homes;

use rustix::process::Signal;
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use self::homes::{CHINESE, ENGLISH, KOREAN, NOW};
use super::*;
use crate::home::{Run, SLACK, Terminal, seen};
use crate::support::on_file::{assert_none, difference, root};

#[tokio::test]
async fn before_the_first_tick_it_says_how_to_begin() {
    let home = Home::new().await;
    let status = home.run(&["status"]).await;
    assert_eq!(status.quiet(), Some(0));
    assert!(status.out.starts_with("Nothing was observed yet"), "{}", status.out);
    assert!(!home.path("prober.db").exists());
}

#[tokio::test]
async fn it_says_what_is_up_and_what_is_down_and_since_when() {
    let home = Home::new().await;
    let at = ["status", "--at", "2026-01-01T00:10:00Z"];
    home.tick(0).await;
    let status = home.run(&at).await;
    assert_eq!(status.quiet(), Some(0));
    assert!(status.out.contains("up since 00:00 UTC (10 min)"), "{}", status.out);
    home.nas.stop().await;
    home.tick(5).await;
    let status = home.run(&at).await;
    assert_eq!(status.quiet(), Some(1));
    assert!(
        status.out.contains("down since 00:05 UTC (5 min), 127.0.0.1 refused"),
        "{}",
        status.out
    );
}

#[tokio::test]
async fn what_failed_and_is_not_judged_yet_is_said_with_how_often() {
    let home = Home::new().await;
    let patient = DEFAULTS.replace("failure_threshold = 1", "failure_threshold = 3");
    home.write(&[&patient, SLACK, &home.nas_target()].concat());
    home.nas.stop().await;
    for (minute, times) in [(0, "failed once since: "), (1, "failed 2 times since: ")] {
        home.tick(minute).await;
        let status = home.run(&["status", "--at", "2026-01-01T00:02:00Z"]).await;
        assert!(status.out.contains(times), "{}", status.out);
    }
}

#[tokio::test]
async fn it_changes_nothing() {
    let home = Home::new().await;
    home.nas.stop().await;
    home.tick(0).await;
    let (memory, heard) = (home.memory(), home.heard());
    home.run(&["status"]).await;
    assert_eq!((home.memory(), home.heard()), (memory, heard));
}

/// What calls, told apart from what is probed.
const CALLERS: &str = "
    [[heartbeat]]
    name = 'backup'
    key = 'k3y-of-the-backup'
    interval = '1d'
    [[heartbeat]]
    name = 'sensor'
    key = 'k3y-of-the-sensor'
    interval = '1d'
    [[reports]]
    service = 'map'
    origins = []
    [[reports]]
    service = 'shop'
    origins = []
";

#[tokio::test]
async fn it_lists_heartbeats_and_discovered_targets() {
    let home = Home::new().await;
    home.write(&[DEFAULTS, SLACK, &home.nas_target(), CALLERS].concat());
    home.tick(0).await;
    let errors = r#"{"count":7,"since":"2026-01-01T00:02:00Z","latest":{"reason":"errors_reported","detail":"boom"}}"#;
    let incident = r#"{"since":"2026-01-01T00:02:00Z","failure":{"reason":"errors_reported","detail":"boom"},"vantage":"here"}"#;
    let down = format!(r#"{{"status":{{"down":{incident}}},"streak":{{"failing":{errors}}}}}"#);
    let up = r#"{"status":{"up":{"since":"2026-01-01T00:00:00Z"}},"beat":{"at":"2026-01-01T00:05:00Z"},"history":{"recent":[null,5400000]}}"#;
    for (name, state) in [("backup", up), ("reports:map", &down), ("logs:/aws/f", &down)] {
        home.sql(&format!(
            "INSERT INTO target (name, revision, state) VALUES ('{name}', 1, '{state}')"
        ));
    }
    let status = home.run(&["status", "--at", "2026-01-01T00:10:00Z"]).await;
    assert_eq!(status.quiet(), Some(1));
    let line = |name: &str| status.out.lines().find(|line| line.contains(name)).unwrap().to_owned();
    assert!(line("backup").contains("1 h 30 min"), "{}", status.out);
    assert!(line("backup").ends_with("up since 00:00 UTC (10 min); pinged 5 min ago"));
    assert!(line("sensor").ends_with("waits for its first ping"), "{}", status.out);
    assert!(line("reports:shop").ends_with("no error so far"), "{}", status.out);
    let said = "down since 00:02 UTC (8 min), errors reported: boom; 7 errors so far";
    assert!(line("reports:map").ends_with(said), "{}", status.out);
    assert!(line("logs:/aws/f").ends_with(said), "{}", status.out);
}

const WIDTHS: [u16; 3] = [60, 80, 120];

/// What `status ARGS…` shows in a terminal of that width.
async fn shown(home: &Home, width: u16, args: &[&str]) -> String {
    let command = home.prober(&[&["status", "--at", NOW], args].concat());
    let (code, shown) = Terminal::start(command, width, 50).end().await;
    assert_eq!(code, Some(1), "{shown}");
    let seen = seen(&shown);
    for line in seen.lines() {
        assert!(line.width() <= usize::from(width), "wider than {width}: {line}");
    }
    seen
}

#[tokio::test]
async fn it_fits_the_terminal() {
    let home = homes::home(&ENGLISH, 12).await;
    let mut differences = Vec::new();
    for width in WIDTHS {
        let file = root().join(format!("tests/status/en.{width}.txt"));
        differences.extend(difference(&file, &shown(&home, width, &[]).await));
    }
    let piped = home.run(&["status", "--at", NOW]).await;
    differences.extend(difference(&root().join("tests/status/en.pipe.txt"), &piped.out));
    assert_none(differences);
}

#[tokio::test]
async fn wide_characters_are_as_wide_as_they_are() {
    let mut differences = Vec::new();
    for (language, names) in [("ko", &KOREAN), ("zh", &CHINESE)] {
        let home = homes::home(names, 12).await;
        let file = root().join(format!("tests/status/{language}.80.txt"));
        differences.extend(difference(&file, &shown(&home, 80, &[]).await));
    }
    assert_none(differences);
}

/// The signs at the beginning of rows, group by group.
fn signs(shown: &str) -> Vec<String> {
    let sign = |line: &str| line.strip_prefix("  ").and_then(|row| row.chars().next());
    let is_sign = |sign: &char| "✕?▲●".contains(*sign);
    let mut groups = vec![String::new()];
    for line in shown.lines() {
        match sign(line).filter(is_sign) {
            Some(sign) => groups.last_mut().unwrap().push(sign),
            None if line.starts_with(' ') || line.is_empty() => {}
            None => groups.push(String::new()),
        }
    }
    groups
}

#[tokio::test]
async fn of_sixty_targets_the_worst_come_first_in_each_group() {
    for names in [&ENGLISH, &KOREAN, &CHINESE] {
        let home = homes::home(names, 60).await;
        for width in WIDTHS {
            let groups = signs(&shown(&home, width, &[]).await);
            assert_eq!(groups.iter().map(|group| group.chars().count()).sum::<usize>(), 60);
            assert_eq!(groups.len(), 3, "{groups:?}");
            for group in &groups {
                let rank = |sign| "✕?▲●".find(sign).unwrap();
                assert!(group.chars().is_sorted_by_key(rank), "{group}");
            }
            assert_eq!(groups[1], "✕✕✕✕✕?????●●●●●●●●●●●●●●●●●●●●");
        }
    }
}

#[tokio::test]
async fn all_that_is_known_of_one_target_is_shown() {
    let home = homes::home(&ENGLISH, 12).await;
    let mut differences = Vec::new();
    for width in [60, 120] {
        let file = root().join(format!("tests/status/photos.{width}.txt"));
        differences.extend(difference(&file, &shown(&home, width, &["photos"]).await));
    }
    assert_none(differences);
}

#[tokio::test]
async fn the_exit_code_is_that_of_the_targets_that_are_named() {
    let home = homes::home(&ENGLISH, 12).await;
    let code =
        async |names: &[&str]| home.run(&[&["status", "--at", NOW], names].concat()).await.quiet();
    assert_eq!(code(&["nas"]).await, Some(0));
    assert_eq!(code(&["nas", "photos"]).await, Some(1));
    let unknown = home.run(&["status", "photo"]).await;
    assert_eq!((unknown.code, unknown.out.as_str()), (Some(2), ""));
    assert_eq!(unknown.err, "error: there is no target `photo`; did you mean `photos`?\n");
}

#[tokio::test]
async fn a_supervisor_hears_whether_prober_observes() {
    let home = homes::home(&ENGLISH, 12).await;
    let said = async |at: &str| {
        let run = home.run(&["status", "--self", "--at", at]).await;
        (run.code, run.out)
    };
    // Some of the targets are down, and that is no fault of prober's.
    let (code, out) = said(NOW).await;
    assert!(code == Some(0) && out.starts_with("prober runs: its last observation was "), "{out}");
    let (code, out) = said("2026-03-10T15:05:00Z").await;
    assert!(code == Some(1) && out.starts_with("prober has observed nothing for "), "{out}");
    let none = Home::new().await.run(&["status", "--self"]).await;
    assert_eq!((none.code, none.out.as_str()), (Some(1), "prober has observed nothing yet\n"));
}

fn keys(object: &Value) -> Vec<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn its_object_has_what_the_page_has_and_what_is_for_the_owner() {
    let home = homes::home(&ENGLISH, 12).await;
    let run = home.run(&["status", "--format", "json", "--at", NOW]).await;
    let all = run.json();
    assert_eq!(run.quiet(), Some(1));
    let document = std::fs::read_to_string(root().join("docs/status-page.md")).unwrap();
    let (_, table) = document.split_once("\n## status.json\n").unwrap();
    let of_page: Vec<&str> =
        table.split("`.").skip(1).map(|key| key.split(['`', '[']).next().unwrap()).collect();
    assert!(of_page.len() >= 11, "{of_page:?}");
    for line in all["targets"].as_array().unwrap() {
        let missing: Vec<_> = of_page.iter().filter(|key| !keys(line).contains(*key)).collect();
        assert!(missing.is_empty(), "{missing:?} of {line}");
    }
    assert_eq!((&all["version"], &all["verdict"]), (&json!(1), &json!("down")));
    let photos = &all["targets"][1];
    assert_eq!((&photos["target"], &photos["kind"]), (&json!("photos"), &json!("tcp")));
    assert_eq!(photos["detail"], "no connection within 10 s (203.0.113.7:443)");
    assert_eq!(photos["told"]["slack"], "2026-03-10T11:52:00Z");
    assert_eq!(photos["next_probe_at"], NOW);
    assert_eq!(photos["depends_on"], json!(["router"]));
    assert_eq!(all["targets"][7]["paused_until"], "2026-03-10T14:05:00Z");
    assert_eq!(all["targets"][11]["pinged_at"], "2026-03-10T03:05:00Z");
}

#[tokio::test]
async fn its_object_is_of_the_targets_that_are_named_and_needs_no_store() {
    let home = Home::new().await;
    let run = home.run(&["status", "nas", "--format", "json"]).await;
    let all = run.json();
    assert_eq!(run.quiet(), Some(0));
    assert_eq!(all["targets"].as_array().unwrap().len(), 1);
    assert_eq!((&all["targets"][0]["name"], &all["verdict"]), (&json!("nas"), &json!("unknown")));
    assert!(!home.path("prober.db").exists());
}

#[tokio::test]
async fn a_file_that_may_only_be_read_is_enough() {
    let home = homes::home(&ENGLISH, 3).await;
    let file = home.path("prober.db");
    let mut permissions = std::fs::metadata(&file).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&file, permissions).unwrap();
    let Run { code, out, err } = home.run(&["status", "--at", NOW]).await;
    assert_eq!((code, err.as_str()), (Some(1), ""));
    assert!(out.contains("photos"), "{out}");
}

#[tokio::test]
async fn what_was_not_observed_for_long_is_not_called_up() {
    let home = Home::new().await;
    home.tick(0).await;
    let status = home.run(&["status", "--at", "2026-01-01T03:00:00Z"]).await;
    assert_eq!(status.quiet(), Some(0), "it is not down");
    assert!(status.out.contains("not observed for 3 h; it was up at 00:00 UTC"), "{}", status.out);
    assert!(status.out.contains("1 unknown, last pass 3 h ago"), "{}", status.out);
}

#[tokio::test]
async fn a_watch_draws_what_changes_until_it_is_interrupted() {
    let home = Home::new().await;
    let mut watch = Terminal::start(home.prober(&["status", "--watch"]), 80, 24);
    watch.until("Nothing was observed yet").await;
    assert_eq!(home.run(&["tick"]).await.quiet(), Some(0));
    let drawn = watch.until("1 up").await;
    assert!(seen(&drawn).contains("●  nas"), "{drawn}");
    watch.send(Signal::INT);
    let (code, rest) = watch.end().await;
    assert_eq!(code, Some(0));
    assert!(rest.ends_with("\u{1b}[?25h\u{1b}[?1049l"), "the screen of before is back: {rest:?}");
}

#[tokio::test]
async fn a_watch_that_has_no_room_counts_what_is_up() {
    let home = Home::new().await;
    let all: String = (0..30).map(|at| target(&format!("t{at}"), &home.nas.url())).collect();
    let gone = target("gone", "tcp://127.0.0.1:1");
    home.write(&[DEFAULTS, SLACK, &all, &gone].concat());
    home.run(&["tick"]).await;
    let mut watch = Terminal::start(home.prober(&["status", "--watch"]), 80, 24);
    let drawn = seen(&watch.until("30 more up").await);
    assert!(drawn.contains("✕  gone") && !drawn.contains("t7"), "{drawn}");
    watch.resize(80, 60);
    let drawn = seen(&watch.until("t7").await);
    assert!(!drawn.contains("more up"), "{drawn}");
    watch.send(Signal::TERM);
    assert_eq!(watch.end().await.0, Some(0));
}

#[tokio::test]
async fn a_watch_needs_a_terminal() {
    let home = Home::new().await;
    for args in [&["status", "--watch"][..], &["status", "--watch", "--format", "json"]] {
        let run = home.run(args).await;
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{args:?}");
        assert!(run.err.starts_with("error: status --watch draws on a terminal: "), "{run:?}");
    }
}
