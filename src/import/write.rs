//! The text of probes.toml.

use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, Value};

use crate::import::accepted::{Accepted, AcceptedPart};
use crate::import::draft::{Draft, Part, Setting, Shape};
use crate::import::recognize::Program;
use crate::text::address::discreet;

/// A table of one line is not longer than this.
const WIDEST: usize = 100;

/// The whole file.
pub(super) fn document(kind: Program, name: &str, accepted: &Accepted, draft: &Draft) -> String {
    let mut out = format!("# Imported from {kind}: {}\n", one_comment(&discreet(name)));
    if let Some(zone) = &draft.timezone {
        out.push_str(&format!("timezone = {}\n", Value::from(zone.as_str())));
    }
    if !accepted.defaults.is_empty() {
        out.push_str("\n# Every target has these, unless it says otherwise.\n[defaults]\n");
        out.push_str(&body(&accepted.defaults, "defaults"));
    }
    for part in accepted.parts.iter().filter(|part| part.off.is_none()) {
        out.push('\n');
        out.push_str(&table(part));
    }
    for part in &accepted.parts {
        if let Some(why) = &part.off {
            out.push_str(&format!("\n# {}\n", one_comment(why)));
            out.push_str(&commented(&table(part)));
        }
    }
    let left = draft.report.left_lines();
    if !left.is_empty() {
        out.push_str("\n# Not taken over:\n");
    }
    for line in left {
        out.push_str(&format!("# - {}\n", one_comment(&line)));
    }
    out
}

/// `text` in one line, so that it stays within its comment.
fn one_comment(text: &str) -> String {
    text.replace(char::is_control, " ")
}

fn commented(text: &str) -> String {
    text.lines().map(|line| format!("# {line}").trim_end().to_owned() + "\n").collect()
}

/// A part with the comments above it.
pub(super) fn table(part: &AcceptedPart) -> String {
    let comments = part.comments.iter().map(|line| ["# ", &one_comment(line), "\n"].concat());
    let comments: Vec<String> = comments.collect();
    let comments = comments.concat();
    let (head, name) = match part.shape {
        Shape::Channel => (format!("[notify.{}]", key(&part.name)), "notify"),
        Shape::Target => ("[[target]]".to_owned(), "target"),
        Shape::Heartbeat => ("[[heartbeat]]".to_owned(), "heartbeat"),
        Shape::Maintenance => ("[[maintenance]]".to_owned(), "maintenance"),
    };
    format!("{comments}{head}\n{}", body(&part.keys, name))
}

/// `text` as a key.
fn key(text: &str) -> String {
    toml_edit::Key::new(text).to_string()
}

/// The keys of the table that is called `name`, and what is in it.
fn body(settings: &[Setting], name: &str) -> String {
    let mut root = Table::new();
    for setting in settings {
        put(&mut root, &setting.path, setting);
    }
    let (mut lines, mut tables) = (String::new(), String::new());
    for (name_of_key, item) in &root {
        match item {
            Item::Table(table) if inline(table).to_string().len() > WIDEST && !has_table(table) => {
                tables.push_str(&format!("\n[{name}.{}]\n{}", key(name_of_key), lines_of(table)));
            }
            Item::Table(table) => {
                lines.push_str(&format!("{} = {}\n", key(name_of_key), inline(table)));
            }
            Item::Value(value) => lines.push_str(&line(name_of_key, value)),
            Item::None | Item::ArrayOfTables(_) => {}
        }
    }
    lines + &tables
}

fn line(name: &str, value: &Value) -> String {
    let mut document = DocumentMut::new();
    document.insert(name, Item::Value(value.clone()));
    document.to_string()
}

fn lines_of(table: &Table) -> String {
    table.iter().filter_map(|(name, item)| Some(line(name, item.as_value()?))).collect()
}

fn has_table(table: &Table) -> bool {
    table.iter().any(|(_, item)| item.is_table())
}

fn inline(table: &Table) -> Value {
    let mut out = InlineTable::new();
    for (name, item) in table {
        match item {
            Item::Table(table) => out.insert(name, inline(table)),
            Item::Value(value) => out.insert(name, value.clone()),
            Item::None | Item::ArrayOfTables(_) => None,
        };
    }
    Value::InlineTable(out)
}

/// Puts the value of `setting` at `path` in `table`, or adds it to the list there.
fn put(table: &mut Table, path: &[String], setting: &Setting) {
    match path {
        [] => {}
        [last] => {
            let before = table.get(last).and_then(Item::as_value).cloned();
            let value = match before {
                Some(before) if setting.adds => added(before, setting.value.clone()),
                _ => setting.value.clone(),
            };
            table.insert(last, Item::Value(value));
        }
        [first, rest @ ..] => {
            let inner = table.entry(first).or_insert_with(|| Item::Table(Table::new()));
            if let Item::Table(inner) = inner {
                put(inner, rest, setting);
            }
        }
    }
}

fn added(before: Value, value: Value) -> Value {
    match before {
        Value::Array(mut list) => {
            list.push(value);
            Value::Array(list)
        }
        one @ (Value::String(_)
        | Value::Integer(_)
        | Value::Float(_)
        | Value::Boolean(_)
        | Value::Datetime(_)
        | Value::InlineTable(_)) => Value::Array([one, value].into_iter().collect::<Array>()),
    }
}

/// A file that has only `part` with these `settings`: for asking whether it is valid.
pub(super) fn alone(part: &Part, settings: &[Setting]) -> String {
    let part = AcceptedPart::of(part, settings.to_vec());
    let text = table(&part);
    match part.shape {
        Shape::Target | Shape::Heartbeat => text,
        // A file without a target is not valid.
        Shape::Channel | Shape::Maintenance => {
            format!("{text}\n[[target]]\nname = \"x\"\nurl = \"tcp://192.0.2.1:1\"\n")
        }
    }
}
