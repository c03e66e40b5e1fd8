//! A message on an SNS topic that is not an alarm: shown as it is.

use chrono::{DateTime, Utc};

use super::text::{MAX_DETAIL, SignalText};
use super::{Said, bounded};
use crate::model::observation::{Outcome, Reason};
use crate::model::record_key::RecordKey;
use crate::text::{clean, first_line, one_line};

/// What somebody published on a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The topic's name, without the rest of its ARN.
    pub topic: String,
    /// The subject; most messages have none.
    pub subject: Option<String>,
    /// The message, whole.
    pub message: String,
    /// When it was published.
    pub at: DateTime<Utc>,
}

impl Text {
    pub(super) fn said(&self) -> Said {
        let message = clean(&self.message);
        let subject = self.subject.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let detail = match one_line(subject.unwrap_or(first_line(&message)), MAX_DETAIL) {
            empty if empty.is_empty() => "an empty message".to_owned(),
            detail => detail,
        };
        let text = SignalText::beside(&detail, &message);
        Said {
            target: RecordKey::Topic(&bounded(&self.topic)).name(),
            slot: self.at,
            outcome: Outcome::failure(Reason::ErrorsReported, detail),
            count: 1,
            text,
        }
    }
}
