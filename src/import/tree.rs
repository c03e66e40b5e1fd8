//! A table of the source, from which each setting is taken once. What is left at its end was
//! not understood, and is reported: so nothing can be forgotten in silence.

use serde_json::{Map, Value};

use crate::import::report::ImportReport;

/// A table and its place in the source.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    entries: Map<String, Value>,
    /// How the source calls it, for the report.
    pub(super) place: String,
}

impl Table {
    /// `value` as a table; one that is none is reported.
    pub(super) fn new(value: Value, place: impl Into<String>, report: &mut ImportReport) -> Self {
        let place = place.into();
        match value {
            Value::Object(entries) => Self { entries, place },
            Value::Null => Self { entries: Map::new(), place },
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                report.left(&place, "all of it", "it is no table of keys and values");
                Self { entries: Map::new(), place }
            }
        }
    }

    /// The value of `key`, which is then taken. Nothing, if it says nothing.
    pub(super) fn take(&mut self, key: &str) -> Option<Value> {
        self.entries.remove(key).filter(|value| !says_nothing(value))
    }

    /// The same as a text; numbers and booleans are texts, too.
    pub(super) fn text(&mut self, key: &str) -> Option<String> {
        let text = as_text(self.entries.get(key)?)?;
        self.entries.remove(key);
        Some(text).filter(|text| !text.is_empty())
    }

    /// The same as a number that is not negative.
    pub(super) fn number(&mut self, key: &str) -> Option<f64> {
        let text = as_text(self.entries.get(key)?)?;
        let number = text.trim().parse().ok().filter(|number: &f64| *number >= 0.0)?;
        self.entries.remove(key);
        Some(number)
    }

    /// The same as a boolean.
    pub(super) fn boolean(&mut self, key: &str) -> Option<bool> {
        let text = as_text(self.entries.get(key)?)?;
        let value = match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => true,
            "false" | "no" | "off" | "0" => false,
            _ => return None,
        };
        self.entries.remove(key);
        Some(value)
    }

    /// The items of a list; a single value is a list of one.
    pub(super) fn list(&mut self, key: &str) -> Vec<Value> {
        match self.take(key) {
            None => Vec::new(),
            Some(Value::Array(items)) => items,
            Some(item) => vec![item],
        }
    }

    /// The table under `key`, if there is one.
    pub(super) fn table(&mut self, key: &str, report: &mut ImportReport) -> Option<Self> {
        let value = self.take(key)?;
        Some(Self::new(value, format!("{}: {key}", self.place), report))
    }

    /// The texts of a table of texts, such as headers.
    pub(super) fn texts(&mut self, key: &str, report: &mut ImportReport) -> Vec<(String, String)> {
        let Some(table) = self.table(key, report) else { return Vec::new() };
        let mut texts = Vec::new();
        for (name, value) in table.entries {
            match as_text(&value) {
                Some(text) => texts.push((name, text)),
                None => report.left(&table.place, &name, "it is no text"),
            }
        }
        texts
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.get(key).is_some_and(|value| !value.is_null())
    }

    pub(super) fn peek(&self, key: &str) -> Option<String> {
        as_text(self.entries.get(key)?).filter(|text| !text.is_empty())
    }

    pub(super) fn insert(&mut self, key: &str, value: Value) {
        self.entries.insert(key.to_owned(), value);
    }

    pub(super) fn keys(&self) -> Vec<String> {
        self.entries.keys().cloned().collect()
    }

    /// Takes each key of `rows`, and reports why it is not carried over.
    pub(super) fn leave(&mut self, rows: &[(&str, &str)], report: &mut ImportReport) {
        for (key, why) in rows {
            if self.take(key).is_some() {
                report.left(&self.place, key, why);
            }
        }
    }

    /// Reports what was not taken.
    pub(super) fn finish(self, report: &mut ImportReport) {
        self.finish_because("prober has nothing like it, or it is misspelt", report);
    }

    /// The same where nothing can be misspelt.
    pub(super) fn finish_because(self, why: &str, report: &mut ImportReport) {
        for (key, value) in self.entries {
            if !says_nothing(&value) {
                report.left(&self.place, &key, why);
            }
        }
    }
}

fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(entries) => entries.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// A single value as a text.
pub(super) fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(boolean) => Some(boolean.to_string()),
        Value::Null => Some(String::new()),
        Value::Array(_) | Value::Object(_) => None,
    }
}
