//! `grpc://` and `grpcs://`: what a server says of its health.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, Response};
use prober::model::observation::{Outcome, Reason};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::support::certificates::self_signed;
use crate::support::probes::{configured, failure, impatient, probe, success};
use crate::support::server::{Act, Server, answer};

/// What a server answers.
#[derive(Clone, Default)]
struct Reply {
    status: u16,
    headers: Vec<(&'static str, &'static str)>,
    body: Option<Vec<u8>>,
    trailers: Vec<(&'static str, &'static str)>,
}

const KIND: (&str, &str) = ("content-type", "application/grpc+proto");
const OK: (&str, &str) = ("grpc-status", "0");

/// The health of this number.
fn healthy(health: u8) -> Reply {
    let body = Some(vec![0, 0, 0, 0, 2, 8, health]);
    Reply { status: 200, headers: vec![KIND], body, trailers: vec![OK] }
}

fn map(of: &[(&'static str, &'static str)]) -> HeaderMap {
    of.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
}

/// What servers were asked: the head, and the body.
type Asked = Arc<Mutex<Vec<(http::request::Parts, Vec<u8>)>>>;

async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin, reply: Reply, asked: Asked) {
    let Ok(mut connection) = h2::server::handshake(stream).await else { return };
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        let (head, mut body) = request.into_parts();
        let (reply, asked) = (reply.clone(), Arc::clone(&asked));
        tokio::spawn(async move {
            let mut whole = Vec::new();
            while let Some(Ok(piece)) = body.data().await {
                whole.extend_from_slice(&piece);
            }
            asked.lock().unwrap().push((head, whole));
            let mut response = Response::new(());
            *response.status_mut() = reply.status.try_into().unwrap();
            *response.headers_mut() = map(&reply.headers);
            let Some(body) = reply.body else {
                respond.send_response(response, true).ok();
                return;
            };
            let mut stream = respond.send_response(response, false).unwrap();
            stream.send_data(Bytes::from(body), reply.trailers.is_empty()).ok();
            if !reply.trailers.is_empty() {
                stream.send_trailers(map(&reply.trailers)).ok();
            }
        });
    }
}

async fn serving(reply: Reply, tls: Option<TlsAcceptor>) -> (u16, Asked) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, asked) = (listener.local_addr().unwrap().port(), Asked::default());
    let seen = Arc::clone(&asked);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let (reply, seen, tls) = (reply.clone(), Arc::clone(&seen), tls.clone());
            tokio::spawn(async move {
                match tls {
                    None => serve(stream, reply, seen).await,
                    Some(tls) => {
                        if let Ok(stream) = tls.accept(stream).await {
                            serve(stream, reply, seen).await;
                        }
                    }
                }
            });
        }
    });
    (port, asked)
}

#[tokio::test]
async fn a_service_that_serves_is_up() {
    let (port, asked) = serving(healthy(1), None).await;
    let url = format!("grpc://127.0.0.1:{port}/shop.Orders");
    let report = probe(&configured(&url, "auth = { bearer = 'hunter2' }")).await;
    success(&report);
    assert!(report.phases.connect.is_some() && report.phases.first_byte.is_some());
    let (head, body) = asked.lock().unwrap().remove(0);
    assert_eq!(head.uri.path(), "/grpc.health.v1.Health/Check");
    assert_eq!(head.headers["content-type"], "application/grpc");
    assert_eq!(head.headers["te"], "trailers");
    assert_eq!(head.headers["authorization"], "Bearer hunter2");
    assert_eq!(body, b"\0\0\0\0\x0d\x0a\x0bshop.Orders");
    success(&probe(&configured(&format!("grpc://127.0.0.1:{port}"), "")).await);
    assert_eq!(asked.lock().unwrap().remove(0).1, [0; 5]);
}

#[tokio::test]
async fn its_health_must_be_the_one_that_is_expected() {
    for (health, expected) in [
        (2, "its health is NOT_SERVING, expected SERVING"),
        (0, "its health is UNKNOWN, expected SERVING"),
        (9, "its health is 9, expected SERVING"),
    ] {
        let (port, _) = serving(healthy(health), None).await;
        let report = probe(&configured(&format!("grpc://127.0.0.1:{port}"), "")).await;
        assert_eq!(failure(&report, Reason::Answer), expected);
    }
    let (port, _) = serving(healthy(2), None).await;
    let lines = "expect = { health = 'NOT_SERVING' }";
    success(&probe(&configured(&format!("grpc://127.0.0.1:{port}"), lines)).await);
}

#[tokio::test]
async fn a_server_that_refuses_says_why() {
    let refused = |trailers: &[(&'static str, &'static str)]| Reply {
        status: 200,
        headers: [&[KIND], trailers].concat(),
        ..Reply::default()
    };
    let behind = Reply {
        trailers: vec![("grpc-status", "5"), ("grpc-message", "unknown%20service")],
        ..healthy(1)
    };
    for (reply, expected) in [
        (refused(&[("grpc-status", "12")]), "127.0.0.1 refuses to say how it is: UNIMPLEMENTED"),
        (refused(&[("grpc-status", "77")]), "127.0.0.1 refuses to say how it is: 77"),
        (behind, "127.0.0.1 refuses to say how it is: NOT_FOUND (`unknown service`)"),
    ] {
        let (port, _) = serving(reply, None).await;
        let report = probe(&configured(&format!("grpc://127.0.0.1:{port}"), "")).await;
        assert_eq!(failure(&report, Reason::Answer), expected);
    }
}

#[tokio::test]
async fn what_is_no_grpc_is_down() {
    let page = Reply {
        status: 200,
        headers: vec![("content-type", "text/html")],
        body: Some(b"hi".to_vec()),
        trailers: Vec::new(),
    };
    let body = |bytes: &[u8]| Reply { body: Some(bytes.to_vec()), ..healthy(1) };
    for (reply, reason) in [
        (page.clone(), Reason::Protocol),
        (Reply { status: 404, ..page }, Reason::Status),
        (Reply { trailers: Vec::new(), ..healthy(1) }, Reason::Protocol),
        (Reply { trailers: vec![("grpc-status", "x")], ..healthy(1) }, Reason::Protocol),
        (body(&[1, 0, 0, 0, 2, 8, 1]), Reason::Protocol),
        (body(&[0, 0, 0, 0, 2, 8]), Reason::Protocol),
        (body(&[0xff; 100]), Reason::Protocol),
        (body(&[]), Reason::Protocol),
        (body(&vec![0; 30_000]), Reason::Protocol),
    ] {
        let (port, _) = serving(reply, None).await;
        let report = probe(&configured(&format!("grpc://127.0.0.1:{port}"), "")).await;
        failure(&report, reason);
    }
}

#[tokio::test]
async fn whatever_a_server_does_the_probe_ends_in_time() {
    let settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    let ping = [&[0, 0, 8, 6, 0, 0, 0, 0, 0][..], &[7; 8]].concat();
    for (number, acts) in [
        vec![Act::Hang],
        vec![],
        vec![Act::Reset],
        vec![Act::Say(answer("400 Bad Request", &[], "")), Act::Hang],
        vec![Act::Endless(vec![0xff; 65536])],
        vec![Act::Drip(settings.to_vec()), Act::Hang],
        vec![Act::Say(settings.to_vec()), Act::Endless(ping)],
        vec![Act::Endless(settings.to_vec())],
        // A frame of the answer that never ends.
        vec![Act::Say([&settings[..], &[0, 0x40, 0, 1, 4, 0, 0, 0, 1]].concat()), Act::Hang],
    ]
    .into_iter()
    .enumerate()
    {
        let server = Server::unasked(acts).await;
        let began = Instant::now();
        let target = configured(&format!("grpc://127.0.0.1:{}", server.port), "");
        let report = probe(&impatient(target)).await;
        assert!(matches!(report.outcome, Outcome::Failure(_)), "{number}: {report:?}");
        assert!(began.elapsed() < Duration::from_secs(5), "{number}");
    }
}

#[tokio::test]
async fn over_tls_it_is_the_same() {
    let identity = self_signed(&["localhost"], |_| {});
    let lines = "tls = { insecure = true }";
    for alpn in [&["h2"][..], &[]] {
        let tls = TlsAcceptor::from(Arc::new(identity.server(alpn)));
        let (port, _) = serving(healthy(1), Some(tls)).await;
        let report = probe(&configured(&format!("grpcs://localhost:{port}"), lines)).await;
        success(&report);
        assert!(report.phases.tls.is_some() && report.cert_expires_at.is_some());
    }
    let old = TlsAcceptor::from(Arc::new(identity.server(&["http/1.1"])));
    let (port, _) = serving(healthy(1), Some(old)).await;
    let report = probe(&configured(&format!("grpcs://localhost:{port}"), lines)).await;
    assert_eq!(failure(&report, Reason::Protocol), "localhost answers, and not as gRPC does");
}
