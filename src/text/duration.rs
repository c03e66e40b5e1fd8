//! Durations: as people write them in a configuration or on a command line,
//! and as they read them: two units at most, rounded down.

use std::time::Duration;

use chrono::TimeDelta;

/// The longest duration that can be written: nobody plans further ahead.
pub const LONGEST: Duration = Duration::from_hours(366 * 24);

/// Why a text is not an acceptable duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotADuration {
    /// It is not written as a duration.
    #[error("expected a number and a unit, such as 90s, 2h or 1d")]
    Malformed,
    /// It is zero, or less.
    #[error("must be longer than zero")]
    Zero,
    /// It is longer than [`LONGEST`].
    #[error("must be at most 366 days")]
    TooLong,
}

/// The duration that `text` says: `90s`, `2h 30m`, `1d`.
///
/// # Errors
///
/// It is not a duration, or not one between zero and [`LONGEST`].
///
/// ```
/// use std::time::Duration;
/// use prober::text::duration::{NotADuration, parse};
/// assert_eq!(parse("1h 30m"), Ok(Duration::from_secs(5400)));
/// assert_eq!(parse("-1s"), Err(NotADuration::Zero));
/// assert_eq!(parse("90"), Err(NotADuration::Malformed));
/// ```
pub fn parse(text: &str) -> Result<Duration, NotADuration> {
    let text = text.trim();
    if text.starts_with('-') {
        return Err(NotADuration::Zero);
    }
    match humantime::parse_duration(text) {
        Ok(Duration::ZERO) => Err(NotADuration::Zero),
        Ok(duration) if duration > LONGEST => Err(NotADuration::TooLong),
        Ok(duration) => Ok(duration),
        Err(_) => Err(NotADuration::Malformed),
    }
}

/// `duration` in the form that [`parse`] reads: `1h 30m`.
#[must_use]
pub fn written(duration: Duration) -> String {
    humantime::format_duration(duration).to_string()
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Days of 24 hours.
    Days,
    /// Hours.
    Hours,
    /// Minutes.
    Minutes,
    /// Seconds.
    Seconds,
}

/// The largest unit of `span`, and the rest in the next unit if that is written too. A
/// negative duration, which only a clock that was set back can make, counts as zero.
///
/// ```
/// use chrono::TimeDelta;
/// use prober::text::duration::{Unit, units};
/// let units = units(TimeDelta::minutes(185));
/// assert_eq!(units, ((3, Unit::Hours), Some((5, Unit::Minutes))));
/// ```
#[must_use]
pub fn units(span: TimeDelta) -> ((i64, Unit), Option<(i64, Unit)>) {
    let seconds = span.num_seconds().max(0);
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    let rest = |count: i64, unit| (count > 0).then_some((count, unit));
    if days > 0 {
        ((days, Unit::Days), rest(hours % 24, Unit::Hours))
    } else if hours > 0 {
        ((hours, Unit::Hours), rest(minutes % 60, Unit::Minutes))
    } else if minutes > 0 {
        ((minutes, Unit::Minutes), None)
    } else {
        ((seconds, Unit::Seconds), None)
    }
}

/// `span` in a language; `name` writes each unit.
#[must_use]
pub fn spell(span: TimeDelta, name: impl Fn(i64, Unit) -> String) -> String {
    let ((count, unit), rest) = units(span);
    let large = name(count, unit);
    match rest {
        Some((count, unit)) => format!("{large} {}", name(count, unit)),
        None => large,
    }
}

/// In English: `42 s`, `12 min`, `3 h 5 min`, `2 days 4 h`.
#[must_use]
pub fn english(span: TimeDelta) -> String {
    spell(span, english_unit)
}

/// `count` of `unit`, in English.
#[must_use]
pub fn english_unit(count: i64, unit: Unit) -> String {
    match unit {
        Unit::Days if count == 1 => "1 day".into(),
        Unit::Days => format!("{count} days"),
        Unit::Hours => format!("{count} h"),
        Unit::Minutes => format!("{count} min"),
        Unit::Seconds => format!("{count} s"),
    }
}

/// A short time as people say it: `350 ms`, `2.3 s`, `10 s`.
#[must_use]
pub fn spoken(duration: Duration) -> String {
    let millis = duration.as_millis();
    if millis < 1_000 {
        format!("{millis} ms")
    } else if millis % 1_000 < 50 || millis >= 100_000 {
        format!("{} s", millis / 1_000)
    } else {
        format!("{:.1} s", duration.as_secs_f64())
    }
}
