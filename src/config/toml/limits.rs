//! How much a file may cost to read. A configuration may come from a bucket that
//! others write to, and if reading it kills prober, nothing is watched.
//!
//! Nesting of TOML itself is bounded by its parser, at 80 levels.

/// Most bytes of a file: ten thousand targets have less than half of this.
pub const LARGEST_FILE: usize = 4 << 20;

/// Most bytes of a file of which all mistakes of syntax are told. Of a larger one it is
/// the first.
pub(in crate::config) const LARGEST_RECOVERED: usize = 512 << 10;

/// Most bytes of one text, with its variables expanded.
pub(in crate::config) const LONGEST_TEXT: usize = 64 << 10;

/// Most items of a list, and most entries of a table of headers.
pub(in crate::config) const LONGEST_LIST: usize = 1000;

/// Most tables of one kind, such as `[[target]]`.
pub(in crate::config) const MOST_TABLES: usize = 10_000;

/// Most tables with names of their own, such as `[notify.NAME]`.
pub(in crate::config) const MOST_NAMED: usize = 100;

/// Most diagnostics that are kept and shown. More are usually one mistake, made many
/// times.
pub(in crate::config) const MOST_DIAGNOSTICS: usize = 100;

/// Most names that misspelt ones of a file are compared with, so as to propose what was meant.
pub(in crate::config) const MOST_COMPARED: usize = 20_000;

/// Most secrets that may be missing while the rest goes on.
pub(in crate::config) const MOST_LACKS: usize = 1000;

/// Bytes of memory that all texts of the file, and what is made of them, may
/// take together. A Lambda function has 256 MiB.
pub(in crate::config) const MEMORY: usize = 64 << 20;

/// What each text takes of that beside its bytes: its place in the file and in memory.
pub(in crate::config) const OVERHEAD: usize = 64;

/// What is left of [`MEMORY`].
pub(in crate::config) struct Budget {
    left: usize,
}

/// More was asked for than was left.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::config) enum Exhausted {
    /// This is the first time.
    Now,
    /// It happened before, and was reported.
    Before,
}

impl Budget {
    /// All of it is left.
    pub(in crate::config) fn new() -> Self {
        Self { left: MEMORY }
    }

    /// Takes `bytes` away, or else all that is left.
    pub(in crate::config) fn spend(&mut self, bytes: usize) -> Result<(), Exhausted> {
        if let Some(left) = self.left.checked_sub(bytes) {
            self.left = left;
            return Ok(());
        }
        let before = self.left;
        self.left = 0;
        Err(if before == 0 { Exhausted::Before } else { Exhausted::Now })
    }

    /// How much has been spent.
    pub(in crate::config) fn spent(&self) -> usize {
        MEMORY - self.left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_that_is_exhausted_says_so_once() {
        let mut budget = Budget::new();
        assert_eq!(budget.spend(MEMORY - 1), Ok(()));
        assert_eq!(budget.spend(2), Err(Exhausted::Now));
        assert_eq!(budget.spend(1), Err(Exhausted::Before));
        assert_eq!(budget.spent(), MEMORY);
    }
}
