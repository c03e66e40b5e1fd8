//! Any history of calls is answered as a plain map of the same answers it.

use std::collections::BTreeMap;

use prober::model::channel_state::ChannelState;
use prober::model::record::Record;
use prober::model::state::State;
use prober::store::{Holder, Lease};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use super::*;

contract! {
    any_history_of_calls_is_answered_as_a_map_would
}

/// Histories, each of targets and a channel of its own.
const HISTORIES: usize = 16;

/// Seconds that each call is later than the one before.
const PACE: i64 = 20;

/// One call of a store.
#[derive(Debug, Clone)]
enum Call {
    /// Writes `count` to a target, at a revision this much off the right one.
    Commit { target: usize, off: u64, count: u32 },
    /// Forgets a target.
    Forget { target: usize },
    /// Asks for the lease, for this many seconds.
    Lease { holder: usize, seconds: i64 },
    /// Has something remembered, and keeps the lease.
    Keep { holder: usize, wait: i64 },
    /// Gives the lease back, with something to remember.
    Release { holder: usize, wait: i64 },
}

fn call() -> impl Strategy<Value = Call> {
    prop_oneof![
        5 => (0..3_usize, 0..2_u64, 0..9_u32)
            .prop_map(|(target, off, count)| Call::Commit { target, off, count }),
        1 => (0..3_usize).prop_map(|target| Call::Forget { target }),
        3 => (0..2_usize, 15..90_i64).prop_map(|(holder, seconds)| Call::Lease { holder, seconds }),
        2 => (0..2_usize, 0..600_i64).prop_map(|(holder, wait)| Call::Keep { holder, wait }),
        2 => (0..2_usize, 0..600_i64).prop_map(|(holder, wait)| Call::Release { holder, wait }),
    ]
}

/// What a store is to know, as simply as it can be kept.
#[derive(Default)]
struct Reference {
    records: BTreeMap<String, (u64, State)>,
    held: Option<(Holder, DateTime<Utc>)>,
    channel: ChannelState,
}

impl Reference {
    fn commit(&mut self, name: &str, expected: u64, state: State) -> Committed {
        let present = self.records.get(name).map_or(0, |(revision, _)| *revision);
        if present != expected {
            return Committed::Conflict;
        }
        self.records.insert(name.into(), (present + 1, state));
        stored(present + 1)
    }

    fn lease(&mut self, holder: &Holder, now: DateTime<Utc>, until: DateTime<Utc>) -> Lease {
        if let Some((by, end)) = &self.held {
            let lasts = *end > now && *end - now <= (until - now) * 2;
            if by != holder && lasts {
                return Lease::Taken { until: *end };
            }
        }
        self.held = Some((holder.clone(), until));
        Lease::Held(self.channel.clone())
    }

    fn save(&mut self, holder: &Holder, state: ChannelState) -> bool {
        let is_held = self.held.as_ref().is_some_and(|(by, _)| by == holder);
        if is_held {
            self.channel = state;
        }
        is_held
    }

    fn release(&mut self, holder: &Holder, state: ChannelState) {
        if self.held.take_if(|(by, _)| by == holder).is_some() {
            self.channel = state;
        }
    }
}

async fn any_history_of_calls_is_answered_as_a_map_would(place: &impl Place) {
    let mut runner = TestRunner::deterministic();
    for number in 0..HISTORIES {
        let calls = vec(call(), 1..24).new_tree(&mut runner).unwrap().current();
        answers_alike(place, number, &calls).await;
    }
}

/// Each call goes through a handle of its own, as of another process.
async fn answers_alike(place: &impl Place, number: usize, calls: &[Call]) {
    let name = |target: usize| format!("history {number}, target {target}");
    let channel = ChannelName::new(format!("history {number}"));
    let holders = [Holder::new(), Holder::new()];
    let mut reference = Reference::default();
    for (at, call) in calls.iter().enumerate() {
        let now = after(PACE * i64::try_from(at).unwrap());
        let so_far = &calls[..=at];
        match call {
            Call::Commit { target, off, count } => {
                let name = name(*target);
                let right = reference.records.get(&name).map_or(0, |(revision, _)| *revision);
                let wanted = [write(&name, right + off, counted(*count))];
                let answer = place.handle().commit(&wanted).await.unwrap();
                let expected = reference.commit(&name, right + off, counted(*count));
                assert_eq!(answer, [expected], "{so_far:?}");
            }
            Call::Forget { target } => {
                place.handle().forget(&[super::target(&name(*target))]).await.unwrap();
                reference.records.remove(&name(*target));
            }
            Call::Lease { holder, seconds } => {
                let until = now + TimeDelta::seconds(*seconds);
                let answer = place.handle().lease(&channel, &holders[*holder], now, until).await;
                let expected = reference.lease(&holders[*holder], now, until);
                assert_eq!(answer.unwrap(), expected, "{so_far:?}");
            }
            Call::Keep { holder, wait } => {
                let state = ChannelState { not_before: Some(after(*wait)), ..Default::default() };
                let answer = place.handle().save_channel(&channel, &holders[*holder], &state).await;
                let expected = reference.save(&holders[*holder], state);
                assert_eq!(answer.unwrap(), expected, "{so_far:?}");
            }
            Call::Release { holder, wait } => {
                let state = ChannelState { not_before: Some(after(*wait)), ..Default::default() };
                place.handle().release(&channel, &holders[*holder], &state).await.unwrap();
                reference.release(&holders[*holder], state);
            }
        }
    }
    knows_alike(place, number, reference, calls).await;
}

async fn knows_alike(place: &impl Place, number: usize, reference: Reference, calls: &[Call]) {
    let ours = format!("history {number}, ");
    let records = place.handle().load().await.unwrap();
    let records: Vec<(String, Record)> = records
        .into_iter()
        .map(|(name, record)| (name.as_str().to_owned(), record))
        .filter(|(name, _)| name.starts_with(&ours))
        .collect();
    let expected = reference
        .records
        .into_iter()
        .map(|(name, (revision, state))| (name, Record { revision: Revision(revision), state }));
    assert_eq!(records, expected.collect::<Vec<_>>(), "{calls:?}");
}
