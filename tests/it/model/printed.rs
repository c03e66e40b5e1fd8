//! Values that the checker can tell apart, though they have no hash of their own.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// A value that is cheap to clone, and is hashed once: as it prints.
#[derive(Clone)]
pub struct Printed<T> {
    value: Arc<T>,
    print: u64,
}

impl<T: fmt::Debug> Printed<T> {
    pub fn new(value: T) -> Self {
        let mut hasher = DefaultHasher::new();
        format!("{value:?}").hash(&mut hasher);
        Self { value: Arc::new(value), print: hasher.finish() }
    }
}

impl<T> std::ops::Deref for Printed<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: PartialEq> PartialEq for Printed<T> {
    fn eq(&self, other: &Self) -> bool {
        self.print == other.print && self.value == other.value
    }
}

impl<T> Hash for Printed<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.print.hash(state);
    }
}

impl<T: fmt::Debug> fmt::Debug for Printed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}
