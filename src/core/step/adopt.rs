//! What the version before remembered of alarms, logs and topics by their bare
//! names goes on under the names that they have now, which are ARNs.

use super::Event;
use crate::model::names::TargetName;
use crate::model::record::{Record, Records, Revision};
use crate::model::shown_names::short;
use crate::model::state::State;

/// A record that goes on under another name: the old one is to be forgotten
/// once the new one is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adopted {
    /// What it was called.
    pub old: TargetName,
    /// What it is called now.
    pub new: TargetName,
}

/// Puts what `records` hold by the old name of the target of each of `events`
/// under its new one, unless there is a record of that already.
pub fn adopt(records: &mut Records, events: &[Event]) -> Vec<Adopted> {
    let mut adopted = Vec::new();
    for Event { target: new, .. } in events {
        let old = TargetName::new(short(new));
        if old == *new || records.contains_key(new) || records.is_unreadable(new) {
            continue;
        }
        let Some(state) = records.get(&old).map(|record| record.state.clone()) else { continue };
        if is_of(&state, new) {
            records.remove(&old);
            records.insert(new.clone(), Record { revision: Revision(0), state });
            adopted.push(Adopted { old, new: new.clone() });
        }
    }
    adopted
}

/// Whether what is remembered may be of the target `name`. Of an open incident
/// the link says the region.
fn is_of(state: &State, name: &TargetName) -> bool {
    let link = state.incident().and_then(|incident| incident.attachment.as_ref()?.link.as_ref());
    let region = link.and_then(|link| link.split_once("?region=")?.1.split('#').next());
    region.is_none_or(|region| name.as_str().contains(&format!(":{region}:")))
}
