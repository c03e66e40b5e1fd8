//! What stands in a detail: texts that others wrote, spans, instants, statuses.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::text::duration::{english, spoken};

/// Something that a detail is made of.
pub(super) trait Argument {
    /// Replaces each text in it that others wrote by what `fit` makes of it.
    fn each_text(&mut self, _fit: &dyn Fn(String) -> String) {}
}

impl Argument for String {
    fn each_text(&mut self, fit: &dyn Fn(String) -> String) {
        *self = fit(std::mem::take(self));
    }
}

impl Argument for u8 {}
impl Argument for u16 {}
impl Argument for usize {}

/// A status of HTTP, with its name where it has one: `503 Service Unavailable`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HttpStatus(pub u16);

impl Argument for HttpStatus {}

impl fmt::Display for HttpStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = http::StatusCode::from_u16(self.0).ok();
        match known.and_then(|status| status.canonical_reason()) {
            Some(name) => write!(f, "{} {name}", self.0),
            None => self.0.fmt(f),
        }
    }
}

/// A span of time. Short ones are said with their milliseconds: `2.3 s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Span {
    /// Milliseconds.
    ms: u64,
}

impl Span {
    /// Longer ones are said in whole minutes and hours.
    const SHORT: u64 = 60_000;

    /// The span as the library has it.
    #[must_use]
    pub const fn get(self) -> Duration {
        Duration::from_millis(self.ms)
    }

    /// Whether it is said with its milliseconds.
    #[must_use]
    pub const fn is_short(self) -> bool {
        self.ms < Self::SHORT
    }
}

impl Argument for Span {}

impl From<Duration> for Span {
    fn from(span: Duration) -> Self {
        Self { ms: u64::try_from(span.as_millis()).unwrap_or(u64::MAX) }
    }
}

/// A negative span, which only a clock set back can make, is none.
impl From<TimeDelta> for Span {
    fn from(span: TimeDelta) -> Self {
        Self { ms: u64::try_from(span.num_milliseconds()).unwrap_or(0) }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_short() {
            return f.write_str(&spoken(self.get()));
        }
        f.write_str(&english(TimeDelta::from_std(self.get()).unwrap_or(TimeDelta::MAX)))
    }
}

/// A day, of which the hour does not matter: `2026-07-05`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Date(pub DateTime<Utc>);

impl Argument for Date {}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%F"))
    }
}

/// An instant: `2026-07-05 04:00 UTC`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(pub DateTime<Utc>);

impl Argument for Moment {}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} UTC", self.0.format("%F %R"))
    }
}
