//! Recording that a channel accepted a message, on top of whatever other
//! processes write meanwhile.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::super::batch::of_fact;
use super::{Round, Telling};
use crate::core::announce::Fact;
use crate::core::step::told;
use crate::model::names::TargetName;
use crate::model::record::{Records, Write};
use crate::model::state::Receipt;

/// The stage that needs it stored that the channel accepted a message.
///
/// Perform [`Recording::writes`], and answer with [`Recording::stored`]; while
/// another process was first, do it again from newer records. Then go on with
/// [`Recording::next`].
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    round: Round,
    facts: Vec<(TargetName, Fact)>,
    receipt: Option<Receipt>,
    at: DateTime<Utc>,
    /// The digests of all that the message told.
    sent: Vec<u64>,
}

impl Recording {
    pub(super) const fn new(
        round: Round,
        facts: Vec<(TargetName, Fact)>,
        receipt: Option<Receipt>,
        at: DateTime<Utc>,
        sent: Vec<u64>,
    ) -> Self {
        Self { round, facts, receipt, at, sent }
    }

    /// The writes that are missing, where `records` is what is stored.
    #[must_use]
    pub fn writes(&self, records: &Records) -> Vec<Write> {
        told(&self.round.channel, &self.facts, self.receipt.as_ref(), records, self.at)
    }

    /// Those writes are stored, but for those of the targets in `lost`, which
    /// another process wrote first.
    pub fn stored(&mut self, lost: &BTreeSet<TargetName>) {
        self.facts.retain(|(target, _)| lost.contains(target));
    }

    /// The next message once all is stored; until then this stage.
    #[must_use]
    pub fn next(self) -> Telling {
        if !self.facts.is_empty() {
            return Telling::Record(self);
        }
        let Self { mut round, sent, at, .. } = self;
        round.state.doubts = round.state.doubts.without(&sent);
        round.next(at)
    }

    /// It could not be stored. Nothing more is sent: what is not recorded is
    /// told again, after a pause that grows with each time.
    #[must_use]
    pub fn failed(self) -> Telling {
        let Self { mut round, facts, mut sent, at, .. } = self;
        let left: Vec<u64> = facts.iter().map(|(target, fact)| of_fact(target, fact)).collect();
        sent.retain(|sent| !left.contains(sent));
        round.state.doubts = round.state.doubts.without(&sent).after(&left, at);
        round.stop()
    }
}
