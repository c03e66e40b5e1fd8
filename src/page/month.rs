//! A month of the calendar, as outages are listed by it.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;

/// A month: `2026-07`.
///
/// ```
/// use prober::page::Month;
/// let month: Month = "2026-07".parse().unwrap();
/// assert_eq!(month.to_string(), "2026-07");
/// assert!(["2026-7", "2026-13", "2026-07-01", "+226-07", ""].iter().all(|text| text.parse::<Month>().is_err()));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    year: i32,
    /// From 0.
    month0: u32,
}

/// The text is not that of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a month, as in 2026-07")]
pub struct NotAMonth;

impl Month {
    /// The month of `at` for people in `zone`.
    pub(super) fn of(at: DateTime<Utc>, zone: Tz) -> Self {
        let at = at.with_timezone(&zone);
        Self { year: at.year(), month0: at.month0() }
    }

    pub(super) const fn year(self) -> i32 {
        self.year
    }

    pub(super) const fn month0(self) -> u32 {
        self.month0
    }

    pub(super) const fn before(self) -> Self {
        match self.month0 {
            0 => Self { year: self.year - 1, month0: 11 },
            month0 => Self { month0: month0 - 1, ..self },
        }
    }

    pub(super) const fn after(self) -> Self {
        match self.month0 {
            11 => Self { year: self.year + 1, month0: 0 },
            month0 => Self { month0: month0 + 1, ..self },
        }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month0 + 1)
    }
}

impl FromStr for Month {
    type Err = NotAMonth;

    fn from_str(text: &str) -> Result<Self, NotAMonth> {
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let (year, month) = text.split_once('-').ok_or(NotAMonth)?;
        if (year.len(), month.len()) != (4, 2) || !is_digits(year) || !is_digits(month) {
            return Err(NotAMonth);
        }
        let (year, month) = (year.parse().ok(), month.parse().ok());
        let first = NaiveDate::from_ymd_opt(year.ok_or(NotAMonth)?, month.ok_or(NotAMonth)?, 1);
        first.map(|first| Self { year: first.year(), month0: first.month0() }).ok_or(NotAMonth)
    }
}
