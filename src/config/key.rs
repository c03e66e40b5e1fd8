//! Keys that callers show: long enough not to be guessed by hand, and never shown.

use schemars::{Schema, json_schema};

use crate::config::STAND_IN;
use crate::config::text::Text;
use crate::config::toml_key::{FromText, Hides};
use crate::model::secret::Secret;

/// Fewest characters of a key.
const SHORTEST_KEY: usize = 8;

/// Most characters of a key.
const LONGEST_KEY: usize = 200;

/// The key of a heartbeat: a part of a URL's path.
#[derive(Clone)]
pub(super) struct PingKey(pub(super) Secret);

impl FromText for PingKey {
    const WHAT: &'static str = "key";
    const ALLOWED: &'static str = "8 to 200 letters, digits and signs of `._~-`";
    const HIDES: Hides = Hides::All;

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        // RFC 3986's unreserved characters: they need no escape in a path.
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._~-".contains(&byte);
        key(&text.value, allowed).map(Self).ok_or(None)
    }

    fn schema() -> Schema {
        json_schema!({ "type": "string", "pattern": r"^[A-Za-z0-9._~-]{8,200}$|^ssm:/|\$\{" })
    }
}

/// The key of a service's reports: a bearer token.
#[derive(Clone)]
pub(super) struct ReportKey(pub(super) Secret);

impl FromText for ReportKey {
    const WHAT: &'static str = "key";
    const ALLOWED: &'static str = "8 to 200 letters, digits and signs, without spaces";
    const HIDES: Hides = Hides::All;

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        key(&text.value, |byte| byte.is_ascii_graphic()).map(Self).ok_or(None)
    }

    fn schema() -> Schema {
        json_schema!({ "type": "string", "pattern": r"^[!-~]{8,200}$|^ssm:/|\$\{" })
    }
}

fn key(text: &str, allowed: impl Fn(u8) -> bool) -> Option<Secret> {
    if text.starts_with(STAND_IN) {
        return Some(Secret::new(text));
    }
    let fits = (SHORTEST_KEY..=LONGEST_KEY).contains(&text.len()) && text.bytes().all(allowed);
    fits.then(|| Secret::new(text))
}
