//! `http://`: the request, and the answer's judgement.

use http::{HeaderName, HeaderValue, Method};
use prober::observation::Reason;
use prober::secret::Secret;

use crate::support::probes::{failure, http, http_saying, http_with, impatient, probe, success};
use crate::support::server::{Act, Server, answer, ok};

#[tokio::test]
async fn a_page_that_is_there_is_up() {
    let server = Server::saying(ok("hello")).await;
    let report = probe(&http(&server.url("/healthz?deep=1"))).await;
    assert!(success(&report).is_empty());
    assert_eq!(report.http_status, Some(200));
    assert!(report.phases.first_byte.unwrap() <= report.phases.total);
    assert!(server.last_request().starts_with("GET /healthz?deep=1 HTTP/1.1\r\n"));
    assert!(server.last_request().contains(&format!("Host: 127.0.0.1:{}\r\n", server.port)));
}

#[tokio::test]
async fn a_status_that_is_not_expected_is_down() {
    let server = Server::saying(answer("503 Nope", &[], "")).await;
    let report = probe(&http(&server.url("/"))).await;
    assert_eq!(failure(&report, Reason::Status), "503 Service Unavailable, expected 200-299");
    assert_eq!(report.http_status, Some(503));
}
