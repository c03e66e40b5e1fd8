//! Everything that is stored of all targets, for `status` and the pages.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::history::{DAYS, Day};
use super::names::TargetName;
use super::record::{Record, Records};
use super::state::State;

/// The records of all targets, and their days.
#[derive(Debug, Default)]
pub struct Remembered {
    /// The records.
    pub records: Records,
    days: BTreeMap<TargetName, Vec<Day>>,
    /// The first day that was asked for.
    first: Option<NaiveDate>,
}

impl Remembered {
    /// The first day that is shown at `now`.
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
        Self { records, days, first: Some(first) }
    }

    /// The same with newer `records`; `None` if a target has begun another day
    /// since, was added or removed: then the finished days differ.
    #[must_use]
    pub fn renewed(mut self, records: &Records, first: NaiveDate) -> Option<Self> {
        let today = |record: &Record| record.state.history.today.map(|day| day.date);
        let dates = |records: &Records| -> Vec<_> {
            records.iter().map(|(name, record)| (name.clone(), today(record))).collect()
        };
        if self.first != Some(first) || dates(&self.records) != dates(records) {
            return None;
        }
        for (name, record) in records {
            let days = self.days.entry(name.clone()).or_default();
            if let Some(counted) = record.state.history.today.filter(|day| day.date >= first) {
                days.retain(|day| day.date != counted.date);
                days.push(counted);
            }
        }
        self.records = records.clone();
        Some(self)
    }

    /// The state of the target called `name`, if anything is known of it.
    #[must_use]
    pub fn state(&self, name: &TargetName) -> Option<&State> {
        self.records.get(name).map(|record| &*record.state)
    }

    /// Its days with evidence, at most [`DAYS`], oldest first; the last one
    /// may not be over yet.
    #[must_use]
    pub fn days(&self, name: &TargetName) -> &[Day] {
        self.days.get(name).map(Vec::as_slice).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(date: &str, up: u32) -> Day {
        Day { date: date.parse().unwrap(), up, down: 0, latency_ms: 0 }
    }

    fn records(today: Day) -> Records {
        let mut state = State::default();
        state.history.today = Some(today);
        let record = Record { state: state.into(), ..Record::default() };
        Records::from_iter([(TargetName::new("nas"), record)])
    }

    fn ups(remembered: &Remembered) -> Vec<u32> {
        remembered.days(&TargetName::new("nas")).iter().map(|day| day.up).collect()
    }

    #[test]
    fn finished_days_are_kept_until_there_is_another() {
        let first = "2026-01-01".parse().unwrap();
        let finished = vec![(TargetName::new("nas"), day("2026-01-04", 9))];
        let old = Remembered::new(records(day("2026-01-05", 1)), finished, first);
        let renewed = old.renewed(&records(day("2026-01-05", 2)), first).unwrap();
        assert_eq!(ups(&renewed), [9, 2]);
        assert!(renewed.renewed(&records(day("2026-01-06", 1)), first).is_none());
    }

    #[test]
    fn whoever_came_has_finished_days_to_be_read() {
        let first = "2026-01-01".parse().unwrap();
        let old = Remembered::new(Records::new(), Vec::new(), first);
        assert!(old.renewed(&records(day("2026-01-05", 2)), first).is_none());
        let next = "2026-01-02".parse().unwrap();
        let old = Remembered::new(Records::new(), Vec::new(), first);
        assert!(old.renewed(&Records::new(), next).is_none());
    }
}
