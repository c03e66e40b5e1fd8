//! `ws://` and `wss://`: the handshake, messages, and how a server ends it.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use futures_util::{SinkExt as _, StreamExt as _};
use prober::model::observation::{Outcome, Reason};
use prober::model::target::DialogueStep::Send;
use prober::model::target::{Endpoint, Protocol};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{Message, Role};

use crate::support::certificates::self_signed;
use crate::support::probes::{configured, failure, impatient, probe, success};
use crate::support::server::{Act, Server, answer, redirect};

type Answers = fn(&str) -> Vec<u8>;

/// The answer that agrees to what `request` asks for, with these headers besides.
fn agreed(request: &str, more: &str) -> Vec<u8> {
    let key = request.lines().find_map(|line| line.strip_prefix("Sec-Websocket-Key: ")).unwrap();
    let proof = format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    let proof = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, proof.as_bytes());
    format!(
        "HTTP/1.1 101 Switching\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n\
         Sec-WebSocket-Accept: {}\r\n{more}\r\n",
        BASE64.encode(proof)
    )
    .into_bytes()
}

/// A frame as servers send it: this first byte, and a short payload.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    [&[first, u8::try_from(payload.len()).unwrap()], payload].concat()
}

fn text(payload: &str) -> Vec<u8> {
    frame(0x81, payload.as_bytes())
}

fn close(code: u16, why: &str) -> Vec<u8> {
    frame(0x88, &[&code.to_be_bytes(), why.as_bytes()].concat())
}

/// A server that agrees, sends these bytes with its answer, and does this then.
async fn saying(frames: Vec<u8>, then: Vec<Act>) -> Server {
    Server::scripted(move |request| {
        let first = [agreed(request, ""), frames.clone()].concat();
        [vec![Act::Say(first)], then.clone()].concat()
    })
    .await
}

fn ws(server: &Server, lines: &str) -> Endpoint {
    configured(&format!("ws://127.0.0.1:{}/api?token=s3cret-marker", server.port), lines)
}

/// A server that repeats each message in one of the same kind, but for `close`, upon which
/// it closes.
async fn echoing() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(stream.read_u8().await.ok()?);
                }
                let head = String::from_utf8(head).ok()?;
                stream.write_all(&agreed(&head, "")).await.ok()?;
                let mut socket = WebSocketStream::from_raw_socket(stream, Role::Server, None).await;
                while let Some(Ok(message)) = socket.next().await {
                    let is_last = matches!(&message, Message::Text(text) if *text == "close");
                    if is_last {
                        socket.close(None).await.ok()?;
                    } else if message.is_text() || message.is_binary() {
                        socket.send(message).await.ok()?;
                    }
                }
                Some(())
            });
        }
    });
    port
}

#[tokio::test]
async fn a_handshake_is_enough() {
    let server = saying(Vec::new(), vec![Act::Hang]).await;
    let report = probe(&ws(&server, "")).await;
    success(&report);
    assert_eq!(report.http_status, Some(101));
    assert!(report.phases.connect.is_some() && report.phases.first_byte.is_some());
    let request = server.last_request();
    assert!(request.starts_with("GET /api?token=s3cret-marker HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("Upgrade: websocket\r\n"), "{request}");
    assert!(request.contains("Sec-Websocket-Version: 13\r\n"), "{request}");
}

#[tokio::test]
async fn headers_and_credentials_go_with_the_handshake() {
    let server = saying(Vec::new(), vec![Act::Hang]).await;
    let lines = "auth = { bearer = 'hunter2' }\nheaders = { origin = 'https://home.example' }";
    success(&probe(&ws(&server, lines)).await);
    let request = server.last_request();
    assert!(request.contains("Authorization: Bearer hunter2\r\n"), "{request}");
    assert!(request.contains("Origin: https://home.example\r\n"), "{request}");
}

#[tokio::test]
async fn what_is_said_is_answered_in_messages_of_the_same_kind() {
    let port = echoing().await;
    let lines = "dialogue = [{ send = 'hello', expect = '^hello$' },
                             { send = 'hex:10 0c', expect = 'hex:10 0c' }]";
    let report = probe(&configured(&format!("ws://127.0.0.1:{port}"), lines)).await;
    success(&report);
    let lines = "send = 'close'\nexpect = { close_code = 1005 }";
    success(&probe(&configured(&format!("ws://127.0.0.1:{port}"), lines)).await);
}

#[tokio::test]
async fn bytes_are_sent_as_bytes_also_if_they_could_be_a_text() {
    let server = saying(Vec::new(), vec![Act::Hang]).await;
    let Protocol::WebSocket(binary) = ws(&server, "send = 'hex:41'").protocol else { panic!() };
    let Protocol::WebSocket(text) = ws(&server, "send = 'A'").protocol else { panic!() };
    assert!(matches!(&binary.dialogue[0], Send(payload) if !payload.is_text));
    assert!(matches!(&text.dialogue[0], Send(payload) if payload.is_text));
}

#[tokio::test]
async fn messages_before_the_one_that_is_expected_are_passed_over() {
    let frames = [text("noise"), frame(0x89, b"ping"), text("ready")].concat();
    let server = saying(frames, vec![Act::Hang]).await;
    success(&probe(&ws(&server, "expect = { banner = '^ready$' }")).await);
    // A message in parts, with a ping between them.
    let parts = [frame(0x01, b"rea"), frame(0x89, b""), frame(0x80, b"dy")].concat();
    let server = saying(parts, vec![Act::Hang]).await;
    success(&probe(&ws(&server, "expect = { banner = '^ready$' }")).await);
}

#[tokio::test]
async fn a_subprotocol_must_be_taken_and_no_other() {
    for (offered, taken, expected) in [
        ("['mqtt', 'graphql-ws']", "Sec-WebSocket-Protocol: mqtt\r\n", None),
        ("'mqtt'", "", Some("127.0.0.1 takes no subprotocol, expected mqtt")),
        (
            "'mqtt'",
            "Sec-WebSocket-Protocol: chat\r\n",
            Some("127.0.0.1 takes the subprotocol `chat`, which was not offered"),
        ),
    ] {
        let server = Server::scripted(move |request| {
            assert!(request.contains("Sec-Websocket-Protocol: mqtt"), "{request}");
            vec![Act::Say(agreed(request, taken)), Act::Hang]
        })
        .await;
        let report = probe(&ws(&server, &format!("subprotocol = {offered}"))).await;
        match expected {
            None => drop(success(&report)),
            Some(expected) => assert_eq!(failure(&report, Reason::Protocol), expected),
        }
    }
}

#[tokio::test]
async fn a_server_that_closes_says_with_which_code() {
    let expecting = "expect = { banner = 'never' }";
    for (frames, lines, expected) in [
        (
            close(1008, "no token s3cret-marker"),
            expecting,
            Some("127.0.0.1 closed the connection with the code 1008: `no token [secret]`"),
        ),
        (frame(0x88, &[]), expecting, Some("127.0.0.1 closed the connection with the code 1005")),
        (close(4001, ""), "expect = { close_code = 4001 }", None),
        ([text("bye"), close(4001, "")].concat(), "expect = { close_code = 4001 }", None),
        (
            close(1011, ""),
            "expect = { close_code = 4001 }",
            Some("closed with the code 1011, expected 4001"),
        ),
    ] {
        let server = saying(frames, vec![Act::Hang]).await;
        let report = probe(&ws(&server, lines)).await;
        match expected {
            None => drop(success(&report)),
            Some(expected) => assert_eq!(failure(&report, Reason::Banner), expected),
        }
    }
    let server = saying(Vec::new(), vec![Act::Hang]).await;
    let report = probe(&impatient(ws(&server, "expect = { close_code = 4001 }"))).await;
    assert_eq!(failure(&report, Reason::Timeout), "no answer within 250 ms");
}

#[tokio::test]
async fn what_does_not_agree_to_a_websocket_is_down() {
    let header = |name: &str| {
        format!("127.0.0.1 does not agree to a WebSocket: its header `{name}` is missing or wrong")
    };
    let rows: [(Answers, Reason, String); 6] = [
        (|_| answer("200 OK", &[], "hi"), Reason::Status, "answered 200 OK".to_owned()),
        (|_| redirect(302, "/login"), Reason::Status, "answered 302 Found".to_owned()),
        (
            |_| b"HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n".to_vec(),
            Reason::Protocol,
            header("sec-websocket-accept"),
        ),
        (
            |request| {
                let text = String::from_utf8(agreed(request, "")).unwrap();
                text.replace("WebSocket\r", "h2c\r").into_bytes()
            },
            Reason::Protocol,
            header("upgrade"),
        ),
        (
            |request| {
                let text = String::from_utf8(agreed(request, "")).unwrap();
                text.replace("keep-alive, Upgrade", "close").into_bytes()
            },
            Reason::Protocol,
            header("connection"),
        ),
        (
            |request| agreed(request, "Sec-WebSocket-Extensions: permessage-deflate\r\n"),
            Reason::Protocol,
            header("sec-websocket-extensions"),
        ),
    ];
    for (answers, reason, expected) in rows {
        let server =
            Server::scripted(move |request| vec![Act::Say(answers(request)), Act::Hang]).await;
        let detail = failure(&probe(&ws(&server, "")).await, reason);
        assert!(detail.starts_with(&expected), "{detail}");
    }
}

#[tokio::test]
async fn whatever_a_server_does_the_probe_ends_in_time() {
    let huge = [&[0x82, 127][..], &(1_u64 << 40).to_be_bytes()].concat();
    let endless_message = [&[0x01, 126, 0xff, 0xff][..], &vec![b'x'; 0xffff]].concat();
    let long = [&[0x81, 126, 0xff, 0xff][..], &vec![b'x'; 0xffff]].concat();
    let masked = vec![0x81, 0x81, 1, 2, 3, 4, 5];
    let rows: Vec<(Vec<u8>, Vec<Act>, Reason)> = vec![
        (vec![], vec![Act::Hang], Reason::Timeout),
        (vec![], vec![Act::Reset], Reason::Reset),
        (vec![], vec![], Reason::Reset),
        (vec![0x81], vec![Act::Hang], Reason::Timeout),
        (text("no"), vec![Act::Hang], Reason::Banner),
        (vec![0xff; 300], vec![Act::Hang], Reason::Protocol),
        (frame(0x81, &[0xff, 0xfe]), vec![Act::Hang], Reason::Protocol),
        (frame(0xc1, b"x"), vec![Act::Hang], Reason::Protocol),
        (masked, vec![Act::Hang], Reason::Protocol),
        (huge, vec![Act::Hang], Reason::TooLarge),
        (endless_message.clone(), vec![Act::Endless(frame(0, b"more"))], Reason::TooLarge),
        (vec![], vec![Act::Drip(text(&"x".repeat(100)))], Reason::Timeout),
        (vec![], vec![Act::Endless(text("no"))], Reason::Banner),
        (vec![], vec![Act::Endless(frame(0x89, b""))], Reason::Banner),
        (vec![], vec![Act::Endless(long)], Reason::Banner),
        // Parts of nothing: the credit ends, and then the time.
        (frame(0x01, b""), vec![Act::Endless(frame(0, b""))], Reason::Timeout),
    ];
    for (number, (frames, then, reason)) in rows.into_iter().enumerate() {
        let server = saying(frames, then).await;
        let began = Instant::now();
        let report = probe(&impatient(ws(&server, "expect = { banner = 'never' }"))).await;
        let Outcome::Failure(found) = &report.outcome else { panic!("{number}: {report:?}") };
        assert_eq!(found.reason, reason, "{number}: {}", found.detail);
        assert!(began.elapsed() < Duration::from_secs(5), "{number}");
    }
    for acts in [
        vec![Act::Hang],
        vec![Act::Reset],
        vec![Act::Drip(b"HTTP/1.1 101 Switching".to_vec())],
        vec![Act::Endless(b"HTTP/1.1 100 Continue\r\n\r\n".to_vec())],
        vec![Act::Endless(vec![0xff; 4096])],
    ] {
        let server = Server::scripted(move |_| acts.clone()).await;
        let began = Instant::now();
        let report = probe(&impatient(ws(&server, ""))).await;
        assert!(matches!(report.outcome, Outcome::Failure(_)), "{report:?}");
        assert!(began.elapsed() < Duration::from_secs(5));
    }
}

#[tokio::test]
async fn over_tls_it_is_the_same() {
    let identity = self_signed(&["localhost"], |_| {});
    let server = Server::tls(identity.server(&["h2", "http/1.1"]), |request| {
        vec![Act::Say([agreed(request, ""), text("ready")].concat()), Act::Hang]
    })
    .await;
    let url = format!("wss://localhost:{}/", server.port);
    let lines = "tls = { insecure = true }\nexpect = { banner = 'ready' }";
    let report = probe(&configured(&url, lines)).await;
    success(&report);
    assert!(report.phases.tls.is_some() && report.cert_expires_at.is_some());
    failure(&probe(&configured(&url, "")).await, Reason::Tls);
}

#[tokio::test]
async fn nothing_secret_comes_back() {
    let frames = text("you said s3cret-marker and hunter2");
    let server = saying(frames, vec![Act::Hang]).await;
    let lines = "auth = { bearer = 'hunter2' }\nexpect = { banner = 'never' }";
    let detail = failure(&probe(&impatient(ws(&server, lines))).await, Reason::Banner);
    assert_eq!(detail, "within 250 ms it said only `you said [secret] and [secret]`");
}
