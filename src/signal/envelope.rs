//! Tells AWS's events apart by their shape: one function receives them all.
//!
//! `aws_lambda_events` reads the envelopes. We have our own shapes only where its
//! types refuse what AWS really sends; each says which document that is.

mod content;
mod event_bridge;
mod http;
mod schedule;
mod unknown;

use serde_json::Value;
use thiserror::Error;

pub use self::content::{SnsPost, is_of_sns, posted};
pub use self::http::{HttpEvent, HttpPayload};
pub use schedule::Schedule;
pub use unknown::UnknownEvent;

use self::content::Wrapping;
use super::{ObjectCreated, Signal};

/// What an invocation asks for.
#[derive(Debug, Clone)]
pub enum Envelope {
    /// A tick.
    Schedule(Schedule),
    /// A test message to every channel: `prober deploy` asks for it.
    NotifyTest,
    /// A request to the inbox.
    Http(Box<HttpEvent>),
    /// What one of AWS's services reports: several things, or nothing that asks
    /// for anything, such as a log subscription's control message.
    Records(Vec<Record>),
}

/// One of the things that a service's event is about.
#[derive(Debug, Clone)]
pub enum Record {
    /// A signal.
    Signal(Signal),
    /// An object to fetch: its content is a heartbeat's ping.
    Object(ObjectCreated),
    /// One that cannot be read, beside others that can: they are heard, and the
    /// invocation is to fail all the same.
    Unusable(EventError),
}

/// Why an event cannot be handled. The invocation must fail, so that AWS repeats it,
/// and then keeps the event with the failures.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EventError {
    /// Its shape is not known.
    #[error(transparent)]
    Unknown(#[from] UnknownEvent),
    /// Its shape is known, but it is damaged.
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

    /// The error if the library refuses `document`: the first of `needed` that
    /// is not a text is missing, or else a field that we do not read is wrong.
    fn refused(what: &'static str, document: &Value, needed: &[&str]) -> Self {
        let lacking = needed.iter().find(|pointer| {
            document.pointer(pointer).is_none_or(|value| !value.is_string() && !value.is_number())
        });
        match lacking {
            Some(pointer) => Self::lacks(what, &pointer[1..].replace('/', ".")),
            None => Self::Unreadable { what, why: "a field is not as AWS writes it".to_owned() },
        }
    }
}

/// Tells events apart.
///
/// # Errors
/// An event of an unknown shape, or a damaged one.
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
    if let Some(records) = content::decode(event, &Wrapping::default())? {
        return Ok(Envelope::Records(records));
    }
    if let Some(request) = http::decode(event)? {
        return Ok(Envelope::Http(Box::new(request)));
    }
    if is_notify_test(event) {
        return Ok(Envelope::NotifyTest);
    }
    let schedule = schedule::decode(event)?;
    schedule.map(Envelope::Schedule).ok_or_else(|| UnknownEvent::of(event).into())
}

/// Whether `event` asks for a test message: `{"notify_test": true}`.
fn is_notify_test(event: &Value) -> bool {
    let fields = event.as_object().filter(|fields| fields.len() == 1);
    fields.is_some_and(|fields| fields.get("notify_test") == Some(&Value::Bool(true)))
}
