//! A marker stands in every place of a configuration that may hold a secret,
//! and servers send it back in every place of an answer; it turns up nowhere.

use std::os::unix::fs::PermissionsExt as _;

use crate::home::{DEFAULTS, Home, Run, SLACK, Slack, target};
use crate::webhook::{MARKER, Reply};

/// Everything that may be a secret of an HTTP target.
const SECRETS: &str = "
    [target.headers]
    x-key = '${MARKER}'
    cookie = 'session=${MARKER}'
    [target.auth]
    bearer = '${MARKER}'
";

/// Answers that say back what they were sent.
fn echoes() -> Vec<Reply> {
    let location = format!("location: http://127.0.0.1:1/{MARKER}?key={MARKER}\r\n");
    vec![
        Reply::new(500, MARKER),
        Reply::with_headers(302, &location, MARKER),
        Reply::with_headers(200, &format!("content-encoding: {MARKER}\r\n"), MARKER),
        Reply::Raw(format!("HTTP/1.1 200 {MARKER}\r\nx-{MARKER} {MARKER}\r\n\r\n{MARKER}")),
        Reply::Raw(format!("{MARKER}\r\n\r\n")),
    ]
}

/// A home in which everything is a secret, and a server that keeps none.
async fn home() -> (Home, Slack) {
    let (home, site) = (Home::new().await, Slack::start().await);
    let host = site.url().split('/').nth(2).unwrap().to_owned();
    let targets = [
        target("site", &format!("http://{host}/?key=${{MARKER}}")),
        "expect = { json = \"$.a == 1\" }\nmethod = 'POST'\nbody = '${MARKER}'\n".to_owned(),
        SECRETS.to_owned(),
        target("basic", &format!("http://me:${{MARKER}}@{host}/")),
        target("proxied", "http://127.0.0.1:1/"),
        format!("proxy = 'http://me:${{MARKER}}@{host}'\n"),
        target("port", &format!("tcp://{host}")),
        "send = '${MARKER}'\nexpect = { banner = 'ready' }\ntimeout = '200ms'\n".to_owned(),
        target("gone", "http://127.0.0.1:1/?key=${MARKER}"),
        target("path", &format!("http://{host}/echo/${{MARKER}}")),
        "expect = { status = 500, body_contains = '${MARKER}no' }\n".to_owned(),
        target("pattern", &format!("http://{host}/")),
        "expect = { status = 500, body_matches = '^${MARKER}no' }\n".to_owned(),
        target("banner", &format!("tcp://{host}")),
        "expect = { banner = '${MARKER}' }\ntimeout = '200ms'\n".to_owned(),
    ];
    let watchdog = format!("[watchdog]\nping_url = 'http://{host}/${{MARKER}}'\n");
    let witness = format!("[[witness]]\nname = 'friend'\nurl = 'http://{host}/witness'\n");
    let witness = format!("{witness}key = '${{MARKER}}-friend'\n");
    home.write(&[DEFAULTS, SLACK, &watchdog, &targets.concat(), &witness].concat());
    (home, site)
}

async fn run(home: &Home, args: &[&str]) -> Run {
    let mut command = home.prober(args);
    crate::home::run(command.env("MARKER", MARKER).env("RUST_LOG", "trace")).await
}

#[track_caller]
fn assert_kept(run: &Run) {
    for text in [&run.out, &run.err] {
        let told = text.lines().find(|line| line.contains(MARKER) || line.contains("bWU6"));
        assert_eq!(told, None);
    }
}

#[tokio::test]
async fn no_command_prints_a_secret_whatever_a_server_answers() {
    let (home, site) = home().await;
    for echo in echoes() {
        site.behave(crate::home::Behaviour::Refuse(echo));
        for args in [&["check"][..], &["check", "--format", "json"], &["tick"], &["status"]] {
            let run = run(&home, args).await;
            assert!(run.code < Some(2), "{run:?}");
            assert_kept(&run);
        }
    }
    assert!(site.requests().iter().filter(|request| request.contains(MARKER)).count() > 10);
}

#[tokio::test]
async fn no_message_and_no_record_holds_a_secret() {
    let (home, site) = home().await;
    site.behave(crate::home::Behaviour::Refuse(echoes().remove(0)));
    run(&home, &["tick"]).await;
    assert_eq!(home.heard().len(), 1);
    for request in home.slack.requests() {
        let (_, body) = request.split_once("\r\n\r\n").unwrap();
        assert!(!body.contains(MARKER), "{body}");
    }
    assert_eq!(home.memory().len(), 8);
    for (name, _, state) in home.memory() {
        assert!(!state.contains(MARKER), "{name}: {state}");
    }
}

#[tokio::test]
async fn a_slack_that_says_the_secret_back_is_not_quoted() {
    let (home, _site) = home().await;
    for answer in echoes() {
        home.slack.behave(crate::home::Behaviour::Refuse(answer));
        assert_kept(&run(&home, &["notify-test"]).await);
        assert_kept(&run(&home, &["tick", "--format", "json"]).await);
    }
}

#[tokio::test]
async fn mistakes_are_shown_without_secrets() {
    let home = Home::new().await;
    let good = [DEFAULTS, SLACK, &home.nas_target()].concat();
    for bad in [
        format!("[notify.second]\ntype = 'slack'\nwebhook_url = '{MARKER}'\n"),
        "[notify.second]\ntype = 'slack'\nwebhook_url = 'ftp://${MARKER}'\n".to_owned(),
        format!("[watchdog]\nping_url = '{MARKER}\n"),
        target("blog", &format!("http://me:{MARKER}@/")),
        target("blog", &format!("gopher://blog.example.com/?key={MARKER}")),
        target("blog", "http://blog.example.com") + &format!("auth = {{ bearer = '{MARKER} x' }}"),
        target("blog", "http://blog.example.com") + &format!("headers = {{ x = \"{MARKER}\\n\" }}"),
    ] {
        home.write(&[&good, &bad[..]].concat());
        for command in ["validate", "tick"] {
            let run = run(&home, &[command]).await;
            assert_eq!(run.code, Some(2), "{bad}");
            assert_kept(&run);
        }
    }
}

#[tokio::test]
async fn a_watchdog_that_says_its_url_back_is_not_quoted() {
    let (home, site) = home().await;
    let told = Reply::Raw(format!("HTTP/1.1 404 Nobody at /{MARKER}\r\ncontent-length: 0\r\n\r\n"));
    site.behave(crate::home::Behaviour::Refuse(told));
    let run = run(&home, &["tick"]).await;
    assert!(run.err.contains("failed to tell the watchdog"), "{}", run.err);
    assert_kept(&run);
}

#[tokio::test]
async fn only_the_owner_can_read_the_store_and_the_trace() {
    let (home, _site) = home().await;
    run(&home, &["tick", "--record", "seen.jsonl"]).await;
    for file in ["prober.db", "seen.jsonl"] {
        let mode = std::fs::metadata(home.path(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}
