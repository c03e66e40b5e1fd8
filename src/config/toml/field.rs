//! A key of a table: it is absent, broken or given.

use std::mem;

use crate::config::toml::diagnostic::Span;

/// A value, and where it and its key stand in the file.
#[derive(Clone)]
pub(in crate::config) struct Located<T> {
    /// The place of the key; for an item of a list, the place of the item.
    pub(in crate::config) key: Span,
    /// The place of the value; for a `[table]`, the place of its header.
    pub(in crate::config) span: Span,
    /// The value.
    pub(in crate::config) value: T,
}

/// What a table says about one of its keys.
#[derive(Clone, Default)]
pub(in crate::config) enum Field<T> {
    /// The key is not there.
    #[default]
    Absent,
    /// The key is there, perhaps misspelt, but its value could not be read.
    /// That has been reported.
    Broken,
    /// The key is there, and this is its value. It is boxed: all tables are in memory while
    /// they are checked, and most keys of most tables are absent.
    Given(Box<Located<T>>),
}

impl<T> Field<T> {
    /// The value with its place, if it could be read.
    pub(in crate::config) fn given(&self) -> Option<&Located<T>> {
        match self {
            Self::Given(located) => Some(located),
            Self::Absent | Self::Broken => None,
        }
    }

    /// The value with its place, if it could be read.
    pub(in crate::config) fn into_given(self) -> Option<Located<T>> {
        match self {
            Self::Given(located) => Some(*located),
            Self::Absent | Self::Broken => None,
        }
    }

    /// The value, if it could be read.
    pub(in crate::config) fn value(&self) -> Option<&T> {
        self.given().map(|located| &located.value)
    }

    /// The value, if it could be read.
    pub(in crate::config) fn value_mut(&mut self) -> Option<&mut T> {
        match self {
            Self::Given(located) => Some(&mut located.value),
            Self::Absent | Self::Broken => None,
        }
    }

    /// The value, if it could be read.
    pub(in crate::config) fn into_value(self) -> Option<T> {
        self.into_given().map(|located| located.value)
    }

    /// Whether the key is not there.
    pub(in crate::config) fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Whether the key is there, but its value could not be read.
    pub(in crate::config) fn is_broken(&self) -> bool {
        matches!(self, Self::Broken)
    }

    /// Moves the field out, and leaves it absent.
    pub(in crate::config) fn take(&mut self) -> Self {
        mem::take(self)
    }
}

impl<T: Copy> Field<T> {
    /// The value, if it could be read.
    pub(in crate::config) fn copied(&self) -> Option<T> {
        self.value().copied()
    }
}

impl<T: Clone> Field<T> {
    /// Takes `default` if the key is absent. A broken key stays broken: its
    /// table wanted a value of its own.
    pub(in crate::config) fn or(&mut self, default: &Self) {
        if self.is_absent() {
            *self = default.clone();
        }
    }
}

impl<T> Field<Vec<Located<T>>> {
    /// The items of a list; none if it could not be read.
    pub(in crate::config) fn into_items(self) -> Vec<T> {
        let items = self.into_value().unwrap_or_default();
        items.into_iter().map(|item| item.value).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(value: u32) -> Field<u32> {
        Field::Given(Box::new(Located { key: 0..1, span: 4..5, value }))
    }

    #[test]
    fn a_default_stands_in_for_an_absent_key_only() {
        for (mut field, expected) in
            [(Field::Absent, Some(1)), (Field::Broken, None), (given(2), Some(2))]
        {
            field.or(&given(1));
            assert_eq!(field.copied(), expected);
        }
    }

    #[test]
    fn a_broken_key_is_neither_absent_nor_given() {
        let field: Field<u32> = Field::Broken;
        assert!(field.is_broken() && !field.is_absent() && field.given().is_none());
    }
}
