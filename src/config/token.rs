//! What channels are opened with.

use schemars::{Schema, json_schema};

use crate::config::text::Text;
use crate::config::toml_key::{FromText, Hides};
use crate::model::secret::Secret;

/// A token that stands in a header or in a URL.
#[derive(Clone)]
pub(super) struct Token(pub(super) Secret);

impl FromText for Token {
    const WHAT: &'static str = "token";
    const ALLOWED: &'static str = "a token without spaces";
    const HIDES: Hides = Hides::All;

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        let token = text.value.trim();
        let usable = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
        usable.then(|| Self(Secret::new(token))).ok_or(None)
    }

    fn schema() -> Schema {
        json_schema!({ "type": "string", "minLength": 1 })
    }
}

/// A Telegram chat. <https://core.telegram.org/bots/api#sendmessage>
#[derive(Clone)]
pub(super) struct ChatId(pub(super) String);

impl FromText for ChatId {
    const WHAT: &'static str = "chat";
    const ALLOWED: &'static str = "a number in quotes, such as \"-1001234567890\", or \"@name\"";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        let chat = text.value.trim();
        let digits = chat.strip_prefix('-').unwrap_or(chat);
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let is_name = chat.strip_prefix('@').is_some_and(|name| {
            !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        });
        if is_number || is_name { Ok(Self(chat.to_owned())) } else { Err(None) }
    }

    fn schema() -> Schema {
        json_schema!({
            "type": "string",
            "pattern": r"^\s*(-?[0-9]+|@\w+)\s*$|\$\{",
            "examples": ["-1001234567890", "@my_alerts"],
        })
    }
}
