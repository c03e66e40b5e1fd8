//! The contract of the store, which every store passes, and what is the
//! file's alone.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::thread;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use prober::model::history::Day;
use prober::model::names::ChannelName;
use prober::model::record::{Committed, Revision};
use prober::model::state::{State, Streak};
use prober::store::{AnyStore, Holder, MemoryStore, SqliteStore, Store, StoreError};
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

mod before;
mod contract;
mod damage;
mod file;
mod histories;
mod leases;
mod newer;
mod outages;
mod place;
mod races;
mod retry;
mod round_trip;
mod size;

use place::{
    Place, after, block_on, close, count, counted, date, day, noon, outage, over, slack, stored,
    target, write,
};

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

#[test]
fn no_two_holders_are_the_same() {
    let thousand = || (0..1000).map(|_| Holder::new().0).collect::<Vec<_>>();
    let holders: HashSet<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(thousand)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(holders.len(), 4000);
}
