//! Events from outside: judged and stored at once, on top of whatever another process
//! stored meanwhile, because their sender waits for the answer.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::probes::ProberSide;
use super::site::Site;
use super::tell::Teller;
use super::unreadable;
use super::{Summary, TransitionLine};
use crate::core::announce;
use crate::core::step::telling::Occasion;
use crate::core::step::{self, Adopted, Event, ProbeRequest, Receiving};
use crate::model::names::TargetName;
use crate::model::record::{Records, Write};
use crate::model::target;
use crate::probe::ProbeOnce;
use crate::store::retry::{Change, RACE, RetryError, retry};
use crate::store::{Store, StoreError};

/// Up to this many records are read one by one. Each costs as much as four that are
/// read together.
const FEW: usize = 8;

/// What was stored, and must still be told.
#[derive(Debug)]
pub struct Intake {
    pub(super) records: Records,
    pub(super) summary: Summary,
    /// The probes to make before that.
    pub(super) probe_requests: Vec<ProbeRequest>,
}

impl Intake {
    /// Logs the changes.
    pub fn log(&self) {
        self.log_from(0);
    }

    /// Logs the changes after the first so many.
    pub(super) fn log_from(&self, first: usize) {
        self.summary.transitions.iter().skip(first).for_each(TransitionLine::log);
    }

    /// This, together with what was stored `before` and is not told yet.
    #[must_use]
    pub fn and(mut self, before: Option<Self>) -> Self {
        let Some(before) = before else { return self };
        self.probe_requests.extend(before.probe_requests);
        for (name, record) in before.records {
            self.records.entry(name).or_insert(record);
        }
        self
    }
}

/// The part of an engine that takes events from outside.
pub(super) struct Receiver<'a, S, P> {
    pub(super) site: &'a Site<S>,
    pub(super) prober: ProberSide<'a, S, P>,
    pub(super) teller: Teller<'a, S>,
}

/// Stores `events`, on top of whatever other processes store meanwhile. Once
/// this is done, their sender can be told so.
pub(super) async fn take<S: Store>(
    site: &Site<S>,
    events: Vec<Event>,
) -> Result<Intake, StoreError> {
    let mut summary = Summary::new(site.clock.now(), &site.vantage, 0, &[]);
    let adopted = RefCell::new(Vec::new());
    let reload = async || {
        let mut records = load_for(site, &events).await?;
        adopted.borrow_mut().extend(step::adopt(&mut records, &events));
        Ok(records)
    };
    let mut records = reload().await?;
    unreadable::none_of(&events, &records)?;
    let mut taking = Taking { site, receiving: Receiving::new(events.clone()) };
    retry(&site.store, RACE, &mut records, reload, &mut taking).await.map_err(busy)?;
    forget_adopted(site, &records, adopted.into_inner()).await;
    let (step, conflicts) = taking.receiving.finish();
    summary.conflicts = conflicts;
    summary.transitions = step.transitions.into_iter().map(Into::into).collect();
    Ok(Intake { records, summary, probe_requests: step.probe_requests })
}

/// The records that `events` may change, and those that decide about these. If they
/// are few, they are read one by one, which costs less than to read all. A
/// discovered target may have a record under an older name.
async fn load_for<S: Store>(site: &Site<S>, events: &[Event]) -> Result<Records, StoreError> {
    let named: Vec<&TargetName> = events.iter().map(|event| &event.target).collect();
    let targets = target::by_name(&site.config.targets);
    let is_configured = named.iter().all(|name| targets.contains_key(*name));
    let related = announce::related(&named, &targets);
    if !is_configured || related.len() > FEW {
        return site.load().await;
    }
    let related: Vec<TargetName> = related.into_iter().cloned().collect();
    Ok(site.believed(site.store.load_some(&related).await?))
}

/// Forgets the records under old names that were moved. If one stays, it is only shown
/// too.
async fn forget_adopted<S: Store>(site: &Site<S>, records: &Records, adopted: Vec<Adopted>) {
    let is_stored = |new: &TargetName| records.get(new).is_some_and(|record| record.revision.0 > 0);
    let old: Vec<_> =
        adopted.into_iter().filter(|each| is_stored(&each.new)).map(|each| each.old).collect();
    if old.is_empty() {
        return;
    }
    if let Err(error) = site.store.forget(&old).await {
        tracing::warn!(%error, "a record goes on by its ARN, and its old name could not be forgotten");
    }
}

/// The error if other processes always wrote first.
pub(super) fn busy(error: RetryError) -> StoreError {
    error.or_busy("other processes kept writing first")
}

/// Events on their way into the store of a site.
struct Taking<'a, S> {
    site: &'a Site<S>,
    receiving: Receiving,
}

impl<S> Change for Taking<'_, S> {
    fn writes(&mut self, records: &Records) -> Vec<Write> {
        let roster = self.site.roster(records.keys().chain(self.receiving.targets()));
        let targets = roster.targets();
        self.receiving.writes(&self.site.context(&targets), records)
    }

    fn stored(&mut self, lost: &BTreeSet<TargetName>) {
        let stored = self.receiving.stored(lost);
        if let Some(recorder) = &self.site.recorder {
            recorder.record_events(self.site.clock.now(), &stored);
        }
    }
}

impl<S: Store, P: ProbeOnce> Receiver<'_, S, P> {
    /// Makes the probes that were asked for, and tells what is owed now. What
    /// cannot be told is owed still: the next tick tells it, so its failure is
    /// no error.
    pub(super) async fn tell(&self, mut taken: Intake) -> Summary {
        if let Err(error) = self.probe_and_tell(&mut taken).await {
            tracing::error!(%error, "stored, but not told; the next tick tells it");
            taken.summary.owed = taken.summary.owed.max(1);
        }
        taken.summary
    }

    async fn probe_and_tell(&self, taken: &mut Intake) -> Result<(), StoreError> {
        self.make_probes(taken).await?;
        let Intake { records, summary, .. } = taken;
        let roster = self.site.roster(records.keys());
        let targets = roster.targets();
        let context = self.site.context(&targets);
        let owed = step::owed_by_channel(&context, records, &self.site.config.channels);
        self.teller.tell(&targets, records, &owed, Occasion::Event, summary).await
    }
}
