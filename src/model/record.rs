//! Records: the stored state of each target and of each prober, and the writes
//! that change them.

use std::collections::{BTreeMap, btree_map};
use std::ops::{Deref, DerefMut};

use chrono::{Days, NaiveDate};

use super::detail::Detail;
use super::history::{DAYS, Day};
use super::names::TargetName;
use super::observation::Vantage;
use super::prober_state::ProberState;
use super::record_key::RecordKey;
use super::state::{Outage, State};

/// All states, by target.
pub type States = BTreeMap<TargetName, State>;

/// Where states are looked up: a decision reads a few, and copies none.
pub trait StateLookup {
    /// The state of the target called `name`, if anything is remembered of it.
    fn state(&self, name: &TargetName) -> Option<&State>;
}

impl StateLookup for States {
    fn state(&self, name: &TargetName) -> Option<&State> {
        self.get(name)
    }
}

/// How often a record has been written; 0 if it does not exist yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct Revision(pub u64);

/// One record as it was read: a target's, or a prober's own.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Record<T = State> {
    /// The revision read: a write is conditional on it.
    pub revision: Revision,
    /// What is remembered.
    pub state: T,
}

/// All records: a map of the targets' records by name, and apart from it the
/// probers' own, so that a prober is never taken for a target.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Records {
    targets: BTreeMap<TargetName, Record>,
    /// What each prober remembers of itself, by where it runs.
    pub probers: BTreeMap<Vantage, Record<ProberState>>,
    /// The records that cannot be read, by name: what is wrong with each, and
    /// what to do. They are neither judged nor written: a write would lose what
    /// their channels were told.
    pub unreadable: BTreeMap<TargetName, Detail>,
}

impl Records {
    /// No record at all.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The names of all targets that there is a record of, readable or not.
    pub fn names(&self) -> impl Iterator<Item = &TargetName> {
        self.targets.keys().chain(self.unreadable.keys())
    }

    /// Forgets the records called `names`: of targets, and of probers.
    pub fn forget(&mut self, names: &[TargetName]) {
        self.targets.retain(|name, _| !names.contains(name));
        self.probers.retain(|vantage, _| !names.contains(&RecordKey::prober(vantage).name()));
    }

    /// Whether there is a record of this name that cannot be read.
    #[must_use]
    pub fn is_unreadable(&self, name: &TargetName) -> bool {
        self.unreadable.contains_key(name)
    }
}

impl Deref for Records {
    type Target = BTreeMap<TargetName, Record>;

    fn deref(&self) -> &Self::Target {
        &self.targets
    }
}

impl DerefMut for Records {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.targets
    }
}

/// Yields the targets' records.
impl IntoIterator for Records {
    type Item = (TargetName, Record);
    type IntoIter = btree_map::IntoIter<TargetName, Record>;

    fn into_iter(self) -> Self::IntoIter {
        self.targets.into_iter()
    }
}

/// Yields the targets' records.
impl<'a> IntoIterator for &'a Records {
    type Item = (&'a TargetName, &'a Record);
    type IntoIter = btree_map::Iter<'a, TargetName, Record>;

    fn into_iter(self) -> Self::IntoIter {
        self.targets.iter()
    }
}

impl FromIterator<(TargetName, Record)> for Records {
    fn from_iter<I: IntoIterator<Item = (TargetName, Record)>>(records: I) -> Self {
        Self { targets: records.into_iter().collect(), ..Self::default() }
    }
}

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

/// A write of a target's record that happens only if nobody else wrote first.
#[derive(Debug, Clone, PartialEq)]
pub struct Write {
    /// The target whose record it is.
    pub target: TargetName,
    /// The revision that it was read at; 0 creates it.
    pub expected: Revision,
    /// What is to be remembered.
    pub state: State,
    /// A day that this state has finished counting. It is kept beside the state
    /// for [`DAYS`], and replaces what was kept of the same day.
    pub closed_day: Option<Day>,
    /// The incidents that this state has closed since the record was read, oldest first:
    /// the last one is its [`last_outage`](State::last_outage). What that takes the
    /// place of moves to the [log](super::outage_log).
    pub closed_outages: Vec<Outage>,
}

impl Write {
    /// A write of `state` that closes neither a day nor an incident.
    #[must_use]
    pub fn new(target: TargetName, expected: Revision, state: State) -> Self {
        Self { target, expected, state, closed_day: None, closed_outages: Vec::new() }
    }
}

/// A write of a prober's own record that happens only if nobody else wrote first.
#[derive(Debug, Clone, PartialEq)]
pub struct ProberWrite {
    /// Where the prober runs whose record it is.
    pub vantage: Vantage,
    /// The revision that it was read at; 0 creates it.
    pub expected: Revision,
    /// What is to be remembered.
    pub state: ProberState,
}

/// The result of a [`Write`] or a [`ProberWrite`].
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
