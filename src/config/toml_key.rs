//! One trait for whatever can stand after a key: how it is read, what an
//! editor is told of it, and what of it is hidden from error messages.

use schemars::{Schema, json_schema};
use toml::Spanned;
use toml::de::DeValue;

use crate::config::STORED;
use crate::config::mistake::{Mistake, Span};
use crate::config::reader::Reader;
use crate::config::text::Text;

/// How much of a value an error may show.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Hides {
    /// It is no secret.
    Nothing,
    /// It is a URL whose user name and password are.
    Credentials,
    /// All of it may be secret.
    All,
}

/// A type that values of the file are read as.
pub(super) trait TomlKey: Sized {
    /// How much of it an error may show.
    const HIDES: Hides = Hides::Nothing;

    /// What a table is called in the code: its key in the file, but for capitals.
    const TABLE: &'static str = "";

    /// Reads `value`; what is wrong with it is added to `reader`.
    fn read(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self>;

    /// The JSON Schema of the values that it takes.
    fn schema() -> Schema;

    /// Takes from `defaults` what is not set here: tables by key, anything else as a whole.
    fn fill_from(&mut self, _defaults: &Self) {}

    /// The keys of a table that are set, and where.
    fn keys(&self) -> Vec<(&'static str, Span)> {
        Vec::new()
    }

    /// The keys of a table that are given, even if their values could not be read.
    fn given(&self) -> &[&'static str] {
        &[]
    }

    /// Calls `visit` with every key below this one, and whether it hides its value.
    fn each_key(_visit: &mut dyn FnMut(&str, bool)) {}
}

/// A type that is written as a string.
pub(super) trait FromText: Sized {
    /// What it is, without an article: `duration`.
    const WHAT: &'static str;
    /// What is allowed, after "expected".
    const ALLOWED: &'static str;
    /// How much of it an error may show.
    const HIDES: Hides = Hides::Nothing;

    /// Makes it of `text`; an error may say what in particular is wrong.
    fn from_text(text: &Text) -> Result<Self, Option<String>>;

    /// The JSON Schema of the values that it takes.
    fn schema() -> Schema;
}

impl<T: FromText> TomlKey for T {
    const HIDES: Hides = <T as FromText>::HIDES;

    fn read(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        let DeValue::String(raw) = value.get_ref() else {
            reader.wrong_type(value, "a text in quotes", format!("expected {}", T::ALLOWED));
            return None;
        };
        let is_secret = matches!(<T as FromText>::HIDES, Hides::All);
        let text = if is_secret && raw.starts_with(STORED) {
            reader.stored(raw, &value.span())?
        } else {
            let expanded = reader.expand(raw, &value.span());
            if is_secret && expanded.is_none() {
                reader.suggest_storing();
            }
            expanded?
        };
        match T::from_text(&text) {
            Ok(read) => Some(read),
            Err(detail) => {
                reader.mistakes.push(refusal::<T>(&text, value.span(), detail));
                None
            }
        }
    }

    fn schema() -> Schema {
        <T as FromText>::schema()
    }
}

fn refusal<T: FromText>(text: &Text, span: Span, detail: Option<String>) -> Mistake {
    let title = match <T as FromText>::HIDES {
        Hides::Nothing if text.shown.is_empty() => format!("this {} is empty", T::WHAT),
        Hides::Nothing => format!("`{}` is not a valid {}", one_line(&text.shown), T::WHAT),
        Hides::Credentials | Hides::All => format!("this is not a valid {}", T::WHAT),
    };
    // A detail may quote what came from the environment, which may be a secret.
    let label = match detail {
        Some(detail) if !text.is_expanded() => detail,
        _ => format!("expected {}", T::ALLOWED),
    };
    let mistake = Mistake::new(span, title, label);
    if text.is_expanded() {
        mistake.help("the value of the variable is not shown, as it may be a secret")
    } else {
        mistake
    }
}

/// Most characters of a value that a title repeats; the line shows all of it.
const LONGEST_QUOTE: usize = 50;

/// `text` as a title can hold it.
fn one_line(text: &str) -> String {
    let shown: String = text.chars().take(LONGEST_QUOTE).flat_map(char::escape_debug).collect();
    if text.chars().nth(LONGEST_QUOTE).is_some() { format!("{shown}…") } else { shown }
}

impl TomlKey for bool {
    fn read(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        if let DeValue::Boolean(read) = value.get_ref() {
            return Some(*read);
        }
        reader.wrong_type(value, "true or false", "write it without quotes: true or false");
        None
    }

    fn schema() -> Schema {
        json_schema!({ "type": "boolean" })
    }
}
