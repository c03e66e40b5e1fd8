//! What the contract of the store is told in: a place where states live, and
//! short words for what is written there.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use prober::model::history::Day;
use prober::model::names::{ChannelName, TargetName};
use prober::model::observation::{Failure, Reason};
use prober::model::record::{Committed, Revision, Write};
use prober::model::state::{Outage, Silenced, State, Streak};
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
    Write::new(target(name), Revision(expected), state)
}

pub fn close(name: &str, expected: u64, day: Day) -> Write {
    Write { closed_day: Some(day), ..write(name, expected, State::default()) }
}

/// An outage of a minute that began then.
pub fn outage(since: DateTime<Utc>) -> Outage {
    Outage {
        since,
        until: since + TimeDelta::minutes(1),
        failure: Failure { reason: Reason::Timeout, detail: format!("since {since}").into() },
        agreed_by: Vec::new(),
        incidents: 1,
        down_s: 60,
        unseen_s: 0,
        observations: 2,
        silenced: Silenced::default(),
    }
}

/// A write that closes these, oldest first.
pub fn over(name: &str, expected: u64, outages: &[Outage]) -> Write {
    let state = State { last_outage: outages.last().cloned(), ..State::default() };
    Write { closed_outages: outages.to_vec(), ..write(name, expected, state) }
}

pub fn stored(revision: u64) -> Committed {
    Committed::Stored(Revision(revision))
}
