//! Where states live between ticks: one record a target, with a revision.
//!
//! The trait is small so that every store can keep all of its promises; one
//! contract suite checks them. A store moves records and decides nothing.

use chrono::{DateTime, Utc};

use crate::announce::States;
use crate::history::Day;
use crate::state::State;
use crate::target::{ChannelName, TargetName};

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
pub type Records = std::collections::BTreeMap<TargetName, Record>;

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
    /// A day that this state has finished counting, kept beside it for [`crate::history::DAYS`].
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

/// What is remembered of a channel: who speaks to it, and when it may be spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChannelState {
    /// The channel asked not to be tried before this.
    pub not_before: Option<DateTime<Utc>>,
}

/// The answer to [`Store::lease`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lease {
    /// It is ours until it expires or is released.
    Held(ChannelState),
    /// Another holder has it until then.
    Taken {
        /// When it expires at the latest.
        until: DateTime<Utc>,
    },
}

/// Who holds a lease: unique to a process and a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder(pub String);

/// A store failed; the text says what, to what, and what to do.
#[derive(Debug, thiserror::Error)]
#[error("failed to {action} the state in {place}: {problem}")]
pub struct StoreError {
    /// What was tried: "read", "write".
    pub action: &'static str,
    /// The file or table.
    pub place: String,
    /// What went wrong, and what to do.
    pub problem: String,
}

/// One outside world that remembers.
///
/// Every method may be called by several processes at once.
#[expect(async_fn_in_trait, reason = "used with static types on one thread, never as dyn")]
pub trait Store {
    /// All records of targets, as they are now.
    async fn load(&self) -> Result<Records, StoreError>;

    /// Performs each write whose record still has the expected revision.
    /// Returns what became of each, in order. Either the whole call is
    /// durable when it returns, or it is an error.
    async fn commit(&self, writes: &[Write]) -> Result<Vec<Committed>, StoreError>;

    /// Forgets targets with all their history, whatever their revision.
    async fn forget(&self, targets: &[TargetName]) -> Result<(), StoreError>;

    /// The finished days of every target, since and including `since`, oldest first.
    async fn days(&self, since: chrono::NaiveDate) -> Result<Vec<(TargetName, Day)>, StoreError>;

    /// Takes the channel's lease until `until`, unless another holder has one
    /// that has not expired at `now`. The present holder may renew its own.
    async fn lease(
        &self,
        channel: &ChannelName,
        holder: &Holder,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Lease, StoreError>;

    /// Gives the lease back if `holder` still has it, and remembers `state`.
    async fn release(
        &self,
        channel: &ChannelName,
        holder: &Holder,
        state: ChannelState,
    ) -> Result<(), StoreError>;
}
