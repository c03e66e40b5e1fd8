//! Whether a log line is an error. `CloudWatch`'s filter patterns know neither
//! upper and lower case nor what a word belongs to, so the pattern of
//! template.yaml lets through whatever may be an error, and this decides.
//!
//! What the program says of its own line, its level, counts more than any word
//! in it. Without a level it is words, and in doubt the line is an error.

use serde_json::Value;

use super::level::{self, Level};
use super::structured::fields::{Fields, MESSAGES, at, line, object};
use super::words;

/// Lines within lines, at most: Docker's log driver puts one into another.
const MAX_DEPTH: usize = 3;

/// Whether any line of `text` is an error, or all of it is one in JSON.
pub(super) fn is_error(text: &str) -> bool {
    let trimmed = text.trim();
    match line(trimmed) {
        Some(fields) => is_error_in_json(&fields, trimmed, MAX_DEPTH),
        None => is_error_in_text(trimmed),
    }
}

fn is_error_in_json(line: &Fields, whole: &str, depth: usize) -> bool {
    if let Some(level) = level::in_json(line) {
        return is_error_at(level, whole);
    }
    if let Some(is_error) = of_lambda(line) {
        return is_error;
    }
    if let Some(is_error) = within(line, depth) {
        return is_error;
    }
    // Metrics are no errors, whatever they count:
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    at(line, "_aws.CloudWatchMetrics").is_none() && words::say(whole)
}

fn is_error_at(level: Level, whole: &str) -> bool {
    match level {
        Level::Error => true,
        Level::Warning => words::say_certainly(whole),
        Level::BelowError => false,
    }
}

/// What Lambda itself says of an invocation, in JSON; `None` if it says nothing.
fn of_lambda(line: &Fields) -> Option<bool> {
    let record = line.get("record").and_then(Value::as_object).unwrap_or(line);
    let is = |key: &str, bad: &[&str]| {
        record.get(key).and_then(Value::as_str).is_some_and(|value| bad.contains(&value))
    };
    let is_platform =
        line.get("type").and_then(Value::as_str).is_some_and(|kind| kind.starts_with("platform."));
    let failed = is("status", &["error", "timeout", "failure"]);
    let has_type = record.get("errorType").is_some_and(Value::is_string);
    (failed || has_type || is_platform).then_some(failed || has_type)
}

/// What the line in the message of `line` says of its own level, if it does:
/// a log driver wraps each line, and knows of none how bad it is.
fn within(line: &Fields, depth: usize) -> Option<bool> {
    let depth = depth.checked_sub(1)?;
    let message = MESSAGES.iter().find_map(|name| at(line, name))?;
    let (inner, whole) = match message {
        Value::Object(inner) => (inner.clone(), message.to_string()),
        Value::String(text) => {
            let Some(inner) = object(text.trim()) else {
                let level = text.lines().next().and_then(level::in_text)?;
                return Some(is_error_at(level, text));
            };
            (inner, text.clone())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => return None,
    };
    let is_known = level::in_json(&inner).is_some() || of_lambda(&inner).is_some();
    if is_known { Some(is_error_in_json(&inner, &whole, depth)) } else { within(&inner, depth) }
}

/// What is indented belongs to the line above, and is as bad as that: so .NET
/// writes a message below its level.
fn is_error_in_text(text: &str) -> bool {
    let mut above = None;
    text.lines().any(|line| {
        let own = level::in_text(line);
        if own.is_some() || !line.starts_with(char::is_whitespace) {
            above = own;
        }
        above.map_or_else(|| words::say(line), |level| is_error_at(level, line))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_level_of_a_line_counts_more_than_its_words() {
        for quiet in [
            r#"{"level":"info","msg":"retrying after an error"}"#,
            r#"{"level":30,"msg":"error page served"}"#,
            r#"time="10:00" level=info msg="last error: disk full""#,
            "2026-11-29T10:00:00.000Z\t0f1e2d3c-4b5a\tINFO\tfatal error handler is ready",
            "10:00:50,123 INFO error handler is ready",
            "INFO:root:error handler is ready",
            "[INFO]\t2026-11-29T10:00:00Z\tthe error handler is ready",
            "INFO:     127.0.0.1:5000 - \"GET /error HTTP/1.1\" 200 OK",
            "info: App[0]\n      last error: disk full",
        ] {
            assert!(!is_error(quiet), "{quiet}");
        }
        for error in [
            r#"{"level":"error","msg":"all is well"}"#,
            "level=fatal msg=bye",
            "crit: App[0]\n      all is well",
            "info: App[0]\n      all is well\nERROR boom",
        ] {
            assert!(is_error(error), "{error}");
        }
    }

    #[test]
    fn a_warning_is_an_error_only_if_it_says_so_without_doubt() {
        assert!(!is_error("WARN retrying after error 111"));
        assert!(is_error("WARN retrying after java.io.IOException: broken pipe"));
        assert!(!is_error("warn: App[0]\n      retrying after an error"));
    }

    #[test]
    fn a_number_called_level_is_a_logger_s_or_nothing() {
        assert!(is_error(r#"{"level":50,"time":1,"pid":7,"hostname":"nas","msg":"boom"}"#));
        assert!(is_error(r#"{"level":60,"err":{"message":"boom"}}"#));
        for charge in [r#"{"battery":"ok","level":50}"#, r#"{"battery_level":50,"msg":"charging"}"#]
        {
            assert!(!is_error(charge), "{charge}");
        }
    }

    #[test]
    fn a_log_driver_s_line_is_as_bad_as_the_line_in_it() {
        for quiet in [
            r#"{"log":"{\"level\":\"info\",\"msg\":\"error page\"}\n","stream":"stderr"}"#,
            r#"{"log":"INFO error page\n","stream":"stdout"}"#,
            r#"{"message":{"level":"info","message":"error page"}}"#,
            r#"{"text":"an error","record":{"level":{"name":"INFO","no":20},"message":"error page"}}"#,
        ] {
            assert!(!is_error(quiet), "{quiet}");
        }
        for error in [
            r#"{"log":"{\"level\":\"error\",\"msg\":\"inner\"}","stream":"stderr"}"#,
            r#"{"log":"level=error msg=inner","stream":"stderr"}"#,
            r#"{"log":"ValueError: bad\n","stream":"stderr"}"#,
        ] {
            assert!(is_error(error), "{error}");
        }
    }
}
