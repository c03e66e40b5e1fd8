//! template.yaml says what the program reads.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn template() -> String {
    fs::read_to_string(root().join("template.yaml")).unwrap()
}

/// The names that follow `Variables:` in the template.
fn variables(template: &str) -> BTreeSet<&str> {
    let (_, after) = template.split_once("Variables:\n").unwrap();
    // A value may go on below its name, further in.
    let block = after.lines().map_while(|line| line.strip_prefix("        "));
    let names = block.filter(|line| !line.starts_with(' ')).filter_map(|line| line.split_once(':'));
    names.map(|(name, _)| name).collect()
}

fn sources(folder: PathBuf) -> String {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let text = |path: PathBuf| {
        if path.is_dir() { sources(path) } else { fs::read_to_string(path).unwrap() }
    };
    entries.map(text).collect()
}

#[test]
fn its_variables_are_those_that_prober_reads() {
    let (template, sources) = (template(), sources(root().join("src")));
    let sample = fs::read_to_string(root().join("probes.toml")).unwrap();
    let names = variables(&template);
    assert_eq!(names, BTreeSet::from(["PROBER_CONFIG", "PROBER_TABLE", "SLACK_WEBHOOK_URL"]));
    for name in names {
        let is_read = sources.contains(&format!("set(\"{name}\")"));
        assert!(is_read || sample.contains(&format!("${{{name}}}")), "nobody reads {name}");
    }
}

#[test]
fn its_table_has_the_keys_that_the_store_writes() {
    let template = template();
    let store = fs::read_to_string(root().join("src/store/dynamo/item.rs")).unwrap();
    for (constant, place) in [
        ("KIND", "AttributeName: {}, KeyType: HASH"),
        ("NAME", "AttributeName: {}, KeyType: RANGE"),
        ("EXPIRES", "TimeToLiveSpecification: { AttributeName: {},"),
    ] {
        let (_, value) = store.split_once(&format!("const {constant}: &str = \"")).unwrap();
        let name = value.split('"').next().unwrap();
        assert!(template.contains(&place.replacen("{}", name, 1)), "{constant}");
    }
}

#[test]
fn nothing_is_allowed_on_everything() {
    let template = template();
    assert!(!template.contains("Resource: \"*\"") && !template.contains(":*\""));
}
