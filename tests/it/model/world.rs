//! Everything that the processes of the model share, and where each of them is.

use chrono::{DateTime, Utc};
use prober::core::step::telling::{LEASE, Reserving, Sending, Telling};
use prober::core::step::untold_gaps;
use prober::model::channel_state::ChannelState;
use prober::model::observation::Vantage;
use prober::model::prober_state::Gap;
use prober::model::record::Records;
use prober::store::{ChannelRecord, Holder, Lease};

use super::printed::Printed;
use super::properties::Heard;
use crate::world::minute;

/// How many faults of each kind may still happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Faults {
    /// A process dies, at any step.
    pub deaths: u8,
    /// The channel refuses, or the store does not take that a send begins.
    pub refusals: u8,
    /// An answer is lost: the channel's acceptance, or one of the store's.
    pub lost: u8,
}

pub type Read = Printed<Records>;

/// Where a process is.
#[derive(Debug, Clone, PartialEq, Hash)]
pub enum Run {
    /// Its event has not come.
    Waiting,
    /// It has read and observed, and is about to decide and write.
    Judging { read: Read, fails: bool, noted: bool },
    /// It is telling the channel; `read` is what it knows to be stored.
    Telling { read: Read, telling: Printed<Telling> },
    /// The channel knows of these gaps, and it is about to forget them.
    Forgetting { read: Read, told: Printed<Vec<Gap>> },
    /// It has ended, or died.
    Over,
}

/// Everything there is.
#[derive(Debug, Clone, PartialEq, Hash)]
pub struct World {
    pub records: Read,
    pub channel: Printed<ChannelRecord>,
    pub runs: Vec<Run>,
    pub faults: Faults,
    /// Whether all leases of before have expired.
    pub late: bool,
    /// What the channel accepted, in order.
    pub heard: Vec<Heard>,
    /// When each of it was.
    pub heard_at: Vec<DateTime<Utc>>,
    /// Whether something was sent, and it was not stored that it is.
    pub is_unnoted: bool,
    /// Slots that were judged and stored, in order, and whether each failed.
    pub judged: Vec<(DateTime<Utc>, bool)>,
    /// Incidents that were stored.
    pub opened: Vec<DateTime<Utc>>,
    /// What was said from outside, stored, and acknowledged; by its instant.
    pub acknowledged: Vec<DateTime<Utc>>,
    /// Repetitions that the promise excuses: one for each acceptance whose
    /// process died, or whose answer was lost.
    pub excused: usize,
    /// The same of gaps: what was heard of them is stored with the lease's end.
    pub excused_gaps: usize,
}

impl World {
    pub fn lease(&mut self, run: usize) -> Lease {
        let mut channel = ChannelRecord::clone(&self.channel);
        // All clocks agree: it is the same time for all who are awake.
        let now = if self.late { minute(0) + LEASE } else { minute(0) };
        let lease = channel.lease(&holder(run), now, now + LEASE);
        self.channel = Printed::new(channel);
        lease
    }

    /// What `need` asks for; whether the lease is still there.
    pub fn keep(&mut self, run: usize, need: &Reserving) -> bool {
        let mut channel = ChannelRecord::clone(&self.channel);
        let is_kept = channel.save(&holder(run), &need.state());
        self.channel = Printed::new(channel);
        is_kept
    }

    pub fn release(&mut self, run: usize, state: &ChannelState) {
        let mut channel = ChannelRecord::clone(&self.channel);
        channel.release(&holder(run), state);
        self.channel = Printed::new(channel);
    }

    /// The channel accepts the message that `need` is about.
    pub fn hear(&mut self, need: &Sending, at: DateTime<Utc>) {
        self.is_unnoted |= self.channel.state().doubts.is_empty();
        self.heard.extend(told_by(need));
        self.heard_at.resize(self.heard.len(), at);
    }
}

/// What the message that `need` is about tells.
pub fn told_by(need: &Sending) -> Vec<Heard> {
    let Some(batch) = need.batch() else { return vec![Heard::Notice] };
    let facts = batch.facts().iter().filter_map(|(_, fact)| Heard::of(fact));
    facts.chain(batch.gaps().iter().map(|gap| Heard::NoView(gap.from))).collect()
}

impl Run {
    pub fn is(&self, stage: impl Fn(&Telling) -> bool) -> bool {
        match self {
            Self::Telling { telling, .. } => stage(telling),
            Self::Waiting | Self::Judging { .. } | Self::Forgetting { .. } | Self::Over => false,
        }
    }

    pub fn has_the_lease(&self) -> bool {
        self.is(|telling| match telling {
            Telling::NeedLease(_) | Telling::Done(_) => false,
            Telling::NeedReload(_)
            | Telling::Reserve(_)
            | Telling::Send(_)
            | Telling::Record(_)
            | Telling::Release(_) => true,
        })
    }
}

/// A process that has told the channel forgets the gaps that it knows of now.
pub fn goes_on(read: Read, telling: Telling) -> Run {
    match telling {
        Telling::Done(told) => {
            let gaps = untold_gaps(&read, &own());
            if told.gaps_left > 0 || gaps.is_empty() {
                return Run::Over;
            }
            Run::Forgetting { read, told: Printed::new(gaps) }
        }
        telling => Run::Telling { read, telling: Printed::new(telling) },
    }
}

/// Where the prober runs.
pub fn own() -> Vantage {
    Vantage("here".into())
}

fn holder(run: usize) -> Holder {
    Holder(format!("process {run}"))
}
