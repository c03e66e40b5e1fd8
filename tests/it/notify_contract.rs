//! What every channel owes the tick, whatever it speaks: one suite for all.

use std::time::{Duration, Instant};

use prober::message::Message;
use prober::model::secret::{Secret, SecretUrl};
use prober::model::target::{
    ChannelKind, Email, Encryption, Login, Ntfy, SlackBot, SmtpServer, Telegram,
};
use prober::notify::Delivery;

use crate::notify::{message, tell};
use crate::support::smtp::{MailServer, Says, Script, Tls};
use crate::webhook::{MARKER, Reply, Webhook, closed_port};

/// Shorter than any wait that is asked for, and long enough for a slow machine.
const PATIENCE: Duration = Duration::from_secs(20);
const IMPATIENCE: Duration = Duration::from_millis(200);

/// The kinds of channels that go out over a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Channel {
    Slack,
    SlackBot,
    Email,
    Ntfy,
    Discord,
    Telegram,
    Webhook,
}

pub(crate) const ALL: [Channel; 7] = [
    Channel::Slack,
    Channel::SlackBot,
    Channel::Email,
    Channel::Ntfy,
    Channel::Discord,
    Channel::Telegram,
    Channel::Webhook,
];

/// What a service does with a message.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Act {
    Accept,
    RefuseForGood,
    ComeBackInAMinute,
    Trouble,
    Hang,
    LoseTheAnswer,
}

/// A service of the tests' own.
pub(crate) enum Service {
    Http(Webhook),
    Smtp(MailServer),
}

impl Service {
    pub(crate) async fn start(channel: Channel, act: Act) -> Self {
        match channel {
            Channel::Email => Self::Smtp(MailServer::start(script(act), Tls::Never).await),
            _ => Self::Http(Webhook::start([reply(channel, act)]).await),
        }
    }

    pub(crate) fn port(&self) -> u16 {
        match self {
            Self::Http(webhook) => url::Url::parse(webhook.url.expose()).unwrap().port().unwrap(),
            Self::Smtp(server) => server.port,
        }
    }

    /// The messages that it was sent.
    fn messages(&self) -> usize {
        match self {
            Self::Http(webhook) => webhook.requests().len(),
            Self::Smtp(server) => server.mails().len(),
        }
    }
}

fn script(act: Act) -> Script {
    match act {
        Act::Accept => &[],
        // Servers echo what they were sent; this one echoes a password.
        Act::RefuseForGood => &[("AUTH", Says::Line("535 5.7.8 XyZmarkerZyX is wrong"))],
        Act::ComeBackInAMinute => &[(".", Says::Line("451 4.7.1 greylisted, XyZmarkerZyX"))],
        Act::Trouble => &[("", Says::Cut)],
        Act::Hang => &[(".", Says::Hang)],
        Act::LoseTheAnswer => &[(".", Says::Cut)],
    }
}

fn reply(channel: Channel, act: Act) -> Reply {
    let echo = format!(
        r#"{{"ok":false,"message":"{MARKER}","description":"{MARKER}","error":"{MARKER}"}}"#
    );
    let minute = "retry-after: 60\r\n";
    match (act, channel) {
        (Act::Accept, Channel::SlackBot) => {
            Reply::new(200, r#"{"ok":true,"channel":"C1","ts":"1.2"}"#)
        }
        (Act::Accept, Channel::Ntfy | Channel::Discord) => Reply::new(200, r#"{"id":"1"}"#),
        (Act::Accept, Channel::Telegram) => Reply::new(200, r#"{"ok":true,"result":{}}"#),
        (Act::Accept, Channel::Webhook) => Reply::new(204, ""),
        (Act::Accept, _) => Reply::new(200, "ok"),
        (Act::RefuseForGood, Channel::SlackBot) => Reply::new(200, &echo),
        (Act::RefuseForGood, _) => Reply::new(404, &echo),
        (Act::ComeBackInAMinute, Channel::SlackBot) => {
            Reply::with_headers(200, minute, r#"{"ok":false,"error":"ratelimited"}"#)
        }
        (Act::ComeBackInAMinute, Channel::Discord) => Reply::new(429, r#"{"retry_after":60.0}"#),
        (Act::ComeBackInAMinute, Channel::Telegram) => {
            Reply::new(429, r#"{"ok":false,"parameters":{"retry_after":60}}"#)
        }
        (Act::ComeBackInAMinute, _) => Reply::with_headers(429, minute, &echo),
        (Act::Trouble, _) => Reply::new(500, &echo),
        (Act::Hang, _) => Reply::Hang,
        (Act::LoseTheAnswer, _) => Reply::cut(),
    }
}

/// A channel of this kind on `port`, whose every secret is the marker.
pub(crate) fn kind(channel: Channel, port: u16) -> ChannelKind {
    let secret = || Secret::new(MARKER);
    let server = || SecretUrl::parse(&format!("http://127.0.0.1:{port}/")).unwrap();
    let url = server().below(&["hook", MARKER]);
    match channel {
        Channel::Slack => ChannelKind::Slack { webhook_url: url, mention: None },
        Channel::SlackBot => ChannelKind::SlackBot(SlackBot {
            broadcast: true,
            bot_token: secret(),
            channel: "C1".into(),
            mention: None,
            api_url: Some(server()),
        }),
        Channel::Email => ChannelKind::Email(Box::new(email(port))),
        Channel::Ntfy => {
            ChannelKind::Ntfy(Ntfy { server: server(), topic: secret(), token: Some(secret()) })
        }
        Channel::Discord => ChannelKind::Discord { webhook_url: url },
        Channel::Telegram => ChannelKind::Telegram(Telegram {
            bot_token: secret(),
            chat_id: "-1001".into(),
            api_url: Some(server()),
        }),
        Channel::Webhook => ChannelKind::Webhook { url, secret: Some(secret()) },
    }
}

/// Mail to one address, by a server on `port`.
pub(crate) fn email(port: u16) -> Email {
    let login = Login { user: Secret::new(MARKER), password: Secret::new(MARKER) };
    Email {
        server: SmtpServer {
            host: "127.0.0.1".into(),
            port,
            encryption: Encryption::None,
            login: Some(login),
        },
        from: "prober@example.com".parse().unwrap(),
        to: vec!["me@example.com".parse().unwrap()],
    }
}

/// What becomes of the test message on `channel` when its service does `act`,
/// and how often the service was sent it. `tell` looks for the marker.
async fn delivered(channel: Channel, act: Act, patience: Duration) -> (Delivery, usize) {
    let service = Service::start(channel, act).await;
    let delivery = send(channel, service.port(), &message(), patience).await;
    (delivery, service.messages())
}

async fn send(channel: Channel, port: u16, message: &Message, patience: Duration) -> Delivery {
    tell(kind(channel, port), message, patience).await
}

#[tokio::test]
async fn what_is_accepted_is_sent_once() {
    for channel in ALL {
        let (delivery, sent) = delivered(channel, Act::Accept, PATIENCE).await;
        assert!(matches!(delivery, Delivery::Accepted { .. }), "{channel:?}: {delivery:?}");
        assert_eq!(sent, 1, "{channel:?}");
    }
}

#[tokio::test]
async fn what_is_refused_for_good_comes_with_advice() {
    for channel in ALL {
        let (delivery, _) = delivered(channel, Act::RefuseForGood, PATIENCE).await;
        let Delivery::Refused { advice, .. } = &delivery else {
            panic!("{channel:?}: {delivery:?}")
        };
        assert!(advice.len() > 20, "{channel:?}: {advice}");
    }
}

#[tokio::test]
async fn a_busy_channel_says_when_to_come_back() {
    for channel in ALL {
        let (delivery, sent) = delivered(channel, Act::ComeBackInAMinute, PATIENCE).await;
        let Delivery::ComeBack { after, .. } = &delivery else {
            panic!("{channel:?}: {delivery:?}")
        };
        assert_eq!(*after, Duration::from_mins(1), "{channel:?}");
        assert_eq!(sent, 1, "{channel:?}");
    }
}

#[tokio::test]
async fn trouble_passes() {
    for channel in ALL {
        let (delivery, _) = delivered(channel, Act::Trouble, PATIENCE).await;
        assert!(matches!(delivery, Delivery::Unavailable { .. }), "{channel:?}: {delivery:?}");
    }
}

#[tokio::test]
async fn silence_after_the_message_is_ambiguous_and_ends_with_the_patience() {
    for channel in ALL {
        let start = Instant::now();
        let (delivery, _) = delivered(channel, Act::Hang, IMPATIENCE).await;
        assert_eq!(delivery, Delivery::Unknown { why: "no answer in time".into() }, "{channel:?}");
        assert!(start.elapsed() < IMPATIENCE * 10, "{channel:?}");
    }
}

#[tokio::test]
async fn a_lost_answer_is_ambiguous() {
    for channel in ALL {
        let (delivery, sent) = delivered(channel, Act::LoseTheAnswer, PATIENCE).await;
        assert!(matches!(delivery, Delivery::Unknown { .. }), "{channel:?}: {delivery:?}");
        assert_eq!(sent, 1, "{channel:?}");
    }
}

#[tokio::test]
async fn where_nobody_listens_nothing_was_sent() {
    for channel in ALL {
        let delivery = send(channel, closed_port().await, &message(), PATIENCE).await;
        assert!(matches!(delivery, Delivery::Unavailable { .. }), "{channel:?}: {delivery:?}");
    }
}

#[tokio::test]
async fn without_patience_nothing_is_sent() {
    for channel in ALL {
        let (delivery, sent) = delivered(channel, Act::Accept, Duration::ZERO).await;
        assert!(matches!(delivery, Delivery::Unavailable { .. }), "{channel:?}: {delivery:?}");
        assert_eq!(sent, 0, "{channel:?}");
    }
}

#[tokio::test]
async fn the_page_of_a_captive_portal_is_no_delivery() {
    // A webhook of one's own may answer what it likes; mail has no pages.
    for channel in ALL {
        if matches!(channel, Channel::Email | Channel::Webhook) {
            continue;
        }
        let portal = Webhook::start([Reply::new(200, "<html>Log in")]).await;
        let port = Service::Http(portal).port();
        let delivery = send(channel, port, &message(), PATIENCE).await;
        assert!(matches!(delivery, Delivery::Refused { .. }), "{channel:?}: {delivery:?}");
    }
}

#[tokio::test]
async fn an_acceptance_that_breaks_off_may_be_one() {
    for channel in ALL {
        if matches!(channel, Channel::Email | Channel::Webhook) {
            continue;
        }
        let reply = Reply::Raw("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{".into());
        let port = Service::Http(Webhook::start([reply]).await).port();
        let delivery = send(channel, port, &message(), PATIENCE).await;
        assert!(matches!(delivery, Delivery::Unknown { .. }), "{channel:?}: {delivery:?}");
    }
}
