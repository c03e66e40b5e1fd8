//! The macro that turns one declaration of a table into its struct, its reader,
//! its JSON Schema, its merging with defaults and its masking.

use schemars::Schema;
use toml::de::DeTable;

use crate::config::toml::diagnostic::Span;
use crate::config::toml::reader::Reader;
use crate::config::toml::value_type::ValueType;

/// A table that is declared with [`tables!`].
pub(in crate::config) trait Table: ValueType<Value = Self> + Sized {
    /// The name of the struct: the table's key in the file, except for capitals.
    const NAME: &'static str;

    /// Reads all keys except those in `except`; a missing key is reported at `span`.
    fn read_table(
        table: &DeTable<'_>,
        span: &Span,
        except: &'static [&'static str],
        reader: &mut Reader<'_>,
    ) -> Self;

    /// The schema of all keys except those in `except`.
    fn schema_except(except: &[&str]) -> Schema;

    /// Whether `name` is a key whose value is a list of tables.
    fn has_list(name: &str) -> bool;

    /// The keys whose values could be read, and their places.
    fn given_keys(&self) -> Vec<(&'static str, Span)>;

    /// Whether the table has no key.
    fn is_empty(&self) -> bool;
}

/// Declares tables: `Name Masking { key: Type = Presence, … }`. A key becomes a
/// field of that name, and its doc comment becomes its description in the schema.
macro_rules! tables {
    ($(
        #[doc = $title:literal]
        $(#[doc = $more:literal])*
        $name:ident $masking:ident {
            $($(#[doc = $doc:literal])+ $field:ident: $type:ty = $presence:ident,)+
        }
    )+) => {$(
        #[doc = $title]
        #[derive(Clone, Default)]
        pub(in crate::config) struct $name {
            $(
                $(#[doc = $doc])+
                pub(in crate::config) $field: $crate::config::toml::field::Field<
                    <$type as $crate::config::toml::value_type::ValueType>::Value,
                >,
            )+
        }

        const _: () = {
            use schemars::{Schema, json_schema};
            use toml::Spanned;
            use toml::de::{DeTable, DeValue};

            use $crate::config::toml::diagnostic::Span;
            use $crate::config::toml::masking::Masking;
            use $crate::config::toml::reader::Reader;
            use $crate::config::toml::table::{Table, key_name, one_line};
            use $crate::config::toml::table_reader::{Key, Presence, TableReader};
            use $crate::config::toml::value_type::{ValueType, fill};

            const KEYS: &[Key] = &[
                $(Key {
                    name: key_name(stringify!($field)),
                    presence: Presence::$presence,
                    is_list: <$type as ValueType>::IS_LIST,
                    holds: <$type as ValueType>::has_key,
                },)+
            ];

            impl Table for $name {
                const NAME: &'static str = stringify!($name);

                fn read_table(
                    table: &DeTable<'_>,
                    span: &Span,
                    except: &'static [&'static str],
                    reader: &mut Reader<'_>,
                ) -> Self {
                    let is_guarded = Self::MASKING == Masking::All
                        $(|| <$type as ValueType>::IS_CREDENTIAL)+;
                    let around = std::mem::replace(&mut reader.is_guarded, is_guarded);
                    let mut table = TableReader::new(table, span, Self::NAME, KEYS, except, reader);
                    let read = Self {
                        $($field: table.field::<$type>(key_name(stringify!($field))),)+
                    };
                    reader.is_guarded = around;
                    read
                }

                fn schema_except(except: &[&str]) -> Schema {
                    let mut properties = serde_json::Map::new();
                    let mut required: Vec<&str> = Vec::new();
                    $(
                        let name = key_name(stringify!($field));
                        if !except.contains(&name) {
                            let mut schema = <$type as ValueType>::schema();
                            let description = concat!($($doc, "\n"),+);
                            schema.insert("description".into(), one_line(description).into());
                            properties.insert(name.to_owned(), schema.to_value());
                            if Presence::$presence == Presence::Required {
                                required.push(name);
                            }
                        }
                    )+
                    let mut schema = json_schema!({
                        "type": "object",
                        "additionalProperties": false,
                        "properties": properties,
                    });
                    if !required.is_empty() {
                        schema.insert("required".into(), required.into());
                    }
                    schema
                }

                fn has_list(name: &str) -> bool {
                    KEYS.iter().any(|key| key.is_list && key.name == name)
                }

                fn given_keys(&self) -> Vec<(&'static str, Span)> {
                    let keys = [
                        $((key_name(stringify!($field)), self.$field.given().map(|at| at.key.clone())),)+
                    ];
                    keys.into_iter().filter_map(|(name, key)| Some((name, key?))).collect()
                }

                fn is_empty(&self) -> bool {
                    true $(&& self.$field.is_absent())+
                }
            }

            impl ValueType for $name {
                type Value = Self;

                const MASKING: Masking = Masking::$masking;

                fn read(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
                    let DeValue::Table(table) = value.get_ref() else {
                        let keys: Vec<_> = KEYS.iter().map(|key| key.name).collect();
                        let label = format!("a table has keys; here: {}", keys.join(", "));
                        reader.report_type(value, "a table", label);
                        return None;
                    };
                    Some(Self::read_table(table, &value.span(), &[], reader))
                }

                fn schema() -> Schema {
                    Self::schema_except(&[])
                }

                fn fill(own: &mut Self, default: &Self) {
                    $(fill::<$type>(&mut own.$field, &default.$field);)+
                }

                fn has_key(name: &str) -> bool {
                    KEYS.iter().any(|key| key.name == name)
                }

                fn each_key(visit: &mut dyn FnMut(&str, Masking)) {
                    $(
                        visit(key_name(stringify!($field)), <$type as ValueType>::MASKING);
                        <$type as ValueType>::each_key(visit);
                    )+
                }
            }
        };
    )+};
}

pub(in crate::config) use tables;

/// The key that a field stands for: `r#type` is the key `type`.
pub(in crate::config) const fn key_name(field: &'static str) -> &'static str {
    match field.as_bytes() {
        [b'r', b'#', ..] => field.split_at("r#".len()).1,
        _ => field,
    }
}

/// The lines of a doc comment as one line.
pub(in crate::config) fn one_line(comment: &str) -> String {
    comment.split_whitespace().collect::<Vec<_>>().join(" ")
}
