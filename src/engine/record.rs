//! The record of what a channel accepted, on top of whatever was written
//! meanwhile.

use std::collections::BTreeSet;
use std::time::Duration;

use super::Engine;
use super::tell::Facts;
use crate::core::step;
use crate::model::names::{ChannelName, TargetName};
use crate::model::record::{Committed, Records, Write};
use crate::model::state::Receipt;
use crate::probe::ProbeOnce;
use crate::store::{Store, StoreError};

/// Attempts at recording what was said. Each failure is another process's
/// success, or a store that does not answer.
const RECORD_TRIES: u32 = 10;
const RECORD_PAUSE: Duration = Duration::from_millis(100);

impl<S: Store, P: ProbeOnce> Engine<S, P> {
    /// Writes that `channel` accepted `facts`, however often others write first.
    pub(super) async fn record(
        &self,
        channel: &ChannelName,
        mut facts: Facts,
        receipt: Option<&Receipt>,
        mut records: Records,
    ) -> Result<(), StoreError> {
        let at = self.clock.now();
        let mut problem = None;
        for _ in 0..RECORD_TRIES {
            let writes = step::told(channel, &facts, receipt, &records, at);
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
