//! The record that a prober keeps of itself beside those of its targets: the
//! gaps in which it saw nothing. Only this file reads and writes it.

use chrono::{DateTime, Utc};

use crate::core::judge::self_check;
use crate::model::names::TargetName;
use crate::model::prober_state::{Gap, ProberState};
use crate::model::record::{Record, Records, Write};
use crate::model::self_check::SelfCheck;
use crate::model::target::Targets;

/// What a pass found out about the prober itself.
#[derive(Debug, Clone, PartialEq)]
pub struct GapChange {
    /// Whether the pass before was blind.
    pub was_blind: bool,
    /// Since when nobody had looked before this pass, if that is long.
    pub missed_since: Option<DateTime<Utc>>,
    /// The write of the prober's own record; `None` if nothing changes in it.
    pub write: Option<Write>,
}

impl GapChange {
    /// The writes of the prober's own record: none or one.
    #[must_use]
    pub fn writes(&self) -> &[Write] {
        self.write.as_slice()
    }
}

/// The gaps that not every channel knows of, in the record called `own`.
#[must_use]
pub fn untold_gaps(records: &Records, own: &TargetName) -> Vec<Gap> {
    records.get(own).map(|record| record.state.sight.untold.clone()).unwrap_or_default()
}

/// The write that forgets `told`, which every channel knows of now; `None` if
/// that is forgotten already.
#[must_use]
pub fn forget_told(records: &Records, own: &TargetName, told: &[Gap]) -> Option<Write> {
    let record = records.get(own)?;
    write(own, Some(record), record.state.sight.without(told))
}

/// What becomes of the `record` called `own` after a pass for `at` in which
/// something was found out.
pub(super) fn note(
    own: &TargetName,
    record: Option<&Record>,
    targets: &Targets<'_>,
    records: &Records,
    self_check: SelfCheck,
    at: DateTime<Utc>,
) -> GapChange {
    let before = record.map(|record| record.state.sight.clone()).unwrap_or_default();
    let missed_since = self_check::missed_since(targets, records, at);
    GapChange {
        was_blind: before.blind_since.is_some(),
        missed_since,
        write: write(own, record, before.after(at, self_check, missed_since)),
    }
}

/// Whether a prober's own `record` is so old at `at` that nobody asks any more.
pub(super) fn is_faded(record: &Record, at: DateTime<Utc>) -> bool {
    record.state.sight.is_faded(at)
}

/// The write that remembers `now` in the place of `record`, if that differs.
fn write(own: &TargetName, record: Option<&Record>, now: ProberState) -> Option<Write> {
    let is_the_same = match record {
        Some(record) => record.state.sight == now,
        None => now == ProberState::default(),
    };
    if is_the_same {
        return None;
    }
    let Record { revision, mut state } = record.cloned().unwrap_or_default();
    state.sight = now;
    Some(Write { target: own.clone(), expected: revision, state, closed_day: None })
}
