//! Lines of a log group that a subscription filter lets through: an error
//! stream. A filter that its owner wrote has chosen them, so every line is an
//! error, or part of one. That of template.yaml lets through whatever may be
//! one: see [`LogErrors::screened`].

mod headline;
mod join;
mod level;
mod severity;
mod structured;
mod unpack;
mod words;

use aws_lambda_events::event::cloudwatch_logs::{LogData, LogEntry};
use chrono::{DateTime, Utc};
use serde::Deserialize as _;
use serde_json::Value;

pub(super) use headline::headline;
pub use join::join;
pub(super) use structured::unfold;
pub use unpack::{LogsError, MAX_ENCODED, MAX_INFLATED, unpack};

use super::aws::{account, log_link};
use super::bounded;
use super::event::ReceivedAt;
use super::fingerprint::fingerprint;
use super::text::{MAX_DETAIL, MAX_TEXT, SignalText};
use crate::core::step::{Event, EventOrder, ReportedError};
use crate::model::observation::{Outcome, Reason};
use crate::model::record_key::RecordKey;
use crate::model::target::digest;
use crate::text::{clean, one_line, tail};

/// Characters of a log stream's name that are shown, at most.
const MAX_STREAM: usize = 150;

/// One line, or several that a program wrote at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// When it was written.
    pub at: DateTime<Utc>,
    /// What it says.
    pub text: String,
    /// The ids of the log events that it is made of: they stay the same
    /// however often a batch is delivered.
    pub ids: Vec<String>,
}

/// The errors in one batch: it is of one stream of one group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogErrors {
    /// The account that the group belongs to.
    pub account: String,
    /// The log group's name.
    pub group: String,
    /// The log stream's name.
    pub stream: String,
    /// The errors, each whole; never empty.
    pub errors: Vec<LogLine>,
    /// The time of the last line.
    pub last_at: DateTime<Utc>,
}

/// Reads the `awslogs.data` of a subscription's event. `None` where there is
/// nothing to say: a control message, by which CloudWatch tries whether the
/// function can be reached, or nothing but blank lines. See
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html>.
///
/// # Errors
/// Data that cannot be unpacked, or is no such document.
pub fn decode(data: &str) -> Result<Option<LogErrors>, LogsError> {
    decode_document(&unpack(data)?)
}

/// The same of the JSON that was packed.
///
/// # Errors
/// JSON that is no such document.
pub fn decode_document(json: &str) -> Result<Option<LogErrors>, LogsError> {
    let document: Value = serde_json::from_str(json).map_err(|_| LogsError::Json)?;
    let read = LogData::deserialize(&document).map_err(|_| missing(&document))?;
    let LogData { owner: account, log_group: group, log_stream: stream, log_events, .. } = read;
    match read.message_type.as_str() {
        "CONTROL_MESSAGE" => return Ok(None),
        "DATA_MESSAGE" => {}
        _ => return Err(LogsError::Missing("messageType")),
    }
    let lines: Vec<_> = log_events.into_iter().filter_map(line).collect();
    let last_at = lines.iter().map(|line| line.at).max().ok_or(LogsError::Missing("logEvents"))?;
    let errors = join(lines);
    Ok((!errors.is_empty()).then_some(LogErrors { account, group, stream, errors, last_at }))
}

/// What the library's type misses in `document`.
fn missing(document: &Value) -> LogsError {
    let needed = ["messageType", "owner", "logGroup", "logStream", "subscriptionFilters"];
    let lacking = needed.into_iter().find(|name| document.get(name).is_none());
    LogsError::Missing(lacking.unwrap_or("logEvents"))
}

/// An event's time is in milliseconds since the Unix epoch.
fn line(event: LogEntry) -> Option<LogLine> {
    let LogEntry { id, timestamp, message, .. } = event;
    let at = DateTime::from_timestamp_millis(timestamp)?;
    Some(LogLine { at, text: clean(&message), ids: vec![id] })
}

impl LogErrors {
    /// Those of its lines that are errors; `None` where none is.
    #[must_use]
    pub fn screened(mut self) -> Option<Self> {
        self.errors.retain(|error| severity::is_error(&error.text));
        (!self.errors.is_empty()).then_some(self)
    }

    /// The first error is shown whole: what follows in the same batch is
    /// mostly its consequence. The others are counted, each by its kind.
    ///
    /// Its instant is that of its last line, and two streams of a group may
    /// write at once: a repetition is known by the ids of its log events.
    pub(super) fn event(&self, received_at: ReceivedAt<'_>) -> Event {
        let errors = self.errors.iter().map(|error| self.error(error, received_at));
        let (texts, errors): (Vec<_>, Vec<_>) = errors.unzip();
        let (first, more) = (errors.first(), errors.len().saturating_sub(1));
        let mut detail = first.map(|error| error.detail.clone()).unwrap_or_default();
        if more > 0 {
            detail = format!("{detail} (and {more} more)");
        }
        let attachment = texts.into_iter().next().and_then(SignalText::attached);
        let outcome = Outcome::failure(Reason::ErrorsReported, detail);
        let target = RecordKey::Logs(&bounded(&self.identity(received_at.region))).name();
        let event = received_at.event(target, self.last_at, Some(outcome), EventOrder::Came);
        let count = u32::try_from(errors.len()).unwrap_or(u32::MAX).max(1);
        Event { count, attachment, errors, ..event }
    }

    /// The group's ARN. A subscription names the account, and reaches functions
    /// of its own region alone.
    fn identity(&self, region: Option<&str>) -> String {
        match (account(&self.account), region) {
            (Some(account), Some(region)) => {
                format!("arn:aws:logs:{region}:{account}:log-group:{}", self.group)
            }
            (_, _) => self.group.clone(),
        }
    }

    /// One of its errors, with its stream and a link to it.
    fn error(&self, error: &LogLine, received_at: ReceivedAt<'_>) -> (SignalText, ReportedError) {
        let (headline, whole) = match unfold(&error.text) {
            Some(unfolded) => (unfolded.headline, unfolded.text),
            None => (headline(&error.text), error.text.clone()),
        };
        let detail = one_line(&headline, MAX_DETAIL);
        let whole = if whole.trim() == detail { String::new() } else { whole };
        let stream = one_line(&self.stream, MAX_STREAM);
        let link = received_at
            .region
            .and_then(|region| log_link(region, &self.group, &self.stream, error.at));
        let text = tail(&whole, MAX_TEXT).trim().to_owned();
        let text = SignalText { text, stream: Some(stream), link };
        let id = error.ids.first().map(|id| format!("{:016x}", digest(id)));
        let attachment = text.clone().short().attached();
        let fingerprint = fingerprint(&detail);
        (text, ReportedError { id, fingerprint, detail, attachment })
    }
}
