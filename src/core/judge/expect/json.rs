//! Whether a JSON document meets its expectations.

use std::cmp::Ordering;

use serde_json::{Number, Value};

use crate::model::detail::AnswerDetail;
use crate::model::observation::{Failure, Reason};

use super::Quote;
use super::document::{self, MAX_MEMORY, Unread};
use super::work::{Size, Work};
use crate::model::expect::{JsonExpect, Operator};

/// Whether `body` meets every expectation. A body that is not JSON meets none.
///
/// # Errors
///
/// The failure for the observation, if it does not.
pub fn json(expects: &[JsonExpect], body: &[u8], quote: Quote<'_>) -> Result<(), Failure> {
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
        one(expect, &document, quote)
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

/// A value for people. A large one is shown by its kind; a string is unchanged, so
/// that a secret in it is recognised.
fn shown(value: &Value, quote: Quote<'_>) -> String {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => format!("'{}'", quote(text)),
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}
