//! The type of a key's value: how it is read, how it is described to editors,
//! how it is merged with `[defaults]`, and how much of it is masked.

use schemars::{Schema, json_schema};
use toml::Spanned;
use toml::de::DeValue;

use crate::config::toml::diagnostic::{Diagnostic, Span};
use crate::config::toml::field::Field;
use crate::config::toml::masking::Masking;
use crate::config::toml::reader::Reader;
use crate::config::toml::text::{Text, has_bare_variable};
use crate::model::detail::LackDetail;
use crate::text::ELLIPSIS;
use crate::text::suspicion::is_harmless;

/// A type that a key's value may have in the file.
///
/// Often that is what the value becomes, as with a `Pattern`. Where one Rust type
/// has several forms in the file, each form is a marker type: a heartbeat's key
/// and a channel's token are both read into a `Secret`.
pub(in crate::config) trait ValueType {
    /// What the value becomes.
    type Value;

    /// How much of the value is masked when the file is shown.
    const MASKING: Masking = Masking::Nothing;

    /// Reads `value`, and reports what is wrong with it.
    fn read(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self::Value>;

    /// The JSON Schema of the values that are allowed.
    fn schema() -> Schema;

    /// Fills `own` from `default`: a table key by key; any other value is kept as it is.
    fn fill(_own: &mut Self::Value, _default: &Self::Value) {}

    /// Whether it is a table with the key `name`.
    fn has_key(_name: &str) -> bool {
        false
    }

    /// Whether it is a list of tables, as in `[[target]]`.
    const IS_LIST: bool = false;

    /// Whether who knows the value may do something. In a table with such a key, what
    /// is wrong in another one may be that secret, and is not quoted.
    const IS_CREDENTIAL: bool = false;

    /// Calls `visit` with every key below this one, and with its masking.
    fn each_key(_visit: &mut dyn FnMut(&str, Masking)) {}
}

/// Takes `default` if `own` is absent, and fills a table from it key by key.
pub(in crate::config) fn fill<T: ValueType>(own: &mut Field<T::Value>, default: &Field<T::Value>)
where
    T::Value: Clone,
{
    match (own.value_mut(), default.value()) {
        (Some(own), Some(default)) => T::fill(own, default),
        (Some(_), None) => {}
        (None, _) => own.or(default),
    }
}

/// Whether `name` is a key of the table `T`, or of one below it.
pub(in crate::config) fn is_known<T: ValueType>(name: &str) -> bool {
    let mut known = false;
    T::each_key(&mut |key, _| known |= key == name);
    known
}

/// Whether `name` is a key of the table `T`, or of one below it, and is masked
/// nowhere.
pub(in crate::config) fn is_never_masked<T: ValueType>(name: &str) -> bool {
    let [mut known, mut masked] = [false, false];
    T::each_key(&mut |key, masking| {
        known |= key == name;
        masked |= key == name && masking != Masking::Nothing;
    });
    known && !masked
}

/// A type whose values are written as a string.
pub(in crate::config) trait TextType {
    /// What the string becomes.
    type Value;

    /// The name of this type, without an article: `duration`.
    const NAME: &'static str;

    /// What is allowed, after "expected".
    const EXPECTED: &'static str;

    /// How much of the string is masked when the file is shown.
    const MASKING: Masking = Masking::Nothing;

    /// As in [`ValueType`].
    const IS_CREDENTIAL: bool = false;

    /// Reads `text`. An error may say what exactly is wrong with it.
    fn from_text(text: &Text) -> Result<Self::Value, Option<String>>;

    /// What may be wrong with it although it can be used, and what to do. It is not shown.
    fn doubt(_text: &Text) -> Option<(&'static str, &'static str)> {
        None
    }

    /// What to write in place of the number `digits` without quotes, if that is plain.
    fn instead_of(_digits: &str) -> Option<String> {
        None
    }

    /// What reading `text` costs in addition to the text itself, in bytes of
    /// memory, or in work that takes as long.
    fn cost(_text: &Text) -> usize {
        0
    }

    /// What the same text was read to before, if it is shared.
    fn known(_text: &Text, _reader: &Reader<'_>) -> Option<Self::Value> {
        None
    }

    /// Keeps what was read, if it is shared by all who write the same.
    fn keep(_text: Text, _cost: usize, _value: &Self::Value, _reader: &mut Reader<'_>) {}

    /// The JSON Schema of the strings that are allowed.
    fn schema() -> Schema;
}

impl<T: TextType> ValueType for T {
    type Value = <T as TextType>::Value;

    const MASKING: Masking = <T as TextType>::MASKING;

    const IS_CREDENTIAL: bool = <T as TextType>::IS_CREDENTIAL;

    fn read(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self::Value> {
        let DeValue::String(raw) = value.get_ref() else {
            if <T as TextType>::MASKING == Masking::All {
                reader.mask_keys(value);
            }
            let digits =
                if let DeValue::Integer(digits) = value.get_ref() { Some(digits) } else { None };
            let instead = digits.and_then(|digits| T::instead_of(digits.as_str()));
            let label = instead.unwrap_or_else(|| format!("expected {}", T::EXPECTED));
            reader.report_type(value, "a text in quotes", label);
            return None;
        };
        let text = match <T as TextType>::MASKING {
            Masking::All => reader.secret(raw, &value.span())?,
            Masking::Nothing | Masking::Credentials => reader.expand(raw, &value.span())?,
        };
        if let Some(known) = T::known(&text, reader) {
            return Some(known);
        }
        let cost = T::cost(&text);
        reader.spend(cost, &value.span())?;
        match T::from_text(&text) {
            Ok(read) => {
                if has_bare_variable(raw) {
                    let diagnostic = Diagnostic::new(value.span(), BARE_TITLE, BARE);
                    reader.report(diagnostic.into_warning());
                }
                if let Some((title, label)) = T::doubt(&text) {
                    reader.masked.push(value.span());
                    reader.report(Diagnostic::new(value.span(), title, label).into_warning());
                }
                T::keep(text, cost, &read, reader);
                Some(read)
            }
            Err(detail) => {
                let detail = detail.filter(|_| !has_bare_variable(raw));
                let bare = has_bare_variable(raw).then(|| BARE.to_owned());
                let detail = detail.or(bare);
                let is_harmless = is_near(detail.as_deref()) || is_harmless(&text.shown);
                let is_hidden = reader.is_guarded && !is_harmless;
                let diagnostic = if is_hidden {
                    reader.masked.push(value.span());
                    hidden::<T>(&text, value.span(), detail)
                } else {
                    invalid::<T>(&text, value.span(), detail)
                };
                match text.variable().filter(|_| <T as TextType>::MASKING == Masking::All) {
                    Some(name) => reader.lack(unfit::<T>(name), diagnostic),
                    None => reader.report(diagnostic),
                }
                None
            }
        }
    }

    fn schema() -> Schema {
        <T as TextType>::schema()
    }
}

/// What is said of a variable without braces.
const BARE_TITLE: &str = "a variable without braces stays as it is written";
const BARE: &str = "write `${NAME}` for the variable, or `$$` if a dollar sign is meant";

/// Whether a value is like one that is allowed, so that it is no secret.
fn is_near(detail: Option<&str>) -> bool {
    detail.is_some_and(|detail| detail.contains("did you mean"))
}

/// What is said of a value that may be a secret in the wrong place.
fn hidden<T: TextType>(text: &Text, span: Span, detail: Option<String>) -> Diagnostic {
    if <T as TextType>::MASKING == Masking::All {
        return invalid::<T>(text, span, detail);
    }
    let quotes = |detail: &String| text.value.split_whitespace().any(|word| detail.contains(word));
    let label = detail.filter(|detail| !text.is_expanded() && !quotes(detail));
    let label = label.unwrap_or_else(|| format!("expected {}", T::EXPECTED));
    Diagnostic::new(span, format!("this is not a valid {}", T::NAME), label)
        .help("the value is not shown: this table holds a secret, which it may be")
}

/// What is said of the variable `name`, which is to be a `T`.
fn unfit<T: TextType>(name: &str) -> LackDetail {
    LackDetail::UnfitVariable { name: name.to_owned(), expected: T::NAME.to_owned() }
}

fn invalid<T: TextType>(text: &Text, span: Span, detail: Option<String>) -> Diagnostic {
    let title = match <T as TextType>::MASKING {
        Masking::Nothing if text.shown.is_empty() => format!("this {} is empty", T::NAME),
        Masking::Nothing => format!("`{}` is not a valid {}", quoted(&text.shown), T::NAME),
        Masking::Credentials | Masking::All => match text.variable() {
            Some(name) => unfit::<T>(name).to_string(),
            None => format!("this is not a valid {}", T::NAME),
        },
    };
    // A detail may quote what came from the environment, which may be a secret. Those of
    // a type that is masked as a whole quote nothing.
    let label = match detail {
        Some(detail) if !text.is_expanded() || <T as TextType>::MASKING == Masking::All => detail,
        Some(_) | None => format!("expected {}", T::EXPECTED),
    };
    let diagnostic = Diagnostic::new(span, title, label);
    if text.is_expanded() {
        diagnostic.help("the value of the variable is not shown, as it may be a secret")
    } else {
        diagnostic
    }
}

/// How many characters of a value a title repeats; the shown line has all of it.
const LONGEST_QUOTE: usize = 50;

/// `text` as a title quotes it.
fn quoted(text: &str) -> String {
    let shown: String = text.chars().take(LONGEST_QUOTE).flat_map(char::escape_debug).collect();
    if text.chars().nth(LONGEST_QUOTE).is_some() { format!("{shown}{ELLIPSIS}") } else { shown }
}

impl ValueType for bool {
    type Value = Self;

    fn read(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        if let DeValue::Boolean(read) = value.get_ref() {
            return Some(*read);
        }
        reader.report_type(value, "true or false", "write it without quotes: true or false");
        None
    }

    fn schema() -> Schema {
        json_schema!({ "type": "boolean" })
    }
}
