//! Telling: a message goes out on a channel, and what came back is classified
//! into what the tick must know. Nothing here remembers anything: what was not
//! accepted is still owed, and the next tick owes it again.
//!
//! Each channel has a file. Only [`slack`] knows Slack's wire. *Slack
//! refused?* Look there.

pub mod console;
pub mod slack;

use std::time::Duration;

use crate::message::Message;
use crate::target::{Channel, ChannelKind, ChannelName};

use self::console::Console;
use self::slack::{BadUrl, Slack};

/// The longest wait that a channel is believed to want: neither a broken
/// header nor a clock that was wrong may silence it for ever.
pub const LONGEST_WAIT: Duration = Duration::from_hours(24);

/// One channel, ready to be told.
#[derive(Debug, Clone)]
pub struct Notifier {
    name: ChannelName,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    Slack(Slack),
    Console(Console),
}

/// What became of a message. Whatever is not [`Delivery::Accepted`] stays owed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "what was not accepted is still owed"]
pub enum Delivery {
    /// The channel has it.
    Accepted,
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

impl Notifier {
    /// Prepares to tell `channel`: over `client` what goes out, on `console`
    /// what is printed.
    ///
    /// # Errors
    ///
    /// Where a webhook's URL cannot be one.
    pub fn new(
        channel: &Channel,
        client: &reqwest::Client,
        console: &Console,
    ) -> Result<Self, NotifyError> {
        let kind = match &channel.kind {
            ChannelKind::Slack { webhook_url, mention } => {
                let slack = Slack::new(webhook_url, mention.clone(), client.clone());
                Kind::Slack(
                    slack
                        .map_err(|source| NotifyError { channel: channel.name.clone(), source })?,
                )
            }
            ChannelKind::Console => Kind::Console(console.clone()),
        };
        Ok(Self { name: channel.name.clone(), kind })
    }

    /// The channel that it tells.
    pub fn name(&self) -> &ChannelName {
        &self.name
    }

    /// Sends `message` within `patience`, waits included, and logs what kept
    /// it from arriving.
    pub async fn send(&self, message: &Message, patience: Duration) -> Delivery {
        let delivery = match &self.kind {
            Kind::Slack(slack) => slack.send(message, patience).await,
            Kind::Console(console) => console.print(message),
        };
        delivery.log(&self.name);
        delivery
    }
}

impl Delivery {
    fn log(&self, channel: &ChannelName) {
        match self {
            Self::Accepted => tracing::debug!(%channel, "delivered"),
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

/// A channel that cannot be told.
#[derive(Debug, thiserror::Error)]
#[error("failed to set up the channel {channel}")]
pub struct NotifyError {
    /// Which.
    pub channel: ChannelName,
    /// Why.
    pub source: BadUrl,
}
