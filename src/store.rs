//! Where states live between ticks: one record a target, and one of each
//! prober's own, with a revision.
//!
//! The trait is small so that every store can keep all of its promises; one
//! contract suite checks them. A store moves records and decides nothing.

mod any;
mod broken;
mod channel;
#[cfg(feature = "aws")]
mod dynamo;
mod memory;
mod remembered;
pub mod retry;
mod sqlite;
mod stored;

use std::hash::{BuildHasher, RandomState};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::model::channel_state::ChannelState;
use crate::model::detail::Detail;
use crate::model::history::Day;
use crate::model::names::{ChannelName, TargetName};
use crate::model::outage_log::Outages;
use crate::model::record::{Committed, ProberWrite, Records, Write};
use crate::text::one_line;

pub use any::AnyStore;
pub use broken::BrokenStore;
pub use channel::ChannelRecord;
#[cfg(feature = "aws")]
pub use dynamo::{DynamoStore, configure};
pub use memory::MemoryStore;
pub use remembered::remembered;
pub use sqlite::SqliteStore;

/// The answer to [`Store::lease`].
#[derive(Debug, Clone, PartialEq, Eq)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Holder(pub String);

impl Holder {
    /// A holder that no other call makes, in this process or in another.
    ///
    /// Containers have equal process ids, and clocks agree. So only the random
    /// keys of the standard library's hasher make it unique; the process id and
    /// the count are for people who read the record.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "no two are equal, so none is the default")]
    pub fn new() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let random = RandomState::new().hash_one(count);
        Self(format!("{}-{count}-{random:016x}", process::id()))
    }
}

/// How many characters of a store's problem are shown: it may quote a damaged file.
const MAX_PROBLEM: usize = 1000;

/// A store failed; the text says what, to what, and what to do.
#[derive(Debug, Clone, thiserror::Error)]
#[error("failed to {action} the state in {place}: {}", one_line(&problem.to_string(), MAX_PROBLEM))]
pub struct StoreError {
    /// What was tried: "open", "read", "write".
    pub action: &'static str,
    /// The file or table.
    pub place: String,
    /// What went wrong, and what to do.
    pub problem: Box<Detail>,
}

/// A place that remembers.
///
/// Every method may be called by several processes at once. Each record
/// changes on its own: no promise spans two of them, so that a store without
/// transactions over many records can keep them all.
#[expect(async_fn_in_trait, reason = "used with static types on one thread, never as dyn")]
pub trait Store {
    /// All records of targets and of probers, each as it is now.
    ///
    /// A record that cannot be read is set aside, in
    /// [`Records::unreadable`]; the others are read. It is no error, because
    /// one record must not keep all others from being watched.
    async fn load(&self) -> Result<Records, StoreError>;

    /// Only the records of `targets`, as they are now, if they exist: for callers
    /// that need few, because each record that is read has a price.
    async fn load_some(&self, targets: &[TargetName]) -> Result<Records, StoreError> {
        let mut records = self.load().await?;
        records.probers.clear();
        records.retain(|name, _| targets.contains(name));
        records.unreadable.retain(|name, _| targets.contains(name));
        Ok(records)
    }

    /// All records for display: they may be a second old.
    async fn load_for_display(&self) -> Result<Records, StoreError> {
        self.load().await
    }

    /// Performs each write whose record still has the expected revision;
    /// `writes` names a target at most once. Returns what became of each, in
    /// order, once all that is said to be stored is durable. After an error
    /// any of them may be stored: only a new [`Store::load`] tells.
    ///
    /// A day that is closed beside a stored record forgets the target's days
    /// before [`oldest_kept`](crate::model::record::oldest_kept). What a closed incident
    /// takes the place of is in the [log](crate::model::outage_log) if the record is stored.
    async fn commit(&self, writes: &[Write]) -> Result<Vec<Committed>, StoreError>;

    /// The same of a prober's own record, which has no days.
    async fn commit_prober(&self, write: &ProberWrite) -> Result<Committed, StoreError>;

    /// Forgets targets with all their history and outages, whatever their revision, and
    /// ignores unknown ones. A prober's own record is forgotten by its name too.
    async fn forget(&self, targets: &[TargetName]) -> Result<(), StoreError>;

    /// The finished days of every target, since and including `since`: oldest
    /// first, those of one date by name.
    async fn days(&self, since: NaiveDate) -> Result<Vec<(TargetName, Day)>, StoreError>;

    /// The outages of all targets, or of the one called `target`, that ended at `since` or
    /// later: newest first, those that began together by name. At most
    /// [`MAX_OUTAGES`](crate::model::outage_log::MAX_OUTAGES) of each target are kept, and
    /// none that ended a [year](crate::model::outage_log::KEPT) before its newest.
    async fn outages(
        &self,
        target: Option<&TargetName>,
        since: DateTime<Utc>,
    ) -> Result<Outages, StoreError>;

    /// Takes the channel's lease until `until`, unless another holder has one
    /// that has not expired at `now`. The present holder may renew its own.
    /// One that lasts more than twice as long as this one is to counts for
    /// nothing: a clock far ahead took it.
    async fn lease(
        &self,
        channel: &ChannelName,
        holder: &Holder,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Lease, StoreError>;

    /// The last good configuration, if there is one: see [`Store::save_last_good_config`].
    async fn last_good_config(&self) -> Result<Option<String>, StoreError>;

    /// Stores `text`, the last good configuration, in place of the one before:
    /// for a process that starts while the present one is broken. Of two calls
    /// at once, either text is stored, whole.
    async fn save_last_good_config(&self, text: &str) -> Result<(), StoreError>;

    /// Remembers `state` of the channel if `holder` still has its lease, and leaves
    /// it the lease; else changes nothing. Says whether it has the lease. Once it says so,
    /// the state is durable.
    async fn save_channel(
        &self,
        channel: &ChannelName,
        holder: &Holder,
        state: &ChannelState,
    ) -> Result<bool, StoreError>;

    /// Releases the lease if `holder` still has it, and then remembers `state`;
    /// else changes nothing.
    async fn release(
        &self,
        channel: &ChannelName,
        holder: &Holder,
        state: &ChannelState,
    ) -> Result<(), StoreError>;
}
