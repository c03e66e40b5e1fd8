//! What the contract of the store is told in: a place where states live, and
//! short words for what is written there.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use prober::model::history::Day;
use prober::model::names::{ChannelName, TargetName};
use prober::model::record::{Committed, Revision, Write};
use prober::model::state::{State, Streak};
use prober::store::Store;

/// Somewhere that states live; each handle is what another process would have.
pub trait Place: Sync {
    type Store: Store + Send + Sync;

    fn handle(&self) -> Self::Store;
}

pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

pub fn target(name: &str) -> TargetName {
    TargetName::new(name)
}

pub fn slack() -> ChannelName {
    ChannelName::new("slack")
}

pub fn noon() -> DateTime<Utc> {
    "2026-03-01T12:00:00.123456789Z".parse().unwrap()
}

pub fn after(seconds: i64) -> DateTime<Utc> {
    noon() + TimeDelta::seconds(seconds)
}

pub fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn day(text: &str) -> Day {
    Day { date: date(text), up: 1439, down: 1, latency_ms: 52_000 }
}

/// A state that is told from others by its number.
pub fn counted(count: u32) -> State {
    State { streak: Some(Streak::Succeeding { count, since: noon() }), ..State::default() }
}

pub fn count(state: &State) -> u32 {
    match &state.streak {
        Some(Streak::Succeeding { count, .. }) => *count,
        Some(Streak::Failing { .. }) | None => 0,
    }
}

pub fn write(name: &str, expected: u64, state: State) -> Write {
    Write { target: target(name), expected: Revision(expected), state, closed_day: None }
}

pub fn close(name: &str, expected: u64, day: Day) -> Write {
    Write { closed_day: Some(day), ..write(name, expected, State::default()) }
}

pub fn stored(revision: u64) -> Committed {
    Committed::Stored(Revision(revision))
}
