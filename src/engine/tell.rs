//! Telling each channel what it is owed. The order of it is decided by
//! [`telling`](crate::core::step::telling); here each of its stages gets the
//! answer that it needs from the store and from the channel.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use tokio::time::Instant;

use super::budget::Budget;
use super::last_word::LastWord;
use super::site::Site;
use super::{AnnouncedKind, Summary};
use crate::core::announce::Fact;
use crate::core::step::telling::{
    ChannelAnswer, LEASE, NotTried, Occasion, Recording, SEND_WINDOW, Sending, Telling,
    TellingResult,
};
use crate::core::step::{self, Owed};
use crate::message::batch::render;
use crate::message::{Message, Notice, Subjects};
use crate::model::channel_state::ChannelState;
use crate::model::names::{ChannelName, TargetName};
use crate::model::prober_state::Gap;
use crate::model::record::{Records, Write};
use crate::model::target::Targets;
use crate::notify::{Delivery, Notifier};
use crate::store::retry::{Change, UNTIL_STORED, retry};
use crate::store::{Holder, Lease, Store, StoreError};

/// How often, and how far apart, a lease that another process holds is asked
/// for again: sending takes a second at most as a rule, and what came up
/// meanwhile should not wait for the next tick.
const LEASE_TRIES: u32 = 12;
const LEASE_PAUSE: Duration = Duration::from_millis(250);

/// The part of an engine that tells channels.
pub(super) struct Teller<'a, S> {
    pub(super) site: &'a Site<S>,
    pub(super) notifiers: &'a [Notifier],
    pub(super) budget: Budget,
    /// What may be said without a lease, if anything may.
    pub(super) last_word: Option<&'a LastWord>,
}

/// What could not be read or stored while a channel was told, and what it was
/// told all the same.
#[derive(Debug)]
pub(super) struct TellingError {
    pub(super) error: StoreError,
    pub(super) told: TellingResult,
    /// Whether it was sent anything.
    pub(super) is_tried: bool,
}

impl From<StoreError> for TellingError {
    /// Without the lease, nothing was told.
    fn from(error: StoreError) -> Self {
        let told = TellingResult { notices_left: 1, ..TellingResult::default() };
        Self { error, told, is_tried: false }
    }
}

impl From<TellingError> for StoreError {
    fn from(untold: TellingError) -> Self {
        untold.error
    }
}

impl<S: Store> Teller<'_, S> {
    /// Tells every channel what it is `owed`; one that refuses delays no other.
    pub(super) async fn tell(
        &self,
        targets: &Targets<'_>,
        records: &mut Records,
        owed: &[(ChannelName, Owed)],
        occasion: Occasion,
        summary: &mut Summary,
    ) -> Result<(), StoreError> {
        let gaps = step::untold_gaps(records, &self.site.vantage);
        let context = self.site.context(targets);
        let each = self.notifiers.iter().map(|notifier| {
            let channel = notifier.name();
            let facts = count(owed, channel);
            let gaps = step::gaps_for(channel, &gaps, &context);
            let telling = Telling::begin(channel, facts, gaps, occasion);
            self.tell_channel(targets, notifier, telling, None)
        });
        let mut all_know = true;
        for (notifier, told) in self.notifiers.iter().zip(join_all(each).await) {
            let told = told?;
            all_know &= told.gaps_left == 0 && context.closed_until(notifier.name()).is_none();
            summary.owed += told.left();
            summary.announced.extend(announced(notifier.name(), &told));
        }
        if all_know && !gaps.is_empty() {
            self.forget_told(records, &gaps).await?;
        }
        Ok(())
    }

    /// Carries out `telling` from its first stage to its last; with `notice`, where
    /// that is what is told. What could not be read or stored is a failure once
    /// the lease is given back.
    pub(super) async fn tell_channel(
        &self,
        targets: &Targets<'_>,
        notifier: &Notifier,
        mut telling: Telling,
        notice: Option<&Notice>,
    ) -> Result<TellingResult, TellingError> {
        let (channel, holder, store) = (notifier.name(), Holder::new(), &self.site.store);
        let (mut records, mut begun) = (Records::new(), Instant::now());
        let (mut failure, mut is_tried) = (None, false);
        loop {
            telling = match telling {
                Telling::NeedLease(need) => match self.take_lease(channel, &holder).await? {
                    Some(state) => need.held(self.leased(state, channel, notice), self.now()),
                    None => need.taken(),
                },
                Telling::NeedReload(need) => match store.load().await {
                    Ok(read) => {
                        (records, begun) = (read, Instant::now());
                        need.read(&self.site.context(targets), &records)
                    }
                    Err(error) => {
                        failure = Some(error);
                        need.failed()
                    }
                },
                Telling::Reserve(need) => {
                    match store.save_channel(channel, &holder, &need.state()).await {
                        Ok(true) => need.kept(),
                        Ok(false) => need.lost(),
                        Err(error) => {
                            failure = Some(error);
                            need.failed()
                        }
                    }
                }
                Telling::Send(need) => {
                    is_tried = true;
                    let left = SEND_WINDOW.saturating_sub(begun.elapsed());
                    let answer = match self.compose(channel, targets, &need, &records, notice) {
                        Some(message) => self.send(notifier, &message, left).await,
                        None => ChannelAnswer::Unavailable,
                    };
                    need.answered(answer, self.now())
                }
                Telling::Record(mut need) => {
                    match self.record(channel, &mut need, &mut records).await {
                        Ok(()) => need.next(),
                        Err(error) => {
                            failure = Some(error);
                            need.failed()
                        }
                    }
                }
                Telling::Release(need) => {
                    let state = self.released(need.state(), notice, is_tried);
                    let released = store.release(channel, &holder, &state).await;
                    failure = failure.or(released.err());
                    need.released()
                }
                Telling::Done(told) => {
                    log_not_tried(channel, &told);
                    return match failure {
                        Some(error) => Err(TellingError { error, told, is_tried }),
                        None => Ok(told),
                    };
                }
            };
        }
    }

    /// The message that is to be sent.
    fn compose(
        &self,
        channel: &ChannelName,
        targets: &Targets<'_>,
        need: &Sending,
        records: &Records,
        notice: Option<&Notice>,
    ) -> Option<Message> {
        let voice = self.site.voice(need.at());
        match need.batch() {
            Some(batch) => {
                let order = &self.site.config.targets;
                let subjects = Subjects::of(channel, targets, order, records.keys());
                Some(render(batch, &subjects, &voice))
            }
            None => notice.map(|notice| notice.compose(&voice)),
        }
    }

    fn now(&self) -> DateTime<Utc> {
        self.site.clock.now()
    }

    /// The lease of `channel` for `holder`, with what was remembered of it;
    /// `None` if another process keeps it.
    async fn take_lease(
        &self,
        channel: &ChannelName,
        holder: &Holder,
    ) -> Result<Option<ChannelState>, StoreError> {
        for attempt in 0..LEASE_TRIES {
            if attempt > 0 {
                tokio::time::sleep(LEASE_PAUSE).await;
            }
            let now = self.site.clock.now();
            match self.site.store.lease(channel, holder, now, now + LEASE).await? {
                Lease::Held(state) => return Ok(Some(state)),
                Lease::Taken { .. } => {}
            }
        }
        Ok(None)
    }

    /// Sends `message`, which may take as long as `patience`.
    async fn send(
        &self,
        notifier: &Notifier,
        message: &Message,
        patience: Duration,
    ) -> ChannelAnswer {
        match notifier.send(message, self.budget.within(patience)).await {
            Delivery::Accepted { receipt } => ChannelAnswer::Accepted { receipt },
            Delivery::Refused { .. } => ChannelAnswer::Refused,
            Delivery::ComeBack { after, .. } => {
                ChannelAnswer::ComeBack { not_before: self.after(after) }
            }
            Delivery::Unavailable { .. } => ChannelAnswer::Unavailable,
            Delivery::Unknown { .. } => ChannelAnswer::Unknown,
        }
    }

    /// The instant when `patience` has passed.
    fn after(&self, patience: Duration) -> Option<DateTime<Utc>> {
        let patience = TimeDelta::from_std(patience).unwrap_or(TimeDelta::MAX);
        self.site.clock.now().checked_add_signed(patience)
    }

    /// Stores that `channel` accepted a message, however often others write first.
    async fn record(
        &self,
        channel: &ChannelName,
        recording: &mut Recording,
        records: &mut Records,
    ) -> Result<(), StoreError> {
        let reload = async || self.site.store.load().await;
        let stored = retry(&self.site.store, UNTIL_STORED, records, reload, recording).await;
        let problem = || format!("other processes kept writing what {channel} was told of");
        stored.map_err(|error| error.or_busy(problem()))
    }

    /// Remembers that every channel knows of `told`.
    async fn forget_told(&self, records: &mut Records, told: &[Gap]) -> Result<(), StoreError> {
        let own = &self.site.vantage;
        let mut change = |records: &Records| step::forget_told(records, own, told);
        self.site.change_own_record(records, &mut change).await
    }
}

impl Change for Recording {
    fn writes(&mut self, records: &Records) -> Vec<Write> {
        Self::writes(self, records)
    }

    fn stored(&mut self, lost: &BTreeSet<TargetName>) {
        Self::stored(self, lost);
    }
}

/// How many facts `channel` is owed. Why it is not told of the rest goes to the log.
fn count(owed: &[(ChannelName, Owed)], channel: &ChannelName) -> usize {
    let Some((_, owed)) = owed.iter().find(|(name, _)| name == channel) else { return 0 };
    for (target, why) in &owed.not_announced {
        tracing::debug!(target_name = %target, %channel, ?why, "down, and not announced now");
    }
    owed.facts.len()
}

fn log_not_tried(channel: &ChannelName, told: &TellingResult) {
    let owed = told.facts_left;
    match told.not_tried {
        Some(NotTried::LeaseTaken) => {
            tracing::info!(%channel, owed, "another process is telling this channel");
        }
        Some(NotTried::AskedToWait { until }) => {
            tracing::info!(%channel, owed, %until, "the channel asked not to be tried before then");
        }
        Some(NotTried::PerhapsTold { until }) => {
            tracing::info!(%channel, owed, %until, "perhaps told; told again then");
        }
        Some(NotTried::FailedJustNow) => {
            tracing::debug!(%channel, owed, "the channel failed just now; left to a tick");
        }
        None => {}
    }
}

/// One entry for each kind of fact that `channel` was told.
fn announced(channel: &ChannelName, told: &TellingResult) -> Vec<AnnouncedKind> {
    let mut announced: Vec<AnnouncedKind> = Vec::new();
    for (target, fact) in &told.facts {
        let kind = Fact::kind(fact);
        match announced.iter_mut().find(|entry| entry.kind == kind) {
            Some(entry) => entry.targets.push(target.clone()),
            None => announced.push(AnnouncedKind {
                channel: channel.clone(),
                targets: vec![target.clone()],
                kind,
            }),
        }
    }
    announced.extend((told.gaps > 0).then(|| AnnouncedKind::no_view(channel)));
    announced
}
