//! The figures of a whole trace: which targets were down, how often that was told, and
//! how soon.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::core::announce::Fact;
use crate::core::judge::health::Transition;
use crate::model::names::TargetName;

/// A whole trace, in figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReplaySummary {
    /// Its first pass; `None` if it is empty.
    pub from: Option<DateTime<Utc>>,
    /// Its last pass.
    pub until: Option<DateTime<Utc>>,
    /// How many passes it has.
    pub ticks: u64,
    /// How many observations they have.
    pub observations: u64,
    /// How many messages were sent, over all channels.
    pub messages: u64,
    /// The targets that were down, or of which something was told.
    pub targets: BTreeMap<TargetName, TargetSummary>,
}

/// The figures of one target.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct TargetSummary {
    /// How many incidents opened.
    pub incidents: u32,
    /// How many of them no channel was told of.
    pub untold: u32,
    /// How many facts of it were told, over all channels; several may be in one message.
    pub told: u32,
    /// Seconds that it was down, including the open incident.
    pub down_s: i64,
    /// The time from an incident's first failure until the first channel was told.
    #[serde(rename = "first_word")]
    pub first_told: Option<Delays>,
}

/// Delays in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Delays {
    /// The shortest.
    pub shortest_s: i64,
    /// The median.
    pub median_s: i64,
    /// The longest.
    pub longest_s: i64,
}

impl Delays {
    fn of(mut seconds: Vec<i64>) -> Option<Self> {
        seconds.sort_unstable();
        Some(Self {
            shortest_s: *seconds.first()?,
            median_s: *seconds.get(seconds.len() / 2)?,
            longest_s: *seconds.last()?,
        })
    }
}

/// The figures, while they are counted.
#[derive(Debug, Default)]
pub(super) struct Tally {
    span: Option<(DateTime<Utc>, DateTime<Utc>)>,
    ticks: u64,
    observations: u64,
    messages: u64,
    targets: BTreeMap<TargetName, Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    told: u32,
    incidents: BTreeMap<DateTime<Utc>, Incident>,
}

#[derive(Debug, Default)]
struct Incident {
    down_s: Option<i64>,
    first_told: Option<DateTime<Utc>>,
}

impl Tally {
    pub(super) fn pass(&mut self, at: DateTime<Utc>, observations: usize) {
        let (from, _) = self.span.unwrap_or((at, at));
        self.span = Some((from, at));
        self.ticks += 1;
        self.observations += u64::try_from(observations).unwrap_or(u64::MAX);
    }

    pub(super) fn transition(&mut self, target: &TargetName, transition: &Transition) {
        let counts = self.targets.entry(target.clone()).or_default();
        match transition {
            Transition::Down(incident) => {
                counts.incidents.entry(incident.since).or_default();
            }
            Transition::Recovered(outage) => {
                counts.incidents.entry(outage.since).or_default().down_s = Some(outage.down_s);
            }
            Transition::Warning(..) | Transition::Cleared(..) => {}
        }
    }

    pub(super) fn message(&mut self) {
        self.messages += 1;
    }

    /// Counts that a channel was told `fact` of `target` at `at`.
    pub(super) fn told(&mut self, target: &TargetName, fact: &Fact, at: DateTime<Utc>) {
        let counts = self.targets.entry(target.clone()).or_default();
        counts.told += 1;
        let (first, last) = match (fact, fact.opens()) {
            (_, Some(incident)) => (incident.since, incident.since),
            // These may be several incidents that are told as one.
            (Fact::WasDown { outage, .. }, None) => (outage.since, outage.until),
            (_, None) => return,
        };
        for (_, incident) in counts.incidents.range_mut(first..=last) {
            incident.first_told.get_or_insert(at);
        }
    }

    pub(super) fn summary(&self) -> ReplaySummary {
        let until = self.span.map(|(_, until)| until);
        let target = |(name, counts): (&TargetName, &Counts)| (name.clone(), counts.summary(until));
        ReplaySummary {
            from: self.span.map(|(from, _)| from),
            until,
            ticks: self.ticks,
            observations: self.observations,
            messages: self.messages,
            targets: self.targets.iter().map(target).collect(),
        }
    }
}

impl Counts {
    fn summary(&self, until: Option<DateTime<Utc>>) -> TargetSummary {
        let so_far = |since: DateTime<Utc>| until.map_or(0, |until| (until - since).num_seconds());
        let down_s = self
            .incidents
            .iter()
            .map(|(since, incident)| incident.down_s.unwrap_or_else(|| so_far(*since)));
        let delays = self.incidents.iter().filter_map(|(since, incident)| {
            incident.first_told.map(|at| (at - *since).num_seconds())
        });
        let delays: Vec<i64> = delays.collect();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        TargetSummary {
            incidents: count(self.incidents.len()),
            untold: count(self.incidents.len() - delays.len()),
            told: self.told,
            down_s: down_s.sum(),
            first_told: Delays::of(delays),
        }
    }
}
