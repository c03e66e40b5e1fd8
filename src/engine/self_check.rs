//! Whether the prober itself can see, and the record of what it could not.

use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::time::Instant;
use url::Url;

use super::{Engine, request};
use crate::core::judge::self_check;
use crate::model::observation::Observation;
use crate::model::prober_state::{Gap, ProberState};
use crate::model::record::{Committed, ProberWrite, Record, Records};
use crate::model::record_key::RecordKey;
use crate::model::target::Targets;
use crate::probe::ProbeOnce;
use crate::store::{Store, StoreError};

/// Time for all self-checks, which are asked at once.
const SELF_CHECK_TIMEOUT: Duration = Duration::from_secs(5);

/// Attempts at a write. Each failure is another process's success.
const TRIES: u32 = 8;

impl<S: Store, P: ProbeOnce> Engine<S, P> {
    /// Whether it is our own network that failed, and not what was probed.
    pub(super) async fn is_blind(
        &self,
        targets: &Targets<'_>,
        observations: &[Observation],
        end: Option<Instant>,
    ) -> bool {
        let urls = &self.config.self_check;
        if urls.is_empty() || !self_check::in_doubt(targets, observations) {
            return false;
        }
        let timeout = request::within(end, SELF_CHECK_TIMEOUT);
        let mut asked: FuturesUnordered<_> =
            urls.iter().map(|url| self.answers(url, timeout)).collect();
        while let Some(answers) = asked.next().await {
            if answers {
                return false;
            }
        }
        true
    }

    /// Whether there is a way there: any answer shows it, whatever it says.
    async fn answers(&self, url: &Url, timeout: Duration) -> bool {
        let answer = self.http.get(url.clone()).timeout(timeout).send().await;
        if let Err(error) = &answer {
            let is_timeout = error.is_timeout();
            tracing::debug!(host = url.host_str(), is_timeout, "a self-check does not answer");
        }
        answer.is_ok()
    }

    /// Remembers whether this tick was blind, and that nobody looked before
    /// it, where that is so. It is written before the observations are: with
    /// those, the gap before them is no more to be seen.
    pub(super) async fn note_prober_state(
        &self,
        targets: &Targets<'_>,
        records: &mut Records,
        blind: bool,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let own = records.probers.get(&self.vantage);
        let was_blind = own.is_some_and(|own| own.state.blind_since.is_some());
        let missed = self_check::missed_since(targets, records, now);
        log(was_blind, blind, missed);
        self.change_prober_state(records, |own| own.after(now, blind, missed)).await
    }

    /// Remembers that every channel knows of `told`.
    pub(super) async fn forget_told(
        &self,
        records: &mut Records,
        told: &[Gap],
    ) -> Result<(), StoreError> {
        self.change_prober_state(records, |own| own.without(told)).await
    }

    /// What this prober could not see, and not every channel knows.
    pub(super) fn untold(&self, records: &Records) -> Vec<Gap> {
        let record = records.probers.get(&self.vantage);
        record.map(|record| record.state.untold.clone()).unwrap_or_default()
    }

    /// Writes what `change` makes of the prober's own record, if that differs,
    /// however often others write first.
    async fn change_prober_state(
        &self,
        records: &mut Records,
        change: impl Fn(&ProberState) -> ProberState,
    ) -> Result<(), StoreError> {
        let vantage = &self.vantage;
        if records.is_unreadable(&RecordKey::prober(vantage).name()) {
            return Ok(());
        }
        for _ in 0..TRIES {
            let record = records.probers.get(vantage).cloned().unwrap_or_default();
            let state = change(&record.state);
            if state == record.state {
                return Ok(());
            }
            let write = ProberWrite { vantage: vantage.clone(), expected: record.revision, state };
            match self.store.commit_prober(&write).await? {
                Committed::Stored(revision) => {
                    let record = Record { revision, state: write.state };
                    records.probers.insert(write.vantage, record);
                    return Ok(());
                }
                Committed::Conflict => *records = self.load().await?,
            }
        }
        let name = RecordKey::prober(vantage).name();
        Err(StoreError {
            action: "write",
            place: "the store".into(),
            problem: format!("other processes kept writing the record of {name}"),
        })
    }
}

fn log(was_blind: bool, blind: bool, missed: Option<DateTime<Utc>>) {
    match (was_blind, blind) {
        (false, true) => tracing::warn!(
            "blind: half of what was probed failed, and none of self_check.urls answers; \
             nothing is told of targets until one does"
        ),
        (true, true) => tracing::info!("blind still"),
        (true, false) => tracing::info!("not blind any more"),
        (false, false) => {}
    }
    if let Some(since) = missed.filter(|_| !was_blind) {
        tracing::info!(%since, "nobody has looked since then");
    }
}
