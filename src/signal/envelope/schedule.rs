//! A schedule's call for a tick.

use aws_lambda_events::event::eventbridge::EventBridgeEvent;
use chrono::{DateTime, Utc};
use serde::Deserialize as _;
use serde_json::Value;

use super::EventError;
use crate::model::target::Shard;
use crate::signal::aws::instant;

/// What a tick is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Schedule {
    /// The instant that it is for, where the schedule says so.
    pub scheduled_at: Option<DateTime<Utc>>,
    /// Which part of the targets; else all of them.
    pub shard: Option<Shard>,
}

/// How EventBridge's rules and its Scheduler sign what they send when they
/// are given no input of their own.
const SOURCES: [&str; 2] = ["aws.events", "aws.scheduler"];

/// The input that `template.yaml` gives its schedules has these keys alone.
const KEYS: [&str; 2] = ["scheduled_at", "shard"];

/// What `template.yaml` writes where Scheduler puts the time in; stand-ins
/// leave it as it is, and then no time is given:
/// <https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html>.
const PLACEHOLDER: &str = "<aws.scheduler.scheduled-time>";

/// `None` if it is no schedule's event:
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html>.
/// An empty one is nobody's: who invokes a function without a word is told so.
pub(super) fn decode(event: &Value) -> Result<Option<Schedule>, EventError> {
    if let Ok(event) = EventBridgeEvent::<Value>::deserialize(event)
        && SOURCES.contains(&event.source.as_str())
        && event.detail_type == "Scheduled Event"
    {
        return Ok(Some(Schedule { scheduled_at: event.time, shard: None }));
    }
    let ours = event.as_object().filter(|object| {
        !object.is_empty() && object.keys().all(|key| KEYS.contains(&key.as_str()))
    });
    let Some(input) = ours else { return Ok(None) };
    let at = input.get("scheduled_at").filter(|at| at.as_str() != Some(PLACEHOLDER));
    let at = at.map(|at| {
        at.as_str().and_then(instant).ok_or_else(|| unreadable("`scheduled_at` is no instant"))
    });
    let shard = input.get("shard").map(|shard| {
        shard_of(shard).ok_or_else(|| {
            unreadable("`shard` is not {\"index\": I, \"count\": N} with I less than N")
        })
    });
    Ok(Some(Schedule { scheduled_at: at.transpose()?, shard: shard.transpose()? }))
}

fn shard_of(shard: &Value) -> Option<Shard> {
    let number = |name| shard.get(name).and_then(Value::as_u64);
    Shard::new(number("index")?, number("count")?)
}

fn unreadable(why: &str) -> EventError {
    EventError::Unreadable { what: "a schedule's input", why: why.to_owned() }
}
