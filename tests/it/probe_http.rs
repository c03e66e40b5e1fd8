//! `http://`: the request that is sent, and what is asked of the answer.

use std::time::Duration;

use http::{HeaderValue, Method, header};
use prober::clock::Clock;
use prober::model::expect::{HttpExpect, JsonExpect, JsonRule, Operator, StatusRange};
use prober::model::observation::{Reason, WarningKind};
use prober::model::pattern::Pattern;
use prober::model::secret::Secret;
use prober::model::target::Endpoint;
use serde_json_path::JsonPath;

use crate::support::probes::{failure, http, http_saying, http_with, probe, probe_at, success};
use crate::support::server::{Act, Server, answer, ok};

fn expecting(url: &str, change: impl FnOnce(&mut HttpExpect)) -> Endpoint {
    http_with(url, |http| change(&mut http.expect))
}

fn json(path: &str, operator: Operator, literal: &str) -> JsonExpect {
    JsonExpect {
        source: String::new(),
        path: JsonPath::parse(path).unwrap(),
        rule: JsonRule::Compare { operator, literal: serde_json::from_str(literal).unwrap() },
    }
}

#[tokio::test]
async fn a_page_that_is_there_is_up() {
    let server = Server::saying(ok("hello")).await;
    let report = probe(&http(&server.url("/healthz?deep=1"))).await;
    assert!(success(&report).is_empty());
    assert_eq!((report.http_status, report.attempts), (Some(200), 1));
    assert!(report.phases.first_byte.unwrap() <= report.phases.total);
    assert!(server.last_request().starts_with("GET /healthz?deep=1 HTTP/1.1\r\n"));
    assert!(server.last_request().contains(&format!("Host: 127.0.0.1:{}\r\n", server.port)));
}

#[tokio::test]
async fn a_status_that_is_not_expected_is_down() {
    let server = Server::saying(answer("503 Nope", &[], "")).await;
    let report = probe(&http(&server.url("/"))).await;
    assert_eq!(
        failure(&report, Reason::Status),
        "answered 503 Service Unavailable, expected 200-299"
    );
    assert_eq!(report.http_status, Some(503));
}

#[tokio::test]
async fn a_status_that_is_expected_is_up_whatever_it_is() {
    let server = Server::saying(answer("401 No", &[], "")).await;
    let only_401 = StatusRange { first: 401, last: 401 };
    let target = expecting(&server.url("/"), |expect| expect.status = vec![only_401]);
    success(&probe(&target).await);
}

#[tokio::test]
async fn method_headers_and_body_are_sent_as_configured() {
    let server = Server::saying(ok("")).await;
    let target = http_with(&server.url("/"), |http| {
        http.method = Method::POST;
        http.body = Some(Secret::new("{\"a\":1}"));
        http.headers.insert(header::HOST, HeaderValue::from_static("photos.home"));
        http.headers.insert("x-key", HeaderValue::from_static("k"));
        http.headers.insert(header::USER_AGENT, HeaderValue::from_static("me"));
    });
    success(&probe(&target).await);
    let request = server.last_request();
    assert!(request.starts_with("POST / HTTP/1.1\r\n"));
    assert!(request.ends_with("\r\n\r\n{\"a\":1}"));
    for line in ["Host: photos.home", "X-Key: k", "User-Agent: me", "Content-Length: 7"] {
        assert_eq!(request.lines().filter(|sent| sent == &line).count(), 1, "{line} in {request}");
    }
    assert!(!request.contains("127.0.0.1"));
}

#[tokio::test]
async fn credentials_are_sent() {
    let server = Server::saying(ok("")).await;
    let target = http_with(&server.url("/"), |http| {
        http.headers.insert(header::AUTHORIZATION, HeaderValue::from_static("Basic dTpw"));
    });
    success(&probe(&target).await);
    assert!(server.last_request().contains("\r\nAuthorization: Basic dTpw\r\n"));
}

#[tokio::test]
async fn words_are_looked_for_in_the_body() {
    let server = Server::saying(ok("all is Ready")).await;
    let url = server.url("/");
    success(&probe(&http_saying(&url, "is Ready")).await);
    let report = probe(&http_saying(&url, "fine")).await;
    let detail = failure(&report, Reason::Body);
    assert_eq!(detail, "the body does not contain `fine`: it begins `all is Ready`");
    let pattern = |pattern: &str| Pattern::new(pattern).unwrap();
    let target = expecting(&url, |expect| expect.body_matches = vec![pattern("(?i)ready$")]);
    success(&probe(&target).await);
    let target = expecting(&url, |expect| expect.body_matches = vec![pattern("^ready")]);
    failure(&probe(&target).await, Reason::Body);
    let target = expecting(&url, |expect| expect.body_not_contains = vec!["all".to_owned()]);
    assert_eq!(failure(&probe(&target).await, Reason::Body), "the body contains `all`");
}

#[tokio::test]
async fn a_body_that_is_not_utf8_is_searched_all_the_same() {
    let server = Server::saying(ok(b"\xff\xfe caf\xe9 ok")).await;
    success(&probe(&http_saying(&server.url("/"), "ok")).await);
}

#[tokio::test]
async fn a_header_must_be_there_and_one_of_its_values_match() {
    let headers = ["content-type: text/html", "x-a: 1", "x-a: 2"];
    let server = Server::saying(answer("200 OK", &headers, "")).await;
    let with = |name: &'static str, pattern: &str| {
        let pattern = Pattern::new(pattern).unwrap();
        let name = header::HeaderName::from_static(name);
        expecting(&server.url("/"), |expect| expect.headers = vec![(name, pattern)])
    };
    success(&probe(&with("x-a", "2")).await);
    let report = probe(&with("content-type", "json")).await;
    let detail = failure(&report, Reason::Header);
    assert_eq!(detail, "the header `content-type` is `text/html`, expected `json`");
    let report = probe(&with("x-b", "")).await;
    assert_eq!(failure(&report, Reason::Header), "the header `x-b` is missing");
}

#[tokio::test]
async fn json_is_compared() {
    let server = Server::saying(ok(r#"{"temperature": 45}"#)).await;
    let at_most = |literal: &str| {
        let expected = json("$.temperature", Operator::LessOrEqual, literal);
        expecting(&server.url("/"), |expect| expect.json = vec![expected])
    };
    success(&probe(&at_most("45.0")).await);
    let report = probe(&at_most("40")).await;
    assert_eq!(failure(&report, Reason::Json), "$.temperature is 45, expected <= 40");
}

#[tokio::test]
async fn a_body_that_is_not_json_meets_no_expectation_of_json() {
    let server = Server::saying(ok("<html>")).await;
    let expected = json("$.a", Operator::NotEqual, "1");
    let target = expecting(&server.url("/"), |expect| expect.json = vec![expected]);
    assert!(failure(&probe(&target).await, Reason::Json).starts_with("the body is not JSON"));
}

#[tokio::test]
async fn answers_without_a_body_end_with_their_head() {
    for head in ["204 No Content\r\ncontent-length: 5", "304 Not Modified\r\ncontent-length: 5"] {
        let head = format!("HTTP/1.1 {head}\r\n\r\n");
        let server =
            Server::scripted(move |_| vec![Act::Say(head.clone().into()), Act::Hang]).await;
        let any = StatusRange { first: 200, last: 399 };
        let target = expecting(&server.url("/"), |expect| expect.status = vec![any]);
        success(&probe(&target).await);
    }
}

#[tokio::test]
async fn the_answer_to_head_ends_with_its_head() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-encoding: gzip\r\n\r\n".to_vec();
    let server = Server::scripted(move |_| vec![Act::Say(head.clone()), Act::Hang]).await;
    let target = http_with(&server.url("/"), |http| {
        http.method = Method::HEAD;
        http.expect.max_body_strict = true;
    });
    success(&probe(&target).await);
}

#[tokio::test]
async fn http_1_0_is_understood_and_its_body_ends_with_the_connection() {
    let server = Server::saying(b"HTTP/1.0 200 OK\r\n\r\nold but fine".to_vec()).await;
    success(&probe(&http_saying(&server.url("/"), "but fine")).await);
}

#[tokio::test]
async fn preliminary_answers_are_passed_over() {
    let early =
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n".to_vec();
    let server = Server::saying([early, ok("done")].concat()).await;
    let report = probe(&http_saying(&server.url("/"), "done")).await;
    success(&report);
    assert_eq!(report.http_status, Some(200));
}

#[tokio::test]
async fn more_than_a_hundred_headers_are_fine() {
    let headers: Vec<String> = (0..200).map(|n| format!("x-{n}: {n}")).collect();
    let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
    let server = Server::saying(answer("200 OK", &headers, "hi")).await;
    success(&probe(&http_saying(&server.url("/"), "hi")).await);
}

#[tokio::test]
async fn headers_that_are_too_many_are_called_that() {
    let headers = vec!["x: y"; 300];
    let server = Server::saying(answer("200 OK", &headers, "hi")).await;
    let report = probe(&http(&server.url("/"))).await;
    let detail = failure(&report, Reason::TooLarge);
    assert_eq!(detail, "the headers of 127.0.0.1 are more than 256, or larger than 64 KiB");
}

#[tokio::test]
async fn slower_than_wanted_is_a_warning() {
    let server = Server::scripted(|_| vec![Act::Drip(ok(""))]).await;
    let mut target = http(&server.url("/"));
    target.warn.latency_over = Some(Duration::from_millis(100));
    let report = probe(&target).await;
    let [warning] = success(&report) else { panic!("not one warning: {report:?}") };
    assert_eq!(warning.kind, WarningKind::Slow);
    assert!(warning.detail.to_string().ends_with("more than 100 ms"), "{}", warning.detail);
}

#[tokio::test]
async fn the_first_attempt_that_succeeds_wins() {
    let count = std::sync::atomic::AtomicUsize::new(0);
    let server =
        Server::scripted(move |_| match count.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
            0 => vec![Act::Say(answer("500 Oops", &[], ""))],
            _ => vec![Act::Say(ok(""))],
        })
        .await;
    let mut target = http(&server.url("/"));
    target.attempts = 3.try_into().unwrap();
    let report = probe(&target).await;
    success(&report);
    assert_eq!((report.attempts, server.requests().len()), (2, 2));
    // The attempts' pause is not the target's latency.
    assert!(report.phases.total < Duration::from_secs(1));
}

#[tokio::test]
async fn an_address_without_brackets_is_connected_to() {
    // IPv6 on loopback may be missing; whatever it is, it is no name.
    let report = probe(&http("http://[::1]:1/")).await;
    assert_eq!(report.phases.dns, None);
    assert!(report.phases.connect.is_some());
}

#[tokio::test]
async fn ipv6_without_a_route_is_the_vantages_fault() {
    let url = "http://[2001:db8::1]:9/";
    let has_route = std::net::UdpSocket::bind("[::]:0")
        .and_then(|socket| socket.connect("[2001:db8::1]:9"))
        .is_ok();
    let mut target = http(url);
    target.timeout = Duration::from_millis(300);
    let report = probe(&target).await;
    if has_route {
        assert!(matches!(report.outcome, prober::model::observation::Outcome::Failure(_)));
    } else {
        let why = crate::support::probes::inconclusive(&report);
        assert_eq!(why, "it has only IPv6 addresses, and there is no IPv6 here");
    }
}

#[tokio::test]
async fn only_addresses_of_the_family_asked_for_are_used() {
    let server = Server::saying(ok("")).await;
    let mut target = http(&server.url("/"));
    target.ip = prober::model::target::IpChoice::V4;
    success(&probe(&target).await);
    target.ip = prober::model::target::IpChoice::V6;
    let report = probe(&target).await;
    assert_eq!(failure(&report, Reason::Dns), "127.0.0.1 has no IPv6 address");
}

#[tokio::test]
async fn the_clock_of_a_replay_does_not_disturb_probing() {
    let server = Server::saying(ok("")).await;
    let clock = Clock::at("2001-01-01T00:00:00Z".parse().unwrap());
    success(&probe_at(&http(&server.url("/")), clock).await);
}

#[tokio::test]
async fn headers_may_be_none_at_all() {
    let server = Server::saying(b"HTTP/1.1 200\r\n\r\n".to_vec()).await;
    success(&probe(&http(&server.url("/"))).await);
}
