//! Telling one channel what it is owed: the order of it, as a value.
//!
//! ```text
//! NeedLease → NeedReload → Send → Record → … → Release → Done
//! ```
//!
//! Each stage says what it needs from the world, and takes nothing but the
//! answer to that; the next stage follows. So a message cannot be sent without
//! the channel's lease, from records that were read before the lease, or twice
//! before its record. The engine, a replay and the model checker drive it.

mod recording;
mod told;

use std::collections::VecDeque;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::batch::{Batch, batches};
use super::owed;
use crate::core::announce::Context;
use crate::model::channel_state::{ChannelState, Heard};
use crate::model::names::ChannelName;
use crate::model::prober_state::Gap;
use crate::model::record::Records;
use crate::model::state::Receipt;
use crate::model::target::digest;

pub use recording::Recording;
pub use told::{NotTried, Told};

/// How long a channel belongs to one process. It outlives the longest send
/// and its record, and is over before the next minute's tick, so that the
/// lease of a process that died delays nobody by more.
pub const LEASE: TimeDelta = TimeDelta::seconds(45);

/// Time for all messages to one channel under one lease, waits included where
/// the channel asks for them.
pub const SEND_WINDOW: Duration = Duration::from_secs(25);

/// How long events from outside leave a channel alone that took nothing. They
/// may come a hundred a second, and whoever is asked as often for nothing may
/// shut us out for it. A tick tries it all the same.
const RESPITE: TimeDelta = TimeDelta::seconds(10);

/// What there is something to tell for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// A tick.
    Tick,
    /// Something was said from outside.
    Event,
}

/// Where the telling of one channel is, and what it needs next.
#[derive(Debug, Clone, PartialEq)]
pub enum Telling {
    /// It needs the channel's lease, for [`LEASE`].
    NeedLease(NeedLease),
    /// It has the lease, and needs all records as they are now.
    NeedReload(NeedReload),
    /// It needs a message to be sent.
    Send(Sending),
    /// The channel accepted a message; it needs that to be stored.
    Record(Recording),
    /// It needs the lease to be given back.
    Release(Releasing),
    /// It needs nothing more.
    Done(Told),
}

impl Telling {
    /// Begins to tell `channel`, which is owed so many `facts` by records read
    /// without its lease, and `gaps` that not every channel knows of.
    #[must_use]
    pub fn begin(channel: &ChannelName, facts: usize, gaps: Vec<Gap>, occasion: Occasion) -> Self {
        if facts == 0 && gaps.is_empty() {
            return Self::Done(Told::default());
        }
        Self::NeedLease(NeedLease { channel: channel.clone(), facts, gaps, occasion })
    }
}

/// What an attempt to send a message came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChannelAnswer {
    /// The channel has the message.
    Accepted {
        /// Where the channel keeps it, if it can answer or change it later.
        receipt: Option<Receipt>,
    },
    /// The channel does not want this message; it may want the next one.
    Refused,
    /// The channel was not told, and asked not to be tried before then.
    ComeBack {
        /// `None`: later than any calendar goes.
        not_before: Option<DateTime<Utc>>,
    },
    /// The channel was not told: it is in trouble, or there was no time.
    Unavailable,
    /// The message was sent, and no answer came: the channel may have it or not.
    Unknown,
}

/// The stage that needs the lease.
#[derive(Debug, Clone, PartialEq)]
pub struct NeedLease {
    channel: ChannelName,
    facts: usize,
    gaps: Vec<Gap>,
    occasion: Occasion,
}

impl NeedLease {
    /// The lease is held at `now`; `state` is what was remembered with it.
    #[must_use]
    pub fn held(self, state: ChannelState, now: DateTime<Utc>) -> Telling {
        if let Some(until) = state.waits_until(now) {
            let told = self.nothing(NotTried::AskedToWait { until });
            return Telling::Release(Releasing { state, told });
        }
        if self.occasion == Occasion::Event && failed_just_now(state, now) {
            let told = self.nothing(NotTried::FailedJustNow);
            return Telling::Release(Releasing { state, told });
        }
        Telling::NeedReload(NeedReload { need: self, state })
    }

    /// Another process has the lease: it tells the channel.
    #[must_use]
    pub fn taken(self) -> Telling {
        Telling::Done(self.nothing(NotTried::LeaseTaken))
    }

    fn nothing(self, why: NotTried) -> Told {
        Told::nothing(self.facts, self.gaps.len(), Some(why))
    }
}

/// Whether the channel took nothing a moment ago. A clock that was wrong may
/// have put that into the future: then it is not known.
fn failed_just_now(state: ChannelState, now: DateTime<Utc>) -> bool {
    state.failed_at.is_some_and(|failed| (failed..failed + RESPITE).contains(&now))
}

/// The stage that needs the records: what another process told meanwhile is
/// in them.
#[derive(Debug, Clone, PartialEq)]
pub struct NeedReload {
    need: NeedLease,
    state: ChannelState,
}

impl NeedReload {
    /// `records` are all that is stored at the instant of `context`.
    #[must_use]
    pub fn read(self, context: &Context<'_>, records: &Records) -> Telling {
        let Self { need: NeedLease { channel, gaps, .. }, state } = self;
        let facts = owed(context, records, &channel).facts;
        let gaps = unheard(gaps, state.heard);
        if facts.is_empty() && gaps.is_empty() {
            return Telling::Release(Releasing { state, told: Told::default() });
        }
        let told = Told::nothing(facts.len(), gaps.len(), None);
        let rest = batches(&channel, facts, gaps, records).into();
        let state = ChannelState { failed_at: None, ..state };
        Round { channel, at: context.now(), state, told, rest }.next()
    }

    /// The records could not be read.
    #[must_use]
    pub fn failed(self) -> Telling {
        let told = Told::nothing(self.need.facts, self.need.gaps.len(), None);
        Telling::Release(Releasing { state: self.state, told })
    }
}

/// Those of `gaps` that the channel has not heard of.
fn unheard(mut gaps: Vec<Gap>, heard: Heard) -> Vec<Gap> {
    gaps.retain(|gap| !heard.contains(digest(&gap.identity())));
    gaps
}

/// What is known while messages go out under one lease.
#[derive(Debug, Clone, PartialEq)]
struct Round {
    channel: ChannelName,
    at: DateTime<Utc>,
    state: ChannelState,
    told: Told,
    rest: VecDeque<Batch>,
}

impl Round {
    /// The next message, if there is one.
    fn next(mut self) -> Telling {
        match self.rest.pop_front() {
            Some(batch) => Telling::Send(Sending { round: self, batch }),
            None => self.stop(),
        }
    }

    /// Leaves what was not sent to the next tick.
    fn stop(self) -> Telling {
        Telling::Release(Releasing { state: self.state, told: self.told })
    }
}

/// The stage that needs a message to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Sending {
    round: Round,
    batch: Batch,
}

impl Sending {
    /// What the message is to tell.
    #[must_use]
    pub const fn batch(&self) -> &Batch {
        &self.batch
    }

    /// The instant at which all of it was owed: what is said is said of then.
    #[must_use]
    pub const fn at(&self) -> DateTime<Utc> {
        self.round.at
    }

    /// The attempt came to `answer` at `now`.
    #[must_use]
    pub fn answered(self, answer: ChannelAnswer, now: DateTime<Utc>) -> Telling {
        let Self { mut round, batch } = self;
        match answer {
            ChannelAnswer::Accepted { receipt } => Self::accepted(round, batch, receipt, now),
            // What a channel will not have of one message says nothing of the next.
            ChannelAnswer::Refused => {
                round.state.failed_at = Some(now);
                round.next()
            }
            ChannelAnswer::ComeBack { not_before } => {
                round.state.not_before = not_before;
                round.stop()
            }
            ChannelAnswer::Unavailable | ChannelAnswer::Unknown => {
                round.state.failed_at = Some(now);
                round.stop()
            }
        }
    }

    fn accepted(
        mut round: Round,
        batch: Batch,
        receipt: Option<Receipt>,
        now: DateTime<Utc>,
    ) -> Telling {
        round.told.accepted(&batch);
        let gaps = batch.gaps().iter().map(|gap| digest(&gap.identity()));
        round.state.heard = gaps.fold(round.state.heard, Heard::and);
        Recording::new(round, batch.into_facts(), receipt, now).next()
    }
}

/// The stage that needs the lease to be given back.
#[derive(Debug, Clone, PartialEq)]
pub struct Releasing {
    state: ChannelState,
    told: Told,
}

impl Releasing {
    /// What is to be remembered of the channel.
    #[must_use]
    pub const fn state(&self) -> ChannelState {
        self.state
    }

    /// The lease was given back.
    #[must_use]
    pub fn released(self) -> Telling {
        Telling::Done(self.told)
    }
}
