//! `[notify.NAME]` → channels.

use crate::config::choice::ChannelType;
use crate::config::mistake::{Mistake, Span};
use crate::config::raw;
use crate::config::reader::{Located, missing};
use crate::config::service;
use crate::config::tls::TlsRoom;
use crate::config::toml_key::TomlKey as _;
use crate::model::names::ChannelName;
use crate::model::secret::{Secret, SecretUrl};
use crate::model::target::{Channel, ChannelKind, Email, Ntfy, SlackBot, Telegram};

/// The types of channels that each key is for.
const FITS: &[(&str, &[ChannelType])] = &[
    ("webhook_url", &[ChannelType::Slack, ChannelType::Discord]),
    ("mention", &[ChannelType::Slack]),
    ("bot_token", &[ChannelType::Slack, ChannelType::Telegram]),
    ("channel", &[ChannelType::Slack]),
    ("api_url", &[ChannelType::Slack, ChannelType::Telegram]),
    ("chat_id", &[ChannelType::Telegram]),
    ("smtp_url", &[ChannelType::Email]),
    ("from", &[ChannelType::Email]),
    ("to", &[ChannelType::Email]),
    ("ca", &[ChannelType::Email]),
    ("url", &[ChannelType::Ntfy, ChannelType::Webhook]),
    ("token", &[ChannelType::Ntfy]),
    ("secret", &[ChannelType::Webhook]),
];

/// The channels, in the order of the file; `tls` reads their certificates.
pub(super) fn channels(
    named: Vec<(String, Located<raw::Notify>)>,
    tls: &mut TlsRoom<'_>,
    mistakes: &mut Vec<Mistake>,
) -> Vec<Channel> {
    let channel = |(name, notify): (String, Located<raw::Notify>)| {
        let kind = Table { notify, tls, mistakes }.kind()?;
        Some(Channel { name: ChannelName::new(name), kind })
    };
    named.into_iter().filter_map(channel).collect()
}

/// One table, on its way to a channel.
struct Table<'a, 't> {
    notify: Located<raw::Notify>,
    tls: &'a mut TlsRoom<'t>,
    mistakes: &'a mut Vec<Mistake>,
}

impl Table<'_, '_> {
    fn kind(mut self) -> Option<ChannelKind> {
        let kind = self.notify.value.r#type.as_ref()?.value;
        for (key, span) in self.notify.value.keys() {
            self.fits(kind, key, span);
        }
        self.is_at_its_service(kind);
        match kind {
            ChannelType::Slack => self.slack(),
            ChannelType::Email => self.email(),
            ChannelType::Ntfy => self.ntfy(),
            ChannelType::Discord => self.discord(),
            ChannelType::Telegram => self.telegram(),
            ChannelType::Webhook => self.webhook(),
            ChannelType::Console => Some(ChannelKind::Console),
        }
    }

    fn fits(&mut self, kind: ChannelType, key: &str, span: Span) {
        let Some((_, types)) = FITS.iter().find(|(known, _)| *known == key) else { return };
        if !types.contains(&kind) {
            let title = format!("`{key}` does not fit a channel of type `{}`", kind.code());
            let types: Vec<_> = types.iter().map(|kind| format!("`{}`", kind.code())).collect();
            let label = format!("only for {}", types.join(" and "));
            self.mistakes.push(Mistake::new(span, title, label));
        }
    }

    /// A URL of another service is a mistake: nobody would understand what is sent there.
    fn is_at_its_service(&mut self, kind: ChannelType) {
        let raw::Notify { webhook_url, api_url, url, .. } = &self.notify.value;
        for url in [webhook_url, api_url, url].into_iter().flatten() {
            let Some(owner) = service::of(&url.value.0).filter(|owner| *owner != kind) else {
                continue;
            };
            let (owner, kind) = (owner.code(), kind.code());
            let title = format!("this URL is of {owner}, and the channel is of type `{kind}`");
            let label = format!("write `type = \"{owner}\"`, or another URL");
            self.mistakes.push(Mistake::new(url.span.clone(), title, label));
        }
    }

    /// Whether `key` is given; else it is missing, and `example` may follow it.
    fn needs(&mut self, key: &'static str, example: &str) -> bool {
        let given = self.notify.value.given().contains(&key);
        if !given {
            let missing = missing(key, self.notify.span.clone());
            let variable = if example.contains("${") { ", and set that variable" } else { "" };
            self.mistakes.push(missing.help(format!("write `{key} = {example}`{variable}")));
        }
        given
    }

    fn slack(mut self) -> Option<ChannelKind> {
        let given = |table: &Self, key| table.notify.value.given().contains(&key);
        let by_bot = ["bot_token", "channel", "api_url"].into_iter().any(|key| given(&self, key));
        if !by_bot {
            self.needs("webhook_url", "\"${SLACK_WEBHOOK_URL}\"");
        } else if let Some(url) = &self.notify.value.webhook_url {
            let title = "this channel has both a webhook and a bot";
            let label = "either `webhook_url`, or `bot_token` and `channel`";
            self.mistakes.push(Mistake::new(url.key.clone(), title, label));
        } else {
            self.needs("bot_token", "\"${SLACK_BOT_TOKEN}\"");
            self.needs("channel", "\"C0123456789\"");
        }
        let raw::Notify { webhook_url, bot_token, channel, api_url, mention, .. } =
            self.notify.value;
        let mention = mention.map(|mention| mention.value.0);
        if !by_bot {
            return Some(ChannelKind::Slack { webhook_url: webhook_url?.value.0, mention });
        }
        Some(ChannelKind::SlackBot(SlackBot {
            bot_token: bot_token?.value.0,
            channel: channel?.value.0,
            mention,
            api_url: api_url.map(|url| url.value.0),
        }))
    }

    fn email(mut self) -> Option<ChannelKind> {
        self.needs("smtp_url", "\"smtps://USER:${SMTP_PASSWORD}@smtp.example.com\"");
        self.needs("from", "\"prober@example.com\"");
        self.needs("to", "\"me@example.com\"");
        let raw::Notify { smtp_url, from, to, ca, .. } = self.notify.value;
        let roots = match &ca {
            Some(ca) => Some((self.tls.certificates(ca, self.mistakes)?, ca.span.clone())),
            None => None,
        };
        let to = to?;
        if to.value.0.is_empty() {
            let label = "expected one address, or a list of them";
            self.mistakes.push(Mistake::new(to.span, "nobody gets these mails", label));
        }
        let mut server = smtp_url?.value.0;
        if let Some((roots, span)) = roots {
            let label = "expected certificates that can sign others";
            let mistake = |_| Mistake::new(span, "this file holds no root certificate", label);
            server =
                server.trusting(&roots).map_err(mistake).map_err(|m| self.mistakes.push(m)).ok()?;
        }
        Some(ChannelKind::Email(Box::new(Email {
            server,
            from: from?.value.0,
            to: to.value.0.into_iter().map(|to| to.value.0).collect(),
        })))
    }

    fn ntfy(mut self) -> Option<ChannelKind> {
        self.needs("url", "\"https://ntfy.sh/${NTFY_TOPIC}\"");
        let raw::Notify { url, token, .. } = self.notify.value;
        let url = url?;
        let Some((server, topic)) = topic(&url.value.0) else {
            let label = "expected the topic's URL, such as \"https://ntfy.sh/my-topic\"";
            self.mistakes.push(Mistake::new(url.span, "this URL names no topic", label));
            return None;
        };
        Some(ChannelKind::Ntfy(Ntfy { server, topic, token: token.map(|token| token.value.0) }))
    }

    fn discord(mut self) -> Option<ChannelKind> {
        self.needs("webhook_url", "\"${DISCORD_WEBHOOK_URL}\"");
        Some(ChannelKind::Discord { webhook_url: self.notify.value.webhook_url?.value.0 })
    }

    fn telegram(mut self) -> Option<ChannelKind> {
        self.needs("bot_token", "\"${TELEGRAM_BOT_TOKEN}\"");
        self.needs("chat_id", "\"-1001234567890\"");
        let raw::Notify { bot_token, chat_id, api_url, .. } = self.notify.value;
        Some(ChannelKind::Telegram(Telegram {
            bot_token: bot_token?.value.0,
            chat_id: chat_id?.value.0,
            api_url: api_url.map(|url| url.value.0),
        }))
    }

    fn webhook(mut self) -> Option<ChannelKind> {
        self.needs("url", "\"https://example.com/hook\"");
        let raw::Notify { url, secret, .. } = self.notify.value;
        let secret = match secret {
            Some(secret) if secret.value.0.is_empty() => {
                let label = "expected some random characters, or no `secret` at all";
                self.mistakes.push(Mistake::new(secret.span, "this secret is empty", label));
                None
            }
            secret => secret.map(|secret| Secret::new(secret.value.0)),
        };
        Some(ChannelKind::Webhook { url: url?.value.0, secret })
    }
}

/// The server of an ntfy topic's URL, and the topic, which is its last part.
fn topic(url: &SecretUrl) -> Option<(SecretUrl, Secret)> {
    let mut url = url.expose_url().clone();
    let topic = url.path_segments()?.next_back().filter(|topic| !topic.is_empty())?.to_owned();
    if url.query().is_some() || url.fragment().is_some() {
        return None;
    }
    url.path_segments_mut().ok()?.pop().push("");
    Some((SecretUrl::parse(url.as_str()).ok()?, Secret::new(topic)))
}
