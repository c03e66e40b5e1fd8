//! Reads the keys of one table, and reports those that it lacks or does not know.

use toml::de::DeTable;

use crate::config::toml::diagnostic::{Diagnostic, Span};
use crate::config::toml::field::{Field, Located};
use crate::config::toml::masking::Masking;
use crate::config::toml::reader::Reader;
use crate::config::toml::suspicion::is_like_a_key;
use crate::config::toml::value_type::ValueType;
use crate::text::nearest::nearest;

/// Whether a table must have a key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::config) enum Presence {
    /// The table is wrong without it.
    Required,
    /// It may be left out.
    Optional,
}

/// A key that a table may have.
pub(in crate::config) struct Key {
    /// Its name in the file.
    pub(in crate::config) name: &'static str,
    /// Whether the table must have it.
    pub(in crate::config) presence: Presence,
}

/// A table while its keys are read.
pub(in crate::config) struct TableReader<'r, 'a, 't, 'i> {
    table: &'t DeTable<'i>,
    except: &'static [&'static str],
    /// The keys that the unknown ones of this table probably should be.
    misspelt: Vec<&'static str>,
    reader: &'r mut Reader<'a>,
}

impl<'r, 'a, 't, 'i> TableReader<'r, 'a, 't, 'i> {
    /// Reports the keys of `table` that are not among `keys`, and those that
    /// are missing, at `span`. `table` may not have the keys in `except`.
    pub(in crate::config) fn new(
        table: &'t DeTable<'i>,
        span: &Span,
        keys: &'static [Key],
        except: &'static [&'static str],
        reader: &'r mut Reader<'a>,
    ) -> Self {
        let mut new = Self { table, except, misspelt: Vec::new(), reader };
        new.report_unknown(keys);
        new.report_missing(keys, span);
        new
    }

    fn report_unknown(&mut self, keys: &'static [Key]) {
        let except = self.except;
        let known = || keys.iter().map(|key| key.name).filter(|name| !except.contains(name));
        for (key, value) in self.table {
            let name = key.get_ref().as_ref();
            if known().any(|known| known == name) {
                continue;
            }
            // The value of a misspelt `password` is still a password.
            self.reader.mask(value, Masking::All);
            if self.reader.diagnostics.is_full() {
                continue;
            }
            let near = nearest(name, known());
            self.misspelt.extend(near);
            let is_shown = near.is_some() || except.contains(&name) || is_like_a_key(name);
            if !is_shown {
                self.reader.masked.push(key.span());
            }
            self.reader.report(if except.contains(&name) {
                let title = format!("`{name}` cannot be a default");
                Diagnostic::new(key.span(), title, "every `[[target]]` has its own")
            } else {
                unknown_key(is_shown.then_some(name), key.span(), near, known())
            });
        }
    }

    /// A misspelt key is not reported as missing too.
    fn report_missing(&self, keys: &'static [Key], span: &Span) {
        let required = keys.iter().filter(|key| key.presence == Presence::Required);
        for name in required.map(|key| key.name) {
            let is_there = self.table.contains_key(name) || self.misspelt.contains(&name);
            if !is_there && !self.except.contains(&name) {
                self.reader.report(Diagnostic::missing_key(name, span.clone()));
            }
        }
    }

    /// Reads the key `name` as a value of type `T`.
    pub(in crate::config) fn field<T: ValueType>(&mut self, name: &'static str) -> Field<T::Value> {
        if self.except.contains(&name) {
            return Field::Absent;
        }
        let Some((key, value)) = self.table.get_key_value(name) else {
            let misspelt = self.misspelt.contains(&name);
            return if misspelt { Field::Broken } else { Field::Absent };
        };
        self.reader.mask(value, T::MASKING);
        match T::read(value, self.reader) {
            Some(read) => {
                Field::Given(Located { key: key.span(), span: value.span(), value: read })
            }
            None => Field::Broken,
        }
    }
}

/// It does not quote a `name` that may be a secret in the place of a key.
fn unknown_key<'k>(
    name: Option<&str>,
    span: Span,
    near: Option<&str>,
    known: impl Iterator<Item = &'k str>,
) -> Diagnostic {
    let title = match name {
        Some(name) => format!("unknown key `{name}`"),
        None => "unknown key, which is not shown: it may be a secret".to_owned(),
    };
    let diagnostic = |label| Diagnostic::new(span, title, label);
    match near {
        Some(near) => diagnostic(format!("did you mean `{near}`?")),
        None => diagnostic("not a key of this table".to_owned())
            .help(format!("known here: {}", known.collect::<Vec<_>>().join(", "))),
    }
}
