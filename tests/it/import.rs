//! `prober import`: what files of other monitors become. Each file of `tests/import` has
//! beside it the configuration that is made of it (`.toml`), and what is said (`.txt`);
//! `BLESS=1 cargo test import` writes both anew. Every secret in these files is or has
//! `hunter2`.

mod broken;
mod command;
mod everything;
mod secrets;

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use prober::import::{Content, ImportError, Outside, Plan, Program, Source, plan, tables};
use rusqlite::Connection;

use crate::support::on_file::{assert_none, difference, root};

/// Part of every secret in the files.
const MARKER: &str = "hunter2";

/// The files that are imported, and one folder.
fn fixtures() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("tests/import")).unwrap();
    let mut fixtures: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_none_or(|end| end != "toml" && end != "txt"))
        .collect();
    fixtures.sort();
    assert!(fixtures.len() > 12, "the folder of files has been emptied");
    fixtures
}

fn sources(path: &Path) -> Vec<Source> {
    if path.is_dir() {
        let mut files: Vec<PathBuf> =
            fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        return files.iter().flat_map(|file| sources(file)).collect();
    }
    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
    let content = if path.extension().is_some_and(|end| end == "sql") {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(&fs::read_to_string(path).unwrap()).unwrap();
        Content::Database(tables(&connection, &name).unwrap())
    } else {
        Content::Bytes(fs::read(path).unwrap())
    };
    vec![Source { name, content }]
}

fn text(name: &str, text: &str) -> Vec<Source> {
    vec![Source { name: name.to_owned(), content: Content::Bytes(text.as_bytes().to_vec()) }]
}

fn planned(sources: Vec<Source>, from: Option<Program>) -> Result<Plan, ImportError> {
    let keys = Cell::new(0);
    let new_key = || {
        keys.set(keys.get() + 1);
        format!("new-key-{}", keys.get())
    };
    let now: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
    let read_file = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
    plan(sources, from, &Outside { read_file: &read_file, new_key: &new_key, now })
}

/// What is said of a plan, and which variables it has.
fn said(plan: &Plan) -> String {
    let mut text = format!("{}: {:?}\n", plan.kind, plan.report.taken);
    for variable in &plan.variables {
        let has = if variable.value.is_some() { "has a value" } else { "is to be set" };
        text.push_str(&format!("{} {has}\n", variable.name));
    }
    text.push_str("\nwith another meaning:\n");
    plan.report.changed_lines().iter().for_each(|line| text.push_str(&format!("- {line}\n")));
    text.push_str("\nnot taken over:\n");
    plan.report.left_lines().iter().for_each(|line| text.push_str(&format!("- {line}\n")));
    text
}

#[test]
fn every_file_becomes_what_is_beside_it() {
    let mut differences = Vec::new();
    for fixture in fixtures() {
        let plan =
            planned(sources(&fixture), None).unwrap_or_else(|error| panic!("{fixture:?}: {error}"));
        differences.extend(difference(&fixture.with_extension("toml"), &plan.toml));
        differences.extend(difference(&fixture.with_extension("txt"), &said(&plan)));
    }
    assert_none(differences);
}

#[test]
fn no_secret_is_in_the_configuration_or_in_what_is_said() {
    let mut secrets = 0;
    for fixture in fixtures() {
        let plan = planned(sources(&fixture), None).unwrap();
        for text in [plan.toml.clone(), said(&plan), format!("{plan:?}")] {
            assert!(!text.contains(MARKER), "{fixture:?}: {text}");
        }
        secrets += plan.environment().unwrap_or_default().matches(MARKER).count();
    }
    assert!(secrets > 30, "{secrets}");
}
