//! The channels of a first file. What is secret of one becomes a variable.

use crate::authoring::NewChannel;
use crate::model::secret::Secret;

pub(super) const SLACK: &str = "SLACK_WEBHOOK_URL";
pub(super) const NTFY: &str = "NTFY_URL";
pub(super) const DISCORD: &str = "DISCORD_WEBHOOK_URL";
pub(super) const TELEGRAM: &str = "TELEGRAM_BOT_TOKEN";
pub(super) const SMTP: &str = "SMTP_URL";

/// A channel to be, with its secret.
pub(super) struct Chosen {
    pub(super) channel: NewChannel,
    /// The variable that it names.
    pub(super) variable: &'static str,
    pub(super) secret: Secret,
}

impl Chosen {
    fn new(
        kind: &'static str,
        key: &'static str,
        (variable, secret): (&'static str, Secret),
        others: &[(&'static str, &str)],
    ) -> Self {
        let others = others.iter().map(|(key, value)| (*key, (*value).trim().to_owned()));
        let keys = std::iter::once((key, format!("${{{variable}}}"))).chain(others).collect();
        // What is pasted often ends with a space.
        let secret = Secret::new(secret.expose().trim());
        Self { channel: NewChannel { kind, keys }, variable, secret }
    }
}

pub(super) fn slack(url: Secret) -> Chosen {
    Chosen::new("slack", "webhook_url", (SLACK, url), &[])
}

pub(super) fn ntfy(url: Secret) -> Chosen {
    Chosen::new("ntfy", "url", (NTFY, url), &[])
}

pub(super) fn discord(url: Secret) -> Chosen {
    Chosen::new("discord", "webhook_url", (DISCORD, url), &[])
}

pub(super) fn telegram(token: Secret, chat: &str) -> Chosen {
    Chosen::new("telegram", "bot_token", (TELEGRAM, token), &[("chat_id", chat)])
}

pub(super) fn mail(server: Secret, from: &str, to: &str) -> Chosen {
    Chosen::new("email", "smtp_url", (SMTP, server), &[("from", from), ("to", to)])
}
