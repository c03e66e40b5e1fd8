//! Which event is which: real payloads, by file.

use prober::lambda::event::{Event, decode};
use prober::message::OwnAlarm;
use prober::tick::Shard;
use serde_json::{Value, json};

use crate::world::epoch;

macro_rules! event {
    ($name:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!("../../lambda_events/", $name))).unwrap()
    };
}

fn error(event: &Value) -> String {
    decode(event).unwrap_err().to_string()
}

#[test]
fn a_schedule_is_a_tick_whoever_sends_it() {
    let scheduled_at = Some(epoch());
    for event in [
        event!("scheduler.json"),
        event!("scheduler_without_input.json"),
        event!("eventbridge_rule.json"),
    ] {
        assert_eq!(decode(&event), Ok(Event::Tick { scheduled_at, shard: None }), "{event}");
    }
    let shard = Shard::new(1, 4);
    let event = event!("scheduler_with_shard.json");
    assert_eq!(decode(&event), Ok(Event::Tick { scheduled_at, shard }));
    let as_it_stands = json!({ "scheduled_at": "<aws.scheduler.scheduled-time>" });
    assert_eq!(decode(&as_it_stands), Ok(Event::Tick { scheduled_at: None, shard: None }));
    assert_eq!(decode(&json!({})), Ok(Event::Tick { scheduled_at: None, shard: None }));
}

#[test]
fn an_alarm_s_direct_action_is_an_alarm() {
    let Ok(Event::OwnAlarm(alarm)) = decode(&event!("alarm_direct_action.json")) else {
        panic!("not an alarm");
    };
    let OwnAlarm { name, raised, reason, since } = alarm;
    assert_eq!((name.as_str(), raised), ("prober-TickErrors", true));
    assert!(reason.starts_with("Threshold Crossed") && since.starts_with("2026-01-01"));
    let Ok(Event::OwnAlarm(alarm)) = decode(&event!("alarm_over.json")) else {
        panic!("not an alarm");
    };
    assert!(!alarm.raised);
    assert_eq!(decode(&event!("alarm_without_data.json")), Ok(Event::AlarmWithoutData));
}

#[test]
fn what_is_wrong_with_a_schedule_s_input_is_said() {
    let wrong = error(&json!({ "scheduled_at": "yesterday" }));
    assert_eq!(wrong, "not an event that prober knows: its time is \"yesterday\"");
    let wrong = error(&json!({ "shard": { "index": 4, "count": 4 } }));
    assert!(wrong.contains(r#"its shard is {"count":4,"index":4}"#), "{wrong}");
}

#[test]
fn anything_else_is_described_by_its_outline() {
    assert!(error(&json!(null)).ends_with("nothing at all (null)"));
    assert!(error(&json!([1])).ends_with("a list"));
    let foreign = json!({ "source": "aws.ec2", "detail-type": "Spot Interruption", "detail": "x" });
    let foreign = error(&foreign);
    assert!(foreign.contains("the keys detail, detail-type, source"), "{foreign}");
    assert!(foreign.contains("source \"aws.ec2\""), "{foreign}");
    let long: Value = (0..30).map(|n| (format!("{n:02}{}", "k".repeat(99)), json!(1))).collect();
    let long = error(&long);
    assert!(long.contains("and 18 more") && long.len() < 1000, "{long}");
}
