//! Collections: lists, lists of tables, tables by name, headers.

use std::collections::{HashMap, HashSet};
use std::marker::PhantomData;

use http::HeaderName;
use schemars::{Schema, json_schema};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::toml::diagnostic::{Diagnostic, Span};
use crate::config::toml::field::Located;
use crate::config::toml::limits::{LONGEST_LIST, MOST_NAMED, MOST_TABLES, OVERHEAD};
use crate::config::toml::masking::Masking;
use crate::config::toml::reader::Reader;
use crate::config::toml::table::Table;
use crate::config::toml::value_type::ValueType;
use crate::config::values::name::check_name;

/// One value, or a list of them.
pub(in crate::config) struct OneOrMany<T>(PhantomData<T>);

impl<T: ValueType> ValueType for OneOrMany<T> {
    type Value = Vec<Located<T::Value>>;

    const MASKING: Masking = T::MASKING;

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "every value of TOML but a list is one item"
    )]
    fn read(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self::Value> {
        let items = match value.get_ref() {
            DeValue::Array(items) => items.iter().collect(),
            _ => vec![value],
        };
        reader.check_length("items", items.len(), LONGEST_LIST, &value.span())?;
        let read = items.iter().map(|item| located::<T>(item, reader));
        // All items are read before a broken one ends this, so that each is reported.
        read.collect::<Vec<_>>().into_iter().collect()
    }

    fn schema() -> Schema {
        json_schema!({ "anyOf": [T::schema(), { "type": "array", "items": T::schema() }] })
    }
}

fn located<T: ValueType>(
    item: &Spanned<DeValue<'_>>,
    reader: &mut Reader<'_>,
) -> Option<Located<T::Value>> {
    let value = T::read(item, reader)?;
    Some(Located { key: item.span(), span: item.span(), value })
}

/// A list of tables, as in `[[target]]`.
pub(in crate::config) struct Tables<T>(PhantomData<T>);

impl<T: Table> ValueType for Tables<T> {
    type Value = Vec<Located<T::Value>>;

    const MASKING: Masking = T::MASKING;

    const IS_LIST: bool = true;

    fn read(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self::Value> {
        let DeValue::Array(items) = value.get_ref() else {
            let label = format!("write `[[{}]]`, with two brackets", heading(T::NAME));
            reader.report_type(value, "a list of tables", label);
            reader.mask(value, Masking::All);
            return None;
        };
        let what = format!("`[[{}]]`", T::NAME.to_lowercase());
        reader.check_length(&what, items.len(), MOST_TABLES, &value.span())?;
        // Room for all at once: otherwise thousands of targets of some kilobytes
        // each would be moved again and again while the list grows.
        let mut tables = Vec::with_capacity(items.len());
        tables.extend(
            items
                .iter()
                .filter_map(|item| reader.owned(&item.span(), |reader| located::<T>(item, reader))),
        );
        Some(tables)
    }

    fn schema() -> Schema {
        json_schema!({ "type": "array", "items": T::schema(), "minItems": 1 })
    }

    fn each_key(visit: &mut dyn FnMut(&str, Masking)) {
        T::each_key(visit);
    }
}

/// The heading of a list of tables by its struct's name: `alarms.rule` of `AlarmsRule`.
fn heading(name: &str) -> String {
    let dotted = |(at, c): (usize, char)| {
        let dot = (at > 0 && c.is_uppercase()).then_some('.');
        dot.into_iter().chain(c.to_lowercase())
    };
    name.char_indices().flat_map(dotted).collect()
}

/// Tables by name, as in `[notify.slack]`, in the order of the file.
pub(in crate::config) struct Named<T>(PhantomData<T>);

impl<T: ValueType> ValueType for Named<T> {
    type Value = Vec<(String, Located<T::Value>)>;

    const MASKING: Masking = T::MASKING;

    fn read(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self::Value> {
        let DeValue::Table(table) = value.get_ref() else {
            reader.report_type(value, "a table", "write `[notify.slack]` with its keys below");
            reader.mask(value, Masking::All);
            return None;
        };
        reader.check_length("tables with names", table.len(), MOST_NAMED, &value.span())?;
        let entries = in_order(table);
        let is_flat = entries.iter().any(|(.., item)| !matches!(item.get_ref(), DeValue::Table(_)));
        if is_flat {
            // `type = "slack"` directly below `[notify]`: the keys may be secrets.
            reader.mask(value, Masking::All);
            let title = "a channel has a name, and a table of its own";
            let label = "write `[notify.slack]`, or another name of yours in place of `slack`";
            reader.report(Diagnostic::new(value.span(), title, label));
            return None;
        }
        let named = entries
            .into_iter()
            .filter_map(|(key, span, item)| {
                if let Err(detail) = check_name(key) {
                    let title = format!("`{key}` is not a name");
                    reader.report(Diagnostic::new(span.clone(), title, detail));
                }
                let value = reader.owned(&item.span(), |reader| T::read(item, reader))?;
                Some((key.to_owned(), Located { key: span, span: item.span(), value }))
            })
            .collect();
        Some(named)
    }

    fn schema() -> Schema {
        json_schema!({ "type": "object", "additionalProperties": T::schema() })
    }

    fn each_key(visit: &mut dyn FnMut(&str, Masking)) {
        T::each_key(visit);
    }
}

/// HTTP headers, in the order of the file.
pub(in crate::config) struct Headers<T>(PhantomData<T>);

impl<T: ValueType> ValueType for Headers<T>
where
    T::Value: Clone,
{
    type Value = Vec<(HeaderName, Located<T::Value>)>;

    const MASKING: Masking = T::MASKING;

    fn read(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self::Value> {
        let DeValue::Table(table) = value.get_ref() else {
            reader.report_type(value, "a table", "write `{ name = \"value\" }`");
            return None;
        };
        reader.check_length("headers", table.len(), LONGEST_LIST, &value.span())?;
        let mut headers: Self::Value = Vec::new();
        let mut places: HashMap<HeaderName, Span> = HashMap::new();
        for (key, span, item) in in_order(table) {
            let Ok(name) = HeaderName::from_bytes(key.as_bytes()) else {
                let title = format!("`{key}` is not the name of a header");
                let label = "expected letters, digits and hyphens, such as `content-type`";
                reader.report(Diagnostic::new(span, title, label));
                continue;
            };
            if let Some(first) = places.get(&name) {
                let title = format!("the header `{name}` is given twice");
                let again = Diagnostic::new(span.clone(), title, "given again here");
                reader.report(again.also(first.clone(), "first given here"));
            }
            places.entry(name.clone()).or_insert_with(|| span.clone());
            reader.spend(name.as_str().len() + OVERHEAD, &span)?;
            if let Some(value) = T::read(item, reader) {
                headers.push((name, Located { key: span, span: item.span(), value }));
            }
        }
        Some(headers)
    }

    fn schema() -> Schema {
        json_schema!({ "type": "object", "additionalProperties": T::schema() })
    }

    fn fill(own: &mut Self::Value, default: &Self::Value) {
        let set: HashSet<HeaderName> = own.iter().map(|(name, _)| name.clone()).collect();
        own.extend(default.iter().filter(|(name, _)| !set.contains(name)).cloned());
    }
}

/// The entries of a table in the order of the file; the parser sorts them by name.
fn in_order<'t, 'i>(table: &'t DeTable<'i>) -> Vec<(&'t str, Span, &'t Spanned<DeValue<'i>>)> {
    let mut entries: Vec<_> =
        table.iter().map(|(key, value)| (key.get_ref().as_ref(), key.span(), value)).collect();
    entries.sort_by_key(|(_, span, _)| span.start);
    entries
}
