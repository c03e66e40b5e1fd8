//! Conditions on `[BODY]`, and on what is at a path of a JSON body.

use crate::import::draft::{Carried, Setting, Way, text};
use crate::import::gatus::conditions::{Condition, Operand, Operator};
use crate::import::gatus::glob;
use crate::import::json_path::{escaped, literal};

/// What is said of a pattern for a value in JSON.
const IN_TEXT: &str = "is looked for in the text of the body (expect.body_matches)";

/// How a function of Gatus is applied to the body.
enum Function {
    None,
    Length,
    Exists,
}

/// What is asked for by `condition`, which speaks of the body.
pub(super) fn carry(condition: &Condition) -> Carried {
    let inside = |function: &str| condition.left.strip_prefix(function)?.strip_suffix(')');
    let (function, inner) = match (inside("len("), inside("has(")) {
        (Some(inner), _) => (Function::Length, inner),
        (_, Some(inner)) => (Function::Exists, inner),
        _ => (Function::None, condition.left.as_str()),
    };
    // It is in ASCII, in whatever case it is written.
    let path = inner.get("[BODY]".len()..).unwrap_or("").trim();
    let (ways, why) = match (function, path.is_empty()) {
        (Function::None, true) => of_text(condition),
        (Function::None, false) => of_value(condition, path),
        (Function::Length, _) => of_length(condition, path),
        (Function::Exists, true) => of_anything(condition),
        (Function::Exists, false) => of_existence(condition, path),
    };
    Carried::new(&condition.shown(), ways, why)
}

fn way(key: &str, value: &str) -> Vec<Way> {
    vec![Way::exact(Setting::item(key, text(value)))]
}

/// The whole body, without the spaces around it.
fn of_text(condition: &Condition) -> (Vec<Way>, &'static str) {
    let whole = |inner: &str| format!(r"^\s*(?:{inner})\s*$");
    let regex = match &condition.right {
        Operand::Value(text) => whole(&glob::escaped(text)),
        Operand::Any(texts) => {
            whole(&texts.iter().map(|text| glob::escaped(text)).collect::<Vec<_>>().join("|"))
        }
        Operand::Pattern(pattern) => whole(&glob::regex(pattern)),
    };
    let contained = match &condition.right {
        Operand::Pattern(pattern) => glob::contained(pattern),
        Operand::Value(_) | Operand::Any(_) => None,
    };
    match (condition.operator, contained) {
        (Operator::Equal, Some(text)) => (way("expect.body_contains", text), ""),
        (Operator::NotEqual, Some(text)) => (way("expect.body_not_contains", text), ""),
        (Operator::Equal, None) => (way("expect.body_matches", &regex), ""),
        (Operator::NotEqual, None) => (
            way("expect.body_not_matches", &regex),
            "prober cannot read it as a regular expression",
        ),
        (operator, _) => {
            let Operand::Value(value) = &condition.right else { return (Vec::new(), NO_NUMBER) };
            (json(&format!("$ {} {value}", operator.sign())), NO_NUMBER)
        }
    }
}

/// Why a comparison of sizes is not carried over.
const NO_NUMBER: &str = "it is compared with no number";

fn json(condition: &str) -> Vec<Way> {
    way("expect.json", condition)
}

/// A path of Gatus as a JSONPath: <https://www.rfc-editor.org/rfc/rfc9535>.
fn json_path(path: &str) -> String {
    let mut out = String::from("$");
    let mut rest = path.trim_start_matches('.');
    while !rest.is_empty() {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (key, after) = rest.split_at(end);
        let is_short = key.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && key.chars().all(|c| c.is_alphanumeric() || c == '_');
        match key {
            "" => {}
            _ if is_short => out.push_str(&format!(".{key}")),
            _ => out.push_str(&format!("['{}']", escaped(key))),
        }
        rest = match after.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
            Some((index, after)) => {
                out.push_str(&format!("[{index}]"));
                after
            }
            // A bracket that is not closed is no path.
            None if after.starts_with('[') => return out + after,
            None => after,
        }
        .trim_start_matches('.');
    }
    out
}

/// A value at `path`.
fn of_value(condition: &Condition, path: &str) -> (Vec<Way>, &'static str) {
    let (at, operator) = (json_path(path), condition.operator);
    let is_equality = matches!(operator, Operator::Equal | Operator::NotEqual);
    match &condition.right {
        Operand::Value(value) if is_equality => {
            (json(&format!("{at} {} {}", operator.sign(), literal(value))), NO_PATH)
        }
        Operand::Value(value) => match number(value) {
            Some(number) => (json(&format!("{at} {} {number}", operator.sign())), NO_PATH),
            None => (Vec::new(), NO_NUMBER),
        },
        Operand::Any(values) if operator == Operator::Equal => {
            let list: Vec<String> = values.iter().map(|value| literal(value)).collect();
            let mut ways = json(&format!("{at} in [{}]", list.join(", ")));
            let inner: Vec<String> = values.iter().map(|value| glob::escaped(value)).collect();
            ways.extend(in_text(path, &format!("(?:{})", inner.join("|"))));
            (ways, NO_PATH)
        }
        Operand::Pattern(pattern) if operator == Operator::Equal => {
            (in_text(path, &inside_quotes(pattern)), NO_PATH)
        }
        Operand::Any(_) | Operand::Pattern(_) => {
            (Vec::new(), "prober compares a value in JSON with one value at a time")
        }
    }
}

/// Why a condition on JSON is not carried over.
const NO_PATH: &str = "prober cannot read it as a JSONPath (RFC 9535) and a value";

/// A pattern within the quotes of a text in JSON.
pub(super) fn inside_quotes(pattern: &str) -> String {
    glob::regex(pattern).replace("(?s:.*)", r#"[^"]*"#).replace("(?s:.)", r#"[^"]"#)
}

/// The field with the last name of `path` is looked for as text.
fn in_text(path: &str, value: &str) -> Vec<Way> {
    let Some(key) = path.rsplit('.').next().filter(|key| !key.is_empty() && !key.contains('['))
    else {
        return Vec::new();
    };
    let regex = format!(r#""{}"\s*:\s*"?{value}["\s,}}\]]"#, glob::escaped(key));
    vec![Way::other(Setting::item("expect.body_matches", text(&regex)), IN_TEXT)]
}

fn number(value: &str) -> Option<String> {
    if value.parse::<f64>().is_ok_and(f64::is_finite) {
        return Some(value.to_owned());
    }
    // Gatus reads a duration as its milliseconds.
    crate::import::duration::go(value).map(|duration| duration.as_millis().to_string())
}

/// `len(…)`: of a list, or of a text.
fn of_length(condition: &Condition, path: &str) -> (Vec<Way>, &'static str) {
    let why = "it is no count that prober takes (`count(…)` of a path, compared with a number)";
    let at = json_path(path);
    let Operand::Value(value) = &condition.right else { return (Vec::new(), why) };
    let Ok(length) = value.parse::<u64>() else { return (Vec::new(), why) };
    let mut ways = json(&format!("count({at}) {} {length}", condition.operator.sign()));
    let at_least = match condition.operator {
        Operator::Greater => Some(length + 1),
        Operator::GreaterOrEqual => Some(length),
        Operator::NotEqual if length == 0 => Some(1),
        Operator::NotEqual | Operator::Equal | Operator::Less | Operator::LessOrEqual => None,
    };
    match at_least {
        Some(0) => ways.push(Way::anyway()),
        Some(least) => ways.push(Way::other(
            Setting::item("expect.json", text(&format!("{at}[{}] != null", least - 1))),
            "is taken for the length of a list: the last item that must be there is looked at",
        )),
        None => {}
    }
    (ways, why)
}

/// `has([BODY])`
fn of_anything(condition: &Condition) -> (Vec<Way>, &'static str) {
    match wants(condition) {
        Some(true) => (way("expect.body_matches", r"\S"), ""),
        Some(false) => (way("expect.body_matches", r"^\s*$"), ""),
        None => (Vec::new(), "it is compared with neither true nor false"),
    }
}

/// `has([BODY].path)`
fn of_existence(condition: &Condition, path: &str) -> (Vec<Way>, &'static str) {
    let at = json_path(path);
    match wants(condition) {
        Some(true) => (json(&format!("{at} != null")), NO_PATH),
        Some(false) => {
            (json(&format!("absent({at})")), "`absent(…)` takes a JSONPath (RFC 9535) alone")
        }
        None => (Vec::new(), "it is compared with neither true nor false"),
    }
}

fn wants(condition: &Condition) -> Option<bool> {
    let Operand::Value(value) = &condition.right else { return None };
    let value: bool = value.parse().ok()?;
    match condition.operator {
        Operator::Equal => Some(value),
        Operator::NotEqual => Some(!value),
        Operator::LessOrEqual | Operator::GreaterOrEqual | Operator::Greater | Operator::Less => {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_gatus_is_a_json_path() {
        for (path, expected) in [
            (".status", "$.status"),
            (".data[0].name", "$.data[0].name"),
            ("[0].id", "$[0].id"),
            (".a-b.c", "$['a-b'].c"),
            (".x[0][1]", "$.x[0][1]"),
            ("", "$"),
        ] {
            assert_eq!(json_path(path), expected);
        }
    }
}
