//! Pings, as healthchecks.io's clients send them.

use http::Method;
use prober::core::step::{Event, Pulse};
use prober::model::expect::PingExpect;
use prober::model::names::TargetName;
use prober::model::observation::{Outcome, Reason};
use prober::model::target::{Config, Kind, Protocol};
use prober::signal::Signal;
use prober::signal::ping::{Action, Call, MAX_BODY, PathError, Ping, allows, parse};

use super::{failure, now};

fn action(path: &str) -> Result<Action, PathError> {
    let Call { key, slug: _, action } = parse(path)?;
    assert!(key.matches("k3y-1234"), "{path}");
    Ok(action)
}

#[test]
fn paths_are_those_of_healthchecks_io() {
    assert_eq!(action("/ping/k3y-1234"), Ok(Action::Success));
    assert_eq!(action("/ping/k3y-1234/"), Ok(Action::Success));
    assert_eq!(action("/ping/k3y-1234/start"), Ok(Action::Start));
    assert_eq!(action("/ping/k3y-1234/fail/"), Ok(Action::Fail));
    assert_eq!(action("/ping/k3y-1234/log?rid=123e4567"), Ok(Action::Log));
    assert_eq!(action("/ping/k3y-1234/0"), Ok(Action::Exit(0)));
    assert_eq!(action("/ping/k3y-1234/255"), Ok(Action::Exit(255)));
    assert_eq!(action("/ping/k3y%2D1234?create=1"), Ok(Action::Success));
}

#[test]
fn an_exit_status_above_255_is_a_mistake_and_any_other_path_unknown() {
    for path in ["/ping/k3y-1234/256", "/ping/k3y-1234/300", "/ping/k3y-1234/99999999999999999999"]
    {
        assert_eq!(action(path), Err(PathError::ExitStatus), "{path}");
    }
    for path in [
        "",
        "/",
        "/ping",
        "/ping/",
        "/ping//",
        "/ping//fail",
        "ping/k3y-1234",
        "/PING/k3y-1234",
        "/ping/k3y-1234/-1",
        "/ping/k3y-1234/+1",
        "/ping/k3y-1234/Fail",
        "/ping/k3y-1234/x/y",
        "/ping/k3y-1234/٣",
        "/ping/k3y-1234/３",
        "/ping/k3y-1234/%D9%A3",
        "/ping/k3y-1234/x/٣",
        "/ping/k3y-1234//",
        "/ping/%ff",
    ] {
        assert_eq!(action(path), Err(PathError::NotFound), "{path}");
    }
}

#[test]
fn a_key_that_climbs_is_a_key_that_nobody_has() {
    for path in ["/ping/..", "/ping/%2e%2e%2fstatus", "/ping/..%2f..%2fetc%2fpasswd/fail"] {
        assert!(!parse(path).unwrap().key.matches("k3y-1234"), "{path}");
    }
    assert_eq!(parse("/ping/../../etc/passwd"), Err(PathError::NotFound));
}

#[test]
fn pings_come_by_get_head_post_and_put() {
    let allowed = [Method::GET, Method::HEAD, Method::POST, Method::PUT].iter().all(allows);
    assert!(allowed && !allows(&Method::PATCH) && !allows(&Method::DELETE));
}

/// What a ping to `path` with `body` says of a heartbeat that expects
/// `$.temperature <= 40`, or nothing.
fn said(path: &str, body: &[u8], expects: bool) -> Option<Event> {
    let expect = if expects { expectations() } else { PingExpect::default() };
    let ping = Ping::called(parse(path).unwrap(), TargetName::new("backup"), expect, body, now());
    super::said(&Signal::Ping(ping))
}

fn expectations() -> PingExpect {
    let text = "[[target]]\nname = 'a'\nurl = 'https://example.com'\n\
                expect = { json = ['$.temperature <= 40'] }\n";
    let env = |_: &str| None;
    let read_file = |_: &std::path::Path| Err(std::io::ErrorKind::NotFound.into());
    let sources = prober::config::Sources { env: &env, read_file: &read_file, now: now() };
    let Config { targets, .. } =
        prober::config::parse("probes.toml".as_ref(), text, &sources).unwrap();
    match &targets[0].kind {
        Kind::Endpoint(endpoint) => match &endpoint.protocol {
            Protocol::Http(probe) => {
                PingExpect { json: probe.expect.json.clone(), ..PingExpect::default() }
            }
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

fn detail(path: &str, body: &[u8], expects: bool) -> (Reason, String) {
    let failure = failure(said(path, body, expects).unwrap());
    (failure.reason, failure.detail.to_string())
}

#[test]
fn start_and_log_say_nothing_of_success() {
    let start = said("/ping/k3y-1234/start", b"", false).unwrap();
    assert_eq!((start.outcome, start.pulse), (None, Some(Pulse::Began)));
    assert_eq!(said("/ping/k3y-1234/log", b"hello", false), None);
}

#[test]
fn a_ping_is_of_its_own_instant() {
    let said = said("/ping/k3y-1234", b"", false).unwrap();
    assert_eq!((said.target.as_str(), said.at), ("backup", now()));
    assert_eq!(said.outcome, Some(Outcome::success()));
}

#[test]
fn a_failure_says_the_last_line_of_its_output() {
    let output = b"copying\n\xff\xfe tar: disk full\n\n";
    assert_eq!(
        detail("/ping/k3y-1234/2", output, false),
        (Reason::ReportedFailure, "\u{fffd}\u{fffd} tar: disk full (exit status 2)".into())
    );
    assert_eq!(
        detail("/ping/k3y-1234/fail", b"", true),
        (Reason::ReportedFailure, "it reported a failure".into())
    );
}

#[test]
fn its_output_is_shown_without_its_key() {
    let said = said("/ping/k3y-1234/fail", b"curl: (28) https://x/ping/k3y-1234 timed out", false);
    let said = said.unwrap();
    assert_eq!(
        said.attachment.as_ref().unwrap().text,
        "curl: (28) https://x/ping/[secret] timed out"
    );
    assert!(!format!("{said:?}").contains("k3y-1234"));
}

#[test]
fn a_json_body_is_checked() {
    let cool = said("/ping/k3y-1234", br#"{"temperature": 23}"#, true).unwrap();
    assert_eq!(cool.outcome, Some(Outcome::success()));
    let cool = said("/ping/k3y-1234/0", br#"{"temperature": 23}"#, true).unwrap();
    assert_eq!(cool.outcome, Some(Outcome::success()));
    assert_eq!(
        detail("/ping/k3y-1234", br#"{"temperature": 45}"#, true),
        (Reason::Json, "$.temperature is 45, expected <= 40".into())
    );
}

#[test]
fn a_ping_without_a_usable_body_does_not_meet_expectations() {
    let missing = "the ping has no JSON body, expected `$.temperature <= 40`";
    assert_eq!(detail("/ping/k3y-1234", b"", true), (Reason::Json, missing.into()));
    let (reason, text) = detail("/ping/k3y-1234", b"warm", true);
    assert_eq!(reason, Reason::Json);
    assert!(text.starts_with("the body is not JSON"), "{text}");
    let long = format!("{{\"temperature\": 23, \"pad\": \"{}\"}}", "x".repeat(MAX_BODY));
    let cut = "the body is longer than 64 KiB, expected `$.temperature <= 40`";
    assert_eq!(detail("/ping/k3y-1234", long.as_bytes(), true), (Reason::Json, cut.into()));
}

#[test]
fn a_body_of_one_byte_too_many_is_cut_and_says_so() {
    let fits = said("/ping/k3y-1234/fail", &vec![b'x'; MAX_BODY], false).unwrap();
    assert!(!fits.attachment.unwrap().text.ends_with('…'));
    let cut = said("/ping/k3y-1234/fail", &vec![b'x'; MAX_BODY + 1], false).unwrap();
    assert!(cut.attachment.unwrap().text.ends_with("x\n…"));
}

#[test]
fn an_object_is_a_ping_by_its_content() {
    let name = TargetName::new("backup");
    let ping = Ping::written(name, expectations(), br#"{"temperature": 45}"#, now());
    assert_eq!(failure(super::said(&Signal::Ping(ping)).unwrap()).reason, Reason::Json);
}

#[test]
fn a_slug_names_one_of_all_heartbeats() {
    let call = parse("/ping/k3y-1234/nightly-backup/3").unwrap();
    assert_eq!((call.slug.as_deref(), call.action), (Some("nightly-backup"), Action::Exit(3)));
    assert_eq!(parse("/ping/k3y-1234/nas").unwrap().slug.as_deref(), Some("nas"));
    for (slug, name) in [("nightly-backup", "Nightly backup"), ("nas_2", "NAS_2"), ("a-b", "a/b")] {
        assert!(prober::signal::ping::is_slug_of(slug, &TargetName::new(name)), "{name}");
    }
    assert!(!prober::signal::ping::is_slug_of("nas", &TargetName::new("nas 2")));
}

#[test]
fn a_ping_s_text_is_held_against_rules() {
    let rules = PingExpect {
        body_contains: vec!["finished".into()],
        body_not_contains: vec!["FAILED".into()],
        ..PingExpect::default()
    };
    let said = |body: &[u8]| {
        let (call, name) = (parse("/ping/k3y-1234").unwrap(), TargetName::new("nas"));
        let ping = Ping::called(call, name, rules.clone(), body, now());
        super::said(&Signal::Ping(ping)).unwrap().outcome.unwrap()
    };
    assert_eq!(said(b"backup finished"), Outcome::success());
    let Outcome::Failure(failure) = said(b"backup FAILED, finished") else { panic!() };
    assert_eq!(failure.detail.to_string(), "the body contains `FAILED`");
    let Outcome::Failure(failure) = said(b"") else { panic!() };
    assert_eq!(failure.detail.to_string(), "the body is empty, expected `finished`");
}
