//! HTTP statuses, as in `304`, `"2xx"` or `"200-299"`.

use schemars::{Schema, json_schema};
use toml::Spanned;
use toml::de::DeValue;

use crate::config::toml::diagnostic::Diagnostic;
use crate::config::toml::reader::Reader;
use crate::config::toml::text::Text;
use crate::config::toml::value_type::ValueType;
use crate::model::expect::StatusRange;

/// What is allowed.
const EXPECTED: &str = "expected a number from 100 to 599, \"2xx\" or \"200-299\"";

fn parse(text: &str) -> Option<StatusRange> {
    let status = |text: &str| {
        let digits = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|status| digits && (100..=599).contains(status))
    };
    let text = text.trim();
    if let Some(class) = text.strip_suffix("xx").or(text.strip_suffix("XX")) {
        let first = status(&format!("{class}00"))?;
        return Some(StatusRange { first, last: first + 99 });
    }
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (status(first.trim())?, status(last.trim())?);
    (first <= last).then_some(StatusRange { first, last })
}

impl ValueType for StatusRange {
    type Value = Self;

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the other values of TOML are all wrong here"
    )]
    fn read(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        let text = match value.get_ref() {
            DeValue::Integer(integer) => {
                Text { value: integer.to_string(), shown: integer.to_string() }
            }
            DeValue::String(raw) => reader.expand(raw, &value.span())?,
            _ => {
                reader.report_type(value, "a status", EXPECTED);
                return None;
            }
        };
        let range = parse(&text.value);
        if range.is_none() {
            let title = format!("`{}` is not a valid HTTP status", text.shown);
            reader.report(Diagnostic::new(value.span(), title, EXPECTED));
        }
        range
    }

    fn schema() -> Schema {
        json_schema!({ "anyOf": [
            { "type": "integer", "minimum": 100, "maximum": 599 },
            {
                "type": "string",
                "pattern": r"^\s*([1-5](xx|XX)|[1-5]\d\d(\s*-\s*[1-5]\d\d)?)\s*$|\$\{",
                "examples": ["2xx", "200-299"],
            },
        ] })
    }
}
