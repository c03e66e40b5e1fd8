//! Sending one message: first it is stored that it is being sent, so that a
//! store that cannot keep what was told is noticed before anything is told, and
//! a death amid the sending is known to the next process.

use chrono::{DateTime, Utc};

use super::super::batch::Batch;
use super::{ChannelAnswer, NotTried, Part, Recording, Releasing, Round, Telling};
use crate::model::channel_state::ChannelState;
use crate::model::state::Receipt;

/// The stage that needs it stored that a message is being sent.
///
/// A process that dies after that may have sent it, or not: what it tells is held
/// back until its lease is over, so that the next minute's tick tells it; and, as
/// after an answer that was lost, for longer with each further death.
#[derive(Debug, Clone, PartialEq)]
pub struct Reserving {
    round: Round,
    part: Part,
    at: DateTime<Utc>,
}

impl Reserving {
    pub(super) const fn new(round: Round, part: Part, at: DateTime<Utc>) -> Self {
        Self { round, part, at }
    }

    /// What is to be remembered of the channel while the lease is kept.
    #[must_use]
    pub fn state(&self) -> ChannelState {
        let doubts = self.round.state.doubts.begun(&self.part.digests(), self.at);
        ChannelState { doubts, ..self.round.state.clone() }
    }

    /// It is stored.
    #[must_use]
    pub fn kept(self) -> Telling {
        Telling::Send(Sending { round: self.round, part: self.part })
    }

    /// Another process has the lease by now: it tells the channel.
    #[must_use]
    pub fn lost(self) -> Telling {
        let mut told = self.round.told;
        told.not_tried = Some(NotTried::LeaseTaken);
        Telling::Done(told)
    }

    /// It could not be stored: nothing is sent.
    #[must_use]
    pub fn failed(self) -> Telling {
        Telling::Release(Releasing { state: self.round.state, told: self.round.told })
    }
}

/// The stage that needs a message to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Sending {
    round: Round,
    part: Part,
}

impl Sending {
    /// What the message is to tell; `None` where it is the notice that was to be told.
    #[must_use]
    pub const fn batch(&self) -> Option<&Batch> {
        match &self.part {
            Part::Batch(batch) => Some(batch),
            Part::Notice(_) => None,
        }
    }

    /// The instant at which all of it was owed: what is said is said of then.
    #[must_use]
    pub const fn at(&self) -> DateTime<Utc> {
        self.round.at
    }

    /// The attempt came to `answer` at `now`.
    #[must_use]
    pub fn answered(self, answer: ChannelAnswer, now: DateTime<Utc>) -> Telling {
        let Self { mut round, part } = self;
        let (sent, doubts) = (part.digests(), &round.state.doubts);
        round.state.doubts = match answer {
            // What was accepted is in doubt until that is stored.
            ChannelAnswer::Accepted { receipt } => return accepted(round, part, receipt, now),
            ChannelAnswer::Unknown => doubts.after(&sent, now),
            ChannelAnswer::Refused
            | ChannelAnswer::ComeBack { .. }
            | ChannelAnswer::Unavailable => doubts.refused(&sent, now),
        };
        match answer {
            ChannelAnswer::ComeBack { not_before } => round.state.not_before = not_before,
            ChannelAnswer::Accepted { .. }
            | ChannelAnswer::Refused
            | ChannelAnswer::Unavailable
            | ChannelAnswer::Unknown => round.state.failed_at = Some(now),
        }
        // What a channel will not have of one message says nothing of the next.
        if answer == ChannelAnswer::Refused { round.next(now) } else { round.stop() }
    }
}

fn accepted(mut round: Round, part: Part, receipt: Option<Receipt>, now: DateTime<Utc>) -> Telling {
    round.told.accepted(&part);
    round.state.heard = part.heard(round.state.heard);
    let sent = part.digests();
    let facts = match part {
        Part::Batch(batch) => batch.into_facts(),
        Part::Notice(_) => Vec::new(),
    };
    Recording::new(round, facts, receipt, now, sent).next()
}
