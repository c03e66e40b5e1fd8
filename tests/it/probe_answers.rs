//! What an answer over HTTP must not be, how soon it must come, and who must be asked twice.

use std::time::Duration;

use http::HeaderName;
use md5::{Digest as _, Md5};
use prober::model::observation::Reason;
use prober::model::pattern::Pattern;
use prober::model::secret::Secret;
use prober::model::target::{DigestLogin, Endpoint, Protocol, Proxy, ProxyWay};

use crate::support::probes::{failure, http, http_with, impatient, probe, success, tcp};
use crate::support::server::{Act, Server, answer, ok};

fn pattern(text: &str) -> Pattern {
    Pattern::new(text).unwrap()
}

#[tokio::test]
async fn a_body_that_matches_what_it_must_not_is_down() {
    let server = Server::saying(ok("status: Error 7")).await;
    for (text, wrong) in [
        ("(?i)error \\d", "the body has `Error 7`, which matches `(?i)error \\d` and must not"),
        ("^error", ""),
    ] {
        let target = http_with(&server.url("/"), |http| {
            http.expect.body_not_matches.push(pattern(text));
        });
        let report = probe(&target).await;
        if wrong.is_empty() {
            success(&report);
        } else {
            assert_eq!(failure(&report, Reason::Body), wrong);
        }
    }
}

#[tokio::test]
async fn a_large_body_is_searched_for_what_must_not_be_there() {
    let server = Server::saying(ok(format!("{}fatal", "x".repeat(100_000)))).await;
    let target = http_with(&server.url("/"), |http| {
        http.expect.body_not_matches.push(pattern("fatal$"));
    });
    failure(&probe(&target).await, Reason::Body);
}

#[tokio::test]
async fn a_header_that_matches_what_it_must_not_is_down() {
    let server = Server::saying(answer("200 OK", &["x-cache: stale, 7"], "")).await;
    let not = |text: &str| {
        http_with(&server.url("/"), |http| {
            let name = HeaderName::from_static("x-cache");
            http.expect.headers_not.push((name, pattern(text)));
            http.expect.headers_not.push((HeaderName::from_static("x-none"), pattern("")));
        })
    };
    success(&probe(&not("^stale$")).await);
    let detail = failure(&probe(&not("stale")).await, Reason::Header);
    let expected = "the header `x-cache` is `stale, 7`, which matches `stale` and must not";
    assert_eq!(detail, expected);
}

#[tokio::test]
async fn of_an_endless_answer_the_head_can_be_enough() {
    let head = b"HTTP/1.0 200 OK\r\nicy-br: 128\r\n\r\n".to_vec();
    let server = Server::scripted(move |_| vec![Act::Say(head.clone()), Act::Hang]).await;
    let head_only = |status| {
        impatient(http_with(&server.url("/live"), |http| {
            http.expect.head_only = true;
            http.expect.status[0].first = status;
        }))
    };
    success(&probe(&head_only(200)).await);
    failure(&probe(&head_only(201)).await, Reason::Status);
    failure(&probe(&impatient(http(&server.url("/live")))).await, Reason::Timeout);
}

#[tokio::test]
async fn who_answers_too_slowly_is_down() {
    let within = |mut target: Endpoint, limit: Duration| {
        target.latency_under = Some(limit);
        target
    };
    let server = Server::saying(ok("")).await;
    success(&probe(&within(http(&server.url("/")), Duration::from_secs(30))).await);
    let report = probe(&within(http(&server.url("/")), Duration::from_nanos(1))).await;
    assert!(failure(&report, Reason::TooSlow).starts_with("answered in "));
    let port = Server::unasked(vec![Act::Hang]).await.port;
    failure(&probe(&within(tcp(port), Duration::from_nanos(1))).await, Reason::TooSlow);
    // What fails for another reason is not called slow.
    let report = probe(&within(http(&server.url("/")), Duration::from_nanos(1))).await;
    assert_eq!(report.http_status, Some(200));
}

/// A device that lets nobody in without this proof; it may want it once, or again and again.
async fn device(challenge: &'static str, password: &'static str, asks_again: bool) -> Server {
    let hash = |text: String| prober::text::hex::hex(&Md5::digest(text.as_bytes()));
    let lets_in = move |request: &str| {
        let field = |name: &str| {
            let (_, rest) = request.split_once(&format!("{name}="))?;
            Some(rest.trim_start_matches('"').split(['"', ',', '\r']).next()?.to_owned())
        };
        let path = request.split(' ').nth(1)?;
        let who = hash(format!("admin:cam:{password}"));
        let what = hash(format!("GET:{path}"));
        let (own, count) = (field("cnonce")?, field("nc")?);
        let right = hash(format!("{who}:n1:{count}:{own}:auth:{what}"));
        (field("response")? == right && field("uri")? == path).then_some(())
    };
    Server::scripted(move |request| {
        let is_in = !asks_again && request.contains("Digest ") && lets_in(request).is_some();
        let refusal = answer("401 Unauthorized", &[challenge, "set-cookie: s=1"], "");
        vec![Act::Say(if is_in { ok("in") } else { refusal })]
    })
    .await
}

const CHALLENGE: &str = "www-authenticate: Digest realm=\"cam\", nonce=\"n1\", qop=\"auth\"";

fn admin(server: &Server, password: &str) -> Endpoint {
    http_with(&server.url("/cgi/status?a=1"), |http| {
        let (username, password) = (Secret::new("admin"), Secret::new(password));
        http.digest = Some(DigestLogin { username, password });
    })
}

#[tokio::test]
async fn a_device_that_asks_for_digest_is_answered() {
    let server = device(CHALLENGE, "hunter2", false).await;
    success(&probe(&admin(&server, "hunter2")).await);
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert!(!requests[0].contains("authorization"), "{}", requests[0]);
    let second = requests[1].to_ascii_lowercase();
    assert!(!second.contains("hunter2") && !second.contains("basic"), "{second}");
}

#[tokio::test]
async fn a_wrong_password_is_proven_once_and_then_refused() {
    let server = device(CHALLENGE, "hunter2", false).await;
    let report = probe(&admin(&server, "hunter3")).await;
    assert!(failure(&report, Reason::Status).starts_with("answered 401 Unauthorized"));
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_device_that_asks_for_ever_or_for_nonsense_is_down() {
    for (challenge, requests) in [
        (CHALLENGE, 2),
        ("www-authenticate: Digest realm=x, nonce=y, algorithm=unheard-of", 1),
        ("www-authenticate: Digest \"", 1),
        ("www-authenticate: Basic realm=x", 1),
        ("x-none: 1", 1),
    ] {
        let server = device(challenge, "hunter2", true).await;
        failure(&probe(&admin(&server, "hunter2")).await, Reason::Status);
        assert_eq!(server.requests().len(), requests, "{challenge}");
    }
}

#[tokio::test]
async fn a_proof_is_not_given_to_another_server() {
    let other = device(CHALLENGE, "hunter2", false).await;
    let location = format!("location: {}", other.url("/elsewhere"));
    let server = Server::saying(answer("302 Found", &[&location], "")).await;
    failure(&probe(&admin(&server, "hunter2")).await, Reason::Status);
    assert_eq!(other.requests().len(), 1);
}

#[tokio::test]
async fn a_proof_behind_a_proxy_is_about_the_path_alone() {
    let proxy = Server::scripted(|request| {
        let is_in = request.contains("uri=\"/cgi?a=1\"");
        vec![Act::Say(if is_in { ok("in") } else { answer("401 No", &[CHALLENGE], "") })]
    })
    .await;
    let mut target = admin(&proxy, "hunter2");
    if let Protocol::Http(http) = &mut target.protocol {
        http.url = "http://camera.invalid/cgi?a=1".parse().unwrap();
        let (host, port) = ("127.0.0.1".to_owned(), proxy.port);
        http.proxy = Some(Proxy { host, port, way: ProxyWay::Http(None) });
    }
    success(&probe(&target).await);
}

#[tokio::test]
async fn a_proof_is_not_counted_as_a_redirect() {
    let server = Server::scripted(|request| {
        let number: u32 = request.split(['/', ' ']).nth(2).unwrap().parse().unwrap_or(0);
        let location = format!("location: /{}", number + 1);
        vec![Act::Say(match number {
            0..10 => answer("302 Found", &[&location], ""),
            _ if request.contains("Digest ") => ok("in"),
            _ => answer("401 No", &[CHALLENGE], ""),
        })]
    })
    .await;
    success(&probe(&admin(&server, "hunter2")).await);
}
