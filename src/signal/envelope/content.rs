//! What a document is about, however it is wrapped: an alarm is the same alarm
//! directly, through a topic, by EventBridge or from a queue.

use aws_lambda_events::event::s3::S3EventRecord;
use aws_lambda_events::event::sns::{SnsMessage, SnsRecord, SnsSubscriptionMessage};
use aws_lambda_events::event::sqs::SqsMessage;
use chrono::{DateTime, Utc};
use serde::Deserialize as _;
use serde_json::Value;

use super::{EventError, Record, UnknownEvent, event_bridge};
use url::Url;

use crate::signal::aws::{region, text};
use crate::signal::{Alarm, News, ObjectCreated, Signal, logs};

/// How deep documents may be nested: an alarm of EventBridge, through SNS, from a
/// queue, is three deep.
const MAX_DEPTH: usize = 5;

/// What the wrapping around a document says of it.
#[derive(Debug, Default)]
pub(super) struct Wrapping<'a> {
    depth: usize,
    /// When it was published, for alarms without their own time.
    published: Option<DateTime<Utc>>,
    /// The ARN of the topic, for alarms without their own ARN.
    topic: &'a str,
}

/// What `document` is about; `None` if its shape is not known here.
pub(super) fn decode(
    document: &Value,
    wrapping: &Wrapping<'_>,
) -> Result<Option<Vec<Record>>, EventError> {
    let one = |signal| Ok(Some(vec![Record::Signal(signal)]));
    if wrapping.depth > MAX_DEPTH {
        return Ok(None);
    }
    if let Some(records) = document.get("Records").and_then(Value::as_array) {
        return several(records, document, wrapping.depth).map(Some);
    }
    if let Some(awslogs) = document.get("awslogs") {
        let errors = subscription(awslogs)?;
        return Ok(Some(errors.map(Record::Signal).into_iter().collect()));
    }
    if document.get("alarmData").is_some() {
        let alarm = Alarm::from_action(document);
        let alarm = alarm.map_err(|field| EventError::lacks("an alarm", field))?;
        return one(Signal::Alarm(alarm));
    }
    if text(document, "/Type") == Some("Notification") && document.get("TopicArn").is_some() {
        return notification(document, wrapping.depth).map(Some);
    }
    if let Some(record) = event_bridge::decode(document)? {
        return Ok(Some(vec![record]));
    }
    if let Some(alarm) = Alarm::from_sns(document, wrapping.published, wrapping.topic) {
        return one(Signal::Alarm(alarm));
    }
    // S3 sends this when notifications are set up:
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
    let is_test = text(document, "/Event") == Some("s3:TestEvent");
    Ok(is_test.then(Vec::new))
}

/// Records of SNS, S3 or SQS. One that cannot be read takes no other with it: a
/// queue delivers what has nothing in common.
///
/// # Errors
/// Where none of them can be read. The `event` that they are of is named if they
/// are unknown.
fn several(records: &[Value], event: &Value, depth: usize) -> Result<Vec<Record>, EventError> {
    let unknown = || EventError::from(UnknownEvent::of(event));
    let (mut all, mut unusable) = (Vec::new(), Vec::new());
    for record in records {
        match one(record, depth).and_then(|read| read.ok_or_else(unknown)) {
            Ok(read) => all.push(read),
            Err(error) => unusable.push(error),
        }
    }
    if all.is_empty() {
        return Err(unusable.into_iter().next().unwrap_or_else(unknown));
    }
    let unusable = unusable.into_iter().map(Record::Unusable);
    Ok(all.into_iter().flatten().chain(unusable).collect())
}

/// What one record is about; `None` if it is nothing that is known here.
fn one(record: &Value, depth: usize) -> Result<Option<Vec<Record>>, EventError> {
    let created = |name: &str| name.trim_start_matches("s3:").starts_with("ObjectCreated:");
    if record.get("Sns").is_some() {
        sns(record, depth).map(Some)
    } else if record.get("s3").is_some() && text(record, "/eventName").is_some_and(created) {
        Ok(Some(vec![Record::Object(object(record)?)]))
    } else {
        queued(record, depth)
    }
}

/// What SNS posts to a URL that is subscribed to a topic:
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-http-https-endpoint-as-subscriber.html>.
#[derive(Debug, Clone)]
pub enum SnsPost {
    /// It asks whether the URL wants the topic's messages: fetching this URL says yes.
    Confirm(Url),
    /// What the published message is about.
    Records(Vec<Record>),
    /// The subscription has ended.
    Ended,
}

/// Reads what SNS posts.
///
/// # Errors
/// The document is not SNS's, or is damaged.
pub fn posted(document: &Value) -> Result<SnsPost, EventError> {
    match text(document, "/Type") {
        Some("Notification") => notification(document, 0).map(SnsPost::Records),
        Some("SubscriptionConfirmation") => {
            let url = SnsSubscriptionMessage::deserialize(document).ok();
            let url = url.and_then(|message| Url::parse(&message.subscribe_url?).ok());
            url.map(SnsPost::Confirm)
                .ok_or_else(|| EventError::lacks("a subscription's confirmation", "SubscribeURL"))
        }
        Some("UnsubscribeConfirmation") => Ok(SnsPost::Ended),
        Some(_) | None => Err(UnknownEvent::of(document).into()),
    }
}

/// Whether `url` is SNS's: prober fetches no other URL because a request names it.
///
/// ```
/// use prober::signal::envelope::is_of_sns;
/// let is = |url: &str| is_of_sns(&url.parse().unwrap());
/// assert!(is("https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=1"));
/// assert!(is("https://sns.cn-north-1.amazonaws.com.cn/?Action=ConfirmSubscription"));
/// assert!(!is("https://sns.eu-west-1.amazonaws.com.example.com/"));
/// assert!(!is("http://sns.eu-west-1.amazonaws.com/"));
/// assert!(!is("https://user@sns.eu-west-1.amazonaws.com:8443/"));
/// ```
#[must_use]
pub fn is_of_sns(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let of_domain = |domain| host.strip_prefix("sns.")?.strip_suffix(domain);
    let code = of_domain(".amazonaws.com").or_else(|| of_domain(".amazonaws.com.cn"));
    let is_plain = url.username().is_empty() && url.port().is_none() && url.scheme() == "https";
    is_plain && code.is_some_and(|code| region(code).is_some())
}

/// <https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html>
fn sns(record: &Value, depth: usize) -> Result<Vec<Record>, EventError> {
    const NEEDED: [&str; 2] = ["/Sns/Message", "/Sns/Timestamp"];
    let read = SnsRecord::deserialize(record);
    let read = read.map_err(|_| EventError::refused("an SNS record", record, &NEEDED))?;
    Ok(published(read.sns, depth))
}

/// The same without a record around it, as in a queue or a request:
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html>.
fn notification(document: &Value, depth: usize) -> Result<Vec<Record>, EventError> {
    const NEEDED: [&str; 2] = ["/Message", "/Timestamp"];
    let read = SnsMessage::deserialize(document);
    let read = read.map_err(|_| EventError::refused("an SNS message", document, &NEEDED))?;
    Ok(published(read, depth))
}

/// What the message is about, if that is known; else its text. A message that seems
/// to be known but cannot be read is shown too: a person can read it.
fn published(message: SnsMessage, depth: usize) -> Vec<Record> {
    let (topic, published) = (message.topic_arn.as_str(), Some(message.timestamp));
    let inside = Wrapping { depth: depth + 1, published, topic };
    let document: Option<Value> = serde_json::from_str(&message.message).ok();
    let known = document.and_then(|document| decode(&document, &inside).ok().flatten());
    known.unwrap_or_else(|| {
        let news = News {
            topic: topic.to_owned(),
            id: message.message_id,
            subject: message.subject,
            message: message.message,
            at: message.timestamp,
        };
        vec![Record::Signal(Signal::News(news))]
    })
}

/// A message from a queue; `None` if its shape is not known here:
/// <https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html>.
fn queued(record: &Value, depth: usize) -> Result<Option<Vec<Record>>, EventError> {
    if text(record, "/eventSource") != Some("aws:sqs") {
        return Ok(None);
    }
    let Ok(SqsMessage { body: Some(body), .. }) = SqsMessage::deserialize(record) else {
        return Err(EventError::lacks("an SQS record", "body"));
    };
    let Ok(document) = serde_json::from_str(&body) else { return Ok(None) };
    decode(&document, &Wrapping { depth: depth + 1, ..Wrapping::default() })
}

fn object(record: &Value) -> Result<ObjectCreated, EventError> {
    const WHAT: &str = "an S3 record";
    const NEEDED: [&str; 3] = ["/s3/object/key", "/s3/bucket/name", "/eventTime"];
    let read = S3EventRecord::deserialize(record);
    let read = read.map_err(|_| EventError::refused(WHAT, record, &NEEDED))?;
    ObjectCreated::from_record(read).map_err(|field| EventError::lacks(WHAT, field))
}

/// The library unpacks such data without a limit, and it may be a bomb:
/// [`logs::decode`] has a limit.
fn subscription(awslogs: &Value) -> Result<Option<Signal>, EventError> {
    const WHAT: &str = "a log subscription";
    let data = awslogs.get("data").and_then(Value::as_str);
    let data = data.ok_or_else(|| EventError::lacks(WHAT, "awslogs.data"))?;
    let errors = logs::decode(data)
        .map_err(|error| EventError::Unreadable { what: WHAT, why: error.to_string() })?;
    Ok(errors.map(Signal::Logs))
}
