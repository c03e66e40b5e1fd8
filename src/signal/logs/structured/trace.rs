//! The trace of an error, as lines.

use serde_json::Value;

use super::fields::{Fields, at, object, text_at, words};
use crate::signal::logs::headline::names_error;
use crate::text::first_line;

/// Frames of a trace that are shown, at most: the last ones say the most.
const MAX_FRAMES: usize = 40;

/// Causes of causes that are shown, at most.
const MAX_CAUSES: usize = 5;

/// Where loggers put what caused an error.
const CAUSES: [&str; 5] = ["error.cause", "err.cause", "exception.cause", "thrown.cause", "cause"];

/// A trace as lines: a text, a list of them, or frames as structlog and
/// Powertools write them.
pub(super) fn trace(value: &Value) -> Option<String> {
    let lines = match value {
        Value::String(text) => {
            return Some(text.clone()).filter(|text| text.contains('\n') || names_error(text));
        }
        Value::Array(several) => {
            let skipped = several.len().saturating_sub(MAX_FRAMES);
            several
                .iter()
                .skip(skipped)
                .filter_map(|each| words(each).or_else(|| framed(each)))
                .collect()
        }
        Value::Object(_) => vec![framed(value)?],
        Value::Null | Value::Bool(_) | Value::Number(_) => return None,
    };
    Some(lines.join("\n")).filter(|text| !text.trim().is_empty())
}

/// `{"exc_type", "exc_value", "frames"}`, or one frame.
fn framed(value: &Value) -> Option<String> {
    let fields = value.as_object()?;
    let mut lines: Vec<String> = match at(fields, "frames").and_then(Value::as_array) {
        Some(frames) => {
            let skipped = frames.len().saturating_sub(MAX_FRAMES);
            frames.iter().skip(skipped).filter_map(frame).collect()
        }
        None => frame(value).into_iter().collect(),
    };
    // A frame has a class and a name as well, of what was called.
    if lines.is_empty() || fields.contains_key("frames") {
        lines.extend(named(fields));
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// The error that `fields` are: its type and what it says.
pub(super) fn named(fields: &Fields) -> Option<String> {
    let kind = text_at(fields, &["exc_type", "type", "errorType", "name", "class"]);
    let said = text_at(fields, &["exc_value", "value", "message", "errorMessage", "msg"]);
    match (kind, said) {
        (Some(kind), Some(said)) => Some(format!("{kind}: {said}")),
        (None, only) | (only, None) => only,
    }
}

/// What caused the error of the line, and what caused that: a line for each.
pub(super) fn causes(fields: &Fields) -> Option<String> {
    let mut lines = Vec::new();
    let mut cause = CAUSES.iter().find_map(|name| at(fields, name)).cloned();
    while let Some(value) = cause.take().filter(|_| lines.len() < MAX_CAUSES) {
        let inner = match &value {
            Value::Object(inner) => Some(inner.clone()),
            Value::String(text) => object(text.trim()),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => None,
        };
        let said = inner.as_ref().map_or_else(|| words(&value), named);
        lines.extend(said.map(|said| format!("Caused by: {}", first_line(&said))));
        cause = inner.and_then(|inner| at(&inner, "cause").cloned());
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn frame(value: &Value) -> Option<String> {
    let fields = value.as_object()?;
    let file = text_at(fields, &["filename", "file", "source"])?;
    let line = text_at(fields, &["lineno", "line"]).map(|line| format!(":{line}"));
    let name =
        text_at(fields, &["function", "method", "func", "name"]).map(|name| format!(" in {name}"));
    Some(format!("  at {file}{}{}", line.unwrap_or_default(), name.unwrap_or_default()))
}
