//! `prober replay`: the program itself, on files.

mod lines;
mod recording;

use crate::documents;
use crate::home::{Home, Run, SLACK, target};

/// Writes `lines` to a file and replays it.
async fn replay(home: &Home, lines: &[&str], flags: &[&str]) -> Run {
    std::fs::write(home.path("trace.jsonl"), lines.join("\n")).unwrap();
    home.run(&[&["replay", "trace.jsonl"], flags].concat()).await
}

const OUTAGE: [&str; 4] = [
    r#"{"at": "2026-01-01T00:00:00Z", "target": "nas", "outcome": "success", "latency_ms": 12}"#,
    r#"{"at": "2026-01-01T00:01:00Z", "target": "nas", "outcome": "failure", "reason": "refused", "detail": "nobody listens"}"#,
    r#"{"at": "2026-01-01T00:01:00Z", "tick": true}"#,
    r#"{"at": "2026-01-01T00:03:30Z", "target": "nas", "outcome": "success"}"#,
];

#[tokio::test]
async fn an_outage_is_two_lines_of_json() {
    let home = Home::new().await;
    let run = replay(&home, &OUTAGE, &[]).await;
    assert_eq!(run.quiet(), Some(0));
    assert_eq!(
        run.out.lines().collect::<Vec<_>>(),
        [
            r#"{"at":"2026-01-01T00:01:00Z","channel":"slack","messages":[{"kind":"down","target":"nas","incident":"nas@2026-01-01T00:01:00Z","affected":[],"duration_s":null}]}"#,
            r#"{"at":"2026-01-01T00:03:30Z","channel":"slack","messages":[{"kind":"recovered","target":"nas","incident":"nas@2026-01-01T00:01:00Z","affected":[],"duration_s":150}]}"#,
        ]
    );
    assert!(home.slack.requests().is_empty(), "a replay tells nobody");
    assert!(!home.path("prober.db").exists(), "a replay remembers nothing");
}

#[tokio::test]
async fn a_replay_can_be_read_by_people() {
    let home = Home::new().await;
    let run = replay(&home, &OUTAGE, &["--format", "text"]).await;
    assert_eq!(run.quiet(), Some(0));
    assert!(
        run.out.starts_with(
            "2026-01-01 00:01:00 UTC, on slack:\n  ┃ 🔴 nas is down since 00:01: nobody listens\n"
        ),
        "{run:?}"
    );
    assert!(run.out.contains("  ┃ 🟢 nas recovered after 2 min"), "{run:?}");
}

#[tokio::test]
async fn a_replay_can_be_summed_up() {
    let home = Home::new().await;
    let run = replay(&home, &OUTAGE, &["--summary"]).await;
    assert_eq!(run.quiet(), Some(0));
    let rows = [
        "3 observations in 3 ticks: 2 messages",
        "  target  incidents  untold  told  first word  at the latest   down",
        "  nas             1       0     2         0 s            0 s  2 min",
    ];
    assert_eq!(run.out.lines().collect::<Vec<_>>(), rows);
    let json = replay(&home, &OUTAGE, &["--summary", "--format", "json"]).await.json();
    assert_eq!(json["targets"]["nas"]["down_s"], 150);
    assert_eq!(json["targets"]["nas"]["first_word"]["longest_s"], 0);
}

#[tokio::test]
async fn a_trace_that_is_not_there_is_an_error() {
    let home = Home::new().await;
    let run = home.run(&["replay", "missing.jsonl"]).await;
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert!(run.err.starts_with("error: failed to read the trace missing.jsonl: "), "{run:?}");
}

#[tokio::test]
async fn what_was_sent_before_a_wrong_line_is_shown() {
    let home = Home::new().await;
    let lines = [&OUTAGE[..], &["", r#"{"at": "2026-01-01T00:06:00Z", "target": "nsa"}"#]].concat();
    let run = replay(&home, &lines, &[]).await;
    assert_eq!((run.code, run.out.lines().count()), (Some(2), 1));
    assert_eq!(run.err, "error: trace.jsonl:6: `target` needs `outcome`\n");
}

#[tokio::test]
async fn the_document_shows_what_a_replay_prints() {
    let home = Home::new().await;
    home.write(&[SLACK, &target("router", "tcp://192.0.2.1:443")].concat());
    let shown = documents::blocks(&documents::read("docs/replay.md"), "json");
    let [trace, printed] = &shown[..] else { panic!("a trace, and what it prints: {shown:?}") };
    let run = replay(&home, &[trace], &[]).await;
    assert_eq!((run.quiet(), run.out.trim_end()), (Some(0), printed.as_str()));
}

#[tokio::test]
async fn a_latency_is_judged_by_the_limit_of_this_configuration() {
    let success = |minute: i64, more: &str| {
        format!(
            r#"{{"at": "2026-01-01T00:0{minute}:00Z", "target": "nas", "outcome": "success"{more}}}"#
        )
    };
    let slow = r#", "latency_ms": 2300"#;
    let said = r#", "latency_ms": 2300, "warnings": {"slow": "took 2.3 s"}"#;
    let home = Home::new().await;
    for (limit, seen, told) in [
        ("2s", slow, r#""kind":"warning""#),
        ("2s", said, r#""kind":"warning""#),
        ("3s", said, ""),
        ("3s", r#", "warnings": {"slow": "took long"}"#, r#""kind":"warning""#),
    ] {
        home.write(
            &[SLACK, &home.nas_target(), &format!("warn = {{ latency_over = '{limit}' }}")]
                .concat(),
        );
        let lines: Vec<String> = (0..4).map(|minute| success(minute, seen)).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let run = replay(&home, &lines, &[]).await;
        assert_eq!(run.quiet(), Some(0));
        assert!(run.out.contains(told) && run.out.is_empty() == told.is_empty(), "{limit} {run:?}");
    }
}

#[tokio::test]
async fn what_this_configuration_ignores_is_passed_over() {
    let home = Home::new().await;
    let alarm = r#"{"at": "2026-01-01T00:00:00Z", "target": "alarm:old-cpu", "outcome": "failure", "reason": "alarm"}"#;
    let nas = home.nas_target();
    for (rule, is_told) in
        [("", true), ("[[alarms.rule]]\nmatch = 'old-*'\nignore = true\n", false)]
    {
        home.write(&[SLACK, rule, &nas].concat());
        let run = replay(&home, &[alarm], &[]).await;
        assert_eq!((run.quiet(), run.out.contains("alarm:old-cpu")), (Some(0), is_told), "{run:?}");
    }
}
