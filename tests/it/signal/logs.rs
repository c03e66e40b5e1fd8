//! Lines that belong together, and the line that says the most.

use chrono::TimeDelta;
use prober::model::observation::{Failure, Reason};
use prober::signal::Signal;
use prober::signal::logs::{LogErrors, LogLine, join};

use super::{failure, now, said};

/// Lines of one stream, a millisecond apart.
fn lines(texts: &[&str]) -> Vec<LogLine> {
    let stamped = texts.iter().zip(0..);
    stamped
        .map(|(text, ms)| LogLine {
            at: now() + TimeDelta::milliseconds(ms),
            text: (*text).into(),
            ids: vec![ms.to_string()],
        })
        .collect()
}

fn errors(texts: &[&str]) -> LogErrors {
    let (group, stream) = ("/home/sync".to_owned(), "nas".to_owned());
    LogErrors {
        account: "123456789012".into(),
        group,
        stream,
        errors: join(lines(texts)),
        last_at: now(),
    }
}

fn detail(texts: &[&str]) -> String {
    let Failure { reason, detail } = failure(said(&Signal::Logs(errors(texts))).unwrap());
    assert_eq!(reason, Reason::ErrorsReported);
    detail.to_string()
}

#[test]
fn errors_that_follow_each_other_stay_apart() {
    let texts = ["ERROR disk full", "ERROR disk full", "KeyError: 'a'", "ValueError: b"];
    assert_eq!(join(lines(&texts)).len(), 4);
}

#[test]
fn a_python_traceback_ends_with_its_exception() {
    let texts = [
        "Traceback (most recent call last):",
        "  File \"a.py\", line 1",
        "    f()",
        "KeyError: 'a'",
        "ERROR next",
    ];
    assert_eq!(join(lines(&texts)).len(), 2);
    assert_eq!(detail(&texts), "KeyError: 'a' (and 1 more)");
}

#[test]
fn a_traceback_joins_the_message_logged_with_it_and_no_older_one() {
    let mut apart = lines(&["ERROR sync failed", "Traceback (most recent call last):"]);
    assert_eq!(join(apart.clone()).len(), 1);
    apart[1].at += TimeDelta::seconds(2);
    assert_eq!(join(apart).len(), 2);
}

#[test]
fn what_lambdas_python_runtime_writes_does_not_swallow_the_next_error() {
    let first =
        "[ERROR] KeyError: 'a'\nTraceback (most recent call last):\n  File \"a.py\", line 1";
    assert_eq!(join(lines(&[first, "[ERROR] ValueError: b"])).len(), 2);
    assert_eq!(detail(&[first]), "[ERROR] KeyError: 'a'");
}

#[test]
fn javas_root_cause_says_the_most() {
    let texts = [
        "java.lang.RuntimeException: import failed",
        "\tat a.B.c(B.java:1)",
        "Caused by: java.io.IOException: disk full",
        "\t... 1 more",
    ];
    assert_eq!(detail(&texts), "Caused by: java.io.IOException: disk full");
}

#[test]
fn rusts_panic_says_its_message_and_not_its_place() {
    let texts = [
        "thread 'main' panicked at src/main.rs:1:2:",
        "no disk",
        "note: run with `RUST_BACKTRACE=1`",
    ];
    assert_eq!(detail(&texts), "no disk");
}

#[test]
fn nodes_error_stands_below_the_code_that_threw_it() {
    let texts = [
        "/srv/app.js:3",
        "    throw e",
        "    ^",
        "",
        "Error: boom",
        "    at x (/srv/app.js:3:1) {",
        "}",
    ];
    assert_eq!(join(lines(&texts)).len(), 1);
    assert_eq!(detail(&texts), "Error: boom");
}

#[test]
fn lambdas_time_and_request_id_are_not_the_news() {
    let id = "8f5c0000-1111-4222-8333-944455556666";
    let node = format!("2026-07-05T05:03:25.123Z\t{id}\tERROR\tno disk");
    assert_eq!(detail(&[&node]), "no disk");
    let python = format!("[ERROR]\t2026-07-05T05:03:25.123Z\t{id}\tno disk");
    assert_eq!(detail(&[&python]), "no disk");
    assert_eq!(detail(&["[ERROR]\tno disk"]), "[ERROR] no disk");
}

#[test]
fn colours_and_marks_of_direction_are_taken_out_and_emoji_stay() {
    let line =
        "\u{1b}[31mERROR\u{1b}[0m \u{202e}\u{61c}evil \u{feff}👨\u{200d}👩\u{200d}👧 \u{7}bell";
    assert_eq!(prober::text::clean(line), "ERROR evil 👨\u{200d}👩\u{200d}👧 bell");
}

#[test]
fn a_long_text_keeps_its_tail_and_shows_the_cut() {
    let long: Vec<_> = (0..1_000).map(|n| format!("line {n}")).collect();
    let long = long.join("\n");
    let kept = prober::text::tail(&long, 100);
    assert!(kept.chars().count() <= 100);
    assert!(kept.starts_with("…\nline "), "{kept}");
    assert!(kept.ends_with("line 998\nline 999"), "{kept}");
    assert_eq!(prober::text::tail("short\n", 100), "short");
}

#[test]
fn many_lines_are_joined_in_one_pass() {
    let panics = vec!["thread 'a' panicked at b:"; 100_000];
    assert_eq!(join(lines(&panics)).len(), 1);
    let frames = vec!["  frame"; 100_000];
    assert_eq!(join(lines(&frames)).len(), 1);
    assert_eq!(join(lines(&vec!["ERROR"; 100_000])).len(), 100_000);
}
