//! Amounts, all of them within limits: durations, counts, sizes, statuses.

use std::num::NonZeroU32;
use std::time::Duration;

use schemars::{Schema, json_schema};
use toml::Spanned;
use toml::de::DeValue;

use crate::config::mistake::Mistake;
use crate::config::reader::Reader;
use crate::config::text::Text;
use crate::config::toml_key::{FromText, TomlKey};
use crate::model::expect::StatusRange;
use crate::text::duration::{self, NotADuration};

/// Most bytes of a body that are read: a Lambda function has 128 MiB in all.
const LARGEST_BODY: usize = 64 * 1024 * 1024;

/// A duration longer than zero.
#[derive(Clone, Copy)]
pub(super) struct Period(pub(super) Duration);

impl FromText for Period {
    const WHAT: &'static str = "duration";
    const ALLOWED: &'static str =
        "a number and a unit in quotes, such as \"90s\", \"5m\" or \"1d\"";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        match duration::parse(&text.value) {
            Ok(period) => Ok(Self(period)),
            Err(NotADuration::Malformed) => Err(None),
            Err(limit @ (NotADuration::Zero | NotADuration::TooLong)) => {
                Err(Some(limit.to_string()))
            }
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

/// A whole number from 1 to `MOST`.
#[derive(Clone, Copy)]
pub(super) struct Count<const MOST: u32>(pub(super) NonZeroU32);

impl<const MOST: u32> TomlKey for Count<MOST> {
    fn read(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        let label = format!("expected a whole number from 1 to {MOST}");
        let DeValue::Integer(integer) = value.get_ref() else {
            reader.wrong_type(value, "a whole number", label);
            return None;
        };
        let number = u32::from_str_radix(integer.as_str(), integer.radix()).ok();
        let count = number.filter(|number| *number <= MOST).and_then(NonZeroU32::new);
        if count.is_none() {
            let title = format!("{integer} is out of range");
            reader.mistakes.push(Mistake::new(value.span(), title, label));
        }
        count.map(Self)
    }

    fn schema() -> Schema {
        json_schema!({ "type": "integer", "minimum": 1, "maximum": MOST })
    }
}

/// A number of bytes that fits into memory.
#[derive(Clone, Copy)]
pub(super) struct ByteSize(pub(super) usize);

impl FromText for ByteSize {
    const WHAT: &'static str = "size";
    const ALLOWED: &'static str =
        "a whole number and B, KiB or MiB, such as \"512KiB\" or \"1MiB\"";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
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
            Some(bytes) if bytes <= LARGEST_BODY => Ok(Self(bytes)),
            _ => Err(Some("must be at most 64MiB".into())),
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

/// A status, or a range of them.
#[derive(Clone, Copy)]
pub(super) struct Status(pub(super) StatusRange);

impl Status {
    const WHAT: &'static str = "HTTP status";
    const ALLOWED: &'static str = "expected a number from 100 to 599, \"2xx\" or \"200-299\"";

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
}

impl TomlKey for Status {
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
                reader.wrong_type(value, "a status", Self::ALLOWED);
                return None;
            }
        };
        let range = Self::parse(&text.value);
        if range.is_none() {
            let title = format!("`{}` is not a valid {}", text.shown, Self::WHAT);
            reader.mistakes.push(Mistake::new(value.span(), title, Self::ALLOWED));
        }
        range.map(Self)
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
