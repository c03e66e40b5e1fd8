//! Reads the keys of one table, and reports those that it lacks or does not know.

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use crate::config::toml::diagnostic::{Diagnostic, Span};
use crate::config::toml::field::{Field, Located};
use crate::config::toml::masking::Masking;
use crate::config::toml::reader::Reader;
use crate::config::toml::value_type::ValueType;
use crate::config::toml::vocabulary::{Foreign, folded};
use crate::text::nearest::{is_slip, nearest};
use crate::text::suspicion::is_like_a_key;

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
    /// Whether it heads a list of tables.
    pub(in crate::config) is_list: bool,
    /// Whether its value is a table with the key of that name.
    pub(in crate::config) holds: fn(&str) -> bool,
    /// Whether the table must have it.
    pub(in crate::config) presence: Presence,
}

/// A table while its keys are read.
pub(in crate::config) struct TableReader<'r, 'a, 't, 'i> {
    table: &'t DeTable<'i>,
    /// What the table is called in the declarations.
    name: &'static str,
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
        name: &'static str,
        keys: &'static [Key],
        except: &'static [&'static str],
        reader: &'r mut Reader<'a>,
    ) -> Self {
        let mut new = Self { table, name, except, misspelt: Vec::new(), reader };
        new.report_unknown(keys);
        new.report_missing(keys, span);
        new
    }

    fn report_unknown(&mut self, keys: &'static [Key]) {
        for (key, value) in self.table {
            let name = key.get_ref().as_ref();
            if self.known(keys).any(|known| known.name == name) {
                continue;
            }
            let is_full = self.reader.diagnostics.is_full();
            if is_full || name.len() > LONGEST_ADVISED {
                // A file may have 200,000 such keys, or one of megabytes.
                self.reader.masked.push(key.span());
                self.reader.mask(value, Masking::All);
                if !is_full {
                    let known = self.known(keys).map(|key| key.name);
                    self.reader.report(unknown_key(None, key.span(), None, known));
                }
                continue;
            }
            let advice = self.advice(name, value.get_ref(), keys);
            self.mask_unknown(name, value, &advice);
            self.misspelt.extend(advice.means);
            let is_excepted = self.except.contains(&name);
            let is_known_elsewhere = (self.reader.vocabulary.is_known)(name);
            let is_known = is_excepted || advice.label.is_some() || is_known_elsewhere;
            let is_shown = is_known || (is_like_a_key(name) && !self.reader.is_guarded);
            if !is_shown {
                self.reader.masked.push(key.span());
            }
            self.reader.report(if is_excepted {
                let title = format!("`{name}` cannot be a default");
                Diagnostic::new(key.span(), title, "every `[[target]]` has its own")
            } else {
                let known = self.known(keys).map(|key| key.name);
                unknown_key(is_shown.then_some(name), key.span(), advice.label, known)
            });
        }
    }

    fn known(&self, keys: &'static [Key]) -> impl Iterator<Item = &'static Key> + use<> {
        let except = self.except;
        keys.iter().filter(move |key| !except.contains(&key.name))
    }

    /// What an unknown key probably should be.
    fn advice(&self, name: &str, value: &DeValue<'_>, keys: &'static [Key]) -> Advice {
        if self.except.contains(&name) {
            return Advice::default();
        }
        let words = &self.reader.vocabulary;
        let names = || self.known(keys).map(|key| key.name);
        let same = || names().find(|known| folded(known) == folded(name));
        if let Some(near) = same().or_else(|| names().find(|known| is_misspelling(name, known))) {
            return Advice::meant(near);
        }
        if let Some(Foreign { means, advice }) = (words.foreign)(self.name, name) {
            return Advice { means, label: Some(advice.to_owned()) };
        }
        if let Some(holder) = self.known(keys).find(|key| (key.holds)(name)) {
            return Advice::below(holder.name, name, self.table.get(holder.name));
        }
        if (words.is_top)(name) {
            return Advice::above(name, value);
        }
        nearest(name, names()).map_or_else(Advice::default, Advice::meant)
    }

    /// The value of a misspelt `password` is still a password. It is shown only if no
    /// table has a secret at that key, or at the one that was meant.
    fn mask_unknown(&mut self, name: &str, value: &Spanned<DeValue<'_>>, advice: &Advice) {
        let words = self.reader.vocabulary;
        let means = advice.means.unwrap_or(name);
        let is_sure = folded(means) == folded(name) || is_misspelling(name, means);
        let is_harmless =
            (is_sure && (words.is_harmless)(means)) || (words.foreign)(self.name, name).is_some();
        let is_shown = is_harmless && is_plain(value.get_ref());
        self.reader.mask(value, if is_shown { Masking::Credentials } else { Masking::All });
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

/// Most bytes of a key that is compared with those that there are.
const LONGEST_ADVISED: usize = 64;

/// What an unknown key probably should be.
#[derive(Default)]
struct Advice {
    /// The key of this table that it stands for.
    means: Option<&'static str>,
    /// What to do, for the place of the key.
    label: Option<String>,
}

impl Advice {
    fn meant(near: &'static str) -> Self {
        Self { means: Some(near), label: Some(format!("did you mean `{near}`?")) }
    }

    /// It belongs into the table `holder`, which may be there already.
    fn below(holder: &str, name: &str, there: Option<&Spanned<DeValue<'_>>>) -> Self {
        let label = match there {
            Some(_) => format!("belongs to the table `{holder}`, which is there too: put it in"),
            None => format!("belongs to the table `{holder}`: write `{holder}.{name} = …`"),
        };
        Self { means: None, label: Some(label) }
    }

    /// It belongs above all tables, or is a table itself.
    fn above(name: &str, value: &DeValue<'_>) -> Self {
        let is_list = |items: &DeArray<'_>| {
            items.iter().any(|item| matches!(item.get_ref(), DeValue::Table(_)))
        };
        let label = match value {
            DeValue::Table(_) => format!("is not part of this table: write `[{name}]`"),
            DeValue::Array(items) if is_list(items) => {
                format!("is not part of this table: write `[[{name}]]`")
            }
            DeValue::Array(_)
            | DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_) => {
                "is a key of the whole file: move it above the first `[table]`".to_owned()
            }
        };
        Self { means: None, label: Some(label) }
    }
}

/// Whether `value` has no keys of its own, which may be those of secrets.
fn is_plain(value: &DeValue<'_>) -> bool {
    match value {
        DeValue::Array(items) => items.iter().all(|item| is_plain(item.get_ref())),
        DeValue::Table(_) => false,
        DeValue::String(_)
        | DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_) => true,
    }
}

/// The least length of a key that is taken for another although a letter differs, when it
/// decides whether a value may be shown: `tok` is near to `to`.
const SHORTEST_TRUSTED: usize = 5;

/// Whether one letter of `known` is wrong, missing or too much in `name`.
fn is_misspelling(name: &str, known: &str) -> bool {
    known.len() >= SHORTEST_TRUSTED && is_slip(name, known)
}

/// It does not quote a `name` that may be a secret in the place of a key.
fn unknown_key<'k>(
    name: Option<&str>,
    span: Span,
    advice: Option<String>,
    known: impl Iterator<Item = &'k str>,
) -> Diagnostic {
    let title = match name {
        Some(name) => format!("unknown key `{name}`"),
        None => "unknown key, which is not shown: it may be a secret".to_owned(),
    };
    let diagnostic = |label| Diagnostic::new(span, title, label);
    match advice {
        Some(advice) => diagnostic(advice),
        None => diagnostic("not a key of this table".to_owned())
            .help(format!("known here: {}", known.collect::<Vec<_>>().join(", "))),
    }
}
