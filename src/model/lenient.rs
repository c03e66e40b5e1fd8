//! How records are read that a newer version wrote: what is not known here is left
//! out, and the rest holds. Who goes back to an older version loses what only the
//! newer one knew, and no target.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// A value that may be of a kind that is not known here.
#[derive(Deserialize)]
#[serde(untagged)]
enum Lenient<T> {
    Known(T),
    Unknown(IgnoredAny),
}

impl<T> Lenient<T> {
    fn known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown(IgnoredAny) => None,
        }
    }
}

/// Those of a list that are known.
pub(super) fn list<'de, D, T>(reader: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let all = Vec::<Lenient<T>>::deserialize(reader)?;
    Ok(all.into_iter().filter_map(Lenient::known).collect())
}

/// What may be missing, if it is known.
pub(super) fn optional<'de, D, T>(reader: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(Option::<Lenient<T>>::deserialize(reader)?.and_then(Lenient::known))
}

/// What has a value to begin with, or that.
pub(super) fn or_default<'de, D, T>(reader: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Lenient::<T>::deserialize(reader)?.known().unwrap_or_default())
}

/// Those entries of which both parts are known.
pub(super) fn map<'de, D, K, V>(reader: D) -> Result<BTreeMap<K, V>, D::Error>
where
    D: Deserializer<'de>,
    K: Deserialize<'de> + Ord,
    V: Deserialize<'de>,
{
    struct Entries<K, V>(PhantomData<(K, V)>);

    impl<'de, K: Deserialize<'de> + Ord, V: Deserialize<'de>> Visitor<'de> for Entries<K, V> {
        type Value = BTreeMap<K, V>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a map")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
            let mut known = BTreeMap::new();
            while let Some((key, value)) = entries.next_entry::<Lenient<K>, Lenient<V>>()? {
                known.extend(key.known().zip(value.known()));
            }
            Ok(known)
        }
    }

    reader.deserialize_map(Entries(PhantomData))
}
