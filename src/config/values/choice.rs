//! Values that are one of a few names: methods, IP versions, types of channels,
//! languages.

use http::Method;
use schemars::{Schema, json_schema};

use crate::config::toml::text::Text;
use crate::config::toml::value_type::TextType;
use crate::model::target::{IpChoice, Language};
use crate::text::nearest::nearest;

/// The schema of one of `names`; a variable may have any of these values.
fn choice(names: &[&str]) -> Schema {
    json_schema!({ "anyOf": [{ "enum": names }, { "type": "string", "pattern": "\\$\\{" }] })
}

/// The value of the name that is `text`.
fn chosen<T: Copy>(text: &Text, values: &[(&str, T)]) -> Result<T, Option<String>> {
    if let Some((_, value)) = values.iter().find(|(name, _)| *name == text.value) {
        return Ok(*value);
    }
    let near = nearest(&text.value, values.iter().map(|(name, _)| *name));
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

impl TextType for Method {
    type Value = Self;

    const NAME: &'static str = "HTTP method";
    const EXPECTED: &'static str = "`GET`, `HEAD`, `POST`, `PUT`, `PATCH`, `DELETE` or `OPTIONS`";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        chosen(text, &METHODS).cloned()
    }

    fn schema() -> Schema {
        choice(&METHODS.map(|(name, _)| name))
    }
}

/// The choices of `ip`.
const IPS: [(&str, IpChoice); 3] =
    [("any", IpChoice::Any), ("v4", IpChoice::V4), ("v6", IpChoice::V6)];

impl TextType for IpChoice {
    type Value = Self;

    const NAME: &'static str = "choice of addresses";
    const EXPECTED: &'static str = "`any`, `v4` or `v6`";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        chosen(text, &IPS)
    }

    fn schema() -> Schema {
        choice(&IPS.map(|(name, _)| name))
    }
}

/// The `type` of a `[notify.NAME]`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::config) enum ChannelType {
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
    /// The user's own program.
    Webhook,
    /// Standard output.
    Console,
}

/// The choices of `type`.
const CHANNEL_TYPES: [ChannelType; 7] = [
    ChannelType::Slack,
    ChannelType::Email,
    ChannelType::Ntfy,
    ChannelType::Discord,
    ChannelType::Telegram,
    ChannelType::Webhook,
    ChannelType::Console,
];

impl ChannelType {
    /// Its name in the file.
    pub(in crate::config) fn name(self) -> &'static str {
        match self {
            Self::Slack => "slack",
            Self::Email => "email",
            Self::Ntfy => "ntfy",
            Self::Discord => "discord",
            Self::Telegram => "telegram",
            Self::Webhook => "webhook",
            Self::Console => "console",
        }
    }
}

impl TextType for ChannelType {
    type Value = Self;

    const NAME: &'static str = "type of channel";
    const EXPECTED: &'static str =
        "`slack`, `email`, `ntfy`, `discord`, `telegram`, `webhook` or `console`";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        chosen(text, &CHANNEL_TYPES.map(|channel| (channel.name(), channel)))
    }

    fn schema() -> Schema {
        choice(&CHANNEL_TYPES.map(ChannelType::name))
    }
}

/// The choices of `language`.
const LANGUAGES: [(&str, Language); 3] =
    [("en", Language::En), ("ko", Language::Ko), ("zh", Language::Zh)];

impl TextType for Language {
    type Value = Self;

    const NAME: &'static str = "language";
    const EXPECTED: &'static str = "`en`, `ko` or `zh`";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        chosen(text, &LANGUAGES)
    }

    fn schema() -> Schema {
        choice(&LANGUAGES.map(|(name, _)| name))
    }
}
