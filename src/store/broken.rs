//! A store that could not be opened: every call fails with the same error.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Holder, Lease, Store, StoreError};
use crate::model::channel_state::ChannelState;
use crate::model::history::Day;
use crate::model::names::{ChannelName, TargetName};
use crate::model::outage_log::Outages;
use crate::model::record::{Committed, ProberWrite, Records, Write};

/// Takes the place of a store that could not be opened, so that this can be told.
#[derive(Debug, Clone)]
pub struct BrokenStore(pub StoreError);

impl BrokenStore {
    fn fails<T>(&self) -> Result<T, StoreError> {
        Err(self.0.clone())
    }
}

impl Store for BrokenStore {
    async fn load(&self) -> Result<Records, StoreError> {
        self.fails()
    }

    async fn commit(&self, _: &[Write]) -> Result<Vec<Committed>, StoreError> {
        self.fails()
    }

    async fn commit_prober(&self, _: &ProberWrite) -> Result<Committed, StoreError> {
        self.fails()
    }

    async fn forget(&self, _: &[TargetName]) -> Result<(), StoreError> {
        self.fails()
    }

    async fn days(&self, _: NaiveDate) -> Result<Vec<(TargetName, Day)>, StoreError> {
        self.fails()
    }

    async fn outages(
        &self,
        _: Option<&TargetName>,
        _: DateTime<Utc>,
    ) -> Result<Outages, StoreError> {
        self.fails()
    }

    async fn lease(
        &self,
        _: &ChannelName,
        _: &Holder,
        _: DateTime<Utc>,
        _: DateTime<Utc>,
    ) -> Result<Lease, StoreError> {
        self.fails()
    }

    async fn last_good_config(&self) -> Result<Option<String>, StoreError> {
        self.fails()
    }

    async fn save_last_good_config(&self, _: &str) -> Result<(), StoreError> {
        self.fails()
    }

    async fn save_channel(
        &self,
        _: &ChannelName,
        _: &Holder,
        _: &ChannelState,
    ) -> Result<bool, StoreError> {
        self.fails()
    }

    async fn release(
        &self,
        _: &ChannelName,
        _: &Holder,
        _: &ChannelState,
    ) -> Result<(), StoreError> {
        self.fails()
    }
}
