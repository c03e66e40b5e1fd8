//! Conditions on JSON, as `expect.json` has them: <https://www.rfc-editor.org/rfc/rfc9535>.

/// A value as a literal of a condition.
pub(super) fn literal(value: &str) -> String {
    let is_json = value.parse::<f64>().is_ok_and(f64::is_finite) && !value.starts_with('+');
    if is_json || matches!(value, "true" | "false" | "null") {
        return value.to_owned();
    }
    format!("'{}'", escaped(value))
}

/// `value` as it stands within the quotes of a literal.
pub(super) fn escaped(value: &str) -> String {
    value.replace('\\', r"\\").replace('\'', r"\'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_a_literal() {
        for (value, expected) in [
            ("UP", "'UP'"),
            ("5", "5"),
            ("1.5", "1.5"),
            ("+5", "'+5'"),
            ("true", "true"),
            ("it's", r"'it\'s'"),
            ("inf", "'inf'"),
            ("1.2.3", "'1.2.3'"),
        ] {
            assert_eq!(literal(value), expected);
        }
    }
}
