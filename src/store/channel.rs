//! Who may speak to a channel: the rule of the lease, the same for every store.
//!
//! Pure; a store reads the record, asks, and writes it back conditionally.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Holder, Lease};
use crate::model::channel_state::ChannelState;

/// One channel's record.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ChannelRecord {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    held: Option<Held>,
    #[serde(default)]
    state: ChannelState,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Held {
    by: Holder,
    until: DateTime<Utc>,
}

impl ChannelRecord {
    /// Reads the record of the channel called `name`. One that cannot be read begins
    /// afresh: what it is for is to send nothing twice, and not to be silent. What
    /// was told of each target lies in the targets' records.
    #[must_use]
    pub fn read(name: &str, json: &str) -> Self {
        serde_json::from_str(json).unwrap_or_else(|error| {
            tracing::error!(name, %error, "a channel's record cannot be read, and begins afresh");
            Self::default()
        })
    }

    /// Gives the lease to `holder`, unless somebody else has it at `now`:
    /// then the record is as it was.
    ///
    /// A lease that lasts more than twice as long as the one asked for was
    /// taken by a clock far ahead, a machine's that was set wrong or `--at`'s.
    /// It counts for nothing: it would silence the channel for as long.
    pub fn lease(&mut self, holder: &Holder, now: DateTime<Utc>, until: DateTime<Utc>) -> Lease {
        let longest = (until - now) * 2;
        let lasts = |held: &&Held| held.until > now && held.until - now <= longest;
        if let Some(other) = self.held.as_ref().filter(|held| held.by != *holder).filter(lasts) {
            return Lease::Taken { until: other.until };
        }
        self.held = Some(Held { by: holder.clone(), until });
        Lease::Held(self.state.clone())
    }

    /// Remembers `state` while `holder` has the lease. Whether it has it: if not,
    /// the record is as it was.
    pub fn save(&mut self, holder: &Holder, state: &ChannelState) -> bool {
        let is_held = self.held.as_ref().is_some_and(|held| held.by == *holder);
        if is_held {
            self.state.clone_from(state);
        }
        is_held
    }

    /// What is remembered of the channel.
    #[must_use]
    pub const fn state(&self) -> &ChannelState {
        &self.state
    }

    /// Takes the lease back from `holder` with the `state` to remember.
    /// Whether it had it: if not, the record is as it was.
    pub fn release(&mut self, holder: &Holder, state: &ChannelState) -> bool {
        let held = self.held.take_if(|held| held.by == *holder).is_some();
        if held {
            self.state.clone_from(state);
        }
        held
    }
}
