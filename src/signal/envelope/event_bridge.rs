//! EventBridge's envelope, for an alarm that changed and for an object that was
//! created.

use aws_lambda_events::event::eventbridge::EventBridgeEvent;
use serde::Deserialize as _;
use serde_json::Value;

use super::{EventError, Record};
use crate::signal::{Alarm, ObjectCreated, Signal};

/// The types of EventBridge's events about an alarm, and about one of its time series:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html>.
const ALARM: [&str; 2] =
    ["CloudWatch Alarm State Change", "CloudWatch Alarm Contributor State Change"];

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html>
const OBJECT: &str = "Object Created";

/// `None` if it is another service's, or not such an envelope.
pub(super) fn decode(document: &Value) -> Result<Option<Record>, EventError> {
    let Ok(event) = EventBridgeEvent::<Value>::deserialize(document) else { return Ok(None) };
    match (event.source.as_str(), event.detail_type.as_str()) {
        ("aws.cloudwatch", kind) if ALARM.contains(&kind) => {
            let alarm = Alarm::from_event_bridge(&event);
            let alarm = alarm.map_err(|field| EventError::lacks("an alarm", field))?;
            Ok(Some(Record::Signal(Signal::Alarm(alarm))))
        }
        ("aws.s3", OBJECT) => {
            let object = ObjectCreated::from_event_bridge(&event);
            let object = object.map_err(|field| EventError::lacks("an S3 event", field))?;
            Ok(Some(Record::Object(object)))
        }
        _ => Ok(None),
    }
}
