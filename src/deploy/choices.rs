//! Which values the stack's parameters get: what the installation needs, what its owner
//! chose, and otherwise what the stack has.

use std::collections::BTreeMap;

use crate::deploy::template::{Template, Values};
use crate::text::nearest;

/// What CloudFormation shows in place of a secret parameter.
pub const HIDDEN: &str = "****";

/// The parameters whose values follow from other things: nobody chooses them.
const FIXED: [&str; 6] =
    ["CodeBucket", "CodeKey", "Architecture", "ConfigObject", "ConfigParameter", "VariablesPath"];

/// What the owner chose, by the names of parameters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choices(Values);

impl Choices {
    /// Reads `NAME=VALUE` of the command line.
    ///
    /// # Errors
    /// Where there is no such parameter, or nobody can choose it.
    pub fn read<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let template = Template::own();
        let known: Vec<&str> = template.parameters().filter(|name| !FIXED.contains(name)).collect();
        let mut chosen = Values::new();
        for text in texts {
            let (name, value) =
                text.split_once('=').ok_or_else(|| format!("--set {text}: write NAME=VALUE"))?;
            if FIXED.contains(&name) {
                return Err(format!("--set {name}: `prober deploy` sets this one itself"));
            }
            if !known.contains(&name) {
                let meant = nearest::nearest(name, known.iter().copied())
                    .map_or_else(|| known.join(", "), str::to_owned);
                return Err(format!("--set {name}: there is no such parameter; there is {meant}"));
            }
            chosen.insert(name.to_owned(), value.to_owned());
        }
        Ok(Self(chosen))
    }

    /// What was chosen for the parameter `name`.
    #[must_use]
    pub fn of(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

/// The value of each parameter for a change set; `None`: what the stack has. Those that are
/// left out have their defaults.
///
/// `had` are the stack's parameters, and `old` is the template that it was made of: a value
/// that was only its default gives way to a better one. `needed` are those that the
/// installation sets.
#[must_use]
pub fn values(
    needed: &Values,
    choices: &Choices,
    had: &Values,
    old: Option<&Template>,
) -> BTreeMap<String, Option<String>> {
    let own = Template::own();
    let mut values = BTreeMap::new();
    for name in own.parameters() {
        let default = old.and_then(|old| old.default_of(name));
        let was_chosen = had.get(name).is_some_and(|value| default.as_ref() != Some(value));
        if let Some(value) = choices.of(name).or_else(|| needed.get(name).map(String::as_str)) {
            values.insert(name.to_owned(), Some(value.to_owned()));
        } else if was_chosen {
            values.insert(name.to_owned(), None);
        }
    }
    values
}

/// The same with the stack's own values in place of `None`, to see what would change.
#[must_use]
pub fn known(values: &BTreeMap<String, Option<String>>, had: &Values) -> Values {
    let value = |(name, value): (&String, &Option<String>)| {
        Some((name.clone(), value.clone().or_else(|| had.get(name).cloned())?))
    };
    values.iter().filter_map(value).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(pairs: &[(&str, &str)]) -> Values {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_choice_names_a_parameter_that_may_be_chosen() {
        assert!(Choices::read(["InboxUrl=true", "LogPattern=a=b"]).is_ok());
        for (text, part) in [
            ("InboxURL=true", "there is InboxUrl"),
            ("InboxUrl", "write NAME=VALUE"),
            ("CodeKey=a", "sets this one itself"),
        ] {
            let error = Choices::read([text]).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn what_the_stack_has_stays_unless_it_was_a_default_that_became_better() {
        let old = Template::of_stack(json!({ "Parameters": {
            "LogPattern": { "Default": "?old" }, "LogRetentionDays": { "Default": 30 },
        }}));
        let had = of(&[
            ("LogPattern", "?old"),
            ("LogRetentionDays", "7"),
            ("SlackWebhookUrl", HIDDEN),
            ("InboxUrl", "true"),
            ("Gone", "x"),
        ]);
        let choices = Choices::read(["AlarmEmail=me@example.com", "InboxUrl=false"]).unwrap();
        let values = values(&of(&[("CodeKey", "b.zip")]), &choices, &had, Some(&old));
        let expected = [
            ("AlarmEmail", Some("me@example.com")),
            ("CodeKey", Some("b.zip")),
            ("InboxUrl", Some("false")),
            ("LogRetentionDays", None),
            ("SlackWebhookUrl", None),
        ];
        let expected: BTreeMap<String, Option<String>> =
            expected.map(|(name, value)| (name.to_owned(), value.map(str::to_owned))).into();
        assert_eq!(values, expected);
        assert_eq!(known(&values, &had)["LogRetentionDays"], "7");
    }
}
