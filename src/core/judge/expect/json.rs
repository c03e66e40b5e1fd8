//! Whether a JSON document says what is expected of it.

use std::cmp::Ordering;

use serde_json::{Number, Value};

use crate::model::detail::AnswerDetail;
use crate::model::observation::{Failure, Reason};

use super::Quote;
use super::document::{self, MAX_MEMORY, Unread};
use crate::model::expect::{JsonExpect, Operator};

/// Whether `body` meets every expectation. One that is not JSON meets none.
///
/// # Errors
///
/// The failure that the observation has where it does not.
pub fn json(expects: &[JsonExpect], body: &[u8], quote: Quote<'_>) -> Result<(), Failure> {
    if expects.is_empty() {
        return Ok(());
    }
    // What PowerShell writes begins with one: <https://www.rfc-editor.org/rfc/rfc8259#section-8.1>.
    let body = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body);
    let document = document::read(body, expects).map_err(|unread| match unread {
        Unread::NotJson(error) => {
            AnswerDetail::NotJson { why: quote(&error.to_string()) }.failure(Reason::Json)
        }
        Unread::TooLarge => {
            AnswerDetail::JsonTooLarge { mib: MAX_MEMORY >> 20 }.failure(Reason::TooLarge)
        }
    })?;
    expects.iter().try_for_each(|expect| one(expect, &document, quote))
}

/// Every value that the path selects must satisfy the comparison, and there
/// must be one.
fn one(expect: &JsonExpect, document: &Value, quote: Quote<'_>) -> Result<(), Failure> {
    let (operator, literal) = (expect.operator, &expect.literal);
    let nodes = expect.path.query(document);
    let (path, expected) = (expect.path.to_string(), format!("{operator} {literal}"));
    if nodes.is_empty() {
        let detail = AnswerDetail::JsonMissing { path, expected };
        return Err(detail.failure(Reason::Json));
    }
    match nodes.iter().find(|value| !holds(value, operator, literal)) {
        None => Ok(()),
        Some(value) => {
            let value = shown(value, quote);
            Err(AnswerDetail::JsonOther { path, value, expected }.failure(Reason::Json))
        }
    }
}

/// Whether `value operator literal`. Only numbers with numbers, and texts with
/// texts, have an order. A text that is a number counts as that number, as many
/// APIs write all of theirs as texts: against a number, and against another one.
#[must_use]
pub fn holds(value: &Value, operator: Operator, literal: &Value) -> bool {
    let order = match (number(value), number(literal)) {
        (Some(a), Some(b)) => compare(&a, &b),
        _ => match (value, literal) {
            (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
            _ => None,
        },
    };
    let is_equal = || order.map_or_else(|| value == literal, Ordering::is_eq);
    match operator {
        Operator::Equal => is_equal(),
        Operator::NotEqual => !is_equal(),
        Operator::Less => order.is_some_and(Ordering::is_lt),
        Operator::LessOrEqual => order.is_some_and(Ordering::is_le),
        Operator::Greater => order.is_some_and(Ordering::is_gt),
        Operator::GreaterOrEqual => order.is_some_and(Ordering::is_ge),
    }
}

/// The number that a value is. In a text, it is written as JSON writes numbers:
/// `007` and `0x10` are names of something, and `٣` is a letter here.
fn number(value: &Value) -> Option<Number> {
    match value {
        Value::Number(number) => Some(number.clone()),
        Value::String(text) => serde_json::from_str(text).ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Numbers as numbers: `1` is `1.0`. Integers are compared exactly.
fn compare(a: &Number, b: &Number) -> Option<Ordering> {
    match (a.as_i128(), b.as_i128()) {
        (Some(a), Some(b)) => Some(a.cmp(&b)),
        _ => a.as_f64()?.partial_cmp(&b.as_f64()?),
    }
}

/// A value for people. Only its kind, where it is large; a string as it is,
/// so that a secret in it is recognised.
fn shown(value: &Value, quote: Quote<'_>) -> String {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => format!("'{}'", quote(text)),
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}
