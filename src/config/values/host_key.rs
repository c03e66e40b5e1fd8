//! Which key a server of SSH must have.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use schemars::{Schema, json_schema};

use crate::config::toml::text::Text;
use crate::config::toml::value_type::TextType;
use crate::model::target::{HOST_KEY, HostKey};

impl TextType for HostKey {
    type Value = Self;

    const NAME: &'static str = "fingerprint of a host key";
    const EXPECTED: &'static str =
        "a fingerprint as `ssh-keygen -l` shows it: \"SHA256:\" and 43 characters of base64";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        let text = text.value.trim();
        let Some(digest) = text.strip_prefix(HOST_KEY) else {
            let is_md5 = text.contains(':');
            let advice = "must be the SHA-256: `ssh-keygen -l -E sha256` shows it";
            return Err(is_md5.then(|| advice.to_owned()));
        };
        let digest = BASE64.decode(digest.trim_end_matches('=')).ok();
        digest.and_then(|digest| digest.try_into().ok()).map(Self).ok_or(None)
    }

    fn schema() -> Schema {
        json_schema!({
            "type": "string",
            "pattern": r"^\s*SHA256:[A-Za-z0-9+/]{43}=?\s*$|\$\{",
            "examples": ["SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"],
        })
    }
}
