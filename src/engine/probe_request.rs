//! The probes that reports asked for: made at once, judged like any other, and
//! stored before the errors are told, so that their message says what was seen.

use std::time::Duration;

use tokio::time::Instant;

use super::receive::{FIRST_PAUSE, TRIES, busy};
use super::{Engine, Intake, request};
use crate::core::step::{self, ProbeAnswer, ProbeRequest, Seen};
use crate::model::observation::Observation;
use crate::model::target::{self, Endpoint, Target};
use crate::probe::{ProbeOnce, Report};
use crate::store::{Store, StoreError};

/// Time for such a probe: the message waits for it.
const LONGEST: Duration = Duration::from_secs(10);

impl<S: Store, P: ProbeOnce> Engine<S, P> {
    /// Makes the probes that were asked for in `taken`, and stores what they saw.
    pub(super) async fn inquire(
        &self,
        taken: &mut Intake,
        end: Option<Instant>,
    ) -> Result<(), StoreError> {
        if taken.asked.is_empty() {
            return Ok(());
        }
        let asked = std::mem::take(&mut taken.asked);
        let answers = self.ask(asked, end).await;
        let logged = taken.summary.transitions.len();
        let mut pause = FIRST_PAUSE;
        for _ in 0..TRIES {
            taken.records = self.load().await?;
            let discovered = self.discovered(taken.records.keys());
            let targets = target::and_discovered(&self.config.targets, &discovered);
            // Of what is stored already, the second time changes nothing.
            let step = step::answer(&self.context(&targets), &taken.records, &answers);
            if self.commit_events(taken, step).await?.is_empty() {
                taken.log_from(logged);
                return Ok(());
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        Err(busy())
    }

    /// Probes each endpoint once, however many asked for it.
    async fn ask(&self, asked: Vec<ProbeRequest>, end: Option<Instant>) -> Vec<ProbeAnswer> {
        let is_asked_for =
            |(target, _): &(&Target, _)| asked.iter().any(|asked| asked.endpoint == target.name);
        let turns: Vec<_> = self.config.endpoints().filter(is_asked_for).collect();
        let endpoints: Vec<&Endpoint> = turns.iter().map(|(_, endpoint)| *endpoint).collect();
        let (slot, now) = (self.clock.now(), Instant::now());
        let deadline = end.map_or(now + LONGEST, |end| request::probing_ends(now, end));
        let deadline = deadline.min(now + LONGEST);
        let reports = self.prober.round(&endpoints, Some(deadline), |_, _| {}).await;
        let observe = |((target, _), report): (&(&Target, _), Report)| Observation {
            target: target.name.clone(),
            slot,
            vantage: self.vantage.clone(),
            latency: Some(report.phases.total),
            outcome: report.outcome,
        };
        let seen: Vec<Observation> = turns.iter().zip(reports).map(observe).collect();
        let targets = target::by_name(&self.config.targets);
        let self_check = self.self_check(&targets, &seen, end).await;
        self.keep_trace(&targets, &seen, self_check, slot);
        let seen = Seen::new(&targets, seen, self_check);
        let answer = |asked: ProbeRequest| {
            let observation =
                seen.observations().iter().find(|seen| seen.target == asked.endpoint)?.clone();
            Some(ProbeAnswer { stream: asked.stream, observation })
        };
        asked.into_iter().filter_map(answer).collect()
    }
}
