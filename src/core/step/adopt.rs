//! Moves records of alarms, logs and topics that the previous version stored under
//! bare names to their present names, which are ARNs.

use super::Event;
use crate::model::names::TargetName;
use crate::model::record::{Record, Records, Revision};
use crate::model::shown_names::short;
use crate::model::state::State;

/// A record that has moved to another name: forget the old one once the new one is
/// stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adopted {
    /// Its old name.
    pub old: TargetName,
    /// Its new name.
    pub new: TargetName,
}

/// For the target of each of `events`, moves the record under its old name in
/// `records` to the new one, unless that has a record already.
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

/// Whether `state` may be that of the target `name`. The link of an open incident
/// names the region.
fn is_of(state: &State, name: &TargetName) -> bool {
    let link = state.incident().and_then(|incident| incident.attachment.as_ref()?.link.as_ref());
    let region = link.and_then(|link| link.split_once("?region=")?.1.split('#').next());
    region.is_none_or(|region| name.as_str().contains(&format!(":{region}:")))
}
