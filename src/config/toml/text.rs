//! Strings, and the variables in them: `${NAME}`, `${NAME:-default}`, `$$`.

use std::ops::Range;

use crate::config::sources::STAND_IN;
use crate::config::toml::limits::LONGEST_TEXT;

/// A string of the file, with its variables expanded.
#[derive(Clone)]
pub(in crate::config) struct Text {
    /// With its variables expanded: this may be a secret.
    pub(in crate::config) value: String,
    /// As it is written in the file, for messages.
    pub(in crate::config) shown: String,
}

impl Text {
    /// Whether the value contains anything that is not in the file.
    pub(in crate::config) fn is_expanded(&self) -> bool {
        self.value != self.shown
    }

    /// The environment variable that the whole value is, if it is one.
    pub(in crate::config) fn variable(&self) -> Option<&str> {
        let inner = self.shown.trim().strip_prefix("${")?.strip_suffix('}')?;
        is_name(inner).then_some(inner)
    }

    /// The value without the spaces around it; or `placeholder`, if the value
    /// is a stored secret that was not fetched.
    pub(in crate::config) fn fetched_or<'t>(&'t self, placeholder: &'t str) -> &'t str {
        if self.value.starts_with(STAND_IN) { placeholder } else { self.value.trim() }
    }
}

/// Why a string could not be expanded.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::config) enum ExpandError {
    /// This variable is not set and has no default. With the place of the reference in the string.
    Unset(String, Range<usize>),
    /// A `${` without a `}`, or without a valid name. With its place in the string.
    Malformed(Range<usize>),
    /// This variable belongs to AWS, not to the owner. With the place of the reference in the string.
    Forbidden(String, Range<usize>),
    /// It is, or becomes, longer than [`LONGEST_TEXT`].
    TooLong,
}

/// Expands the variables in `raw`. A `$` that begins none of the three forms is a
/// dollar sign, as in `^ok$` or `$.status`.
pub(in crate::config) fn expand(
    raw: &str,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<Text, ExpandError> {
    if raw.len() > LONGEST_TEXT {
        return Err(ExpandError::TooLong);
    }
    let mut value = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(dollar) = rest.find('$') {
        value.push_str(&rest[..dollar]);
        rest = &rest[dollar..];
        if let Some(after) = rest.strip_prefix("$$") {
            value.push('$');
            rest = after;
        } else if rest.starts_with("${") {
            let start = raw.len() - rest.len();
            let (expanded, length) = reference(rest, start, env)?;
            value.push_str(&expanded);
            // Checked here and not at the end: a few bytes may refer to megabytes many times.
            if value.len() > LONGEST_TEXT {
                return Err(ExpandError::TooLong);
            }
            rest = &rest[length..];
        } else {
            value.push('$');
            rest = &rest[1..];
        }
    }
    value.push_str(rest);
    if value.len() > LONGEST_TEXT {
        return Err(ExpandError::TooLong);
    }
    Ok(Text { value, shown: raw.to_owned() })
}

/// The least length of a name that is taken for a variable's without braces.
const SHORTEST_BARE: usize = 3;

/// Whether `raw` has a `$NAME` as in a shell, in capitals: here it is no reference.
pub(in crate::config) fn has_bare_variable(raw: &str) -> bool {
    let mut rest = raw;
    while let Some(dollar) = rest.find('$') {
        rest = &rest[dollar + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            rest = after;
            continue;
        }
        let is_of_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        let name = &rest[..rest.find(|c| !is_of_name(c)).unwrap_or(rest.len())];
        if name.len() >= SHORTEST_BARE && name.starts_with(|c: char| c.is_ascii_uppercase()) {
            return true;
        }
    }
    false
}

/// The value of the reference at the beginning of `text`, and the reference's length.
fn reference(
    text: &str,
    start: usize,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<(String, usize), ExpandError> {
    let end = text.find('}').ok_or(ExpandError::Malformed(start..start + text.len()))?;
    let place = start..start + end + 1;
    let inner = &text["${".len()..end];
    let (name, default) = match inner.split_once(":-") {
        Some((name, default)) => (name, Some(default)),
        None => (inner, None),
    };
    if !is_name(name) {
        return Err(ExpandError::Malformed(place));
    }
    if is_forbidden(name) {
        return Err(ExpandError::Forbidden(name.to_owned(), place));
    }
    // As in a shell, a default also replaces a variable that is set to nothing.
    let set = env(name).filter(|value| default.is_none() || !value.is_empty());
    match set.or(default.map(str::to_owned)) {
        Some(value) => Ok((value, end + 1)),
        None => Err(ExpandError::Unset(name.to_owned(), place)),
    }
}

/// The variables in which AWS gives a process its credentials, and Lambda its
/// settings: <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>.
/// The writer of a configuration must not be able to have them sent anywhere.
const FORBIDDEN_PREFIXES: [&str; 4] = ["AWS_", "_AWS_", "LAMBDA_", "_LAMBDA_"];

/// Further variables of that kind.
const FORBIDDEN: [&str; 2] = ["_HANDLER", "_X_AMZN_TRACE_ID"];

fn is_forbidden(name: &str) -> bool {
    FORBIDDEN.contains(&name) || FORBIDDEN_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

fn is_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(raw: &str) -> Result<String, ExpandError> {
        let env = |name: &str| match name {
            "HOST" => Some("home".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        };
        expand(raw, &env).map(|text| text.value)
    }

    #[test]
    fn variables_defaults_and_dollars_are_expanded() {
        assert_eq!(expanded("http://${HOST}.${TLD:-lan}/$$1").unwrap(), "http://home.lan/$1");
        assert_eq!(expanded("${EMPTY:-x}${EMPTY}${HOST:-y}").unwrap(), "xhome");
    }

    #[test]
    fn a_lone_dollar_is_a_dollar() {
        assert_eq!(expanded("^ok$ $.status $").unwrap(), "^ok$ $.status $");
    }

    #[test]
    fn a_variable_without_braces_is_noticed_and_a_dollar_is_not() {
        for raw in ["$SLACK_WEBHOOK_URL", "Bearer $TOKEN", "$$$TOKEN"] {
            assert!(has_bare_variable(raw), "{raw}");
        }
        for raw in ["${TOKEN}", "$$TOKEN", "^ok$", "$.STATUS", "pa$$W0RD", "$5", "a$b", "US$"] {
            assert!(!has_bare_variable(raw), "{raw}");
        }
    }

    #[test]
    fn an_unset_variable_is_named_with_its_place() {
        assert_eq!(expanded("a ${TLD}"), Err(ExpandError::Unset("TLD".into(), 2..8)));
    }

    #[test]
    fn what_aws_hands_to_its_processes_is_not_expanded() {
        let all = |_: &str| Some("credentials".to_owned());
        for name in ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "_HANDLER", "LAMBDA_TASK_ROOT"] {
            for text in [format!("${{{name}}}"), format!("${{{name}:-x}}")] {
                let error = expand(&text, &all).err();
                assert!(matches!(error, Some(ExpandError::Forbidden(..))), "{text}: {error:?}");
            }
        }
        assert!(expand("${MY_AWS_TOKEN}", &all).is_ok());
    }

    #[test]
    fn a_text_may_not_grow_beyond_its_limit() {
        let mine = |_: &str| Some("x".repeat(LONGEST_TEXT / 2));
        assert!(expand("${A}${A}", &mine).is_ok());
        assert_eq!(expand("${A}${A}${A}", &mine).err(), Some(ExpandError::TooLong));
    }

    #[test]
    fn a_reference_without_name_or_end_is_malformed() {
        assert_eq!(expanded("${}"), Err(ExpandError::Malformed(0..3)));
        assert_eq!(expanded("x${HOST"), Err(ExpandError::Malformed(1..7)));
    }
}
