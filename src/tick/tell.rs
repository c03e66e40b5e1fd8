//! Telling each channel what it is owed: under its lease, from state read
//! again, one message (and one for each that it answers), and a record of each
//! once it was accepted.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use tokio::time::Instant;

use super::letters::letters;
use super::{Announced, Engine, Summary, order};
use crate::advance;
use crate::announce::Fact;
use crate::message::Voice;
use crate::notify::{Delivery, LONGEST_WAIT, Notifier};
use crate::state::Receipt;
use crate::store::{
    self, ChannelState, Committed, Holder, Lease, Records, Store, StoreError, Write,
};
use crate::target::{ChannelName, TargetName, Targets};

/// Time for one channel in one tick: sending, and waiting where it asks for it.
pub(super) const SEND_WINDOW: Duration = Duration::from_secs(25);

/// How long a channel belongs to one process. It outlives the longest send
/// and its record, and is over before the next minute's tick, so that the
/// lease of a process that died delays nobody by more.
const LEASE: TimeDelta = TimeDelta::seconds(45);

/// How often, and how far apart, a lease that another process holds is asked
/// for again: sending takes a second at most as a rule, and what came up
/// meanwhile should not wait for the next tick.
const LEASE_TRIES: u32 = 12;
const LEASE_PAUSE: Duration = Duration::from_millis(250);

/// Attempts at recording what was said. Each failure is another process's
/// success, or a store that does not answer.
const RECORD_TRIES: u32 = 10;
const RECORD_PAUSE: Duration = Duration::from_millis(100);

/// What came of one channel.
#[derive(Default)]
struct Told {
    announced: Vec<Announced>,
    owed: usize,
}

type Facts = Vec<(TargetName, Fact)>;

impl<S: Store> Engine<S> {
    /// Tells every channel what it is owed; one that refuses delays no other.
    pub(super) async fn tell(
        &self,
        targets: &Targets<'_>,
        records: &Records,
        end: Option<Instant>,
        summary: &mut Summary,
    ) -> Result<(), StoreError> {
        let each = self.notifiers.iter().map(|notifier| async move {
            let owed = self.owed(targets, records, notifier.name());
            if owed.is_empty() {
                return Ok(Told::default());
            }
            self.tell_channel(targets, notifier, owed.len(), end).await
        });
        for told in join_all(each).await {
            let told = told?;
            summary.announced.extend(told.announced);
            summary.owed += told.owed;
        }
        Ok(())
    }

    fn owed(&self, targets: &Targets<'_>, records: &Records, channel: &ChannelName) -> Facts {
        advance::owed(&self.scene(targets), &store::states(records), channel)
    }

    async fn tell_channel(
        &self,
        targets: &Targets<'_>,
        notifier: &Notifier,
        owed: usize,
        end: Option<Instant>,
    ) -> Result<Told, StoreError> {
        let channel = notifier.name();
        let holder = Holder::new();
        let Some(mut state) = self.take_lease(channel, &holder).await? else {
            tracing::info!(%channel, owed, "another process is telling this channel");
            return Ok(Told { owed, ..Told::default() });
        };
        let told = if let Some(until) = wait(state, self.clock.now()) {
            tracing::info!(%channel, owed, %until, "the channel asked not to be tried before then");
            Ok(Told { owed, ..Told::default() })
        } else {
            self.tell_under_lease(targets, notifier, &mut state, end).await
        };
        self.store.release(channel, &holder, state).await?;
        told
    }

    /// The instant when `patience` has passed.
    pub(super) fn after(&self, patience: Duration) -> Option<DateTime<Utc>> {
        let patience = TimeDelta::from_std(patience).unwrap_or(TimeDelta::MAX);
        self.clock.now().checked_add_signed(patience)
    }

    pub(super) async fn take_lease(
        &self,
        channel: &ChannelName,
        holder: &Holder,
    ) -> Result<Option<ChannelState>, StoreError> {
        for attempt in 0..LEASE_TRIES {
            if attempt > 0 {
                tokio::time::sleep(LEASE_PAUSE).await;
            }
            let now = self.clock.now();
            match self.store.lease(channel, holder, now, now + LEASE).await? {
                Lease::Held(state) => return Ok(Some(state)),
                Lease::Taken { .. } => {}
            }
        }
        Ok(None)
    }

    async fn tell_under_lease(
        &self,
        targets: &Targets<'_>,
        notifier: &Notifier,
        state: &mut ChannelState,
        end: Option<Instant>,
    ) -> Result<Told, StoreError> {
        let channel = notifier.name();
        let records = self.store.load().await?;
        let facts = self.owed(targets, &records, channel);
        if facts.is_empty() {
            return Ok(Told::default());
        }
        let voice =
            Voice { zone: self.config.timezone, vantage: &self.vantage, now: self.clock.now() };
        let (owed, start) = (facts.len(), Instant::now());
        let mut accepted = Facts::new();
        for letter in letters(channel, facts, &store::states(&records), &voice) {
            let left = SEND_WINDOW.saturating_sub(start.elapsed());
            match notifier.send(&letter.message, order::within(end, left)).await {
                Delivery::Accepted { receipt } => {
                    accepted.extend(letter.facts.iter().cloned());
                    self.record(channel, letter.facts, receipt.as_ref(), records.clone()).await?;
                }
                // What it will not have of one letter says nothing of the next.
                Delivery::Refused { .. } => {}
                Delivery::ComeBack { after, .. } => {
                    state.not_before = self.after(after);
                    break;
                }
                Delivery::Unavailable { .. } | Delivery::Unknown { .. } => break,
            }
        }
        Ok(Told { owed: owed - accepted.len(), announced: announced(channel, &accepted) })
    }

    /// Writes that `channel` accepted `facts`, however often others write first.
    async fn record(
        &self,
        channel: &ChannelName,
        mut facts: Facts,
        receipt: Option<&Receipt>,
        mut records: Records,
    ) -> Result<(), StoreError> {
        let at = self.clock.now();
        let mut problem = None;
        for _ in 0..RECORD_TRIES {
            let writes = advance::told(channel, &facts, receipt, &records, at);
            match self.store.commit(&writes).await {
                Ok(outcomes) => facts = lost(facts, &writes, &outcomes),
                Err(error) => problem = Some(error),
            }
            if facts.is_empty() {
                return Ok(());
            }
            tokio::time::sleep(RECORD_PAUSE).await;
            match self.store.load().await {
                Ok(newer) => records = newer,
                Err(error) => problem = Some(error),
            }
        }
        Err(problem.unwrap_or_else(|| StoreError {
            action: "write",
            place: "the store".into(),
            problem: format!("other processes kept writing what {channel} was told of"),
        }))
    }
}

/// Until when the channel asked not to be tried; `None` if that has passed,
/// or if a clock that was wrong put it further away than any channel may ask.
pub(super) fn wait(state: ChannelState, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let left = |until: &DateTime<Utc>| {
        (*until - now).to_std().is_ok_and(|left| !left.is_zero() && left <= LONGEST_WAIT)
    };
    state.not_before.filter(left)
}

/// The facts whose write came second.
fn lost(facts: Facts, writes: &[Write], outcomes: &[Committed]) -> Facts {
    let lost: BTreeSet<&TargetName> = writes
        .iter()
        .zip(outcomes)
        .filter(|(_, outcome)| **outcome == Committed::Conflict)
        .map(|(write, _)| &write.target)
        .collect();
    facts.into_iter().filter(|(target, _)| lost.contains(target)).collect()
}

/// One entry for each kind of fact.
fn announced(channel: &ChannelName, facts: &Facts) -> Vec<Announced> {
    let mut announced: Vec<Announced> = Vec::new();
    for (target, fact) in facts {
        let kind = fact.kind();
        match announced.iter_mut().find(|entry| entry.kind == kind) {
            Some(entry) => entry.targets.push(target.clone()),
            None => announced.push(Announced {
                channel: channel.clone(),
                targets: vec![target.clone()],
                kind,
            }),
        }
    }
    announced
}
