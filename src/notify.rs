//! Sends a message on a channel, and classifies the answer. This room remembers
//! nothing: what was not accepted stays owed for the next tick.
//!
//! Each channel has a file, and only that file knows its wire. *Slack
//! refused?* Look in [`slack`].

mod answer;
pub mod console;
pub mod discord;
pub mod email;
mod layout;
pub mod ntfy;
pub mod slack;
pub mod telegram;
pub mod webhook;

use std::time::Duration;

use tokio::time::Instant;

use crate::message::Message;
use crate::model::names::ChannelName;
use crate::model::state::Receipt;
use crate::model::target::{Channel, ChannelKind};

use self::console::Console;
use self::discord::Discord;
use self::email::Email;
use self::ntfy::Ntfy;
use self::slack::{Bot, Slack};
use self::telegram::Telegram;
use self::webhook::Webhook;

/// The time for one try, connection to last byte of the answer.
pub const SEND_TIMEOUT: Duration = Duration::from_secs(10);

/// The time that must be left after a wait: with less, sending would be cut off in the
/// middle, and nobody would know whether the message arrived.
pub const TIME_TO_SEND: Duration = Duration::from_secs(1);

/// One channel, ready to be told.
#[derive(Debug, Clone)]
pub struct Notifier {
    name: ChannelName,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    Slack(Slack),
    SlackBot(Bot),
    Email(Box<Email>),
    Ntfy(Ntfy),
    Discord(Discord),
    Telegram(Telegram),
    Webhook(Webhook),
    Console(Console),
    /// What is missing.
    Off(String),
}

/// The result of sending a message. Unless it is [`Delivery::Accepted`], the message
/// stays owed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "what was not accepted is still owed"]
pub enum Delivery {
    /// The channel has it.
    Accepted {
        /// Where it keeps it, if it can answer or change it later.
        receipt: Option<Receipt>,
    },
    /// The channel is too busy, and says when to come back. It was not told.
    ComeBack {
        /// Not before this has passed.
        after: Duration,
        /// What it answered.
        why: String,
    },
    /// The channel could not be reached, or is in trouble. It was not told.
    Unavailable {
        /// What happened.
        why: String,
    },
    /// The channel does not want it, and will not until somebody acts.
    Refused {
        /// What it answered.
        why: String,
        /// What to do.
        advice: &'static str,
    },
    /// It was sent, and no answer came: the channel may have it or not.
    Unknown {
        /// What happened.
        why: String,
    },
}

impl Delivery {
    /// Why it is not certain that the channel has it; `None` if it is.
    #[must_use]
    pub fn why_not(&self) -> Option<String> {
        match self {
            Self::Accepted { .. } => None,
            Self::ComeBack { after, why } => {
                Some(format!("not delivered: {why}; try again in {} s", after.as_secs()))
            }
            Self::Unavailable { why } => Some(format!("not delivered: {why}")),
            Self::Refused { why, advice } => Some(format!("refused: {why}; {advice}")),
            Self::Unknown { why } => Some(format!("perhaps delivered: {why}")),
        }
    }
}

impl Notifier {
    /// Prepares to tell `channel`: over `client` what goes out by HTTP, on
    /// `console` what is printed.
    #[must_use]
    pub fn new(channel: &Channel, client: &reqwest::Client, console: &Console) -> Self {
        let client = client.clone();
        let kind = match &channel.kind {
            ChannelKind::Slack { webhook_url, mention } => {
                Kind::Slack(Slack::new(webhook_url, mention.clone(), client))
            }
            ChannelKind::SlackBot(bot) => Kind::SlackBot(Bot::new(bot, client)),
            ChannelKind::Email(email) => Kind::Email(Box::new(Email::new(&channel.name, email))),
            ChannelKind::Ntfy(ntfy) => Kind::Ntfy(Ntfy::new(ntfy, client)),
            ChannelKind::Discord { webhook_url } => {
                Kind::Discord(Discord::new(webhook_url, client))
            }
            ChannelKind::Telegram(telegram) => Kind::Telegram(Telegram::new(telegram, client)),
            ChannelKind::Webhook { url, secret } => {
                Kind::Webhook(Webhook::new(url, secret.as_ref(), client))
            }
            ChannelKind::Console => Kind::Console(console.clone()),
            ChannelKind::Off { why, .. } => Kind::Off(why.clone()),
        };
        Self { name: channel.name.clone(), kind }
    }

    /// The channel that it tells.
    pub fn name(&self) -> &ChannelName {
        &self.name
    }

    /// Whether it can tell anybody anything: else a secret is missing.
    #[must_use]
    pub fn is_off(&self) -> bool {
        matches!(self.kind, Kind::Off(_))
    }

    /// Sends `message` within `patience`, as often as the channel asks to come
    /// back while there is time, and logs what kept it from arriving.
    pub async fn send(&self, message: &Message, patience: Duration) -> Delivery {
        let start = Instant::now();
        let delivery = loop {
            let left = patience.saturating_sub(start.elapsed());
            if left.is_zero() {
                break Delivery::Unavailable { why: "no time left to send it".into() };
            }
            let delivery = self.attempt(message, left.min(SEND_TIMEOUT)).await;
            let left = patience.saturating_sub(start.elapsed());
            match delivery {
                Delivery::ComeBack { after, .. } if after.saturating_add(TIME_TO_SEND) <= left => {
                    tokio::time::sleep(after).await;
                }
                Delivery::Accepted { .. }
                | Delivery::ComeBack { .. }
                | Delivery::Unavailable { .. }
                | Delivery::Refused { .. }
                | Delivery::Unknown { .. } => break delivery,
            }
        };
        delivery.log(&self.name);
        delivery
    }

    async fn attempt(&self, message: &Message, timeout: Duration) -> Delivery {
        match &self.kind {
            Kind::Slack(slack) => slack.send(message, timeout).await,
            Kind::SlackBot(bot) => bot.send(message, timeout).await,
            Kind::Email(email) => email.send(message, timeout).await,
            Kind::Ntfy(ntfy) => ntfy.send(message, timeout).await,
            Kind::Discord(discord) => discord.send(message, timeout).await,
            Kind::Telegram(telegram) => telegram.send(message, timeout).await,
            Kind::Webhook(webhook) => webhook.send(message, timeout).await,
            Kind::Console(console) => console.print(message),
            Kind::Off(why) => Delivery::Unavailable { why: why.clone() },
        }
    }
}

impl Delivery {
    /// Accepted by a channel that keeps no message where it could be found again.
    pub(crate) const ACCEPTED: Self = Self::Accepted { receipt: None };

    fn log(&self, channel: &ChannelName) {
        match self {
            Self::Accepted { .. } => tracing::debug!(%channel, "delivered"),
            Self::ComeBack { after, why } => {
                tracing::warn!(%channel, why, after_s = after.as_secs(), "not delivered yet");
            }
            Self::Unavailable { why } => tracing::warn!(%channel, why, "not delivered yet"),
            Self::Refused { why, advice } => {
                tracing::error!(%channel, why, advice, "refused; it stays owed");
            }
            Self::Unknown { why } => {
                tracing::warn!(%channel, why, "perhaps delivered; it will be sent again");
            }
        }
    }
}
