//! Tables that can be off alone.

use std::marker::PhantomData;

use schemars::Schema;
use toml::Spanned;
use toml::de::DeValue;

use crate::config::toml::masking::Masking;
use crate::config::toml::reader::Reader;
use crate::config::toml::value_type::ValueType;

/// A table that can be off alone, because it lacks a secret.
pub(in crate::config) struct Alone<T>(PhantomData<T>);

impl<T: ValueType> ValueType for Alone<T> {
    type Value = T::Value;

    const MASKING: Masking = T::MASKING;

    fn read(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self::Value> {
        reader.owned(&value.span(), |reader| T::read(value, reader))
    }

    fn schema() -> Schema {
        T::schema()
    }

    fn has_key(name: &str) -> bool {
        T::has_key(name)
    }

    fn each_key(visit: &mut dyn FnMut(&str, Masking)) {
        T::each_key(visit);
    }
}
