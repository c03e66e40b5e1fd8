//! The one line of an error that says the most.

use serde_json::Value;

use super::join::TRACEBACK;
use crate::text::first_line;

/// The line of `text` that says the most: the exception's name and words in
/// a traceback, the root cause in a chain of them, the message in a line of
/// JSON, else the first line.
pub(in crate::signal) fn headline(text: &str) -> String {
    let found = python(text).or_else(|| java(text)).or_else(|| rust(text)).or_else(|| node(text));
    let line = without_prefix(found.unwrap_or_else(|| first_line(text)));
    json(line).unwrap_or_else(|| line.to_owned())
}

/// The last line that is not indented after the last traceback; where there
/// is none, the line before: Lambda's runtime writes it there, and indents by
/// no-break spaces.
fn python(text: &str) -> Option<&str> {
    let (before, after) = text.rsplit_once(TRACEBACK)?;
    let is_unindented = |line: &&str| !line.is_empty() && !line.starts_with(char::is_whitespace);
    after.lines().rfind(is_unindented).or_else(|| before.lines().rfind(is_unindented))
}

/// The root of a chain of causes.
fn java(text: &str) -> Option<&str> {
    text.lines().rfind(|line| line.starts_with("Caused by:"))
}

/// Since Rust 1.73 the message stands below the place.
fn rust(text: &str) -> Option<&str> {
    let mut lines = text.lines();
    lines.find(|line| line.contains("panicked at ") && line.ends_with(':'))?;
    lines.next().filter(|line| !line.trim().is_empty())
}

/// Below the code that Node points at.
fn node(text: &str) -> Option<&str> {
    let mut lines = text.lines();
    lines.find(|line| !line.trim().is_empty() && line.trim().bytes().all(|byte| byte == b'^'))?;
    lines.find(|line| !line.trim().is_empty())
}

/// The message of a structured log line, in the names that Lambda's runtimes
/// and common loggers give it:
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html>.
fn json(line: &str) -> Option<String> {
    let fields = line.starts_with('{').then_some(line).or_else(|| {
        // Lambda's Node runtime puts words before it.
        line.rsplit('\t').next().filter(|last| last.starts_with('{'))
    });
    let fields: Value = serde_json::from_str(fields?).ok()?;
    let field = |name: &str| fields.get(name)?.as_str().filter(|text| !text.is_empty());
    match (field("errorType"), field("errorMessage")) {
        (Some(kind), Some(message)) => return Some(format!("{kind}: {message}")),
        (None, Some(only)) | (Some(only), None) => return Some(only.to_owned()),
        (None, None) => {}
    }
    let message = field("message").or_else(|| field("msg"));
    let message = message.or_else(|| fields.pointer("/fields/message")?.as_str());
    message.map(|message| first_line(message).to_owned())
}

/// `line` without the time and the request's id that Lambda's runtimes put
/// before it, separated by tabs, and the level.
fn without_prefix(line: &str) -> &str {
    let mut fields = line.splitn(4, '\t');
    let (mut first, mut rest) = (fields.next().unwrap_or_default(), line);
    if first.starts_with('[') && first.ends_with(']') {
        // Python's begins with the level in brackets.
        rest = &line[(first.len() + 1).min(line.len())..];
        first = fields.next().unwrap_or_default();
    }
    let is_time = first.len() >= 20 && first.ends_with('Z') && first.starts_with("20");
    let mut parts = rest.splitn(3, '\t').skip(1);
    let (id, message) = (parts.next(), parts.next());
    match (is_time && id.is_some_and(|id| id.len() == 36), message) {
        (true, Some(message)) => message.split_once('\t').map_or(message, |(_, text)| text).trim(),
        _ => line,
    }
}
