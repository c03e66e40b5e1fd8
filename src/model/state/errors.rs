//! What is remembered of the errors of a stream: which kinds of them its
//! incident has, and which log events were counted.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Attachment, is_zero};

/// How many kinds of errors one incident tells: the first, and five others. The
/// rest is counted.
pub const MAX_KINDS: usize = 6;

/// How many log events are remembered as counted: the newest ones. It bounds
/// the record.
pub const MAX_SEEN: usize = 256;

/// One kind of error of an incident: errors whose headlines differ only in
/// numbers, ids, quoted values and addresses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorKind {
    /// What all of its errors have in common.
    pub fingerprint: String,
    /// The headline of the first of them.
    pub detail: String,
    /// When the first of them was judged.
    pub at: DateTime<Utc>,
    /// How many there were, at least one.
    pub count: u32,
    /// What came with the first of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment: Option<Attachment>,
}

/// The errors of a stream.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StreamErrors {
    /// The kinds of errors of the open incident, in the order in which they came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<ErrorKind>,
    /// Errors of further kinds, which are only counted.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub others: u32,
    /// The log events that were counted last, oldest first: they identify a
    /// batch that is delivered again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<String>,
}

impl StreamErrors {
    /// Whether there is nothing to remember.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Forgets the kinds of an incident that is over.
    pub fn begin(&mut self) {
        self.kinds.clear();
        self.others = 0;
    }

    /// Counts `error` under its kind, as long as there is room for another kind.
    pub fn count(&mut self, error: ErrorKind) {
        let (is_first, has_room) = (self.kinds.is_empty(), self.kinds.len() < MAX_KINDS);
        let known = self.kinds.iter_mut().find(|kind| kind.fingerprint == error.fingerprint);
        match known {
            Some(kind) => kind.count = kind.count.saturating_add(error.count),
            // The attachment of the first error is the incident's.
            None if is_first => self.kinds.push(ErrorKind { attachment: None, ..error }),
            None if has_room => self.kinds.push(error),
            None => self.others = self.others.saturating_add(error.count),
        }
    }

    /// Remembers that the log event `id` was counted.
    pub fn remember(&mut self, id: String) {
        self.seen.push(id);
        let surplus = self.seen.len().saturating_sub(MAX_SEEN);
        self.seen.drain(..surplus);
    }

    /// The oldest log event that is remembered, if there were others before it
    /// perhaps.
    #[must_use]
    pub fn oldest_of_many(&self) -> Option<&str> {
        self.seen.first().filter(|_| self.seen.len() >= MAX_SEEN).map(String::as_str)
    }

    /// Whether the log event `id` was counted already.
    #[must_use]
    pub fn knows(&self, id: &str) -> bool {
        self.seen.iter().any(|seen| seen == id)
    }
}
