//! A schedule's event, which asks for a tick.

use aws_lambda_events::event::eventbridge::EventBridgeEvent;
use chrono::{DateTime, Utc};
use serde::Deserialize as _;
use serde_json::Value;

use super::EventError;
use crate::model::target::Shard;
use crate::signal::aws::instant;

/// What the schedule asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Schedule {
    /// The instant that the tick is for, if the schedule says so.
    pub scheduled_at: Option<DateTime<Utc>>,
    /// Which part of the targets to probe; `None`: all of them.
    pub shard: Option<Shard>,
}

/// The sources of events that EventBridge's rules and its Scheduler send without an
/// input.
const SOURCES: [&str; 2] = ["aws.events", "aws.scheduler"];

/// The input that `template.yaml` gives its schedules has only these keys.
const KEYS: [&str; 2] = ["scheduled_at", "shard"];

/// What `template.yaml` writes where Scheduler inserts the time. Stand-ins do not
/// replace it, and then no time is given:
/// <https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html>.
const PLACEHOLDER: &str = "<aws.scheduler.scheduled-time>";

/// `None` if it is not a schedule's event:
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html>.
/// An empty event is not a schedule's: whoever invokes the function with one gets an error.
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
