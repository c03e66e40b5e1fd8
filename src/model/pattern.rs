//! Regular expressions that are matched against what others wrote.

use std::fmt;
use std::sync::Arc;

use regex::{Regex, RegexBuilder};

/// Bytes that one search may fill with states that it has worked out, so as not to
/// work them out again. What does not fit is worked out each time.
const SEARCH_CACHE: usize = 512 << 10;

/// A regular expression. Its copies share what it was compiled to and the memory
/// of its searches, which may be some megabytes each.
#[derive(Debug, Clone)]
pub struct Pattern(Arc<Regex>);

impl Pattern {
    /// Most bytes of memory of one that is compiled. `\w{64}` takes 3.5 MiB.
    pub const LARGEST: usize = 4 << 20;

    /// Compiles `text`.
    ///
    /// # Errors
    ///
    /// It is no regular expression, or takes more than [`Self::LARGEST`].
    pub fn new(text: &str) -> Result<Self, regex::Error> {
        Self::within(text, Self::LARGEST)
    }

    /// The same with another limit of memory.
    ///
    /// # Errors
    ///
    /// It is no regular expression, or takes more than `size` bytes.
    pub fn within(text: &str, size: usize) -> Result<Self, regex::Error> {
        let mut builder = RegexBuilder::new(text);
        let compiled = builder.size_limit(size).dfa_size_limit(SEARCH_CACHE).build();
        compiled.map(|regex| Self(Arc::new(regex)))
    }

    /// Whether it matches somewhere in `text`.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// What it matches first in `text`.
    #[must_use]
    pub fn find<'t>(&self, text: &'t str) -> Option<&'t str> {
        self.0.find(text).map(|found| found.as_str())
    }

    /// Where what it matches first in `text` ends.
    #[must_use]
    pub fn end_of_match(&self, text: &str) -> Option<usize> {
        self.0.find(text).map(|found| found.end())
    }

    /// Whether `other` is a copy of it, and not only written alike.
    #[must_use]
    pub fn is_shared_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// As it is written.
impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_more_memory_than_it_may_is_not_compiled() {
        assert!(Pattern::new(r"\w{64}").is_ok());
        for text in [r"\w{200}", "(a{1000}){1000}"] {
            assert!(matches!(Pattern::new(text), Err(regex::Error::CompiledTooBig(_))), "{text}");
        }
    }

    #[test]
    fn copies_share_what_was_compiled() {
        let pattern = Pattern::new("ok").unwrap();
        assert!(pattern.is_shared_with(&pattern.clone()));
        assert!(!pattern.is_shared_with(&Pattern::new("ok").unwrap()));
        assert_eq!((pattern.is_match("it is ok"), pattern.to_string()), (true, "ok".to_owned()));
    }
}
