//! The optimistic write: a decision from records is written on condition that nobody
//! else wrote first; otherwise it is made again from newer records.

use std::collections::BTreeSet;
use std::time::Duration;

use super::{Store, StoreError};
use crate::model::detail::Detail;
use crate::model::names::TargetName;
use crate::model::record::{Committed, ProberWrite, Record, Records, Write};

/// How often something is written again, and what is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Attempts in all.
    attempts: u32,
    /// The pause after the first attempt that failed.
    pause: Duration,
    /// How the pause changes.
    growth: Growth,
    /// What follows if the store fails.
    on_store_error: OnStoreError,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Growth {
    None,
    Doubles,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OnStoreError {
    /// It is an error at once, because somebody waits for the answer.
    Ends,
    /// It counts as an attempt that failed, like a lost race.
    IsTriedAgain,
}

/// For what may be given up: its sender, the next tick or a person tries again. Each
/// failed attempt is another process's success.
pub const RACE: RetryPolicy = RetryPolicy {
    attempts: 8,
    pause: Duration::from_millis(10),
    growth: Growth::Doubles,
    on_store_error: OnStoreError::Ends,
};

/// For what must not be lost, since it has happened: a channel accepted a message.
pub const UNTIL_STORED: RetryPolicy = RetryPolicy {
    attempts: 10,
    pause: Duration::from_millis(100),
    growth: Growth::None,
    on_store_error: OnStoreError::IsTriedAgain,
};

/// A change of records that is decided from what is stored.
///
/// Every closure from records to writes is one.
pub trait Change {
    /// The writes that `records` ask for; none if nothing is left to be written.
    fn writes(&mut self, records: &Records) -> Vec<Write>;

    /// Those writes are stored, but for those of the targets in `lost`, which
    /// another process wrote first. They are asked for again.
    fn stored(&mut self, lost: &BTreeSet<TargetName>);
}

impl<F: FnMut(&Records) -> Vec<Write>> Change for F {
    fn writes(&mut self, records: &Records) -> Vec<Write> {
        self(records)
    }

    fn stored(&mut self, _lost: &BTreeSet<TargetName>) {}
}

/// Why a change could not be written.
#[derive(Debug)]
pub enum RetryError {
    /// The store failed.
    Store(StoreError),
    /// Another process wrote first in every attempt.
    Busy,
}

impl RetryError {
    /// The error of the store; `problem` says what other processes kept doing.
    #[must_use]
    pub fn or_busy(self, problem: impl Into<Detail>) -> StoreError {
        match self {
            Self::Store(error) => error,
            Self::Busy => {
                let (action, place) = ("write", "the store".into());
                StoreError { action, place, problem: Box::new(problem.into()) }
            }
        }
    }
}

/// Writes what `change` makes of `records`, and of newer ones from `reload`
/// where another process was first, as often as `policy` says. Brings
/// `records` up to what is stored.
///
/// # Errors
/// Where the store fails, or other processes are always first. Part of the
/// change may be stored then.
pub async fn retry<S: Store>(
    store: &S,
    policy: RetryPolicy,
    records: &mut Records,
    reload: impl AsyncFn() -> Result<Records, StoreError>,
    change: &mut impl Change,
) -> Result<(), RetryError> {
    let mut attempt = async |records: &mut Records| {
        let writes = change.writes(records);
        let lost = commit_if_any(store, records, writes).await?;
        change.stored(&lost);
        Ok(lost.is_empty())
    };
    until_stored(policy, records, reload, &mut attempt).await
}

/// The same of a prober's own record; `None` if nothing is left to be written.
///
/// # Errors
/// Where the store fails, or other processes are always first.
pub async fn retry_prober<S: Store>(
    store: &S,
    policy: RetryPolicy,
    records: &mut Records,
    reload: impl AsyncFn() -> Result<Records, StoreError>,
    change: &mut impl FnMut(&Records) -> Option<ProberWrite>,
) -> Result<(), RetryError> {
    let mut attempt = async |records: &mut Records| {
        let Some(write) = change(records) else { return Ok(true) };
        match store.commit_prober(&write).await? {
            Committed::Stored(revision) => {
                let record = Record { revision, state: write.state };
                records.probers.insert(write.vantage, record);
                Ok(true)
            }
            Committed::Conflict => Ok(false),
        }
    };
    until_stored(policy, records, reload, &mut attempt).await
}

/// Makes attempts, each with newer records, until one is stored whole or
/// `policy` allows no more.
async fn until_stored(
    policy: RetryPolicy,
    records: &mut Records,
    reload: impl AsyncFn() -> Result<Records, StoreError>,
    attempt: &mut impl AsyncFnMut(&mut Records) -> Result<bool, StoreError>,
) -> Result<(), RetryError> {
    let mut problem = RetryError::Busy;
    let mut pause = policy.pause;
    for number in 1..=policy.attempts {
        match attempt(records).await {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            Err(error) => problem = policy.tolerate(error)?,
        }
        if number == policy.attempts {
            break;
        }
        tokio::time::sleep(pause).await;
        pause = policy.next(pause);
        match reload().await {
            Ok(newer) => *records = newer,
            Err(error) => problem = policy.tolerate(error)?,
        }
    }
    Err(problem)
}

impl RetryPolicy {
    /// The error to remember, if the store's failure is tried again.
    fn tolerate(self, error: StoreError) -> Result<RetryError, RetryError> {
        match self.on_store_error {
            OnStoreError::Ends => Err(RetryError::Store(error)),
            OnStoreError::IsTriedAgain => Ok(RetryError::Store(error)),
        }
    }

    fn next(self, pause: Duration) -> Duration {
        match self.growth {
            Growth::None => pause,
            Growth::Doubles => pause * 2,
        }
    }
}

async fn commit_if_any<S: Store>(
    store: &S,
    records: &mut Records,
    writes: Vec<Write>,
) -> Result<BTreeSet<TargetName>, StoreError> {
    if writes.is_empty() { Ok(BTreeSet::new()) } else { commit(store, records, writes).await }
}

/// Performs `writes`, and enters in `records` what is stored by that. Returns
/// the targets that another process wrote first.
///
/// # Errors
/// Where the store fails. Any of the writes may be stored then.
pub async fn commit<S: Store>(
    store: &S,
    records: &mut Records,
    writes: Vec<Write>,
) -> Result<BTreeSet<TargetName>, StoreError> {
    let outcomes = store.commit(&writes).await?;
    let mut lost = BTreeSet::new();
    for (write, outcome) in writes.into_iter().zip(outcomes) {
        match outcome {
            Committed::Stored(revision) => {
                let record = records.entry(write.target).or_default();
                record.revision = revision;
                record.state = write.state;
            }
            Committed::Conflict => drop(lost.insert(write.target)),
        }
    }
    Ok(lost)
}
