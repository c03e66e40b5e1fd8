//! The tables of what prober calls, other than targets.

use std::time::Duration;

use lettre::message::Mailbox;

use crate::config::toml::table::tables;
use crate::config::values::choice::ChannelType;
use crate::config::values::collections::OneOrMany;
use crate::config::values::mention::Mention;
use crate::config::values::strings::{FileName, NonEmptyText, SecretText};
use crate::config::values::token::{ChatId, Token};
use crate::config::values::web_url::{PublicUrl, WebUrl};
use crate::model::daily_hours::DailyHours;
use crate::model::target::SmtpServer;

tables! {
    /// A channel: `[notify.NAME]`.
    Notify Nothing {
        /// What kind of channel it is.
        r#type: ChannelType = Required,
        /// The URL of a Slack incoming webhook, or of a Discord one.
        webhook_url: WebUrl = Optional,
        /// Put before a down message to Slack, for instance `@here`; nothing unless set.
        mention: Mention = Optional,
        /// A Slack app's bot token, instead of `webhook_url`; or a Telegram bot's token.
        bot_token: Token = Optional,
        /// The Slack channel that the bot writes to: its id or its name.
        channel: NonEmptyText = Optional,
        /// Whether a bot's answer that something is back also stands in the channel, and not only in the thread; true unless set.
        broadcast: bool = Optional,
        /// Where the API is, if not at slack.com or telegram.org.
        api_url: WebUrl = Optional,
        /// The Telegram chat's number in quotes, or `@name` of a public one.
        chat_id: ChatId = Optional,
        /// The mail server: `smtps://USER:PASSWORD@HOST`, or `smtp://…?tls=required` for STARTTLS.
        smtp_url: SmtpServer = Optional,
        /// The sender of the mails.
        from: Mailbox = Optional,
        /// Who gets the mails.
        to: OneOrMany<Mailbox> = Optional,
        /// A PEM file of certificates to trust for the mail server in addition to the well-known ones.
        ca: FileName = Optional,
        /// The URL of an ntfy topic, or of a webhook of your own.
        url: WebUrl = Optional,
        /// An access token of the ntfy server, where the topic is protected.
        token: Token = Optional,
        /// The key that signs the requests to a webhook of your own.
        secret: SecretText = Optional,
        /// When it is told of targets that are not `urgent`, for instance `07:00-23:00`, or with days `MON-FRI 07:00-23:00`; always unless set. What is still so is told when they begin.
        hours: OneOrMany<DailyHours> = Optional,
        /// How long an outage lasts before it is told of it; at once unless set.
        after: Duration = Optional,
    }

    /// Who watches the watcher.
    Watchdog Nothing {
        /// A URL that is fetched after every complete tick.
        ping_url: WebUrl = Required,
    }

    /// How prober finds out whether its own network fails.
    SelfCheck Nothing {
        /// Independent, well-known URLs; one that answers shows that the network works.
        urls: OneOrMany<PublicUrl> = Required,
    }
}
