//! Servers that would make us compute for as long as they like. Each ends in time,
//! and delays nobody.

use std::fmt::Write as _;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderName;
use prober::clock::Clock;
use prober::model::expect::{JsonExpect, JsonRule, Operator};
use prober::model::observation::{Outcome, Reason};
use prober::model::off_limits::OffLimits;
use prober::model::pattern::Pattern;
use prober::model::target::{Endpoint, HttpProbe};
use prober::probe::{Prober, Report};
use rustls::ServerConfig;
use serde_json_path::JsonPath;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::support::certificates::Authority;
use crate::support::probes::{
    banner, failure, http, http_with, impatient, named, probe, success, tls_settings,
};
use crate::support::server::{Act, Server, answer, ok};

/// How many attack at once.
const CROWD: usize = 20;

/// A frame of HTTP/2: <https://www.rfc-editor.org/rfc/rfc9113#section-4.1>.
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// `https://localhost` at `port`, trusting `home`, with `change` made to it.
fn https(home: &Authority, port: u16, change: impl FnOnce(&mut HttpProbe)) -> Endpoint {
    http_with(&format!("https://localhost:{port}/"), |http| {
        let mut settings = tls_settings();
        settings.extra_roots = vec![home.root()];
        http.tls = Arc::new(settings);
        change(http);
    })
}

/// What a crowd of `target` comes to, and how long a healthy neighbour took.
async fn beside_a_crowd(target: Endpoint) -> (Vec<Report>, Duration) {
    let healthy = Server::saying(ok("")).await;
    let mut targets = vec![target; CROWD];
    targets.push(http(&healthy.url("/")));
    let targets: Vec<&Endpoint> = targets.iter().collect();
    let prober =
        Prober::new(targets.iter().copied().map(named), OffLimits::default(), Clock::System)
            .unwrap();
    let mut reports = prober.round(&targets, None, |_, _| {}).await;
    let neighbour = reports.pop().unwrap();
    success(&neighbour);
    (reports, neighbour.phases.total)
}

fn json_with(url: &str, path: &str) -> Endpoint {
    http_with(url, |http| {
        http.expect.json.push(JsonExpect {
            source: format!("{path} == 1"),
            path: JsonPath::parse(path).unwrap(),
            rule: JsonRule::Compare { operator: Operator::Equal, literal: 1.into() },
        });
    })
}

#[tokio::test]
async fn floods_over_http2_end_in_time_and_delay_nobody() {
    let home = Authority::new();
    let identity = home.issue(&["localhost"], |_| {});
    let settings = [frame(4, 0, 0, b""), frame(4, 1, 0, b"")].concat();
    for flood in [
        frame(6, 0, 0, b"12345678"),
        frame(1, 4, 1, b"\x48\x03103"),
        frame(4, 0, 0, b"\x00\x03\x00\x00\x00\x64"),
        frame(8, 0, 0, &[0, 0, 0, 1]),
        frame(0xfa, 0, 0, &[0; 16_000]),
    ] {
        let (first, flood) = (settings.clone(), flood.repeat(500));
        let server = Server::tls(identity.server(&["h2"]), move |_| {
            vec![Act::Say(first.clone()), Act::Endless(flood.clone())]
        })
        .await;
        let (reports, neighbour) =
            beside_a_crowd(impatient(https(&home, server.port, |_| {}))).await;
        for report in reports {
            assert!(!matches!(report.outcome, Outcome::Success { .. }), "{report:?}");
        }
        assert!(neighbour < Duration::from_secs(2), "{neighbour:?}");
    }
}

#[tokio::test]
async fn a_large_body_over_http2_is_read_to_its_end() {
    let home = Authority::new();
    let identity = home.issue(&["localhost"], |_| {});
    let mut said = [frame(4, 0, 0, b""), frame(4, 1, 0, b""), frame(1, 4, 1, b"\x88")].concat();
    // As much as the window allows.
    said.extend(frame(0, 0, 1, &[b'x'; 16_000]).repeat(3));
    said.extend(frame(0, 1, 1, b"8ready"));
    let server =
        Server::tls(identity.server(&["h2"]), move |_| vec![Act::Say(said.clone()), Act::Hang])
            .await;
    let target = https(&home, server.port, |http| {
        http.expect.body_contains.push("8ready".to_owned());
    });
    success(&probe(&target).await);
}

/// A server that answers, and then does `again` for as long as somebody listens.
async fn tls_server(
    config: ServerConfig,
    again: impl Fn(&mut rustls::ServerConnection) -> io::Result<()> + Clone + Send + Sync + 'static,
) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let (acceptor, again) = (acceptor.clone(), again.clone());
            tokio::spawn(async move {
                let mut stream = acceptor.accept(stream).await?;
                let _request = stream.read(&mut [0; 4096]).await?;
                stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
                loop {
                    again(stream.get_mut().1)?;
                    stream.write_all(b"x").await?;
                    stream.flush().await?;
                }
                #[expect(unreachable_code, reason = "says what the errors are")]
                Ok::<(), io::Error>(())
            });
        }
    });
    port
}

#[tokio::test]
async fn keys_and_records_without_end_end_in_time_and_delay_nobody() {
    let home = Authority::new();
    let config = || home.issue(&["localhost"], |_| {}).server(&[]);
    let rekeying = tls_server(config(), |tls| {
        // More would be refused without a byte in between.
        (0..32).try_for_each(|_| tls.refresh_traffic_keys().map_err(io::Error::other))
    });
    let crumbling = tls_server(config(), |_| Ok(()));
    for port in [rekeying.await, crumbling.await] {
        let target = impatient(https(&home, port, |http| {
            http.expect.body_contains.push("never".to_owned());
        }));
        let (reports, neighbour) = beside_a_crowd(target).await;
        for report in reports {
            assert!(!matches!(report.outcome, Outcome::Success { .. }), "{report:?}");
        }
        assert!(neighbour < Duration::from_secs(2), "{neighbour:?}");
    }
}

#[tokio::test]
async fn a_body_in_records_of_a_byte_is_read_if_it_is_not_long() {
    let home = Authority::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let acceptor = TlsAcceptor::from(Arc::new(home.issue(&["localhost"], |_| {}).server(&[])));
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await?;
        let mut stream = acceptor.accept(stream).await?;
        let _request = stream.read(&mut [0; 4096]).await?;
        for byte in ok("it is ready, ".repeat(600)) {
            stream.write_all(&[byte]).await?;
        }
        stream.shutdown().await
    });
    let target = https(&home, port, |http| {
        http.expect.body_contains.push("it is ready".to_owned());
        http.expect.max_body_strict = true;
    });
    success(&probe(&target).await);
}

#[tokio::test]
async fn tickets_by_the_hundred_are_passed_over() {
    let home = Authority::new();
    let mut config = home.issue(&["localhost"], |_| {}).server(&[]);
    config.send_tls13_tickets = 200;
    let server = Server::tls(config, |_| vec![Act::Say(ok("ok"))]).await;
    success(&probe(&https(&home, server.port, |_| {})).await);
}

#[tokio::test]
async fn a_banner_that_is_long_in_coming_is_still_found() {
    let mut lines = Vec::new();
    for number in 0..300 {
        lines.push(Act::Say(format!("220-{number} welcome to this server\r\n").into()));
    }
    lines.extend([Act::Say(b"220 ready\r\n".into()), Act::Hang]);
    let server = Server::unasked(lines).await;
    success(&probe(&banner(server.port, "(?m)^220 ready", None)).await);
}

#[tokio::test]
async fn a_banner_that_drips_with_a_slow_pattern_delays_nobody() {
    let server =
        Server::unasked(vec![Act::Say(vec![b'a'; 15_000]), Act::Drip(vec![b'a'; 1_000])]).await;
    let (reports, neighbour) =
        beside_a_crowd(impatient(banner(server.port, r"(?i)\w{60}\d", None))).await;
    for report in reports {
        assert!(!matches!(report.outcome, Outcome::Success { .. }), "{report:?}");
    }
    assert!(neighbour < Duration::from_secs(2), "{neighbour:?}");
}

#[tokio::test]
async fn a_long_header_is_judged_like_a_short_one() {
    let long = format!("x-mode: {}good", "a".repeat(50_000));
    let server = Server::saying(answer("200 OK", &[&long], "")).await;
    let with = |pattern| {
        http_with(&server.url("/"), |http| {
            let name = HeaderName::from_static("x-mode");
            http.expect.headers.push((name, Pattern::new(pattern).unwrap()));
        })
    };
    success(&probe(&with("good$")).await);
    let detail = failure(&probe(&with(r"(?i)\w{60}\d")).await, Reason::Header);
    assert!(detail.starts_with("the header `x-mode` is `aaa"), "{detail}");
}

#[tokio::test]
async fn json_in_which_a_path_would_look_for_ever_is_too_large_for_it() {
    let mut nested = String::from("[");
    for _ in 0..150 {
        write!(nested, "{}1{},", "{\"a\":".repeat(90), "}".repeat(90)).unwrap();
    }
    nested.push_str("1]");
    let server = Server::saying(ok(nested)).await;
    let (reports, neighbour) = beside_a_crowd(json_with(&server.url("/"), "$..a..a..b")).await;
    for report in reports {
        let detail = failure(&report, Reason::TooLarge);
        assert!(detail.contains("too large to check `$..a..a..b == 1`"), "{detail}");
    }
    assert!(neighbour < Duration::from_secs(2), "{neighbour:?}");
}

#[tokio::test]
async fn json_of_a_home_is_looked_through_by_every_kind_of_path() {
    let body = r#"{"limit": 1, "disks": [{"name": "web-1", "free": 1, "parts": [{"n": 1}]}]}"#;
    let server = Server::saying(ok(body)).await;
    for path in [
        "$..free",
        "$..disks..n",
        "$.disks[?search(@.name, '^web')].free",
        "$.disks[?match(@.name, 'web-\\\\d')].free",
        "$.disks[?@.free == $.limit].free",
        "$.disks[?@.parts[?@.n == 1]].free",
    ] {
        success(&probe(&json_with(&server.url("/"), path)).await);
    }
}
