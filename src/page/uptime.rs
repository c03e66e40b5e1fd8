//! Uptimes, over no more time than there is evidence of.

use chrono::NaiveDate;

use super::row::Row;
use super::words::Words;
use crate::model::history::{self, DAYS, Day};

/// The days over which uptime is shown beside the last 24 hours.
const SPANS: [u64; 3] = [7, 30, DAYS];

/// How far an uptime looks back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Period {
    /// The present hour and so many before it.
    Hours(usize),
    /// Today and so many days before it, in UTC.
    Days(u64),
}

impl Period {
    pub(super) fn said(self, words: &dyn Words) -> String {
        match self {
            Self::Hours(hours) => words.hours(hours),
            Self::Days(days) => words.days(days),
        }
    }
}

/// How many days there are from the first observation until today: uptime of earlier
/// days would be invented.
pub(super) fn days_of_evidence(days: &[Day], today: NaiveDate) -> u64 {
    let seen = days.iter().filter(|day| day.uptime().is_some());
    let first = seen.map(|day| day.date).min();
    let days = first.map(|first| (today - first).num_days() + 1);
    days.and_then(|days| u64::try_from(days).ok()).unwrap_or(1).clamp(1, DAYS)
}

/// The uptime of the last `count` days.
pub(super) fn of_days(days: &[Day], count: u64, today: NaiveDate) -> Option<String> {
    share_of_days(days, count, today).map(|(share, _)| share)
}

/// The same, and in hundredths of a percent.
pub(super) fn share_of_days(days: &[Day], count: u64, today: NaiveDate) -> Option<(String, u64)> {
    let is_in =
        |day: &&Day| u64::try_from((today - day.date).num_days()).is_ok_and(|ago| ago < count);
    share(days.iter().filter(is_in).map(|day| (day.up, day.down)))
}

fn share(counts: impl Iterator<Item = (u32, u32)>) -> Option<(String, u64)> {
    let (up, down) = counts.fold((0_u64, 0_u64), |(up, down), (more_up, more_down)| {
        (up + u64::from(more_up), down + u64::from(more_down))
    });
    let hundredths = (up * 10_000).checked_div(up + down)?;
    Some((history::share(up, down)?, hundredths))
}

/// The uptime of the last 24 hours, and in hundredths of a percent.
pub(super) fn share_of_hours(row: &Row<'_>) -> Option<(String, u64)> {
    share(row.hours.iter().map(|(_, hour)| (hour.up, hour.down)))
}

/// The uptime of the last 24 hours, and of how many of them there is evidence.
fn of_hours(row: &Row<'_>) -> Option<(Period, String)> {
    let first = row.hours.iter().position(|(_, hour)| hour.up > 0 || hour.down > 0)?;
    let (share, _) = share_of_hours(row)?;
    Some((Period::Hours(row.hours.len() - first), share))
}

/// The uptimes of `row`: of 24 hours, of 7, 30 and 90 days. Where there are fewer days,
/// of all that there are, and no longer ones.
pub(super) fn all(row: &Row<'_>, today: NaiveDate) -> Vec<(Period, String)> {
    if !row.is_measured {
        return Vec::new();
    }
    let evidence = days_of_evidence(row.days, today);
    let enough = SPANS.into_iter().position(|span| span >= evidence).unwrap_or(SPANS.len() - 1);
    let spans = SPANS.into_iter().take(enough + 1).map(|span| span.min(evidence));
    let days = spans.filter_map(|days| Some((Period::Days(days), of_days(row.days, days, today)?)));
    of_hours(row).into_iter().chain(days).collect()
}
