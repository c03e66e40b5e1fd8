//! The modules of `src/config` use each other in one direction only.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The folders of the room: each may use those before it. The room's front,
/// `config.rs`, is the last.
const LAYERS: [&str; 6] = ["sources", "toml", "values", "tables", "build", ""];

type Imports = BTreeMap<String, BTreeSet<String>>;

/// Every module below `folder` with its text; `prefix` is the folder's own module.
fn modules(folder: &Path, prefix: &str, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_stem().unwrap().to_str().unwrap());
        if path.is_dir() {
            modules(&path, &format!("{name}::"), found);
        } else {
            found.insert(name, fs::read_to_string(path).unwrap());
        }
    }
}

/// The paths below `crate::config` that `text` imports.
fn imported(text: &str) -> Vec<String> {
    let statements = text.split("use crate::config::").skip(1).map(|rest| rest.split(';').next());
    let paths = statements.flatten().flat_map(|statement| match statement.split_once('{') {
        Some((prefix, items)) => items
            .trim_end_matches('}')
            .split(',')
            .map(|item| format!("{prefix}{}", item.trim()))
            .collect(),
        None => vec![statement.to_owned()],
    });
    paths.collect()
}

/// Which modules of the room each of them imports.
fn imports() -> Imports {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut modules_found = BTreeMap::new();
    modules(&source.join("config"), "", &mut modules_found);
    modules_found.insert(String::new(), fs::read_to_string(source.join("config.rs")).unwrap());
    let module_of = |path: &str| {
        let parts: Vec<_> = path.split("::").collect();
        let prefixes = (0..=parts.len()).rev().map(|length| parts[..length].join("::"));
        prefixes.into_iter().find(|prefix| modules_found.contains_key(prefix)).unwrap()
    };
    let edges = |text: &String| imported(text).iter().map(|path| module_of(path)).collect();
    modules_found.iter().map(|(module, text)| (module.clone(), edges(text))).collect()
}

fn layer(module: &str) -> usize {
    let folder = module.split("::").next().unwrap();
    LAYERS.iter().position(|layer| *layer == folder).unwrap_or_else(|| panic!("{module}"))
}

#[test]
fn a_folder_of_the_room_uses_only_those_before_it() {
    let imports = imports();
    assert!(imports.values().map(BTreeSet::len).sum::<usize>() > 100, "{imports:?}");
    for (module, used) in &imports {
        for used in used {
            assert!(layer(used) <= layer(module), "`{module}` uses `{used}`");
        }
    }
}

#[test]
fn no_modules_of_the_room_use_each_other_in_a_circle() {
    let mut left = imports();
    while !left.is_empty() {
        let is_free = |used: &BTreeSet<String>| used.iter().all(|used| !left.contains_key(used));
        let free: Vec<_> =
            left.iter().filter(|(_, used)| is_free(used)).map(|(name, _)| name.clone()).collect();
        assert!(!free.is_empty(), "these, or some of them, form a circle: {left:#?}");
        left.retain(|name, _| !free.contains(name));
    }
}
