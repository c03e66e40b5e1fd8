//! The optimistic write, over a store that another process writes to.

use prober::model::names::TargetName;
use prober::model::record::{Record, Records, Revision, Write};
use prober::store::retry::{RACE, RetryError, UNTIL_STORED, retry};
use prober::store::{MemoryStore, Store, StoreError};

use crate::world::minute;

fn nas() -> TargetName {
    TargetName::new("nas")
}

/// Pauses `nas`, on top of what is in `records`.
fn pause(records: &Records, minutes: i64) -> Vec<Write> {
    let Record { revision, mut state } = records.get(&nas()).cloned().unwrap_or_default();
    state.paused_until = Some(minute(minutes));
    vec![Write::new(nas(), revision, state)]
}

/// A store in which another process has paused `nas` already.
async fn written() -> MemoryStore {
    let store = MemoryStore::new();
    store.commit(&pause(&Records::new(), 1)).await.unwrap();
    store
}

fn broken() -> StoreError {
    StoreError {
        action: "read",
        place: "here".into(),
        problem: Box::new("it does not answer".into()),
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_that_lost_its_race_is_decided_again_from_newer_records() {
    let (store, mut records, mut decided) = (written().await, Records::new(), 0);
    let mut change = |records: &Records| {
        decided += 1;
        pause(records, 2)
    };
    let reload = async || store.load().await;
    retry(&store, RACE, &mut records, reload, &mut change).await.unwrap();
    assert_eq!((decided, records[&nas()].revision), (2, Revision(2)));
    assert_eq!(store.load().await.unwrap(), records);
}

#[tokio::test(start_paused = true)]
async fn a_write_that_always_loses_gives_up_and_changes_nothing() {
    let (store, mut records, mut decided) = (written().await, Records::new(), 0);
    let mut change = |records: &Records| {
        decided += 1;
        pause(records, 2)
    };
    let reload = async || Ok(Records::new());
    let given_up = retry(&store, RACE, &mut records, reload, &mut change).await;
    assert!(matches!(given_up, Err(RetryError::Busy)), "{given_up:?}");
    assert_eq!(decided, 8);
    assert_eq!(store.load().await.unwrap()[&nas()].state.paused_until, Some(minute(1)));
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_ends_what_may_be_given_up_and_not_what_has_happened() {
    for (policy, attempts) in [(RACE, 1), (UNTIL_STORED, 10)] {
        let (store, mut records, mut decided) = (written().await, Records::new(), 0);
        let mut change = |records: &Records| {
            decided += 1;
            pause(records, 2)
        };
        let reload = async || Err(broken());
        let failed = retry(&store, policy, &mut records, reload, &mut change).await;
        assert!(matches!(failed, Err(RetryError::Store(_))), "{failed:?}");
        assert_eq!(decided, attempts);
    }
}

#[tokio::test]
async fn a_change_that_asks_for_nothing_is_stored() {
    let (store, mut records) = (MemoryStore::new(), Records::new());
    let reload = async || Err(broken());
    retry(&store, RACE, &mut records, reload, &mut |_: &Records| Vec::new()).await.unwrap();
}
