//! Tokens of channels, and the chats that they write to.

use schemars::{Schema, json_schema};

use crate::config::toml::masking::Masking;
use crate::config::toml::text::Text;
use crate::config::toml::value_type::TextType;
use crate::config::values::lookalike;
use crate::model::secret::Secret;

/// A token that is sent in a header or in a URL.
pub(in crate::config) enum Token {}

impl TextType for Token {
    type Value = Secret;

    const NAME: &'static str = "token";
    const EXPECTED: &'static str = "a token without spaces";
    const MASKING: Masking = Masking::All;
    const IS_CREDENTIAL: bool = true;

    fn from_text(text: &Text) -> Result<Secret, Option<String>> {
        let token = text.value.trim();
        if let Some(looks) = lookalike::in_place_of_a_token(token) {
            return Err(Some(looks.to_owned()));
        }
        let is_valid = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
        is_valid.then(|| Secret::new(token)).ok_or(None)
    }

    fn schema() -> Schema {
        json_schema!({ "type": "string", "minLength": 1 })
    }
}

/// A Telegram chat. <https://core.telegram.org/bots/api#sendmessage>
pub(in crate::config) enum ChatId {}

impl TextType for ChatId {
    type Value = String;

    const NAME: &'static str = "chat";
    const EXPECTED: &'static str = "a number in quotes, such as \"-1001234567890\", or \"@name\"";

    fn from_text(text: &Text) -> Result<String, Option<String>> {
        let chat = text.value.trim();
        let digits = chat.strip_prefix('-').unwrap_or(chat);
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let is_name = chat.strip_prefix('@').is_some_and(|name| {
            !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        });
        if is_number || is_name { Ok(chat.to_owned()) } else { Err(None) }
    }

    fn instead_of(digits: &str) -> Option<String> {
        Some(format!("write it in quotes: \"{digits}\""))
    }

    fn schema() -> Schema {
        json_schema!({
            "type": "string",
            "pattern": r"^\s*(-?[0-9]+|@\w+)\s*$|\$\{",
            "examples": ["-1001234567890", "@my_alerts"],
        })
    }
}
