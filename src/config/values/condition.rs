//! A condition on a JSON body: a JSONPath (RFC 9535), a comparison, a literal.

mod searches;

use schemars::{Schema, json_schema};
use serde_json::Value;
use serde_json_path::JsonPath;

use crate::config::toml::text::Text;
use crate::config::toml::value_type::TextType;
use crate::model::expect::{JsonExpect, Operator};

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
        let (path, operator, literal) = split(source).ok_or_else(|| {
            let operators = OPERATORS.map(|(symbol, _)| symbol).join(", ");
            Some(format!("has no comparison; expected one of {operators}"))
        })?;
        let parsed = JsonPath::parse(path).map_err(|error| Some(not_a_path(path, &error)))?;
        searches::check(path).map_err(Some)?;
        let literal = parse_literal(literal).ok_or_else(|| {
            Some(format!("`{literal}` is not a value; write 10, true, null or 'text'"))
        })?;
        if !compares(operator, &literal) {
            return Err(Some("<, <=, > and >= compare with a number or a 'text'".into()));
        }
        // When the condition fails, values from the environment must not be shown.
        let source = text.shown.trim().to_owned();
        Ok(Self { source, path: parsed, operator, literal })
    }

    fn cost(text: &Text) -> usize {
        let length = text.value.len().min(LONGEST_CONDITION);
        let path = (length * BYTES_A_BYTE) << depth(&text.value).min(DEEPEST_CONDITION);
        path + searches::cost(&text.value)
    }

    fn schema() -> Schema {
        json_schema!({
            "type": "string",
            "examples": ["$.status == 'ok'", "$.disk.free_gb >= 10"],
        })
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

/// Splits at the first comparison outside of brackets and quotes. One that is
/// inside belongs to a filter of the path, as in `$.disks[?@.free < 10]`.
fn split(source: &str) -> Option<(&str, Operator, &str)> {
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
                    return Some((source[..at].trim(), *operator, literal.trim()));
                }
            }
            (Some(_) | None, _) => {}
        }
    }
    None
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
    use serde_json::json;

    use super::*;

    fn parsed(source: &str) -> Result<(String, Operator, Value), Option<String>> {
        let text = Text { value: source.to_owned(), shown: source.to_owned() };
        let condition = JsonExpect::from_text(&text)?;
        Ok((condition.path.to_string(), condition.operator, condition.literal))
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
