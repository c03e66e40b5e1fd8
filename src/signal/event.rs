//! AWS's events, told apart by their shape: one function receives them all.

mod http;
mod record;
mod schedule;
mod unknown;

use serde_json::Value;
use thiserror::Error;

pub use http::HttpRequest;
pub use schedule::{Schedule, Shard};
pub use unknown::UnknownEvent;

use super::{Alarm, ObjectCreated, Signal, logs};

/// What an invocation asks for.
#[derive(Debug, Clone)]
pub enum Event {
    /// A tick.
    Schedule(Schedule),
    /// Something that was told to us.
    Signal(Signal),
    /// An object to be fetched: its content is a heartbeat's ping.
    Object(ObjectCreated),
    /// A request to the inbox.
    Http(HttpRequest),
}

/// Why an event cannot be acted upon. The invocation is to fail, so that AWS
/// repeats it and puts it where failures are kept.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EventError {
    /// Nothing that we know.
    #[error(transparent)]
    Unknown(#[from] UnknownEvent),
    /// Of a shape that we know, and damaged.
    #[error("{what} that cannot be read: {why}")]
    Unreadable {
        /// Which kind of event.
        what: &'static str,
        /// What is wrong with it, without quoting it.
        why: String,
    },
}

impl EventError {
    fn lacks(what: &'static str, field: &str) -> Self {
        Self::Unreadable { what, why: format!("no usable `{field}`") }
    }
}

/// Tells events apart. An event may hold several records, or none that asks
/// for anything: a log subscription's control message.
///
/// ```
/// use prober::signal::event::decode;
/// let event = serde_json::json!({ "source": "aws.ec2", "detail": {} });
/// assert_eq!(
///     decode(&event).unwrap_err().to_string(),
///     "an event of unknown shape: an object with `detail`, `source`; source `aws.ec2`",
/// );
/// ```
pub fn decode(event: &Value) -> Result<Vec<Event>, EventError> {
    if let Some(records) = event.get("Records").and_then(Value::as_array) {
        if records.is_empty() {
            return Err(UnknownEvent::of(event).into());
        }
        return records.iter().map(|record| record::decode(record, event)).collect();
    }
    if let Some(awslogs) = event.get("awslogs") {
        return decode_logs(awslogs);
    }
    if event.get("alarmData").is_some() {
        let alarm = Alarm::from_action(event).map_err(|field| EventError::lacks("an alarm", field));
        return Ok(vec![Event::Signal(Signal::Alarm(alarm?))]);
    }
    if let Some(request) = http::decode(event)? {
        return Ok(vec![Event::Http(request)]);
    }
    match schedule::decode(event)? {
        Some(schedule) => Ok(vec![Event::Schedule(schedule)]),
        None => Err(UnknownEvent::of(event).into()),
    }
}

fn decode_logs(awslogs: &Value) -> Result<Vec<Event>, EventError> {
    const WHAT: &str = "a log subscription";
    let data = awslogs.get("data").and_then(Value::as_str);
    let data = data.ok_or_else(|| EventError::lacks(WHAT, "awslogs.data"))?;
    let errors = logs::decode(data)
        .map_err(|error| EventError::Unreadable { what: WHAT, why: error.to_string() })?;
    Ok(errors.map(|errors| Event::Signal(Signal::Logs(errors))).into_iter().collect())
}
