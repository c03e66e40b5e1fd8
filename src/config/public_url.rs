//! URLs that are no secret: of self-checks, and the origins of web pages.

use schemars::{Schema, json_schema};
use url::Url;

use crate::config::address::web_url;
use crate::config::text::Text;
use crate::config::toml_key::{FromText, Hides};

/// A web URL without credentials.
#[derive(Clone)]
pub(super) struct PublicUrl(pub(super) Url);

impl FromText for PublicUrl {
    const WHAT: &'static str = "web URL";
    const ALLOWED: &'static str = "a URL that begins with https:// (or http://)";
    const HIDES: Hides = Hides::Credentials;

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        match web_url(text.value.trim())? {
            (url, None) => Ok(Self(url)),
            (_, Some(_)) => Err(Some("takes no user name or password".into())),
        }
    }

    fn schema() -> Schema {
        json_schema!({
            "type": "string",
            "pattern": r"^\s*https?://|\$\{",
            "examples": ["https://www.gstatic.com/generate_204"],
        })
    }
}

/// What stands for every origin.
pub(super) const ANY_ORIGIN: &str = "*";

/// Where a web page comes from, as browsers write it in the header `Origin`;
/// or [`ANY_ORIGIN`].
#[derive(Clone)]
pub(super) struct Origin(pub(super) String);

impl FromText for Origin {
    const WHAT: &'static str = "origin";
    const ALLOWED: &'static str =
        "\"https://HOST\" or \"https://HOST:PORT\" without a path, or \"*\" for every page";
    const HIDES: Hides = Hides::Credentials;

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        let text = text.value.trim();
        if text == ANY_ORIGIN {
            return Ok(Self(text.to_owned()));
        }
        match web_url(text).map_err(|_| None)? {
            (url, None) if url.path() == "/" && !text.contains(['?', '#']) => {
                Ok(Self(url.origin().ascii_serialization()))
            }
            _ => Err(None),
        }
    }

    fn schema() -> Schema {
        json_schema!({
            "type": "string",
            "pattern": r"^\s*(\*|https?://[^/?#]+/?)\s*$|\$\{",
            "examples": ["https://map.example.com", "*"],
        })
    }
}
