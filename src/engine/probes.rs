//! The prober side observes: it probes what is due, and the ancestors of what fails, and
//! notices what should have called and has not.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use tokio::time::Instant;

use super::TickRequest;
use super::budget::Budget;
use super::site::Site;
use crate::core::announce;
use crate::core::judge::deadline;
use crate::core::judge::schedule::{self, Due};
use crate::model::names::TargetName;
use crate::model::observation::{Observation, Outcome};
use crate::model::record::Records;
use crate::model::skip;
use crate::model::target::{Endpoint, Shard, Target, Targets};
use crate::probe::{ProbeOnce, Report};

/// One endpoint that is probed, and the slot that its observation will be for.
struct Turn<'a> {
    target: &'a Target,
    endpoint: &'a Endpoint,
    slot: DateTime<Utc>,
}

/// The part of an engine that observes.
pub(super) struct ProberSide<'a, S, P> {
    pub(super) site: &'a Site<S>,
    pub(super) prober: &'a P,
    pub(super) budget: Budget,
    /// When probing stops, so that what it finds can be stored and told.
    pub(super) probing_ends: Option<Instant>,
}

impl<'a, S, P: ProbeOnce> ProberSide<'a, S, P> {
    /// Observes everything for `at`: what is due, what failed targets depend on,
    /// and what should have called. Returns how many were due, and the
    /// observations.
    pub(super) async fn observe(
        &self,
        targets: &Targets<'_>,
        records: &Records,
        at: DateTime<Utc>,
        request: TickRequest,
        mut done: impl FnMut(usize, &Report),
    ) -> (usize, Vec<Observation>) {
        let turns = self.due(records, at, request.shard);
        let mut observations = self.probe(&turns, &mut done).await;
        observations.extend(self.overdue(targets, records, at, request));
        let along = ancestors(targets, records, &observations, at);
        observations.extend(self.probe(&along, done).await);
        (turns.len(), observations)
    }

    /// The endpoints that are due.
    fn due(&self, records: &Records, now: DateTime<Utc>, shard: Option<Shard>) -> Vec<Turn<'a>> {
        let ours = |target: &Target| {
            shard.is_none_or(|shard| shard.holds(&target.name))
                && !records.is_unreadable(&target.name)
        };
        let mut turns = Vec::new();
        for (target, endpoint) in self.site.config.endpoints().filter(|(target, _)| ours(target)) {
            let last = last_slot(records, target);
            if let Some(last) = last.filter(|last| *last > now) {
                let name = &target.name;
                tracing::warn!(%name, %last, "last observed in the future: not observed before then");
            }
            match schedule::due(&endpoint.cadence, last, now) {
                Due::Now { slot } => turns.push(Turn { target, endpoint, slot }),
                Due::Later { .. } | Due::Never => {}
            }
        }
        turns
    }

    /// Probes all of `turns`.
    async fn probe(
        &self,
        turns: &[Turn<'_>],
        done: impl FnMut(usize, &Report),
    ) -> Vec<Observation> {
        let endpoints: Vec<&Endpoint> = turns.iter().map(|turn| turn.endpoint).collect();
        let reports = self.prober.round(&endpoints, self.probing_ends, done).await;
        let observe = |(turn, report): (&Turn<'_>, Report)| Observation {
            target: turn.target.name.clone(),
            slot: turn.slot,
            vantage: self.site.vantage.clone(),
            latency: Some(report.phases.total),
            measured: Some(report.measured()),
            outcome: report.outcome,
            votes: Vec::new(),
        };
        turns.iter().zip(reports).map(observe).inspect(log_without_evidence).collect()
    }

    /// Probes all of `endpoints`, until `deadline`.
    pub(super) async fn round(
        &self,
        endpoints: &[&Endpoint],
        deadline: Option<Instant>,
    ) -> Vec<Report> {
        self.prober.round(endpoints, deadline, |_, _| {}).await
    }

    /// The observations of targets that should have called and have not.
    fn overdue(
        &self,
        targets: &Targets<'_>,
        records: &Records,
        now: DateTime<Utc>,
        TickRequest { shard, refused_at, skip, .. }: TickRequest,
    ) -> Vec<Observation> {
        let ours = |target: &&Target| shard.is_none_or(|shard| shard.holds(&target.name));
        let silent = |target: &Target| {
            let state = skip::seen(skip, &records.get(&target.name)?.state);
            let works_since = announce::works_since(target, targets, records);
            if deadline::believed_from(target, &state, refused_at).is_some_and(|from| now < from) {
                tracing::info!(name = %target.name, "late, but its ping may have been refused");
                return None;
            }
            deadline::overdue(target, &state, works_since, &self.site.vantage, now)
        };
        targets.values().copied().filter(ours).filter_map(silent).collect()
    }
}

/// Logs why a probe was no evidence, for whoever asks why it was not told.
fn log_without_evidence(Observation { target, outcome, .. }: &Observation) {
    match outcome {
        Outcome::Inconclusive { why } => tracing::info!(name = %target, %why, "inconclusive"),
        Outcome::Success { .. } | Outcome::Failure(_) => {}
    }
}

/// The ancestors, however far up, of whatever failed, that were not probed too: a root
/// must be judged no later than the targets behind it.
fn ancestors<'a>(
    targets: &Targets<'a>,
    records: &Records,
    observations: &[Observation],
    now: DateTime<Utc>,
) -> Vec<Turn<'a>> {
    let failed = observations.iter().filter(|seen| matches!(seen.outcome, Outcome::Failure(_)));
    let mut below: Vec<&Target> =
        failed.filter_map(|seen| targets.get(&seen.target).copied()).collect();
    let observed: BTreeSet<&TargetName> = observations.iter().map(|seen| &seen.target).collect();
    let mut visited = BTreeSet::new();
    let mut turns = Vec::new();
    while let Some(child) = below.pop() {
        for target in child.depends_on.iter().filter_map(|name| targets.get(name).copied()) {
            if !visited.insert(&target.name) {
                continue;
            }
            below.push(target);
            let is_new = last_slot(records, target).is_none_or(|last| last < now);
            let is_wanted = is_new && !observed.contains(&target.name);
            let endpoint = target.endpoint().filter(|_| is_wanted);
            turns.extend(endpoint.map(|endpoint| Turn { target, endpoint, slot: now }));
        }
    }
    turns
}

pub(super) fn last_slot(records: &Records, target: &Target) -> Option<DateTime<Utc>> {
    records.get(&target.name).and_then(|record| record.state.last_slot)
}
