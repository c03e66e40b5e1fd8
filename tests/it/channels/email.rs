//! Mail: what stands in it, who gets it, and how the connection is kept.

use std::iter;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use prober::core::announce::Fact;
use prober::message::{Entry, Line};
use prober::model::observation::Reason;
use prober::model::target::{ChannelKind, Email, Encryption, tls_parameters};
use prober::notify::Delivery;
use tokio_rustls::TlsAcceptor;

use crate::message::{HOSTILE, at, incident, say};
use crate::notify::{ACCEPTED, message, tell};
use crate::notify_contract::email;
use crate::support::certificates::Authority;
use crate::support::smtp::{MailServer, Says, Script, Tls};

const PATIENCE: Duration = Duration::from_secs(20);

async fn mailed(script: Script, email: impl FnOnce(u16) -> Email) -> (Delivery, MailServer) {
    let server = MailServer::start(script, Tls::Never).await;
    let kind = ChannelKind::Email(Box::new(email(server.port)));
    (tell(kind, &message(), PATIENCE).await, server)
}

fn refusal(delivery: Delivery) -> (String, &'static str) {
    match delivery {
        Delivery::Refused { why, advice } => (why, advice),
        other => panic!("not refused: {other:?}"),
    }
}

fn two(port: u16) -> Email {
    let to = vec!["a@example.com".parse().unwrap(), "B <b@example.com>".parse().unwrap()];
    Email { to, ..email(port) }
}

/// The value of `header` in `mail`.
fn header<'a>(mail: &'a str, header: &str) -> &'a str {
    mail.lines().find_map(|line| line.strip_prefix(header)?.strip_prefix(": ")).unwrap()
}

/// The subject of `mail`, of which the sign is encoded.
fn subject(mail: &str) -> String {
    let (sign, story) = header(mail, "Subject").split_once(' ').unwrap();
    let sign = sign.strip_prefix("=?utf-8?b?").unwrap().strip_suffix("?=").unwrap();
    let sign = String::from_utf8(BASE64.decode(sign).unwrap()).unwrap();
    format!("{sign} {story}")
}

/// `mail` without the encoding of its parts, which is quoted-printable.
fn decoded(mail: &str) -> String {
    let (first, rest) = mail.split_once('=').unwrap();
    let mut bytes = first.as_bytes().to_vec();
    for part in rest.replace("=\r\n", "").split('=') {
        match u8::from_str_radix(part.get(..2).unwrap_or_default(), 16) {
            Ok(byte) => bytes.extend(iter::once(byte).chain(part.bytes().skip(2))),
            Err(_) => bytes.extend(iter::once(b'=').chain(part.bytes())),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn a_letter_is_text_and_html_from_a_machine() {
    let (delivery, server) = mailed(&[], two).await;
    assert_eq!(delivery, ACCEPTED);
    let [mail] = &server.mails()[..] else { panic!("not one mail") };
    let story = "🔵 Test message from prober: this channel works";
    assert_eq!(subject(mail), story);
    assert_eq!(header(mail, "From"), "prober@example.com");
    assert_eq!(header(mail, "Auto-Submitted"), "auto-generated");
    assert_eq!(header(mail, "Date"), "Sun, 05 Jul 2026 05:02:00 +0000");
    assert!(mail.contains("multipart/alternative"), "{mail}");
    let read = decoded(mail);
    assert!(read.contains(&format!("\r\n{story}\r\n\r\n-- \r\nprober at home, ")), "{read}");
    assert!(read.contains(&format!("\">{story}</strong></p>")), "{read}");
    let heard = server.heard();
    assert!(heard.contains(&"MAIL FROM:<prober@example.com>".to_owned()), "{heard:?}");
    assert!(heard.contains(&"RCPT TO:<b@example.com>".to_owned()), "{heard:?}");
    assert_eq!(heard.last().unwrap(), "QUIT");
}

#[tokio::test]
async fn one_bad_address_keeps_no_other_from_getting_the_mail() {
    for answer in ["550 5.1.1 no such user", "452 4.2.2 mailbox full"] {
        let script: Script = match answer {
            "550 5.1.1 no such user" => &[("RCPT TO:<a@", Says::Line("550 5.1.1 no such user"))],
            _ => &[("RCPT TO:<a@", Says::Line("452 4.2.2 mailbox full"))],
        };
        let (delivery, server) = mailed(script, two).await;
        assert_eq!(delivery, ACCEPTED, "{answer}");
        assert_eq!(server.mails().len(), 1, "{answer}");
    }
}

#[tokio::test]
async fn each_step_is_refused_with_its_own_advice() {
    let steps: [(Script, &str, &str); 6] = [
        (&[("", Says::Line("554 no mail from there"))], "554 no mail from there", "its owner"),
        (&[("AUTH", Says::Line("535 no"))], "535 to the login", "app password"),
        (&[("MAIL", Says::Line("553 not yours"))], "553 not yours", "`from`"),
        (&[("RCPT", Says::Line("550 relay denied"))], "550 relay denied", "`to`"),
        (&[("DATA", Says::Line("554 no"))], "554 no", "its words say why"),
        (&[(".", Says::Line("552 too big"))], "552 too big", "its words say why"),
    ];
    for (script, words, todo) in steps {
        let (why, advice) = refusal(mailed(script, email).await.0);
        assert_eq!(why, words);
        assert!(advice.contains(todo), "{advice}");
    }
}

#[tokio::test]
async fn silence_before_the_letter_is_not_ambiguous() {
    let scripts: [Script; 3] =
        [&[("", Says::Hang)], &[("RCPT", Says::Hang)], &[("DATA", Says::Hang)]];
    for script in scripts {
        let server = MailServer::start(script, Tls::Never).await;
        let kind = ChannelKind::Email(Box::new(email(server.port)));
        let delivery = tell(kind, &message(), Duration::from_millis(200)).await;
        assert!(matches!(delivery, Delivery::Unavailable { .. }), "{delivery:?}");
    }
}

#[tokio::test]
async fn a_server_that_does_not_part_politely_has_the_letter_all_the_same() {
    let scripts: [Script; 2] = [&[("QUIT", Says::Cut)], &[("QUIT", Says::Line("500 what?"))]];
    for script in scripts {
        assert_eq!(mailed(script, email).await.0, ACCEPTED);
    }
}

#[tokio::test]
async fn the_same_facts_are_the_same_letter_and_a_test_is_always_new() {
    let down = |since| {
        let fact = Fact::down(incident(since, Reason::Refused, "it refused"));
        say(&[(prober::model::names::TargetName::new("nas"), fact)])
    };
    let server = MailServer::start(&[], Tls::Never).await;
    let mut later = message();
    later.data.at = at("2026-07-05T06:00:00Z");
    let mut retold = down("2026-07-05T05:00:00Z");
    retold.data.at = at("2026-07-05T06:00:00Z");
    let sent =
        [down("2026-07-05T05:00:00Z"), retold, down("2026-07-05T05:01:00Z"), message(), later];
    for message in &sent {
        let kind = ChannelKind::Email(Box::new(email(server.port)));
        assert_eq!(tell(kind, message, PATIENCE).await, ACCEPTED);
    }
    let mails = server.mails();
    let ids: Vec<_> = mails.iter().map(|mail| header(mail, "Message-ID")).collect();
    assert!(ids[0].ends_with("@example.com>"), "{ids:?}");
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[0], ids[2]);
    assert_ne!(ids[3], ids[4]);
}

#[tokio::test]
async fn text_of_others_is_neither_html_nor_a_header() {
    let mut message = message();
    message.text = format!("{HOSTILE}\r\nBcc: evil@example.com");
    let (mood, headline) = (message.mood, String::new());
    let lines = vec![HOSTILE.into(), Line::Code(HOSTILE.into())];
    message.entries.push(Entry { mood, headline, lines });
    let server = MailServer::start(&[], Tls::Never).await;
    let kind = ChannelKind::Email(Box::new(email(server.port)));
    assert_eq!(tell(kind, &message, PATIENCE).await, ACCEPTED);
    let mail = server.mails().remove(0);
    assert!(!mail.lines().any(|line| line.starts_with("Bcc")), "{mail}");
    let escaped = "&lt;!channel&gt; &amp; &lt;http://evil|click&gt;";
    for tag in ["p", "pre"] {
        assert!(decoded(&mail).contains(&format!("<{tag}>{escaped}")), "{mail}");
    }
}

/// What becomes of a mail to a server with a certificate of its own making,
/// which is trusted or not.
async fn encrypted(encryption: &Encryption, trusted: bool) -> (Delivery, MailServer) {
    let authority = Authority::new();
    let config = Arc::new(authority.issue(&["localhost"], |_| {}).server(&[]));
    let acceptor = TlsAcceptor::from(config);
    let tls = match encryption {
        Encryption::Tls(_) => Tls::FromTheStart(acceptor),
        Encryption::StartTls(_) => Tls::Later(acceptor),
        Encryption::None => Tls::Never,
    };
    let server = MailServer::start(&[], tls).await;
    let mut email = email(server.port);
    email.server.host = "localhost".into();
    email.server.encryption = encryption.clone();
    if trusted {
        email.server = email.server.trusting(&[authority.root()]).unwrap();
    }
    (tell(ChannelKind::Email(Box::new(email)), &message(), PATIENCE).await, server)
}

/// TLS from the start, and later.
fn ways() -> [Encryption; 2] {
    let parameters = || tls_parameters("localhost", &[]).unwrap();
    [Encryption::Tls(parameters()), Encryption::StartTls(parameters())]
}

#[tokio::test]
async fn tls_is_spoken_from_the_start_or_after_starttls() {
    for encryption in ways() {
        let (delivery, server) = encrypted(&encryption, true).await;
        assert_eq!(delivery, ACCEPTED, "{encryption:?}");
        assert_eq!(server.mails().len(), 1);
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_gets_no_password_and_no_mail() {
    for encryption in ways() {
        let (delivery, server) = encrypted(&encryption, false).await;
        let Delivery::Unavailable { why } = delivery else { panic!("{delivery:?}") };
        assert!(why.contains("UnknownIssuer"), "{why}");
        assert!(!server.heard().iter().any(|line| line.starts_with("AUTH")));
    }
}

#[tokio::test]
async fn a_server_without_starttls_gets_no_password_and_no_mail() {
    let server = MailServer::start(&[], Tls::Never).await;
    let mut email = email(server.port);
    let [_, later] = ways();
    email.server.encryption = later;
    let delivery = tell(ChannelKind::Email(Box::new(email)), &message(), PATIENCE).await;
    assert_eq!(refusal(delivery).0, "no STARTTLS");
    assert!(!server.heard().iter().any(|line| line.starts_with("AUTH")));
}
