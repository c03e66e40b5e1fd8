//! Records: the stored state of each target, and the writes that change it.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use super::history::{DAYS, Day};
use super::names::TargetName;
use super::state::State;

/// All states, by target.
pub type States = BTreeMap<TargetName, State>;

/// Where states are looked up: whoever decides looks at a few, and copies none.
pub trait StateLookup {
    /// The state of the target called `name`, if anything is remembered of it.
    fn state(&self, name: &TargetName) -> Option<&State>;
}

impl StateLookup for States {
    fn state(&self, name: &TargetName) -> Option<&State> {
        self.get(name)
    }
}

/// How often a record has been written; 0 where there is none yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct Revision(pub u64);

/// One target's record as it was read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Record {
    /// The revision read: a write is conditional on it.
    pub revision: Revision,
    /// What is remembered.
    pub state: State,
}

/// All records of targets, by name.
pub type Records = BTreeMap<TargetName, Record>;

impl StateLookup for Records {
    fn state(&self, name: &TargetName) -> Option<&State> {
        self.get(name).map(|record| &record.state)
    }
}

/// The states of `records`.
#[must_use]
pub fn states(records: &Records) -> States {
    records.iter().map(|(name, record)| (name.clone(), record.state.clone())).collect()
}

/// A write that happens only if nobody else wrote first.
#[derive(Debug, Clone, PartialEq)]
pub struct Write {
    /// Whose record.
    pub target: TargetName,
    /// The revision that it was read at; 0 creates it.
    pub expected: Revision,
    /// What is to be remembered.
    pub state: State,
    /// A day that this state has finished counting, kept beside it for
    /// [`DAYS`]; it takes the place of what was kept of the same day.
    pub closed_day: Option<Day>,
}

/// What became of a [`Write`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Committed {
    /// It is stored, under this revision.
    Stored(Revision),
    /// Somebody else wrote first; nothing was changed.
    Conflict,
}

/// The oldest day that is kept once `closed` is stored.
#[must_use]
pub fn oldest_kept(closed: NaiveDate) -> NaiveDate {
    closed.checked_sub_days(Days::new(DAYS.saturating_sub(1))).unwrap_or(NaiveDate::MIN)
}
