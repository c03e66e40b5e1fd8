//! The witness's side: it probes what it is asked about, where that is a target of its own.

use std::collections::{BTreeMap, BTreeSet};
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

/// How long before the end an attempt stops, so that its failure is known by then.
const BEFORE_THE_END: Duration = Duration::from_secs(1);

/// The shortest time that an attempt has: with less, what is slow would be taken for broken.
const SHORTEST: Duration = Duration::from_secs(5);

impl<S, P: ProbeOnce> Engine<S, P> {
    /// Probes what `question` asks about, as far as it is a target of this configuration with
    /// the same digest, for as long as the other side waits. It judges and stores nothing,
    /// and asks no other witness.
    pub async fn testify(&self, question: &WitnessQuestion, wait: Duration) -> WitnessAnswer {
        let own: BTreeMap<&TargetName, (&Target, &Endpoint)> =
            self.config().endpoints().filter(may_ask).map(|own| (&own.0.name, own)).collect();
        let (mut turns, mut refused) = (Vec::new(), Vec::new());
        let mut names = BTreeSet::new();
        let each = question.targets.iter().take(MAX_ASKED);
        for asked in each.filter(|asked| names.insert(&asked.name)) {
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
            let line = ProbeLine::of(&target.name, endpoint, report);
            // What the witness itself is told, with its own credentials, is not for others.
            if endpoint.is_anonymous() { line } else { line.without_detail() }
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
        let until = Instant::now() + wait;
        let prober = self.prober_side(Budget::UNLIMITED);
        let endpoints: Vec<Endpoint> =
            turns.iter().map(|(_, endpoint)| hurried(endpoint, wait)).collect();
        let endpoints: Vec<&Endpoint> = endpoints.iter().collect();
        let mut reports = prober.round(&endpoints, Some(until)).await;
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
        let self_check = prober.self_check(&targets, &mut seen);
        // Who cannot tell in time whether it has a network says nothing.
        let blind = match tokio::time::timeout_at(until, self_check).await {
            Ok(self_check) => self_check.is_blind(),
            Err(_elapsed) => true,
        };
        if blind {
            self_check::forget_unseen(&targets, &mut seen);
            for (report, seen) in reports.iter_mut().zip(seen) {
                report.outcome = seen.outcome;
            }
        }
        (reports, blind)
    }
}

/// Whether others may ask about a target.
fn may_ask((_, endpoint): &(&Target, &Endpoint)) -> bool {
    endpoint.has_witnesses()
}

/// The same endpoint, whose first attempt ends before who asks has waited for as long as
/// `wait`: what hangs is a failure, and not a probe that was not finished.
fn hurried(endpoint: &Endpoint, wait: Duration) -> Endpoint {
    let longest = wait.saturating_sub(BEFORE_THE_END).max(SHORTEST);
    Endpoint { timeout: endpoint.timeout.min(longest), ..endpoint.clone() }
}

/// The target of this configuration that is `asked` about.
fn admitted<'a>(
    own: &BTreeMap<&TargetName, (&'a Target, &'a Endpoint)>,
    asked: &AskedTarget,
) -> Result<(&'a Target, &'a Endpoint), WhyRefused> {
    let found = own.get(&asked.name).ok_or(WhyRefused::Unknown)?;
    if found.1.digest() == asked.digest { Ok(*found) } else { Err(WhyRefused::Digest) }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;
    use std::sync::Arc;

    use super::*;
    use crate::model::target::{Cadence, IcmpProbe, IpChoice, Protocol, Warn};

    fn endpoint(timeout: u64) -> Endpoint {
        let probe =
            IcmpProbe { host: "nas".into(), count: NonZeroU32::MIN, answered: NonZeroU32::MIN };
        Endpoint {
            cadence: Cadence::Every(Duration::from_mins(1)),
            protocol: Protocol::Icmp(probe),
            timeout: Duration::from_secs(timeout),
            attempts: NonZeroU32::MIN,
            ip: IpChoice::Any,
            resolver: None,
            unreachable: false,
            asks_witnesses: true,
            latency_under: None,
            warn: Warn { latency_over: None, cert_expires_within: Duration::ZERO },
            secrets: Arc::new([]),
        }
    }

    #[test]
    fn what_hangs_has_failed_before_who_asks_has_gone() {
        let timeout = |own, wait| hurried(&endpoint(own), Duration::from_secs(wait)).timeout;
        assert_eq!(timeout(30, 18), Duration::from_secs(17));
        assert_eq!(timeout(10, 18), Duration::from_secs(10));
        assert_eq!((timeout(30, 6), timeout(30, 2)), (SHORTEST, SHORTEST));
    }
}
