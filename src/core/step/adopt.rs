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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono::{DateTime, Utc};

    use super::*;
    use crate::core::step::{EventOrder, Wishes};
    use crate::model::observation::{Failure, Outcome, Reason, Vantage};
    use crate::model::state::{Attachment, Incident, Status};

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;
    const HERE: &str = "alarm:arn:aws:cloudwatch:eu-west-1:111111111111:alarm:cpu";
    const THERE: &str = "alarm:arn:aws:cloudwatch:us-east-1:111111111111:alarm:cpu";

    fn event(target: &str) -> Event {
        Event {
            target: TargetName::new(target),
            at: NOW,
            vantage: Vantage("here".into()),
            outcome: Some(Outcome::success()),
            pulse: None,
            count: 1,
            attachment: None,
            errors: Vec::new(),
            news: None,
            wishes: Wishes::default(),
            order: EventOrder::Sent,
        }
    }

    /// Down, with a link to the console of that region if there is one.
    fn down(region: Option<&str>) -> Record {
        let link = region.map(|region| format!("https://{region}.console/?region={region}#x"));
        let failure = Failure { reason: Reason::Alarm, detail: String::new().into() };
        let incident = Incident {
            since: NOW,
            failure,
            vantage: Vantage("here".into()),
            agreed_by: Vec::new(),
            attachment: link.map(|link| Attachment { link: Some(link), ..Attachment::default() }),
            unmentioned: false,
        };
        let state = State { status: Status::Down(incident), ..State::default() };
        Record { revision: Revision(7), state: state.into() }
    }

    fn records<const N: usize>(records: [(&str, Record); N]) -> Records {
        records.into_iter().map(|(name, record)| (TargetName::new(name), record)).collect()
    }

    /// What `events` adopt from `records`, and the names that are left.
    fn adopted(records: &mut Records, events: &[&str]) -> (usize, BTreeSet<String>) {
        let events: Vec<Event> = events.iter().copied().map(event).collect();
        let count = adopt(records, &events).len();
        (count, records.keys().map(ToString::to_string).collect())
    }

    #[test]
    fn what_was_known_by_its_name_goes_on_by_its_arn() {
        for (old, new) in [
            ("alarm:cpu", HERE),
            ("logs:/aws/f", "logs:arn:aws:logs:eu-west-1:111111111111:log-group:/aws/f"),
            ("sns:home", "sns:arn:aws-cn:sns:cn-north-1:111111111111:home"),
        ] {
            let mut records = records([(old, down(None))]);
            let found = adopt(&mut records, &[event(new)]);
            let (old, new) = (TargetName::new(old), TargetName::new(new));
            assert_eq!(found, [Adopted { old: old.clone(), new: new.clone() }]);
            assert!(!records.contains_key(&old));
            assert_eq!(records[&new], Record { revision: Revision(0), ..down(None) });
        }
    }

    #[test]
    fn only_one_of_several_of_that_name_goes_on_and_only_once() {
        let mut records = records([("alarm:cpu", down(None))]);
        let names = [HERE.to_owned()].into();
        assert_eq!(adopted(&mut records, &[HERE, THERE, HERE]), (1, names));
    }

    #[test]
    fn an_alarm_of_another_region_takes_no_incident_over() {
        let mut records = records([("alarm:cpu", down(Some("us-east-1")))]);
        assert_eq!(adopted(&mut records, &[HERE]), (0, ["alarm:cpu".to_owned()].into()));
        assert_eq!(adopted(&mut records, &[HERE, THERE]), (1, [THERE.to_owned()].into()));
    }

    #[test]
    fn what_is_known_by_its_arn_already_is_left_as_it_is() {
        let names = BTreeSet::from(["alarm:cpu".to_owned(), HERE.to_owned()]);
        let mut known = records([("alarm:cpu", down(None)), (HERE, Record::default())]);
        assert_eq!(adopted(&mut known, &[HERE]), (0, names));
        let mut unreadable = records([("alarm:cpu", down(None))]);
        unreadable.unreadable.insert(TargetName::new(HERE), "no JSON".into());
        assert_eq!(adopted(&mut unreadable, &[HERE]), (0, ["alarm:cpu".to_owned()].into()));
    }

    #[test]
    fn what_has_no_arn_has_no_older_name() {
        let mut records = records([("photos", down(None)), ("alarm:cpu", down(None))]);
        let names = BTreeSet::from(["alarm:cpu".to_owned(), "photos".to_owned()]);
        assert_eq!(adopted(&mut records, &["photos", "alarm:cpu", "alarm:disk"]), (0, names));
    }
}
