//! Tables that few targets have, kept apart: all targets are held at once
//! while they are checked, and each would have room for every table.

use std::ops::{Deref, DerefMut};

use schemars::Schema;
use toml::Spanned;
use toml::de::DeValue;

use crate::config::mistake::Span;
use crate::config::reader::Reader;
use crate::config::toml_key::{Hides, TomlKey};

/// A table that takes no room where it is not given.
#[derive(Clone)]
pub(super) struct Rare<T>(Box<T>);

impl<T> Deref for Rare<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Rare<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: TomlKey> TomlKey for Rare<T> {
    const HIDES: Hides = T::HIDES;

    fn read(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        T::read(value, reader).map(|table| Self(Box::new(table)))
    }

    fn schema() -> Schema {
        T::schema()
    }

    fn fill_from(&mut self, defaults: &Self) {
        T::fill_from(self, defaults);
    }

    fn keys(&self) -> Vec<(&'static str, Span)> {
        T::keys(self)
    }

    fn given(&self) -> &[&'static str] {
        T::given(self)
    }

    fn each_key(visit: &mut dyn FnMut(&str, bool)) {
        T::each_key(visit);
    }
}
