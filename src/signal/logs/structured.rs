//! A structured log line: JSON first, then what it says. Its message, its error
//! and its trace have different names in every logger; the trace is unfolded.

use serde_json::{Map, Value};

use super::headline::{names_error, plain};
use crate::text::{first_line, one_line};

type Fields = Map<String, Value>;

/// A structured log line, as people read it.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::signal) struct Unfolded {
    /// The one line that says the most.
    pub(in crate::signal) headline: String,
    /// All of it: message, trace, and the other fields.
    pub(in crate::signal) text: String,
}

/// Messages within messages, at most: Node's runtime puts an error into one,
/// Docker's log driver a whole line.
const MAX_DEPTH: usize = 3;

/// Frames of a trace that are shown, at most: the last ones say the most.
const MAX_FRAMES: usize = 40;

/// Other fields that are shown, and the characters of each, at most.
const MAX_FIELDS: usize = 12;
const MAX_VALUE: usize = 80;

/// Where loggers put their message: most; structlog; Serilog; loguru; Docker
/// and Kubernetes; GELF; `tracing`.
const MESSAGES: [&str; 13] = [
    "message",
    "msg",
    "event",
    "@m",
    "RenderedMessage",
    "@mt",
    "MessageTemplate",
    "record.message",
    "text",
    "log",
    "short_message",
    "body",
    "fields.message",
];

/// Where they put the error's type: Lambda's runtimes; Powertools; ECS, pino and
/// bunyan; structlog; Monolog; loguru; Log4j.
const TYPES: [&str; 13] = [
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
    "context.exception.class",
    "record.exception.type",
    "thrown.name",
];

/// Where they put what the error says.
const ERRORS: [&str; 13] = [
    "errorMessage",
    "error.message",
    "err.message",
    "exc_value",
    "exception.message",
    "exception.value",
    "context.exception.message",
    "record.exception.value",
    "thrown.message",
    "fields.error",
    "context.error",
    "error",
    "err",
];

/// Where they put its trace: ECS and Logback; Node's loggers; Powertools and
/// structlog; python-json-logger; zap; Serilog; Log4j.
const TRACES: [&str; 15] = [
    "stackTrace",
    "stack_trace",
    "error.stack_trace",
    "error.stack",
    "err.stack",
    "exception.stack_trace",
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
const NOISE: [&str; 20] = [
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
];

/// What `text` says, if it is a line of JSON; runtimes may put words before it.
pub(in crate::signal) fn unfold(text: &str) -> Option<Unfolded> {
    let fields = object(text.trim()).or_else(|| {
        // Lambda's Node runtime separates them by tabs.
        object(text.trim().rsplit('\t').next()?)
    })?;
    if let Some(report) = platform(&fields) {
        return Some(Unfolded { text: report.clone(), headline: report });
    }
    let said = Said::of(&fields, MAX_DEPTH);
    Some(Unfolded { headline: said.headline()?, text: said.text(&fields) })
}

fn object(text: &str) -> Option<Fields> {
    text.starts_with('{').then(|| serde_json::from_str(text).ok()).flatten()
}

/// What Lambda says of a run that ended badly:
/// <https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html>.
fn platform(fields: &Fields) -> Option<String> {
    let kind = words(fields.get("type")?).filter(|kind| kind.starts_with("platform."))?;
    let record = fields.get("record")?;
    let Some(record) = record.as_object() else {
        return words(record).map(|record| format!("{kind}: {record}"));
    };
    let status = text_at(record, &["status"])?;
    let error = text_at(record, &["errorType"]).map(|error| format!(": {error}"));
    let took = at(record, "metrics.durationMs").and_then(Value::as_f64);
    let took = took.map(|ms| format!(" after {:.2} s", ms / 1000.0));
    let what = if status == "timeout" { "the run timed out" } else { "the run ended" };
    let how = if status == "timeout" { String::new() } else { format!(" in {status}") };
    let (took, error) = (took.unwrap_or_default(), error.unwrap_or_default());
    Some(format!("{what}{how}{took}{error} ({kind})"))
}

/// What a line says, in the three parts that loggers have names for.
#[derive(Default)]
struct Said {
    message: Option<String>,
    error: Option<String>,
    trace: Option<String>,
}

impl Said {
    fn of(fields: &Fields, depth: usize) -> Self {
        let inner = MESSAGES.iter().find_map(|name| at(fields, name).filter(|it| !is_blank(it)));
        let inside = inner.filter(|_| depth > 0).and_then(|inner| match inner {
            Value::Object(inner) => Some(Self::of(inner, depth - 1)),
            Value::String(line) => object(line.trim()).map(|inner| Self::of(&inner, depth - 1)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => None,
        });
        let inside = inside.filter(|inside| inside.headline().is_some());
        let trace = TRACES.iter().find_map(|name| at(fields, name).and_then(trace));
        let Some(Self { message, error, trace: deeper }) = inside else {
            let message = inner.and_then(|inner| match inner {
                Value::Object(inner) => Some(pairs(inner, &[])).filter(|pairs| !pairs.is_empty()),
                Value::Array(several) => {
                    let several: Vec<_> = several.iter().filter_map(words).collect();
                    Some(several.join(" "))
                }
                text @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => {
                    words(text).map(|text| filled(&text, fields))
                }
            });
            return Self { message, error: error(fields), trace };
        };
        Self { message, error: self::error(fields).or(error), trace: trace.or(deeper) }
    }

    /// The message, and the error where it says more.
    fn headline(&self) -> Option<String> {
        let from_trace = || {
            let line = plain(self.trace.as_deref()?);
            names_error(&line).then_some(line)
        };
        // A trace says its error whole, where the logger gives only its type.
        let error = match (self.error.as_deref(), from_trace()) {
            (Some(kind), Some(line)) if line.contains(kind) => Some(line),
            (Some(own), _) => Some(own.to_owned()),
            (None, line) => line,
        };
        let error = error.as_deref().map(first_line).filter(|line| !line.trim().is_empty());
        let message = self.message.as_deref().map(plain).filter(|line| !line.trim().is_empty());
        match (message, error) {
            (Some(message), Some(error)) if message.contains(error) => Some(message),
            (Some(message), Some(error)) if error.contains(&message) => Some(error.to_owned()),
            (Some(message), Some(error)) => Some(format!("{message}: {error}")),
            (Some(message), None) => Some(message),
            (None, error) => error.map(str::to_owned),
        }
    }

    /// All of it, the trace unfolded, and below it the other fields.
    fn text(&self, fields: &Fields) -> String {
        let rest = pairs(fields, &NOISE);
        let error = self.error.as_ref().filter(|error| {
            ![&self.message, &self.trace].into_iter().flatten().any(|it| it.contains(*error))
        });
        let parts = [self.message.as_ref(), error, self.trace.as_ref(), Some(&rest)];
        let parts: Vec<&str> = parts
            .into_iter()
            .flatten()
            .map(|part| part.trim_end())
            .filter(|it| !it.is_empty())
            .collect();
        parts.join("\n")
    }
}

/// The error's type and words.
fn error(fields: &Fields) -> Option<String> {
    match (text_at(fields, &TYPES), text_at(fields, &ERRORS)) {
        (Some(kind), Some(words)) if words.starts_with(&kind) => Some(words),
        (Some(kind), Some(words)) => Some(format!("{kind}: {words}")),
        (None, only) | (only, None) => only,
    }
}

/// The value called `name`, which may be the path to one: ECS has both
/// `"error.type"` and `{"error": {"type"}}`.
fn at<'a>(fields: &'a Fields, name: &str) -> Option<&'a Value> {
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

fn text_at(fields: &Fields, names: &[&str]) -> Option<String> {
    let texts = names.iter().filter_map(|name| words(at(fields, name)?));
    texts.into_iter().find(|text| !text.trim().is_empty())
}

/// A value that is one piece of text.
fn words(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn is_blank(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
}

/// A trace as lines: a text, a list of them, or frames as structlog and
/// Powertools write them.
fn trace(value: &Value) -> Option<String> {
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
    let kind = text_at(fields, &["exc_type", "type", "name", "class"]);
    let said = text_at(fields, &["exc_value", "value", "message"]);
    lines.extend(kind.map(|kind| said.map_or(kind.clone(), |said| format!("{kind}: {said}"))));
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn frame(value: &Value) -> Option<String> {
    let fields = value.as_object()?;
    let file = text_at(fields, &["filename", "file"])?;
    let line = text_at(fields, &["lineno", "line"]).map(|line| format!(":{line}"));
    let name = text_at(fields, &["function", "method", "name"]).map(|name| format!(" in {name}"));
    Some(format!("  at {file}{}{}", line.unwrap_or_default(), name.unwrap_or_default()))
}

/// A template of Serilog's with its holes filled: `{Album}`, `{@Album}`.
fn filled(text: &str, fields: &Fields) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let hole = after.split_once('}').and_then(|(hole, after)| {
            let name = hole.trim_start_matches(['@', '$']).split([':', ',']).next()?;
            let value = at(fields, name).or_else(|| at(fields, &format!("Properties.{name}")))?;
            Some((words(value)?, after))
        });
        if let Some((value, after)) = hole {
            filled.push_str(&value);
            rest = after;
        } else {
            filled.push('{');
            rest = after;
        }
    }
    filled + rest
}

/// The other fields that are one piece of text: `service=photos, album=7`.
fn pairs(fields: &Fields, noise: &[&str]) -> String {
    let is_told = |name: &str| {
        let of = |known: &[&str]| known.iter().any(|known| known.eq_ignore_ascii_case(name));
        of(noise)
            || !noise.is_empty() && (of(&MESSAGES) || of(&TYPES) || of(&ERRORS) || of(&TRACES))
    };
    let told = fields.iter().filter(|(name, _)| !is_told(name)).filter_map(|(name, value)| {
        Some(format!("{name}={}", one_line(&words(value)?, MAX_VALUE)))
    });
    told.take(MAX_FIELDS).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn says(line: &Value, headline: &str, text: &str) {
        let unfolded = unfold(&line.to_string()).unwrap();
        assert_eq!((unfolded.headline.as_str(), unfolded.text.as_str()), (headline, text));
    }

    const PYTHON: &str = "Traceback (most recent call last):\n  File \"a.py\", line 10, in f\n    1/0\n\
                          ZeroDivisionError: division by zero";

    #[test]
    fn powertools_puts_the_traceback_into_a_field() {
        let line = serde_json::json!({
            "level": "ERROR", "message": "cannot sync album", "service": "photos",
            "exception": PYTHON, "exception_name": "ZeroDivisionError",
        });
        let text = format!("cannot sync album\n{PYTHON}\nservice=photos");
        says(&line, "cannot sync album: ZeroDivisionError: division by zero", &text);
    }

    #[test]
    fn powertools_takes_an_object_for_a_message() {
        let line =
            serde_json::json!({ "level": "ERROR", "message": { "operation": "sync", "album": 7 } });
        says(&line, "album=7, operation=sync", "album=7, operation=sync");
    }

    #[test]
    fn node_s_runtime_takes_an_error_for_a_message() {
        let line = serde_json::json!({
            "timestamp": "2026-11-29T10:00:00.000Z", "level": "ERROR", "requestId": "0f1e",
            "message": { "errorType": "Error", "errorMessage": "boom", "stackTrace": ["Error: boom", "    at x"] },
        });
        says(&line, "Error: boom", "Error: boom\n    at x\nrequestId=0f1e");
        let text = "2026-11-29T10:00:00.000Z\t0f1e\tERROR\tInvoke Error\t{\"errorType\":\"Error\",\"errorMessage\":\"boom\"}";
        assert_eq!(unfold(text).unwrap().headline, "Error: boom");
    }

    #[test]
    fn lambda_s_report_of_a_run_is_put_into_words() {
        let line = serde_json::json!({
            "time": "2026-11-29T10:00:00.000Z", "type": "platform.report",
            "record": { "requestId": "0f1e", "status": "timeout", "metrics": { "durationMs": 3000.0 } },
        });
        says(
            &line,
            "the run timed out after 3.00 s (platform.report)",
            "the run timed out after 3.00 s (platform.report)",
        );
        let line = serde_json::json!({
            "type": "platform.runtimeDone",
            "record": { "status": "error", "errorType": "Runtime.ExitError" },
        });
        let said = "the run ended in error: Runtime.ExitError (platform.runtimeDone)";
        says(&line, said, said);
    }

    #[test]
    fn every_common_logger_says_its_message_and_its_error() {
        let lines = [
            (
                r#"{"level":50,"time":1,"pid":2,"hostname":"h","msg":"no sync","err":{"type":"Error","message":"boom","stack":"Error: boom\n    at x"}}"#,
                "no sync: Error: boom",
            ),
            (
                r#"{"name":"app","hostname":"h","pid":1,"level":50,"msg":"no sync","err":{"message":"boom","name":"TypeError","stack":"TypeError: boom\n at x"},"v":0}"#,
                "no sync: TypeError: boom",
            ),
            (
                r#"{"event":"no sync","level":"error","exception":"Traceback (most recent call last):\n  File \"a\"\nKeyError: 'a'"}"#,
                "no sync: KeyError: 'a'",
            ),
            (
                r#"{"event":"no sync","exception":[{"exc_type":"KeyError","exc_value":"'a'","frames":[{"filename":"a.py","lineno":3,"name":"f"}]}]}"#,
                "no sync",
            ),
            (
                r#"{"level":"error","ts":1.5,"caller":"a.go:3","msg":"no sync","error":"disk full","stacktrace":"main.f\n\t/a.go:3"}"#,
                "no sync: disk full",
            ),
            (
                r#"{"@timestamp":"t","log.level":"ERROR","message":"no sync","error.type":"java.io.IOException","error.message":"disk full","error.stack_trace":"java.io.IOException: disk full\n\tat a.B"}"#,
                "no sync: java.io.IOException: disk full",
            ),
            (
                r#"{"@timestamp":"t","message":"no sync","error":{"type":"IOException","message":"disk full"}}"#,
                "no sync: IOException: disk full",
            ),
            (
                r#"{"@t":"t","@l":"Error","@mt":"no sync of {Album}","Album":7,"@x":"System.IO.IOException: disk full\n   at A.B()"}"#,
                "no sync of 7: System.IO.IOException: disk full",
            ),
            (
                r#"{"Timestamp":"t","Level":"Error","MessageTemplate":"no sync of {Album}","Properties":{"Album":7}}"#,
                "no sync of 7",
            ),
            (
                r#"{"fields":{"message":"failed to store","error":"busy"},"level":"ERROR"}"#,
                "failed to store: busy",
            ),
            (
                r#"{"time":"t","level":"ERROR","msg":"no sync","err":"disk full"}"#,
                "no sync: disk full",
            ),
            (r#"{"log":"{\"level\":\"error\",\"msg\":\"inner\"}\n","stream":"stderr"}"#, "inner"),
            (
                r#"{"text":"t","record":{"message":"no sync","exception":{"type":"KeyError","value":"'a'"}}}"#,
                "no sync: KeyError: 'a'",
            ),
        ];
        for (line, headline) in lines {
            assert_eq!(unfold(line).unwrap().headline, headline, "{line}");
        }
    }

    #[test]
    fn what_says_nothing_is_no_structured_line() {
        for line in
            ["{}", r#"{"level":"ERROR"}"#, "[1]", "{broken", "ERROR {x}", r#"{"message":null}"#]
        {
            assert_eq!(unfold(line), None, "{line}");
        }
    }
}
