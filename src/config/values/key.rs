//! Keys that callers must present. They are too long to guess by hand, and are
//! never shown.

use schemars::{Schema, json_schema};

use crate::config::sources::STAND_IN;
use crate::config::toml::masking::Masking;
use crate::config::toml::text::Text;
use crate::config::toml::value_type::TextType;
use crate::model::secret::Secret;

/// Fewest characters of a key.
const SHORTEST_KEY: usize = 8;

/// Most characters of a key.
const LONGEST_KEY: usize = 200;

/// The key of a heartbeat: the last part of a URL's path.
pub(in crate::config) enum PingKey {}

impl TextType for PingKey {
    type Value = Secret;

    const NAME: &'static str = "key";
    const EXPECTED: &'static str = "8 to 200 letters, digits and signs of `._~-`";
    const MASKING: Masking = Masking::All;
    const IS_CREDENTIAL: bool = true;

    fn from_text(text: &Text) -> Result<Secret, Option<String>> {
        // RFC 3986's unreserved characters: they need no escape in a path.
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._~-".contains(&byte);
        key(&text.value, allowed).ok_or(None)
    }

    fn schema() -> Schema {
        json_schema!({ "type": "string", "pattern": r"^[A-Za-z0-9._~-]{8,200}$|^ssm:/|\$\{" })
    }
}

/// The key of a service's reports: a bearer token.
pub(in crate::config) enum ReportKey {}

impl TextType for ReportKey {
    type Value = Secret;

    const NAME: &'static str = "key";
    const EXPECTED: &'static str = "8 to 200 letters, digits and signs, without spaces";
    const MASKING: Masking = Masking::All;
    const IS_CREDENTIAL: bool = true;

    fn from_text(text: &Text) -> Result<Secret, Option<String>> {
        key(&text.value, |byte| byte.is_ascii_graphic()).ok_or(None)
    }

    fn schema() -> Schema {
        json_schema!({ "type": "string", "pattern": r"^[!-~]{8,200}$|^ssm:/|\$\{" })
    }
}

/// The password of the status page: people type it.
pub(in crate::config) enum Password {}

impl TextType for Password {
    type Value = Secret;

    const NAME: &'static str = "password";
    const EXPECTED: &'static str = "8 to 200 letters, digits and signs, without line breaks";
    const MASKING: Masking = Masking::All;

    fn from_text(text: &Text) -> Result<Secret, Option<String>> {
        if text.value.chars().any(char::is_control) {
            return Err(None);
        }
        key(&text.value, |_| true).ok_or(None)
    }

    fn schema() -> Schema {
        json_schema!({ "type": "string", "pattern": r"^[^\r\n]{8,200}$|^ssm:/|\$\{" })
    }
}

fn key(text: &str, allowed: impl Fn(u8) -> bool) -> Option<Secret> {
    if text.starts_with(STAND_IN) {
        return Some(Secret::new(text));
    }
    let is_valid = (SHORTEST_KEY..=LONGEST_KEY).contains(&text.len()) && text.bytes().all(allowed);
    is_valid.then(|| Secret::new(text))
}
