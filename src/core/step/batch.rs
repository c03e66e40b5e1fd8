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
    News {
        /// The facts, grouped by target.
        facts: Vec<(TargetName, Fact)>,
        /// The gaps of the prober itself.
        gaps: Vec<Gap>,
    },
    /// The ends of incidents that an earlier message told.
    Answer {
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
            Self::News { facts, .. } | Self::Answer { facts, .. } => facts,
        }
    }

    /// The gaps of the prober itself that it tells.
    #[must_use]
    pub fn gaps(&self) -> &[Gap] {
        match self {
            Self::News { gaps, .. } => gaps,
            Self::Answer { .. } => &[],
        }
    }

    /// The digests of all that it tells.
    pub(super) fn digests(&self) -> Vec<u64> {
        let facts = self.facts().iter().map(|(target, fact)| of_fact(target, fact));
        facts.chain(self.gaps().iter().map(|gap| digest(&gap.identity()))).collect()
    }

    pub(super) fn into_facts(self) -> Vec<(TargetName, Fact)> {
        match self {
            Self::News { facts, .. } | Self::Answer { facts, .. } => facts,
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
    let mut news = Vec::new();
    let mut answers: BTreeMap<Receipt, Vec<(TargetName, Fact)>> = BTreeMap::new();
    for (target, fact) in facts {
        let state = records.state(&target);
        match state.and_then(|state| announce::answered(state, channel, &fact)) {
            Some(receipt) => answers.entry(receipt.clone()).or_default().push((target, fact)),
            None => news.push((target, fact)),
        }
    }
    let is_news = !news.is_empty() || !gaps.is_empty();
    let news = is_news.then_some(Batch::News { facts: news, gaps });
    let answer = |(receipt, facts): (Receipt, Vec<_>)| {
        let open = open(channel, &receipt, records);
        Batch::Answer { receipt, facts, open }
    };
    news.into_iter().chain(answers.into_iter().map(answer)).collect()
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
