//! Why a line of a trace cannot be replayed.

use crate::text::nearest::nearest;

/// A line that cannot be replayed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}: {problem}")]
pub struct BadLine {
    /// Its number, counted from 1.
    pub line: u64,
    /// What is wrong with it.
    pub problem: String,
}

/// The text that the configuration has no `what` called `name`, and which of its
/// `known` ones may be meant.
pub(super) fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> String {
    match nearest(name, known) {
        Some(near) => format!("the configuration has no {what} {name:?}; did you mean {near:?}?"),
        None => format!("the configuration has no {what} {name:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_is_guessed_and_a_strange_one_is_not() {
        let known = || ["router", "photos"].into_iter();
        assert!(unknown("target", "ruoter", known()).ends_with("; did you mean \"router\"?"));
        assert_eq!(unknown("target", "blog", known()), "the configuration has no target \"blog\"");
    }
}
