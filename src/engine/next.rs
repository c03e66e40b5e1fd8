//! When there is something to do next: `watch` sleeps until then.

use chrono::{DateTime, Utc};

use super::probes::last_slot;
use super::request::TickRequest;
use super::site::Site;
use crate::core::announce::{self, Context};
use crate::core::judge::schedule::{self, Due};
use crate::core::judge::{deadline, health, lapse};
use crate::model::record::Records;
use crate::model::skip;
use crate::model::state::TopicState;
use crate::model::target::{Target, Targets};
use crate::store::{Store, StoreError};

impl<S: Store> Site<S> {
    /// When there is something to do next: a target is due, somebody is late, a
    /// reminder is owed, or a silence ends. `None` if there never is.
    pub(super) async fn next_due(
        &self,
        request: TickRequest,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let records = self.load().await?;
        let now = self.clock.now();
        let watched =
            self.config.endpoints().filter(|(target, _)| !records.is_unreadable(&target.name));
        let probes = watched.filter_map(|(target, endpoint)| {
            match schedule::due(&endpoint.cadence, last_slot(&records, target), now) {
                Due::Now { .. } => Some(now),
                Due::Later { at } => Some(at),
                Due::Never => None,
            }
        });
        let roster = self.roster(records.keys());
        let targets = roster.targets();
        let unasked =
            targets.values().filter_map(|each| unasked(each, &targets, &records, now, request));
        let awaited = records.values().filter_map(|record| record.state.waits_until(now));
        // What is down is told as soon as it may be.
        let context = self.context(&targets);
        let maintenance = targets.keys().filter_map(|name| context.maintained_until(name));
        let pauses =
            records.values().filter_map(|record| announce::paused_until(&record.state, now));
        let lapses = targets.values().filter_map(|target| {
            let state = &records.get(&target.name)?.state;
            // One that has lapsed is dropped when that can be told.
            let at = lapse::lapses_at(target, state, self.config.discovered.forget_after)?;
            (at > now).then_some(at)
        });
        let silences = maintenance.chain(pauses).chain(self.wanted(&context, &records));
        Ok(probes.chain(unasked).chain(awaited).chain(silences).chain(lapses).min())
    }

    /// When a channel wants to be told that does not want it now: when its hours begin, or
    /// when what is wrong has lasted for long enough.
    fn wanted(&self, context: &Context<'_>, records: &Records) -> Vec<DateTime<Utc>> {
        let mut instants = Vec::new();
        for channel in &self.config.channels {
            instants.extend(context.closed_until(&channel.name));
            let after = context.after(&channel.name);
            let wrong = records.values().flat_map(|record| record.state.wrong_since());
            let lasted = wrong.filter_map(|since| since.checked_add_signed(after));
            instants.extend(lasted.filter(|at| *at > context.now()));
        }
        instants
    }
}

/// When time alone changes something about `target`, without a probe or an event.
fn unasked(
    target: &Target,
    targets: &Targets<'_>,
    records: &Records,
    now: DateTime<Utc>,
    TickRequest { refused_at, skip, .. }: TickRequest,
) -> Option<DateTime<Utc>> {
    let state = &records.get(&target.name)?.state;
    let works_since = announce::works_since(target, targets, records);
    let seen = skip::seen(skip, state);
    let believed = deadline::believed_from(target, &seen, refused_at);
    let overdue = deadline::next(target, &seen, works_since).max(believed);
    let is_probed = target.endpoint().is_some();
    let steady = health::steady_at(&target.policy, state).filter(|_| !is_probed);
    // One whose time has passed waits for the end of a silence.
    let reminder = announce::next_reminder(target, state).filter(|at| *at > now);
    let count = state.by_kind.topic().and_then(TopicState::next_count).filter(|at| *at > now);
    [overdue, steady, reminder, count].into_iter().flatten().min()
}
