//! One field of a cron expression: the numbers that it allows.

use std::fmt::Write as _;

/// What a field may hold.
pub(super) struct Kind {
    what: &'static str,
    first: u8,
    last: u8,
    /// Three letters each, counted from `first`.
    names: &'static [&'static str],
    /// Whether `?` is a star here. In Quartz it is one of a day or a weekday, and
    /// nothing else: an expression of EventBridge, whose minutes come first and whose
    /// years last, is known by it where it would be read as another one.
    has_question_mark: bool,
    allowed: &'static str,
}

const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const LONG: [&str; 19] = [
    "JANUARY",
    "FEBRUARY",
    "MARCH",
    "APRIL",
    "MAY",
    "JUNE",
    "JULY",
    "AUGUST",
    "SEPTEMBER",
    "OCTOBER",
    "NOVEMBER",
    "DECEMBER",
    "SUNDAY",
    "MONDAY",
    "TUESDAY",
    "WEDNESDAY",
    "THURSDAY",
    "FRIDAY",
    "SATURDAY",
];

const fn numbers(what: &'static str, first: u8, last: u8, allowed: &'static str) -> Kind {
    Kind { what, first, last, names: &[], has_question_mark: false, allowed }
}

pub(super) const SECOND: Kind = numbers("a second", 0, 59, "0 to 59");
pub(super) const MINUTE: Kind = numbers("a minute", 0, 59, "0 to 59");
pub(super) const HOUR: Kind = numbers("an hour", 0, 23, "0 to 23");
pub(super) const DAY: Kind = Kind { has_question_mark: true, ..numbers("a day", 1, 31, "1 to 31") };
pub(super) const MONTH: Kind =
    Kind { names: &MONTHS, ..numbers("a month", 1, 12, "1 to 12, or JAN to DEC") };
pub(super) const WEEKDAY: Kind = Kind {
    what: "a weekday",
    first: 0,
    last: SUNDAY_AGAIN,
    names: &WEEKDAYS,
    has_question_mark: true,
    allowed: "0 to 7 (0 and 7 are Sunday), or SUN to SAT",
};

/// Sunday is both 0 and 7.
const SUNDAY_AGAIN: u8 = 7;

/// Why a field cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// Its field may not hold it.
    #[error("`{text}` is not {what}: {allowed}")]
    Unknown {
        /// The text of the field.
        text: String,
        /// What the field is for.
        what: &'static str,
        /// What it may hold.
        allowed: &'static str,
    },
    /// `?` where neither days nor weekdays stand.
    #[error(
        "`?` stands for a day or a weekday, and here is {0}: an expression of EventBridge has its minutes first and years last, so write its first five fields"
    )]
    QuestionMark(&'static str),
    /// A range whose end is before its start.
    #[error("`{0}` goes backwards: write the two parts, with a comma between them")]
    Backwards(String),
    /// A step that is zero, or not a number.
    #[error("`{0}` has a step of 0, or one that is no number")]
    Step(String),
}

/// The numbers that a field allows, a bit each.
pub(super) struct Field {
    bits: u64,
    all: u64,
}

impl Kind {
    /// Reads `text`: a list of `*`, values and ranges, each perhaps with a step.
    pub(super) fn read(&self, text: &str) -> Result<Field, FieldError> {
        let mut bits = 0;
        for item in text.split(',') {
            bits |= self.item(item)?;
        }
        let mut all = span(self.first, self.last, 1);
        if self.last == SUNDAY_AGAIN {
            bits |= bits >> SUNDAY_AGAIN & 1;
            bits &= !(1 << SUNDAY_AGAIN);
            all &= !(1 << SUNDAY_AGAIN);
        }
        Ok(Field { bits, all })
    }

    fn item(&self, item: &str) -> Result<u64, FieldError> {
        let (range, step) = match item.split_once('/') {
            // A path, of the command that follows in a crontab.
            Some(("", _)) => return Err(self.unknown(item)),
            Some((range, every)) => (range, Some(step(item, every)?)),
            None => (item, None),
        };
        let (from, to) = match range.split_once('-') {
            // Seven is Sunday again: a star must not count it twice.
            None if range == "?" && !self.has_question_mark => {
                return Err(FieldError::QuestionMark(self.what));
            }
            None if range == "*" || range == "?" => (self.first, self.last_of_star()),
            None => {
                let from = self.value(range)?;
                (from, if step.is_some() { self.last } else { from })
            }
            Some((from, to)) => (self.value(from)?, self.end(to)?),
        };
        if from > to {
            return Err(FieldError::Backwards(range.to_owned()));
        }
        Ok(span(from, to, step.unwrap_or(1)))
    }

    const fn last_of_star(&self) -> u8 {
        if self.last == SUNDAY_AGAIN { self.last - 1 } else { self.last }
    }

    /// The end of a range, where Sunday is the last day of the week: `FRI-SUN`.
    fn end(&self, text: &str) -> Result<u8, FieldError> {
        let is_name = text.starts_with(|c: char| c.is_ascii_alphabetic());
        let value = self.value(text)?;
        let is_sunday = is_name && value == 0 && self.last == SUNDAY_AGAIN;
        Ok(if is_sunday { SUNDAY_AGAIN } else { value })
    }

    fn value(&self, text: &str) -> Result<u8, FieldError> {
        let number = || {
            let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse().ok().filter(|_| is_number)
        };
        let value = self.named(text).or_else(number);
        let in_range = value.filter(|value| (self.first..=self.last).contains(value));
        in_range.ok_or_else(|| self.unknown(text))
    }

    fn unknown(&self, text: &str) -> FieldError {
        FieldError::Unknown { text: text.to_owned(), what: self.what, allowed: self.allowed }
    }

    fn named(&self, text: &str) -> Option<u8> {
        let upper = text.to_ascii_uppercase();
        let short = upper.get(..3)?;
        let at = self.names.iter().position(|name| *name == short)?;
        let is_whole = upper.len() == 3 || LONG.contains(&upper.as_str());
        u8::try_from(at).ok().map(|at| at + self.first).filter(|_| is_whole)
    }
}

/// The step `text` of `item`.
fn step(item: &str, text: &str) -> Result<u8, FieldError> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // A step that is longer than the field leaves its first number.
    let step = is_number.then(|| text.parse().unwrap_or(u8::MAX)).filter(|step| *step > 0);
    step.ok_or_else(|| FieldError::Step(item.to_owned()))
}

/// A bit for every `step`th number from `from` to `to`.
const fn span(from: u8, to: u8, step: u8) -> u64 {
    let (mut bits, mut at) = (0, from as u32);
    while at <= to as u32 {
        bits |= 1 << at;
        at += step as u32;
    }
    bits
}

impl Field {
    /// Whether it allows everything.
    pub(super) const fn is_all(&self) -> bool {
        self.bits == self.all
    }

    fn list(&self, word: impl Fn(u32) -> String) -> String {
        if self.is_all() {
            return "*".to_owned();
        }
        let mut list = String::new();
        for number in (0..u64::BITS).filter(|number| self.bits >> number & 1 == 1) {
            let comma = if list.is_empty() { "" } else { "," };
            let _ = write!(list, "{comma}{}", word(number));
        }
        list
    }

    /// The numbers in the form that the `cron` crate reads.
    pub(super) fn numbers(&self) -> String {
        self.list(|number| number.to_string())
    }

    /// The weekdays in the form that the `cron` crate reads, which counts them from 1.
    pub(super) fn weekdays(&self) -> String {
        self.list(|number| WEEKDAYS[number as usize % WEEKDAYS.len()].to_owned())
    }
}
