//! The variables that the written configuration refers to: secrets of the source, with their
//! values; and what was a variable there already.

use std::collections::BTreeSet;

use crate::import::interpolation::{has_variable, mark, variables};
use crate::model::secret::Secret;

/// Most characters of a variable's name.
const LONGEST_NAME: usize = 60;

/// A variable of the environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its value; `None` if the source has a variable there, too.
    pub value: Option<Secret>,
}

/// The variables so far.
#[derive(Debug, Default)]
pub(super) struct Variables {
    list: Vec<Variable>,
    /// The names that the source has for itself.
    reserved: BTreeSet<String>,
}

impl Variables {
    /// Keeps the names of the variables in `text`, which is the whole source, free.
    pub(super) fn reserve(&mut self, text: &str) {
        self.reserved.extend(variables(text).map(str::to_owned));
    }

    /// A reference to a variable with the value `text`, named after `hint`. A text with
    /// variables in it stays as it is: its secret is not in the source.
    pub(super) fn secret(&mut self, hint: &str, text: &str) -> String {
        if has_variable(text) {
            return text.to_owned();
        }
        let base = name(hint);
        let same = |variable: &&Variable| {
            let is_named = variable.name == base || variable.name.starts_with(&format!("{base}_"));
            is_named && variable.value.as_ref().is_some_and(|value| value.expose() == text)
        };
        if let Some(known) = self.list.iter().find(same) {
            return mark(&known.name);
        }
        let is_free = |name: &String| {
            !self.reserved.contains(name) && self.list.iter().all(|known| known.name != *name)
        };
        let numbered = (2_usize..).map(|number| format!("{base}_{number}"));
        let name = std::iter::once(base.clone()).chain(numbered).find(is_free).unwrap_or(base);
        self.list.push(Variable { name: name.clone(), value: Some(Secret::new(text)) });
        mark(&name)
    }

    /// Notes the variables in `text`, which the configuration will have.
    pub(super) fn refer(&mut self, text: &str) {
        for name in variables(text) {
            if self.list.iter().all(|known| known.name != name) {
                self.list.push(Variable { name: name.to_owned(), value: None });
            }
        }
    }

    /// Forgets those that `toml` does not have: of parts that could not be taken.
    pub(super) fn retain_used(&mut self, toml: &str) {
        self.list.retain(|variable| toml.contains(&format!("${{{}}}", variable.name)));
    }

    pub(super) fn list(&self) -> &[Variable] {
        &self.list
    }

    pub(super) fn into_list(self) -> Vec<Variable> {
        self.list
    }
}

/// The name of a variable for what is called `hint`.
fn name(hint: &str) -> String {
    let mut name = String::new();
    for c in hint.chars().take(LONGEST_NAME) {
        match c.to_ascii_uppercase() {
            c if c.is_ascii_alphanumeric() => name.push(c),
            _ if !name.is_empty() && !name.ends_with('_') => name.push('_'),
            _ => {}
        }
    }
    let name = name.trim_end_matches('_');
    // A digit may not come first, and some names are AWS's own.
    if name.is_empty()
        || name.starts_with(|first: char| first.is_ascii_digit())
        || ["AWS_", "LAMBDA_"].iter().any(|prefix| name.starts_with(prefix))
    {
        return format!("PROBER_{name}").trim_end_matches('_').to_owned();
    }
    name.to_owned()
}

/// The text of the environment file, as a shell and systemd read it.
pub(super) fn environment(list: &[Variable]) -> Option<String> {
    if list.is_empty() {
        return None;
    }
    let mut text =
        String::from("# The variables of prober's configuration. This file is for you alone.\n");
    for Variable { name, value } in list {
        if let Some(value) = value {
            text.push_str(&format!("{name}={}\n", quoted(value.expose())));
        }
    }
    let mut open = list.iter().filter(|variable| variable.value.is_none()).peekable();
    if open.peek().is_some() {
        text.push_str("\n# These were variables before, too: write their values behind the `=`.\n");
    }
    for Variable { name, .. } in open {
        text.push_str(&format!("#{name}=\n"));
    }
    Some(text)
}

/// `value` in quotes, if it needs some.
fn quoted(value: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./~-".contains(c);
    if !value.is_empty() && value.chars().all(is_plain) {
        return value.to_owned();
    }
    format!("'{}'", value.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_that_prober_takes() {
        for (hint, expected) in [
            ("slack webhook-url", "SLACK_WEBHOOK_URL"),
            ("2 fast", "PROBER_2_FAST"),
            ("aws_key", "PROBER_AWS_KEY"),
            ("사진", "PROBER"),
        ] {
            assert_eq!(name(hint), expected);
        }
    }

    #[test]
    fn one_value_is_one_variable_and_two_are_two() {
        let mut variables = Variables::default();
        variables.reserve(&mark("TOKEN_2"));
        assert_eq!(variables.secret("token", "a"), mark("TOKEN"));
        assert_eq!(variables.secret("token", "b"), mark("TOKEN_3"));
        assert_eq!(variables.secret("token", "b"), mark("TOKEN_3"));
        let kept = format!("x{}", mark("TOKEN_2"));
        assert_eq!(variables.secret("token", &kept), kept);
    }

    #[test]
    fn a_value_is_quoted_as_a_shell_reads_it() {
        assert_eq!(quoted("https://a.b/c?d=e"), "'https://a.b/c?d=e'");
        assert_eq!(quoted("it's $5"), r"'it'\''s $5'");
    }
}
