//! A store as the design fears it: slow, refusing, and with lost answers. What
//! it has really stored is checked in the book.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use prober::model::channel_state::ChannelState;
use prober::model::history::Day;
use prober::model::names::{ChannelName, TargetName};
use prober::model::outage_log::Outages;
use prober::model::record::{Committed, ProberWrite, Records, Write};
use prober::store::{Holder, Lease, MemoryStore, Store, StoreError};

use super::book::Book;
use super::process::Process;
use super::world::World;

/// The store of one process, over the one that all share.
pub(super) struct Faulty {
    pub(super) world: World,
    pub(super) process: Process,
}

/// What becomes of a request.
enum Fate {
    Answered,
    /// It is carried out, and the answer never arrives.
    AnswerLost,
}

impl Faulty {
    fn inner(&self) -> &MemoryStore {
        &self.world.store
    }

    /// One request: it takes its time, and may be the last thing that the
    /// process does.
    async fn step(&self, action: &'static str) -> Result<Fate, StoreError> {
        if self.process.is_doomed() {
            self.process.die().await;
        }
        let delay = {
            let dice = &mut self.world.lock().dice;
            if dice.per_mille(50) { dice.below(400) } else { dice.below(20) }
        };
        self.world.pass(Duration::from_millis(delay) + self.process.take_lag()).await;
        let (dies, refuses, lost) = {
            let mut inner = self.world.lock();
            (inner.trouble(4), inner.trouble(12), inner.trouble(12))
        };
        if dies {
            self.process.die().await;
        }
        if refuses || lost {
            self.process.accident();
        }
        match (refuses, lost) {
            (true, _) => Err(unavailable(action)),
            (false, true) => Ok(Fate::AnswerLost),
            (false, false) => Ok(Fate::Answered),
        }
    }

    /// One write of one record, checked if it is stored.
    async fn write(&self, write: &Write) -> Result<Committed, StoreError> {
        if self.world.lock().trouble(8) {
            // Another process was first, so it seems.
            return Ok(Committed::Conflict);
        }
        let before = self.inner().load().await?.remove(&write.target);
        let stored = self.inner().commit(std::slice::from_ref(write)).await?.remove(0);
        if let Committed::Stored(_) = stored {
            let before = before.map(|record| record.state).unwrap_or_default();
            for (channel, told) in &write.state.told {
                if before.told.get(channel) != Some(told) {
                    self.process.recorded(channel, &write.target);
                }
            }
            for channel in before.told.keys().filter(|name| !write.state.told.contains_key(*name)) {
                self.process.recorded(channel, &write.target);
            }
            self.world.lock().book.stored(&write.target, &before, &write.state);
        }
        Ok(stored)
    }

    /// The same of a prober's own record.
    async fn write_own(&self, write: &ProberWrite) -> Result<Committed, StoreError> {
        if self.world.lock().trouble(8) {
            return Ok(Committed::Conflict);
        }
        let before = self.inner().load().await?.probers.remove(&write.vantage);
        let stored = self.inner().commit_prober(write).await?;
        if let Committed::Stored(_) = stored {
            let before = before.map(|record| record.state).unwrap_or_default();
            Book::prober_stored(&write.vantage, &before, &write.state);
        }
        Ok(stored)
    }
}

fn answer<T>(fate: &Fate, action: &'static str, answer: T) -> Result<T, StoreError> {
    match fate {
        Fate::Answered => Ok(answer),
        Fate::AnswerLost => Err(unavailable(action)),
    }
}

fn unavailable(action: &'static str) -> StoreError {
    StoreError {
        action,
        place: "the simulation".into(),
        problem: Box::new("it does not answer".into()),
    }
}

impl Store for Faulty {
    async fn load(&self) -> Result<Records, StoreError> {
        let fate = self.step("read").await?;
        answer(&fate, "read", self.inner().load().await?)
    }

    async fn commit(&self, writes: &[Write]) -> Result<Vec<Committed>, StoreError> {
        let fate = self.step("write").await?;
        let mut outcomes = Vec::new();
        for write in writes {
            outcomes.push(self.write(write).await?);
            if self.world.lock().trouble(4) {
                // Each record changes on its own: the rest is not written.
                self.process.accident();
                return Err(unavailable("write"));
            }
        }
        answer(&fate, "write", outcomes)
    }

    async fn commit_prober(&self, write: &ProberWrite) -> Result<Committed, StoreError> {
        let fate = self.step("write").await?;
        let outcome = self.write_own(write).await?;
        if self.world.lock().trouble(4) {
            self.process.accident();
            return Err(unavailable("write"));
        }
        answer(&fate, "write", outcome)
    }

    async fn forget(&self, targets: &[TargetName]) -> Result<(), StoreError> {
        panic!("{targets:?} are configured, and must not be forgotten");
    }

    async fn days(&self, since: NaiveDate) -> Result<Vec<(TargetName, Day)>, StoreError> {
        self.inner().days(since).await
    }

    async fn outages(
        &self,
        target: Option<&TargetName>,
        since: DateTime<Utc>,
    ) -> Result<Outages, StoreError> {
        self.inner().outages(target, since).await
    }

    async fn lease(
        &self,
        channel: &ChannelName,
        holder: &Holder,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Lease, StoreError> {
        let fate = self.step("write").await?;
        let lease = self.inner().lease(channel, holder, now, until).await?;
        if let Lease::Held(state) = &lease {
            self.process.begins(channel, state.clone());
        }
        answer(&fate, "write", lease)
    }

    async fn last_good_config(&self) -> Result<Option<String>, StoreError> {
        self.inner().last_good_config().await
    }

    async fn save_last_good_config(&self, text: &str) -> Result<(), StoreError> {
        self.inner().save_last_good_config(text).await
    }

    async fn save_channel(
        &self,
        channel: &ChannelName,
        holder: &Holder,
        state: &ChannelState,
    ) -> Result<bool, StoreError> {
        let fate = self.step("write").await?;
        let is_kept = self.inner().save_channel(channel, holder, state).await?;
        answer(&fate, "write", is_kept)
    }

    async fn release(
        &self,
        channel: &ChannelName,
        holder: &Holder,
        state: &ChannelState,
    ) -> Result<(), StoreError> {
        // From here on, another process may speak: what this one did not
        // record is said again, and that is the one exception.
        let lost = self.process.lost(Some(channel));
        self.world.lock().book.excuse(lost);
        let fate = self.step("write").await?;
        self.inner().release(channel, holder, state).await?;
        self.process.ends(channel, state);
        answer(&fate, "write", ())
    }
}
