//! What the first half of a tick found out, for the second, which tells of it.

use chrono::{DateTime, Utc};

use super::budget::Budget;
use super::summary::Summary;
use crate::core::step::Owed;
use crate::message::Notice;
use crate::model::names::{ChannelName, TargetName};
use crate::model::observation::{Failure, Vantage};
use crate::model::record::Records;
use crate::store::StoreError;

/// What was seen and stored, and is to be told still.
#[derive(Debug)]
pub struct Looked {
    pub(super) budget: Budget,
    /// Or why it could not be stored, and what failed meanwhile.
    pub(super) found: Result<Box<Found>, (StoreError, Failing)>,
}

/// What failed, and how.
pub(super) type Failing = Vec<(TargetName, Failure)>;

/// What was found where the store works.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) summary: Summary,
    pub(super) records: Records,
    /// What each channel is owed, by `records`.
    pub(super) owed: Vec<(ChannelName, Owed)>,
    /// What is to be told of records that cannot be read.
    pub(super) unreadable: Option<Notice>,
    /// The witnesses that mean something else by these targets.
    pub(super) differing: Vec<(Vantage, Vec<TargetName>)>,
    /// What failed, in case that its telling cannot be stored.
    pub(super) failing: Failing,
    /// The instant by which alarms lapse: what the clock skipped does not count.
    pub(super) lapses_by: DateTime<Utc>,
    /// Whether anything was learnt of any target.
    pub(super) is_any_judged: bool,
}

impl Looked {
    /// What is known before anybody was told.
    ///
    /// # Errors
    /// Where state could not be read or written.
    pub const fn summary(&self) -> Result<&Summary, &StoreError> {
        match &self.found {
            Ok(found) => Ok(&found.summary),
            Err((error, _)) => Err(error),
        }
    }
}
