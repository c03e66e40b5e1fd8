//! Forgets what was stored while the clock was ahead, once the clock is right again,
//! and says so.

use chrono::{DateTime, TimeDelta, Utc};

use super::site::Site;
use crate::model::names::TargetName;
use crate::model::record::{Committed, Records, Write};
use crate::store::{Store, StoreError};

/// No schedule is this far ahead of the clock, and no two clocks of one prober differ so
/// much: AWS refuses requests of such a clock, and so do many others
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html>).
const FAR_AHEAD: TimeDelta = TimeDelta::minutes(5);

impl<S: Store> Site<S> {
    /// The records, as far as they can be believed.
    pub(super) async fn load(&self) -> Result<Records, StoreError> {
        Ok(self.believed(self.store.load().await?))
    }

    /// `records`, as far as they can be believed.
    pub(super) fn believed(&self, mut records: Records) -> Records {
        self.forget_ahead(&mut records);
        records
    }

    /// Forgets what is far ahead of the machine's clock in `records`; returns of
    /// which targets. A clock that `--at` sets is not the machine's, and may be behind.
    fn forget_ahead(&self, records: &mut Records) -> Vec<TargetName> {
        if !self.clock.is_the_machines() {
            return Vec::new();
        }
        let now: DateTime<Utc> = self.clock.now();
        let limit = now + FAR_AHEAD;
        records.probers.values_mut().for_each(|record| record.state.forget_after(limit));
        let all = records.iter_mut();
        all.filter_map(|(name, record)| record.state.forget_after(limit, now).then(|| name.clone()))
            .collect()
    }

    /// The same, and writes it, so that it is told once, and so that what was set to
    /// the present does not move with the present. Returns of how many targets.
    pub(super) async fn correct_ahead(&self, records: &mut Records) -> Result<usize, StoreError> {
        let names = self.forget_ahead(records);
        let write = |target: &TargetName| {
            let record = records.get(target)?;
            let (expected, state) = (record.revision, record.state.clone());
            Some(Write::new(target.clone(), expected, state))
        };
        let writes: Vec<Write> = names.iter().filter_map(write).collect();
        if writes.is_empty() {
            return Ok(0);
        }
        tracing::warn!(targets = ?names, "observed while the clock was ahead: that is forgotten");
        let outcomes = self.store.commit(&writes).await?;
        for (write, outcome) in writes.iter().zip(outcomes) {
            match (outcome, records.get_mut(&write.target)) {
                (Committed::Stored(revision), Some(record)) => record.revision = revision,
                // Another process was first: what it wrote is read by the next tick.
                (Committed::Stored(_) | Committed::Conflict, _) => {}
            }
        }
        Ok(names.len())
    }
}
