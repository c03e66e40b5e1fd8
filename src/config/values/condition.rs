//! A condition on a JSON body: a JSONPath (RFC 9535), a comparison, a literal; or a function
//! of what the path selects.

mod searches;

use searches::outside_quotes;

use schemars::{Schema, json_schema};
use serde_json::Value;
use serde_json_path::JsonPath;

use crate::config::toml::text::Text;
use crate::config::toml::value_type::TextType;
use crate::model::expect::{JsonExpect, JsonRule, Operator};
use crate::text::duration;

/// Most bytes of a condition.
const LONGEST_CONDITION: usize = 1000;

/// Most nested brackets and parentheses. The parser calls itself for each, and each
/// level of filters doubles the ways that it tries.
const DEEPEST_CONDITION: usize = 6;

/// Bytes of memory for each byte of a path: each number in `[0,0,0]` takes a place
/// in a list.
const BYTES_A_BYTE: usize = 16;

/// The comparisons. If two begin alike, the longer one comes first.
const OPERATORS: [(&str, Operator); 6] = [
    ("==", Operator::Equal),
    ("!=", Operator::NotEqual),
    ("<=", Operator::LessOrEqual),
    (">=", Operator::GreaterOrEqual),
    ("<", Operator::Less),
    (">", Operator::Greater),
];

impl TextType for JsonExpect {
    type Value = Self;

    const NAME: &'static str = "condition on JSON";
    const EXPECTED: &'static str = "a path, a comparison and a value, such as \"$.status == 'ok'\"";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        let source = text.value.trim();
        if source.len() > LONGEST_CONDITION {
            return Err(Some(format!("must have at most {LONGEST_CONDITION} characters")));
        }
        if depth(source) > DEEPEST_CONDITION {
            let most = format!("at most {DEEPEST_CONDITION} brackets may stand within each other");
            return Err(Some(most));
        }
        let (path, rule) = parse(source).map_err(Some)?;
        let parsed = JsonPath::parse(path).map_err(|error| Some(not_a_path(path, &error)))?;
        searches::check(path).map_err(Some)?;
        // When the condition fails, values from the environment must not be shown.
        let source = text.shown.trim().to_owned();
        Ok(Self { source, path: parsed, rule })
    }

    fn cost(text: &Text) -> usize {
        let length = text.value.len().min(LONGEST_CONDITION);
        let path = (length * BYTES_A_BYTE) << depth(&text.value).min(DEEPEST_CONDITION);
        path + searches::cost(&text.value)
    }

    fn schema() -> Schema {
        json_schema!({
            "type": "string",
            "examples": [
                "$.status == 'ok'",
                "$.disk.free_gb >= 10",
                "$.state in ['idle', 'busy']",
                "absent($.errors)",
                "count($.nodes) >= 3",
                "age($.lastSeen) < 5m",
            ],
        })
    }
}

/// A comparison, or another relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    Compares(Operator),
    /// `in`
    IsOneOf,
}

/// The path of a condition, and what must hold for what it selects.
fn parse(source: &str) -> Result<(&str, JsonRule), String> {
    let Some((left, relation, right)) = split(source) else {
        return match called(source, "absent") {
            Some(path) => Ok((path, JsonRule::Absent)),
            None => Err(without_comparison(source)),
        };
    };
    if called(left, "absent").is_some() {
        return Err("`absent(…)` stands alone: nothing is compared with it".into());
    }
    match (called(left, "count"), called(left, "age"), relation) {
        (Some(path), _, Relation::Compares(operator)) => {
            let count = right
                .parse()
                .map_err(|_| format!("`{right}` is no number of values; write count(…) >= 3"))?;
            Ok((path, JsonRule::Count { operator, count }))
        }
        (_, Some(path), Relation::Compares(operator)) => {
            let limit = duration::parse(right.trim_matches('\''))
                .map_err(|_| format!("`{right}` is no duration; write age(…) < 5m"))?;
            Ok((path, JsonRule::Age { operator, limit }))
        }
        (Some(_), _, Relation::IsOneOf) | (_, Some(_), Relation::IsOneOf) => {
            Err("`count(…)` and `age(…)` are compared by ==, !=, <, <=, > or >=".into())
        }
        (None, None, Relation::IsOneOf) => Ok((left, JsonRule::OneOf(parse_list(right)?))),
        (None, None, Relation::Compares(operator)) => {
            let literal = parse_literal(right).ok_or_else(|| not_a_value(right))?;
            if !compares(operator, &literal) {
                return Err("<, <=, > and >= compare with a number or a 'text'".into());
            }
            Ok((left, JsonRule::Compare { operator, literal }))
        }
    }
}

fn without_comparison(source: &str) -> String {
    let functions = ["count", "age"];
    if let Some(name) = functions.into_iter().find(|name| called(source, name).is_some()) {
        return format!("`{name}(…)` must be compared with something");
    }
    let operators = OPERATORS.map(|(symbol, _)| symbol).join(", ");
    format!("has no comparison; expected one of {operators}, in")
}

/// What is between the parentheses, if the whole `text` is a call of this function.
fn called<'t>(text: &'t str, function: &str) -> Option<&'t str> {
    let inner = text.strip_prefix(function)?.trim_start();
    Some(inner.strip_prefix('(')?.strip_suffix(')')?.trim())
}

fn not_a_value(literal: &str) -> String {
    format!("`{literal}` is not a value; write 10, true, null or 'text'")
}

/// The values between brackets, with commas between them.
fn parse_list(list: &str) -> Result<Vec<Value>, String> {
    let inner = list.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let inner = inner.ok_or("`in` needs a list, such as in ['idle', 'busy']")?;
    let mut values = Vec::new();
    let mut rest = inner;
    loop {
        let end = outside_quotes(rest, |rest| rest.starts_with(',')).unwrap_or(rest.len());
        let item = rest[..end].trim();
        values.push(parse_literal(item).ok_or_else(|| not_a_value(item))?);
        match rest.get(end + 1..) {
            Some(after) => rest = after,
            None => return Ok(values),
        }
    }
}

fn not_a_path(path: &str, error: &serde_json_path::ParseError) -> String {
    if path.starts_with('$') {
        format!("`{path}` is not a JSONPath: see its character {}", error.position())
    } else {
        "must begin with a path, such as $.status".to_owned()
    }
}

/// How deep brackets and parentheses are nested. Those in quotes count too: a quote
/// that is not closed must not hide any.
fn depth(source: &str) -> usize {
    let mut open = 0_usize;
    let depth = source.bytes().map(|byte| {
        match byte {
            b'[' | b'(' | b'{' => open += 1,
            b']' | b')' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        open
    });
    depth.max().unwrap_or(0)
}

/// Splits at the first comparison, or `in`, outside of brackets and quotes. One that is
/// inside belongs to a filter of the path, as in `$.disks[?@.free < 10]`.
fn split(source: &str) -> Option<(&str, Relation, &str)> {
    let mut depth = 0_usize;
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in source.char_indices() {
        match (quote, c) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), _) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '[' | '(') => depth += 1,
            (None, ']' | ')') => depth = depth.saturating_sub(1),
            (None, _) if depth == 0 => {
                let found = OPERATORS.iter().find(|(symbol, _)| source[at..].starts_with(symbol));
                if let Some((symbol, operator)) = found {
                    let literal = &source[at + symbol.len()..];
                    let relation = Relation::Compares(*operator);
                    return Some((source[..at].trim(), relation, literal.trim()));
                }
                if let Some(list) = after_in(source, at) {
                    return Some((source[..at].trim(), Relation::IsOneOf, list));
                }
            }
            (Some(_) | None, _) => {}
        }
    }
    None
}

/// What follows the word `in`, if it stands at this place.
fn after_in(source: &str, at: usize) -> Option<&str> {
    let after = source[at..].strip_prefix("in")?;
    let is_word = source[..at].ends_with(|c: char| c.is_whitespace() || c == ']')
        && after.starts_with(|c: char| c.is_whitespace() || c == '[');
    is_word.then(|| after.trim())
}

/// A JSON value, or a text in single quotes, which need no escapes in TOML.
fn parse_literal(literal: &str) -> Option<Value> {
    let quoted = literal.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    match quoted {
        Some(text) => single_quoted(text).map(Value::String),
        None => serde_json::from_str(literal).ok(),
    }
}

/// The text between single quotes, in which `\'` and `\\` stand for `'` and `\`.
fn single_quoted(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\'' => return None,
            '\\' => out.push(chars.next().filter(|next| matches!(next, '\'' | '\\'))?),
            _ => out.push(c),
        }
    }
    Some(out)
}

/// Whether `operator` can compare with `literal`: `<` and its like need an order.
fn compares(operator: Operator, literal: &Value) -> bool {
    match operator {
        Operator::Equal | Operator::NotEqual => true,
        Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => {
            literal.is_number() || literal.is_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;

    fn ruled(source: &str) -> Result<(String, JsonRule), Option<String>> {
        let text = Text { value: source.to_owned(), shown: source.to_owned() };
        let condition = JsonExpect::from_text(&text)?;
        Ok((condition.path.to_string(), condition.rule))
    }

    fn parsed(source: &str) -> Result<(String, Operator, Value), Option<String>> {
        let (path, rule) = ruled(source)?;
        let JsonRule::Compare { operator, literal } = rule else { panic!("{rule:?}") };
        Ok((path, operator, literal))
    }

    #[test]
    fn a_function_is_applied_to_what_the_path_selects() {
        use Operator::{GreaterOrEqual, Less};
        let five = Duration::from_mins(5);
        for (source, path, rule) in [
            ("absent($.errors)", "$.errors", JsonRule::Absent),
            ("absent( $.a[?@.b < 1] )", "$.a[?@.b < 1]", JsonRule::Absent),
            (
                "count($.nodes) >= 3",
                "$.nodes",
                JsonRule::Count { operator: GreaterOrEqual, count: 3 },
            ),
            (
                "count($..a[?@.b == 'x']) < 1",
                "$..a[?@.b == \"x\"]",
                JsonRule::Count { operator: Less, count: 1 },
            ),
            ("age($.lastSeen) < 5m", "$.lastSeen", JsonRule::Age { operator: Less, limit: five }),
            ("age($.at)<'300s'", "$.at", JsonRule::Age { operator: Less, limit: five }),
            ("$.in in [1]", "$.in", JsonRule::OneOf(vec![json!(1)])),
            (
                "$['in']in['a, b', true ]",
                "$['in']",
                JsonRule::OneOf(vec![json!("a, b"), json!(true)]),
            ),
        ] {
            let path = JsonPath::parse(path).unwrap().to_string();
            assert_eq!(ruled(source).unwrap(), (path, rule), "{source}");
        }
    }

    #[test]
    fn a_function_that_says_nothing_is_an_error() {
        for (source, why) in [
            ("absent($.a) == true", "stands alone"),
            ("count($.a)", "must be compared"),
            ("count($.a) >= many", "is no number of values"),
            ("count($.a) == -1", "is no number of values"),
            ("count($.a) in [1]", "are compared by"),
            ("age($.a) < 5", "is no duration"),
            ("$.a in 'x'", "needs a list"),
            ("$.a in ['x',]", "is not a value"),
            ("$.a in []", "is not a value"),
            ("absent(errors)", "must begin with a path"),
        ] {
            let error = ruled(source).unwrap_err().unwrap();
            assert!(error.contains(why), "{source}: {error}");
        }
    }

    #[test]
    fn a_condition_is_a_path_a_comparison_and_a_value() {
        let expected = ("$.disk.free_gb".to_owned(), Operator::GreaterOrEqual, json!(10));
        assert_eq!(parsed("$.disk.free_gb >= 10"), Ok(expected));
        let expected = ("$.status".to_owned(), Operator::Equal, json!("it's"));
        assert_eq!(parsed(r"$.status=='it\'s'"), Ok(expected));
    }

    #[test]
    fn a_comparison_within_brackets_or_quotes_belongs_to_the_path() {
        let (path, operator, literal) =
            parsed("$['a<b'][?@.free < 10].name != \"c: == \"").unwrap();
        assert_eq!((operator, literal), (Operator::NotEqual, json!("c: == ")));
        assert!(path.contains("free"), "{path}");
    }

    #[test]
    fn a_condition_that_nests_deeper_than_anybody_reads_is_not_parsed() {
        let nested = |depth| format!("$[?@{}{}] == 1", "[?@".repeat(depth), "]".repeat(depth));
        assert!(parsed(&nested(DEEPEST_CONDITION - 1)).is_ok());
        for source in
            [nested(DEEPEST_CONDITION), nested(10_000), "$.a == ".to_owned() + &"[".repeat(99)]
        {
            assert!(parsed(&source).is_err(), "{source:.80}");
        }
        assert!(parsed(&format!("${} == 1", "..*".repeat(5000))).is_err());
    }

    #[test]
    fn a_value_without_an_order_is_not_compared_by_less_or_greater() {
        assert!(parsed("$.ok > true").is_err());
        assert!(parsed("$.ok == true").is_ok());
    }

    #[test]
    fn a_missing_part_is_an_error() {
        for source in
            ["$.status", "== 1", "$.a ==", "$.a == ok", "status == 1", "$.a = 1", "$.a == 'b' 'c'"]
        {
            assert!(parsed(source).is_err(), "{source}");
        }
    }
}
