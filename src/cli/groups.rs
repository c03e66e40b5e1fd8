//! The groups that a table is divided into.

/// The groups in the order of their first member; what has none comes first.
pub(super) fn groups<'a>(members: impl Iterator<Item = Option<&'a str>>) -> Vec<Option<&'a str>> {
    let mut groups: Vec<Option<&str>> = Vec::new();
    for group in members {
        if !groups.contains(&group) {
            groups.push(group);
        }
    }
    groups.sort_by_key(Option::is_some);
    groups
}
