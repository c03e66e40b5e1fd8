//! The template that `prober deploy` gives CloudFormation, and what a template says under
//! given parameters: which parts there are, and what is in them.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// template.yaml in plain CloudFormation: scripts/plain-template writes it.
const PLAIN: &str = include_str!("template.json");

/// The values of parameters by name.
pub type Values = BTreeMap<String, String>;

/// A template of CloudFormation.
#[derive(Debug, Clone, PartialEq)]
pub struct Template(Value);

impl Template {
    /// Our own, of this version. A test reads the same text, so that it is one.
    #[must_use]
    pub fn own() -> Self {
        Self(serde_json::from_str(PLAIN).unwrap_or_default())
    }

    /// The one that a stack was made of.
    #[must_use]
    pub const fn of_stack(template: Value) -> Self {
        Self(template)
    }

    /// As it is sent: 51,200 bytes at most
    /// (<https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>).
    #[must_use]
    pub fn text(&self) -> String {
        self.0.to_string()
    }

    /// The names of its parameters.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.map("Parameters").into_iter().flat_map(|all| all.keys()).map(String::as_str)
    }

    /// What the parameter `name` is if nobody says it.
    #[must_use]
    pub fn default_of(&self, name: &str) -> Option<String> {
        Some(plain(self.map("Parameters")?.get(name)?.get("Default")?))
    }

    /// Each resource that there is with the parameters `given`, with its type.
    #[must_use]
    pub fn resources(&self, given: &Values) -> BTreeMap<String, Resource> {
        let reading = Reading { template: self, given };
        let all = self.map("Resources").into_iter().flatten();
        let there = all.filter(|(_, part)| {
            part.get("Condition").and_then(Value::as_str).is_none_or(|name| reading.holds(name))
        });
        there.map(|(name, part)| (name.clone(), reading.resource(part))).collect()
    }

    fn map(&self, name: &str) -> Option<&Map<String, Value>> {
        self.0.get(name)?.as_object()
    }
}

/// A resource of a stack.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// Its type: `AWS::Lambda::Function`.
    pub kind: String,
    /// What it says, with the parameters put in.
    content: Value,
}

/// A template that is read with given parameters.
struct Reading<'a> {
    template: &'a Template,
    given: &'a Values,
}

impl Reading<'_> {
    fn resource(&self, part: &Value) -> Resource {
        let kind = part.get("Type").and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut content = self.resolved(part);
        // What only the order of deployments depends on is no change.
        if let Some(fields) = content.as_object_mut() {
            fields.retain(|name, _| name == "Properties");
        }
        Resource { kind, content }
    }

    /// The value of the parameter `name`, if there is one.
    fn value(&self, name: &str) -> Option<String> {
        self.given.get(name).cloned().or_else(|| self.template.default_of(name))
    }

    /// Whether the condition `name` holds.
    fn holds(&self, name: &str) -> bool {
        let condition = self.template.map("Conditions").and_then(|all| all.get(name));
        condition.is_some_and(|condition| self.is_true(condition))
    }

    fn is_true(&self, condition: &Value) -> bool {
        let Some((name, inner)) = function(condition) else { return false };
        let each = || inner.as_array().into_iter().flatten();
        match name {
            "Condition" => inner.as_str().is_some_and(|name| self.holds(name)),
            "Fn::Not" => !each().any(|inner| self.is_true(inner)),
            "Fn::And" => each().all(|inner| self.is_true(inner)),
            "Fn::Or" => each().any(|inner| self.is_true(inner)),
            "Fn::Equals" => {
                let mut both = each().map(|value| plain(&self.resolved(value)));
                both.next() == both.next()
            }
            _ => false,
        }
    }

    /// `value` with the parameters put in, and without what is chosen against.
    fn resolved(&self, value: &Value) -> Value {
        match (function(value), value) {
            (Some(("Ref", Value::String(name))), _) => match self.value(name) {
                Some(found) => Value::String(found),
                None => value.clone(),
            },
            (Some(("Fn::If", Value::Array(branches))), _) => match &branches[..] {
                [Value::String(name), yes, no] => {
                    self.resolved(if self.holds(name) { yes } else { no })
                }
                _ => value.clone(),
            },
            (Some(("Fn::Sub", Value::String(text))), _) => Value::String(self.substituted(text)),
            (_, Value::Array(items)) => {
                let is_one = |item: &&Value| item.get("Ref") != Some(&NO_VALUE.into());
                let items: Vec<Value> = items.iter().map(|item| self.resolved(item)).collect();
                items.iter().filter(is_one).cloned().collect()
            }
            (_, Value::Object(fields)) => {
                let pairs = fields.iter().map(|(name, value)| (name.clone(), self.resolved(value)));
                pairs.filter(|(_, value)| value.get("Ref") != Some(&NO_VALUE.into())).collect()
            }
            // CloudFormation does not tell `"300"` from 300.
            (_, Value::Number(_) | Value::Bool(_)) => Value::String(plain(value)),
            (_, Value::String(_) | Value::Null) => value.clone(),
        }
    }

    fn substituted(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for name in self.template.parameters() {
            if let Some(value) = self.value(name) {
                text = text.replace(&format!("${{{name}}}"), &value);
            }
        }
        text
    }
}

/// What stands where a property is left out.
const NO_VALUE: &str = "AWS::NoValue";

/// The name and the argument of an intrinsic function, which is an object of one field.
fn function(value: &Value) -> Option<(&str, &Value)> {
    let fields = value.as_object().filter(|fields| fields.len() == 1)?;
    fields.iter().next().map(|(name, inner)| (name.as_str(), inner))
}

/// A value as CloudFormation compares it.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use ring::digest;

    use super::*;
    use crate::text::hex::hex;

    fn values(pairs: &[(&str, &str)]) -> Values {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn the_template_is_that_of_template_yaml_and_fits_into_a_request() {
        let yaml = include_bytes!("../../template.yaml");
        let hash = digest::digest(&digest::SHA256, yaml);
        let hash = hex(hash.as_ref());
        let source = Template::own().0["Metadata"]["Source"].clone();
        assert_eq!(source, hash.as_str(), "run scripts/plain-template");
        assert!(Template::own().0.get("Transform").is_none());
        assert!(Template::own().text().len() <= 51_200);
    }

    #[test]
    fn parts_are_there_if_they_are_asked_for() {
        let own = Template::own();
        let parts = own.resources(&Values::new());
        assert_eq!(parts["Table"].kind, "AWS::DynamoDB::Table");
        for (part, asked) in [
            ("InboxEndpoint", ("InboxUrl", "true")),
            ("Alarms", ("AlarmTopic", "true")),
            ("Heartbeats", ("HeartbeatBucket", "home-pings")),
            ("TroubleByMail", ("AlarmEmail", "me@example.com")),
        ] {
            assert!(!parts.contains_key(part), "{part}");
            assert!(own.resources(&values(&[asked])).contains_key(part), "{part}");
        }
    }

    #[test]
    fn a_part_differs_where_a_parameter_reaches_it() {
        let own = Template::own();
        let changed = |given: &[(&str, &str)]| {
            let (old, new) = (own.resources(&Values::new()), own.resources(&values(given)));
            let differs = |name: &&String| old.get(*name) != new.get(*name);
            new.keys().filter(differs).cloned().collect::<Vec<_>>()
        };
        assert_eq!(changed(&[]), Vec::<String>::new());
        assert_eq!(changed(&[("WriteCapacity", "9")]), ["Table"]);
        assert_eq!(changed(&[("CodeKey", "a.zip")]), ["InboxFunction", "TickFunction"]);
        let config = changed(&[("ConfigObject", "home/probes.toml")]);
        assert_eq!(config, ["InboxFunction", "SharedRights", "TickFunction"]);
        // The pattern of the logs reaches nothing as long as there is no log.
        assert_eq!(changed(&[("LogPattern", "oops")]), Vec::<String>::new());
    }
}
