//! The contract that SQLite and memory pass, and what is DynamoDB's alone.

use std::thread;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use prober::model::history::Day;
use prober::model::names::ChannelName;
use prober::model::record::{Committed, Revision};
use prober::store::Store;

/// Each of these functions becomes a test of each stand-in.
macro_rules! contract {
    ($($name:ident)+) => {
        mod ministack {
            use crate::standin::Table;
            $(#[test] fn $name() { super::block_on(super::$name(&Table::in_ministack())); })+
        }
        mod dynalite {
            use crate::standin::Table;
            $(#[test] fn $name() { super::block_on(super::$name(&Table::in_dynalite())); })+
        }
        mod any {
            use crate::standin::{Any, Table};
            $(#[test] fn $name() { super::block_on(super::$name(&Any(Table::in_dynalite()))); })+
        }
    };
}

#[path = "../it/store/contract.rs"]
mod contract;
#[path = "../it/store/histories.rs"]
mod histories;
#[path = "../it/store/leases.rs"]
mod leases;
#[path = "../it/store/outages.rs"]
mod outages;
#[path = "../it/store/place.rs"]
pub mod place;
#[path = "../it/store/races.rs"]
mod races;

use place::{
    Place, after, block_on, close, count, counted, date, day, noon, outage, over, slack, stored,
    target, write,
};
