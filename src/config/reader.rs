//! Walks parsed TOML, and collects what is wrong with it.

use std::cell::RefCell;
use std::collections::BTreeSet;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::STORED;
use crate::config::mistake::{Mistake, Span};
use crate::config::text::{self, Text, Unexpandable};
use crate::config::toml_key::{Hides, TomlKey};

/// A value, and where it and its key stand.
#[derive(Clone)]
pub(super) struct Located<T> {
    /// Where the key stands; of an item in a list, where the item does.
    pub(super) key: Span,
    /// Where the value stands; of a `[table]`, where its header does.
    pub(super) span: Span,
    /// The value.
    pub(super) value: T,
}

/// Whether a table must hold a key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    /// The table is wrong without it.
    Required,
    /// It may be left out.
    Optional,
}

/// What reading has gathered so far.
pub(super) struct Reader<'a> {
    source: &'a str,
    env: &'a dyn Fn(&str) -> Option<String>,
    /// What is wrong.
    pub(super) mistakes: Vec<Mistake>,
    /// What must not be shown.
    pub(super) hidden: Vec<Span>,
    /// Values of variables that were put in: any of them may be a secret.
    pub(super) values: BTreeSet<String>,
    /// The variable that was missing last.
    unset: Option<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: &'a str, env: &'a dyn Fn(&str) -> Option<String>) -> Self {
        let (mistakes, hidden, values) = (Vec::new(), Vec::new(), BTreeSet::new());
        Self { source, env, mistakes, hidden, values, unset: None }
    }

    /// Adds that `value` is of another type than `what`.
    pub(super) fn wrong_type(
        &mut self,
        value: &Spanned<DeValue<'_>>,
        what: &str,
        label: impl Into<String>,
    ) {
        let title = format!("expected {what}, found {}", type_name(value.get_ref()));
        self.mistakes.push(Mistake::new(value.span(), title, label));
    }

    /// Puts variables into the string `raw`, whose token stands at `span`.
    pub(super) fn expand(&mut self, raw: &str, span: &Span) -> Option<Text> {
        self.unset = None;
        let (env, values) = (self.env, RefCell::new(BTreeSet::new()));
        let noted = |name: &str| {
            let value = env(name)?;
            values.borrow_mut().insert(value.clone());
            Some(value)
        };
        let expanded = text::expand(raw, &noted);
        self.values.append(&mut values.into_inner());
        let error = match expanded {
            Ok(text) => return Some(text),
            Err(error) => error,
        };
        self.mistakes.push(match error {
            Unexpandable::Unset(name, place) => {
                let mistake = Mistake::new(
                    self.place_in(span, &raw[place]),
                    format!("the environment variable `{name}` is not set"),
                    format!("set `{name}`, or write a default: `${{{name}:-…}}`"),
                );
                self.unset = Some(name);
                mistake
            }
            Unexpandable::Malformed(place) => Mistake::new(
                self.place_in(span, &raw[place]),
                "this is not a reference to an environment variable",
                "write `${NAME}` or `${NAME:-default}`; a dollar sign itself is `$$`",
            ),
        });
        None
    }

    /// Adds to the last mistake, of a secret whose variable is not set, where
    /// a function on Lambda has it from, whose variables are few.
    pub(super) fn suggest_storing(&mut self) {
        let (Some(name), Some(mistake)) = (self.unset.take(), self.mistakes.pop()) else { return };
        let key = name.to_lowercase().replace('_', "-");
        let help = format!(
            "on AWS, keep the whole value in SSM, and write where: `\"{STORED}prober/{key}\"`"
        );
        self.mistakes.push(mistake.help(help));
    }

    /// What is stored under `reference`, a secret's whole value at `span`.
    pub(super) fn stored(&mut self, reference: &str, span: &Span) -> Option<Text> {
        let value = (self.env)(reference);
        if value.is_none() {
            let title = format!("there is no `{reference}` here");
            let label = "needs that parameter in AWS SSM, and access to it";
            self.mistakes.push(Mistake::new(span.clone(), title, label));
        }
        Some(Text { value: value?, shown: reference.to_owned() })
    }

    /// Where `part` stands within the token at `span`; all of it if it is escaped there.
    fn place_in(&self, span: &Span, part: &str) -> Span {
        match self.source[span.clone()].find(part) {
            Some(at) => span.start + at..span.start + at + part.len(),
            None => span.clone(),
        }
    }

    /// Hides what must not be shown of `value`, or of anything in it.
    pub(super) fn hide(&mut self, value: &Spanned<DeValue<'_>>, hides: Hides) {
        match (hides, value.get_ref()) {
            (Hides::Nothing, _) => {}
            (_, DeValue::Array(items)) => items.iter().for_each(|item| self.hide(item, hides)),
            // A `[header]`'s span is the header; its values stand elsewhere.
            (_, DeValue::Table(table)) => table.values().for_each(|item| self.hide(item, hides)),
            (Hides::All, _) => self.hidden.push(value.span()),
            (Hides::Credentials, _) => self.hide_credentials(&value.span()),
        }
    }

    /// Hides what stands between `://` and the last `@` of a URL; without an
    /// `@`, which may have been forgotten, what stands in the place of a port.
    /// And its query: keys are handed over there as well.
    fn hide_credentials(&mut self, span: &Span) {
        let token = &self.source[span.clone()];
        self.hidden.extend(token.find('?').map(|query| span.start + query + 1..span.end));
        let scheme = token.find("://").map_or(0, |at| at + "://".len());
        let hidden = match token.rfind('@') {
            Some(end) if scheme <= end => scheme..end,
            Some(end) => 0..end,
            None => match port(&token[scheme..]) {
                Some(port) => scheme + port.start..scheme + port.end,
                None => return,
            },
        };
        self.hidden.push(span.start + hidden.start..span.start + hidden.end);
    }
}

/// Where something that is not a port stands after the host of `authority`.
fn port(authority: &str) -> Option<Span> {
    let host = authority.rfind(']').unwrap_or(0);
    let start = host + authority[host..].find(':')? + 1;
    let port = &authority[start..];
    let end = port.find(['/', '?', '#', '"', '\'']).unwrap_or(port.len());
    let is_port = port[..end].bytes().all(|byte| byte.is_ascii_digit());
    (!is_port).then_some(start..start + port.len())
}

/// The keys of one table, taken one after the other; what is left is unknown.
pub(super) struct Fields<'r, 'a, 't, 'i> {
    reader: &'r mut Reader<'a>,
    table: &'t DeTable<'i>,
    span: Span,
    except: &'static [&'static str],
    known: Vec<&'static str>,
    required: Vec<&'static str>,
}

impl<'r, 'a, 't, 'i> Fields<'r, 'a, 't, 'i> {
    /// `span` is where a missing key is reported; those of `except` are not known here.
    pub(super) fn new(
        table: &'t DeTable<'i>,
        span: Span,
        reader: &'r mut Reader<'a>,
        except: &'static [&'static str],
    ) -> Self {
        // Room for the keys of a target, the largest table: there are many of them.
        let known = Vec::with_capacity(32);
        Self { reader, table, span, except, known, required: Vec::new() }
    }

    pub(super) fn take<T: TomlKey>(
        &mut self,
        name: &'static str,
        presence: Presence,
    ) -> Option<Located<T>> {
        if self.except.contains(&name) {
            return None;
        }
        self.known.push(name);
        if presence == Presence::Required {
            self.required.push(name);
        }
        let (key, value) = self.table.iter().find(|(key, _)| key.get_ref() == name)?;
        self.reader.hide(value, T::HIDES);
        let read = T::read(value, self.reader)?;
        Some(Located { key: key.span(), span: value.span(), value: read })
    }

    /// Reports the keys that were not taken, and those that are missing, and
    /// returns those that are given. A misspelt key is not also a missing one.
    pub(super) fn finish(self) -> Vec<&'static str> {
        let mut given = Vec::new();
        for (key, value) in self.table {
            if let Some(known) = self.known.iter().copied().find(|known| known == key.get_ref()) {
                given.push(known);
                continue;
            }
            let near = nearest(key.get_ref(), self.known.iter().copied());
            // A misspelt `password` is still one.
            self.reader.hide(value, Hides::All);
            self.reader.mistakes.push(self.unknown(key.get_ref(), key.span(), near));
            given.extend(near);
        }
        let missing_keys = self.required.iter().filter(|name| !given.contains(name));
        let missing_keys = missing_keys.map(|name| missing(name, self.span.clone()));
        self.reader.mistakes.extend(missing_keys);
        given
    }

    fn unknown(&self, key: &str, span: Span, near: Option<&str>) -> Mistake {
        if self.except.contains(&key) {
            let title = format!("`{key}` cannot be a default");
            return Mistake::new(span, title, "every `[[target]]` has its own");
        }
        let mistake = |label| Mistake::new(span, format!("unknown key `{key}`"), label);
        let known = format!("known here: {}", self.known.join(", "));
        match near {
            Some(near) => mistake(format!("did you mean `{near}`?")),
            None => mistake("not a key of this table".to_owned()).help(known),
        }
    }
}

/// A required key that is not there.
pub(super) fn missing(name: &str, span: Span) -> Mistake {
    Mistake::new(span, format!("the key `{name}` is missing"), format!("needs `{name} = …`"))
}

/// What of `candidates` is probably meant by `word`.
pub(super) fn nearest<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    let word = word.to_lowercase();
    let closeness = |candidate: &&str| strsim::jaro_winkler(&word, &candidate.to_lowercase());
    candidates
        .into_iter()
        .map(|candidate| (closeness(&candidate), candidate))
        .filter(|(closeness, _)| *closeness > LEAST_CLOSENESS)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// Words less alike than this (of 1) are not proposed.
const LEAST_CLOSENESS: f64 = 0.8;

fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
