//! Servers echo what they are sent. Nothing secret comes back in a detail.

use http::HeaderValue;
use prober::model::expect::{JsonExpect, JsonRule, Operator};
use prober::model::observation::{Outcome, Reason};
use prober::model::pattern::Pattern;
use prober::model::secret::Secret;
use prober::model::target::{Endpoint, HttpProbe};
use prober::probe::Report;
use proptest::prelude::*;
use serde_json_path::JsonPath;
use url::Url;

use crate::support::probes::{banner, failure, http_with, probe};
use crate::support::server::{Act, Server, answer, ok, redirect};

/// What must never be seen again. In base64 of `user:`, it is [`PAIR`].
const MARKER: &str = "s3cret-marker";
const PAIR: &str = "dXNlcjpzM2NyZXQtbWFya2Vy";

/// A request that is full of secrets.
fn full_of_secrets(server: &Server, change: impl FnOnce(&mut HttpProbe)) -> Endpoint {
    http_with(&server.url(&format!("/?token={MARKER}")), |http| {
        http.method = http::Method::POST;
        http.body = Some(Secret::new(MARKER));
        let basic = HeaderValue::try_from(format!("Basic {PAIR}")).unwrap();
        http.headers.insert("authorization", basic);
        let key = HeaderValue::try_from(MARKER).unwrap();
        http.headers.insert("x-api-key", key);
        change(http);
    })
}

#[track_caller]
fn assert_silent(report: &Report) {
    let Outcome::Failure(seen) = &report.outcome else { panic!("not a failure: {report:?}") };
    let shown = format!("{report:?}");
    assert!(!shown.contains(MARKER) && !shown.contains(PAIR), "{shown}");
    assert!(!shown.contains("s3cr"), "not even the beginning: {shown}");
    let detail = seen.detail.to_string();
    assert!(detail.chars().count() <= 201 && !detail.contains('\n'), "{shown}");
}

#[tokio::test]
async fn an_echo_in_the_body_is_redacted() {
    // The second is cut in the middle of the secret, the third in that of its code.
    for echo in
        [format!("you sent {MARKER}"), format!("{}{MARKER}", "x".repeat(55)), PAIR.repeat(9)]
    {
        let server = Server::saying(ok(echo)).await;
        let target = full_of_secrets(&server, |http| {
            http.expect.body_contains.push("something else".to_owned());
        });
        let report = probe(&target).await;
        failure(&report, Reason::Body);
        assert_silent(&report);
    }
}

#[tokio::test]
async fn an_echo_in_a_header_or_in_json_is_redacted() {
    let echo = [&*format!("x-echo: {MARKER}")];
    let server = Server::saying(answer("200 OK", &echo, format!("{{\"a\": \"{MARKER}\"}}"))).await;
    let target = full_of_secrets(&server, |http| {
        http.expect.headers.push(("x-echo".parse().unwrap(), Pattern::new("^ok$").unwrap()));
    });
    let report = probe(&target).await;
    failure(&report, Reason::Header);
    assert_silent(&report);
    let target = full_of_secrets(&server, |http| {
        let path = JsonPath::parse("$.a").unwrap();
        let (source, literal) = (String::new(), "ok".into());
        let rule = JsonRule::Compare { operator: Operator::Equal, literal };
        http.expect.json.push(JsonExpect { source, path, rule });
    });
    let report = probe(&target).await;
    failure(&report, Reason::Json);
    assert_silent(&report);
}

#[tokio::test]
async fn an_echo_in_a_redirect_is_redacted() {
    let location = format!("/{MARKER}?{MARKER}#{MARKER}");
    let server = Server::scripted(move |_| vec![Act::Say(redirect(307, &location))]).await;
    let report = probe(&full_of_secrets(&server, |_| {})).await;
    failure(&report, Reason::Redirect);
    assert_silent(&report);
}

#[tokio::test]
async fn an_echo_in_a_banner_is_redacted() {
    let server = Server::unasked(vec![Act::Say(format!("unknown command {MARKER}").into())]).await;
    let report = probe(&banner(server.port, "^OK", Some(MARKER))).await;
    failure(&report, Reason::Banner);
    assert_silent(&report);
}

#[tokio::test]
async fn a_word_of_what_was_sent_is_redacted_by_itself() {
    let server = Server::scripted(|_| vec![Act::Say(format!("-ERR no user {MARKER}").into())]);
    let send = format!("AUTH {MARKER} now\r\n\r\n");
    let report = probe(&banner(server.await.port, "^OK", Some(&send))).await;
    failure(&report, Reason::Banner);
    assert_silent(&report);
}

#[tokio::test]
async fn what_a_server_writes_stays_on_one_line() {
    let server = Server::saying(ok("a\r\n\tb\u{0}c\u{202e}d \u{1b}[31m e")).await;
    let target = full_of_secrets(&server, |http| http.expect.body_contains.push("?".to_owned()));
    let report = probe(&target).await;
    let detail = failure(&report, Reason::Body);
    assert_eq!(detail, "the body does not contain `?`: it begins `a b cd [31m e`");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_redirect_shows_its_user_or_query(
        user in "[a-z]{6,12}", path in "[a-z/]{0,20}", query in "[a-z]{6,12}=[a-z0-9]{6,12}",
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let location = format!("ftp://{user}:{user}@127.0.0.1/{path}?{query}");
        let detail = runtime.block_on(async {
            let server = Server::saying(redirect(302, &location)).await;
            let report = probe(&http_with(&server.url("/"), |_| {})).await;
            failure(&report, Reason::Redirect)
        });
        prop_assert!(Url::parse(&location).is_ok());
        prop_assert!(!detail.contains(&user) && !detail.contains(&query), "{}", detail);
    }
}
