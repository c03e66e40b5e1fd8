//! Describes an event of unknown shape: enough to find its sender, and nothing that
//! could be secret.

use std::fmt;

use serde_json::Value;
use thiserror::Error;

use crate::signal::aws;
use crate::text::one_line;

/// How many top-level keys are named.
const MAX_KEYS: usize = 12;
/// The most characters of a key or a source.
const MAX_NAME: usize = 60;

/// Where AWS's events name their sender, and what happened.
const TELLING: [(&str, &str); 5] = [
    ("source", "/source"),
    ("detail-type", "/detail-type"),
    ("event source", "/Records/0/eventSource"),
    ("event source", "/Records/0/EventSource"),
    ("event", "/Records/0/eventName"),
];

/// An event of unknown shape. It prints the names of the event's parts and of its
/// sender, and no other value.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct UnknownEvent {
    received: String,
}

impl UnknownEvent {
    pub(super) fn of(event: &Value) -> Self {
        let received = match event {
            Value::Null => "null".to_owned(),
            Value::Bool(_) => "true or false".to_owned(),
            Value::Number(_) => "a number".to_owned(),
            Value::String(_) => "a text".to_owned(),
            Value::Array(items) => format!("an array of {}", items.len()),
            Value::Object(object) if object.is_empty() => "an empty object".to_owned(),
            Value::Object(object) => format!("an object with {}", keys(object)),
        };
        let told = TELLING.iter().filter_map(|(what, pointer)| {
            Some(format!("; {what} `{}`", name(aws::text(event, pointer)?)))
        });
        Self { received: received + &told.collect::<String>() }
    }
}

fn keys(object: &serde_json::Map<String, Value>) -> String {
    let named: Vec<_> =
        object.keys().take(MAX_KEYS).map(|key| format!("`{}`", name(key))).collect();
    match object.len() - named.len() {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

/// `text` if it looks like a name; otherwise it may be a value, and is not shown.
fn name(text: &str) -> String {
    let is_name = |c: char| c.is_ascii_alphanumeric() || " .:/_-".contains(c);
    if text.chars().all(is_name) { one_line(text, MAX_NAME) } else { "?".to_owned() }
}

impl fmt::Display for UnknownEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an event of unknown shape: {}", self.received)
    }
}
