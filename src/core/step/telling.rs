//! The order in which one channel is told what it is owed, as a value.
//!
//! ```text
//! NeedLease → NeedReload → Send → Record → … → Release → Done
//! ```
//!
//! Each stage says what it needs from the world, takes only the answer to that, and
//! returns the next stage. So a message cannot be sent without the channel's lease,
//! from records that were read before the lease, or twice before it is recorded. The
//! engine, a replay and the model checker drive it.

mod recording;
mod told;

use std::collections::VecDeque;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::batch::{Batch, batches, of_fact};
use super::owed;
use crate::core::announce::{Context, Fact};
use crate::model::channel_state::{ChannelState, Heard};
use crate::model::doubt::Doubt;
use crate::model::names::{ChannelName, TargetName};
use crate::model::prober_state::Gap;
use crate::model::record::Records;
use crate::model::state::Receipt;
use crate::model::target::digest;

pub use recording::Recording;
pub use told::{NotTried, Told};

/// How long a channel belongs to one process. It is longer than the longest send and
/// its record, and shorter than a minute: the lease of a dead process ends before
/// the next tick.
pub const LEASE: TimeDelta = TimeDelta::seconds(45);

/// The time for all messages to one channel under one lease, including waits that
/// the channel asks for.
pub const SEND_WINDOW: Duration = Duration::from_secs(25);

/// How long events from outside do not try a channel that has just refused. There
/// may be a hundred a second, and a service that is asked so often may ban us. A
/// tick tries it in any case.
const RESPITE: TimeDelta = TimeDelta::seconds(10);

/// Why a channel is told now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// A tick.
    Tick,
    /// Something came from outside.
    Event,
}

/// The stage that the telling of one channel is in, and what it needs next.
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
    /// It needs the lease to be released.
    Release(Releasing),
    /// It needs nothing more.
    Done(Told),
}

impl Telling {
    /// Begins to tell `channel`. According to records that were read without its
    /// lease, it is owed this many `facts`; `gaps` are those that not every
    /// channel knows of.
    #[must_use]
    pub fn begin(channel: &ChannelName, facts: usize, gaps: Vec<Gap>, occasion: Occasion) -> Self {
        if facts == 0 && gaps.is_empty() {
            return Self::Done(Told::default());
        }
        Self::NeedLease(NeedLease { channel: channel.clone(), facts, gaps, occasion })
    }
}

/// The result of an attempt to send a message.
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
        /// `None`: later than any date.
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
    /// The lease is held at `now`; `state` is what is remembered of the channel.
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

/// Whether the channel refused a moment ago. A wrong clock may have put that into
/// the future: then it is not known.
fn failed_just_now(state: ChannelState, now: DateTime<Utc>) -> bool {
    state.failed_at.is_some_and(|failed| (failed..failed + RESPITE).contains(&now))
}

/// The stage that needs the records, which hold what another process told
/// meanwhile.
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
        let mut facts = owed(context, records, &channel).facts;
        let mut gaps = unheard(gaps, state.heard);
        let mut told = Told::nothing(facts.len(), gaps.len(), None);
        let doubt = state.doubt.and_then(|doubt| doubt.lasting(context.now()));
        let state = ChannelState { doubt, ..state };
        let until = hold_back(doubt, &mut facts, &mut gaps, context.now());
        if facts.is_empty() && gaps.is_empty() {
            told.not_tried = until.map(|until| NotTried::PerhapsTold { until });
            return Telling::Release(Releasing { state, told });
        }
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

/// Removes what the channel may have been told and must not be told again at `now`;
/// returns until when, if that is anything.
fn hold_back(
    doubt: Option<Doubt>,
    facts: &mut Vec<(TargetName, Fact)>,
    gaps: &mut Vec<Gap>,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let (doubt, owed) = (doubt?, facts.len() + gaps.len());
    facts.retain(|(target, fact)| !doubt.holds(of_fact(target, fact), now));
    gaps.retain(|gap| !doubt.holds(digest(&gap.identity()), now));
    (facts.len() + gaps.len() < owed).then(|| doubt.until())
}

/// Those of `gaps` that the channel has not heard of.
fn unheard(mut gaps: Vec<Gap>, heard: Heard) -> Vec<Gap> {
    gaps.retain(|gap| !heard.contains(digest(&gap.identity())));
    gaps
}

/// What is known while messages are sent under one lease.
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

    /// Leaves the rest to the next tick.
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
    /// What the message must tell.
    #[must_use]
    pub const fn batch(&self) -> &Batch {
        &self.batch
    }

    /// The instant at which all of it was owed, for which the message is true.
    #[must_use]
    pub const fn at(&self) -> DateTime<Utc> {
        self.round.at
    }

    /// The attempt ended with `answer` at `now`.
    #[must_use]
    pub fn answered(self, answer: ChannelAnswer, now: DateTime<Utc>) -> Telling {
        let Self { mut round, batch } = self;
        let sent = batch.digests();
        if is_clear(&answer) {
            round.state.doubt = round.state.doubt.and_then(|doubt| doubt.without(&sent));
        }
        match answer {
            ChannelAnswer::Accepted { receipt } => Self::accepted(round, batch, receipt, now),
            // A channel that refuses one message may accept the next one.
            ChannelAnswer::Refused => {
                round.state.failed_at = Some(now);
                round.next()
            }
            ChannelAnswer::ComeBack { not_before } => {
                round.state.not_before = not_before;
                round.stop()
            }
            ChannelAnswer::Unavailable => {
                round.state.failed_at = Some(now);
                round.stop()
            }
            ChannelAnswer::Unknown => {
                round.state.failed_at = Some(now);
                round.state.doubt = Some(Doubt::after(round.state.doubt, &sent, now));
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
        let sent = batch.digests();
        Recording::new(round, batch.into_facts(), receipt, now, sent).next()
    }
}

/// Whether `answer` leaves no doubt. An accepted message is in doubt until that is
/// stored.
const fn is_clear(answer: &ChannelAnswer) -> bool {
    match answer {
        ChannelAnswer::Refused | ChannelAnswer::ComeBack { .. } | ChannelAnswer::Unavailable => {
            true
        }
        ChannelAnswer::Accepted { .. } | ChannelAnswer::Unknown => false,
    }
}

/// The stage that needs the lease to be released.
#[derive(Debug, Clone, PartialEq)]
pub struct Releasing {
    state: ChannelState,
    told: Told,
}

impl Releasing {
    /// What to remember of the channel.
    #[must_use]
    pub const fn state(&self) -> ChannelState {
        self.state
    }

    /// The lease was released.
    #[must_use]
    pub fn released(self) -> Telling {
        Telling::Done(self.told)
    }
}
