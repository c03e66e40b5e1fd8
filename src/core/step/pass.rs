//! One pass over all targets, as a value: everything that a tick does after it has
//! observed, in order. Whoever makes a pass (the engine, a replay, the model
//! checker) carries out the fields of a [`Pass`] from the first to the last, and
//! decides nothing.

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use super::prober_record::{self, GapChange};
use super::{Owed, Step, of_observations, owed_by_channel};
use crate::core::announce::Context;
use crate::core::judge::{self_check, witness};
use crate::model::names::{ChannelName, TargetName};
use crate::model::observation::{Observation, Outcome, Vantage};
use crate::model::record::{Records, StateLookup, Write};
use crate::model::record_key::RecordKey;
use crate::model::self_check::SelfCheck;
use crate::model::skip::Skip;
use crate::model::state::State;
use crate::model::target::{Channel, Targets};

/// The prober that makes a pass, and the instant that the pass is for.
#[derive(Debug, Clone, Copy)]
pub struct PassFor<'a> {
    /// The instant that the pass is for.
    pub at: DateTime<Utc>,
    /// Where the prober runs, which names its own record.
    pub own: &'a Vantage,
    /// The channels that may be told, in the order of the configuration.
    pub channels: &'a [Channel],
    /// What the clock skipped, if it did.
    pub skip: Option<Skip>,
}

/// What a pass observed, as far as it is evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    observations: Vec<Observation>,
    self_check: SelfCheck,
}

impl Seen {
    /// Makes inconclusive, among `observations`, what a blind prober cannot know,
    /// according to the answer of the self-check, and weighs failures against what
    /// witnesses saw. What is behind a root that is not reached from here cannot be known.
    #[must_use]
    pub fn new(
        targets: &Targets<'_>,
        mut observations: Vec<Observation>,
        self_check: SelfCheck,
    ) -> Self {
        if self_check.is_blind() {
            self_check::forget_unseen(targets, &mut observations);
        }
        observations.iter_mut().for_each(witness::weigh);
        witness::doubt_behind(targets, &mut observations);
        Self { observations, self_check }
    }

    /// The observations, as far as they are evidence.
    #[must_use]
    pub fn observations(&self) -> &[Observation] {
        &self.observations
    }

    /// The answer of the self-check.
    #[must_use]
    pub const fn self_check(&self) -> SelfCheck {
        self.self_check
    }
}

/// What follows from what one pass observed.
///
/// A pass is decided from records as they were read. If another process wrote
/// the prober's own record first, decide again from newer ones. If it wrote a
/// target's record first, its observation stands, and this pass's is dropped.
#[derive(Debug, PartialEq)]
pub struct Pass {
    /// First: the records to forget, of targets that are no longer configured,
    /// and of probers whose gaps are long ago.
    pub removed: Vec<TargetName>,
    /// Second: what the prober found out about itself, if anything. It is stored
    /// before the observations: once those are stored, the gap before them can
    /// no longer be seen.
    pub gap: Option<GapChange>,
    /// Third: what the observations change.
    pub step: Step,
    /// Last: what each channel is owed once all of that is stored.
    pub owed: Vec<(ChannelName, Owed)>,
    /// The answer of the self-check. A blind pass tells nobody anything.
    pub self_check: SelfCheck,
}

/// Decides the pass that follows from `seen` and the stored `records`.
#[must_use]
pub fn pass(context: &Context<'_>, pass_for: PassFor<'_>, records: &Records, seen: &Seen) -> Pass {
    let PassFor { at, own, channels, skip: _ } = pass_for;
    let Seen { observations, self_check } = seen;
    let targets = context.targets();
    let removed = removed(targets, records, at);
    let own_record = records.probers.get(own).filter(|record| !record.state.is_faded(at));
    let is_known = self_check.is_blind() || self_check::has_seen(targets, observations);
    let note = || prober_record::note(pass_for, own_record, targets, records, *self_check);
    let step = of_observations(context, records, &judged(observations, *self_check));
    let states = Stored { read: records, writes: &step.writes };
    let owed = owed_by_channel(context, &states, channels);
    Pass { removed, gap: is_known.then(note), step, owed, self_check: *self_check }
}

/// The observations that are judged. What is inconclusive in a blind pass does not
/// even say that a target cannot be watched from here.
fn judged(observations: &[Observation], self_check: SelfCheck) -> Cow<'_, [Observation]> {
    if !self_check.is_blind() {
        return Cow::Borrowed(observations);
    }
    let says_something = |seen: &&Observation| match seen.outcome {
        Outcome::Inconclusive { .. } => false,
        Outcome::Success { .. } | Outcome::Failure(_) => true,
    };
    observations.iter().filter(says_something).cloned().collect()
}

/// The records to forget: of targets that were removed from the file, silently, and
/// of probers whose gaps are long ago.
fn removed(targets: &Targets<'_>, records: &Records, at: DateTime<Utc>) -> Vec<TargetName> {
    let others = records.keys().filter(|name| !targets.contains_key(name)).cloned();
    let faded = records.probers.iter().filter(|(_, record)| record.state.is_faded(at));
    others.chain(faded.map(|(vantage, _)| RecordKey::prober(vantage).name())).collect()
}

/// The states once `writes`, which are in the order of their targets, are stored.
struct Stored<'a> {
    read: &'a Records,
    writes: &'a [Write],
}

impl StateLookup for Stored<'_> {
    fn state(&self, name: &TargetName) -> Option<&State> {
        match self.writes.binary_search_by(|write| write.target.cmp(name)) {
            Ok(found) => self.writes.get(found).map(|write| &*write.state),
            Err(_) => self.read.state(name),
        }
    }
}
