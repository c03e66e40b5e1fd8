//! A mark that a process is reading a configuration: a lease that it takes before, and
//! releases after. If the text kills the process, the lease is not released, and the
//! next process does not read that text.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use ring::digest::{SHA256, digest};

use crate::model::channel_state::ChannelState;
use crate::model::names::ChannelName;
use crate::store::{AnyStore, Holder, Lease, Store, StoreError};

/// How long a text that somebody died of is not read again. Perhaps it was
/// something else that ended that process.
const AVOIDED: TimeDelta = TimeDelta::hours(1);

/// How long another process may take to read a text. It takes milliseconds,
/// and a lease that is younger says nothing: two functions start at once.
const READING: TimeDelta = TimeDelta::seconds(10);

/// Time for taking the lease, and for giving it back: without it, one reads
/// all the same.
const MARK_TIMEOUT: Duration = Duration::from_secs(2);

/// Who reads, in this process.
pub(super) struct ReadingMark {
    store: Option<AnyStore>,
    holder: Holder,
}

/// Whether a text may be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Readability {
    /// It may.
    Read,
    /// A process that began to read it then never finished.
    Deadly {
        /// When the reading began that never ended.
        since: DateTime<Utc>,
    },
}

impl ReadingMark {
    /// Marks in `store`, if there is one.
    pub(super) fn new(store: Option<AnyStore>) -> Self {
        Self { store, holder: Holder::new() }
    }

    /// Says that this process begins to read `text`, unless one died of it.
    pub(super) async fn begin(&self, text: &str, now: DateTime<Utc>) -> Readability {
        let Some(store) = &self.store else { return Readability::Read };
        let (name, until) = (name(text), now + AVOIDED);
        let lease = store.lease(&name, &self.holder, now, until);
        match tokio::time::timeout(MARK_TIMEOUT, lease).await {
            Ok(Ok(lease)) => verdict(&lease, now),
            Ok(Err(error)) => unmarked(&error.to_string()),
            Err(_) => unmarked("the store took too long"),
        }
    }

    /// Says that this process has read `text`, and lives.
    pub(super) async fn end(&self, text: &str) {
        let Some(store) = &self.store else { return };
        let name = name(text);
        let released = ChannelState::default();
        let release = store.release(&name, &self.holder, &released);
        let done: Result<Result<(), StoreError>, _> =
            tokio::time::timeout(MARK_TIMEOUT, release).await;
        if let Ok(Err(error)) = done {
            tracing::warn!(%error, "that the configuration was read could not be recorded");
        }
    }
}

fn unmarked(problem: &str) -> Readability {
    tracing::warn!(problem, "that the configuration is read could not be recorded");
    Readability::Read
}

fn verdict(lease: &Lease, now: DateTime<Utc>) -> Readability {
    match lease {
        Lease::Held(_) => Readability::Read,
        Lease::Taken { until } => {
            let since = *until - AVOIDED;
            if now - since > READING { Readability::Deadly { since } } else { Readability::Read }
        }
    }
}

/// The lease's name. No channel has it: it is longer than a name may be. A
/// newer prober may survive what killed an older one.
fn name(text: &str) -> ChannelName {
    let version = env!("CARGO_PKG_VERSION");
    let digest = digest(&SHA256, format!("{version}\n{text}").as_bytes());
    let digest = URL_SAFE_NO_PAD.encode(digest);
    ChannelName::new(format!(
        "reading the configuration whose SHA-256 digest, in base64, is {digest}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::MemoryStore;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    #[tokio::test]
    async fn a_text_that_a_process_died_of_is_avoided_for_an_hour() {
        let store = AnyStore::Memory(MemoryStore::new());
        let [died, next] = [(); 2].map(|()| ReadingMark::new(Some(store.clone())));
        assert_eq!(died.begin("deadly", at(0)).await, Readability::Read);
        let since = at(0);
        assert_eq!(next.begin("deadly", at(60)).await, Readability::Deadly { since });
        assert_eq!(next.begin("another", at(60)).await, Readability::Read);
        assert_eq!(next.begin("deadly", at(3600)).await, Readability::Read);
    }

    #[tokio::test]
    async fn who_finished_or_reads_just_now_did_not_die() {
        let store = AnyStore::Memory(MemoryStore::new());
        let [one, other] = [(); 2].map(|()| ReadingMark::new(Some(store.clone())));
        assert_eq!(one.begin("text", at(0)).await, Readability::Read);
        assert_eq!(other.begin("text", at(1)).await, Readability::Read);
        one.end("text").await;
        assert_eq!(other.begin("text", at(60)).await, Readability::Read);
        // The process that was stopped before it could say so goes on.
        assert_eq!(other.begin("text", at(120)).await, Readability::Read);
    }

    #[test]
    fn no_channel_has_the_name_of_the_mark() {
        assert!(name("text").as_str().len() > 100);
    }
}
