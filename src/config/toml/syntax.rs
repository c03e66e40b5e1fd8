//! What is wrong with a text that is not TOML, in words of the person who wrote it.
//! A parser names what it expected; people want to know what they did.

use toml::de::Error;

use crate::config::toml::diagnostic::{Diagnostic, Span};
use crate::config::toml::limits::MOST_DIAGNOSTICS;
use crate::config::toml::vocabulary::Vocabulary;

mod format;
mod signs;

/// What is wrong with `text`: one diagnostic for each line, because what the parser says
/// further of a line, and of a table that is given twice, only follows from the first.
pub(in crate::config) fn diagnostics(
    errors: &[Error],
    text: &str,
    words: &Vocabulary,
) -> Vec<Diagnostic> {
    if let Some(other) = format::other(text) {
        return vec![other];
    }
    let mut places: Vec<_> = errors.iter().map(|error| (place(error, text), error)).collect();
    places.sort_by_key(|(span, _)| span.start);
    let (mut line_end, mut again) = (None, None);
    let (mut found, mut headers) = (Vec::new(), Headers::of(text));
    for (span, error) in places {
        if found.len() > MOST_DIAGNOSTICS {
            break;
        }
        let is_same_line = line_end.is_some_and(|end| span.start <= end);
        let is_double = error.message() == "duplicate key";
        if is_same_line || (is_double && again.is_some() && again == headers.before(span.start)) {
            continue;
        }
        let line = Line::at(&span, text);
        line_end = Some(line.start + line.text.len());
        if is_double && line.text.trim_start().starts_with('[') {
            again = headers.before(span.start);
        }
        found.push(diagnostic(&line, span, error.message(), text, words));
    }
    found
}

fn place(error: &Error, text: &str) -> Span {
    error.span().unwrap_or(text.len()..text.len())
}

/// Where headers of tables begin, for places in the order of the file: to look back
/// from each would be to read the file anew for each.
struct Headers<'t> {
    text: &'t str,
    /// The end of the line up to which it was looked through.
    seen: usize,
    /// The last header before that.
    last: Option<usize>,
}

impl<'t> Headers<'t> {
    fn of(text: &'t str) -> Self {
        Self { text, seen: 0, last: text.starts_with('[').then_some(0) }
    }

    /// The beginning of the last line at or before `place` that is the header of a table.
    fn before(&mut self, place: usize) -> Option<usize> {
        let end = self.text[place..].find('\n').map_or(self.text.len(), |at| place + at);
        if end > self.seen {
            let new = self.text[self.seen..end].rfind("\n[").map(|at| self.seen + at + 1);
            (self.seen, self.last) = (end, new.or(self.last));
        }
        self.last
    }
}

/// A line with a mistake in it.
struct Line<'t> {
    /// Without its line break.
    text: &'t str,
    /// Where it begins in the file.
    start: usize,
    /// Where the mistake is in it.
    at: usize,
}

impl<'t> Line<'t> {
    fn at(span: &Span, text: &'t str) -> Self {
        let place = span.start.min(text.len());
        let start = text[..place].rfind('\n').map_or(0, |at| at + 1);
        let end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let line = text[start..end].trim_end_matches('\r');
        Self { text: line, start, at: (place - start).min(line.len()) }
    }

    /// What stands from the mistake on.
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// The value, which is not in quotes, if it can be no secret.
    fn harmless_value(&self, words: &Vocabulary) -> Option<&'t str> {
        self.known_key(words).filter(|key| (words.is_harmless)(key))?;
        let value = self.text.split_once('=')?.1.trim();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._+-".contains(c);
        (!value.is_empty() && value.chars().all(is_plain)).then_some(value)
    }

    /// The key at its beginning, if it is known and so no secret.
    fn known_key(&self, words: &Vocabulary) -> Option<&'t str> {
        let start = self.text.trim_start();
        let end = start.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-');
        Some(&start[..end?]).filter(|key| (words.is_known)(key))
    }
}

fn diagnostic(
    line: &Line<'_>,
    span: Span,
    message: &str,
    text: &str,
    words: &Vocabulary,
) -> Diagnostic {
    if message == "duplicate key" {
        return double(line, span, text, words);
    }
    let advice = signs::advice_for(line)
        .or_else(|| in_a_text(line, message))
        .or_else(|| of_a_pair(line, message, words))
        .or_else(|| of_a_header(line, message));
    match advice {
        Some((title, label)) => Diagnostic::new(span, title, label),
        None => unexplained(span, message),
    }
}

/// What the parser says, where nothing better is known.
fn unexplained(span: Span, message: &str) -> Diagnostic {
    let (title, label) = message.split_once(", ").unwrap_or((message, "here"));
    Diagnostic::new(span, format!("this is not TOML: {title}"), label)
        .help("every key has the form `name = \"value\"`; see https://toml.io")
}

/// What is wrong, and what would be right.
type Advice = (String, String);

fn advice(title: &str, label: impl Into<String>) -> Advice {
    (title.to_owned(), label.into())
}

/// A table or a key that stands there twice.
fn double(line: &Line<'_>, span: Span, text: &str, words: &Vocabulary) -> Diagnostic {
    let header = line.text.trim();
    let Some(name) = header.strip_prefix('[').and_then(|rest| rest.split(']').next()) else {
        return Diagnostic::new(span, "this is given twice", "already given above: keep one");
    };
    let first = text.lines().position(|other| other.trim() == header);
    let second = text[..line.start].lines().count();
    let first = first.filter(|first| *first < second).map(|first| first + 1);
    if (words.is_list)(name) {
        let title = format!("`[{name}]` is one table, and there are several");
        let first = first.map(|first| format!("; the first is on line {first}"));
        let label = format!("write `[[{name}]]` for each of them{}", first.unwrap_or_default());
        return Diagnostic::new(span, title, label);
    }
    let title = format!("the table `[{name}]` is there twice");
    let first = first.map(|first| format!(", on line {first}"));
    let label = format!("move these keys to the first one{}", first.unwrap_or_default());
    Diagnostic::new(span, title, label)
}

/// A mistake within quotes.
fn in_a_text(line: &Line<'_>, message: &str) -> Option<Advice> {
    if message.contains("escape") || message.contains("unicode") {
        let title = "a backslash has a meaning of its own in double quotes";
        return Some(advice(
            title,
            "write the text in single quotes '…', or every backslash twice",
        ));
    }
    if message.contains("basic string") || message.contains("literal string, expected") {
        if let Some(quote) = line.text.chars().find(|c| signs::is_typographic_quote(*c)) {
            return Some(signs::quotes(quote));
        }
        let is_over = line.rest().is_empty();
        return is_over.then(|| {
            let quote = if message.contains("basic") { '"' } else { '\'' };
            let title = "this text has no end".to_owned();
            (title, format!("close it with {quote} on the same line"))
        });
    }
    None
}

/// A key and its value that do not have the form of a pair.
fn of_a_pair(line: &Line<'_>, message: &str, words: &Vocabulary) -> Option<Advice> {
    let (rest, key) = (line.rest(), line.known_key(words));
    let pair = |value: &str| match key {
        Some(key) => format!("write `{key} = {value}`"),
        None => format!("write `= {value}` behind the key"),
    };
    let is_colon = line.text[..line.at].trim_end().ends_with(':') || rest.starts_with(':');
    let has_key = message.contains("key with no value") || message.contains("unquoted key");
    if has_key && is_colon {
        return Some(advice("a key and its value are joined by `=`, not by `:`", pair("…")));
    }
    if message.contains("key with no value") {
        if rest.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            return Some(advice(
                "a key has no blank in it",
                "write `_` for the blank, or `=` before the value",
            ));
        }
        return Some(advice("this key has no value", pair("…")));
    }
    let is_value =
        ["values must be quoted", "boolean", "number", "digit", "integer", "date", "float"];
    if !is_value.iter().any(|part| message.contains(part)) {
        return None;
    }
    let word = rest.split([',', '#', ']', '}']).next().unwrap_or_default().trim();
    let title = "this value is not in quotes";
    Some(match word.to_ascii_lowercase().as_str() {
        "" => advice("this key has no value", pair("…")),
        "true" | "yes" | "on" => advice("TOML writes yes as `true`", pair("true")),
        "false" | "no" | "off" => advice("TOML writes no as `false`", pair("false")),
        "none" | "null" | "nil" | "~" => {
            advice("TOML has no empty value", "leave the key out, and its default holds")
        }
        _ => advice(title, pair(&format!("\"{}\"", line.harmless_value(words).unwrap_or("…")))),
    })
}

/// `[[target]` and its like.
fn of_a_header(line: &Line<'_>, message: &str) -> Option<Advice> {
    let header = line.text.trim();
    let is_header = header.starts_with('[') && message.contains("table");
    let name = header.trim_matches(['[', ']']).trim();
    let is_name = !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    if !is_header || !is_name {
        return None;
    }
    let right = if header.starts_with("[[") { format!("[[{name}]]") } else { format!("[{name}]") };
    Some(advice("the brackets of this table do not match", format!("write `{right}`")))
}
