//! A store that lasts as long as its process: for demos, replays and tests.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, NaiveDate, Utc};

use super::channel::ChannelRecord;
use super::{Holder, Lease, Store, StoreError};
use crate::model::channel_state::ChannelState;
use crate::model::history::Day;
use crate::model::names::{ChannelName, TargetName};
use crate::model::observation::Vantage;
use crate::model::outage_log::{self, MAX_LOGGED, Outages};
use crate::model::record::{Committed, ProberWrite, Record, Records, Revision, Write, oldest_kept};
use crate::model::record_key::RecordKey;
use crate::model::state::Outage;

/// Records in memory. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore(Arc<Mutex<Contents>>);

#[derive(Debug, Default)]
struct Contents {
    records: Records,
    days: BTreeMap<(NaiveDate, TargetName), Day>,
    /// By start.
    outages: BTreeMap<TargetName, BTreeMap<DateTime<Utc>, Outage>>,
    channels: BTreeMap<ChannelName, ChannelRecord>,
    last_good_config: Option<String>,
}

impl MemoryStore {
    /// A store that remembers nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn contents(&self) -> MutexGuard<'_, Contents> {
        // Nothing panics halfway through a change, so a poisoned lock guards good data.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Contents {
    fn commit(&mut self, write: &Write) -> Committed {
        let present = self.records.get(&write.target).map_or(Revision(0), |record| record.revision);
        if present != write.expected {
            return Committed::Conflict;
        }
        let revision = Revision(present.0 + 1);
        let record = Record { revision, state: write.state.clone() };
        let before = self.records.insert(write.target.clone(), record);
        if !write.closed_outages.is_empty() {
            let before = before.and_then(|record| record.state.last_outage);
            self.log(write, before.as_ref());
        }
        if let Some(day) = write.closed_day {
            self.save_day(&write.target, day);
        }
        Committed::Stored(revision)
    }

    fn commit_prober(&mut self, write: &ProberWrite) -> Committed {
        let record = self.records.probers.get(&write.vantage);
        let present = record.map_or(Revision(0), |record| record.revision);
        if present != write.expected {
            return Committed::Conflict;
        }
        let revision = Revision(present.0 + 1);
        let record = Record { revision, state: write.state.clone() };
        self.records.probers.insert(write.vantage.clone(), record);
        Committed::Stored(revision)
    }

    fn save_day(&mut self, target: &TargetName, day: Day) {
        let oldest = oldest_kept(day.date);
        self.days.retain(|(date, name), _| name != target || *date >= oldest);
        self.days.insert((day.date, target.clone()), day);
    }

    fn logged(&self) -> Outages {
        let each = self.outages.iter();
        let of = |(name, log): (&TargetName, &BTreeMap<_, Outage>)| -> Outages {
            log.values().map(|outage| (name.clone(), outage.clone())).collect()
        };
        each.flat_map(of).collect()
    }

    /// Moves to the log what `write` takes the place of.
    fn log(&mut self, write: &Write, before: Option<&Outage>) {
        let log = self.outages.entry(write.target.clone()).or_default();
        for outage in outage_log::moved(before, &write.closed_outages) {
            log.insert(outage.since, outage.clone());
            let oldest = outage_log::oldest_kept(outage.until);
            log.retain(|_, outage| outage.until >= oldest);
        }
        while log.len() > MAX_LOGGED {
            log.pop_first();
        }
    }
}

impl Store for MemoryStore {
    async fn load(&self) -> Result<Records, StoreError> {
        Ok(self.contents().records.clone())
    }

    async fn commit(&self, writes: &[Write]) -> Result<Vec<Committed>, StoreError> {
        let mut contents = self.contents();
        Ok(writes.iter().map(|write| contents.commit(write)).collect())
    }

    async fn commit_prober(&self, write: &ProberWrite) -> Result<Committed, StoreError> {
        Ok(self.contents().commit_prober(write))
    }

    async fn forget(&self, targets: &[TargetName]) -> Result<(), StoreError> {
        let mut contents = self.contents();
        contents.records.retain(|name, _| !targets.contains(name));
        let is_forgotten = |vantage: &Vantage| targets.contains(&RecordKey::prober(vantage).name());
        contents.records.probers.retain(|vantage, _| !is_forgotten(vantage));
        contents.days.retain(|(_, name), _| !targets.contains(name));
        contents.outages.retain(|name, _| !targets.contains(name));
        Ok(())
    }

    async fn days(&self, since: NaiveDate) -> Result<Vec<(TargetName, Day)>, StoreError> {
        let contents = self.contents();
        let days = contents.days.iter().filter(|((date, _), _)| *date >= since);
        Ok(days.map(|((_, name), day)| (name.clone(), *day)).collect())
    }

    async fn outages(
        &self,
        target: Option<&TargetName>,
        since: DateTime<Utc>,
    ) -> Result<Outages, StoreError> {
        let contents = self.contents();
        let mut all = outage_log::all(&contents.records, contents.logged(), since);
        all.retain(|(name, _)| target.is_none_or(|target| target == name));
        Ok(all)
    }

    async fn lease(
        &self,
        channel: &ChannelName,
        holder: &Holder,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Lease, StoreError> {
        let mut contents = self.contents();
        Ok(contents.channels.entry(channel.clone()).or_default().lease(holder, now, until))
    }

    async fn last_good_config(&self) -> Result<Option<String>, StoreError> {
        Ok(self.contents().last_good_config.clone())
    }

    async fn save_last_good_config(&self, text: &str) -> Result<(), StoreError> {
        self.contents().last_good_config = Some(text.to_owned());
        Ok(())
    }

    async fn save_channel(
        &self,
        channel: &ChannelName,
        holder: &Holder,
        state: &ChannelState,
    ) -> Result<bool, StoreError> {
        let mut contents = self.contents();
        Ok(contents.channels.get_mut(channel).is_some_and(|record| record.save(holder, state)))
    }

    async fn release(
        &self,
        channel: &ChannelName,
        holder: &Holder,
        state: &ChannelState,
    ) -> Result<(), StoreError> {
        if let Some(record) = self.contents().channels.get_mut(channel) {
            record.release(holder, state);
        }
        Ok(())
    }
}
