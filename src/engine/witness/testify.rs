//! The witness's side: it probes what it is asked about, where that is a target of its own.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use super::{AskedTarget, MAX_ASKED, RefusedTarget, WhyRefused, WitnessAnswer, WitnessQuestion};
use crate::core::judge::self_check;
use crate::engine::{Budget, Engine};
use crate::model::names::TargetName;
use crate::model::observation::{Observation, Outcome};
use crate::model::target::{self, Endpoint, Target};
use crate::probe::{ProbeLine, ProbeOnce, Report};

/// The longest that a witness probes, whatever it is asked: a target that hangs has failed
/// once by then.
const LONGEST: Duration = Duration::from_secs(18);

impl<S, P: ProbeOnce> Engine<S, P> {
    /// Probes what `question` asks about, as far as it is a target of this configuration with
    /// the same digest, for as long as the other side waits. It judges and stores nothing,
    /// and asks no other witness.
    pub async fn testify(&self, question: &WitnessQuestion, wait: Duration) -> WitnessAnswer {
        let own: BTreeMap<&TargetName, (&Target, &Endpoint)> =
            self.config().endpoints().map(|own| (&own.0.name, own)).collect();
        let (mut turns, mut refused) = (Vec::new(), Vec::new());
        for asked in question.targets.iter().take(MAX_ASKED) {
            match admitted(&own, asked) {
                Ok(turn) => turns.push(turn),
                Err(why) => refused.push(RefusedTarget { name: asked.name.clone(), why }),
            }
        }
        let at = self.clock().now();
        let (reports, blind) = self.probe_for_witness(&turns, wait.min(LONGEST)).await;
        let count =
            |of: fn(&Outcome) -> bool| reports.iter().filter(|report| of(&report.outcome)).count();
        let lines = turns.iter().zip(&reports);
        let line = |((target, endpoint), report): (&(&Target, &Endpoint), &Report)| {
            ProbeLine::of(&target.name, endpoint, report)
        };
        WitnessAnswer {
            at,
            vantage: self.vantage().clone(),
            blind,
            refused,
            up: count(|outcome| matches!(outcome, Outcome::Success { .. })),
            down: count(|outcome| matches!(outcome, Outcome::Failure(_))),
            inconclusive: count(|outcome| matches!(outcome, Outcome::Inconclusive { .. })),
            targets: lines.map(line).collect(),
        }
    }

    /// Probes all of `turns`; what a witness without a network cannot know is inconclusive.
    async fn probe_for_witness(
        &self,
        turns: &[(&Target, &Endpoint)],
        wait: Duration,
    ) -> (Vec<Report>, bool) {
        let prober = self.prober_side(Budget::UNLIMITED);
        let endpoints: Vec<&Endpoint> = turns.iter().map(|(_, endpoint)| *endpoint).collect();
        let mut reports = prober.round(&endpoints, Some(Instant::now() + wait)).await;
        let slot = self.clock().now();
        let observe = |((target, _), report): (&(&Target, &Endpoint), &Report)| Observation {
            target: target.name.clone(),
            slot,
            vantage: self.vantage().clone(),
            outcome: report.outcome.clone(),
            latency: None,
            measured: None,
            votes: Vec::new(),
        };
        let mut seen: Vec<Observation> = turns.iter().zip(&reports).map(observe).collect();
        let targets = target::by_name(&self.config().targets);
        let blind = prober.self_check(&targets, &seen, false).await.is_blind();
        if blind {
            self_check::forget_unseen(&targets, &mut seen);
            for (report, seen) in reports.iter_mut().zip(seen) {
                report.outcome = seen.outcome;
            }
        }
        (reports, blind)
    }
}

/// The target of this configuration that is `asked` about.
fn admitted<'a>(
    own: &BTreeMap<&TargetName, (&'a Target, &'a Endpoint)>,
    asked: &AskedTarget,
) -> Result<(&'a Target, &'a Endpoint), WhyRefused> {
    let found = own.get(&asked.name).ok_or(WhyRefused::Unknown)?;
    if found.1.digest() == asked.digest { Ok(*found) } else { Err(WhyRefused::Digest) }
}
