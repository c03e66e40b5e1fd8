//! Durations, as in `"90s"` or `"1d"`.

use std::time::Duration;

use schemars::{Schema, json_schema};

use crate::config::toml::text::Text;
use crate::config::toml::value_type::TextType;

/// The longest duration: nothing at home is planned further ahead.
const LONGEST_DURATION: Duration = Duration::from_hours(366 * 24);

/// Longer than zero.
impl TextType for Duration {
    type Value = Self;

    const NAME: &'static str = "duration";
    const EXPECTED: &'static str =
        "a number and a unit in quotes, such as \"90s\", \"5m\" or \"1d\"";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        let value = text.value.trim();
        if value.starts_with('-') {
            return Err(Some("must be longer than zero".into()));
        }
        match humantime::parse_duration(value) {
            Ok(Self::ZERO) => Err(Some("must be longer than zero".into())),
            Ok(duration) if duration > LONGEST_DURATION => {
                Err(Some("must be at most 366 days".into()))
            }
            Ok(duration) => Ok(duration),
            Err(_) => Err(None),
        }
    }

    fn schema() -> Schema {
        json_schema!({
            "type": "string",
            "pattern": r"^(\s*\d+(\.\d+)?\s*[a-z]+)+\s*$|\$\{",
            "examples": ["30s", "5m", "1h", "14d"],
        })
    }
}
