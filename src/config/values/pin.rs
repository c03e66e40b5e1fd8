//! Which certificate, or which key, a server must have.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use schemars::{Schema, json_schema};

use crate::config::toml::text::Text;
use crate::config::toml::value_type::TextType;
use crate::model::target::{KEY_PIN, Pin};

impl TextType for Pin {
    type Value = Self;

    const NAME: &'static str = "pin of a certificate";
    const EXPECTED: &'static str = "the SHA-256 of a key in base64, as \"sha256//…=\", or that of a \
                                    certificate in 64 hexadecimal digits";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        let text = text.value.trim();
        let digest = match text.strip_prefix(KEY_PIN) {
            Some(key) => BASE64.decode(key).ok(),
            None => digits(text),
        };
        let digest = digest.and_then(|digest| <[u8; 32]>::try_from(digest).ok()).ok_or(None)?;
        let is_key = text.starts_with(KEY_PIN);
        Ok(if is_key { Self::Key(digest) } else { Self::Certificate(digest) })
    }

    fn schema() -> Schema {
        json_schema!({
            "type": "string",
            "pattern": r"^\s*(sha256//[A-Za-z0-9+/]{43}=|([0-9A-Fa-f]{2}:?){32})\s*$|\$\{",
            "examples": ["sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="],
        })
    }
}

/// The bytes of two digits each, with colons between them or without.
fn digits(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|byte| *byte != b':').collect();
    let digits: Option<Vec<u32>> =
        digits.iter().map(|byte| char::from(*byte).to_digit(16)).collect();
    digits?
        .chunks(2)
        .map(|pair| u8::try_from(pair.iter().fold(0, |sum, d| sum * 16 + d)).ok())
        .collect()
}
