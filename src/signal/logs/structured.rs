//! A structured log line: JSON first, then what it says. Its message, its error
//! and its trace have different names in every logger; the trace is unfolded.

pub(super) mod fields;
mod logfmt;
#[cfg(test)]
mod tests;
mod trace;

use serde_json::Value;

use self::fields::{
    ERRORS, Fields, MESSAGES, NOISE, SEVERAL, TRACES, TYPES, at, is_blank, line, object, text_at,
    words,
};
use self::trace::{causes, named, trace};
use super::headline::{names_error, plain};
use crate::text::{first_line, last_line, one_line};

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

/// Other fields that are shown, and the characters of each, at most.
const MAX_FIELDS: usize = 12;
const MAX_VALUE: usize = 80;

/// What `text` says, if it is a line of JSON or logfmt; runtimes may put words
/// before it.
pub(in crate::signal) fn unfold(text: &str) -> Option<Unfolded> {
    let fields = line(text)
        // Lambda's Node runtime separates them by tabs.
        .or_else(|| object(text.trim().rsplit('\t').next()?))
        .or_else(|| logfmt::read(text))?;
    if let Some(report) = platform(&fields) {
        return Some(Unfolded { text: report.clone(), headline: report });
    }
    let said = Said::of(&fields, MAX_DEPTH);
    let all = || Some(flat(&fields)).filter(|all| !all.is_empty());
    Some(Unfolded { headline: said.headline().or_else(all)?, text: said.text(&fields) })
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
    causes: Option<String>,
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
        let causes = causes(fields).filter(|causes| {
            let trace = trace.as_deref().unwrap_or_default();
            causes.lines().any(|cause| !trace.contains(cause))
        });
        let Some(inside) = inside else {
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
            return Self { message, error: error(fields), trace, causes };
        };
        Self {
            error: error(fields).or(inside.error),
            trace: trace.or(inside.trace),
            causes: causes.or(inside.causes),
            ..inside
        }
    }

    /// The message, and the error where it says more.
    fn headline(&self) -> Option<String> {
        let from_trace = || {
            let trace = self.trace.as_deref()?;
            let lines = [plain(trace), last_line(trace).to_owned()];
            lines.into_iter().find(|line| names_error(line))
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
        let (trace, causes) = (self.trace.as_ref(), self.causes.as_ref());
        let parts = [self.message.as_ref(), error, trace, causes, Some(&rest)];
        let parts: Vec<&str> = parts
            .into_iter()
            .flatten()
            .map(|part| part.trim_end())
            .filter(|it| !it.is_empty())
            .collect();
        parts.join("\n")
    }
}

/// The error's type and words. `"error": true` says no more than the level.
fn error(fields: &Fields) -> Option<String> {
    let said = text_at(fields, &ERRORS).filter(|said| !["true", "false", "-"].contains(&&**said));
    match (text_at(fields, &TYPES), said) {
        (Some(kind), Some(said)) if said.starts_with(&kind) => Some(said),
        (Some(kind), Some(said)) => Some(format!("{kind}: {said}")),
        (None, Some(said)) => Some(said),
        (Some(kind), None) => Some(match several(fields) {
            Some(first) if !first.contains(&kind) => format!("{kind}: {first}"),
            Some(_) | None => kind,
        }),
        (None, None) => several(fields),
    }
}

/// The first of several errors, or one that has other words than we know.
fn several(fields: &Fields) -> Option<String> {
    SEVERAL.iter().find_map(|name| match at(fields, name)? {
        Value::Array(several) => {
            let first = several.first()?;
            words(first).or_else(|| named(first.as_object()?))
        }
        Value::Object(one) => Some(pairs(one, &[])).filter(|pairs| !pairs.is_empty()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    })
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

/// All that a line without message and error says, what is within others too.
fn flat(fields: &Fields) -> String {
    let own = pairs(fields, &NOISE);
    let within = fields.values().filter_map(|value| Some(pairs(value.as_object()?, &[])));
    let parts: Vec<_> = std::iter::once(own).chain(within).filter(|it| !it.is_empty()).collect();
    parts.join(", ")
}
