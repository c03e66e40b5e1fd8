//! Turns what a channel accepted into records to write.

use chrono::{DateTime, Utc};

use crate::core::announce::{self, Fact};
use crate::model::names::{ChannelName, TargetName};
use crate::model::record::{Records, Write};
use crate::model::state::Receipt;

/// The records of the targets of `facts`, which are grouped by target, with the note
/// that `channel` accepted them at `at`, in the message of `receipt`.
#[must_use]
pub fn told(
    channel: &ChannelName,
    facts: &[(TargetName, Fact)],
    receipt: Option<&Receipt>,
    records: &Records,
    at: DateTime<Utc>,
) -> Vec<Write> {
    let write = |group: &[(TargetName, Fact)]| {
        let (target, _) = group.first()?;
        let record = records.get(target)?;
        let mut state = record.state.clone();
        for (_, fact) in group {
            announce::deliver(&mut state, channel, fact, at);
            if let Some(receipt) = receipt {
                announce::keep(&mut state, channel, fact, receipt);
            }
        }
        Some(Write::new(target.clone(), record.revision, state))
    };
    facts.chunk_by(|a, b| a.0 == b.0).filter_map(write).collect()
}
