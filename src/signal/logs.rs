//! Lines of a log group that a subscription filter lets through: an error
//! stream. A filter that its owner wrote has chosen them, so every line is an
//! error, or part of one. That of template.yaml lets through whatever may be
//! one: see [`LogErrors::screened`].

mod headline;
mod join;
mod severity;
mod unpack;

use chrono::{DateTime, Utc};
use serde_json::Value;

pub(super) use headline::headline;
pub use join::join;
pub use unpack::{LogsError, MAX_ENCODED, MAX_INFLATED, unpack};

use super::aws::{log_link, text};
use super::text::{MAX_DETAIL, MAX_TEXT, SignalText};
use super::{Said, bounded};
use crate::model::observation::{Outcome, Reason};
use crate::model::record_key::RecordKey;
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
}

/// The errors in one batch: it is of one stream of one group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogErrors {
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
pub fn decode(data: &str) -> Result<Option<LogErrors>, LogsError> {
    decode_document(&unpack(data)?)
}

/// The same of the JSON that was packed.
pub fn decode_document(json: &str) -> Result<Option<LogErrors>, LogsError> {
    let document: Value = serde_json::from_str(json).map_err(|_| LogsError::Json)?;
    match text(&document, "/messageType") {
        Some("CONTROL_MESSAGE") => return Ok(None),
        Some("DATA_MESSAGE") => {}
        Some(_) | None => return Err(LogsError::Missing("messageType")),
    }
    let events = document.get("logEvents").and_then(Value::as_array);
    let lines: Vec<_> = events.into_iter().flatten().filter_map(line).collect();
    let last_at = lines.iter().map(|line| line.at).max().ok_or(LogsError::Missing("logEvents"))?;
    let group = text(&document, "/logGroup").ok_or(LogsError::Missing("logGroup"))?.to_owned();
    let stream = text(&document, "/logStream").unwrap_or_default().to_owned();
    let errors = join(lines);
    Ok((!errors.is_empty()).then_some(LogErrors { group, stream, errors, last_at }))
}

/// An event's time is in milliseconds since the Unix epoch.
fn line(event: &Value) -> Option<LogLine> {
    let at = event.get("timestamp").and_then(Value::as_i64);
    let at = DateTime::from_timestamp_millis(at?)?;
    Some(LogLine { at, text: clean(text(event, "/message")?) })
}

impl LogErrors {
    /// Those of its lines that are errors; `None` where none is.
    #[must_use]
    pub fn screened(mut self) -> Option<Self> {
        self.errors.retain(|error| severity::is_error(&error.text));
        (!self.errors.is_empty()).then_some(self)
    }

    /// The first error is shown whole: what follows in the same batch is
    /// mostly its consequence. The others are counted.
    pub(super) fn said(&self, region: Option<&str>) -> Said {
        let first = self.errors.first();
        let whole = first.map(|error| error.text.as_str()).unwrap_or_default();
        let stream = one_line(&self.stream, MAX_STREAM);
        let mut detail = one_line(&headline(whole), MAX_DETAIL);
        let whole = if whole.trim() == detail { "" } else { whole };
        if let more @ 1.. = self.errors.len().saturating_sub(1) {
            detail = format!("{detail} (and {more} more)");
        }
        let text = format!("{}\n{stream}", tail(whole, MAX_TEXT - MAX_STREAM - 1));
        let since = first.map_or(self.last_at, |error| error.at);
        let link = region.and_then(|region| log_link(region, &self.group, &self.stream, since));
        Said {
            target: RecordKey::Logs(&bounded(&self.group)).name(),
            slot: self.last_at,
            outcome: Outcome::failure(Reason::ErrorsReported, detail),
            count: self.errors.len(),
            text: SignalText { text: text.trim().to_owned(), link },
        }
    }
}
