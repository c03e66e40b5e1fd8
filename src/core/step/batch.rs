//! Puts what a channel is owed into as few messages as possible: one with all that
//! is new, and one for each earlier message that recoveries answer.

use std::collections::BTreeMap;

use crate::core::announce::{self, Fact};
use crate::model::names::{ChannelName, TargetName};
use crate::model::prober_state::Gap;
use crate::model::record::{Records, StateLookup};
use crate::model::state::{Incident, Receipt};
use crate::model::target::digest;

/// What one message tells.
#[derive(Debug, Clone, PartialEq)]
pub enum Batch {
    /// What is new, of targets or of the prober itself; not both are empty.
    New {
        /// The facts, grouped by target.
        facts: Vec<(TargetName, Fact)>,
        /// The gaps of the prober itself.
        gaps: Vec<Gap>,
    },
    /// The ends of incidents that an earlier message told.
    Reply {
        /// Where that message is.
        receipt: Receipt,
        /// The facts, grouped by target.
        facts: Vec<(TargetName, Fact)>,
        /// The incidents of that message that are still open.
        open: Vec<(TargetName, Incident)>,
    },
}

impl Batch {
    /// The facts, grouped by target.
    #[must_use]
    pub fn facts(&self) -> &[(TargetName, Fact)] {
        match self {
            Self::New { facts, .. } | Self::Reply { facts, .. } => facts,
        }
    }

    /// The gaps of the prober itself that it tells.
    #[must_use]
    pub fn gaps(&self) -> &[Gap] {
        match self {
            Self::New { gaps, .. } => gaps,
            Self::Reply { .. } => &[],
        }
    }

    /// The digests of all that it tells.
    pub(super) fn digests(&self) -> Vec<u64> {
        let facts = self.facts().iter().map(|(target, fact)| of_fact(target, fact));
        facts.chain(self.gaps().iter().map(|gap| digest(&gap.identity()))).collect()
    }

    pub(super) fn into_facts(self) -> Vec<(TargetName, Fact)> {
        match self {
            Self::New { facts, .. } | Self::Reply { facts, .. } => facts,
        }
    }
}

/// The digest of `fact` of `target`, as a channel's record keeps it.
pub(super) fn of_fact(target: &TargetName, fact: &Fact) -> u64 {
    digest(&format!("{target} {}", fact.key()))
}

/// The messages that tell `channel` all of `facts` and `gaps`, the news first.
pub(super) fn batches(
    channel: &ChannelName,
    facts: Vec<(TargetName, Fact)>,
    gaps: Vec<Gap>,
    records: &Records,
) -> Vec<Batch> {
    let mut new = Vec::new();
    let mut replies: BTreeMap<Receipt, Vec<(TargetName, Fact)>> = BTreeMap::new();
    for (target, fact) in facts {
        let state = records.state(&target);
        match state.and_then(|state| announce::answered(state, channel, &fact)) {
            Some(receipt) => replies.entry(receipt.clone()).or_default().push((target, fact)),
            None => new.push((target, fact)),
        }
    }
    let is_any_new = !new.is_empty() || !gaps.is_empty();
    let new = is_any_new.then_some(Batch::New { facts: new, gaps });
    let reply = |(receipt, facts): (Receipt, Vec<_>)| {
        let open = open(channel, &receipt, records);
        Batch::Reply { receipt, facts, open }
    };
    new.into_iter().chain(replies.into_iter().map(reply)).collect()
}

/// The incidents of the message at `receipt` that are open.
fn open(
    channel: &ChannelName,
    receipt: &Receipt,
    records: &Records,
) -> Vec<(TargetName, Incident)> {
    let still = records.iter().filter_map(|(target, record)| {
        let incident = announce::still_open(&record.state, channel, receipt)?;
        Some((target.clone(), incident.clone()))
    });
    still.collect()
}
