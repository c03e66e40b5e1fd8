//! Whether a JSON document meets its expectations.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};
use serde_json::{Number, Value};

use crate::model::detail::AnswerDetail;
use crate::model::observation::{Failure, Reason};

use super::Quote;
use super::age;
use super::document::{self, MAX_MEMORY, Unread};
use super::work::{Size, Work, is_single};
use crate::model::expect::{JsonExpect, JsonRule, Operator};

/// Whether `body`, which came `now`, meets every expectation. A body that is not JSON
/// meets none.
///
/// # Errors
///
/// The failure for the observation, if it does not.
pub fn json(
    expects: &[JsonExpect],
    body: &[u8],
    now: DateTime<Utc>,
    quote: Quote<'_>,
) -> Result<(), Failure> {
    if expects.is_empty() {
        return Ok(());
    }
    // PowerShell writes a byte order mark: <https://www.rfc-editor.org/rfc/rfc8259#section-8.1>.
    let body = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body);
    let document = document::read(body, expects).map_err(|unread| match unread {
        Unread::NotJson(error) if error.is_eof() => AnswerDetail::JsonCut {}.failure(Reason::Json),
        Unread::NotJson(error) => {
            let (line, column) = (error.line(), error.column());
            AnswerDetail::NotJson { line, column }.failure(Reason::Json)
        }
        Unread::TooLarge => {
            AnswerDetail::JsonTooLarge { mib: MAX_MEMORY >> 20 }.failure(Reason::TooLarge)
        }
    })?;
    let size = Size::of(&document);
    expects.iter().try_for_each(|expect| {
        if !work(expect).is_allowed(size) {
            return Err(too_much(expect));
        }
        one(expect, &document, now, quote)
    })
}

/// Whether expecting this takes time in proportion to a body, and no more.
#[must_use]
pub fn is_plain(expect: &JsonExpect) -> bool {
    work(expect).is_plain()
}

fn work(expect: &JsonExpect) -> Work {
    Work::of(&expect.path.to_string())
}

fn too_much(expect: &JsonExpect) -> Failure {
    AnswerDetail::JsonTooMuch { expected: expect.source.clone() }.failure(Reason::TooLarge)
}

/// Whether what the path selects is as its rule says. Where the rule is about each value,
/// there must be one.
fn one(
    expect: &JsonExpect,
    document: &Value,
    now: DateTime<Utc>,
    quote: Quote<'_>,
) -> Result<(), Failure> {
    let nodes = expect.path.query(document);
    let unmet = match &expect.rule {
        JsonRule::Absent => nodes.first().map(|value| {
            let (path, value) = (expect.path.to_string(), shown(value, quote));
            AnswerDetail::JsonPresent { path, value }
        }),
        JsonRule::Count { operator, count } => {
            counted(expect, nodes.iter().copied(), *operator, *count, quote)
        }
        JsonRule::Compare { .. } | JsonRule::OneOf(_) | JsonRule::Age { .. }
            if nodes.is_empty() =>
        {
            Some(missing(expect))
        }
        JsonRule::Compare { operator, literal } => {
            let wrong = nodes.iter().find(|value| !holds(value, *operator, literal));
            wrong.map(|value| other(expect, shown(value, quote)))
        }
        JsonRule::OneOf(values) => {
            let is_one =
                |value: &&Value| values.iter().any(|one| holds(value, Operator::Equal, one));
            nodes
                .iter()
                .find(|value| !is_one(value))
                .map(|value| other(expect, shown(value, quote)))
        }
        JsonRule::Age { operator, limit } => nodes.iter().find_map(|value| {
            let Some(time) = age::time(value) else {
                let (path, value) = (expect.path.to_string(), shown(value, quote));
                return Some(AnswerDetail::JsonNoTime { path, value });
            };
            let is_met = age::holds(time, now, *operator, *limit);
            (!is_met).then(|| too_old(expect, value, time, now, quote))
        }),
    };
    unmet.map_or(Ok(()), |detail| Err(detail.failure(Reason::Json)))
}

fn missing(expect: &JsonExpect) -> AnswerDetail {
    let (path, expected) = (expect.path.to_string(), expect.rule.to_string());
    AnswerDetail::JsonMissing { path, expected }
}

fn other(expect: &JsonExpect, value: String) -> AnswerDetail {
    let (path, expected) = (expect.subject(), expect.rule.to_string());
    AnswerDetail::JsonOther { path, value, expected }
}

/// What is wrong with how many there are, if anything is.
fn counted<'a>(
    expect: &JsonExpect,
    mut nodes: impl ExactSizeIterator<Item = &'a Value>,
    operator: Operator,
    count: u64,
    quote: Quote<'_>,
) -> Option<AnswerDetail> {
    let found = if is_single(expect.path.to_string().trim_start_matches('$')) {
        let Some(value) = nodes.next() else { return Some(missing(expect)) };
        match length(value) {
            Some(length) => length,
            None => return Some(other(expect, shown(value, quote))),
        }
    } else {
        nodes.len()
    };
    let is_met = operator.allows((found as u64).cmp(&count));
    (!is_met).then(|| other(expect, found.to_string()))
}

/// How many items, members or characters a value has.
fn length(value: &Value) -> Option<usize> {
    match value {
        Value::Array(items) => Some(items.len()),
        Value::Object(members) => Some(members.len()),
        Value::String(text) => Some(text.chars().count()),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

fn too_old(
    expect: &JsonExpect,
    value: &Value,
    time: DateTime<Utc>,
    now: DateTime<Utc>,
    quote: Quote<'_>,
) -> AnswerDetail {
    match (now - time).to_std() {
        Ok(age) => {
            let (path, expected) = (expect.path.to_string(), expect.rule.to_string());
            AnswerDetail::JsonAge { path, age: age.into(), expected }
        }
        // It is in the future.
        Err(_) => other(expect, shown(value, quote)),
    }
}

/// Whether `value operator literal`. Only two numbers, or two texts, have an order. A
/// text that is a number counts as that number, against a number and against another
/// such text: many APIs write numbers as texts.
#[must_use]
pub fn holds(value: &Value, operator: Operator, literal: &Value) -> bool {
    let order = match (number(value), number(literal)) {
        (Some(a), Some(b)) => compare(&a, &b),
        _ => match (value, literal) {
            (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
            _ => None,
        },
    };
    match (order, operator) {
        (Some(order), _) => operator.allows(order),
        (None, Operator::Equal) => value == literal,
        (None, Operator::NotEqual) => value != literal,
        (
            None,
            Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual,
        ) => false,
    }
}

/// The number that a value is. In a text, it is written as JSON writes numbers, or with a
/// plus, or without a digit on one side of the point, as `bc` and sensors write them:
/// `007` and `0x10` are names of something, and `٣` is a letter here.
fn number(value: &Value) -> Option<Number> {
    match value {
        Value::Number(number) => Some(number.clone()),
        Value::String(text) => {
            serde_json::from_str(text).ok().or_else(|| serde_json::from_str(&strict(text)?).ok())
        }
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A number of digits, a sign and a point as JSON writes it: `+.5` is `0.5`.
fn strict(text: &str) -> Option<String> {
    let text = text.trim_ascii();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = [whole, part].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    let some = |part: &str| if part.is_empty() { "0".to_owned() } else { part.to_owned() };
    (is_number && !(whole.is_empty() && part.is_empty()))
        .then(|| format!("{sign}{}.{}", some(whole), some(part)))
}

/// Numbers as numbers: `1` is `1.0`. Integers are compared exactly.
fn compare(a: &Number, b: &Number) -> Option<Ordering> {
    match (a.as_i128(), b.as_i128()) {
        (Some(a), Some(b)) => Some(a.cmp(&b)),
        _ => a.as_f64()?.partial_cmp(&b.as_f64()?),
    }
}

/// A value for people. Of a large one only its kind is shown; a string is unchanged, so
/// that a secret in it is recognised.
fn shown(value: &Value, quote: Quote<'_>) -> String {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => format!("'{}'", quote(text)),
        Value::Array(items) if items.is_empty() => "[]".to_owned(),
        Value::Array(_) => "[…]".to_owned(),
        Value::Object(fields) if fields.is_empty() => "{}".to_owned(),
        Value::Object(_) => "{…}".to_owned(),
    }
}
