//! Telling each channel what it is owed: under its lease, from state read
//! again, one message (and one for each that it answers), and a record of each
//! once it was accepted; the record itself is in `record`.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use tokio::time::Instant;

use super::{AnnouncedKind, Engine, Summary, request};
use crate::core::announce::Fact;
use crate::core::step;
use crate::message::batch::batches;
use crate::message::{Notice, Voice};
use crate::model::names::{ChannelName, TargetName};
use crate::model::prober_state::Gap;
use crate::model::record::Records;
use crate::model::record::states;
use crate::model::target::Targets;
use crate::model::target::digest;
use crate::notify::{Delivery, LONGEST_WAIT, Notifier};
use crate::probe::ProbeOnce;
use crate::store::{ChannelState, Heard, Holder, Lease, Store, StoreError};

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

/// How long events from outside leave a channel alone that took nothing. They
/// may come a hundred a second, and who is asked as often for nothing may shut
/// us out for it. A tick tries it all the same.
const RESPITE: TimeDelta = TimeDelta::seconds(10);

/// What there is something to tell for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Occasion {
    /// A tick.
    Tick,
    /// Something was said from outside.
    Event,
}

/// What one channel is to be told.
#[derive(Clone, Copy)]
struct Owed<'a> {
    facts: usize,
    notices: &'a [Gap],
}

/// What came of one channel: what it was told, and how much it is owed still.
#[derive(Default)]
struct Told {
    announced: Vec<AnnouncedKind>,
    facts: usize,
    notices: usize,
}

impl Told {
    fn nothing(owed: Owed<'_>) -> Self {
        Self { announced: Vec::new(), facts: owed.facts, notices: owed.notices.len() }
    }
}

pub(super) type Facts = Vec<(TargetName, Fact)>;

impl<S: Store, P: ProbeOnce> Engine<S, P> {
    /// Tells every channel what it is owed; one that refuses delays no other.
    pub(super) async fn tell(
        &self,
        targets: &Targets<'_>,
        mut records: Records,
        occasion: Occasion,
        end: Option<Instant>,
        summary: &mut Summary,
    ) -> Result<(), StoreError> {
        let untold = self.untold(&records);
        let all = &records;
        let notices = &untold;
        let each = self.notifiers.iter().map(|notifier| async move {
            let owed = self.owed(targets, all, notifier.name()).len();
            if owed == 0 && notices.is_empty() {
                return Ok(Told::default());
            }
            let owed = Owed { facts: owed, notices };
            self.tell_channel(targets, notifier, owed, occasion, end).await
        });
        let mut all_know = true;
        for told in join_all(each).await {
            let told: Told = told?;
            all_know &= told.notices == 0;
            summary.announced.extend(told.announced);
            summary.owed += told.facts + told.notices;
        }
        if all_know && !untold.is_empty() {
            self.forget_told(&mut records, &untold).await?;
        }
        Ok(())
    }

    /// How much all channels are owed.
    pub(super) fn unsaid(&self, targets: &Targets<'_>, records: &Records) -> usize {
        let owed = |notifier: &Notifier| self.owed(targets, records, notifier.name()).len();
        self.notifiers.iter().map(owed).sum()
    }

    /// What `channel` is owed; why it is not told of the rest goes to the log.
    fn owed(&self, targets: &Targets<'_>, records: &Records, channel: &ChannelName) -> Facts {
        let owed = step::owed(&self.context(targets), records, channel);
        for (target, quiet) in owed.quiet {
            tracing::debug!(target_name = %target, %channel, ?quiet, "down, and not announced now");
        }
        owed.facts
    }

    async fn tell_channel(
        &self,
        targets: &Targets<'_>,
        notifier: &Notifier,
        owed: Owed<'_>,
        occasion: Occasion,
        end: Option<Instant>,
    ) -> Result<Told, StoreError> {
        let channel = notifier.name();
        let holder = Holder::new();
        let Some(mut state) = self.take_lease(channel, &holder).await? else {
            tracing::info!(%channel, owed = owed.facts, "another process is telling this channel");
            return Ok(Told::nothing(owed));
        };
        let told = if let Some(until) = wait(state, self.clock.now()) {
            let count = owed.facts;
            tracing::info!(%channel, owed = count, %until, "the channel asked not to be tried before then");
            Ok(Told::nothing(owed))
        } else if occasion == Occasion::Event && failed_just_now(state, self.clock.now()) {
            let count = owed.facts;
            tracing::debug!(%channel, owed = count, "the channel failed just now; left to a tick");
            Ok(Told::nothing(owed))
        } else {
            self.tell_under_lease(targets, notifier, owed.notices, &mut state, end).await
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
        untold: &[Gap],
        state: &mut ChannelState,
        end: Option<Instant>,
    ) -> Result<Told, StoreError> {
        let channel = notifier.name();
        let records = self.store.load().await?;
        let facts = self.owed(targets, &records, channel);
        let notices = unheard(untold, *state);
        if facts.is_empty() && notices.is_empty() {
            return Ok(Told::default());
        }
        let voice = Voice {
            language: self.config.language,
            zone: self.config.timezone,
            vantage: &self.vantage,
            now: self.clock.now(),
        };
        let (owed, start) = (facts.len(), Instant::now());
        let mut accepted = Facts::new();
        state.failed_at = None;
        for batch in batches(channel, facts, &notices, &states(&records), &voice) {
            let left = SEND_WINDOW.saturating_sub(start.elapsed());
            match notifier.send(&batch.message, request::within(end, left)).await {
                Delivery::Accepted { receipt } => {
                    accepted.extend(batch.facts.iter().cloned());
                    let new = batch.notices.iter().map(|notice| digest(&notice.identity()));
                    state.heard = new.fold(state.heard, Heard::and);
                    self.record(channel, batch.facts, receipt.as_ref(), records.clone()).await?;
                }
                // What it will not have of one batch says nothing of the next.
                Delivery::Refused { .. } => state.failed_at = Some(self.clock.now()),
                Delivery::ComeBack { after, .. } => {
                    state.not_before = self.after(after);
                    break;
                }
                Delivery::Unavailable { .. } | Delivery::Unknown { .. } => {
                    state.failed_at = Some(self.clock.now());
                    break;
                }
            }
        }
        let left = unheard(untold, *state).len();
        let mut announced = announced(channel, &accepted);
        announced.extend((left < notices.len()).then(|| AnnouncedKind::no_view(channel)));
        Ok(Told { announced, facts: owed - accepted.len(), notices: left })
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

/// Whether the channel took nothing a moment ago. A clock that was wrong may
/// have put that into the future: then it is not known.
fn failed_just_now(state: ChannelState, now: DateTime<Utc>) -> bool {
    state.failed_at.is_some_and(|failed| (failed..failed + RESPITE).contains(&now))
}

/// Those of `untold` that the channel has not heard of.
fn unheard(untold: &[Gap], state: ChannelState) -> Vec<Notice> {
    let notices = untold.iter().map(|gap| Notice::NoView(gap.clone()));
    notices.filter(|notice| !state.heard.contains(digest(&notice.identity()))).collect()
}

/// One entry for each kind of fact.
fn announced(channel: &ChannelName, facts: &Facts) -> Vec<AnnouncedKind> {
    let mut announced: Vec<AnnouncedKind> = Vec::new();
    for (target, fact) in facts {
        let kind = fact.kind();
        match announced.iter_mut().find(|entry| entry.kind == kind) {
            Some(entry) => entry.targets.push(target.clone()),
            None => announced.push(AnnouncedKind {
                channel: channel.clone(),
                targets: vec![target.clone()],
                kind,
            }),
        }
    }
    announced
}
