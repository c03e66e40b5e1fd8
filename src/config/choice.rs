//! One of a few words: methods, addresses, types of channels, languages, time zones.

use chrono_tz::Tz;
use http::Method;
use schemars::{Schema, json_schema};

use crate::config::text::Text;
use crate::config::toml_key::FromText;
use crate::model::target::{IpChoice, Language};
use crate::text::nearest::nearest;

/// A string out of a few; a variable may stand for any of them.
fn choice(codes: &[&str]) -> Schema {
    json_schema!({ "anyOf": [{ "enum": codes }, { "type": "string", "pattern": "\\$\\{" }] })
}

/// One of `choices`, whose value stands beside it.
fn chosen<T: Copy>(text: &Text, choices: &[(&str, T)]) -> Result<T, Option<String>> {
    if let Some((_, value)) = choices.iter().find(|(code, _)| *code == text.value) {
        return Ok(*value);
    }
    let near = nearest(&text.value, choices.iter().map(|(code, _)| *code));
    Err(near.map(|near| format!("did you mean `{near}`?")))
}

/// The HTTP methods that a probe may use.
const METHODS: [(&str, &Method); 7] = [
    ("GET", &Method::GET),
    ("HEAD", &Method::HEAD),
    ("POST", &Method::POST),
    ("PUT", &Method::PUT),
    ("PATCH", &Method::PATCH),
    ("DELETE", &Method::DELETE),
    ("OPTIONS", &Method::OPTIONS),
];

/// An HTTP method.
#[derive(Clone)]
pub(super) struct RequestMethod(pub(super) Method);

impl FromText for RequestMethod {
    const WHAT: &'static str = "HTTP method";
    const ALLOWED: &'static str = "`GET`, `HEAD`, `POST`, `PUT`, `PATCH`, `DELETE` or `OPTIONS`";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        chosen(text, &METHODS).cloned().map(Self)
    }

    fn schema() -> Schema {
        choice(&METHODS.map(|(code, _)| code))
    }
}

/// The choices of `ip`.
const IPS: [(&str, IpChoice); 3] =
    [("any", IpChoice::Any), ("v4", IpChoice::V4), ("v6", IpChoice::V6)];

/// Which addresses may be used.
#[derive(Clone, Copy)]
pub(super) struct Ip(pub(super) IpChoice);

impl FromText for Ip {
    const WHAT: &'static str = "choice of addresses";
    const ALLOWED: &'static str = "`any`, `v4` or `v6`";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        chosen(text, &IPS).map(Self)
    }

    fn schema() -> Schema {
        choice(&IPS.map(|(code, _)| code))
    }
}

/// What kind of channel a `[notify.NAME]` is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ChannelType {
    /// Slack, by a webhook or a bot.
    Slack,
    /// Mail.
    Email,
    /// A topic of an ntfy server.
    Ntfy,
    /// A Discord webhook.
    Discord,
    /// A Telegram bot.
    Telegram,
    /// A program of one's own.
    Webhook,
    /// Standard output.
    Console,
}

/// The choices of `type`.
const CHANNEL_TYPES: [(&str, ChannelType); 7] = [
    ("slack", ChannelType::Slack),
    ("email", ChannelType::Email),
    ("ntfy", ChannelType::Ntfy),
    ("discord", ChannelType::Discord),
    ("telegram", ChannelType::Telegram),
    ("webhook", ChannelType::Webhook),
    ("console", ChannelType::Console),
];

impl ChannelType {
    /// What the file calls it.
    pub(super) fn code(self) -> &'static str {
        let found = CHANNEL_TYPES.iter().find(|(_, known)| *known == self);
        found.map_or("console", |(code, _)| code)
    }
}

impl FromText for ChannelType {
    const WHAT: &'static str = "type of channel";
    const ALLOWED: &'static str =
        "`slack`, `email`, `ntfy`, `discord`, `telegram`, `webhook` or `console`";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        chosen(text, &CHANNEL_TYPES)
    }

    fn schema() -> Schema {
        choice(&CHANNEL_TYPES.map(|(code, _)| code))
    }
}

/// The choices of `language`.
const LANGUAGES: [(&str, Language); 3] =
    [("en", Language::En), ("ko", Language::Ko), ("zh", Language::Zh)];

/// The language of messages.
#[derive(Clone, Copy)]
pub(super) struct Tongue(pub(super) Language);

impl FromText for Tongue {
    const WHAT: &'static str = "language";
    const ALLOWED: &'static str = "`en`, `ko` or `zh`";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        chosen(text, &LANGUAGES).map(Self)
    }

    fn schema() -> Schema {
        choice(&LANGUAGES.map(|(code, _)| code))
    }
}

/// A time zone.
#[derive(Clone, Copy)]
pub(super) struct Zone(pub(super) Tz);

impl FromText for Zone {
    const WHAT: &'static str = "time zone";
    const ALLOWED: &'static str = "a name such as \"Europe/Berlin\", \"Asia/Seoul\" or \"UTC\"";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        let names = || chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
        let near = || nearest(&text.value, names()).map(|near| format!("did you mean \"{near}\"?"));
        text.value.parse().map(Self).map_err(|_| near())
    }

    fn schema() -> Schema {
        json_schema!({ "type": "string", "examples": ["UTC", "Asia/Seoul", "Europe/Berlin", "America/New_York"] })
    }
}
