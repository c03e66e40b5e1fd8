//! The contract of the store, which every store passes, and what is the
//! file's alone.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use prober::history::Day;
use prober::state::{State, Streak};
use prober::store::{
    AnyStore, Committed, MemoryStore, Revision, SqliteStore, Store, StoreError, Write,
};
use prober::target::{ChannelName, TargetName};
use rusqlite::Connection;
use tempfile::TempDir;

/// Each of these functions becomes a test of each store.
macro_rules! contract {
    ($($name:ident)+) => {
        mod memory {
            $(#[test] fn $name() { super::block_on(super::$name(&super::MemoryStore::new())); })+
        }
        mod sqlite {
            $(#[test] fn $name() { super::block_on(super::$name(&super::File::new())); })+
        }
        mod any {
            $(#[test] fn $name() { super::block_on(super::$name(&super::Any(super::File::new()))); })+
        }
    };
}

mod contract;
mod damage;
mod file;
mod leases;
mod races;
mod round_trip;

/// Somewhere that states live; each handle is what another process would have.
trait Place: Sync {
    type Store: Store + Send + Sync;

    fn handle(&self) -> Self::Store;
}

impl Place for MemoryStore {
    type Store = Self;

    fn handle(&self) -> Self {
        self.clone()
    }
}

/// A file in a folder that vanishes with it; a handle is a connection of its own.
struct File(TempDir);

impl File {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("prober.db")
    }

    fn open(&self) -> Result<SqliteStore, StoreError> {
        SqliteStore::open(&self.path())
    }

    /// A file with as many records and days as fill some pages.
    fn full() -> Self {
        let file = Self::new();
        let names = (0..200).map(|n| format!("target {n}"));
        let writes: Vec<_> = names.map(|name| close(&name, 0, day("2026-03-01"))).collect();
        block_on(file.handle().commit(&writes)).unwrap();
        file
    }

    fn sql(&self, sql: &str) -> Connection {
        let connection = Connection::open(self.path()).unwrap();
        connection.execute_batch(sql).unwrap();
        connection
    }

    fn bytes(&self) -> Vec<u8> {
        fs::read(self.path()).unwrap()
    }

    fn listing(&self) -> Vec<OsString> {
        fs::read_dir(self.0.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect()
    }
}

impl Place for File {
    type Store = SqliteStore;

    fn handle(&self) -> SqliteStore {
        self.open().unwrap()
    }
}

/// The same file, by way of the enum.
struct Any(File);

impl Place for Any {
    type Store = AnyStore;

    fn handle(&self) -> AnyStore {
        AnyStore::Sqlite(self.0.handle())
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn target(name: &str) -> TargetName {
    TargetName::new(name)
}

fn slack() -> ChannelName {
    ChannelName::new("slack")
}

fn noon() -> DateTime<Utc> {
    "2026-03-01T12:00:00.123456789Z".parse().unwrap()
}

fn after(seconds: i64) -> DateTime<Utc> {
    noon() + TimeDelta::seconds(seconds)
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn day(text: &str) -> Day {
    Day { date: date(text), up: 1439, down: 1, latency_ms: 52_000 }
}

/// A state that is told from others by its number.
fn counted(count: u32) -> State {
    State { streak: Some(Streak::Succeeding { count, since: noon() }), ..State::default() }
}

fn count(state: &State) -> u32 {
    match &state.streak {
        Some(Streak::Succeeding { count, .. }) => *count,
        Some(Streak::Failing { .. }) | None => 0,
    }
}

fn write(name: &str, expected: u64, state: State) -> Write {
    Write { target: target(name), expected: Revision(expected), state, closed_day: None }
}

fn close(name: &str, expected: u64, day: Day) -> Write {
    Write { closed_day: Some(day), ..write(name, expected, State::default()) }
}

fn stored(revision: u64) -> Committed {
    Committed::Stored(Revision(revision))
}
