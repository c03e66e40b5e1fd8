//! What heartbeats of all sources have alike.

use crate::import::Outside;
use crate::import::draft::{Draft, Setting, text};
use crate::import::interpolation::has_variable;

/// The key of the heartbeat `name`: `known`, if prober takes it; else a new one.
pub(super) fn key(
    name: &str,
    known: Option<&str>,
    draft: &mut Draft,
    outside: &Outside<'_>,
) -> Vec<Setting> {
    let hint = format!("{name} key");
    let key = match known {
        Some(known) if has_variable(known) || is_key(known) => known.to_owned(),
        Some(_) => {
            let how = "is not one that prober takes (8 to 200 letters, digits and signs of `._~-`): \
                       a new one is in the environment file";
            draft.report.changed(name, "its key", how);
            (outside.new_key)()
        }
        None => (outside.new_key)(),
    };
    let reference = draft.variables.secret(&hint, &key);
    draft.variables.refer(&reference);
    vec![Setting::new("key", text(&reference))]
}

fn is_key(key: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._~-".contains(&byte);
    (8..=200).contains(&key.len()) && key.bytes().all(is_allowed)
}
