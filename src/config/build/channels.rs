//! `[notify.NAME]` → channels.

use crate::config::build::context::Context;
use crate::config::build::{off_limits, service, tls};
use crate::config::tables::outbound::Notify;
use crate::config::toml::diagnostic::{Diagnostic, Span};
use crate::config::toml::field::{Field, Located};
use crate::config::toml::table::Table as _;
use crate::config::values::choice::ChannelType;
use crate::config::values::lookalike;
use crate::model::detail::LackDetail;
use crate::model::names::ChannelName;
use crate::model::secret::{Secret, SecretUrl};
use crate::model::target::{Channel, ChannelKind, Email, Ntfy, Part, SlackBot, Telegram};

/// The types of channels that each key applies to; other keys apply to all.
const APPLIES: &[(&str, &[ChannelType])] = &[
    ("webhook_url", &[ChannelType::Slack, ChannelType::Discord]),
    ("mention", &[ChannelType::Slack]),
    ("bot_token", &[ChannelType::Slack, ChannelType::Telegram]),
    ("channel", &[ChannelType::Slack]),
    ("broadcast", &[ChannelType::Slack]),
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

/// The channels, in the order of the file.
pub(super) fn build(named: Vec<(String, Located<Notify>)>, context: &Context<'_>) -> Vec<Channel> {
    let channel = |(name, table): (String, Located<Notify>)| {
        let (name, span) = (ChannelName::new(name), table.span.clone());
        let code = table.value.r#type.copied().map_or("", ChannelType::name);
        let hours = table.value.hours.clone().into_items();
        let after = table.value.after.copied().unwrap_or_default();
        let builder = ChannelBuilder { span: table.span, table: table.value, context };
        let kind = context.owned(&span, || builder.kind());
        let part = || Some(Part::Channel(name.clone()));
        let kind = match context.off(&span, part) {
            Some(why) => ChannelKind::Off { code, why },
            None => kind?,
        };
        Some(Channel { name, kind, hours, after })
    };
    named.into_iter().filter_map(channel).collect()
}

/// One table on its way to a channel.
struct ChannelBuilder<'a> {
    table: Notify,
    /// The place of the table.
    span: Span,
    context: &'a Context<'a>,
}

impl ChannelBuilder<'_> {
    fn kind(self) -> Option<ChannelKind> {
        let kind = self.table.r#type.copied()?;
        for (key, span) in self.table.given_keys() {
            self.check_applies(kind, key, span);
        }
        self.check_limits();
        self.check_service(kind);
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

    /// A channel may not lead to what is off limits either.
    fn check_limits(&self) {
        for url in [&self.table.webhook_url, &self.table.url, &self.table.api_url] {
            off_limits::check_secret(url, self.context);
        }
        if let Some(at) = self.table.smtp_url.given() {
            off_limits::check(&at.value.host, at.value.port, &at.span, self.context);
        }
    }

    fn check_applies(&self, kind: ChannelType, key: &str, span: Span) {
        let Some((_, types)) = APPLIES.iter().find(|(known, _)| *known == key) else { return };
        if !types.contains(&kind) {
            let title = format!("`{key}` does not fit a channel of type `{}`", kind.name());
            let types: Vec<_> = types.iter().map(|kind| format!("`{}`", kind.name())).collect();
            let label = format!("only for {}", types.join(" and "));
            self.context.report(Diagnostic::new(span, title, label));
        }
    }

    /// A URL of another service is a mistake: that service would not understand the message.
    fn check_service(&self, kind: ChannelType) {
        let Notify { webhook_url, api_url, url, .. } = &self.table;
        for url in [webhook_url, api_url, url].into_iter().filter_map(Field::given) {
            let Some(owner) = service::of(&url.value).filter(|owner| *owner != kind) else {
                continue;
            };
            let (owner, kind) = (owner.name(), kind.name());
            let title = format!("this URL is of {owner}, and the channel is of type `{kind}`");
            let label = format!("write `type = \"{owner}\"`, or another URL");
            self.context.report(Diagnostic::new(url.span.clone(), title, label));
        }
        if let Some(url) = webhook_url.given() {
            self.check_webhook(kind, url);
        }
        if let Some(token) = self.table.bot_token.given() {
            self.check_token(kind, token);
        }
    }

    /// A page of the right service, or a service that is not known here, takes no message.
    fn check_webhook(&self, kind: ChannelType, url: &Located<SecretUrl>) {
        let report = |title: &str, label: &str| {
            self.context.report(Diagnostic::new(url.span.clone(), title, label));
        };
        if let Some(other) = service::other(&url.value) {
            let title = format!(
                "this URL is of {other}, which does not read what `{}` is sent",
                kind.name()
            );
            report(
                &title,
                "`type = \"webhook\"` sends JSON to a program of yours, which can pass it on",
            );
        }
        let is_own = service::of(&url.value) == Some(kind);
        if let Some(begin) = service::not_a_webhook(&url.value, kind).filter(|_| is_own) {
            report("this URL takes no messages", &format!("that of a webhook begins with {begin}"));
        }
    }

    /// A bot of another service has tokens of another form.
    fn check_token(&self, kind: ChannelType, token: &Located<Secret>) {
        let owner = match token.value.expose() {
            text if lookalike::is_slack(text) => ChannelType::Slack,
            text if lookalike::is_telegram(text) => ChannelType::Telegram,
            _ => return,
        };
        let has_bot = matches!(kind, ChannelType::Slack | ChannelType::Telegram);
        if has_bot && owner != kind {
            let title = format!(
                "this token is of {}, and the channel is of type `{}`",
                owner.name(),
                kind.name()
            );
            let label = format!("write `type = \"{}\"`, or another token", owner.name());
            self.context.report(Diagnostic::new(token.span.clone(), title, label));
        }
    }

    /// Reports that `key` is missing if its `field` is absent; `example` is a value for it.
    fn require<T>(&self, key: &'static str, field: &Field<T>, example: &str) {
        if field.is_absent() {
            let missing = Diagnostic::missing_key(key, self.span.clone());
            let variable = if example.contains("${") { ", and set that variable" } else { "" };
            self.context.report(missing.help(format!("write `{key} = {example}`{variable}")));
        }
    }

    /// A Slack channel has either a webhook or a bot.
    fn slack(self) -> Option<ChannelKind> {
        let table = &self.table;
        let has_bot = !(table.bot_token.is_absent()
            && table.channel.is_absent()
            && table.broadcast.is_absent()
            && table.api_url.is_absent());
        if !has_bot {
            self.require("webhook_url", &table.webhook_url, "\"${SLACK_WEBHOOK_URL}\"");
        } else if let Some(url) = table.webhook_url.given() {
            let title = "this channel has both a webhook and a bot";
            let label = "either `webhook_url`, or `bot_token` and `channel`";
            self.context.report(Diagnostic::new(url.key.clone(), title, label));
        } else {
            self.require("bot_token", &table.bot_token, "\"${SLACK_BOT_TOKEN}\"");
            self.require("channel", &table.channel, "\"C0123456789\"");
        }
        let Notify { webhook_url, bot_token, channel, broadcast, api_url, mention, .. } =
            self.table;
        let mention = mention.into_value();
        if !has_bot {
            return Some(ChannelKind::Slack { webhook_url: webhook_url.into_value()?, mention });
        }
        Some(ChannelKind::SlackBot(SlackBot {
            bot_token: bot_token.into_value()?,
            channel: channel.into_value()?,
            mention,
            broadcast: broadcast.copied().unwrap_or(true),
            api_url: api_url.into_value(),
        }))
    }

    fn email(self) -> Option<ChannelKind> {
        let url = "\"smtps://USER:${SMTP_PASSWORD}@smtp.example.com\"";
        self.require("smtp_url", &self.table.smtp_url, url);
        self.require("from", &self.table.from, "\"prober@example.com\"");
        self.require("to", &self.table.to, "\"me@example.com\"");
        let Notify { smtp_url, from, to, ca, .. } = self.table;
        let roots = match ca.given() {
            Some(ca) => Some((tls::certificates("ca", ca, self.context)?, ca.span.clone())),
            None => None,
        };
        let to = to.into_given()?;
        if to.value.is_empty() {
            let label = "expected one address, or a list of them";
            self.context.report(Diagnostic::new(to.span, "nobody gets these mails", label));
        }
        let mut server = smtp_url.into_value()?;
        if let Some((roots, span)) = roots {
            let label = "expected certificates that can sign others";
            let why = LackDetail::NoRoot {};
            let diagnostic = Diagnostic::new(span, why.to_string(), label);
            let trusting = server.trusting(&roots);
            server = trusting.map_err(|_| self.context.lack_file(why, diagnostic)).ok()?;
        }
        Some(ChannelKind::Email(Box::new(Email {
            server,
            from: from.into_value()?,
            to: to.value.into_iter().map(|to| to.value).collect(),
        })))
    }

    fn ntfy(self) -> Option<ChannelKind> {
        self.require("url", &self.table.url, "\"https://ntfy.sh/${NTFY_TOPIC}\"");
        let Notify { url, token, .. } = self.table;
        let url = url.into_given()?;
        let Some((server, topic)) = topic(&url.value) else {
            let label = "expected the topic's URL, such as \"https://ntfy.sh/my-topic\"";
            self.context.report(Diagnostic::new(url.span, "this URL names no topic", label));
            return None;
        };
        Some(ChannelKind::Ntfy(Ntfy { server, topic, token: token.into_value() }))
    }

    fn discord(self) -> Option<ChannelKind> {
        self.require("webhook_url", &self.table.webhook_url, "\"${DISCORD_WEBHOOK_URL}\"");
        Some(ChannelKind::Discord { webhook_url: self.table.webhook_url.into_value()? })
    }

    fn telegram(self) -> Option<ChannelKind> {
        self.require("bot_token", &self.table.bot_token, "\"${TELEGRAM_BOT_TOKEN}\"");
        self.require("chat_id", &self.table.chat_id, "\"-1001234567890\"");
        let Notify { bot_token, chat_id, api_url, .. } = self.table;
        Some(ChannelKind::Telegram(Telegram {
            bot_token: bot_token.into_value()?,
            chat_id: chat_id.into_value()?,
            api_url: api_url.into_value(),
        }))
    }

    fn webhook(self) -> Option<ChannelKind> {
        self.require("url", &self.table.url, "\"https://example.com/hook\"");
        let secret = self.table.secret.given();
        if let Some(secret) = secret.filter(|secret| secret.value.expose().is_empty()) {
            let label = "expected some random characters, or no `secret` at all";
            let title = "this secret is empty";
            self.context.report(Diagnostic::new(secret.span.clone(), title, label));
        }
        Some(ChannelKind::Webhook {
            url: self.table.url.into_value()?,
            secret: self.table.secret.into_value(),
        })
    }
}

/// The server in the URL of an ntfy topic, and the topic, which is the URL's last part.
fn topic(url: &SecretUrl) -> Option<(SecretUrl, Secret)> {
    let mut url = url.expose_url().clone();
    let topic = url.path_segments()?.next_back().filter(|topic| !topic.is_empty())?.to_owned();
    if url.query().is_some() || url.fragment().is_some() {
        return None;
    }
    url.path_segments_mut().ok()?.pop().push("");
    Some((SecretUrl::parse(url.as_str()).ok()?, Secret::new(topic)))
}
