//! What the whole file may say, for advice about a key that stands in the wrong
//! place. The reading machine knows no key by itself: it is handed this.

/// What is known of keys, whichever table they are in.
#[derive(Clone, Copy)]
pub(in crate::config) struct Vocabulary {
    /// Whether it is a key of any table.
    pub(in crate::config) is_known: fn(&str) -> bool,
    /// Whether it is a key of some table, and masked in none.
    pub(in crate::config) is_harmless: fn(&str) -> bool,
    /// Whether it is a key above all tables, or the name of a table there.
    pub(in crate::config) is_top: fn(&str) -> bool,
    /// Whether it heads a list of tables, as `target` does in `[[target]]`.
    pub(in crate::config) is_list: fn(&str) -> bool,
    /// What other programs call what is asked for here.
    pub(in crate::config) foreign: fn(table: &str, key: &str) -> Option<Foreign>,
}

/// A key of another program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::config) struct Foreign {
    /// The key that stands for it here, if one does.
    pub(in crate::config) means: Option<&'static str>,
    /// What to write.
    pub(in crate::config) advice: &'static str,
}

/// `key` without what only distinguishes ways of writing: `failureThreshold`,
/// `failure-threshold` and `failure_threshold` are the same.
pub(in crate::config) fn folded(key: &str) -> String {
    key.chars().filter(|c| !matches!(c, '_' | '-')).flat_map(char::to_lowercase).collect()
}
