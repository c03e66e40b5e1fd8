//! Whether the prober itself has a network, and what it remembers of that.

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use url::Url;

use super::probes::ProberSide;
use crate::core::judge::self_check;
use crate::core::step::GapChange;
use crate::model::observation::Observation;
use crate::model::self_check::SelfCheck;
use crate::model::target::Targets;
use crate::probe::ProbeOnce;

/// Time for all self-checks, which are asked at once.
const SELF_CHECK_TIMEOUT: Duration = Duration::from_secs(5);

impl<S, P: ProbeOnce> ProberSide<'_, S, P> {
    /// Asks the self-check's endpoints, if `observations` look as if our own
    /// network failed. If witnesses saw something of all of that, nobody is asked. If they
    /// did of a part, the rest of it is forgotten where none of the endpoints answers.
    pub(super) async fn self_check(
        &self,
        targets: &Targets<'_>,
        observations: &mut [Observation],
    ) -> SelfCheck {
        let urls = &self.site.config.self_check;
        if urls.is_empty() || !self_check::is_needed(targets, observations) {
            return SelfCheck::NotAsked;
        }
        if self_check::is_proven(targets, observations) {
            return SelfCheck::Answered;
        }
        let answer = self.ask_self_check(urls).await;
        let is_witnessed = observations.iter().any(|seen| !seen.votes.is_empty());
        if answer.is_blind() && is_witnessed {
            self_check::forget_unwitnessed(targets, observations);
            return SelfCheck::Answered;
        }
        answer
    }

    /// Asks all of `urls` at once.
    async fn ask_self_check(&self, urls: &[Url]) -> SelfCheck {
        let timeout = self.budget.within(SELF_CHECK_TIMEOUT);
        let mut asked: FuturesUnordered<_> =
            urls.iter().map(|url| self.answers(url, timeout)).collect();
        while let Some(answers) = asked.next().await {
            if answers {
                return SelfCheck::Answered;
            }
        }
        SelfCheck::Failed
    }

    /// Whether `url` answers: any answer will do.
    async fn answers(&self, url: &Url, timeout: Duration) -> bool {
        let answer = self.site.http.get(url.clone()).timeout(timeout).send().await;
        if let Err(error) = &answer {
            let is_timeout = error.is_timeout();
            tracing::debug!(host = url.host_str(), is_timeout, "a self-check does not answer");
        }
        answer.is_ok()
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
