//! How channels are told, and what their answers mean.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use prober::http_client;
use prober::message::{Message, Voice, test_message};
use prober::model::names::ChannelName;
use prober::model::observation::Vantage;
use prober::model::secret::SecretUrl;
use prober::model::target::{Channel, ChannelKind, Language};
use prober::notify::console::Console;
use prober::notify::{Delivery, Notifier};
use rustls_pki_types::PrivateKeyDer;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::webhook::{MARKER, Reply, Webhook, closed_port, url};

/// By a channel that cannot find its messages again.
pub(crate) const ACCEPTED: Delivery = Delivery::Accepted { receipt: None };

const PATIENCE: Duration = Duration::from_secs(20);
const IMPATIENCE: Duration = Duration::from_millis(200);

/// A writer whose contents can be read: a console, or a log.
#[derive(Clone, Default)]
pub(crate) struct Paper(Arc<Mutex<Vec<u8>>>);

impl Paper {
    pub(crate) fn read(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub(crate) fn message() -> Message {
    let vantage = Vantage("home".into());
    let now = "2026-07-05T05:02:00Z".parse().unwrap();
    test_message(&Voice {
        language: Language::En,
        zone: chrono_tz::UTC,
        vantage: &vantage,
        page: None,
        now,
    })
}

fn slack(webhook_url: &SecretUrl) -> ChannelKind {
    ChannelKind::Slack { webhook_url: webhook_url.clone(), mention: None }
}

/// What speaks to a channel of this kind.
pub(crate) fn notifier(kind: ChannelKind) -> Notifier {
    let channel = Channel::new(ChannelName::new("it"), kind);
    let console = Console::new(io::sink(), false);
    Notifier::new(&channel, &http_client::client().unwrap(), &console)
}

/// Sends the test message to a webhook that answers with `reply`, and looks
/// for the webhook's secret in all that comes of it.
async fn answered(reply: Reply, patience: Duration) -> Delivery {
    let webhook = Webhook::start([reply]).await;
    told(&webhook.url, patience).await
}

async fn told(url: &SecretUrl, patience: Duration) -> Delivery {
    tell(slack(url), &message(), patience).await
}

/// Sends `message` to a channel of this kind, and looks for its secret in all
/// that comes of it.
pub(crate) async fn tell(kind: ChannelKind, message: &Message, patience: Duration) -> Delivery {
    let log = Paper::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let notifier = notifier(kind);
    let delivery = notifier.send(message, patience).await;
    drop(guard);
    let output = format!("{} {delivery:?} {notifier:?}", log.read());
    assert!(!output.contains(MARKER), "the secret is out: {output}");
    let level = match &delivery {
        Delivery::Accepted { .. } => "DEBUG",
        Delivery::Refused { .. } => "ERROR",
        Delivery::ComeBack { .. } | Delivery::Unavailable { .. } | Delivery::Unknown { .. } => {
            "WARN"
        }
    };
    let line = log.read().lines().rfind(|line| line.contains("channel")).map(str::to_owned);
    assert!(line.is_some_and(|line| line.contains(level)), "not logged: {}", log.read());
    if let Delivery::Refused { advice, .. } = &delivery {
        assert!(log.read().contains(advice), "no advice: {}", log.read());
    }
    delivery
}

fn refusal(delivery: Delivery) -> (String, &'static str) {
    match delivery {
        Delivery::Refused { why, advice } => (why, advice),
        other => panic!("not refused: {other:?}"),
    }
}

fn come_back(delivery: Delivery) -> Duration {
    match delivery {
        Delivery::ComeBack { after, .. } => after,
        other => panic!("not asked to come back: {other:?}"),
    }
}

#[tokio::test]
async fn ok_is_delivery() {
    assert_eq!(answered(Reply::new(200, "ok"), PATIENCE).await, ACCEPTED);
}

#[tokio::test]
async fn ok_in_the_words_of_a_service_like_slack_is_delivery() {
    assert_eq!(answered(Reply::new(200, r#"{"success":true}"#), PATIENCE).await, ACCEPTED);
}

#[tokio::test]
async fn the_request_is_json_to_the_webhooks_path() {
    let webhook = Webhook::start([Reply::new(200, "ok")]).await;
    assert_eq!(told(&webhook.url, PATIENCE).await, ACCEPTED);
    let request = webhook.requests().remove(0);
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with(&format!("POST /services/T0/B0/{MARKER} HTTP/1.1\r\n")), "{head}");
    assert!(head.contains("content-type: application/json"), "{head}");
    assert_eq!(body, prober::notify::slack::payload(&message(), None));
}

#[tokio::test]
async fn a_page_of_a_captive_portal_is_no_delivery() {
    let (why, advice) = refusal(answered(Reply::new(200, "<html>Log in"), PATIENCE).await);
    assert_eq!(why, "HTTP 200 and a web page");
    assert!(advice.contains("captive portal"), "{advice}");
}

#[tokio::test]
async fn an_acceptance_that_breaks_off_may_be_one() {
    let reply = Reply::Raw("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\no".into());
    let expected = Delivery::Unknown { why: "HTTP 200, broken off".into() };
    assert_eq!(answered(reply, PATIENCE).await, expected);
}

#[tokio::test]
async fn a_permanent_refusal_says_what_to_do() {
    for (status, code, todo) in [
        (400, "invalid_payload", "bug in prober"),
        (400, "no_text", "bug in prober"),
        (400, "user_not_found", "another channel"),
        (403, "invalid_token", "create a new one"),
        (403, "action_prohibited", "ask an admin"),
        (404, "no_service", "create a new one"),
        (404, "channel_not_found", "create a webhook"),
        (410, "channel_is_archived", "unarchive"),
        (418, "a_code_of_tomorrow", "check webhook_url"),
    ] {
        let (why, advice) = refusal(answered(Reply::new(status, code), PATIENCE).await);
        assert_eq!(why, format!("HTTP {status} {code}"));
        assert!(advice.contains(todo), "{code}: {advice}");
    }
}

#[tokio::test]
async fn an_answer_that_echoes_the_url_is_not_quoted() {
    for body in [format!("no such path: /services/T0/B0/{MARKER}"), "services".into()] {
        let (why, _) = refusal(answered(Reply::new(404, &body), PATIENCE).await);
        assert_eq!(why, "HTTP 404");
    }
}

#[tokio::test]
async fn an_endless_answer_is_not_read_to_its_end() {
    let (why, _) = refusal(answered(Reply::new(404, &"x".repeat(1 << 20)), PATIENCE).await);
    assert_eq!(why, "HTTP 404");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Webhook::start([Reply::new(200, "ok")]).await;
    let location = format!("location: {}\r\n", elsewhere.url.expose());
    let (why, advice) = refusal(answered(Reply::with_headers(302, &location, ""), PATIENCE).await);
    assert_eq!(why, "HTTP 302");
    assert!(advice.contains("not Slack's answer"), "{advice}");
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn trouble_at_slack_passes() {
    for (status, body) in [(500, "rollup_error"), (503, ""), (408, "")] {
        let delivery = answered(Reply::new(status, body), PATIENCE).await;
        let why = format!("HTTP {status} {body}").trim().to_owned();
        assert_eq!(delivery, Delivery::Unavailable { why });
    }
}

#[tokio::test]
async fn a_gateway_that_gave_up_does_not_know() {
    let delivery = answered(Reply::new(504, ""), PATIENCE).await;
    assert_eq!(delivery, Delivery::Unknown { why: "HTTP 504".into() });
}

#[tokio::test]
async fn a_short_wait_is_waited() {
    let busy = Reply::with_headers(429, "retry-after: 1\r\n", "");
    let webhook = Webhook::start([busy, Reply::new(200, "ok")]).await;
    let start = Instant::now();
    assert_eq!(told(&webhook.url, PATIENCE).await, ACCEPTED);
    assert!(start.elapsed() >= Duration::from_secs(1));
    let [first, second] = &webhook.requests()[..] else { panic!("not sent twice") };
    assert_eq!(first, second);
}

#[tokio::test]
async fn a_wait_that_leaves_no_time_to_send_is_for_another_tick() {
    let busy = Reply::with_headers(429, "retry-after: 1\r\n", "");
    let start = Instant::now();
    let after = come_back(answered(busy, Duration::from_millis(1900)).await);
    assert_eq!(after, Duration::from_secs(1));
    assert!(start.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn when_to_come_back_is_read_in_every_way_it_is_said() {
    let dated = "date: Sun, 05 Jul 2026 05:00:00 GMT\r\n";
    for (headers, seconds) in [
        ("retry-after: 120\r\n".to_owned(), 120),
        (format!("{dated}retry-after: Sun, 05 Jul 2026 05:01:30 GMT\r\n"), 90),
        ("retry-after: Sun, 05 Jul 2026 05:01:30 GMT\r\n".to_owned(), 30),
        ("retry-after: soon\r\n".to_owned(), 30),
        ("retry-after: -5\r\n".to_owned(), 30),
        (String::new(), 30),
        ("retry-after: 18446744073709551615\r\n".to_owned(), 86_400),
    ] {
        let delivery = answered(Reply::with_headers(429, &headers, ""), PATIENCE).await;
        assert_eq!(come_back(delivery), Duration::from_secs(seconds), "{headers}");
    }
}

#[tokio::test]
async fn silence_is_ambiguous_and_ends_with_the_patience() {
    let start = Instant::now();
    let delivery = answered(Reply::Hang, IMPATIENCE).await;
    assert_eq!(delivery, Delivery::Unknown { why: "no answer in time".into() });
    assert!(start.elapsed() < IMPATIENCE * 5);
}

#[tokio::test]
async fn a_connection_cut_after_the_request_is_ambiguous() {
    let Delivery::Unknown { why } = answered(Reply::cut(), PATIENCE).await else {
        panic!("not ambiguous");
    };
    assert!(why.starts_with("connection lost before the answer"), "{why}");
}

#[tokio::test]
async fn a_message_that_was_never_sent_is_not_ambiguous() {
    let Delivery::Unavailable { why } = told(&url(closed_port().await), PATIENCE).await else {
        panic!("not told apart");
    };
    assert!(why.starts_with("cannot connect: Connection refused"), "{why}");
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_not_spoken_to() {
    let (port, server) = impostor().await;
    let url = url(port).expose().replace("http://127.0.0.1", "https://localhost");
    let url = SecretUrl::parse(&url).unwrap();
    let (delivery, heard) = tokio::join!(told(&url, PATIENCE), server);
    let expected = "cannot connect: invalid peer certificate: UnknownIssuer";
    assert_eq!(delivery, Delivery::Unavailable { why: expected.into() });
    assert!(heard.is_err(), "the handshake succeeded");
}

/// A TLS server with a certificate of its own making, for one handshake.
async fn impostor() -> (u16, impl Future<Output = io::Result<()>>) {
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(own.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let handshake = async move {
        let (stream, _) = listener.accept().await?;
        acceptor.accept(stream).await.map(drop)
    };
    (port, handshake)
}

#[tokio::test]
async fn without_patience_nothing_is_sent() {
    let webhook = Webhook::start([Reply::new(200, "ok")]).await;
    let delivery = told(&webhook.url, Duration::ZERO).await;
    assert!(matches!(delivery, Delivery::Unavailable { .. }), "{delivery:?}");
    assert!(webhook.requests().is_empty());
}

#[test]
fn what_is_no_web_url_is_refused_without_being_told() {
    for url in [MARKER.to_owned(), format!("ftp://host/{MARKER}"), format!("mailto:{MARKER}")] {
        let error = SecretUrl::parse(&url).unwrap_err();
        let told = format!("{error} {error:?}");
        assert!(!told.contains(MARKER), "{told}");
    }
}

#[tokio::test]
async fn the_console_prints_what_people_read() {
    let paper = Paper::default();
    let channel = Channel::new(ChannelName::new("console"), ChannelKind::Console);
    let client = http_client::client().unwrap();
    let console = Console::new(paper.clone(), false);
    let notifier = Notifier::new(&channel, &client, &console);
    assert_eq!(notifier.send(&message(), PATIENCE).await, ACCEPTED);
    assert_eq!(
        paper.read(),
        "🔵 Test message from prober: this channel works\n  prober at home, 05:02 UTC\n"
    );
}

#[tokio::test]
async fn the_console_is_coloured_if_told_so() {
    let paper = Paper::default();
    let channel = Channel::new(ChannelName::new("console"), ChannelKind::Console);
    let client = http_client::client().unwrap();
    let console = Console::new(paper.clone(), true);
    let notifier = Notifier::new(&channel, &client, &console);
    assert_eq!(notifier.send(&message(), PATIENCE).await, ACCEPTED);
    assert!(
        paper.read().starts_with(
            "\u{1b}[1m\u{1b}[36m🔵 Test message from prober: this channel works\u{1b}[0m\n"
        ),
        "{:?}",
        paper.read()
    );
}
