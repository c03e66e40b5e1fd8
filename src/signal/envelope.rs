//! AWS's events, told apart by their shape: one function receives them all.

mod http;
mod record;
mod schedule;
mod unknown;

use serde_json::Value;
use thiserror::Error;

pub use http::HttpRequest;
pub use record::Record;
pub use schedule::Schedule;
pub use unknown::UnknownEvent;

use super::{Alarm, Signal, logs};

/// What an invocation asks for.
#[derive(Debug, Clone)]
pub enum Envelope {
    /// A tick.
    Schedule(Schedule),
    /// A request to the inbox.
    Http(HttpRequest),
    /// What one of AWS's services has to say: of several things, or of none
    /// that asks for anything, as a log subscription's control message.
    Records(Vec<Record>),
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

/// Tells events apart.
///
/// ```
/// use prober::signal::envelope::decode;
/// let event = serde_json::json!({ "source": "aws.ec2", "detail": {} });
/// assert_eq!(
///     decode(&event).unwrap_err().to_string(),
///     "an event of unknown shape: an object with `detail`, `source`; source `aws.ec2`",
/// );
/// ```
pub fn decode(event: &Value) -> Result<Envelope, EventError> {
    if let Some(records) = event.get("Records").and_then(Value::as_array) {
        if records.is_empty() {
            return Err(UnknownEvent::of(event).into());
        }
        let records = records.iter().map(|record| record::decode(record, event));
        return records.collect::<Result<_, _>>().map(Envelope::Records);
    }
    if let Some(awslogs) = event.get("awslogs") {
        let errors = decode_logs(awslogs)?;
        return Ok(Envelope::Records(errors.into_iter().map(Record::Signal).collect()));
    }
    if event.get("alarmData").is_some() {
        let alarm = Alarm::from_action(event).map_err(|field| EventError::lacks("an alarm", field));
        return Ok(Envelope::Records(vec![Record::Signal(Signal::Alarm(alarm?))]));
    }
    if let Some(request) = http::decode(event)? {
        return Ok(Envelope::Http(request));
    }
    let schedule = schedule::decode(event)?;
    schedule.map(Envelope::Schedule).ok_or_else(|| UnknownEvent::of(event).into())
}

fn decode_logs(awslogs: &Value) -> Result<Option<Signal>, EventError> {
    const WHAT: &str = "a log subscription";
    let data = awslogs.get("data").and_then(Value::as_str);
    let data = data.ok_or_else(|| EventError::lacks(WHAT, "awslogs.data"))?;
    let errors = logs::decode(data)
        .map_err(|error| EventError::Unreadable { what: WHAT, why: error.to_string() })?;
    Ok(errors.map(Signal::Logs))
}
