//! The state in one DynamoDB table: for Lambda, where no disk lasts.
//!
//! A target is one item, written on condition of its revision; a tick reads
//! all of them with one strongly consistent query. This file joins the parts:
//! [`item`] is what the table holds, [`write`] the conditional write and what
//! its answer means, [`days`] the history, [`outages`] the log of outages,
//! [`fault`] what can go wrong. The table's layout and what a tick costs are in docs/dynamodb.md.

mod client;
mod days;
mod fault;
mod item;
mod outages;
mod table;
mod write;

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use chrono::{DateTime, NaiveDate, Utc};
use futures_util::{StreamExt, TryStreamExt, stream};

use self::fault::Fault;
use self::item::{Item, Key};
use self::table::{Freshness, Table};
use self::write::{ConditionalWrite, Written};
use super::channel::ChannelRecord;
use super::stored::StoredProber;
use super::{Holder, Lease, Store, StoreError};
use crate::http_client::ClientError;
use crate::model::channel_state::ChannelState;
use crate::model::history::Day;
use crate::model::names::{ChannelName, TargetName};
use crate::model::outage_log::Outages;
use crate::model::record::{Committed, ProberWrite, Records, Revision, Write};
use crate::model::record_key::RecordKey;

pub use client::configure;

/// Time for one call of the store, whatever it reads and writes and however
/// often it retries. A tick on Lambda has 50 s, and makes two calls before it
/// speaks: one that cannot be answered in this time is better left to the next.
const CALL_TIMEOUT: Duration = Duration::from_secs(15);

/// Requests under way at once. Each needs a connection of its own, and the
/// handshakes are what costs on a small Lambda, once an environment; at 5 ms a
/// write, a hundred targets take about 10 ms.
const CONCURRENCY: usize = 50;

/// How often a channel's record is read and changed again because others
/// changed it in between. Each failure is another process's success.
const CHANNEL_TRIES: u32 = 20;

/// A table of prober's. Clones share their connections.
#[derive(Debug, Clone)]
pub struct DynamoStore(Table);

/// What was moved away from a record before it is written.
#[derive(Default)]
struct Moved {
    /// How many outages have moved away from it by now, if any has just done so.
    outages: Option<u64>,
}

impl DynamoStore {
    /// The table of this name, with region, credentials and endpoint found as
    /// the AWS SDK and CLI find them: `AWS_REGION`, `AWS_ENDPOINT_URL`,
    /// profiles, the role of a Lambda function.
    ///
    /// Connects to nothing yet: what is missing, the first call says.
    ///
    /// # Errors
    /// Where the TLS library does not accept its own defaults.
    pub async fn connect(table: &str) -> Result<Self, ClientError> {
        Ok(Self::new(Client::from_conf(client::from_environment().await?), table))
    }

    /// The table of this name, through a client whose configuration went
    /// through [`configure`].
    pub fn new(client: Client, table: &str) -> Self {
        Self(Table::new(client, table))
    }

    /// Does `work`, within its time; a fault becomes an error that names the table.
    async fn run<T>(
        &self,
        action: &'static str,
        work: impl Future<Output = Result<T, Fault>>,
    ) -> Result<T, StoreError> {
        let done = tokio::time::timeout(CALL_TIMEOUT, work).await;
        done.unwrap_or_else(|_| Err(Fault::too_slow(CALL_TIMEOUT)))
            .map_err(|fault| fault.at(action, self.0.name()))
    }

    async fn load_all(&self, freshness: Freshness) -> Result<Records, Fault> {
        Ok(records(&self.0.all(item::TARGET, freshness).await?))
    }

    async fn load_each(&self, targets: &[TargetName]) -> Result<Records, Fault> {
        let each = stream::iter(targets).map(|target| self.0.read(Key::target(target)));
        let found: Vec<Option<Item>> = each.buffered(CONCURRENCY).try_collect().await?;
        Ok(records(&found.into_iter().flatten().collect::<Vec<_>>()))
    }

    async fn commit_one(&self, write: &Write) -> Result<Committed, Fault> {
        let Some(Moved { outages }) = self.make_room(write).await? else {
            return Ok(Committed::Conflict);
        };
        let conditional = ConditionalWrite {
            outages,
            key: Key::target(&write.target),
            expected: write.expected,
            state: item::json(&write.state)?,
            closed_day: write.closed_day.as_ref().map(item::dated),
        };
        self.commit_if_unchanged(&conditional, &write.target).await
    }

    /// Moves away what `write` takes the place of; `None` if the record is not as it was
    /// read, so that `write` will not take place.
    ///
    /// Once a day and once an incident, so it may cost a read of its own.
    async fn make_room(&self, write: &Write) -> Result<Option<Moved>, Fault> {
        if write.closed_day.is_none() && write.closed_outages.is_empty() {
            return Ok(Some(Moved::default()));
        }
        let found = self.0.read(Key::target(&write.target)).await?;
        let revision = found.as_ref().and_then(item::revision).unwrap_or_default();
        if revision != write.expected {
            return Ok(None);
        }
        days::make_room(&self.0, write, found.as_ref()).await?;
        let outages = outages::make_room(&self.0, write, found.as_ref()).await?;
        Ok(Some(Moved { outages }))
    }

    async fn commit_own(&self, write: &ProberWrite) -> Result<Committed, Fault> {
        let name = RecordKey::prober(&write.vantage).name();
        let conditional = ConditionalWrite {
            key: Key::target(&name),
            expected: write.expected,
            state: item::json(&StoredProber::of(&write.state))?,
            closed_day: None,
            outages: None,
        };
        self.commit_if_unchanged(&conditional, &name).await
    }

    async fn commit_if_unchanged(
        &self,
        write: &ConditionalWrite<'_>,
        name: &TargetName,
    ) -> Result<Committed, Fault> {
        match write::conditionally(&self.0, write).await? {
            Written::Ours(revision) => Ok(Committed::Stored(revision)),
            Written::Theirs(_) => Ok(Committed::Conflict),
            Written::Unknown(_) => Err(Fault::overtaken(name.as_str())),
        }
    }

    /// Deletes the days and outages first: only while the record exists does the next tick
    /// see that the target must be forgotten, if this process dies in between.
    async fn forget_one(&self, target: &TargetName) -> Result<(), Fault> {
        self.0.delete(Key::days(target)).await?;
        outages::forget(&self.0, target).await?;
        self.0.delete(Key::target(target)).await
    }

    /// Reads a channel's record, changes it and writes it back, until nobody
    /// else did so in between. `change` may see its own result again, when an
    /// answer was lost; a lease renewed and a release repeated change nothing.
    async fn change_channel<T>(
        &self,
        channel: &ChannelName,
        change: impl Fn(&mut ChannelRecord) -> T,
    ) -> Result<T, Fault> {
        let key = Key::channel(channel);
        let mut found = self.0.read(key).await?;
        for _ in 0..CHANNEL_TRIES {
            let (expected, before) = channel_record(found.as_ref())?;
            let mut after = before.clone();
            let answer = change(&mut after);
            if after == before {
                return Ok(answer);
            }
            let state = item::json(&after)?;
            let write = ConditionalWrite { key, expected, state, closed_day: None, outages: None };
            found = match write::conditionally(&self.0, &write).await? {
                Written::Ours(_) => return Ok(answer),
                Written::Theirs(item) => item,
                Written::Unknown(item) => Some(item),
            };
        }
        Err(Fault::contended(channel.as_str()))
    }
}

/// The records in `items`; those that cannot be read are set aside.
fn records(items: &[Item]) -> Records {
    let mut records = Records::new();
    for item in items {
        if let Err(fault) = item::enter(&mut records, item) {
            records.unreadable.insert(TargetName::new(item::name(item)), fault.detail());
        }
    }
    records
}

fn channel_record(found: Option<&Item>) -> Result<(Revision, ChannelRecord), Fault> {
    found.map_or_else(|| Ok((Revision(0), ChannelRecord::default())), item::channel)
}

impl Store for DynamoStore {
    async fn load(&self) -> Result<Records, StoreError> {
        self.run("read", self.load_all(Freshness::Now)).await
    }

    async fn load_some(&self, targets: &[TargetName]) -> Result<Records, StoreError> {
        self.run("read", self.load_each(targets)).await
    }

    async fn load_for_display(&self) -> Result<Records, StoreError> {
        self.run("read", self.load_all(Freshness::OfLate)).await
    }

    async fn commit(&self, writes: &[Write]) -> Result<Vec<Committed>, StoreError> {
        let each = stream::iter(writes).map(|write| self.commit_one(write));
        self.run("write", each.buffered(CONCURRENCY).try_collect()).await
    }

    async fn commit_prober(&self, write: &ProberWrite) -> Result<Committed, StoreError> {
        // On the heap, as in `commit`: otherwise every tick's future would contain it.
        self.run("write", Box::pin(self.commit_own(write))).await
    }

    async fn forget(&self, targets: &[TargetName]) -> Result<(), StoreError> {
        let each = stream::iter(targets).map(|target| self.forget_one(target));
        self.run("write", each.buffered(CONCURRENCY).try_collect()).await
    }

    async fn days(&self, since: NaiveDate) -> Result<Vec<(TargetName, Day)>, StoreError> {
        self.run("read", days::since(&self.0, since)).await
    }

    async fn outages(
        &self,
        target: Option<&TargetName>,
        since: DateTime<Utc>,
    ) -> Result<Outages, StoreError> {
        self.run("read", outages::since(&self.0, target, since)).await
    }

    async fn lease(
        &self,
        channel: &ChannelName,
        holder: &Holder,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Lease, StoreError> {
        let lease = self.change_channel(channel, |record| record.lease(holder, now, until));
        self.run("write", lease).await
    }

    async fn last_good_config(&self) -> Result<Option<String>, StoreError> {
        let found = self.run("read", self.0.read(Key::last_good_config())).await?;
        Ok(found.as_ref().and_then(|item| item::text(item, item::STATE)).map(str::to_owned))
    }

    async fn save_last_good_config(&self, text: &str) -> Result<(), StoreError> {
        self.run("write", self.0.put(Key::last_good_config(), item::STATE, text)).await
    }

    async fn save_channel(
        &self,
        channel: &ChannelName,
        holder: &Holder,
        state: &ChannelState,
    ) -> Result<bool, StoreError> {
        let keep = self.change_channel(channel, |record| record.save(holder, state));
        self.run("write", keep).await
    }

    async fn release(
        &self,
        channel: &ChannelName,
        holder: &Holder,
        state: &ChannelState,
    ) -> Result<(), StoreError> {
        let release = self.change_channel(channel, |record| record.release(holder, state));
        self.run("write", release).await.map(|_held| ())
    }
}
