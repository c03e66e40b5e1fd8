//! Whichever store the configuration chose, behind one type.

use chrono::{DateTime, NaiveDate, Utc};

#[cfg(feature = "aws")]
use super::DynamoStore;
use super::{Holder, Lease, MemoryStore, SqliteStore, Store, StoreError};
use crate::model::channel_state::ChannelState;
use crate::model::history::Day;
use crate::model::names::{ChannelName, TargetName};
use crate::model::outage_log::Outages;
use crate::model::record::{Committed, ProberWrite, Records, Write};

/// One of the stores. Clones share its records.
#[derive(Debug, Clone)]
pub enum AnyStore {
    /// A file.
    Sqlite(SqliteStore),
    /// A table.
    #[cfg(feature = "aws")]
    Dynamo(DynamoStore),
    /// Nothing that outlives the process.
    Memory(MemoryStore),
}

/// Calls the method on whichever store it is.
macro_rules! each {
    ($any:ident.$method:ident($($argument:ident),*)) => {
        match $any {
            AnyStore::Sqlite(store) => store.$method($($argument),*).await,
            #[cfg(feature = "aws")]
            AnyStore::Dynamo(store) => store.$method($($argument),*).await,
            AnyStore::Memory(store) => store.$method($($argument),*).await,
        }
    };
}

impl Store for AnyStore {
    async fn load(&self) -> Result<Records, StoreError> {
        each!(self.load())
    }

    async fn load_some(&self, targets: &[TargetName]) -> Result<Records, StoreError> {
        each!(self.load_some(targets))
    }

    async fn load_for_display(&self) -> Result<Records, StoreError> {
        each!(self.load_for_display())
    }

    async fn commit(&self, writes: &[Write]) -> Result<Vec<Committed>, StoreError> {
        each!(self.commit(writes))
    }

    async fn commit_prober(&self, write: &ProberWrite) -> Result<Committed, StoreError> {
        each!(self.commit_prober(write))
    }

    async fn forget(&self, targets: &[TargetName]) -> Result<(), StoreError> {
        each!(self.forget(targets))
    }

    async fn days(&self, since: NaiveDate) -> Result<Vec<(TargetName, Day)>, StoreError> {
        each!(self.days(since))
    }

    async fn outages(
        &self,
        target: Option<&TargetName>,
        since: DateTime<Utc>,
    ) -> Result<Outages, StoreError> {
        each!(self.outages(target, since))
    }

    async fn lease(
        &self,
        channel: &ChannelName,
        holder: &Holder,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Lease, StoreError> {
        each!(self.lease(channel, holder, now, until))
    }

    async fn last_good_config(&self) -> Result<Option<String>, StoreError> {
        each!(self.last_good_config())
    }

    async fn save_last_good_config(&self, text: &str) -> Result<(), StoreError> {
        each!(self.save_last_good_config(text))
    }

    async fn save_channel(
        &self,
        channel: &ChannelName,
        holder: &Holder,
        state: &ChannelState,
    ) -> Result<bool, StoreError> {
        each!(self.save_channel(channel, holder, state))
    }

    async fn release(
        &self,
        channel: &ChannelName,
        holder: &Holder,
        state: &ChannelState,
    ) -> Result<(), StoreError> {
        each!(self.release(channel, holder, state))
    }
}
