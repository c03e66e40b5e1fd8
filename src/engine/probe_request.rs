//! Makes the probes that reports asked for: at once, judged like any other, and stored
//! before the errors are told, so that the message has their result.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::time::Instant;

use super::Intake;
use super::receive::{Receiver, busy};
use super::site::Site;
use crate::core::step::{self, ProbeAnswer, ProbeRequest, Seen, Step};
use crate::model::names::TargetName;
use crate::model::observation::Observation;
use crate::model::record::{Records, Write};
use crate::model::target::{self, Endpoint, Target};
use crate::probe::{ProbeOnce, Report};
use crate::store::retry::{Change, RACE, retry};
use crate::store::{Store, StoreError};

/// Time for such a probe: the message waits for it.
const LONGEST: Duration = Duration::from_secs(10);

/// What the probes saw, on its way into the store.
struct Answering<'a, S> {
    site: &'a Site<S>,
    answers: Vec<ProbeAnswer>,
    /// What the answers amount to by the records of the present attempt.
    step: Step,
    /// What is stored of it.
    stored: Step,
}

impl<S> Change for Answering<'_, S> {
    fn writes(&mut self, records: &Records) -> Vec<Write> {
        let roster = self.site.roster(records.keys());
        let targets = roster.targets();
        // A second time changes nothing of what is stored already.
        self.step = step::answer(&self.site.context(&targets), records, &self.answers);
        std::mem::take(&mut self.step.writes)
    }

    fn stored(&mut self, lost: &BTreeSet<TargetName>) {
        self.stored.extend(std::mem::take(&mut self.step).without(lost));
    }
}

impl<S: Store, P: ProbeOnce> Receiver<'_, S, P> {
    /// Makes the probes that were asked for in `taken`, and stores what they saw.
    pub(super) async fn make_probes(&self, taken: &mut Intake) -> Result<(), StoreError> {
        if taken.probe_requests.is_empty() {
            return Ok(());
        }
        let (site, requests) = (self.site, std::mem::take(&mut taken.probe_requests));
        let answers = self.ask(requests).await;
        let logged = taken.summary.transitions.len();
        taken.records = site.load().await?;
        let (step, stored) = (Step::default(), Step::default());
        let mut answering = Answering { site, answers, step, stored };
        let reload = async || site.load().await;
        let done = retry(&site.store, RACE, &mut taken.records, reload, &mut answering).await;
        let Step { transitions, probe_requests, .. } = answering.stored;
        taken.summary.transitions.extend(transitions.into_iter().map(Into::into));
        taken.probe_requests.extend(probe_requests);
        done.map_err(busy)?;
        taken.log_from(logged);
        Ok(())
    }

    /// Probes each endpoint once, however many asked for it.
    async fn ask(&self, requests: Vec<ProbeRequest>) -> Vec<ProbeAnswer> {
        let site = self.site;
        let is_asked_for = |(target, _): &(&Target, _)| {
            requests.iter().any(|request| request.endpoint == target.name)
        };
        let turns: Vec<_> = site.config.endpoints().filter(is_asked_for).collect();
        let endpoints: Vec<&Endpoint> = turns.iter().map(|(_, endpoint)| *endpoint).collect();
        let slot = site.clock.now();
        let longest = Instant::now() + LONGEST;
        let deadline = self.prober.probing_ends.map_or(longest, |ends| ends.min(longest));
        let reports = self.prober.round(&endpoints, Some(deadline)).await;
        let observe = |((target, _), report): (&(&Target, _), Report)| Observation {
            target: target.name.clone(),
            slot,
            vantage: site.vantage.clone(),
            latency: Some(report.phases.total),
            measured: Some(report.measured()),
            outcome: report.outcome,
            votes: Vec::new(),
        };
        let mut seen: Vec<Observation> = turns.iter().zip(reports).map(observe).collect();
        let targets = target::by_name(&site.config.targets);
        // Who differs is told by a tick.
        let _differing = self.prober.second_opinion(&mut seen, Some(deadline)).await;
        let self_check = self.prober.self_check(&targets, &mut seen).await;
        site.keep_trace(&targets, &seen, self_check, slot);
        let seen = Seen::new(&targets, seen, self_check);
        let answer = |request: ProbeRequest| {
            let mut observations = seen.observations().iter();
            let observation = observations.find(|seen| seen.target == request.endpoint)?.clone();
            Some(ProbeAnswer { stream: request.stream, observation })
        };
        requests.into_iter().filter_map(answer).collect()
    }
}
