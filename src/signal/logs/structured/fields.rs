//! The names that loggers have for the parts of a line, and how they are found.

use serde_json::{Map, Value};

use crate::signal::logs::{level, words};

/// A line of JSON.
pub(in crate::signal::logs) type Fields = Map<String, Value>;

/// Where loggers put their message: most; structlog; Serilog; loguru; Docker
/// and Kubernetes; GELF; `OpenTelemetry`; Google's; `tracing`.
pub(in crate::signal::logs) const MESSAGES: [&str; 18] = [
    "message",
    "msg",
    "event",
    "@m",
    "@message",
    "RenderedMessage",
    "@mt",
    "MessageTemplate",
    "record.message",
    "text",
    "log",
    "short_message",
    "body.stringValue",
    "body",
    "textPayload",
    "jsonPayload.message",
    "jsonPayload",
    "fields.message",
];

/// Where they put the error's type: Lambda's runtimes; Powertools; ECS, pino and
/// bunyan; structlog; `OpenTelemetry`; Monolog; loguru; Log4j.
pub(super) const TYPES: [&str; 14] = [
    "errorType",
    "exception_name",
    "error.type",
    "error.name",
    "err.type",
    "err.name",
    "exc_type",
    "exception.type",
    "exception.class",
    "exception.name",
    "attributes.exception.type",
    "context.exception.class",
    "record.exception.type",
    "thrown.name",
];

/// Where they put what the error says.
pub(super) const ERRORS: [&str; 16] = [
    "errorMessage",
    "error.message",
    "error.msg",
    "err.message",
    "err.msg",
    "exc_value",
    "exception.message",
    "exception.value",
    "attributes.exception.message",
    "context.exception.message",
    "record.exception.value",
    "thrown.message",
    "fields.error",
    "context.error",
    "error",
    "err",
];

/// Where they put errors without words for it: those of an `AggregateError`,
/// GraphQL's, one that has nothing but a code.
pub(super) const SEVERAL: [&str; 7] = [
    "err.aggregateErrors",
    "error.aggregateErrors",
    "err.errors",
    "error.errors",
    "errors",
    "error",
    "err",
];

/// Where they put its trace: ECS and Logback; Node's loggers; Powertools and
/// structlog; `OpenTelemetry`; python-json-logger; zap; Serilog; Log4j.
pub(super) const TRACES: [&str; 16] = [
    "stackTrace",
    "stack_trace",
    "error.stack_trace",
    "error.stack",
    "err.stack",
    "exception.stack_trace",
    "attributes.exception.stacktrace",
    "exception",
    "exc_info",
    "@x",
    "errorVerbose",
    "stacktrace",
    "stack",
    "traceback",
    "thrown.extendedStackTrace",
    "context.exception.trace",
];

/// Fields of times, levels and processes: the message is below them already.
pub(super) const NOISE: [&str; 27] = [
    "timestamp",
    "@timestamp",
    "time",
    "ts",
    "@t",
    "level",
    "@l",
    "log.level",
    "levelname",
    "LogLevel",
    "severity",
    "pid",
    "hostname",
    "v",
    "ecs.version",
    "@version",
    "level_value",
    "sampling_rate",
    "cold_start",
    "type",
    "level_name",
    "log_level",
    "loglevel",
    "lvl",
    "severityText",
    "severity_text",
    "severityNumber",
];

/// A structured line: an object of JSON, behind whatever the log driver put before
/// it. That is one only if it has a level and a message, and what stands before it
/// says nothing of an error: else it is what a text says besides.
pub(in crate::signal::logs) fn line(text: &str) -> Option<Fields> {
    let text = text.trim();
    object(text).or_else(|| {
        let (before, json) = text.split_at(text.find('{')?);
        let fields = object(json)?;
        let has_message = MESSAGES.iter().any(|name| at(&fields, name).is_some());
        let is_line = has_message && level::in_json(&fields).is_some();
        (is_line && level::in_text(before).is_none() && !words::say(before)).then_some(fields)
    })
}

/// A text that is an object of JSON and nothing else.
pub(in crate::signal::logs) fn object(text: &str) -> Option<Fields> {
    text.starts_with('{').then(|| serde_json::from_str(text).ok()).flatten()
}

/// The value called `name`, which may be the path to one: ECS has both
/// `"error.type"` and `{"error": {"type"}}`.
pub(in crate::signal::logs) fn at<'a>(fields: &'a Fields, name: &str) -> Option<&'a Value> {
    let named = |name: &str| {
        fields.get(name).or_else(|| {
            fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
        })
    };
    named(name).or_else(|| {
        let (first, rest) = name.split_once('.')?;
        at(named(first)?.as_object()?, rest)
    })
}

/// The first of those called `names` that is a text and not blank.
pub(super) fn text_at(fields: &Fields, names: &[&str]) -> Option<String> {
    let texts = names.iter().filter_map(|name| words(at(fields, name)?));
    texts.into_iter().find(|text| !text.trim().is_empty())
}

/// A value that is one piece of text.
pub(super) fn words(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

pub(super) fn is_blank(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
}
