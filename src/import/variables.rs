//! The variables that the written configuration refers to: secrets of the source, with their
//! values; and what was a variable there already.

use std::collections::BTreeSet;

use crate::import::interpolation::{Piece, mark, pieces, variables};
use crate::model::secret::Secret;
use crate::text::env_file::line;
use crate::text::numbered::numbered;
use crate::text::variable_name::variable_name;

/// Fewer characters are looked for nowhere: they are in many words.
const SHORTEST: usize = 5;

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

    /// A reference to a variable with the value `text`, named after `hint`. Of a text with
    /// variables in it, those stay, and what stands between them is a variable, too; so is a
    /// default, which is in the source.
    pub(super) fn secret(&mut self, hint: &str, text: &str) -> String {
        pieces(text)
            .map(|piece| match piece {
                Piece::Text(text) if is_no_secret(text) => text.to_owned(),
                Piece::Text(text) => self.whole(hint, text),
                Piece::Variable { name, default: None } => mark(name),
                Piece::Variable { default: Some(default), .. } => self.whole(hint, default),
            })
            .collect()
    }

    /// A reference to a variable with the value `text`, which has none in it.
    fn whole(&mut self, hint: &str, text: &str) -> String {
        let base = variable_name(hint);
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
        let name = numbered(&base, '_').find(is_free).unwrap_or(base);
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

    /// `text` with a reference in place of each secret in it that is known.
    pub(super) fn hide(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for Variable { name, value } in &self.list {
            let Some(value) = value.as_ref().filter(|_| !name.ends_with("_USER")) else { continue };
            // Of user information, the password may stand alone.
            let password = value.expose().split_once(':').map(|(_, password)| password);
            for secret in std::iter::once(value.expose()).chain(password) {
                if secret.len() >= SHORTEST && text.contains(secret) {
                    text = text.replace(secret, &format!("${{{name}}}"));
                }
            }
        }
        text
    }

    pub(super) fn list(&self) -> &[Variable] {
        &self.list
    }

    pub(super) fn into_list(self) -> Vec<Variable> {
        self.list
    }
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
            // A source is text, and has no NUL.
            text.extend(line(name, value.expose()));
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

/// Whether what stands beside a variable may stay: signs, and the name of a scheme.
fn is_no_secret(text: &str) -> bool {
    let word = text.trim();
    !word.chars().any(char::is_alphanumeric)
        || ["basic", "bearer", "token"].contains(&word.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::interpolation::{shell, written};

    #[test]
    fn what_stands_beside_a_variable_is_a_secret_too() {
        for (text, expected) in [
            ("Bearer ${TOKEN}", "Bearer ${TOKEN}"),
            ("Basic ${U}hunter2", "Basic ${U}${X_KEY}"),
            ("${BOT}:hunter2", "${BOT}${X_KEY}"),
            ("Bearer ${TOKEN:-hunter2}", "Bearer ${X_KEY}"),
            ("hunter2${A}hunter3", "${X_KEY}${A}${X_KEY_2}"),
            ("${USER}:${PASSWORD}", "${USER}:${PASSWORD}"),
        ] {
            let mut variables = Variables::default();
            let secret = variables.secret("x key", &shell(text));
            assert_eq!(written(&secret), expected, "{text}");
        }
    }

    #[test]
    fn a_secret_that_is_known_is_hidden_wherever_it_stands() {
        let mut variables = Variables::default();
        variables.secret("nas userinfo", "me:hunter2");
        variables.secret("pin", "1234");
        assert_eq!(
            variables.hide("me:hunter2, hunter2, 1234"),
            "${NAS_USERINFO}, ${NAS_USERINFO}, 1234"
        );
    }

    #[test]
    fn one_value_is_one_variable_and_two_are_two() {
        let mut variables = Variables::default();
        variables.reserve(&mark("TOKEN_2"));
        assert_eq!(variables.secret("token", "a"), mark("TOKEN"));
        assert_eq!(variables.secret("token", "b"), mark("TOKEN_3"));
        assert_eq!(variables.secret("token", "b"), mark("TOKEN_3"));
        let kept = mark("TOKEN_2");
        assert_eq!(variables.secret("token", &kept), kept);
    }
}
