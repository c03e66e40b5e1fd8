//! The order in which one channel is told what it is owed, or a notice of prober's
//! own, as a value.
//!
//! ```text
//! NeedLease → NeedReload → Reserve → Send → Record → … → Release → Done
//! ```
//!
//! Each stage says what it needs from the world, takes only the answer to that, and
//! returns the next stage. So a message cannot be sent without the channel's lease,
//! from records that were read before the lease, before it is stored that it is being
//! sent, or twice before it is recorded. The engine, a replay and the model checker
//! drive it.

mod notice_key;
mod recording;
mod result;
mod sending;

use std::collections::VecDeque;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::batch::{Batch, batches, of_fact};
use super::owed;
use crate::core::announce::Context;
use crate::model::channel_state::{ChannelState, Heard};
use crate::model::names::ChannelName;
use crate::model::prober_state::Gap;
use crate::model::record::Records;
use crate::model::state::Receipt;
use crate::model::target::digest;

pub use notice_key::{EpisodeKey, NoticeKey};
pub use recording::Recording;
pub use result::{NotTried, TellingResult};
pub use sending::{Reserving, Sending};

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
    /// It needs it stored that a message is being sent.
    Reserve(Reserving),
    /// It needs that message to be sent.
    Send(Sending),
    /// The channel accepted a message; it needs that to be stored.
    Record(Recording),
    /// It needs the lease to be released.
    Release(Releasing),
    /// It needs nothing more.
    Done(TellingResult),
}

impl Telling {
    /// Begins to tell `channel`. According to records that were read without its
    /// lease, it is owed this many `facts`; `gaps` are those that not every
    /// channel knows of.
    #[must_use]
    pub fn begin(channel: &ChannelName, facts: usize, gaps: Vec<Gap>, occasion: Occasion) -> Self {
        if facts == 0 && gaps.is_empty() {
            return Self::Done(TellingResult::default());
        }
        let to_tell = ToTell::Owed { facts, gaps, occasion };
        Self::NeedLease(NeedLease { channel: channel.clone(), to_tell })
    }

    /// Begins to tell `channel` the notice with this `key`, unless it knows it.
    #[must_use]
    pub fn notice(channel: &ChannelName, key: NoticeKey) -> Self {
        Self::NeedLease(NeedLease { channel: channel.clone(), to_tell: ToTell::Notice(key) })
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

/// What a channel is to be told.
#[derive(Debug, Clone, PartialEq)]
enum ToTell {
    /// What it is owed, by records read without its lease.
    Owed { facts: usize, gaps: Vec<Gap>, occasion: Occasion },
    /// A notice of prober's own.
    Notice(NoticeKey),
}

impl ToTell {
    fn nothing(&self, why: Option<NotTried>) -> TellingResult {
        match self {
            Self::Owed { facts, gaps, .. } => TellingResult::nothing(*facts, gaps.len(), why),
            Self::Notice(_) => {
                TellingResult { notices_left: 1, not_tried: why, ..TellingResult::default() }
            }
        }
    }
}

/// The stage that needs the lease.
#[derive(Debug, Clone, PartialEq)]
pub struct NeedLease {
    channel: ChannelName,
    to_tell: ToTell,
}

impl NeedLease {
    /// The lease is held at `now`; `state` is what is remembered of the channel.
    #[must_use]
    pub fn held(self, state: ChannelState, now: DateTime<Utc>) -> Telling {
        let Self { channel, to_tell } = self;
        if let ToTell::Notice(key) = &to_tell
            && key.is_old(state.heard)
        {
            return Telling::Release(Releasing { state, told: TellingResult::default() });
        }
        if let Some(why) = not_now(&to_tell, &state, now) {
            return Telling::Release(Releasing { state, told: to_tell.nothing(Some(why)) });
        }
        match to_tell {
            ToTell::Owed { facts, gaps, .. } => {
                Telling::NeedReload(NeedReload { channel, facts, gaps, state })
            }
            ToTell::Notice(key) => {
                let told = ToTell::Notice(key).nothing(None);
                Round::new(channel, now, state, told, [Part::Notice(key)]).next(now)
            }
        }
    }

    /// Another process has the lease: it tells the channel.
    #[must_use]
    pub fn taken(self) -> Telling {
        Telling::Done(self.to_tell.nothing(Some(NotTried::LeaseTaken)))
    }
}

/// Why a channel with this `state` is not tried at `now`, if it is not.
fn not_now(to_tell: &ToTell, state: &ChannelState, now: DateTime<Utc>) -> Option<NotTried> {
    let waits = state.waits_until(now).map(|until| NotTried::AskedToWait { until });
    let why = match to_tell {
        ToTell::Owed { occasion: Occasion::Tick, .. } => None,
        ToTell::Owed { occasion: Occasion::Event, .. } => {
            failed_just_now(state, now).then_some(NotTried::FailedJustNow)
        }
        ToTell::Notice(key) => state.doubts.until(key.digest, now).map(NotTried::perhaps),
    };
    waits.or(why)
}

/// Whether the channel refused a moment ago. A wrong clock may have put that into
/// the future: then it is not known.
fn failed_just_now(state: &ChannelState, now: DateTime<Utc>) -> bool {
    state.failed_at.is_some_and(|failed| (failed..failed + RESPITE).contains(&now))
}

/// The stage that needs the records, which hold what another process told
/// meanwhile.
#[derive(Debug, Clone, PartialEq)]
pub struct NeedReload {
    channel: ChannelName,
    facts: usize,
    gaps: Vec<Gap>,
    state: ChannelState,
}

impl NeedReload {
    /// `records` are all that is stored at the instant of `context`.
    #[must_use]
    pub fn read(self, context: &Context<'_>, records: &Records) -> Telling {
        let Self { channel, gaps, state, .. } = self;
        let now = context.now();
        let mut facts = owed(context, records, &channel).facts;
        let mut gaps = unheard(gaps, state.heard);
        let told = TellingResult::nothing(facts.len(), gaps.len(), None);
        // What the channel may have been told is not told again yet.
        let mut until: Option<DateTime<Utc>> = None;
        let mut is_free = |digest| {
            let held = state.doubts.until(digest, now);
            until = [until, held].into_iter().flatten().min();
            held.is_none()
        };
        facts.retain(|(target, fact)| is_free(of_fact(target, fact)));
        gaps.retain(|gap| is_free(digest(&gap.identity())));
        let not_tried = until.filter(|_| facts.is_empty() && gaps.is_empty());
        let told = TellingResult { not_tried: not_tried.map(NotTried::perhaps), ..told };
        let rest = batches(&channel, facts, gaps, records).into_iter().map(Part::Batch);
        Round::new(channel, now, state, told, rest).next(now)
    }

    /// The records could not be read.
    #[must_use]
    pub fn failed(self) -> Telling {
        let told = TellingResult::nothing(self.facts, self.gaps.len(), None);
        Telling::Release(Releasing { state: self.state, told })
    }
}

/// Those of `gaps` that the channel has not heard of.
fn unheard(mut gaps: Vec<Gap>, heard: Heard) -> Vec<Gap> {
    gaps.retain(|gap| !heard.contains(digest(&gap.identity())));
    gaps
}

/// What one message tells.
#[derive(Debug, Clone, PartialEq)]
enum Part {
    Batch(Batch),
    Notice(NoticeKey),
}

impl Part {
    /// The digests of all that is told.
    fn digests(&self) -> Vec<u64> {
        match self {
            Self::Batch(batch) => batch.digests(),
            Self::Notice(key) => vec![key.digest],
        }
    }

    /// What a channel that has `heard` this has heard once it knows this too.
    fn heard(&self, heard: Heard) -> Heard {
        match self {
            Self::Batch(batch) => {
                let gaps = batch.gaps().iter().map(|gap| digest(&gap.identity()));
                gaps.fold(heard, Heard::and)
            }
            Self::Notice(key) => key.heard(heard),
        }
    }
}

/// What is known while messages are sent under one lease.
#[derive(Debug, Clone, PartialEq)]
struct Round {
    channel: ChannelName,
    at: DateTime<Utc>,
    state: ChannelState,
    told: TellingResult,
    rest: VecDeque<Part>,
}

impl Round {
    fn new(
        channel: ChannelName,
        at: DateTime<Utc>,
        mut state: ChannelState,
        told: TellingResult,
        parts: impl IntoIterator<Item = Part>,
    ) -> Self {
        let rest: VecDeque<Part> = parts.into_iter().collect();
        state.doubts = state.doubts.lasting(at);
        if !rest.is_empty() {
            state.failed_at = None;
        }
        Self { channel, at, state, told, rest }
    }

    /// The next message at `now`, if there is one.
    fn next(mut self, now: DateTime<Utc>) -> Telling {
        match self.rest.pop_front() {
            Some(part) => Telling::Reserve(Reserving::new(self, part, now)),
            None => self.stop(),
        }
    }

    /// Leaves the rest to the next tick.
    fn stop(self) -> Telling {
        Telling::Release(Releasing { state: self.state, told: self.told })
    }
}

/// The stage that needs the lease to be released.
#[derive(Debug, Clone, PartialEq)]
pub struct Releasing {
    state: ChannelState,
    told: TellingResult,
}

impl Releasing {
    /// What to remember of the channel.
    #[must_use]
    pub const fn state(&self) -> &ChannelState {
        &self.state
    }

    /// The lease was released.
    #[must_use]
    pub fn released(self) -> Telling {
        Telling::Done(self.told)
    }
}
