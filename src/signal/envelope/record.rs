//! One record of what AWS's services send: of SNS, or of S3.

use serde_json::Value;

use super::{EventError, UnknownEvent};
use crate::signal::aws::{instant, text};
use crate::signal::{Alarm, ObjectCreated, Signal, Text};

/// One of the things that an event of a service is about.
#[derive(Debug, Clone)]
pub enum Record {
    /// Something that was told to us.
    Signal(Signal),
    /// An object to be fetched: its content is a heartbeat's ping.
    Object(ObjectCreated),
}

/// Reads `record`. `event`, which it is of, is named if it is unknown.
pub(super) fn decode(record: &Value, event: &Value) -> Result<Record, EventError> {
    let created = |name: &str| name.trim_start_matches("s3:").starts_with("ObjectCreated:");
    if record.get("Sns").is_some() {
        sns(record).map(Record::Signal)
    } else if record.get("s3").is_some() && text(record, "/eventName").is_some_and(created) {
        let object = ObjectCreated::from_record(record);
        object.map(Record::Object).map_err(|field| EventError::lacks("an S3 record", field))
    } else {
        Err(UnknownEvent::of(event).into())
    }
}

/// An alarm, if the message is one; else whatever it says:
/// <https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html>.
fn sns(record: &Value) -> Result<Signal, EventError> {
    const WHAT: &str = "an SNS record";
    let message =
        text(record, "/Sns/Message").ok_or_else(|| EventError::lacks(WHAT, "Sns.Message"))?;
    let published = text(record, "/Sns/Timestamp").and_then(instant);
    let arn = text(record, "/Sns/TopicArn").unwrap_or_default();
    let document = serde_json::from_str(message).ok();
    if let Some(alarm) =
        document.and_then(|document: Value| Alarm::from_sns(&document, published, arn))
    {
        return Ok(Signal::Alarm(alarm));
    }
    Ok(Signal::Text(Text {
        topic: arn.rsplit(':').next().unwrap_or_default().to_owned(),
        subject: text(record, "/Sns/Subject").map(str::to_owned),
        message: message.to_owned(),
        at: published.ok_or_else(|| EventError::lacks(WHAT, "Sns.Timestamp"))?,
    }))
}
