//! Which event is it? Told by its shape, since none of them says so itself.
//! Pure: JSON in, an [`Event`] out.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::message::OwnAlarm;
use crate::tick::Shard;

/// Keys of an unknown event that its error names, and characters of each.
const MOST_KEYS: usize = 12;
const LONGEST_WORD: usize = 60;

/// What template.yaml writes where EventBridge Scheduler puts the time in;
/// stand-ins leave it as it is:
/// <https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html>.
const PLACEHOLDER: &str = "<aws.scheduler.scheduled-time>";

/// What an invocation is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// It is time for a tick.
    Tick {
        /// The scheduled time, if the event carries one.
        scheduled_at: Option<DateTime<Utc>>,
        /// The part of the targets it is for, if not all.
        shard: Option<Shard>,
    },
    /// An alarm that watches prober itself was raised, or is over.
    OwnAlarm(OwnAlarm),
    /// An alarm has too little data to say anything.
    AlarmWithoutData,
}

/// An event that is none of prober's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an event that prober knows: {0}")]
pub struct UnknownEvent(String);

/// What `payload` is.
///
/// ```
/// use prober::lambda::event::{Event, decode};
/// let event = decode(&serde_json::json!({ "shard": { "index": 0, "count": 4 } })).unwrap();
/// assert!(matches!(event, Event::Tick { shard: Some(_), .. }));
/// ```
pub fn decode(payload: &Value) -> Result<Event, UnknownEvent> {
    let Value::Object(event) = payload else { return Err(unknown(payload)) };
    let text = |key: &str| event.get(key).and_then(Value::as_str);
    match (text("source"), text("detail-type")) {
        (Some("aws.cloudwatch"), _) if event.contains_key("alarmData") => alarm(payload),
        (Some("aws.events" | "aws.scheduler"), Some("Scheduled Event")) => {
            let scheduled_at = event.get("time").map(instant).transpose()?;
            Ok(Event::Tick { scheduled_at, shard: None })
        }
        _ if event.keys().all(|key| key == "scheduled_at" || key == "shard") => ours(event),
        _ => Err(unknown(payload)),
    }
}

/// The input that template.yaml gives its schedule. Each of its keys may be
/// left out: an empty one is a tick, now.
fn ours(event: &Map<String, Value>) -> Result<Event, UnknownEvent> {
    let at = event.get("scheduled_at").filter(|at| at.as_str() != Some(PLACEHOLDER));
    Ok(Event::Tick {
        scheduled_at: at.map(instant).transpose()?,
        shard: event.get("shard").map(shard).transpose()?,
    })
}

fn instant(value: &Value) -> Result<DateTime<Utc>, UnknownEvent> {
    let wrong = || UnknownEvent(format!("its time is {}", shown(value)));
    value.as_str().and_then(|text| text.parse().ok()).ok_or_else(wrong)
}

fn shard(value: &Value) -> Result<Shard, UnknownEvent> {
    let number = |key: &str| value.get(key).and_then(Value::as_u64);
    let wrong = || UnknownEvent(format!("its shard is {}", shown(value)));
    number("index")
        .zip(number("count"))
        .and_then(|(index, count)| Shard::new(index, count))
        .ok_or_else(wrong)
}

/// The direct action of a CloudWatch alarm:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html>.
#[derive(Deserialize)]
struct DirectAction {
    #[serde(rename = "alarmData")]
    data: AlarmData,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AlarmData {
    alarm_name: String,
    state: AlarmState,
}

#[derive(Deserialize)]
struct AlarmState {
    value: String,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    timestamp: Option<String>,
}

fn alarm(payload: &Value) -> Result<Event, UnknownEvent> {
    let action = DirectAction::deserialize(payload)
        .map_err(|error| UnknownEvent(format!("a CloudWatch alarm without all of it: {error}")))?;
    let AlarmData { alarm_name: name, state } = action.data;
    let raised = match state.value.as_str() {
        "ALARM" => true,
        "OK" => false,
        "INSUFFICIENT_DATA" => return Ok(Event::AlarmWithoutData),
        other => return Err(UnknownEvent(format!("an alarm in the state {}", cut(other)))),
    };
    let (reason, since) = (state.reason.unwrap_or_default(), state.timestamp.unwrap_or_default());
    Ok(Event::OwnAlarm(OwnAlarm { name, raised, reason, since }))
}

/// Says what was received, by its outline: its values may be anybody's secrets.
fn unknown(payload: &Value) -> UnknownEvent {
    let Value::Object(event) = payload else { return UnknownEvent(kind(payload).into()) };
    let named = |key: &str| {
        let value = event.get(key)?.as_str()?;
        Some(format!("{key} \"{}\"", cut(value)))
    };
    let mut parts = vec![format!("an object with the keys {}", Keys(event))];
    parts.extend(["source", "detail-type", "eventSource"].into_iter().filter_map(named));
    let record = event.get("Records").and_then(|records| records.get(0)).and_then(Value::as_object);
    if let Some(record) = record {
        parts.push(format!("whose first record has the keys {}", Keys(record)));
    }
    UnknownEvent(parts.join(", "))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing at all (null)",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// The names of an object's keys, as many as fit a log line.
struct Keys<'a>(&'a Map<String, Value>);

impl fmt::Display for Keys<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.0.keys().take(MOST_KEYS).map(|key| cut(key)).collect();
        let more = self.0.len().saturating_sub(MOST_KEYS);
        f.write_str(&names.join(", "))?;
        if more > 0 { write!(f, " and {more} more") } else { Ok(()) }
    }
}

fn shown(value: &Value) -> String {
    cut(&value.to_string())
}

fn cut(text: &str) -> String {
    let mut short: String = text.chars().filter(|c| !c.is_control()).take(LONGEST_WORD).collect();
    if text.chars().count() > LONGEST_WORD {
        short.push('…');
    }
    short
}
