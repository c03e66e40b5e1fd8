//! Dates with a time of day, with or without an offset.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use schemars::{Schema, json_schema};
use toml::Spanned;
use toml::de::DeValue;
use toml::value::{Datetime, Offset};

use crate::config::toml::diagnostic::Diagnostic;
use crate::config::toml::reader::Reader;
use crate::config::toml::value_type::ValueType;

/// A date and a time of day.
#[derive(Clone, Copy)]
pub(in crate::config) enum DateAndTime {
    /// With an offset: an instant.
    Instant(DateTime<Utc>),
    /// Without an offset: local time.
    Local(NaiveDateTime),
}

/// What is allowed.
const EXPECTED: &str = "expected a date and a time, such as 2026-03-01T04:00:00 or \
                        2026-03-01T04:00:00+09:00";

impl DateAndTime {
    fn of(datetime: Datetime) -> Option<Self> {
        let (date, time) = (datetime.date?, datetime.time?);
        let local = NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())?
            .and_hms_nano_opt(
                time.hour.into(),
                time.minute.into(),
                time.second.unwrap_or(0).into(),
                time.nanosecond.unwrap_or(0),
            )?;
        let minutes = match datetime.offset {
            None => return Some(Self::Local(local)),
            Some(Offset::Z) => 0,
            Some(Offset::Custom { minutes }) => minutes,
        };
        let utc = local.checked_sub_signed(TimeDelta::minutes(minutes.into()))?;
        Some(Self::Instant(utc.and_utc()))
    }
}

impl ValueType for DateAndTime {
    type Value = Self;

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the other values of TOML are all wrong here"
    )]
    fn read(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        let (shown, datetime) = match value.get_ref() {
            DeValue::Datetime(datetime) => (datetime.to_string(), Some(*datetime)),
            DeValue::String(raw) => {
                let text = reader.expand(raw, &value.span())?;
                (text.shown, text.value.trim().parse().ok())
            }
            _ => {
                reader.report_type(value, "a date and a time", EXPECTED);
                return None;
            }
        };
        let read = datetime.and_then(Self::of);
        if read.is_none() {
            let title = format!("`{shown}` is not a date and a time");
            reader.report(Diagnostic::new(value.span(), title, EXPECTED));
        }
        read
    }

    fn schema() -> Schema {
        // Editors see a TOML date as a string.
        json_schema!({
            "type": "string",
            "pattern": r"^\s*\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d|\$\{",
            "examples": ["2026-03-01T04:00:00", "2026-03-01T04:00:00+09:00"],
        })
    }
}
