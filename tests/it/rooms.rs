//! The walls between the rooms of `src`: which may use which. A room is a
//! module of `lib.rs`; the three parts of `core` are rooms of their own.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Every edge there is. An edge that is not here is a wall; one that is here
/// and nobody uses is taken out.
const ALLOWED: &[(&str, &[&str])] = &[
    (
        "app",
        &[
            "authoring",
            "aws",
            "clock",
            "config",
            "core/step",
            "engine",
            "environment",
            "http_client",
            "message",
            "model",
            "notify",
            "os",
            "probe",
            "replay",
            "signal",
            "store",
            "text",
        ],
    ),
    ("authoring", &["model", "text"]),
    ("aws", &["clock", "environment", "http_client", "model", "text"]),
    (
        "cli",
        &[
            "app",
            "authoring",
            "aws",
            "clock",
            "config",
            "core/announce",
            "core/judge",
            "deploy",
            "engine",
            "environment",
            "http_client",
            "import",
            "inbox",
            "message",
            "model",
            "notify",
            "page",
            "os",
            "probe",
            "replay",
            "store",
            "text",
        ],
    ),
    ("clock", &["os"]),
    ("config", &["model", "text"]),
    ("core/announce", &["core/judge", "model"]),
    ("core/judge", &["model"]),
    ("core/step", &["core/announce", "core/judge", "model"]),
    ("deploy", &["aws", "clock", "model", "text"]),
    (
        "engine",
        &[
            "clock",
            "core/announce",
            "core/judge",
            "core/step",
            "message",
            "model",
            "notify",
            "os",
            "probe",
            "store",
        ],
    ),
    ("http_client", &["environment", "model"]),
    ("import", &["config", "model", "text"]),
    (
        "inbox",
        &["core/step", "engine", "http_client", "metrics", "model", "page", "signal", "store"],
    ),
    (
        "lambda",
        &[
            "app",
            "clock",
            "core/step",
            "engine",
            "environment",
            "http_client",
            "inbox",
            "message",
            "model",
            "notify",
            "signal",
            "store",
            "text",
        ],
    ),
    ("message", &["core/announce", "core/step", "model", "text"]),
    ("metrics", &["core/announce", "core/step", "model", "page"]),
    // The English words of a detail have durations; the system says why by numbers.
    ("model", &["os", "text"]),
    ("notify", &["core/announce", "http_client", "message", "model", "text"]),
    ("page", &["core/announce", "core/judge", "message", "model", "text"]),
    ("probe", &["clock", "core/judge", "model", "os", "text"]),
    ("replay", &["core/announce", "core/judge", "core/step", "message", "model", "text"]),
    ("signal", &["core/judge", "core/step", "model", "text"]),
    ("store", &["aws", "http_client", "model", "os", "text"]),
];

/// Names that two public types have, and why.
const NAMESAKES: &[(&str, &str)] = &[
    ("Cbreak", BOTH_SYSTEMS),
    ("FileId", BOTH_SYSTEMS),
    ("Record", "of the store, and of an event of AWS, whose own word it is"),
    ("Reload", BOTH_SYSTEMS),
    (
        "Report",
        "of a probe, and of a client that reports an error: the inbox's contract calls it so",
    ),
    ("Resized", BOTH_SYSTEMS),
    ("Stop", BOTH_SYSTEMS),
];

const BOTH_SYSTEMS: &str = "of Unix and of Windows, and only one of them is compiled";

/// The rooms that no room but `main.rs` may use.
const FRONT_DOORS: [&str; 2] = ["cli", "lambda"];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

/// The room of a path of modules: `core/judge` of `core::judge::health`.
fn room<'a>(mut modules: impl Iterator<Item = &'a str>) -> String {
    match (modules.next().unwrap(), modules.next()) {
        ("core", Some(part)) => format!("core/{part}"),
        (room, _) => room.to_owned(),
    }
}

/// Every `crate::…` path in `text`, without comments.
fn paths(text: &str) -> impl Iterator<Item = Vec<&str>> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split("crate::").skip(1)).map(|rest| {
        let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
        let path = rest.split(|c| !is_path(c)).next().unwrap();
        path.split("::").filter(|module| !module.is_empty()).collect()
    })
}

fn edges() -> BTreeMap<String, BTreeSet<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in sources(&root) {
        let path = file.strip_prefix(&root).unwrap().with_extension("");
        let modules: Vec<&str> = path.iter().map(|part| part.to_str().unwrap()).collect();
        if modules[0] == "main" || modules[0] == "lib" {
            continue;
        }
        let from = room(modules.into_iter());
        for to in paths(&fs::read_to_string(&file).unwrap()) {
            let to = room(to.into_iter());
            if to != from {
                edges.entry(from.clone()).or_default().insert(to);
            }
        }
    }
    edges
}

#[test]
fn every_edge_between_rooms_is_on_the_list() {
    let allowed: BTreeMap<String, BTreeSet<String>> = ALLOWED
        .iter()
        .map(|(from, to)| ((*from).to_owned(), to.iter().map(|to| (*to).to_owned()).collect()))
        .collect();
    assert_eq!(edges(), allowed, "left: what src has; right: what this test allows");
}

#[test]
fn rooms_do_not_use_each_other_in_a_circle() {
    let mut left = edges();
    // Takes away every room that uses none of those that are left.
    loop {
        let rooms: BTreeSet<String> = left.keys().cloned().collect();
        let before = left.len();
        left.retain(|_, uses| uses.iter().any(|to| rooms.contains(to)));
        if left.len() == before {
            break;
        }
    }
    assert!(left.is_empty(), "these use each other in a circle: {left:?}");
}

#[test]
fn nobody_uses_a_front_door() {
    for (from, to) in edges() {
        for door in FRONT_DOORS {
            assert!(!to.contains(door), "{from} uses {door}");
        }
    }
}

/// The names of the public types of `text`.
fn types(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let item = line.trim_start().strip_prefix("pub ")?;
        let kinds = ["struct ", "enum ", "trait ", "type "];
        let name = kinds.iter().find_map(|kind| item.strip_prefix(kind))?;
        // A macro's `$name` is none.
        name.split(|c: char| !c.is_alphanumeric()).next().filter(|name| !name.is_empty())
    })
}

#[test]
fn no_two_public_types_have_one_name() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found: BTreeMap<String, BTreeSet<PathBuf>> = BTreeMap::new();
    for file in sources(&root) {
        for name in types(&fs::read_to_string(&file).unwrap()) {
            found.entry(name.to_owned()).or_default().insert(file.clone());
        }
    }
    assert!(found.len() > 100, "types are not found any more");
    found.retain(|_, files| files.len() > 1);
    let names: Vec<&str> = found.keys().map(String::as_str).collect();
    let excused: Vec<&str> = NAMESAKES.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, excused, "left: types of one name, in {found:#?}");
}
