//! What is said from outside, judged: which of two words counts.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use prober::core::announce::Context;
use prober::core::step::{
    Event, EventOrder, Published, Pulse, ReportedError, Step, Wishes, of_events,
};
use prober::engine::Budget;
use prober::model::names::TargetName;
use prober::model::observation::{Outcome, Reason, Vantage};
use prober::model::record::{Record, Records, Revision};
use prober::model::secret::Secret;
use prober::model::state::{Attachment, State};
use prober::model::target::{Cadence, Discovered, Heartbeat, Kind, Target, and_discovered};

use super::desk::Desk;
use crate::world::{minute, target};

fn guests() -> Discovered {
    Discovered::told_to(&[])
}

fn word(target: &str, at: DateTime<Utc>, outcome: Outcome, order: EventOrder) -> Event {
    Event {
        target: TargetName::new(target),
        at,
        vantage: Vantage("here".into()),
        outcome: Some(outcome),
        pulse: None,
        count: 1,
        attachment: None,
        errors: Vec::new(),
        news: None,
        wishes: Wishes::default(),
        order,
        source: None,
    }
}

/// One that is expected once a day.
fn heartbeat(name: &str) -> Target {
    let heartbeat = Heartbeat {
        cadence: Cadence::Every(Duration::from_hours(24)),
        grace: Duration::from_hours(1),
        key: Secret::new("k3y-of-the-backup"),
        expect: prober::model::expect::PingExpect::default(),
    };
    Target { kind: Kind::Heartbeat(Box::new(heartbeat)), ..target(name, 1, 1) }
}

fn boom() -> Outcome {
    Outcome::failure(Reason::ErrorsReported, "boom")
}

/// The state of the one target of `words`, after each of them in its time.
fn after(words: &[Event]) -> Option<State> {
    heard(words, |word| word.at)
}

/// The same, where each is heard `when` it says.
fn heard(words: &[Event], when: impl Fn(&Event) -> DateTime<Utc>) -> Option<State> {
    let name = &words[0].target;
    let targets = [guests().target(name).unwrap_or_else(|| heartbeat(name.as_str()))];
    let targets = and_discovered(&[], &targets);
    let mut records = Records::new();
    for word in words {
        let context = Context::new(&targets, &[], when(word));
        for write in of_events(&context, &records, std::slice::from_ref(word)).writes {
            let revision = Revision(write.expected.0 + 1);
            records.insert(write.target, Record { revision, state: write.state });
        }
    }
    records.into_iter().next().map(|(_, record)| *record.state)
}

#[test]
fn an_alarm_that_is_repeated_or_overtaken_changes_nothing() {
    let said = |at, outcome| word("alarm:cpu", minute(at), outcome, EventOrder::Sent);
    let once = after(&[said(1, boom()), said(2, Outcome::success())]);
    let words = [said(1, boom()), said(1, boom()), said(2, Outcome::success()), said(1, boom())];
    assert!(once.is_some());
    assert_eq!(after(&words), once);
}

#[test]
fn lines_from_a_clock_that_is_fast_keep_no_error_open() {
    let said = word("logs:/aws/lambda/f", minute(90), boom(), EventOrder::Came);
    let state = heard(&[said.clone(), said], |_| minute(1)).unwrap();
    assert_eq!(state.incident().unwrap().since, minute(1));
    assert!(state.last_slot.unwrap() < minute(2));
}

#[test]
fn two_reports_of_one_instant_both_count() {
    let said = word("logs:/aws/lambda/f", minute(1), boom(), EventOrder::Came);
    let more = Event { count: 5, ..said.clone() };
    let quiet = word("logs:/aws/lambda/f", minute(60), Outcome::success(), EventOrder::Came);
    let state = after(&[said.clone(), said, more, quiet]).unwrap();
    assert_eq!(state.last_outage.unwrap().observations, 7);
}

#[test]
fn what_came_with_the_first_failure_is_kept() {
    let text = |text: &str| Some(Attachment { text: text.into(), ..Attachment::default() });
    let first =
        Event { attachment: text("first"), ..word("logs:t", minute(1), boom(), EventOrder::Came) };
    let second = Event { attachment: text("second"), at: minute(2), ..first.clone() };
    let state = after(&[first, second]).unwrap();
    assert_eq!(state.incident().unwrap().attachment, text("first"));
}

#[test]
fn nothing_is_judged_over_a_record_that_cannot_be_read() {
    let said = word("alarm:cpu", minute(1), boom(), EventOrder::Sent);
    let targets = [guests().target(&said.target).unwrap()];
    let targets = and_discovered(&[], &targets);
    let context = Context::new(&targets, &[], minute(1));
    let mut records = Records::new();
    assert_eq!(of_events(&context, &records, std::slice::from_ref(&said)).writes.len(), 1);
    records.unreadable.insert(said.target.clone(), "it is damaged".into());
    assert_eq!(of_events(&context, &records, &[said]), Step::default());
}

#[test]
fn a_run_is_as_long_as_from_its_start_to_its_end() {
    let said = |at, pulse, outcome| Event {
        pulse: Some(pulse),
        outcome,
        ..word("backup", minute(at), boom(), EventOrder::Came)
    };
    let began = said(1, Pulse::Began, None);
    let beat = after(std::slice::from_ref(&began)).unwrap().by_kind.beat().unwrap();
    assert_eq!((beat.at, beat.started), (minute(1), Some(minute(1))));
    let state = after(&[began, said(3, Pulse::Ended, Some(Outcome::success()))]).unwrap();
    let beat = state.by_kind.beat().unwrap();
    assert_eq!((beat.at, beat.started), (minute(3), None));
    assert!(format!("{:?}", state.history).contains("120"), "{:?}", state.history);
    assert_eq!(minute(3) - minute(1), TimeDelta::minutes(2));
}

#[test]
fn guests_are_taken_only_where_they_are_wanted() {
    let nobody = Discovered { alarms: None, logs: None, topics: None, ..guests() };
    for name in ["alarm:cpu", "logs:/aws/lambda/f", "sns:topic"].map(TargetName::new) {
        assert!(guests().target(&name).is_some() && nobody.target(&name).is_none(), "{name}");
    }
    assert!(guests().target(&TargetName::new("nas")).is_none());
}

#[tokio::test]
async fn no_tick_forgets_what_came_by_itself() {
    let config = "[[heartbeat]]\nname = 'backup'\nkey = 'k3y-of-the-backup'\ninterval = '1d'\n\
                  [[reports]]\nservice = 'map'\norigins = []\n";
    let desk = Desk::with(&[config, "[alarms]\nforget_after = '366d'\n"].concat()).await;
    let guests = ["alarm:cpu", "logs:/aws/lambda/f", "sns:topic", "reports:map", "backup"];
    let words = guests.map(|name| word(name, minute(0), boom(), EventOrder::Came));
    desk.engine.receive(words.to_vec(), Budget::UNLIMITED).await.unwrap();
    for _ in 0..100 {
        desk.pass(TimeDelta::days(1));
        desk.tick().await;
    }
    for name in guests {
        assert!(desk.state(name).await.is_some(), "{name}");
    }
    let off = [config, "[alarms]\nenabled = false\n[logs]\nenabled = false\n"].concat();
    let desk = desk.restarted(&off).await;
    desk.tick().await;
    for (index, name) in guests.into_iter().enumerate() {
        assert_eq!(desk.state(name).await.is_some(), index > 2, "{name}");
    }
}

/// An error of the log event `id`, of the kind `detail`.
fn error(id: &str, detail: &str) -> ReportedError {
    let (id, fingerprint) = (Some(id.to_owned()), detail.to_owned());
    ReportedError { id, fingerprint, detail: detail.into(), attachment: None }
}

fn batch(at: i64, errors: &[ReportedError]) -> Event {
    let outcome = Outcome::failure(Reason::ErrorsReported, errors[0].detail.as_str());
    let count = u32::try_from(errors.len()).unwrap();
    let errors = errors.to_vec();
    Event { count, errors, ..word("logs:f", minute(at), outcome, EventOrder::Came) }
}

#[test]
fn a_batch_that_is_delivered_again_is_counted_once_even_after_its_quiet_time() {
    let first = batch(1, &[error("1", "boom"), error("2", "boom")]);
    let quiet = word("logs:f", minute(60), Outcome::success(), EventOrder::Came);
    let once = after(&[first.clone(), quiet.clone()]);
    assert_eq!(after(&[first.clone(), first.clone(), quiet.clone()]), once);
    assert_eq!(after(&[first.clone(), quiet, first]), once);
}

#[test]
fn of_a_batch_that_was_cut_anew_only_the_new_errors_count() {
    let first = batch(1, &[error("1", "boom"), error("2", "boom")]);
    let anew = batch(2, &[error("2", "boom"), error("3", "bang")]);
    let state = after(&[first, anew]).unwrap();
    let kinds = &state.by_kind.errors().unwrap().errors.kinds;
    let counted: Vec<_> = kinds.iter().map(|kind| (kind.detail.as_str(), kind.count)).collect();
    assert_eq!(counted, [("boom", 2), ("bang", 1)]);
}

#[test]
fn a_new_error_before_one_that_is_known_counts_too() {
    let first = batch(1, &[error("2", "boom"), error("3", "boom")]);
    let overlapping = batch(2, &[error("1", "bang"), error("2", "boom"), error("3", "boom")]);
    let state = after(&[first, overlapping.clone(), overlapping]).unwrap();
    let kinds = &state.by_kind.errors().unwrap().errors.kinds;
    let counted: Vec<_> = kinds.iter().map(|kind| (kind.detail.as_str(), kind.count)).collect();
    assert_eq!(counted, [("boom", 2), ("bang", 1)]);
}

#[test]
fn a_batch_longer_than_the_memory_of_it_is_known_too() {
    let errors: Vec<_> = (0..400).map(|n| error(&n.to_string(), "boom")).collect();
    let next = batch(2, &[error("400", "boom")]);
    let once = after(&[batch(1, &errors), next.clone()]);
    assert_eq!(after(&[batch(1, &errors), batch(1, &errors), next.clone()]), once);
    assert_eq!(after(&[batch(1, &errors), next, batch(1, &errors)]), once);
}

#[test]
fn an_incident_keeps_six_kinds_of_errors_and_counts_the_rest() {
    let errors: Vec<_> = (0..9).map(|n| error(&n.to_string(), &format!("kind {n}"))).collect();
    let again = word("logs:f", minute(60), Outcome::success(), EventOrder::Came);
    let state = after(&[batch(1, &errors)]).unwrap();
    let stream = &state.by_kind.errors().unwrap().errors;
    assert_eq!((stream.kinds.len(), stream.others), (6, 3));
    let new = batch(90, &[error("new", "kind 0")]);
    let state = after(&[batch(1, &errors), again, new]).unwrap();
    let stream = &state.by_kind.errors().unwrap().errors;
    assert_eq!((stream.kinds.len(), stream.others), (1, 0));
}

#[test]
fn what_is_published_on_a_topic_has_no_status() {
    let news = Some(Published { id: "1".into(), headline: "backup finished".into() });
    let event = word("sns:t", minute(1), boom(), EventOrder::Sent);
    let event = Event { outcome: None, news, ..event };
    let state = after(&[event.clone(), event]).unwrap();
    assert_eq!(state.status, prober::model::state::Status::Unknown);
    assert!(state.by_kind.topic().unwrap().items.is_empty(), "it has nobody to tell");
}
