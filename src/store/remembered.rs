//! What a store remembers, read once for somebody who looks.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, Utc};

use super::{Records, Store, StoreError};
use crate::model::history::{DAYS, Day};
use crate::model::state::State;
use crate::model::target::TargetName;

/// The records of all targets, and their days.
#[derive(Debug, Default)]
pub struct Remembered {
    /// The records.
    pub records: Records,
    days: BTreeMap<TargetName, Vec<Day>>,
}

impl Remembered {
    /// Reads from `store` what is worth looking at, at `now`.
    pub async fn read(store: &impl Store, now: DateTime<Utc>) -> Result<Self, StoreError> {
        let today = now.date_naive();
        let first = today.checked_sub_days(Days::new(DAYS - 1)).unwrap_or(today);
        let mut days: BTreeMap<TargetName, Vec<Day>> = BTreeMap::new();
        for (name, day) in store.days(first).await? {
            days.entry(name).or_default().push(day);
        }
        let records = store.load().await?;
        for (name, record) in &records {
            let today = record.state.history.today.filter(|day| day.date >= first);
            days.entry(name.clone()).or_default().extend(today);
        }
        Ok(Self { records, days })
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
