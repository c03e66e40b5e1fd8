//! Why a line of a trace cannot be replayed.

/// A likeness from which on a name may be a misspelt one.
const LIKE: f64 = 0.7;

/// A line that cannot be replayed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}: {problem}")]
pub struct BadLine {
    /// Its number, counted from 1.
    pub line: u64,
    /// What is wrong with it.
    pub problem: String,
}

/// That the configuration has no `what` called `name`, and which of its
/// `known` ones may be meant.
pub(super) fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let likeness = |other: &&str| strsim::jaro_winkler(name, other);
    let nearest = known
        .filter(|other| likeness(other) >= LIKE)
        .max_by(|one, other| likeness(one).total_cmp(&likeness(other)).then(other.cmp(one)));
    match nearest {
        Some(nearest) => {
            format!("the configuration has no {what} {name:?}; did you mean {nearest:?}?")
        }
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
