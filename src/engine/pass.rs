//! Carries out a pass: does what [`step::pass`] has decided, field by field.

use chrono::{DateTime, Utc};

use super::probes::ProberSide;
use super::self_check;
use super::summary::{Summary, TransitionLine};
use crate::core::announce::Context;
use crate::core::step::{self, Owed, Pass, PassFor, Seen};
use crate::model::names::{ChannelName, TargetName};
use crate::model::record::Records;
use crate::model::skip::Skip;
use crate::store::{Store, StoreError, retry};

impl<S: Store, P> ProberSide<'_, S, P> {
    /// Decides the pass that follows from `seen`, and carries out what comes
    /// before its step: forgets what is removed, and stores what the prober found
    /// out about itself.
    pub(super) async fn decide(
        &self,
        context: &Context<'_>,
        records: &mut Records,
        seen: &Seen,
        at: DateTime<Utc>,
        skip: Option<Skip>,
    ) -> Result<Pass, StoreError> {
        let channels = &self.site.config.channels;
        let pass_for = PassFor { at, own: &self.site.vantage, channels, skip };
        let mut pass = step::pass(context, pass_for, records, seen);
        self.forget(&pass.removed, records).await?;
        let Some(gap) = &pass.gap else { return Ok(pass) };
        self_check::log(gap, pass.self_check);
        if gap.write.is_some() {
            let mut change = |records: &Records| {
                pass = step::pass(context, pass_for, records, seen);
                pass.gap.as_ref().and_then(|gap| gap.write.clone())
            };
            self.site.change_own_record(records, &mut change).await?;
        }
        Ok(pass)
    }

    /// Forgets the records of `removed`.
    async fn forget(
        &self,
        removed: &[TargetName],
        records: &mut Records,
    ) -> Result<(), StoreError> {
        if removed.is_empty() {
            return Ok(());
        }
        tracing::info!(targets = ?removed, "no longer configured: forgotten");
        records.forget(removed);
        self.site.store.forget(removed).await
    }

    /// Writes what the step of `pass` changes, and updates `records` to what is
    /// stored now. A lost race drops the observation: the winner's counts.
    /// Returns what each channel is owed after that.
    pub(super) async fn commit(
        &self,
        context: &Context<'_>,
        records: &mut Records,
        pass: Pass,
        summary: &mut Summary,
    ) -> Result<Vec<(ChannelName, Owed)>, StoreError> {
        let (mut step, site) = (pass.step, self.site);
        let writes = std::mem::take(&mut step.writes);
        let lost = retry::commit(&site.store, records, writes).await?;
        summary.conflicts = lost.len();
        let held = step.without(&lost).transitions;
        summary.transitions = held.into_iter().map(TransitionLine::from).collect();
        if lost.is_empty() {
            return Ok(pass.owed);
        }
        let targets: Vec<&TargetName> = lost.iter().collect();
        tracing::info!(?targets, "another process was first: its observations stand");
        *records = site.store.load().await?;
        Ok(step::owed_by_channel(context, records, &site.config.channels))
    }
}
