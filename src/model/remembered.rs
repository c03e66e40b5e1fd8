//! All that is stored of all targets, for somebody who looks.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::history::{DAYS, Day};
use super::names::TargetName;
use super::record::Records;
use super::state::State;

/// The records of all targets, and their days.
#[derive(Debug, Default)]
pub struct Remembered {
    /// The records.
    pub records: Records,
    days: BTreeMap<TargetName, Vec<Day>>,
}

impl Remembered {
    /// The first day that is worth looking at, at `now`.
    #[must_use]
    pub fn first_day(now: DateTime<Utc>) -> NaiveDate {
        let today = now.date_naive();
        today.checked_sub_days(Days::new(DAYS - 1)).unwrap_or(today)
    }

    /// Joins `records` with the `finished` days, oldest first, since `first`.
    #[must_use]
    pub fn new(records: Records, finished: Vec<(TargetName, Day)>, first: NaiveDate) -> Self {
        let mut days: BTreeMap<TargetName, Vec<Day>> = BTreeMap::new();
        for (name, day) in finished {
            days.entry(name).or_default().push(day);
        }
        for (name, record) in &records {
            let today = record.state.history.today.filter(|day| day.date >= first);
            days.entry(name.clone()).or_default().extend(today);
        }
        Self { records, days }
    }

    /// The state of the target called `name`, if anything is known of it.
    #[must_use]
    pub fn state(&self, name: &TargetName) -> Option<&State> {
        self.records.get(name).map(|record| &record.state)
    }

    /// Its days with evidence, at most [`DAYS`], oldest first; the last one
    /// may be counted still.
    #[must_use]
    pub fn days(&self, name: &TargetName) -> &[Day] {
        self.days.get(name).map(Vec::as_slice).unwrap_or_default()
    }
}
