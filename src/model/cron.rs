//! Cron expressions, which mean what they mean in a crontab:
//! <https://man7.org/linux/man-pages/man5/crontab.5.html>.
//!
//! The `cron` crate walks the calendar. It counts weekdays as Quartz does (1 is
//! Sunday) and asks for day *and* weekday, so an expression is translated for
//! it: weekdays by name, and two schedules where either of day and weekday is
//! enough.

mod field;

use std::str::FromStr;

use chrono::{NaiveDateTime, Utc};
use cron::Schedule;

pub use field::FieldError;
use field::{DAY, Field, HOUR, MINUTE, MONTH, SECOND, WEEKDAY};

/// Years may follow the weekday, as in Quartz.
const MOST_FIELDS: usize = 7;

/// When something is due, on the face of a clock: without a time zone.
///
/// ```
/// use prober::model::cron::CronExpression;
/// let weekdays: CronExpression = "0 3 * * 1-5".parse().unwrap();
/// let friday = "2026-12-04T12:00:00".parse().unwrap();
/// let next = weekdays.after(friday).next().unwrap();
/// assert_eq!(next.to_string(), "2026-12-07 03:00:00");
/// assert!("0 3 * * MONDAY-9".parse::<CronExpression>().is_err());
/// ```
#[derive(Debug, Clone)]
pub struct CronExpression {
    text: Box<str>,
    schedule: Schedule,
    /// Where day and weekday are both restricted, either is enough: `schedule`
    /// then has the days, and this the weekdays.
    or: Option<Schedule>,
    every_hour: bool,
    doubts: Vec<CronAmbiguity>,
}

/// What an expression with seconds may mean elsewhere: in Quartz, and in versions
/// before 0.2, which refused five fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CronAmbiguity {
    /// It names weekdays by number, which are counted from 1 for Sunday there.
    NumberedWeekdays,
    /// It names days and weekdays, and both are asked for there.
    EitherOfTwo,
}

/// Why a text is no cron expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CronError {
    /// It has too few fields, or too many.
    #[error("a cron expression has five fields, or six with seconds first, and this has {0}")]
    Fields(usize),
    /// `@every`, `@reboot` and the like.
    #[error(
        "`{0}` is no word that prober knows: expected @hourly, @daily, @weekly, @monthly or @yearly"
    )]
    Nickname(String),
    /// A field cannot be read.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// A year cannot be read.
    #[error("`{0}` is not a year between 1970 and 2100, nor a list or a range of years")]
    Year(String),
}

impl CronExpression {
    /// The expression as it was written.
    #[must_use]
    pub const fn as_str(&self) -> &str {
        &self.text
    }

    /// The occurrences after `face`, in order.
    pub fn after(&self, face: NaiveDateTime) -> impl Iterator<Item = NaiveDateTime> + '_ {
        let mut days = self.schedule.after_owned(face.and_utc()).map(naive).peekable();
        let or = self.or.as_ref().map(|or| or.after_owned(face.and_utc()).map(naive));
        let mut weekdays = or.into_iter().flatten().peekable();
        std::iter::from_fn(move || merge(&mut days, &mut weekdays, |a, b| a < b))
    }

    /// The occurrences before `face`, the latest first.
    pub fn before(&self, face: NaiveDateTime) -> impl Iterator<Item = NaiveDateTime> + '_ {
        let mut days = self.schedule.after_owned(face.and_utc()).rev().map(naive).peekable();
        let or = self.or.as_ref().map(|or| or.after_owned(face.and_utc()).rev().map(naive));
        let mut weekdays = or.into_iter().flatten().peekable();
        std::iter::from_fn(move || merge(&mut days, &mut weekdays, |a, b| a > b))
    }

    /// Whether it names no hours.
    #[must_use]
    pub const fn is_every_hour(&self) -> bool {
        self.every_hour
    }

    /// What it may have been written to mean, and does not mean here.
    #[must_use]
    pub fn doubts(&self) -> &[CronAmbiguity] {
        &self.doubts
    }
}

fn naive(face: chrono::DateTime<Utc>) -> NaiveDateTime {
    face.naive_utc()
}

/// Merges two ordered series into one; `comes_first` defines the order. An item
/// of both appears once.
fn merge<A: Iterator<Item = NaiveDateTime>, B: Iterator<Item = NaiveDateTime>>(
    a: &mut std::iter::Peekable<A>,
    b: &mut std::iter::Peekable<B>,
    comes_first: fn(NaiveDateTime, NaiveDateTime) -> bool,
) -> Option<NaiveDateTime> {
    let Some(right) = b.peek().copied() else { return a.next() };
    match a.peek().copied() {
        Some(left) if comes_first(left, right) => a.next(),
        Some(left) => {
            a.next_if(|_| left == right);
            b.next()
        }
        None => b.next(),
    }
}

impl FromStr for CronExpression {
    type Err = CronError;

    fn from_str(source: &str) -> Result<Self, CronError> {
        let text = source.trim();
        let text = if text.starts_with('@') { nickname(text)? } else { text };
        let mut fields: Vec<&str> = text.split_ascii_whitespace().collect();
        let with_seconds = fields.len() != 5;
        if fields.len() == 5 {
            fields.insert(0, "0");
        }
        let (fields, year) = match fields[..] {
            [second, minute, hour, day, month, weekday] => {
                ([second, minute, hour, day, month, weekday], None)
            }
            [second, minute, hour, day, month, weekday, year] if fields.len() == MOST_FIELDS => {
                ([second, minute, hour, day, month, weekday], Some(year))
            }
            _ => return Err(CronError::Fields(fields.len())),
        };
        let [second, minute, hour, day, month, weekday] = fields;
        let read = Read {
            clock: [SECOND.read(second)?, MINUTE.read(minute)?, HOUR.read(hour)?],
            day: DAY.read(day)?,
            month: MONTH.read(month)?,
            weekday: WEEKDAY.read(weekday)?,
            year: year.map(str::to_owned),
        };
        let both = is_star(day) || is_star(weekday);
        let numbered = weekday.contains(|c: char| c.is_ascii_digit());
        let doubts = [
            (CronAmbiguity::NumberedWeekdays, with_seconds && numbered),
            (CronAmbiguity::EitherOfTwo, with_seconds && !both),
        ];
        let doubts = doubts.into_iter().filter(|(_, has_it)| *has_it).map(|(doubt, _)| doubt);
        read.expression(source, both, doubts.collect())
    }
}

/// Whether a field restricts nothing as cron sees it: `*/2` counts as a star.
fn is_star(field: &str) -> bool {
    field.starts_with(['*', '?'])
}

/// What each field allows.
struct Read {
    clock: [Field; 3],
    day: Field,
    month: Field,
    weekday: Field,
    year: Option<String>,
}

impl Read {
    fn expression(
        &self,
        text: &str,
        both: bool,
        doubts: Vec<CronAmbiguity>,
    ) -> Result<CronExpression, CronError> {
        let (schedule, or) = if both {
            (self.schedule(&self.day.numbers(), &self.weekday.weekdays())?, None)
        } else {
            let or = self.schedule("*", &self.weekday.weekdays())?;
            (self.schedule(&self.day.numbers(), "*")?, Some(or))
        };
        let every_hour = self.clock[2].is_all();
        Ok(CronExpression { text: text.into(), schedule, or, every_hour, doubts })
    }

    fn schedule(&self, day: &str, weekday: &str) -> Result<Schedule, CronError> {
        let [second, minute, hour] = self.clock.each_ref().map(Field::numbers);
        let (month, year) = (self.month.numbers(), self.year.as_deref().unwrap_or("*"));
        let text = format!("{second} {minute} {hour} {day} {month} {weekday} {year}");
        // All other fields were read: only the year can be wrong.
        Schedule::from_str(&text).map_err(|_| CronError::Year(year.to_owned()))
    }
}

/// The five fields that a nickname stands for.
fn nickname(text: &str) -> Result<&'static str, CronError> {
    Ok(match text.to_ascii_lowercase().as_str() {
        "@yearly" | "@annually" => "0 0 1 1 *",
        "@monthly" => "0 0 1 * *",
        "@weekly" => "0 0 * * 0",
        "@daily" | "@midnight" => "0 0 * * *",
        "@hourly" => "0 * * * *",
        _ => return Err(CronError::Nickname(text.to_owned())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The days of December 2026 on which `text` occurs; the 1st is a Tuesday.
    fn days(text: &str) -> Vec<u32> {
        use chrono::Datelike;
        let expression: CronExpression = text.parse().unwrap();
        let eve = "2026-11-30T23:59:59".parse().unwrap();
        let all = expression.after(eve).take_while(|face| face.month() == 12);
        let days: Vec<u32> = all.map(|face| face.day()).collect();
        let mut back: Vec<u32> = expression
            .before("2027-01-01T00:00:00".parse().unwrap())
            .take_while(|face| face.month() == 12)
            .map(|face| face.day())
            .collect();
        back.reverse();
        assert_eq!(days, back, "{text}");
        days
    }

    #[test]
    fn weekdays_are_counted_as_in_a_crontab() {
        let sundays = [6, 13, 20, 27];
        for text in ["0 3 * * 0", "0 3 * * 7", "0 3 * * SUN", "0 0 3 * * sunday", "@weekly"] {
            assert_eq!(days(text), sundays, "{text}");
        }
        assert_eq!(days("0 3 * * 1"), [7, 14, 21, 28]);
        assert_eq!(days("0 3 1-14 * *").len(), 14);
        assert_eq!(days("0 0 3 * * 1-5")[..6], [1, 2, 3, 4, 7, 8]);
        assert_eq!(days("0 3 * * 6,7")[..4], [5, 6, 12, 13]);
        assert_eq!(days("0 3 * * 5-7")[..4], [4, 5, 6, 11]);
        assert_eq!(days("0 3 * * FRI-SUN"), days("0 3 * * 5-7"));
        assert_eq!(days("0 3 * * 0-6").len(), 31);
        assert_eq!(days("0 3 * * */2"), days("0 3 * * 0,2,4,6"));
        assert_eq!(days("0 3 * * 1/2"), days("0 3 * * 1,3,5,7"));
    }

    #[test]
    fn either_of_day_and_weekday_is_enough_where_both_are_restricted() {
        assert_eq!(days("0 3 4 * MON"), [4, 7, 14, 21, 28]);
        assert_eq!(days("0 3 7 * MON"), [7, 14, 21, 28]);
        assert_eq!(days("0 3 1,15 * 3"), [1, 2, 9, 15, 16, 23, 30]);
    }

    #[test]
    fn a_star_with_a_step_restricts_nothing_so_both_must_hold() {
        assert_eq!(days("0 3 */2 * MON"), [7, 21]);
        assert_eq!(days("0 3 4 * ?"), [4]);
    }

    #[test]
    fn five_fields_begin_with_minutes_and_six_with_seconds() {
        let next = |text: &str| {
            let expression: CronExpression = text.parse().unwrap();
            expression.after("2026-12-01T00:00:00".parse().unwrap()).next().unwrap().to_string()
        };
        assert_eq!(next("*/5 * * * *"), "2026-12-01 00:05:00");
        assert_eq!(next("*/5 * * * * *"), "2026-12-01 00:00:05");
        assert_eq!(next("30 0 3 * * * 2027"), "2027-01-01 03:00:30");
        assert_eq!(next("@hourly"), "2026-12-01 01:00:00");
        assert_eq!(next("@yearly"), "2027-01-01 00:00:00");
        assert_eq!(next(" 0/20 * * jan-FEB * "), "2027-01-01 00:00:00");
    }

    #[test]
    fn what_is_no_expression_says_why() {
        for (text, why) in [
            ("every day", "five fields, or six with seconds first, and this has 2"),
            ("@every 5m", "`@every 5m` is no word that prober knows"),
            ("@reboot", "expected @hourly"),
            ("60 * * * *", "`60` is not a minute: 0 to 59"),
            ("* 24 * * *", "`24` is not an hour: 0 to 23"),
            ("* * 0 * *", "`0` is not a day: 1 to 31"),
            ("* * * 13 *", "`13` is not a month: 1 to 12, or JAN to DEC"),
            ("0 3 * * 1-5 /usr/bin/backup", "`/usr/bin/backup` is not a weekday"),
            ("* * * * 8", "`8` is not a weekday: 0 to 7 (0 and 7 are Sunday), or SUN to SAT"),
            ("* * * * MON2", "`MON2` is not a weekday"),
            ("MON * * * *", "`MON` is not a minute"),
            ("* * * * 5-1", "`5-1` goes backwards: write the two parts, with a comma between them"),
            ("*/0 * * * *", "`*/0` has a step of 0"),
            ("* * * * ٣", "`٣` is not a weekday"),
            ("1,,2 * * * *", "`` is not a minute"),
            ("0 0 0 1 1 * next", "`next` is not a year"),
        ] {
            let error = text.parse::<CronExpression>().unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn what_may_mean_something_else_elsewhere_is_known() {
        use CronAmbiguity::{EitherOfTwo, NumberedWeekdays};
        let doubts = |text: &str| text.parse::<CronExpression>().unwrap().doubts().to_vec();
        assert_eq!(doubts("0 0 3 * * 1-5"), [NumberedWeekdays]);
        assert_eq!(doubts("0 0 3 1-7 * MON"), [EitherOfTwo], "the first Monday of a month");
        assert_eq!(doubts("0 0 3 13 * 6"), [NumberedWeekdays, EitherOfTwo]);
        for sure in ["0 3 * * 1-5", "0 3 1-7 * MON", "0 0 3 * * MON-FRI", "0 0 3 1 * ?"] {
            assert_eq!(doubts(sure), [], "{sure}");
        }
    }

    #[test]
    fn an_expression_of_eventbridge_is_refused_and_not_read_as_another_one() {
        for text in ["0 3 * * ? *", "0 3 ? * 2-6 *", "0/5 8-17 ? * 2-6 *", "15 10 ? * * 2027"] {
            let error = text.parse::<CronExpression>().unwrap_err().to_string();
            assert!(error.contains("so write its first five fields"), "{text}: {error}");
        }
    }
}
