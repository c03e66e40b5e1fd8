//! Servers that do not play by the rules. Each ends in time, with a reason.

use std::io::Write as _;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::{DeflateEncoder, ZlibEncoder};
use prober::model::observation::{Outcome, Reason};
use prober::model::target::Endpoint;
use proptest::prelude::*;

use crate::support::probes::{
    IMPATIENCE, failure, http, http_saying, http_with, impatient, probe, success,
};
use crate::support::server::{Act, Server, answer, gzip, ok};

/// An answer of this encoding.
fn encoded(encoding: &str, body: &[u8]) -> Vec<u8> {
    answer("200 OK", &[&format!("content-encoding: {encoding}")], body)
}

fn zlib(body: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

fn bare_deflate(body: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

/// `ready\n` in brotli: one uncompressed meta-block
/// (<https://www.rfc-editor.org/rfc/rfc7932#section-9.2>).
const BROTLI_READY: &[u8] = &[0x8b, 0x02, 0x80, b'r', b'e', b'a', b'd', b'y', b'\n', 0x03];

/// 64 MiB of zeros in brotli, as Node.js's `zlib.brotliCompressSync` makes them.
const BROTLI_BOMB: &str = "cbffff3ff82700e2b14020f7fe8fffff7ff04f00c4611180eefd1fffffffe09f0088c30200ddfb3f\
    feffffc13f0110870500baf77ffcffff837f02200e0b0074effff8ffff07ff04401c1600e8defff1\
    ffff0ffe0980382c00d0bdffcbffff3ffc1300715800a07bff07";

fn brotli_bomb() -> Vec<u8> {
    let digits = BROTLI_BOMB.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
    digits.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

async fn answering(bytes: Vec<u8>) -> (Server, Endpoint) {
    let server = Server::saying(bytes).await;
    let target = http_saying(&server.url("/"), "ready");
    (server, target)
}

#[tokio::test]
async fn a_body_is_read_in_whatever_encoding_it_comes() {
    let plain = b"it is ready, it is ready, it is ready";
    for (encoding, body) in [
        ("gzip", gzip(plain)),
        ("X-GZIP", gzip(plain)),
        ("deflate", zlib(plain)),
        ("deflate", bare_deflate(plain)),
        ("identity", plain.to_vec()),
        ("deflate, gzip", gzip(&zlib(plain))),
        ("br", BROTLI_READY.to_vec()),
    ] {
        let (_server, target) = answering(encoded(encoding, &body)).await;
        success(&probe(&target).await);
    }
}

#[tokio::test]
async fn an_encoding_that_is_not_known_leaves_the_body_unjudged() {
    let (server, target) = answering(encoded("zstd", b"ready")).await;
    let report = probe(&target).await;
    assert_eq!(failure(&report, Reason::Body), "the body's encoding is not known");
    // Where the body does not matter, neither does its encoding.
    success(&probe(&http(&server.url("/"))).await);
    let (_server, target) = answering(encoded("gzip,gzip,gzip,gzip,gzip", b"ready")).await;
    failure(&probe(&target).await, Reason::Body);
}

#[tokio::test]
async fn a_body_that_is_not_in_its_encoding_is_down() {
    for encoding in ["gzip", "br", "deflate"] {
        let (_server, target) = answering(encoded(encoding, b"<html>ready</html>")).await;
        let report = probe(&target).await;
        assert_eq!(failure(&report, Reason::Body), "the body's encoding is broken");
    }
}

#[tokio::test]
async fn a_truncated_encoding_is_down() {
    let mut body = gzip(b"ready, but not quite complete");
    body.truncate(body.len() - 6);
    let (_server, target) = answering(encoded("gzip", &body)).await;
    failure(&probe(&target).await, Reason::Body);
}

#[tokio::test]
async fn a_bomb_is_defused_at_the_limit() {
    let zeros = vec![0; 8 << 20];
    for (encoding, body) in [
        ("gzip", gzip(&zeros)),
        ("deflate", zlib(&zeros)),
        ("gzip, gzip", gzip(&gzip(&zeros))),
        ("br", brotli_bomb()),
    ] {
        let (_server, target) = answering(encoded(encoding, &body)).await;
        let began = Instant::now();
        let report = probe(&target).await;
        assert_eq!(failure(&report, Reason::TooLarge), "the body is larger than 1048576 bytes");
        assert!(began.elapsed() < Duration::from_secs(5));
    }
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_is_fine() {
    let server = Server::saying(ok("0123456789")).await;
    for (max_body, fits) in [(10, true), (9, false)] {
        let target = http_with(&server.url("/"), |http| {
            http.expect.max_body = max_body;
            http.expect.max_body_strict = true;
        });
        let report = probe(&target).await;
        if fits {
            success(&report);
        } else {
            failure(&report, Reason::TooLarge);
        }
    }
}

#[tokio::test]
async fn an_endless_body_is_read_up_to_the_limit() {
    let head = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    let server =
        Server::scripted(move |_| vec![Act::Say(head.clone()), Act::Endless(vec![b'x'; 64 << 10])])
            .await;
    // Where nothing is asked of the body, reading just stops.
    success(&probe(&http(&server.url("/"))).await);
    failure(&probe(&http_saying(&server.url("/"), "ready")).await, Reason::TooLarge);
}

#[tokio::test]
async fn a_dripping_body_is_under_the_timeout() {
    let bytes = ok("x".repeat(1_000));
    let server = Server::scripted(move |_| {
        let (head, body) = bytes.split_at(bytes.len() - 1_000);
        vec![Act::Say(head.to_vec()), Act::Drip(body.to_vec())]
    })
    .await;
    let report = probe(&impatient(http(&server.url("/")))).await;
    let detail = failure(&report, Reason::Timeout);
    assert_eq!(detail, "the answer was not complete within 250 ms");
    assert!(report.phases.total < IMPATIENCE + Duration::from_millis(100));
}

#[tokio::test]
async fn hanging_and_dripping_headers_are_under_the_timeout() {
    let dripping = Act::Drip(answer("200 OK", &[&"x-a: b\r\n".repeat(100)], ""));
    for act in [Act::Hang, dripping] {
        let server = Server::scripted(move |_| vec![act.clone()]).await;
        let report = probe(&impatient(http(&server.url("/")))).await;
        let expected = "no answer within 250 ms (connected, waiting for the first byte)";
        assert_eq!(failure(&report, Reason::Timeout), expected);
    }
}

#[tokio::test]
async fn headers_without_end_are_too_large() {
    let server = Server::scripted(|_| {
        vec![Act::Say(b"HTTP/1.1 200 OK\r\n".to_vec()), Act::Endless(b"x-a: b\r\n".to_vec())]
    })
    .await;
    let report = probe(&http(&server.url("/"))).await;
    let detail = failure(&report, Reason::TooLarge);
    assert_eq!(detail, "the headers of 127.0.0.1 are more than 256, or larger than 64 KiB");
}

#[tokio::test]
async fn preliminary_answers_without_end_are_under_the_timeout() {
    let again = b"HTTP/1.1 103 Early Hints\r\n\r\n".to_vec();
    let server = Server::scripted(move |_| vec![Act::Endless(again.clone())]).await;
    failure(&probe(&impatient(http(&server.url("/")))).await, Reason::Timeout);
}

#[tokio::test]
async fn a_connection_that_breaks_off_is_a_failure() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n".to_vec();
    let whole_head = [head.as_slice(), b"\r\nhalf"].concat();
    for acts in [
        vec![],
        vec![Act::Reset],
        vec![Act::Say(head.clone())],
        vec![Act::Say(head.clone()), Act::Reset],
        vec![Act::Say(whole_head.clone())],
        vec![Act::Say(whole_head.clone()), Act::Reset],
    ] {
        let server = Server::scripted(move |_| acts.clone()).await;
        failure(&probe(&http(&server.url("/"))).await, Reason::Reset);
    }
}

#[tokio::test]
async fn what_is_not_http_is_a_protocol_error() {
    for bytes in [
        &b"SSH-2.0-OpenSSH_9.2\r\n"[..],
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length 2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello!!",
        b"\x15\x03\x01\x00\x02\x02\x46",
    ] {
        let server = Server::saying(bytes).await;
        let report = probe(&http(&server.url("/"))).await;
        failure(&report, Reason::Protocol);
    }
}

#[tokio::test]
async fn a_chunked_body_that_ends_early_is_broken_off() {
    let bytes = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nready\r\n";
    let (_server, target) = answering(bytes.to_vec()).await;
    failure(&probe(&target).await, Reason::Reset);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_yield_a_report(
        start in prop_oneof![
            Just(&b""[..]),
            Just(&b"HTTP/1.1 "[..]),
            Just(&b"HTTP/1.1 200 OK\r\n"[..]),
            Just(&b"HTTP/1.1 200 OK\r\n\r\n"[..]),
            Just(&b"HTTP/1.1 200 OK\r\ncontent-encoding: br\r\n\r\n"[..]),
            Just(&b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n\x1f\x8b\x08\x00"[..]),
            Just(&b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"[..]),
            Just(&b"HTTP/1.1 302 Found\r\nlocation: "[..]),
        ],
        rest in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let report = runtime.block_on(async {
            let server = Server::saying([start, &rest].concat()).await;
            probe(&impatient(http_saying(&server.url("/"), "never said in two hundred bytes"))).await
        });
        let is_up = matches!(report.outcome, Outcome::Success { .. });
        prop_assert!(!is_up);
        prop_assert!(!format!("{:?}", report.outcome).contains("panicked"), "{:?}", report.outcome);
        prop_assert!(report.phases.total < IMPATIENCE + Duration::from_secs(1));
    }
}
