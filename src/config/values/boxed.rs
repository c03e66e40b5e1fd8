//! Tables in a wrapper: those that can be off alone, and those that few targets
//! have. All targets are in memory while they are checked, and without the wrapper
//! each would have room for every table.

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

/// A `T` that takes no memory if it is absent.
pub(in crate::config) struct Boxed<T>(PhantomData<T>);

impl<T: ValueType> ValueType for Boxed<T> {
    type Value = Box<T::Value>;

    const MASKING: Masking = T::MASKING;

    fn read(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self::Value> {
        T::read(value, reader).map(Box::new)
    }

    fn schema() -> Schema {
        T::schema()
    }

    fn fill(own: &mut Self::Value, default: &Self::Value) {
        T::fill(own, default);
    }

    fn has_key(name: &str) -> bool {
        T::has_key(name)
    }

    fn each_key(visit: &mut dyn FnMut(&str, Masking)) {
        T::each_key(visit);
    }
}
