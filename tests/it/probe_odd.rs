//! Answers that are odd, and shown by browsers and curl all the same: the
//! server is up. Where two clients would read two answers, it is not.

use std::sync::Arc;

use http::Method;
use prober::model::observation::Reason;
use prober::model::secret::Secret;
use prober::model::target::TlsSettings;

use crate::support::certificates::Authority;
use crate::support::probes::{
    failure, http, http_saying, http_with, impatient, probe, success, tls_settings,
};
use crate::support::server::{Act, Server, answer, ok};

/// What a probe for `ready` says of these bytes.
async fn said(bytes: &[u8]) -> prober::probe::Report {
    let server = Server::saying(bytes).await;
    probe(&http_saying(&server.url("/"), "ready")).await
}

#[tokio::test]
async fn odd_header_lines_change_nothing() {
    for line in [
        &b"Set-Cookie: ___utmvc=a\x01b; path=/"[..],
        b"Server : lighttpd",
        b"Server\t: lighttpd",
        b"X Powered By: PHP",
        b"X-Info: a\rb",
        b"X-Nul: a\0b",
        b"X-Latin: caf\xe9",
        b"X-\xe9: caf",
        b"X-Folded: a\r\n\tb\r\n  c",
        b" X-Leading: blank",
        b"<!-- no colon -->",
        b": no name",
        b"X-Empty:",
    ] {
        let head = [b"HTTP/1.1 200 OK\r\n", line, b"\r\nContent-Length: 5\r\n\r\nready"].concat();
        success(&said(&head).await);
    }
}

#[tokio::test]
async fn odd_status_lines_and_line_ends_are_read() {
    for answer in [
        "http/1.1 200 OK\r\nContent-Length: 5\r\n\r\nready",
        "HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nready",
        "HTTP/1.1  200  OK\r\nContent-Length: 5\r\n\r\nready",
        "\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nready",
        "HTTP/1.1 200 OK\nContent-Length: 5\n\nready",
        "HTTP/1.0 200 OK\r\n\r\nready",
        "ICY 200 OK\r\nicy-br: 128\r\n\r\nready",
        "HTTP/1.1 200 \u{1b}[31mRED\r\nContent-Length: 5\r\n\r\nready",
    ] {
        success(&said(answer.as_bytes()).await);
    }
}

#[tokio::test]
async fn any_clear_end_of_a_body_is_accepted() {
    for rest in [
        "Content-Length: 5\r\nContent-Length: 5\r\n\r\nready",
        "Content-Length: 5, 5\r\n\r\nready and more than was said",
        "Content-Length:\r\n 5\r\n\r\nready",
        "Transfer-Encoding: chunked\r\nContent-Length: 99\r\n\r\n5\r\nready\r\n0\r\n\r\n",
        "Transfer-Encoding: Chunked\r\n\r\n05 ;x=y\r\nready\r\n0\r\nX-Trailer: 1\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n5\nready\n0\n\n",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nready\r\n0\r\n",
        "Transfer-Encoding: identity\r\nContent-Length: 5\r\n\r\nready",
        "Connection: close\r\n\r\nready",
    ] {
        for version in ["1.0", "1.1"] {
            success(&said(format!("HTTP/{version} 200 OK\r\n{rest}").as_bytes()).await);
        }
    }
}

#[tokio::test]
async fn an_end_that_is_not_clear_is_a_failure() {
    for (rest, why) in [
        ("Content-Length: 5\r\nContent-Length: 6", "several Content-Lengths that differ"),
        ("Content-Length: +5", "not a number"),
        ("Content-Length: 5.0", "not a number"),
        ("Content-Length: 18446744073709551616", "not a number"),
        ("Transfer-Encoding: chunked, chunked", "more than once"),
        ("\u{b}Content-Length: 5", "cannot be read"),
        ("Transfer-Encoding chunked", "cannot be read"),
    ] {
        let report = said(format!("HTTP/1.1 200 OK\r\n{rest}\r\n\r\nready").as_bytes()).await;
        let detail = failure(&report, Reason::Protocol);
        assert!(
            detail.starts_with("where the answer of 127.0.0.1 ends is not clear: "),
            "{detail}"
        );
        assert!(detail.contains(why), "{detail}");
    }
}

#[tokio::test]
async fn an_answer_that_does_not_begin_like_http_is_quoted_and_not_waited_for() {
    for start in [&b"SSH-2.0-OpenSSH_9.2\r\n"[..], b"220 mail\r\n", b"<html>", b"\x15\x03\x01"] {
        let server = Server::unasked(vec![Act::Say(start.to_vec()), Act::Hang]).await;
        let report = probe(&http(&server.url("/"))).await;
        assert!(
            failure(&report, Reason::Protocol).contains("does not speak HTTP: its answer begins")
        );
    }
}

#[tokio::test]
async fn an_answer_before_the_request_is_an_answer() {
    let early = Server::unasked(vec![Act::Say(ok("ready")), Act::Hang]).await;
    success(&probe(&http_saying(&early.url("/"), "ready")).await);
    // A server that does not read what it refuses, and resets.
    let refusing = Server::unasked(vec![Act::Say(ok("ready")), Act::Reset]).await;
    let target = http_with(&refusing.url("/"), |http| {
        http.method = Method::POST;
        http.body = Some(Secret::new("b".repeat(8 << 20)));
        http.expect.body_contains.push("ready".to_owned());
    });
    success(&probe(&target).await);
}

#[tokio::test]
async fn a_whole_answer_stays_whole_when_the_connection_is_reset() {
    let server = Server::scripted(|_| vec![Act::Say(ok("ready")), Act::Reset]).await;
    success(&probe(&http_saying(&server.url("/"), "ready")).await);
}

#[tokio::test]
async fn within_tls_the_goodbye_may_be_missing_where_nothing_else_is() {
    let home = Authority::new();
    for (answer, is_whole) in [
        ("HTTP/1.0 200 OK\r\n\r\nready", true),
        ("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nready", true),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nready", true),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nready\r\n0\r\n", true),
        ("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nready", false),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nready\r\n", false),
        ("HTTP/1.1 200 OK\r\nContent-Le", false),
    ] {
        let config = home.issue(&["localhost"], |_| {}).server(&[]);
        let acts = vec![Act::Say(answer.into()), Act::Abandon];
        let server = Server::tls(config, move |_| acts.clone()).await;
        let tls = TlsSettings { extra_roots: vec![home.root()], ..tls_settings() };
        let target = http_with(&format!("https://localhost:{}/", server.port), |http| {
            http.tls = Arc::new(tls);
            http.expect.body_contains.push("ready".to_owned());
        });
        let report = probe(&target).await;
        if is_whole {
            success(&report);
        } else {
            failure(&report, Reason::Reset);
        }
    }
}

#[tokio::test]
async fn a_body_is_read_in_its_charset() {
    let korean = b"<title>\xc1\xa4\xbb\xf3</title>";
    let by_header = answer("200 OK", &["Content-Type: text/html; charset=euc-kr"], korean);
    let by_meta = ok([b"<meta charset='euc-kr'>", &korean[..]].concat());
    for bytes in [by_header, by_meta, ok("<title>정상</title>")] {
        let server = Server::saying(bytes).await;
        success(&probe(&http_saying(&server.url("/"), "정상")).await);
        let forbidding = http_with(&server.url("/"), |http| {
            http.expect.body_not_contains.push("정상".to_owned());
        });
        failure(&probe(&forbidding).await, Reason::Body);
        let detail = probe(&http_saying(&server.url("/"), "점검")).await;
        assert!(failure(&detail, Reason::Body).contains("정상"), "{detail:?}");
    }
}

#[tokio::test]
async fn words_that_are_no_encoding_leave_the_body_as_it_is() {
    for word in ["utf-8", "none", "identity", "UTF-8, none"] {
        let bytes = answer("200 OK", &[&format!("content-encoding: {word}")], "ready");
        success(&said(&bytes).await);
    }
}

#[tokio::test]
async fn what_a_server_sends_beside_a_body_is_bounded() {
    let byte_by_byte = b"1\r\nx\r\n".repeat(2_000);
    let server = Server::scripted(move |_| {
        let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
        vec![Act::Say(head), Act::Endless(byte_by_byte.clone())]
    })
    .await;
    let report = probe(&http_saying(&server.url("/"), "ready")).await;
    let detail = failure(&report, Reason::TooLarge);
    assert_eq!(detail, "the chunks of 127.0.0.1 need more than 256 KiB beside their content");
}

#[tokio::test]
async fn a_server_that_does_not_read_is_under_the_timeout() {
    let server = Server::unasked(vec![Act::Hang]).await;
    let target = http_with(&server.url("/"), |http| {
        http.method = Method::POST;
        http.body = Some(Secret::new("b".repeat(16 << 20)));
    });
    failure(&probe(&impatient(target)).await, Reason::Timeout);
}
