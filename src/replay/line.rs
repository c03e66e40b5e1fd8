//! One line of a trace: what it may contain, and what it means.
//!
//! Reading borrows from the text: a year of minutes is millions of lines.

mod written;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::names::TargetName;
use crate::model::observation::{Observation, Outcome, Reason, Vantage, Warning, WarningKind};
use crate::model::witness::Vote;

/// A line as it is written. [`Line::content`] knows which keys go together.
#[derive(Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line<'a> {
    #[serde(borrow)]
    at: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    target: Option<Text<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outcome: Option<LineOutcome>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    detail: Option<Text<'a>>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    warnings: BTreeMap<WarningKind, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    latency_ms: Option<u64>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    slot: Option<Text<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    vantage: Option<Text<'a>>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    witnesses: BTreeMap<String, LineOutcome>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    channel: Option<Text<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    accepts: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    self_check: Option<SelfCheck>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tick: Option<bool>,
}

/// Text that is borrowed if it has no escapes. (serde borrows only a bare `Cow`, and not
/// one inside an `Option`.)
#[derive(Debug, Default, PartialEq, Deserialize, Serialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum LineOutcome {
    Success,
    Failure,
    Inconclusive,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum SelfCheck {
    Fail,
}

/// What a line says.
pub(super) enum Content<'a> {
    /// A target was observed.
    Observation(ObservationLine<'a>),
    /// From now on, a channel accepts messages or refuses them.
    Channel { name: &'a str, accepts: bool },
    /// In this pass, the endpoints of the self-check do not answer.
    SelfCheckFailed,
    /// There is a pass.
    Tick,
}

/// An observation, before its target is looked up.
pub(super) struct ObservationLine<'a> {
    pub(super) target: &'a str,
    outcome: Outcome,
    line: &'a Line<'a>,
}

impl<'a> Line<'a> {
    /// Reads one line.
    pub(super) fn read(text: &'a str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| {
            let problem = error.to_string();
            let place = format!(" at line {} column {}", error.line(), error.column());
            let what = problem.strip_suffix(&place).unwrap_or(&problem);
            format!("{what}, at column {}", error.column())
        })
    }

    /// Its instant, as it is written.
    pub(super) fn at(&self) -> &str {
        &self.at.0
    }

    /// What it says; an error if its keys do not go together.
    pub(super) fn content(&'a self) -> Result<Content<'a>, String> {
        let named = [self.target.is_some(), self.channel.is_some(), self.self_check.is_some()];
        let named = named.into_iter().filter(|named| *named).count();
        if named + usize::from(self.tick.is_some()) != 1 {
            return Err("it must have one of `target`, `channel`, `self_check` and `tick`".into());
        }
        if let Some(target) = &self.target {
            without(self.accepts.is_some(), "`accepts`", "`channel`")?;
            let outcome = self.outcome()?;
            return Ok(Content::Observation(ObservationLine {
                target: &target.0,
                outcome,
                line: self,
            }));
        }
        without(self.has_observation(), "what was observed", "`target`")?;
        if let Some(channel) = &self.channel {
            let accepts = self.accepts.ok_or("`channel` needs `accepts`, true or false")?;
            return Ok(Content::Channel { name: &channel.0, accepts });
        }
        without(self.accepts.is_some(), "`accepts`", "`channel`")?;
        match (self.self_check, self.tick) {
            (Some(SelfCheck::Fail), _) => Ok(Content::SelfCheckFailed),
            (None, Some(true)) => Ok(Content::Tick),
            (None, _) => Err("`tick` must be true".into()),
        }
    }

    fn has_observation(&self) -> bool {
        self.outcome.is_some()
            || self.reason.is_some()
            || self.detail.is_some()
            || !self.warnings.is_empty()
            || self.latency_ms.is_some()
            || self.slot.is_some()
            || self.vantage.is_some()
            || !self.witnesses.is_empty()
    }

    fn outcome(&self) -> Result<Outcome, String> {
        let verdict = self.outcome.ok_or("`target` needs `outcome`")?;
        let detail = || self.detail.as_ref().map_or_else(String::new, |text| text.0.to_string());
        if verdict != LineOutcome::Success && !self.warnings.is_empty() {
            return Err("only a success has `warnings`".into());
        }
        if verdict != LineOutcome::Failure && !self.witnesses.is_empty() {
            return Err("witnesses are asked about a failure only".into());
        }
        match (verdict, self.reason) {
            (LineOutcome::Failure, Some(reason)) => Ok(Outcome::failure(reason, detail())),
            (LineOutcome::Failure, None) => Err("a failure needs `reason`".into()),
            (LineOutcome::Success | LineOutcome::Inconclusive, Some(_)) => {
                Err("only a failure has `reason`".into())
            }
            (LineOutcome::Inconclusive, None) => Ok(Outcome::inconclusive(detail())),
            (LineOutcome::Success, None) => Ok(Outcome::Success { warnings: self.warnings() }),
        }
    }

    /// What witnesses saw; one that saw nothing conclusive has no vote.
    fn votes(&self) -> Vec<Vote> {
        let vote = |(witness, saw): (&String, &LineOutcome)| {
            let works = match saw {
                LineOutcome::Success => true,
                LineOutcome::Failure => false,
                LineOutcome::Inconclusive => return None,
            };
            Some(Vote { witness: Vantage(witness.clone()), works })
        };
        self.witnesses.iter().filter_map(vote).collect()
    }

    fn warnings(&self) -> Vec<Warning> {
        let warning = |(kind, detail): (&WarningKind, &String)| Warning {
            kind: *kind,
            detail: detail.as_str().into(),
        };
        self.warnings.iter().map(warning).collect()
    }
}

impl ObservationLine<'_> {
    /// This observation, of `target`, in the pass of `at`.
    pub(super) fn observation(
        self,
        target: TargetName,
        at: DateTime<Utc>,
        unless_said: &Vantage,
    ) -> Result<Observation, String> {
        let slot = self.line.slot.as_ref().map(|slot| instant("slot", &slot.0)).transpose()?;
        let vantage = self.line.vantage.as_ref().map(|vantage| Vantage(vantage.0.to_string()));
        Ok(Observation {
            target,
            slot: slot.unwrap_or(at),
            vantage: vantage.unwrap_or_else(|| unless_said.clone()),
            outcome: self.outcome,
            latency: self.line.latency_ms.map(Duration::from_millis),
            measured: None,
            votes: self.line.votes(),
        })
    }
}

fn without(found: bool, what: &str, of: &str) -> Result<(), String> {
    if found { Err(format!("{what} belongs to a line with {of}")) } else { Ok(()) }
}

/// Reads the instant in `key`.
pub(super) fn instant(key: &str, text: &str) -> Result<DateTime<Utc>, String> {
    let wrong = |error| format!("`{key}` is {text:?}, and must be an instant of RFC 3339: {error}");
    text.parse().map_err(|error: chrono::ParseError| wrong(error))
}
