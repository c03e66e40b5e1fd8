//! `tcp://`, ports that must not answer, and what every connection has in common.

use std::time::Duration;

use prober::model::observation::Reason;
use prober::model::target::Endpoint;
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use crate::support::probes::{
    banner, failure, http, impatient, inconclusive, probe, success, tcp, tcp_to,
};
use crate::support::server::{Act, Server};

/// A port on which nobody listens: it is bound, so that nobody else takes it.
fn closed_port() -> (TcpSocket, u16) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let port = socket.local_addr().unwrap().port();
    (socket, port)
}

fn must_not_answer(mut target: Endpoint) -> Endpoint {
    target.unreachable = true;
    target
}

#[tokio::test]
async fn a_port_that_accepts_is_up() {
    let server = Server::unasked(vec![Act::Hang]).await;
    let report = probe(&tcp(server.port)).await;
    assert!(success(&report).is_empty());
    assert_eq!(report.attempts, 1);
    assert!(report.phases.connect.unwrap() <= report.phases.total);
    assert_eq!((report.phases.dns, report.phases.tls), (None, None));
}

#[tokio::test]
async fn a_port_that_nobody_listens_on_is_refused() {
    let (_bound, port) = closed_port();
    let report = probe(&tcp(port)).await;
    let detail = failure(&report, Reason::Refused);
    assert_eq!(detail, format!("127.0.0.1 refused the connection (127.0.0.1:{port})"));
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_a_dns_failure() {
    let detail = probe(&tcp_to("nope.invalid", 1)).await;
    assert!(failure(&detail, Reason::Dns).starts_with("nope.invalid could not be resolved"));
}

#[tokio::test]
async fn a_name_is_resolved_and_all_its_addresses_are_tried() {
    // `localhost` may be ::1 first, where nobody listens.
    let server = Server::unasked(vec![Act::Hang]).await;
    let report = probe(&tcp_to("localhost", server.port)).await;
    success(&report);
    assert!(report.phases.dns.is_some());
}

#[tokio::test]
async fn a_banner_that_matches_is_up() {
    let server = Server::unasked(vec![Act::Say(b"SSH-2.0-OpenSSH".into()), Act::Hang]).await;
    success(&probe(&banner(server.port, r"^SSH-2\.0", None)).await);
}

#[tokio::test]
async fn a_banner_in_pieces_is_put_together() {
    let server = Server::unasked(vec![Act::Drip(b"SSH-2.0".into()), Act::Hang]).await;
    success(&probe(&banner(server.port, r"^SSH-2\.0", None)).await);
}

#[tokio::test]
async fn a_banner_that_does_not_match_is_down() {
    let server = Server::unasked(vec![Act::Say(b"220 mail\r\nready".into())]).await;
    let report = probe(&banner(server.port, r"^SSH-2\.0", None)).await;
    let detail = failure(&report, Reason::Banner);
    assert_eq!(detail, r"it said `220 mail ready`, which does not match `^SSH-2\.0`");
}

#[tokio::test]
async fn a_banner_that_does_not_match_in_time_is_down() {
    let server = Server::unasked(vec![Act::Say(b"220 mail".into()), Act::Hang]).await;
    let report = probe(&impatient(banner(server.port, "^SSH", None))).await;
    assert_eq!(failure(&report, Reason::Banner), "within 250 ms it said only `220 mail`");
}

#[tokio::test]
async fn no_banner_in_time_is_a_timeout() {
    let server = Server::unasked(vec![Act::Hang]).await;
    let report = probe(&impatient(banner(server.port, "^SSH", None))).await;
    failure(&report, Reason::Timeout);
}

#[tokio::test]
async fn a_peer_that_closes_without_a_banner_is_down() {
    let server = Server::unasked(vec![]).await;
    let report = probe(&banner(server.port, "", None)).await;
    success(&report);
    let report = probe(&banner(server.port, "^SSH", None)).await;
    failure(&report, Reason::Banner);
}

#[tokio::test]
async fn an_endless_banner_is_given_up() {
    let server = Server::unasked(vec![Act::Endless(vec![b'x'; 4096])]).await;
    failure(&probe(&banner(server.port, "^SSH", None)).await, Reason::Banner);
}

#[tokio::test]
async fn the_configured_text_is_sent_before_the_banner() {
    let server = Server::scripted(|_| vec![Act::Say(b"PONG".into())]).await;
    success(&probe(&banner(server.port, "PONG", Some("PING\r\n\r\n"))).await);
    assert_eq!(server.last_request(), "PING\r\n\r\n");
}

#[tokio::test]
async fn a_port_that_must_not_answer_and_does_is_reachable() {
    let server = Server::unasked(vec![Act::Hang]).await;
    let report = probe(&must_not_answer(tcp(server.port))).await;
    let expected = format!("127.0.0.1 answers on port {}, and must not", server.port);
    assert_eq!(failure(&report, Reason::Reachable), expected);
}

#[tokio::test]
async fn a_port_that_must_not_answer_and_refuses_is_fine() {
    let (_bound, port) = closed_port();
    success(&probe(&must_not_answer(tcp(port))).await);
    success(&probe(&must_not_answer(http(&format!("http://127.0.0.1:{port}")))).await);
}

#[tokio::test]
async fn a_web_page_that_must_not_be_reachable_is_not_asked_for() {
    let server = Server::saying("").await;
    let report = probe(&must_not_answer(http(&server.url("/")))).await;
    failure(&report, Reason::Reachable);
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn a_name_that_is_not_resolved_says_nothing_of_a_port_that_must_not_answer() {
    let report = probe(&must_not_answer(tcp_to("nope.invalid", 22))).await;
    assert!(inconclusive(&report).contains("could not be resolved"));
}

#[tokio::test]
async fn where_this_machine_has_no_way_nothing_is_said_of_a_port_that_must_not_answer() {
    // No connection may go there, as none may go anywhere without a network.
    let target = tcp_to("255.255.255.255", 22);
    assert!(failure(&probe(&target).await, Reason::Unreachable).contains("is unreachable"));
    let report = probe(&must_not_answer(target)).await;
    let why = inconclusive(&report);
    assert_eq!(why, "it needs IPv4, and there is no IPv4 here");
}

#[tokio::test]
async fn a_full_backlog_is_no_answer() {
    // A listener whose backlog is full drops what comes, as a firewall does.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener: TcpListener = socket.listen(0).unwrap();
    let address = listener.local_addr().unwrap();
    let _waiting = TcpStream::connect(address).await.unwrap();
    let report = probe(&impatient(tcp(address.port()))).await;
    let detail = failure(&report, Reason::Timeout);
    assert_eq!(detail, format!("no connection within 250 ms ({address})"));
    assert!(report.phases.total >= Duration::from_millis(250));
    success(&probe(&must_not_answer(impatient(tcp(address.port())))).await);
}
