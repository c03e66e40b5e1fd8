//! Times in JSON, and how long ago they are. Pure: it takes what time it is.

use std::cmp::Ordering;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use crate::model::expect::Operator;

/// Larger numbers are milliseconds: as seconds, this is the year 5138.
const MOST_SECONDS: f64 = 1e11;
/// Larger numbers are microseconds: as milliseconds, this is the year 5138.
const MOST_MILLISECONDS: f64 = 1e14;
/// Larger numbers are nanoseconds: as microseconds, this is the year 5138.
const MOST_MICROSECONDS: f64 = 1e17;
/// How far ahead of ours another clock may be.
const MOST_AHEAD: TimeDelta = TimeDelta::minutes(5);

/// The time that a value is: as RFC 3339 or a mail writes it, or the seconds, milli-, micro-
/// or nanoseconds since 1970, also in a text. One without a zone could be any of
/// twenty-five, and is none.
pub(super) fn time(value: &Value) -> Option<DateTime<Utc>> {
    match value {
        Value::Number(number) => since_1970(number.as_f64()?),
        Value::String(text) => {
            let text = text.trim();
            let read = DateTime::parse_from_rfc3339(text)
                .or_else(|_| DateTime::parse_from_rfc2822(text))
                .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z"))
                .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f %z"));
            match read {
                Ok(time) => Some(time.to_utc()),
                Err(_) => since_1970(text.parse().ok()?),
            }
        }
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn since_1970(number: f64) -> Option<DateTime<Utc>> {
    let milliseconds = match number.abs() {
        size if size < MOST_SECONDS => number * 1e3,
        size if size < MOST_MILLISECONDS => number,
        size if size < MOST_MICROSECONDS => number / 1e3,
        _ => number / 1e6,
    };
    #[expect(
        clippy::cast_possible_truncation,
        reason = "what is out of range is no time to chrono"
    )]
    DateTime::from_timestamp_millis(milliseconds as i64).filter(|_| number.is_finite())
}

/// Whether the age of `time` compares like this. What a clock that is a little ahead of ours
/// says has no age; what is further in the future is a mistake, and compares like nothing.
pub(super) fn holds(
    time: DateTime<Utc>,
    now: DateTime<Utc>,
    operator: Operator,
    limit: Duration,
) -> bool {
    if time - now > MOST_AHEAD {
        return false;
    }
    let order = (now - time).to_std().map_or(Ordering::Less, |age| age.cmp(&limit));
    operator.allows(order)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_time_is_read_as_programs_write_it() {
        let expected = "2026-07-05T04:00:00Z".parse().ok();
        for value in [
            json!("2026-07-05T04:00:00Z"),
            json!("2026-07-05 04:00:00.000+00:00"),
            json!("2026-07-05T13:00:00+0900"),
            json!(" 2026-07-05 13:00:00 +0900"),
            json!("Sun, 05 Jul 2026 13:00:00 +0900"),
            json!(1_783_224_000),
            json!(1_783_224_000.0),
            json!(1_783_224_000_000_u64),
            json!(1_783_224_000_000_000_u64),
            json!(1_783_224_000_000_000_000_u64),
            json!("1783224000000000000"),
            json!("1783224000"),
        ] {
            assert_eq!(time(&value), expected, "{value}");
        }
    }

    #[test]
    fn what_could_be_several_times_or_none_is_none() {
        for value in [
            json!("2026-07-05T04:00:00"),
            json!("2026-07-05"),
            json!("04:00"),
            json!("yesterday"),
            json!("NaN"),
            json!("inf"),
            json!(1e300),
            json!(null),
            json!([1_783_224_000]),
        ] {
            assert_eq!(time(&value), None, "{value}");
        }
    }

    #[test]
    fn a_time_that_no_clock_can_be_ahead_to_meets_no_comparison() {
        let (now, limit) = (DateTime::UNIX_EPOCH, Duration::from_mins(1));
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        for (seconds, is_met) in [(300, true), (301, false), (86_400 * 365, false)] {
            assert_eq!(holds(at(seconds), now, Operator::Less, limit), is_met, "{seconds}");
            assert!(!holds(at(seconds), now, Operator::Greater, limit), "{seconds}");
        }
    }

    #[test]
    fn a_time_a_little_in_the_future_is_younger_than_anything() {
        let (now, limit) = (DateTime::UNIX_EPOCH, Duration::from_mins(1));
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        for (seconds, is_younger) in [(1, true), (0, true), (-59, true), (-60, false), (-61, false)]
        {
            assert_eq!(holds(at(seconds), now, Operator::Less, limit), is_younger, "{seconds}");
            assert_eq!(
                holds(at(seconds), now, Operator::GreaterOrEqual, limit),
                !is_younger,
                "{seconds}"
            );
        }
    }
}
