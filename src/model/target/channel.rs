//! Whom to tell, and how.

use std::fmt;
use std::time::Duration;

use lettre::message::Mailbox;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::client::{Certificate, CertificateStore, TlsParameters};
use rustls_pki_types::CertificateDer;

use crate::model::daily_hours::DailyHours;
use crate::model::names::ChannelName;
use crate::model::secret::{Secret, SecretUrl};

/// One configured place to tell.
#[derive(Debug, Clone)]
pub struct Channel {
    /// Its unique name.
    pub name: ChannelName,
    /// How it is told.
    pub kind: ChannelKind,
    /// When it is told of targets that are not urgent; empty: always.
    pub hours: Vec<DailyHours>,
    /// How long an outage lasts before it is told of it; zero: it is told at once.
    pub after: Duration,
}

impl Channel {
    /// A channel that is told of everything at once.
    #[must_use]
    pub const fn new(name: ChannelName, kind: ChannelKind) -> Self {
        Self { name, kind, hours: Vec::new(), after: Duration::ZERO }
    }
}

/// How a channel is told.
#[derive(Debug, Clone)]
pub enum ChannelKind {
    /// A Slack incoming webhook.
    Slack {
        /// The webhook's URL.
        webhook_url: SecretUrl,
        /// Put before a *down* message: `<!here>`, `<@U123>`.
        mention: Option<String>,
    },
    /// A bot in a Slack channel.
    SlackBot(SlackBot),
    /// Mail, by SMTP.
    Email(Box<Email>),
    /// A topic of an ntfy server.
    Ntfy(Ntfy),
    /// A webhook of a Discord channel.
    Discord {
        /// The webhook's URL.
        webhook_url: SecretUrl,
    },
    /// A Telegram bot, and a chat that it is in.
    Telegram(Telegram),
    /// The owner's own program.
    Webhook {
        /// Where it listens.
        url: SecretUrl,
        /// The key that signs requests to it, if any.
        secret: Option<Secret>,
    },
    /// Standard output, or standard error if standard output is JSON.
    Console,
    /// Nowhere, because a secret is missing: what it is owed waits for that.
    Off {
        /// The value of `type` in the configuration.
        code: &'static str,
        /// What is missing.
        why: String,
    },
}

impl ChannelKind {
    /// The value of `type` in the configuration.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Slack { .. } | Self::SlackBot(_) => "slack",
            Self::Email(_) => "email",
            Self::Ntfy(_) => "ntfy",
            Self::Discord { .. } => "discord",
            Self::Telegram(_) => "telegram",
            Self::Webhook { .. } => "webhook",
            Self::Console => "console",
            Self::Off { code, .. } => code,
        }
    }
}

/// A bot in a Slack channel.
#[derive(Debug, Clone)]
pub struct SlackBot {
    /// The app's bot token, `xoxb-…`.
    pub bot_token: Secret,
    /// The channel's id or name.
    pub channel: String,
    /// Put before a *down* message: `<!here>`, `<@U123>`.
    pub mention: Option<String>,
    /// Whether its answers in a thread also stand in the channel.
    pub broadcast: bool,
    /// Where the Web API is, if not at slack.com.
    pub api_url: Option<SecretUrl>,
}

/// A Telegram bot, and a chat that it is in.
#[derive(Debug, Clone)]
pub struct Telegram {
    /// What `@BotFather` gave out.
    pub bot_token: Secret,
    /// The chat's number, or `@name` of a public one.
    pub chat_id: String,
    /// Where the Bot API is, if not at telegram.org.
    pub api_url: Option<SecretUrl>,
}

/// A topic of an ntfy server.
#[derive(Debug, Clone)]
pub struct Ntfy {
    /// The server's root, which topics are published to.
    pub server: SecretUrl,
    /// The topic's name: whoever knows it can read and write.
    pub topic: Secret,
    /// An access token, where the topic is protected.
    pub token: Option<Secret>,
}

/// Mail, by SMTP.
#[derive(Debug, Clone)]
pub struct Email {
    /// The server that takes it.
    pub server: SmtpServer,
    /// Who it is from.
    pub from: Mailbox,
    /// Who gets it, at least one.
    pub to: Vec<Mailbox>,
}

/// The mail server to which mails are handed.
#[derive(Debug, Clone)]
pub struct SmtpServer {
    /// Host name or address, without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// How the connection is encrypted.
    pub encryption: Encryption,
    /// The credentials, if the server wants any.
    pub login: Option<Login>,
}

impl SmtpServer {
    /// The same server, which may also have a certificate signed by one of `roots`.
    ///
    /// # Errors
    ///
    /// One of `roots` cannot be a root certificate.
    pub fn trusting(self, roots: &[CertificateDer<'_>]) -> Result<Self, SmtpError> {
        let encryption = match self.encryption {
            Encryption::Tls(_) => Encryption::Tls(tls_parameters(&self.host, roots)?),
            Encryption::StartTls(_) => Encryption::StartTls(tls_parameters(&self.host, roots)?),
            Encryption::None => Encryption::None,
        };
        Ok(Self { encryption, ..self })
    }
}

/// The settings of TLS for the mail server `host`: with Mozilla's roots, and `roots`.
///
/// # Errors
///
/// One of `roots` cannot be a root certificate.
pub fn tls_parameters(
    host: &str,
    roots: &[CertificateDer<'_>],
) -> Result<TlsParameters, SmtpError> {
    let mut builder =
        TlsParameters::builder(host.to_owned()).certificate_store(CertificateStore::WebpkiRoots);
    for root in roots {
        builder = builder.add_root_certificate(Certificate::from_der(root.to_vec())?);
    }
    builder.build_rustls()
}

/// How a connection to a mail server is encrypted.
#[derive(Clone)]
pub enum Encryption {
    /// TLS from the first byte.
    Tls(TlsParameters),
    /// TLS after `STARTTLS`; without it nothing is sent.
    StartTls(TlsParameters),
    /// Not at all.
    None,
}

impl fmt::Debug for Encryption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The parameters hold all trusted roots: a screen full of bytes.
        f.write_str(match self {
            Self::Tls(_) => "Tls",
            Self::StartTls(_) => "StartTls",
            Self::None => "None",
        })
    }
}

/// A user name and a password.
#[derive(Debug, Clone)]
pub struct Login {
    /// The user name, often a mail address, which is private.
    pub user: Secret,
    /// The password.
    pub password: Secret,
}
