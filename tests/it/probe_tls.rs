//! `https://` and `tls://`: the handshake, whom is trusted, and how long still.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use prober::clock::Clock;
use prober::model::observation::{Outcome, Reason, WarningKind};
use prober::model::off_limits::OffLimits;
use prober::model::target::{Endpoint, Pin, TlsSettings};
use prober::probe::{Prober, SetupError};
use rcgen::date_time_ymd;
use rustls::{ServerConfig, SignatureScheme};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use tokio::net::TcpListener;

use crate::support::certificates::{Authority, Identity, pretender, self_signed};
use crate::support::probes::{
    failure, http_with, impatient, named, probe, probe_at, success, tls, tls_settings,
};
use crate::support::server::{Act, Server, ok, redirect};

/// A server that shows `identity`, and says `ok` to everything.
async fn showing(identity: &Identity) -> Server {
    Server::tls(identity.server(&[]), |_| vec![Act::Say(ok("ok"))]).await
}

fn trusting(authority: &Authority) -> TlsSettings {
    TlsSettings { extra_roots: vec![authority.root()], ..tls_settings() }
}

/// `GET https://HOST:PORT/`.
fn https(host: &str, server: &Server, settings: TlsSettings) -> Endpoint {
    let url = format!("https://{host}:{}/", server.port);
    http_with(&url, |http| http.tls = Arc::new(settings))
}

#[tokio::test]
async fn a_chain_up_to_the_homes_own_root_is_trusted() {
    let home = Authority::new();
    let server = showing(&home.issue(&["localhost"], |_| {})).await;
    for target in [
        https("localhost", &server, trusting(&home)),
        tls("localhost", server.port, trusting(&home)),
    ] {
        let report = probe(&target).await;
        assert!(success(&report).is_empty());
        assert!(report.phases.tls.unwrap() <= report.phases.total);
        assert!(report.cert_expires_at.is_some());
    }
}

#[tokio::test]
async fn an_address_can_be_certified_too() {
    let home = Authority::new();
    let server = showing(&home.issue(&["127.0.0.1"], |_| {})).await;
    success(&probe(&https("127.0.0.1", &server, trusting(&home))).await);
}

#[tokio::test]
async fn an_authority_that_is_not_known_is_not_trusted() {
    let server = showing(&Authority::new().issue(&["localhost"], |_| {})).await;
    let report = probe(&https("localhost", &server, tls_settings())).await;
    let detail = failure(&report, Reason::Tls);
    let expected = "the certificate for localhost is issued by `Home Intermediate`, unknown here: \
        to trust its authority `Home Root`, name that as tls.ca";
    assert_eq!(detail, expected);
    assert!(report.cert_expires_at.is_some());
}

#[tokio::test]
async fn a_self_signed_certificate_is_trusted_only_where_it_is_the_ca() {
    // `openssl req -x509` makes a certificate that says it is an authority.
    let as_authority = |params: &mut rcgen::CertificateParams| {
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    };
    for identity in [self_signed(&["localhost"], as_authority), self_signed(&["localhost"], |_| {})]
    {
        let server = showing(&identity).await;
        failure(&probe(&tls("localhost", server.port, tls_settings())).await, Reason::Tls);
        let pinned = || TlsSettings { extra_roots: identity.chain.clone(), ..tls_settings() };
        success(&probe(&tls("localhost", server.port, pinned())).await);
        // It is still for one name only.
        failure(&probe(&tls("127.0.0.1", server.port, pinned())).await, Reason::Tls);
    }
}

#[tokio::test]
async fn a_self_signed_certificate_is_called_that() {
    let server = showing(&self_signed(&["localhost"], |_| {})).await;
    let report = probe(&tls("localhost", server.port, tls_settings())).await;
    let detail = failure(&report, Reason::Tls);
    assert_eq!(
        detail,
        "the certificate for localhost is self-signed: to trust it, name its file as tls.ca"
    );
}

#[tokio::test]
async fn a_certificate_for_another_name_is_not_trusted() {
    let home = Authority::new();
    let server = showing(&home.issue(&["router.home", "10.0.0.1"], |_| {})).await;
    let report = probe(&https("localhost", &server, trusting(&home))).await;
    let detail = failure(&report, Reason::Tls);
    assert_eq!(detail, "the certificate is for router.home, 10.0.0.1, not for localhost");
}

#[tokio::test]
async fn the_name_to_insist_on_can_be_configured() {
    let home = Authority::new();
    let server = showing(&home.issue(&["router.home"], |_| {})).await;
    let server_name = Some(ServerName::try_from("router.home").unwrap());
    let settings = || TlsSettings { server_name: server_name.clone(), ..trusting(&home) };
    success(&probe(&https("localhost", &server, settings())).await);
    success(&probe(&tls("127.0.0.1", server.port, settings())).await);
}

#[tokio::test]
async fn a_certificate_that_is_not_for_the_configured_name_is_told_with_that() {
    let home = Authority::new();
    let server = showing(&home.issue(&["localhost"], |_| {})).await;
    let server_name = Some(ServerName::try_from("router.home").unwrap());
    let settings = TlsSettings { server_name, ..trusting(&home) };
    let report = probe(&https("localhost", &server, settings)).await;
    let detail = failure(&report, Reason::Tls);
    assert_eq!(detail, "the certificate is for localhost, not for router.home");
}

#[tokio::test]
async fn the_configured_name_is_not_that_of_the_server_it_redirects_to() {
    let home = Authority::new();
    let other = showing(&home.issue(&["localhost"], |_| {})).await;
    let location = format!("https://localhost:{}/", other.port);
    let config = home.issue(&["router.home"], |_| {}).server(&[]);
    let server = Server::tls(config, move |_| vec![Act::Say(redirect(302, &location))]).await;
    let server_name = Some(ServerName::try_from("router.home").unwrap());
    let settings = TlsSettings { server_name, ..trusting(&home) };
    success(&probe(&https("localhost", &server, settings)).await);
}

#[tokio::test]
async fn an_expired_certificate_says_since_when() {
    let home = Authority::new();
    let expired = home.issue(&["localhost"], |params| params.not_after = date_time_ymd(2020, 1, 2));
    let server = showing(&expired).await;
    let clock = Clock::at("2020-01-12T00:00:00Z".parse().unwrap());
    let report = probe_at(&https("localhost", &server, trusting(&home)), clock).await;
    let detail = failure(&report, Reason::CertExpired);
    assert_eq!(detail, "the certificate for localhost expired 10 days ago (2020-01-02)");
    assert_eq!(report.cert_expires_at, Some("2020-01-02T00:00:00Z".parse().unwrap()));
}

#[tokio::test]
async fn an_expired_certificate_that_is_pinned_is_expired() {
    let expired =
        self_signed(&["localhost"], |params| params.not_after = date_time_ymd(2020, 1, 2));
    let server = showing(&expired).await;
    let settings = TlsSettings { extra_roots: expired.chain.clone(), ..tls_settings() };
    failure(&probe(&tls("localhost", server.port, settings)).await, Reason::CertExpired);
}

#[tokio::test]
async fn a_certificate_that_the_clock_says_has_ended_is_expired() {
    let home = Authority::new();
    let leaf = home.issue(&["localhost"], |params| params.not_after = date_time_ymd(3000, 1, 2));
    let server = showing(&leaf).await;
    let clock = Clock::at("3000-01-02T00:00:00Z".parse().unwrap());
    let report = probe_at(&tls("localhost", server.port, trusting(&home)), clock).await;
    failure(&report, Reason::CertExpired);
}

#[tokio::test]
async fn a_certificate_that_is_not_valid_yet_is_not_trusted() {
    let home = Authority::new();
    let early = home.issue(&["localhost"], |params| params.not_before = date_time_ymd(3000, 1, 2));
    let server = showing(&early).await;
    let report = probe(&https("localhost", &server, trusting(&home))).await;
    let detail = failure(&report, Reason::Tls);
    assert!(detail.ends_with("UTC): it begins on 3000-01-02 at 00:00 UTC"), "{detail}");
}

#[tokio::test]
async fn a_clock_that_was_never_set_says_nothing_of_a_certificate() {
    let home = Authority::new();
    let leaf = home.issue(&["localhost"], |params| params.not_before = date_time_ymd(3000, 1, 2));
    let server = showing(&leaf).await;
    for (now, is_ours) in [("1970-01-01T00:01:00Z", true), ("2026-02-01T00:00:00Z", false)] {
        let clock = Clock::at(now.parse().unwrap());
        let report = probe_at(&tls("localhost", server.port, trusting(&home)), clock).await;
        let why = format!("{:?}", report.outcome);
        assert_eq!(why.contains("the clock here is not set"), is_ours, "{why}");
        assert_eq!(matches!(report.outcome, Outcome::Inconclusive { .. }), is_ours, "{why}");
    }
}

#[tokio::test]
async fn a_certificate_that_expires_soon_is_a_warning() {
    let home = Authority::new();
    let leaf = home.issue(&["localhost"], |params| params.not_after = date_time_ymd(3000, 3, 1));
    let server = showing(&leaf).await;
    for target in [
        https("localhost", &server, trusting(&home)),
        tls("localhost", server.port, trusting(&home)),
    ] {
        let clock = Clock::at("3000-02-20T00:00:00Z".parse().unwrap());
        let report = probe_at(&target, clock).await;
        let [warning] = success(&report) else { panic!("not one warning: {report:?}") };
        assert_eq!(warning.kind, WarningKind::CertExpiring);
        assert_eq!(warning.detail.to_string(), "expires in 9 days (3000-03-01)");
        let clock = Clock::at("3000-02-14T00:00:00Z".parse().unwrap());
        assert!(success(&probe_at(&target, clock).await).is_empty());
    }
}

#[tokio::test]
async fn an_intermediate_that_ends_first_counts() {
    let home = Authority::with_intermediate(|params| params.not_after = date_time_ymd(3000, 1, 2));
    let server = showing(&home.issue(&["localhost"], |_| {})).await;
    let report = probe(&tls("localhost", server.port, trusting(&home))).await;
    assert_eq!(report.cert_expires_at, Some("3000-01-02T00:00:00Z".parse().unwrap()));
}

#[tokio::test]
async fn of_all_certificates_on_the_way_the_first_to_end_counts() {
    let home = Authority::new();
    let until =
        |year| home.issue(&["localhost"], |params| params.not_after = date_time_ymd(year, 1, 1));
    for (first, then) in [(2035, 2040), (2040, 2035)] {
        let last = showing(&until(then)).await;
        let location = format!("https://localhost:{}/", last.port);
        let config = until(first).server(&[]);
        let server = Server::tls(config, move |_| vec![Act::Say(redirect(302, &location))]).await;
        let report = probe(&https("localhost", &server, trusting(&home))).await;
        success(&report);
        let ends = report.cert_expires_at.unwrap().to_rfc3339();
        assert!(ends.starts_with("2035-01-01"), "{ends}");
    }
}

#[tokio::test]
async fn a_certificate_beside_the_chain_does_not_count() {
    let home = Authority::new();
    let mut leaf =
        home.issue(&["localhost"], |params| params.not_after = date_time_ymd(3000, 1, 2));
    leaf.chain.push(Authority::stale_root());
    let server = showing(&leaf).await;
    let report = probe(&tls("localhost", server.port, trusting(&home))).await;
    assert!(success(&report).is_empty());
    assert_eq!(report.cert_expires_at, Some("3000-01-02T00:00:00Z".parse().unwrap()));
}

#[tokio::test]
async fn insecure_takes_any_certificate() {
    let expired = self_signed(&["other"], |params| params.not_after = date_time_ymd(2020, 1, 2));
    let server = showing(&expired).await;
    let settings = TlsSettings { insecure: true, ..tls_settings() };
    let report = probe(&https("localhost", &server, settings)).await;
    assert!(success(&report).is_empty());
    assert_eq!(report.cert_expires_at, Some("2020-01-02T00:00:00Z".parse().unwrap()));
}

#[tokio::test]
async fn a_server_that_does_not_speak_tls_is_told_apart() {
    let server = Server::unasked(vec![Act::Say(b"HTTP/1.1 400 Bad Request\r\n\r\n".into())]).await;
    let report = probe(&tls("localhost", server.port, tls_settings())).await;
    assert_eq!(failure(&report, Reason::Tls), "localhost does not speak TLS on this port");
}

#[tokio::test]
async fn a_handshake_that_breaks_off_is_a_reset() {
    for acts in [vec![], vec![Act::Reset]] {
        let server = Server::unasked(acts).await;
        failure(&probe(&tls("localhost", server.port, tls_settings())).await, Reason::Reset);
    }
}

#[tokio::test]
async fn a_handshake_that_hangs_is_under_the_timeout() {
    let server = Server::unasked(vec![Act::Hang]).await;
    let report = probe(&impatient(tls("localhost", server.port, tls_settings()))).await;
    let expected = "no answer within 250 ms (connected, waiting for the TLS handshake)";
    assert_eq!(failure(&report, Reason::Timeout), expected);
}

#[tokio::test]
async fn a_client_certificate_is_shown_to_servers_that_ask() {
    let home = Authority::new();
    let identity = home.issue(&["localhost"], |_| {});
    let config = identity.server_for_clients_of(&home);
    let server = Server::tls(config, |_| vec![Act::Say(ok("ok"))]).await;
    let client = Some(home.issue(&["me"], |_| {}).client());
    let settings = TlsSettings { client, ..trusting(&home) };
    success(&probe(&https("localhost", &server, settings)).await);
    let report = probe(&https("localhost", &server, trusting(&home))).await;
    assert_eq!(failure(&report, Reason::Tls), "localhost wants a client certificate");
}

#[tokio::test]
async fn a_client_certificate_without_its_key_names_the_target() {
    let mut client = self_signed(&["me"], |_| {}).client();
    client.key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(vec![1, 2, 3]));
    let settings = TlsSettings { client: Some(client), ..tls_settings() };
    let endpoint = tls("localhost", 1, settings);
    let error = Prober::new([named(&endpoint)], OffLimits::default(), Clock::System).unwrap_err();
    assert!(matches!(error, SetupError::ClientCertificate { .. }));
    let text = error.to_string();
    assert!(text.starts_with("the client certificate of target `home` cannot be used"), "{text}");
}

/// A server that speaks HTTP/2, and nothing else.
async fn http2_server(config: ServerConfig) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let stream = TokioIo::new(acceptor.accept(stream).await.unwrap());
            let service = service_fn(async |request: Request<Incoming>| {
                let (uri, version) = (request.uri(), request.version());
                let (authority, path) = (uri.authority().unwrap(), uri.path_and_query().unwrap());
                let heard = format!("{version:?} {authority} {path}");
                Ok::<_, Infallible>(Response::new(heard))
            });
            tokio::spawn(
                http2::Builder::new(TokioExecutor::new()).serve_connection(stream, service),
            );
        }
    });
    port
}

#[tokio::test]
async fn http2_is_spoken_where_it_is_agreed_on() {
    let home = Authority::new();
    let port = http2_server(home.issue(&["localhost"], |_| {}).server(&["h2"])).await;
    let target = http_with(&format!("https://localhost:{port}/path?a=b"), |http| {
        http.tls = Arc::new(trusting(&home));
        http.expect.body_contains.push(format!("HTTP/2.0 localhost:{port} /path?a=b"));
    });
    success(&probe(&target).await);
}

#[tokio::test]
async fn http2_hears_the_configured_host() {
    let home = Authority::new();
    let port = http2_server(home.issue(&["localhost"], |_| {}).server(&["h2"])).await;
    let target = http_with(&format!("https://localhost:{port}/"), |http| {
        http.tls = Arc::new(trusting(&home));
        http.headers.insert("host", HeaderValue::from_static("photos.home"));
        http.expect.body_contains.push("HTTP/2.0 photos.home /".to_owned());
    });
    success(&probe(&target).await);
}

/// A server that begins an answer, and resets it once the client has read so far.
async fn http2_server_that_stops(config: ServerConfig, reason: h2::Reason) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut connection =
            h2::server::handshake(acceptor.accept(stream).await.unwrap()).await.unwrap();
        let (_, mut respond) = connection.accept().await.unwrap().unwrap();
        tokio::spawn(async move { while connection.accept().await.is_some() {} });
        let mut body = respond.send_response(Response::new(()), false).unwrap();
        body.send_data(Bytes::from(vec![b' '; 64 * 1024]), false).unwrap();
        // That is all that may be on its way: there is room for more once it was read.
        body.reserve_capacity(1);
        while body.capacity() == 0 {
            std::future::poll_fn(|cx| body.poll_capacity(cx)).await.unwrap().unwrap();
        }
        body.send_reset(reason);
    });
    port
}

#[tokio::test]
async fn an_answer_of_http2_that_is_reset_is_not_whole() {
    let home = Authority::new();
    for reason in [h2::Reason::NO_ERROR, h2::Reason::CANCEL] {
        let config = home.issue(&["localhost"], |_| {}).server(&["h2"]);
        let port = http2_server_that_stops(config, reason).await;
        let target = http_with(&format!("https://localhost:{port}/"), |http| {
            http.tls = Arc::new(trusting(&home));
            http.expect.body_not_contains.push("maintenance".to_owned());
        });
        let report = probe(&target).await;
        let detail = failure(&report, Reason::Reset);
        assert_eq!(detail, "localhost closed the connection before the answer was complete");
    }
}

#[tokio::test]
async fn what_is_not_http2_although_agreed_on_is_a_protocol_error() {
    let home = Authority::new();
    let config = home.issue(&["localhost"], |_| {}).server(&["h2"]);
    let server = Server::tls(config, |_| vec![Act::Say(ok("ok")), Act::Hang]).await;
    failure(&probe(&https("localhost", &server, trusting(&home))).await, Reason::Protocol);
}

#[tokio::test]
async fn http2_that_hangs_or_breaks_off_is_a_failure() {
    let home = Authority::new();
    let identity = home.issue(&["localhost"], |_| {});
    let server = Server::tls(identity.server(&["h2"]), |_| vec![Act::Hang]).await;
    // On a busy machine a handshake takes tenths of a second.
    let mut target = https("localhost", &server, trusting(&home));
    target.timeout = Duration::from_secs(2);
    failure(&probe(&target).await, Reason::Timeout);
    for act in [vec![], vec![Act::Reset]] {
        let server = Server::tls(identity.server(&["h2"]), move |_| act.clone()).await;
        failure(&probe(&https("localhost", &server, trusting(&home))).await, Reason::Reset);
    }
}

/// The pins of a certificate, made by another library than prober's: the key's, and its own.
fn pins(identity: &Identity) -> [Pin; 2] {
    let sha256 = |bytes: &[u8]| {
        ring::digest::digest(&ring::digest::SHA256, bytes).as_ref().try_into().unwrap()
    };
    let key = identity.public_key();
    [Pin::Key(sha256(&key)), Pin::Certificate(sha256(&identity.certificate()))]
}

#[tokio::test]
async fn a_certificate_must_be_the_one_that_is_pinned() {
    let home = Authority::new();
    let identity = home.issue(&["localhost"], |_| {});
    let server = Server::tls(identity.server(&[]), |_| vec![]).await;
    let [key, whole] = pins(&identity);
    let [other_key, other] = [Pin::Key([7; 32]), Pin::Certificate([7; 32])];
    for insecure in [false, true] {
        let ask = |pins: &[Pin]| {
            tls(
                "localhost",
                server.port,
                TlsSettings { insecure, pins: pins.to_vec(), ..trusting(&home) },
            )
        };
        for right in [&[key][..], &[whole], &[other, key], &[other_key, whole]] {
            success(&probe(&ask(right)).await);
        }
        for (wrong, found) in
            [(&[other_key][..], key), (&[other], whole), (&[other, other_key], key)]
        {
            let report = probe(&ask(wrong)).await;
            let expected = format!(
                "the certificate for localhost is not the one that tls.pin names: it is {found}"
            );
            assert_eq!(failure(&report, Reason::Tls), expected);
        }
    }
}

#[tokio::test]
async fn a_copy_of_the_pinned_certificate_without_its_key_is_no_proof() {
    let identity = self_signed(&["localhost"], |_| {});
    let scheme = SignatureScheme::ECDSA_NISTP256_SHA256;
    let copy = pretender(vec![identity.certificate()], scheme, &[&rustls::version::TLS13]);
    let server = Server::tls(copy, |_| vec![]).await;
    let settings = |pins| TlsSettings { insecure: true, pins, ..tls_settings() };
    // Without a pin, nobody asks.
    success(&probe(&tls("localhost", server.port, settings(Vec::new()))).await);
    let report = probe(&tls("localhost", server.port, settings(pins(&identity).to_vec()))).await;
    assert!(failure(&report, Reason::Tls).contains("signed the handshake wrongly"));
}

#[tokio::test]
async fn a_server_elsewhere_has_pins_of_its_own() {
    let home = Authority::new();
    let identity = home.issue(&["localhost", "127.0.0.1"], |_| {});
    let there = Server::tls(identity.server(&[]), |_| vec![Act::Say(ok("there"))]).await;
    let location = format!("https://127.0.0.1:{}/", there.port);
    let other = home.issue(&["localhost"], |_| {});
    let pinned = pins(&other)[0];
    let server =
        Server::tls(other.server(&[]), move |_| vec![Act::Say(redirect(302, &location))]).await;
    let target = http_with(&format!("https://localhost:{}/", server.port), |http| {
        http.tls = Arc::new(TlsSettings { pins: vec![pinned], ..trusting(&home) });
    });
    success(&probe(&target).await);
}
