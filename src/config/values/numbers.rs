//! Numbers: counts, and sizes in bytes.

use std::num::NonZeroU32;

use schemars::{Schema, json_schema};
use toml::Spanned;
use toml::de::DeValue;

use crate::config::toml::diagnostic::Diagnostic;
use crate::config::toml::reader::Reader;
use crate::config::toml::text::Text;
use crate::config::toml::value_type::{TextType, ValueType};

/// Most bytes of a body that are read: a Lambda function may have 128 MiB in all.
const LARGEST_BODY: usize = 64 * 1024 * 1024;

/// A whole number from 1 to `MOST`.
pub(in crate::config) enum Count<const MOST: u32> {}

impl<const MOST: u32> ValueType for Count<MOST> {
    type Value = NonZeroU32;

    fn read(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<NonZeroU32> {
        let label = format!("expected a whole number from 1 to {MOST}");
        let DeValue::Integer(integer) = value.get_ref() else {
            let is_quoted = |text: &str| text.parse::<u32>().is_ok_and(|count| count <= MOST);
            let label = if let DeValue::String(text) = value.get_ref()
                && is_quoted(text)
            {
                format!("write {text}, without quotes")
            } else {
                label
            };
            reader.report_type(value, "a whole number", label);
            return None;
        };
        let number = u32::from_str_radix(integer.as_str(), integer.radix()).ok();
        let count = number.filter(|number| *number <= MOST).and_then(NonZeroU32::new);
        if count.is_none() {
            let title = format!("{integer} is out of range");
            reader.report(Diagnostic::new(value.span(), title, label));
        }
        count
    }

    fn schema() -> Schema {
        json_schema!({ "type": "integer", "minimum": 1, "maximum": MOST })
    }
}

/// A number of bytes that fits into memory.
pub(in crate::config) enum ByteSize {}

impl TextType for ByteSize {
    type Value = usize;

    const NAME: &'static str = "size";
    const EXPECTED: &'static str =
        "a whole number and B, KiB or MiB, such as \"512KiB\" or \"1MiB\"";

    fn from_text(text: &Text) -> Result<usize, Option<String>> {
        let value = text.value.trim();
        let digits = value.find(|c: char| !c.is_ascii_digit()).unwrap_or(value.len());
        let unit = match value[digits..].trim() {
            "B" => 1,
            "KB" | "kB" => 1000,
            "KiB" => 1024,
            "MB" => 1000 * 1000,
            "MiB" => 1024 * 1024,
            _ => return Err(None),
        };
        let number: usize = value[..digits].parse().map_err(|_| None)?;
        match number.checked_mul(unit) {
            Some(0) => Err(Some("must be at least 1B".into())),
            Some(bytes) if bytes <= LARGEST_BODY => Ok(bytes),
            Some(_) | None => Err(Some("must be at most 64MiB".into())),
        }
    }

    fn schema() -> Schema {
        json_schema!({
            "type": "string",
            "pattern": r"^\s*\d+\s*(B|KB|kB|KiB|MB|MiB)\s*$|\$\{",
            "examples": ["512KiB", "1MiB"],
        })
    }
}
