//! Durations, as in `"90s"` or `"1d"`.

use std::time::Duration;

use schemars::{Schema, json_schema};

use crate::config::toml::text::Text;
use crate::config::toml::value_type::TextType;
use crate::text::duration::{self, NotADuration};

/// Longer than zero.
impl TextType for Duration {
    type Value = Self;

    const NAME: &'static str = "duration";
    const EXPECTED: &'static str =
        "a number and a unit in quotes, such as \"90s\", \"5m\" or \"1d\"";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        match duration::parse(&text.value) {
            Ok(duration) => Ok(duration),
            Err(NotADuration::Malformed) => Err(Self::instead_of(text.value.trim())),
            Err(limit @ (NotADuration::Zero | NotADuration::TooLong)) => {
                Err(Some(limit.to_string()))
            }
        }
    }

    fn instead_of(digits: &str) -> Option<String> {
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| {
            format!("has no unit: write \"{digits}s\" for seconds, \"{digits}m\" for minutes")
        })
    }

    fn schema() -> Schema {
        json_schema!({
            "type": "string",
            "pattern": r"^(\s*\d+(\.\d+)?\s*[a-z]+)+\s*$|\$\{",
            "examples": ["30s", "5m", "1h", "14d"],
        })
    }
}
