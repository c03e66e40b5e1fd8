//! Seeing straight: whether it is the prober that cannot see, and since when
//! nobody has looked. Pure; the tick asks the self-check's endpoints.
//!
//! What the prober could not see is told once, as a [`Gap`] of darkness.
//! It is remembered in a record of the prober's own, beside those of targets.

mod gap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::model::observation::{Observation, Outcome, Vantage};
use crate::model::target::{Endpoint, TargetName, Targets};

pub use gap::{between, missed_since};

/// What the names of the prober's own records begin with.
pub const OWN: &str = "prober:";

/// Stretches that are kept until every channel knows of them; of more than
/// these, a channel that refuses for so long is told of the newest.
const MAX_UNTOLD: usize = 4;

/// How long a darkness is remembered: as long as the days of a target.
const FADES: TimeDelta = TimeDelta::days(90);

/// How late a tick may be delivered: schedulers try for a day. What is further
/// ahead was written while the clock was wrong.
const LATEST: TimeDelta = TimeDelta::days(1);

/// The name of the record of a prober at `vantage`.
#[must_use]
pub fn record_of(vantage: &Vantage) -> TargetName {
    TargetName::new(format!("{OWN}{vantage}"))
}

/// Where the prober is whose own record is called `name`; `None` if it is a target's.
#[must_use]
pub fn vantage_of(name: &TargetName) -> Option<&str> {
    name.as_str().strip_prefix(OWN)
}

/// Whether what was probed looks as if the prober's own network failed: half
/// of all that was found out, and at least one, failed for reasons of the
/// network. What was not probed says nothing of it.
#[must_use]
pub fn in_doubt(targets: &Targets<'_>, observations: &[Observation]) -> bool {
    let probed = observations.iter().filter_map(|seen| Some((seen, endpoint(targets, seen)?)));
    let (mut conclusive, mut failed) = (0_usize, 0_usize);
    for (seen, endpoint) in probed {
        match evidence(seen, endpoint) {
            Evidence::None => {}
            Evidence::OfNetwork => conclusive += 1,
            Evidence::OfFailure => {
                conclusive += 1;
                failed += 1;
            }
        }
    }
    failed > 0 && failed * 2 >= conclusive
}

/// Whether anything was found out by probing.
#[must_use]
pub fn has_seen(targets: &Targets<'_>, observations: &[Observation]) -> bool {
    observations.iter().any(|seen| match endpoint(targets, seen) {
        Some(endpoint) => !matches!(evidence(seen, endpoint), Evidence::None),
        None => false,
    })
}

/// Takes for no evidence what a prober without a network found out by that.
pub fn forget_unseen(targets: &Targets<'_>, observations: &mut [Observation]) {
    for seen in observations {
        let Some(endpoint) = endpoint(targets, seen) else { continue };
        let unseen = match evidence(seen, endpoint) {
            Evidence::OfFailure => true,
            // A port that must not answer does not, whoever has no network.
            Evidence::None => endpoint.unreachable,
            Evidence::OfNetwork => false,
        };
        if unseen {
            seen.outcome = Outcome::inconclusive("the prober itself had no network");
        }
    }
}

/// What one look says of the prober's own network.
enum Evidence {
    /// Nothing.
    None,
    /// That there is one.
    OfNetwork,
    /// That there may be none.
    OfFailure,
}

fn evidence(seen: &Observation, endpoint: &Endpoint) -> Evidence {
    match &seen.outcome {
        Outcome::Inconclusive { .. } => Evidence::None,
        Outcome::Success { .. } if endpoint.unreachable => Evidence::None,
        Outcome::Failure(failure) if failure.reason.is_network() => Evidence::OfFailure,
        Outcome::Success { .. } | Outcome::Failure(_) => Evidence::OfNetwork,
    }
}

fn endpoint<'a>(targets: &Targets<'a>, seen: &Observation) -> Option<&'a Endpoint> {
    targets.get(&seen.target)?.endpoint()
}

/// A time in which nothing was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Its first instant.
    pub from: DateTime<Utc>,
    /// The first instant after it.
    pub until: DateTime<Utc>,
    /// Why.
    pub cause: Cause,
}

impl Gap {
    /// How long it was.
    #[must_use]
    pub fn length(&self) -> TimeDelta {
        self.until - self.from
    }
}

/// Why nothing was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The prober ran, and had no network.
    Blind,
    /// It did not run.
    Missed,
}

/// What a prober remembers of its own eyes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sight {
    /// Since when it has been blind, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blind_since: Option<DateTime<Utc>>,
    /// What not every channel knows of yet, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub untold: Vec<Gap>,
    /// The last one that is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Gap>,
    /// How many there were.
    #[serde(default)]
    pub times: u32,
    /// How long they were in all, in seconds.
    #[serde(default)]
    pub unseen_s: i64,
}

impl Sight {
    /// Whether there is nothing to remember.
    #[must_use]
    pub fn is_clear(&self) -> bool {
        *self == Self::default()
    }

    /// Whether all of it is so long ago at `now` that nobody asks any more. A
    /// prober whose vantage has another name since then forgets nothing by itself.
    #[must_use]
    pub fn is_faded(&self, now: DateTime<Utc>) -> bool {
        let newest = self.blind_since.max(self.last.as_ref().map(|last| last.until));
        newest.is_none_or(|newest| now - newest > FADES)
    }

    /// What is remembered after a tick for `now` that was `blind` or not; and
    /// before which nobody had looked since `missed`, if that is long.
    #[must_use]
    pub fn after(&self, now: DateTime<Utc>, blind: bool, missed: Option<DateTime<Utc>>) -> Self {
        let mut sight = self.clone();
        match (blind, sight.blind_since) {
            (true, None) => {
                sight.miss(missed, now);
                sight.blind_since = Some(now);
            }
            (true, Some(_)) => {}
            // Of a time before it: of the darkness that says nothing.
            (false, Some(from)) if from > now && from - now <= LATEST => {}
            (false, Some(from)) => {
                sight.blind_since = None;
                // Another tick of the same instant saw: then there was none.
                if from < now {
                    sight.add(Gap { from, until: now, cause: Cause::Blind });
                }
            }
            (false, None) => sight.miss(missed, now),
        }
        sight
    }

    /// The same once every channel knows of `told`.
    #[must_use]
    pub fn without(&self, told: &[Gap]) -> Self {
        let mut sight = self.clone();
        sight.untold.retain(|gap| !told.contains(gap));
        sight
    }

    /// Another process may have noted the same from the same records.
    fn miss(&mut self, missed: Option<DateTime<Utc>>, now: DateTime<Utc>) {
        let is_new =
            |from: &DateTime<Utc>| self.last.as_ref().is_none_or(|last| last.until <= *from);
        if let Some(from) = missed.filter(is_new) {
            self.add(Gap { from, until: now, cause: Cause::Missed });
        }
    }

    fn add(&mut self, gap: Gap) {
        self.times = self.times.saturating_add(1);
        self.unseen_s = self.unseen_s.saturating_add(gap.length().num_seconds());
        if self.untold.len() >= MAX_UNTOLD {
            self.untold.remove(0);
        }
        self.untold.push(gap.clone());
        self.last = Some(gap);
    }
}
