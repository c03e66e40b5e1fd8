//! The prober's own record, beside those of its targets: the gaps in which it
//! observed nothing. Only this file reads and writes it.

use chrono::{DateTime, Utc};

use super::pass::PassFor;
use crate::core::announce::Context;
use crate::core::judge::self_check;
use crate::model::names::ChannelName;
use crate::model::observation::Vantage;
use crate::model::prober_state::{Gap, ProberState};
use crate::model::record::{ProberWrite, Record, Records};
use crate::model::record_key::RecordKey;
use crate::model::self_check::SelfCheck;
use crate::model::target::Targets;

/// What a pass found out about the prober itself.
#[derive(Debug, Clone, PartialEq)]
pub struct GapChange {
    /// Whether the previous pass was blind.
    pub was_blind: bool,
    /// The last observation before this pass, if that is too long ago.
    pub missed_since: Option<DateTime<Utc>>,
    /// The write of the prober's own record; `None` if nothing changes in it.
    pub write: Option<ProberWrite>,
}

/// The gaps of the prober at `own` that not every channel knows of.
#[must_use]
pub fn untold_gaps(records: &Records, own: &Vantage) -> Vec<Gap> {
    records.probers.get(own).map(|record| record.state.untold.clone()).unwrap_or_default()
}

/// Those of `gaps` that `channel` is told of now: none outside its hours. What is over
/// can wait until they begin.
#[must_use]
pub fn gaps_for(channel: &ChannelName, gaps: &[Gap], context: &Context<'_>) -> Vec<Gap> {
    if context.closed_until(channel).is_some() { Vec::new() } else { gaps.to_vec() }
}

/// The write that forgets `told`, which every channel knows now; `None` if it is
/// forgotten already.
#[must_use]
pub fn forget_told(records: &Records, own: &Vantage, told: &[Gap]) -> Option<ProberWrite> {
    let record = records.probers.get(own)?;
    write(records, own, Some(record), record.state.without(told))
}

/// How the `record` of a prober changes after its pass, if that found something out.
pub(super) fn note(
    PassFor { own, at, skip, .. }: PassFor<'_>,
    record: Option<&Record<ProberState>>,
    targets: &Targets<'_>,
    records: &Records,
    self_check: SelfCheck,
) -> GapChange {
    let before = record.map(|record| record.state.clone()).unwrap_or_default();
    let missed_since = self_check::missed_since(targets, records, at, skip);
    GapChange {
        was_blind: before.blind_since.is_some(),
        missed_since,
        write: write(records, own, record, before.after(at, self_check, missed_since)),
    }
}

/// The write that replaces `record` with `state`, if they differ. A record that
/// cannot be read is left as it is.
fn write(
    records: &Records,
    own: &Vantage,
    record: Option<&Record<ProberState>>,
    state: ProberState,
) -> Option<ProberWrite> {
    let is_the_same = match record {
        Some(record) => record.state == state,
        None => state == ProberState::default(),
    };
    if is_the_same || records.is_unreadable(&RecordKey::prober(own).name()) {
        return None;
    }
    let expected = record.map(|record| record.revision).unwrap_or_default();
    Some(ProberWrite { vantage: own.clone(), expected, state })
}
