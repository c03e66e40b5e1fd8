//! Whether the prober itself has a network, and what it remembers of that.

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::time::Instant;
use url::Url;

use super::{Engine, request};
use crate::core::judge::self_check;
use crate::core::step::GapChange;
use crate::model::names::TargetName;
use crate::model::observation::Observation;
use crate::model::record::Records;
use crate::model::record_key::RecordKey;
use crate::model::self_check::SelfCheck;
use crate::model::target::Targets;
use crate::probe::ProbeOnce;
use crate::store::retry::{Change, RACE, retry};
use crate::store::{Store, StoreError};

/// Time for all self-checks, which are asked at once.
const SELF_CHECK_TIMEOUT: Duration = Duration::from_secs(5);

impl<S: Store, P: ProbeOnce> Engine<S, P> {
    /// Asks whether it is our own network that failed, if `observations` look
    /// as if it were.
    pub(super) async fn self_check(
        &self,
        targets: &Targets<'_>,
        observations: &[Observation],
        end: Option<Instant>,
    ) -> SelfCheck {
        let urls = &self.config.self_check;
        if urls.is_empty() || !self_check::in_doubt(targets, observations) {
            return SelfCheck::NotAsked;
        }
        let timeout = request::within(end, SELF_CHECK_TIMEOUT);
        let mut asked: FuturesUnordered<_> =
            urls.iter().map(|url| self.answers(url, timeout)).collect();
        while let Some(answers) = asked.next().await {
            if answers {
                return SelfCheck::Answered;
            }
        }
        SelfCheck::Failed
    }

    /// Whether there is a way there: any answer shows it, whatever it says.
    async fn answers(&self, url: &Url, timeout: Duration) -> bool {
        let answer = self.http.get(url.clone()).timeout(timeout).send().await;
        if let Err(error) = &answer {
            tracing::debug!(%error, "a self-check does not answer");
        }
        answer.is_ok()
    }

    /// The name of the prober's own record.
    pub(super) fn own_record(&self) -> TargetName {
        RecordKey::prober(&self.vantage).name()
    }

    /// Writes `change`, which is of the prober's own record, however often
    /// others write first.
    pub(super) async fn change_own_record(
        &self,
        records: &mut Records,
        change: &mut impl Change,
    ) -> Result<(), StoreError> {
        let reload = async || self.load().await;
        let stored = retry(&self.store, RACE, records, reload, change).await;
        let own = self.own_record();
        let problem = || format!("other processes kept writing the record of {own}");
        stored.map_err(|error| error.or_busy(problem()))
    }
}

/// Says in the log what a pass found out about the prober itself.
pub(super) fn log(gap: &GapChange, self_check: SelfCheck) {
    match (gap.was_blind, self_check.is_blind()) {
        (false, true) => tracing::warn!(
            "blind: half of what was probed failed, and none of self_check.urls answers; \
             nothing is told of targets until one does"
        ),
        (true, true) => tracing::info!("blind still"),
        (true, false) => tracing::info!("not blind any more"),
        (false, false) => {}
    }
    if let Some(since) = gap.missed_since.filter(|_| !gap.was_blind) {
        tracing::info!(%since, "nobody has looked since then");
    }
}
