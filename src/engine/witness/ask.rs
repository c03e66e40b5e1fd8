//! The side that asks: one request a witness and round, all of them at once.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::join_all;
use http::HeaderName;
use http::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::{AskedTarget, MAX_ASKED, RefusedTarget, WhyRefused, WitnessQuestion};
use crate::engine::probes::ProberSide;
use crate::model::names::TargetName;
use crate::model::observation::{Observation, Outcome, Vantage};
use crate::model::target::{Endpoint, Target};
use crate::model::witness::{Vote, Witness};
use crate::probe::ProbeOnce;

/// Time for all witnesses, which are asked at once.
const LONGEST: Duration = Duration::from_secs(20);

/// The part of that time that a question and its answer are on their way.
const ON_THE_WAY: Duration = Duration::from_secs(2);

/// With less time than this, nobody is asked.
const SHORTEST: Duration = Duration::from_secs(8);

/// The most bytes of an answer that are read.
const MAX_ANSWER: usize = 512 << 10;

/// How long the asking side waits, in seconds:
/// <https://www.rfc-editor.org/rfc/rfc7240#section-4.3>.
const PREFER: HeaderName = HeaderName::from_static("prefer");

/// What a witness says.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Testimony {
    /// Where it is.
    #[serde(default)]
    pub vantage: Option<Vantage>,
    /// Whether it has no network itself: then nothing it says counts.
    #[serde(default)]
    pub blind: bool,
    /// What it saw.
    pub targets: Vec<WitnessedLine>,
    /// What it did not probe.
    #[serde(default)]
    pub refused: Vec<RefusedTarget>,
}

/// What a witness saw of one target.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub struct WitnessedLine {
    /// The target's name.
    pub name: TargetName,
    /// What was seen.
    pub outcome: WitnessedOutcome,
    /// How long it took, in milliseconds.
    #[serde(default)]
    pub latency_ms: Option<f64>,
    /// What exactly happened, in English.
    #[serde(default)]
    pub detail: Option<String>,
}

/// What a witness saw, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WitnessedOutcome {
    /// It works.
    Success,
    /// It does not.
    Failure,
    /// No evidence either way.
    #[serde(other)]
    Inconclusive,
}

/// Why a witness gave no testimony. It never contains its key.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// It was not reached, or did not answer in time.
    #[error("it does not answer: {0}")]
    Silent(String),
    /// It does not want to be asked.
    #[error("it answers HTTP {status}: {why}")]
    Refused {
        /// The status of its answer.
        status: u16,
        /// What to do about it.
        why: &'static str,
    },
    /// Its answer is none.
    #[error("its answer cannot be read: is this the URL of a prober's inbox?")]
    Unreadable,
}

/// What came of asking the witnesses of a round.
#[derive(Debug, Default)]
pub(in crate::engine) struct SecondOpinion {
    /// Where those are that were heard: each place is heard once.
    heard: Vec<Vantage>,
    /// Those that mean something else by these targets.
    pub(in crate::engine) differing: Vec<(Vantage, Vec<TargetName>)>,
}

impl<S, P: ProbeOnce> ProberSide<'_, S, P> {
    /// Asks every witness about what failed among `observations`, until `deadline`, and
    /// adds their votes. Where nothing failed, nobody is asked.
    pub(in crate::engine) async fn second_opinion(
        &self,
        observations: &mut [Observation],
        deadline: Option<Instant>,
    ) -> SecondOpinion {
        let config = &self.site.config;
        let mut opinion = SecondOpinion::default();
        if config.witnesses.is_empty() {
            return opinion;
        }
        let failed = |target: &Target| {
            let mut seen = observations.iter().filter(|seen| seen.target == target.name);
            seen.any(|seen| matches!(seen.outcome, Outcome::Failure(_)))
        };
        let question = question(config.endpoints().filter(|(target, _)| failed(target)));
        if question.targets.is_empty() {
            return opinion;
        }
        let Some(patience) = patience(Instant::now(), deadline) else {
            tracing::info!("no time is left to ask witnesses: judged without them");
            return opinion;
        };
        let asked = config.witnesses.iter().map(|witness| async {
            (&witness.name, ask(&self.site.http, witness, &question, patience).await)
        });
        for (name, answer) in join_all(asked).await {
            match answer {
                Ok(testimony) if !opinion.is_elsewhere(&testimony, &self.site.vantage) => {
                    tracing::warn!(
                        witness = %name,
                        "a witness has no vote: it is called as this prober or another witness \
                         calls itself; set PROBER_VANTAGE to a name of its own"
                    );
                }
                Ok(testimony) => opinion.hear(name, &testimony, &question, observations),
                Err(problem) => tracing::warn!(witness = %name, %problem, "a witness has no vote"),
            }
        }
        opinion
    }
}

impl SecondOpinion {
    /// Whether `testimony` is from a place that was not heard yet, other than `here`. One that
    /// does not say where it is is taken at its word.
    fn is_elsewhere(&mut self, testimony: &Testimony, here: &Vantage) -> bool {
        let Some(vantage) = &testimony.vantage else { return true };
        if vantage == here || self.heard.contains(vantage) {
            return false;
        }
        self.heard.push(vantage.clone());
        true
    }

    /// Adds the votes of the witness `name` to `observations`: one for each target that it
    /// was asked about, at most.
    fn hear(
        &mut self,
        name: &Vantage,
        testimony: &Testimony,
        question: &WitnessQuestion,
        observations: &mut [Observation],
    ) {
        let is_asked =
            |target: &TargetName| question.targets.iter().any(|asked| asked.name == *target);
        let differing = testimony.refused.iter().filter(|refused| is_asked(&refused.name));
        let differing = differing.filter(|refused| refused.why == WhyRefused::Digest);
        let differing: BTreeSet<_> = differing.map(|refused| refused.name.clone()).collect();
        if !differing.is_empty() {
            self.differing.push((name.clone(), differing.into_iter().collect()));
        }
        if testimony.blind {
            tracing::info!(witness = %name, "a witness is blind itself: it has no vote");
            return;
        }
        // What it does not probe it cannot have seen, whatever it says.
        let is_refused =
            |target: &TargetName| testimony.refused.iter().any(|refused| refused.name == *target);
        let is_seen = |target: &TargetName| is_asked(target) && !is_refused(target);
        for seen in observations.iter_mut().filter(|seen| is_seen(&seen.target)) {
            let line = testimony.targets.iter().find(|line| line.name == seen.target);
            let works = match line.map(|line| line.outcome) {
                Some(WitnessedOutcome::Success) => true,
                Some(WitnessedOutcome::Failure) => false,
                Some(WitnessedOutcome::Inconclusive) | None => continue,
            };
            seen.votes.push(Vote { witness: name.clone(), works });
            seen.votes.sort_by(|one, other| one.witness.cmp(&other.witness));
        }
    }
}

/// How long witnesses are waited for that are asked `now`, if there is time to ask any.
fn patience(now: Instant, deadline: Option<Instant>) -> Option<Duration> {
    let left = deadline.map_or(LONGEST, |end| end.saturating_duration_since(now));
    (left >= SHORTEST).then_some(left.min(LONGEST))
}

/// The question how `endpoints` are, as far as witnesses are asked about them. A port that
/// must not answer is open if it answers anybody: nobody else can refute that.
pub fn question<'a>(
    endpoints: impl Iterator<Item = (&'a Target, &'a Endpoint)>,
) -> WitnessQuestion {
    let asks = |(_, endpoint): &(&Target, &Endpoint)| endpoint.has_witnesses();
    let asked = |(target, endpoint): (&Target, &Endpoint)| AskedTarget {
        name: target.name.clone(),
        digest: endpoint.digest(),
    };
    WitnessQuestion { targets: endpoints.filter(asks).take(MAX_ASKED).map(asked).collect() }
}

/// Asks `witness`, and waits for its answer for as long as `patience`.
///
/// # Errors
/// It gave no testimony.
pub async fn ask(
    http: &reqwest::Client,
    witness: &Witness,
    question: &WitnessQuestion,
    patience: Duration,
) -> Result<Testimony, AskError> {
    let silent = |error: reqwest::Error| AskError::Silent(reason(&error));
    let body = serde_json::to_vec(question).map_err(|error| AskError::Silent(error.to_string()))?;
    let wait = patience.saturating_sub(ON_THE_WAY).as_secs().max(1);
    let request = http
        .post(witness.url.clone())
        .bearer_auth(witness.key.expose())
        .header(CONTENT_TYPE, "application/json")
        .header(PREFER, format!("wait={wait}"))
        .timeout(patience)
        .body(body);
    let mut answer = request.send().await.map_err(silent)?;
    let status = answer.status();
    if !status.is_success() {
        let (status, why) = (status.as_u16(), advice(status.as_u16()));
        return Err(AskError::Refused { status, why });
    }
    let mut read = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(silent)? {
        if read.len() + part.len() > MAX_ANSWER {
            return Err(AskError::Unreadable);
        }
        read.extend_from_slice(&part);
    }
    serde_json::from_slice(&read).map_err(|_| AskError::Unreadable)
}

/// Why no answer came. The URL is left out.
fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        "its time was up".to_owned()
    } else if error.is_connect() {
        "no connection".to_owned()
    } else {
        "the connection broke off".to_owned()
    }
}

/// What to do about an answer with that status.
const fn advice(status: u16) -> &'static str {
    match status {
        300..=399 => "it redirects: write the URL to which it does, with `https` perhaps",
        401 => "`key` is not its `[inbox] witness_key`",
        403 => "it has no `[inbox] witness_key`",
        404 => "there is no prober's inbox at this URL",
        429 => "it was asked too often",
        _ => "it cannot answer now",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn witnesses_are_waited_for_as_long_as_the_tick_has_time() {
        let now = Instant::now();
        let left = |seconds| patience(now, Some(now + Duration::from_secs(seconds)));
        assert_eq!(patience(now, None), Some(LONGEST));
        assert_eq!((left(60), left(9)), (Some(LONGEST), Some(Duration::from_secs(9))));
        assert_eq!((left(7), left(0)), (None, None));
    }

    #[test]
    fn a_redirect_is_told_from_a_witness_that_cannot_answer() {
        assert!(advice(301).contains("https") && advice(308) == advice(301));
    }

    #[test]
    fn why_a_witness_is_silent_names_neither_its_url_nor_its_key() {
        for status in [301, 401, 403, 404, 429, 500] {
            let error = AskError::Refused { status, why: advice(status) };
            assert!(!error.to_string().contains("://"), "{error}");
        }
    }
}
