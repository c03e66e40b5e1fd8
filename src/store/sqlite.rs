//! The state in one SQLite file: the default away from Lambda.
//!
//! Several processes may share the file. Each change is one immediate
//! transaction, so a writer waits for its turn before it reads what it is
//! about to change. This file joins the parts: [`file`] decides whether the
//! file may be touched, [`schema`] what is in it, [`rows`] reads and writes, and
//! [`outages`] the log of outages.

mod fault;
mod file;
mod known;
mod outages;
mod rows;
mod schema;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::Connection;

use self::fault::Fault;
use self::file::Found;
use self::known::Known;
use super::{Holder, Lease, Store, StoreError};
use crate::model::channel_state::ChannelState;
use crate::model::history::Day;
use crate::model::names::{ChannelName, TargetName};
use crate::model::outage_log::Outages;
use crate::model::record::{Committed, ProberWrite, Records, Write};
use crate::os::FileId;

/// Rows in one transaction, at most: each is up to 1 KB of JSON, in memory until it is written.
const ROWS_AT_ONCE: usize = 1_000;

/// A SQLite file of prober's. Clones share one connection to it.
#[derive(Debug, Clone)]
pub struct SqliteStore {
    opened: Arc<Mutex<Opened>>,
    /// Whether the states of rows are kept for the next reading.
    keeps_rows: Arc<AtomicBool>,
    path: Arc<Path>,
    access: Access,
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    /// Reading and writing.
    Write,
    /// Only reading: this user need not be allowed to write.
    Read,
}

/// A connection, and its file: SQLite would go on writing to a file that was moved
/// away, where nobody reads it.
#[derive(Debug)]
struct Opened {
    connection: Connection,
    file: Option<FileId>,
    known: Known,
}

impl SqliteStore {
    /// Opens the file at `path`; makes it if it is missing or empty, and
    /// brings an older prober's up to date.
    ///
    /// Blocks on the disk, and up to ten seconds on other processes.
    ///
    /// # Errors
    /// Where the file cannot be used, or is not prober's, or is damaged, or
    /// was made by a newer prober. It is then as it was.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::open_for(path, Access::Write)
    }

    /// Opens the file at `path` only to read it; `None` if it is missing or empty. Neither
    /// the file nor its folder has to be writable, and an older prober's file stays as it is.
    ///
    /// Blocks on the disk, and up to five seconds on other processes.
    ///
    /// # Errors
    /// Where the file cannot be read, or is not prober's, or is damaged, or was made by a
    /// newer prober. Every call that would write fails.
    pub fn open_for_reading(path: &Path) -> Result<Option<Self>, StoreError> {
        let found = file::inspect(path, Access::Read);
        match found.map_err(|fault| fault.at("open", &path.to_string_lossy()))? {
            Found::Missing | Found::Empty => Ok(None),
            Found::Something => Self::open_for(path, Access::Read).map(Some),
        }
    }

    fn open_for(path: &Path, access: Access) -> Result<Self, StoreError> {
        let opened = Opened::open(path, access)
            .map_err(|fault| fault.at("open", &path.to_string_lossy()))?;
        let keeps_rows = opened.known.is_used();
        Ok(Self { opened: Arc::new(Mutex::new(opened)), keeps_rows, path: path.into(), access })
    }

    /// Does `work` on the connection, away from the threads that probe.
    async fn run<T, F>(&self, action: &'static str, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T, Fault> + Send + 'static,
    {
        self.run_knowing(action, move |connection, _| work(connection)).await
    }

    /// The same for `work` that uses what is known of the rows.
    async fn run_knowing<T, F>(&self, action: &'static str, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection, &mut Known) -> Result<T, Fault> + Send + 'static,
    {
        let (opened, path) = (Arc::clone(&self.opened), Arc::clone(&self.path));
        let access = self.access;
        let done = tokio::task::spawn_blocking(move || {
            // A panic rolls its transaction back, so the connection behind a
            // poisoned lock is as good as before.
            let mut opened = opened.lock().unwrap_or_else(PoisonError::into_inner);
            opened.follow(&path, access)?;
            let Opened { connection, known, file: _ } = &mut *opened;
            work(connection, known)
        });
        done.await.map_err(Fault::from).flatten().map_err(|fault| self.fault(fault, action))
    }

    fn fault(&self, fault: Fault, action: &'static str) -> StoreError {
        fault.at(action, &self.path.to_string_lossy())
    }
}

impl Opened {
    fn open(path: &Path, access: Access) -> Result<Self, Fault> {
        match file::inspect(path, access)? {
            Found::Missing => file::check_folder(path)?,
            Found::Empty => {}
            Found::Something => file::check_owner(path)?,
        }
        let connection = match access {
            Access::Read => file::connect_to_read(path, schema::prepare_to_read)?,
            Access::Write => {
                let mut connection = file::connect(path)?;
                schema::prepare(&mut connection, schema::STEPS)?;
                // Only now: a file in WAL mode without our mark would look like somebody
                // else's after a crash in between.
                file::use_wal(&connection)?;
                connection
            }
        };
        Ok(Self { connection, file: FileId::of(path), known: Known::default() })
    }

    /// Opens the file that is now at `path`, if that is another one: people move
    /// a file away to start afresh, or put a copy back, while a prober runs.
    fn follow(&mut self, path: &Path, access: Access) -> Result<(), Fault> {
        if FileId::of(path) != self.file {
            tracing::warn!(file = %path.display(), "the state's file was replaced: going on with what is there now");
            let Self { connection, file, known: _ } = Self::open(path, access)?;
            (self.connection, self.file) = (connection, file);
        }
        Ok(())
    }
}

impl Store for SqliteStore {
    async fn load(&self) -> Result<Records, StoreError> {
        self.run_knowing("read", |connection, known| rows::load(connection, known)).await
    }

    async fn load_some(&self, targets: &[TargetName]) -> Result<Records, StoreError> {
        let targets = targets.to_vec();
        self.run("read", move |connection| rows::load_some(connection, &targets)).await
    }

    async fn commit(&self, writes: &[Write]) -> Result<Vec<Committed>, StoreError> {
        let mut committed = Vec::with_capacity(writes.len());
        for writes in writes.chunks(ROWS_AT_ONCE) {
            let is_kept = self.keeps_rows.load(Ordering::Relaxed);
            let prepared = writes.iter().map(|write| rows::Row::of(write, is_kept));
            let prepared = prepared.collect::<Result<Vec<_>, Fault>>();
            let prepared = prepared.map_err(|fault| self.fault(fault, "write"))?;
            let commit = move |connection: &mut Connection, known: &mut Known| {
                rows::commit(connection, prepared, known)
            };
            committed.extend(self.run_knowing("write", commit).await?);
        }
        Ok(committed)
    }

    async fn commit_prober(&self, write: &ProberWrite) -> Result<Committed, StoreError> {
        let row = rows::Row::of_prober(write).map_err(|fault| self.fault(fault, "write"))?;
        self.run("write", move |connection| rows::commit_one(connection, &row)).await
    }

    async fn forget(&self, targets: &[TargetName]) -> Result<(), StoreError> {
        let targets = targets.to_vec();
        let forget = move |connection: &mut Connection, known: &mut Known| {
            known.clear();
            rows::forget(connection, &targets)
        };
        self.run_knowing("write", forget).await
    }

    async fn days(&self, since: NaiveDate) -> Result<Vec<(TargetName, Day)>, StoreError> {
        self.run("read", move |connection| rows::days(connection, since)).await
    }

    async fn outages(
        &self,
        target: Option<&TargetName>,
        since: DateTime<Utc>,
    ) -> Result<Outages, StoreError> {
        let target = target.cloned();
        let read =
            move |connection: &mut Connection| outages::since(connection, target.as_ref(), since);
        self.run("read", read).await
    }

    async fn lease(
        &self,
        channel: &ChannelName,
        holder: &Holder,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Lease, StoreError> {
        let (channel, holder) = (channel.clone(), holder.clone());
        self.run("write", move |connection| {
            rows::change_channel(connection, &channel, |record| record.lease(&holder, now, until))
        })
        .await
    }

    async fn last_good_config(&self) -> Result<Option<String>, StoreError> {
        self.run("read", |connection| rows::last_good_config(connection)).await
    }

    async fn save_last_good_config(&self, text: &str) -> Result<(), StoreError> {
        let text = text.to_owned();
        self.run("write", move |connection| rows::save_last_good_config(connection, &text)).await
    }

    async fn save_channel(
        &self,
        channel: &ChannelName,
        holder: &Holder,
        state: &ChannelState,
    ) -> Result<bool, StoreError> {
        let (channel, holder, state) = (channel.clone(), holder.clone(), state.clone());
        self.run("write", move |connection| {
            rows::change_channel(connection, &channel, |record| record.save(&holder, &state))
        })
        .await
    }

    async fn release(
        &self,
        channel: &ChannelName,
        holder: &Holder,
        state: &ChannelState,
    ) -> Result<(), StoreError> {
        let (channel, holder, state) = (channel.clone(), holder.clone(), state.clone());
        self.run("write", move |connection| {
            rows::change_channel(connection, &channel, |record| record.release(&holder, &state))
        })
        .await
        .map(|_held| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_in_one_call_does_not_fail_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("prober.db")).unwrap();
        let broken: Result<(), _> = store
            .run("write", |connection| {
                let _half_done = connection.transaction()?;
                panic!("for the test");
            })
            .await;
        assert!(broken.unwrap_err().to_string().contains("broke off"));
        assert!(store.commit(&[]).await.unwrap().is_empty());
        assert!(store.load().await.unwrap().is_empty());
    }
}
