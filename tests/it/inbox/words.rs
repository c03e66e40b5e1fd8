//! What is said from outside, judged: which of two words counts.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use prober::advance::{Pulse, Word, WordOrder, hear};
use prober::announce::Scene;
use prober::observation::{Outcome, Reason, Vantage};
use prober::state::{Attachment, State};
use prober::store::{Record, Records, Revision};
use prober::target::{GuestLogs, Guests, TargetName, and_guests};

use crate::world::minute;

fn guests() -> Guests {
    let quiet = std::time::Duration::from_mins(15);
    Guests { alarms: Some(vec![]), logs: Some(GuestLogs { quiet, notify: vec![] }) }
}

fn word(target: &str, at: DateTime<Utc>, outcome: Outcome, order: WordOrder) -> Word {
    Word {
        target: TargetName::new(target),
        at,
        vantage: Vantage("here".into()),
        outcome: Some(outcome),
        pulse: None,
        count: 1,
        attachment: None,
        order,
    }
}

fn boom() -> Outcome {
    Outcome::failure(Reason::ErrorsReported, "boom")
}

/// The state of the one target of `words`, after each of them in turn.
fn after(words: &[Word]) -> Option<State> {
    let guest = guests().target(&words[0].target)?;
    let targets = [guest];
    let targets = and_guests(&[], &targets);
    let mut records: Records = BTreeMap::new();
    for word in words {
        let scene = Scene::new(&targets, &[], word.at);
        for write in hear(&scene, &records, std::slice::from_ref(word)).writes {
            let revision = Revision(write.expected.0 + 1);
            records.insert(write.target, Record { revision, state: write.state });
        }
    }
    records.into_values().next().map(|record| record.state)
}

#[test]
fn an_alarm_that_is_repeated_or_overtaken_changes_nothing() {
    let said = |at, outcome| word("alarm:cpu", minute(at), outcome, WordOrder::Sent);
    let once = after(&[said(1, boom()), said(2, Outcome::success())]);
    let words = [said(1, boom()), said(1, boom()), said(2, Outcome::success()), said(1, boom())];
    assert!(once.is_some());
    assert_eq!(after(&words), once);
}

#[test]
fn two_reports_of_one_instant_both_count() {
    let said = word("logs:/aws/lambda/f", minute(1), boom(), WordOrder::Came);
    let more = Word { count: 5, ..said.clone() };
    let quiet = word("logs:/aws/lambda/f", minute(60), Outcome::success(), WordOrder::Came);
    let state = after(&[said.clone(), said, more, quiet]).unwrap();
    assert_eq!(state.last_outage.unwrap().observations, 7);
}

#[test]
fn what_came_with_the_first_failure_is_kept() {
    let text = |text: &str| Some(Attachment { text: text.into(), link: None });
    let first =
        Word { attachment: text("first"), ..word("sns:t", minute(1), boom(), WordOrder::Came) };
    let second = Word { attachment: text("second"), at: minute(2), ..first.clone() };
    let state = after(&[first, second]).unwrap();
    assert_eq!(state.incident().unwrap().attachment, text("first"));
}

#[test]
fn a_run_is_as_long_as_from_its_start_to_its_end() {
    let said = |at, pulse, outcome| Word {
        pulse: Some(pulse),
        outcome,
        ..word("sns:job", minute(at), boom(), WordOrder::Came)
    };
    let began = said(1, Pulse::Began, None);
    let beat = after(std::slice::from_ref(&began)).unwrap().beat.unwrap();
    assert_eq!((beat.at, beat.started), (minute(1), Some(minute(1))));
    let state = after(&[began, said(3, Pulse::Ended, Some(Outcome::success()))]).unwrap();
    let beat = state.beat.unwrap();
    assert_eq!((beat.at, beat.started), (minute(3), None));
    assert!(format!("{:?}", state.history).contains("120"), "{:?}", state.history);
    assert_eq!(minute(3) - minute(1), TimeDelta::minutes(2));
}

#[test]
fn guests_are_taken_only_where_they_are_wanted() {
    let nobody = Guests { alarms: None, logs: None };
    for name in ["alarm:cpu", "logs:/aws/lambda/f", "sns:topic"].map(TargetName::new) {
        assert!(guests().target(&name).is_some() && nobody.target(&name).is_none(), "{name}");
    }
    assert!(guests().target(&TargetName::new("nas")).is_none());
}
