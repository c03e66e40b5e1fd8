//! The sample, the schema and the handbook say what the code does.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use prober::config::schema;
use serde_json::Value;

use super::read;
use crate::support::on_file;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_sample_is_valid_without_any_environment() {
    let config = read(&fs::read_to_string(root().join("probes.toml")).unwrap())
        .unwrap_or_else(|errors| panic!("{errors}"));
    assert!(config.targets.len() >= 2);
    assert!(!config.channels.is_empty(), "a new user sees what would be told");
}

#[test]
fn what_the_sample_has_commented_out_is_valid_too() {
    let sample = fs::read_to_string(root().join("probes.toml")).unwrap();
    let uncommented: Vec<_> = sample
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(code) if code.starts_with('[') || code.contains(" = ") => code,
            _ => line,
        })
        .collect();
    let config = read(&uncommented.join("\n")).unwrap_or_else(|errors| panic!("{errors}"));
    assert!(config.targets.len() >= 4);
}

#[test]
fn the_schema_file_is_what_the_code_says() {
    let actual = format!("{:#}\n", schema());
    on_file::assert_same(&root().join("probes.schema.json"), &actual);
}

#[test]
fn the_schema_describes_every_key_and_allows_no_other() {
    let schema = schema();
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(
        schema["properties"]["target"]["items"]["required"],
        serde_json::json!(["name", "url"])
    );
    assert_eq!(schema["properties"]["defaults"]["properties"].get("url"), None);
    for (key, property) in properties(&schema) {
        assert!(property["description"].as_str().is_some_and(|text| text.len() > 10), "{key}");
    }
}

/// Every key below `schema`, with the tables it stands in: `target.expect.status`.
fn properties(schema: &Value) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    let mut queue = vec![(String::new(), schema.clone())];
    while let Some((prefix, table)) = queue.pop() {
        for (key, property) in table["properties"].as_object().into_iter().flatten() {
            let path = format!("{prefix}{key}");
            let below = [&property["items"], &property["additionalProperties"], property];
            let below = below.into_iter().find(|table| table["properties"].is_object());
            queue.extend(below.map(|table| (format!("{path}."), table.clone())));
            found.push((path, property.clone()));
        }
    }
    found
}

/// The keys in the first column of the handbook's tables, under the table
/// that the heading above them names: ``## `[target.expect]` ``.
fn documented() -> BTreeSet<String> {
    let handbook = fs::read_to_string(root().join("docs/configuration.md")).unwrap();
    let mut keys = BTreeSet::new();
    let mut prefix = String::new();
    for line in handbook.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            let name = heading.trim_matches(['`', '[', ']']).replace(".NAME", "");
            prefix = if heading.starts_with('`') { format!("{name}.") } else { String::new() };
        } else if let Some((key, _)) = line.strip_prefix("| `").and_then(|row| row.split_once('`'))
        {
            assert!(keys.insert(format!("{prefix}{key}")), "{prefix}{key} stands there twice");
        }
    }
    keys
}

#[test]
fn the_handbook_has_every_key_and_no_other() {
    // The keys of the defaults are those of a target, and stand there.
    let known = properties(&schema()).into_iter().map(|(key, _)| key);
    let known: BTreeSet<_> = known.filter(|key| !key.starts_with("defaults.")).collect();
    assert_eq!(documented(), known);
}

#[test]
fn every_example_of_the_handbook_is_valid() {
    let handbook = fs::read_to_string(root().join("docs/configuration.md")).unwrap();
    let examples: Vec<_> = handbook.split("```toml\n").skip(1).collect();
    assert!(examples.len() > 3);
    for example in examples {
        let (example, _) = example.split_once("```").unwrap();
        read(example).unwrap_or_else(|errors| panic!("{errors}"));
    }
}
