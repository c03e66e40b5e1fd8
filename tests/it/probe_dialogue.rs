//! Dialogues over one connection, with TLS from the beginning, from a step on, or without;
//! and datagrams.

use std::sync::Arc;
use std::time::{Duration, Instant};

use prober::model::observation::Reason;
use prober::model::pattern::Pattern;
use prober::model::target::{
    DialogueExpect, DialogueStep, Endpoint, Payload, Protocol, TcpSecurity, TlsSettings, UdpProbe,
};
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio_rustls::TlsAcceptor;

use crate::support::certificates::self_signed;
use crate::support::probes::{
    configured, failure, hear, impatient, probe, say, success, talk_to, target, tls_settings,
};
use crate::support::server::{Act, Server};

fn anybody() -> Arc<TlsSettings> {
    Arc::new(TlsSettings { insecure: true, ..tls_settings() })
}

fn identity() -> ServerConfig {
    self_signed(&["localhost"], |_| {}).server(&[])
}

fn plain(server: &Server, dialogue: Vec<DialogueStep>) -> Endpoint {
    talk_to("127.0.0.1", server.port, TcpSecurity::Plain, dialogue)
}

/// What a server says and expects to hear, up to where TLS begins.
#[derive(Clone)]
enum Line {
    Says(&'static str),
    Hears(&'static str),
    BeginsTls,
}

use Line::{BeginsTls, Hears, Says};

/// A server that follows this script, with TLS from the beginning or not.
async fn scripted(lines: &[Line], at_once: bool) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (lines, tls) = (lines.to_vec(), TlsAcceptor::from(Arc::new(identity())));
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let (lines, tls) = (lines.clone(), tls.clone());
            tokio::spawn(async move { follow(stream, &lines, &tls, at_once).await });
        }
    });
    port
}

async fn follow(
    mut stream: TcpStream,
    lines: &[Line],
    tls: &TlsAcceptor,
    at_once: bool,
) -> Option<()> {
    let upgrade = lines.iter().position(|line| matches!(line, BeginsTls));
    let (before, after) = match (upgrade, at_once) {
        (_, true) => (&[][..], lines),
        (Some(at), false) => (&lines[..at], &lines[at + 1..]),
        (None, false) => (lines, &[][..]),
    };
    talk(&mut stream, before).await?;
    if at_once || upgrade.is_some() {
        let mut stream = tls.accept(stream).await.ok()?;
        talk(&mut stream, after).await?;
        // What goes on is not our concern, but it is heard to its end.
        stream.read_to_end(&mut Vec::new()).await.ok()?;
    }
    Some(())
}

async fn talk(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), lines: &[Line]) -> Option<()> {
    for line in lines {
        match line {
            Says(text) => {
                stream.write_all(text.as_bytes()).await.ok()?;
                stream.flush().await.ok()?;
            }
            Hears(text) => {
                let mut heard = vec![0; text.len()];
                stream.read_exact(&mut heard).await.ok()?;
                if heard != text.as_bytes() {
                    return None;
                }
            }
            BeginsTls => unreachable!("what is said is cut there"),
        }
    }
    Some(())
}

const MAIL: &[Line] = &[
    Says("220-mail.example\r\n220 ESMTP\r\n"),
    Hears("EHLO us\r\n"),
    Says("250-mail.example\r\n250-STARTTLS\r\n250 HELP\r\n"),
    Hears("STARTTLS\r\n"),
    Says("220 2.0.0 Ready\r\n"),
    BeginsTls,
    Hears("EHLO us\r\n"),
    Says("250 mail.example\r\n"),
];

fn mail(port: u16) -> Endpoint {
    let dialogue = vec![
        hear(r"(?m)^220 [^\n]*\n"),
        say("EHLO us\r\n"),
        hear(r"(?m)^250 [^\n]*\n"),
        say("STARTTLS\r\n"),
        hear(r"^220[^\n]*\n"),
        DialogueStep::StartTls,
        say("EHLO us\r\n"),
        hear("^250 "),
        say("QUIT\r\n"),
    ];
    talk_to("localhost", port, TcpSecurity::StartTls(anybody()), dialogue)
}

#[tokio::test]
async fn tls_begins_where_the_dialogue_says_so() {
    let report = probe(&mail(scripted(MAIL, false).await)).await;
    success(&report);
    assert!(report.phases.tls.is_some() && report.phases.first_byte.is_some());
    assert!(report.cert_expires_at.is_some());
}

#[tokio::test]
async fn a_certificate_that_nobody_knows_is_down_behind_starttls_too() {
    let mut target = mail(scripted(MAIL, false).await);
    if let Protocol::Tcp(tcp) = &mut target.protocol {
        tcp.security = TcpSecurity::StartTls(Arc::new(tls_settings()));
    }
    failure(&probe(&target).await, Reason::Tls);
}

#[tokio::test]
async fn a_banner_is_heard_over_tls() {
    let greets = |pattern: &str, port| {
        talk_to("localhost", port, TcpSecurity::Tls(anybody()), vec![hear(pattern)])
    };
    let port = scripted(&[Says("* OK Dovecot\r\n")], true).await;
    success(&probe(&greets(r"^\* OK", port)).await);
    let report = probe(&impatient(greets("^220", port))).await;
    assert_eq!(failure(&report, Reason::Banner), "within 250 ms it said only `* OK Dovecot`");
    let hung = scripted(&[Hears("never")], true).await;
    let report = probe(&impatient(greets("OK", hung))).await;
    let expected = "no banner within 250 ms (connected, nothing was said)";
    assert_eq!(failure(&report, Reason::Timeout), expected);
}

#[tokio::test]
async fn a_failure_says_which_answer_it_is() {
    let dialogue = || vec![hear("^a"), hear("^b"), hear("c$")];
    for (acts, reason, detail) in [
        (
            vec![Act::Say(b"ab".into())],
            Reason::Banner,
            "127.0.0.1 closed the connection before answer 3 of the dialogue",
        ),
        (vec![], Reason::Banner, "127.0.0.1 closed the connection before answer 1 of the dialogue"),
        (
            vec![Act::Say(b"zz".into())],
            Reason::Banner,
            "answer 1 of the dialogue is `zz`, expected `^a`",
        ),
        (
            vec![Act::Say(b"zz".into()), Act::Hang],
            Reason::Banner,
            "within 250 ms answer 1 of the dialogue was only `zz`",
        ),
        (vec![Act::Hang], Reason::Timeout, "answer 1 of the dialogue did not come within 250 ms"),
    ] {
        let server = Server::unasked(acts).await;
        let report = probe(&impatient(plain(&server, dialogue()))).await;
        assert_eq!(failure(&report, reason), detail);
    }
}

#[tokio::test]
async fn what_is_said_at_once_may_be_expected_in_parts() {
    let server = Server::unasked(vec![Act::Say(b"one two\x00\xffthree".into()), Act::Hang]).await;
    let bytes = DialogueStep::Expect(DialogueExpect::Contains {
        bytes: vec![0, 0xff],
        shown: String::new(),
    });
    let target = plain(&server, vec![hear("^one"), hear("^ two"), bytes.clone(), hear("^three$")]);
    success(&probe(&target).await);
    let target = impatient(plain(&server, vec![hear("two"), hear("one"), bytes]));
    failure(&probe(&target).await, Reason::Banner);
}

#[tokio::test]
async fn whatever_a_server_does_a_dialogue_ends_in_time() {
    let dialogue = || vec![hear("never"), say("x"), hear("never")];
    for (acts, reason) in [
        (vec![Act::Hang], Reason::Timeout),
        (vec![Act::Drip(vec![b'x'; 4096])], Reason::Banner),
        (vec![Act::Say((0..=255).collect()), Act::Hang], Reason::Banner),
        (vec![Act::Reset], Reason::Reset),
        (vec![Act::Endless(vec![b'x'; 65536])], Reason::Banner),
        (vec![Act::Say(b"HTTP/1.1 400 Bad Request\r\n\r\n".into())], Reason::Banner),
    ] {
        let server = Server::unasked(acts).await;
        let began = Instant::now();
        failure(&probe(&impatient(plain(&server, dialogue()))).await, reason);
        assert!(began.elapsed() < Duration::from_secs(5));
        // The same, where TLS is expected.
        let target = talk_to("localhost", server.port, TcpSecurity::Tls(anybody()), dialogue());
        let report = probe(&impatient(target)).await;
        assert!(!matches!(report.outcome, prober::model::observation::Outcome::Success { .. }));
    }
}

#[tokio::test]
async fn a_server_that_floods_over_tls_is_heard_no_further_than_the_limit() {
    let server = Server::tls(identity(), |_| vec![Act::Endless(vec![b'x'; 16384])]).await;
    let dialogue = vec![say("go\r\n\r\n"), hear("never")];
    let target = talk_to("localhost", server.port, TcpSecurity::Tls(anybody()), dialogue);
    failure(&probe(&target).await, Reason::Banner);
}

/// A port that sends these datagrams back for each that comes.
async fn datagrams(answers: Vec<Vec<u8>>) -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let port = socket.local_addr().unwrap().port();
    tokio::spawn(async move {
        let mut buffer = [0; 100];
        while let Ok((_, from)) = socket.recv_from(&mut buffer).await {
            for answer in &answers {
                socket.send_to(answer, from).await.ok();
            }
        }
    });
    port
}

fn udp(port: u16, expect: Option<DialogueExpect>) -> Endpoint {
    let (host, send) = ("127.0.0.1".to_owned(), Payload::text("hi"));
    target(Protocol::Udp(Box::new(UdpProbe { host, port, send, expect })))
}

#[tokio::test]
async fn a_datagram_must_be_answered_as_expected() {
    let pattern = |text: &str| Some(DialogueExpect::Matches(Pattern::new(text).unwrap()));
    let port = datagrams(vec![b"\x24 pong".to_vec()]).await;
    success(&probe(&udp(port, None)).await);
    success(&probe(&udp(port, pattern("(?s)^[\\x1c\\x24]"))).await);
    let report = probe(&udp(port, pattern("^SIP"))).await;
    assert_eq!(failure(&report, Reason::Banner), "it said `$ pong`, which does not match `^SIP`");
    for answers in [vec![Vec::new()], vec![vec![0xff; 60_000]; 5]] {
        let port = datagrams(answers).await;
        failure(&probe(&udp(port, pattern("^SIP"))).await, Reason::Banner);
    }
}

#[tokio::test]
async fn silence_over_udp_is_a_failure_and_so_is_a_closed_port() {
    let silent = datagrams(Vec::new()).await;
    let report = probe(&impatient(udp(silent, None))).await;
    assert_eq!(failure(&report, Reason::Timeout), "no answer within 250 ms");
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let port = socket.local_addr().unwrap().port();
    drop(socket);
    failure(&probe(&udp(port, None)).await, Reason::Refused);
}

#[tokio::test]
async fn a_preset_takes_an_answer_without_words() {
    let port = scripted(
        &[
            Says("220-mail.example\r\n220\r\n"),
            Hears("EHLO prober.invalid\r\n"),
            Says("250-HELP\r\n250\r\n"),
            Hears("QUIT\r\n"),
        ],
        false,
    )
    .await;
    success(&probe(&configured(&format!("smtp://127.0.0.1:{port}"), "starttls = false")).await);
}

#[tokio::test]
async fn a_server_that_refuses_tls_is_down_at_once_and_the_way_out_is_named() {
    let imap =
        [Says("* OK ready\r\n"), Hears("a1 STARTTLS\r\n"), Says("a1 BAD no\r\n"), Hears("never")];
    let pop3 = [Says("+OK ready\r\n"), Hears("STLS\r\n"), Says("-ERR no\r\n"), Hears("never")];
    let ftp = [Says("220 a\r\n"), Hears("AUTH TLS\r\n"), Says("502 no\r\n"), Hears("never")];
    let smtp = [
        Says("220 a\r\n"),
        Hears("EHLO prober.invalid\r\n"),
        Says("250 a\r\n"),
        Hears("STARTTLS\r\n"),
        Says("454 no\r\n"),
        Hears("never"),
    ];
    for (scheme, lines, said) in [
        ("imap", &imap[..], "a1 BAD no"),
        ("pop3", &pop3, "-ERR no"),
        ("ftp", &ftp, "502 no"),
        ("smtp", &smtp, "454 no"),
    ] {
        let port = scripted(lines, false).await;
        let report = probe(&configured(&format!("{scheme}://127.0.0.1:{port}"), "")).await;
        let expected =
            format!("it refuses to go over to TLS (`starttls = false` does without): `{said}`");
        assert_eq!(failure(&report, Reason::Banner), expected);
    }
}

#[tokio::test]
async fn a_chat_server_that_refuses_tls_is_down_at_once() {
    let hello = "<?xml version='1.0'?><stream:stream to='127.0.0.1' version='1.0' \
                 xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";
    let lines = [
        Hears(hello),
        Says("<stream:stream><stream:features/>"),
        Hears("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"),
        Says("<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>"),
        Hears("never"),
    ];
    let port = scripted(&lines, false).await;
    let report = probe(&configured(&format!("xmpp://127.0.0.1:{port}"), "")).await;
    assert!(failure(&report, Reason::Banner).contains("`starttls = false`"));
}

#[tokio::test]
async fn a_greeting_with_the_banner_in_it_is_heard_to_its_end() {
    let port = scripted(&[Says("220-mail.example\r\n"), Hears("never")], false).await;
    let lines = "starttls = false\nexpect = { banner = 'mail' }";
    let target = configured(&format!("ftp://127.0.0.1:{port}"), lines);
    let report = probe(&impatient(target)).await;
    let expected = "within 250 ms answer 1 of the dialogue was only `220-mail.example`";
    assert_eq!(failure(&report, Reason::Banner), expected);
    let port = scripted(&[Says("220-a\r\n220 b\r\n"), Hears("never")], false).await;
    let report = probe(&configured(&format!("ftp://127.0.0.1:{port}"), lines)).await;
    let expected = "answer 1 of the dialogue is `220-a 220 b`, expected `mail`";
    assert_eq!(failure(&report, Reason::Banner), expected);
}

#[tokio::test]
async fn bytes_that_a_variable_has_are_shown_by_its_name() {
    let server = Server::unasked(vec![Act::Say(b"no".into())]).await;
    let lines = "expect = { banner = 'hex:00 ${BYTES}' }";
    let report = probe(&configured(&format!("tcp://127.0.0.1:{}", server.port), lines)).await;
    let expected = "it said `no`, which does not match `hex:00 ${BYTES}`";
    assert_eq!(failure(&report, Reason::Banner), expected);
}

#[tokio::test]
async fn a_server_that_never_pauses_is_listened_to_all_the_same() {
    let noise = [b"ready".as_slice(), &[b'.'; 8192]].concat();
    let acts = vec![Act::Say(vec![b'x'; 4096]), Act::Drip(noise)];
    let server = Server::unasked(acts).await;
    success(&probe(&plain(&server, vec![hear("ready")])).await);
}

#[tokio::test]
async fn a_large_datagram_is_heard_to_its_end() {
    let answer = [vec![b'x'; 9000], b"end".to_vec()].concat();
    let port = datagrams(vec![answer]).await;
    let pattern = DialogueExpect::Matches(Pattern::new("end$").unwrap());
    success(&probe(&udp(port, Some(pattern))).await);
}
