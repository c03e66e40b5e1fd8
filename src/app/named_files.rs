//! The files that a configuration names, such as `tls.ca`: what was found in
//! them, so that a change of one is a change of the configuration.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};

use super::files::read_named;

/// The files that were read for a configuration, with a digest of what was in
/// each; `None` where it could not be read. Only this process compares them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct NamedFiles(BTreeMap<PathBuf, Option<u64>>);

impl NamedFiles {
    /// Reads the file at `path`, and notes what was found.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub(super) fn read(&mut self, path: &Path) -> io::Result<Vec<u8>> {
        let found = read_named(path);
        self.0.insert(path.to_owned(), found.as_ref().ok().map(digest));
        found
    }

    /// The same files as they are now.
    #[must_use]
    pub fn again(&self) -> Self {
        let mut now = Self::default();
        for path in self.0.keys() {
            // What cannot be read is noted too.
            drop(now.read(path));
        }
        now
    }
}

/// What tells a `value` from others within this process.
pub(super) fn digest(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
