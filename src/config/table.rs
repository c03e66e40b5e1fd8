//! The macro that makes one declaration of a table into a struct, its reader,
//! its JSON Schema and its merging with defaults.

use crate::config::reader::Located;
use crate::config::toml_key::TomlKey;

/// Declares tables: a struct of optional fields, its reader and its schema.
macro_rules! tables {
    ($(
        #[doc = $title:literal]
        $(#[doc = $more:literal])*
        $name:ident $hides:ident {
            $($(#[doc = $doc:literal])+ $field:ident: $type:ty = $presence:ident,)+
        }
    )+) => {$(
        #[doc = $title]
        #[derive(Clone, Default)]
        pub(in crate::config) struct $name {
            $($(#[doc = $doc])+ pub(in crate::config) $field: Option<Located<$type>>,)+
            /// The keys that are given, even if their values could not be read.
            given: Vec<&'static str>,
        }

        impl $name {
            /// Reads all but `except`; `span` is where a missing key is reported.
            pub(in crate::config) fn read_table(
                table: &DeTable<'_>,
                span: Span,
                reader: &mut Reader<'_>,
                except: &'static [&'static str],
            ) -> Self {
                let mut fields = Fields::new(table, span, reader, except);
                $(let $field = fields.take(table::key_name(stringify!($field)), Presence::$presence);)+
                Self { $($field,)+ given: fields.finish() }
            }

            /// The schema of all keys but `except`.
            fn schema_except(except: &[&str]) -> Schema {
                let mut properties = serde_json::Map::new();
                let mut required: Vec<&str> = Vec::new();
                $(
                    let name = table::key_name(stringify!($field));
                    if !except.contains(&name) {
                        let mut schema = <$type as TomlKey>::schema();
                        let description = concat!($($doc, "\n"),+);
                        schema.insert("description".into(), table::unwrapped(description).into());
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
        }

        impl TomlKey for $name {
            const HIDES: Hides = Hides::$hides;
            const TABLE: &'static str = stringify!($name);

            fn read(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
                let DeValue::Table(table) = value.get_ref() else {
                    let keys = [$(table::key_name(stringify!($field))),+].join(", ");
                    reader.wrong_type(value, "a table", format!("a table has keys; here: {keys}"));
                    return None;
                };
                Some(Self::read_table(table, value.span(), reader, &[]))
            }

            fn schema() -> Schema {
                Self::schema_except(&[])
            }

            fn fill_from(&mut self, defaults: &Self) {
                $(table::fill(&mut self.$field, defaults.$field.as_ref());)+
            }

            fn keys(&self) -> Vec<(&'static str, Span)> {
                let keys = [
                    $((table::key_name(stringify!($field)), self.$field.as_ref().map(|at| at.key.clone())),)+
                ];
                keys.into_iter().filter_map(|(name, key)| Some((name, key?))).collect()
            }

            fn given(&self) -> &[&'static str] {
                &self.given
            }

            fn each_key(visit: &mut dyn FnMut(&str, bool)) {
                $(
                    let hides = <$type as TomlKey>::HIDES != Hides::Nothing;
                    visit(table::key_name(stringify!($field)), hides);
                    <$type as TomlKey>::each_key(visit);
                )+
            }
        }
    )+};
}

pub(super) use tables;

/// Takes `default` where nothing is set, and joins tables key by key.
pub(super) fn fill<T: TomlKey + Clone>(own: &mut Option<Located<T>>, default: Option<&Located<T>>) {
    match (own, default) {
        (Some(own), Some(default)) => own.value.fill_from(&default.value),
        (own @ None, Some(default)) => *own = Some(default.clone()),
        (_, None) => {}
    }
}

/// `r#type` is the key `type`.
pub(super) fn key_name(field: &'static str) -> &'static str {
    field.strip_prefix("r#").unwrap_or(field)
}

/// The lines of a comment as one sentence.
pub(super) fn unwrapped(comment: &str) -> String {
    comment.split_whitespace().collect::<Vec<_>>().join(" ")
}
