//! A message on an SNS topic that is not an alarm: shown as it is.

use chrono::{DateTime, Utc};

use super::bounded;
use super::event::Hearing;
use super::text::{MAX_DETAIL, SignalText};
use crate::core::step::{Event, EventOrder};
use crate::model::observation::{Outcome, Reason};
use crate::model::record_key::RecordKey;
use crate::text::{clean, first_line, one_line};

/// What somebody published on a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The topic's ARN.
    pub topic: String,
    /// The message's own id: it is the same however often it is delivered.
    pub id: String,
    /// The subject; most messages have none.
    pub subject: Option<String>,
    /// The message, whole.
    pub message: String,
    /// When it was published.
    pub at: DateTime<Utc>,
}

impl Text {
    pub(super) fn event(&self, hearing: Hearing<'_>) -> Event {
        let topic = self.topic.rsplit(':').next().unwrap_or_default();
        let message = clean(&self.message);
        let subject = self.subject.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let detail = match one_line(subject.unwrap_or(first_line(&message)), MAX_DETAIL) {
            empty if empty.is_empty() => "an empty message".to_owned(),
            detail => detail,
        };
        let text = SignalText::beside(&detail, &message);
        let target = RecordKey::Topic(&bounded(topic)).name();
        let outcome = Outcome::failure(Reason::ErrorsReported, detail);
        let event = hearing.event(target, self.at, Some(outcome), EventOrder::Sent);
        Event { attachment: text.attached(), ..event }
    }
}
