//! The probes that reports asked for: made at once, judged like any other, and
//! stored before the errors are told, so that their message says what was seen.

use std::time::Duration;

use tokio::time::Instant;

use super::receive::{FIRST_PAUSE, TRIES, busy};
use super::{Engine, Taken, order};
use crate::core::judge::self_check;
use crate::core::step::{self, Answered, Asked};
use crate::model::observation::Observation;
use crate::model::target::{self, Endpoint, Target};
use crate::probe::{Look, Report};
use crate::store::{Store, StoreError};

/// Time for such a probe: the message waits for it.
const LONGEST: Duration = Duration::from_secs(10);

impl<S: Store, P: Look> Engine<S, P> {
    /// Makes the probes that were asked for in `taken`, and stores what they saw.
    pub(super) async fn inquire(
        &self,
        taken: &mut Taken,
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
            let guests = self.guests(taken.records.keys());
            let targets = target::and_guests(&self.config.targets, &guests);
            // Of what is stored already, the second time changes nothing.
            let step = step::answer(&self.scene(&targets), &taken.records, &answers);
            if self.keep(taken, step).await?.is_empty() {
                taken.log_from(logged);
                return Ok(());
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        Err(busy())
    }

    /// Probes each endpoint once, however many asked for it.
    async fn ask(&self, asked: Vec<Asked>, end: Option<Instant>) -> Vec<Answered> {
        let is_asked_for =
            |(target, _): &(&Target, _)| asked.iter().any(|asked| asked.endpoint == target.name);
        let turns: Vec<_> = self.config.endpoints().filter(is_asked_for).collect();
        let endpoints: Vec<&Endpoint> = turns.iter().map(|(_, endpoint)| *endpoint).collect();
        let (slot, now) = (self.clock.now(), Instant::now());
        let deadline = end.map_or(now + LONGEST, |end| order::probing_ends(now, end));
        let deadline = deadline.min(now + LONGEST);
        let reports = self.prober.round(&endpoints, Some(deadline), |_, _| {}).await;
        let observe = |((target, _), report): (&(&Target, _), Report)| Observation {
            target: target.name.clone(),
            slot,
            vantage: self.vantage.clone(),
            latency: Some(report.phases.total),
            outcome: report.outcome,
        };
        let mut seen: Vec<Observation> = turns.iter().zip(reports).map(observe).collect();
        let targets = target::by_name(&self.config.targets);
        let blind = self.is_blind(&targets, &seen, end).await;
        self.keep_trace(&targets, &seen, blind, slot);
        if blind {
            self_check::forget_unseen(&targets, &mut seen);
        }
        let answer = |asked: Asked| {
            let observation = seen.iter().find(|seen| seen.target == asked.endpoint)?.clone();
            Some(Answered { stream: asked.stream, observation })
        };
        asked.into_iter().filter_map(answer).collect()
    }
}
