//! What came of telling one channel.

use chrono::{DateTime, Utc};

use super::Part;
use crate::core::announce::Fact;
use crate::model::names::TargetName;

/// What one channel was told, and what it is owed still.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TellingResult {
    /// What it accepted of targets, in the order of its messages.
    pub facts: Vec<(TargetName, Fact)>,
    /// How many gaps of the prober's own it accepted.
    pub gaps: usize,
    /// How many facts it is owed still.
    pub facts_left: usize,
    /// How many gaps it is owed still.
    pub gaps_left: usize,
    /// How many notices of prober's own it is to be told still.
    pub notices_left: usize,
    /// Why nothing was sent, where it was not tried.
    pub not_tried: Option<NotTried>,
}

/// Why a channel was not told anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotTried {
    /// Another process is telling it.
    LeaseTaken,
    /// It asked not to be tried before then.
    AskedToWait {
        /// The instant that it asked for.
        until: DateTime<Utc>,
    },
    /// It may have been told all that it is owed; it is told again then.
    PerhapsTold {
        /// When the pause is over.
        until: DateTime<Utc>,
    },
    /// It took nothing a moment ago, and no tick asks for it now.
    FailedJustNow,
}

impl TellingResult {
    /// Nothing was told of so many facts and gaps.
    pub(super) fn nothing(facts: usize, gaps: usize, not_tried: Option<NotTried>) -> Self {
        Self { facts_left: facts, gaps_left: gaps, not_tried, ..Self::default() }
    }

    /// The channel accepted `part`.
    pub(super) fn accepted(&mut self, part: &Part) {
        match part {
            Part::Batch(batch) => {
                self.facts.extend(batch.facts().iter().cloned());
                self.facts_left -= batch.facts().len();
                self.gaps += batch.gaps().len();
                self.gaps_left -= batch.gaps().len();
            }
            Part::Notice(_) => self.notices_left -= 1,
        }
    }

    /// How much the channel is owed still.
    #[must_use]
    pub const fn left(&self) -> usize {
        self.facts_left + self.gaps_left + self.notices_left
    }
}

impl NotTried {
    pub(super) const fn perhaps(until: DateTime<Utc>) -> Self {
        Self::PerhapsTold { until }
    }
}
