//! Values that hold others: lists, tables by name, lists of tables, headers.

use http::HeaderName;
use schemars::{Schema, json_schema};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::mistake::{Mistake, Span};
use crate::config::name::checked_name;
use crate::config::reader::{Located, Reader};
use crate::config::toml_key::{Hides, TomlKey};

/// One value, or a list of them.
#[derive(Clone)]
pub(super) struct OneOrMany<T>(pub(super) Vec<Located<T>>);

impl<T: TomlKey> TomlKey for OneOrMany<T> {
    const HIDES: Hides = T::HIDES;

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "every value of TOML but a list is one item"
    )]
    fn read(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        let items = match value.get_ref() {
            DeValue::Array(items) => items.iter().collect(),
            _ => vec![value],
        };
        let read = items.iter().map(|item| located(item, reader));
        // All are read before any that failed ends it, so that all mistakes are found.
        read.collect::<Vec<_>>().into_iter().collect::<Option<_>>().map(Self)
    }

    fn schema() -> Schema {
        json_schema!({ "anyOf": [T::schema(), { "type": "array", "items": T::schema() }] })
    }
}

fn located<T: TomlKey>(item: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Located<T>> {
    let value = T::read(item, reader)?;
    Some(Located { key: item.span(), span: item.span(), value })
}

/// A list of tables, as in `[[target]]`.
#[derive(Clone)]
pub(super) struct Tables<T>(pub(super) Vec<Located<T>>);

impl<T: TomlKey> TomlKey for Tables<T> {
    const HIDES: Hides = T::HIDES;

    fn read(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        let DeValue::Array(items) = value.get_ref() else {
            let label = format!("write `[[{}]]`, with two brackets", T::TABLE.to_lowercase());
            reader.wrong_type(value, "a list of tables", label);
            reader.hide(value, Hides::All);
            return None;
        };
        // Room for all at once: thousands of targets, each some kilobytes,
        // would be moved again and again while the list grows.
        let mut tables = Vec::with_capacity(items.len());
        tables.extend(items.iter().filter_map(|item| located(item, reader)));
        Some(Self(tables))
    }

    fn schema() -> Schema {
        json_schema!({ "type": "array", "items": T::schema(), "minItems": 1 })
    }

    fn each_key(visit: &mut dyn FnMut(&str, bool)) {
        T::each_key(visit);
    }
}

/// Tables by name, as in `[notify.slack]`, in the order of the file.
#[derive(Clone)]
pub(super) struct Named<T>(pub(super) Vec<(String, Located<T>)>);

impl<T: TomlKey> TomlKey for Named<T> {
    const HIDES: Hides = T::HIDES;

    fn read(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        let DeValue::Table(table) = value.get_ref() else {
            reader.wrong_type(value, "a table", "write `[notify.slack]` with its keys below");
            reader.hide(value, Hides::All);
            return None;
        };
        let named = in_order(table)
            .into_iter()
            .filter_map(|(key, span, item)| {
                if let Err(detail) = checked_name(key) {
                    let title = format!("`{key}` is not a name");
                    reader.mistakes.push(Mistake::new(span.clone(), title, detail));
                }
                if !matches!(item.get_ref(), DeValue::Table(_)) {
                    // `type = "slack"` right below `[notify]`: its neighbours may be secret.
                    reader.hide(value, Hides::All);
                    let label = "a channel is a table of its own, as in `[notify.slack]`";
                    reader.wrong_type(item, "a table", label);
                    return None;
                }
                let value = T::read(item, reader)?;
                Some((key.to_owned(), Located { key: span, span: item.span(), value }))
            })
            .collect();
        Some(Self(named))
    }

    fn schema() -> Schema {
        json_schema!({ "type": "object", "additionalProperties": T::schema() })
    }

    fn each_key(visit: &mut dyn FnMut(&str, bool)) {
        T::each_key(visit);
    }
}

/// HTTP headers, in the order of the file.
#[derive(Clone)]
pub(super) struct Headers<T>(pub(super) Vec<(HeaderName, Located<T>)>);

impl<T: TomlKey + Clone> TomlKey for Headers<T> {
    const HIDES: Hides = T::HIDES;

    fn read(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        let DeValue::Table(table) = value.get_ref() else {
            reader.wrong_type(value, "a table", "write `{ name = \"value\" }`");
            return None;
        };
        let mut headers: Vec<(HeaderName, Located<T>)> = Vec::new();
        for (key, span, item) in in_order(table) {
            let Ok(name) = HeaderName::from_bytes(key.as_bytes()) else {
                let title = format!("`{key}` is not the name of a header");
                let label = "expected letters, digits and hyphens, such as `content-type`";
                reader.mistakes.push(Mistake::new(span, title, label));
                continue;
            };
            if let Some((_, first)) = headers.iter().find(|(known, _)| *known == name) {
                let title = format!("the header `{name}` is given twice");
                let again = Mistake::new(span.clone(), title, "given again here");
                reader.mistakes.push(again.also(first.key.clone(), "first given here"));
            }
            if let Some(value) = T::read(item, reader) {
                headers.push((name, Located { key: span, span: item.span(), value }));
            }
        }
        Some(Self(headers))
    }

    fn schema() -> Schema {
        json_schema!({ "type": "object", "additionalProperties": T::schema() })
    }

    fn fill_from(&mut self, defaults: &Self) {
        for (name, value) in &defaults.0 {
            if self.0.iter().all(|(own, _)| own != name) {
                self.0.push((name.clone(), value.clone()));
            }
        }
    }
}

/// The entries of a table in the order of the file; TOML's own is the alphabet's.
fn in_order<'t, 'i>(table: &'t DeTable<'i>) -> Vec<(&'t str, Span, &'t Spanned<DeValue<'i>>)> {
    let mut entries: Vec<_> =
        table.iter().map(|(key, value)| (key.get_ref().as_ref(), key.span(), value)).collect();
    entries.sort_by_key(|(_, span, _)| span.start);
    entries
}
