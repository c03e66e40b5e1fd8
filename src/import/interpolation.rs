//! Variables in texts of the source, each in its own dialect. They become marks, which no
//! file contains; so what was a dollar sign stays one, whatever is made of the text.

use std::fmt::Write as _;

/// Begins the name of a variable, and its default if it has one. Both marks are private
/// characters of Unicode.
const OPEN: char = '\u{e000}';
/// Ends it.
const CLOSE: char = '\u{e001}';

/// The mark of the variable `name`.
pub(super) fn mark(name: &str) -> String {
    format!("{OPEN}{name}{CLOSE}")
}

fn without_marks(text: &str) -> String {
    text.replace([OPEN, CLOSE], "\u{fffd}")
}

/// Marks what Gatus, Flux and Docker Compose replace: `$NAME`, `${NAME}`, `${NAME:-default}`;
/// `$$` is a dollar sign.
pub(super) fn shell(text: &str) -> String {
    let text = without_marks(text);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(dollar) = rest.find('$') {
        out.push_str(&rest[..dollar]);
        rest = &rest[dollar + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else if let Some((variable, after)) = braced(rest).or_else(|| bare(rest)) {
            out.push_str(&mark(&variable));
            rest = after;
        } else {
            out.push('$');
        }
    }
    out.push_str(rest);
    out
}

/// `{NAME}` and its forms with a default, at the beginning of `text`.
fn braced(text: &str) -> Option<(String, &str)> {
    let (inner, after) = text.strip_prefix('{')?.split_once('}')?;
    let end = inner.find(|c: char| !is_of_name(c)).unwrap_or(inner.len());
    let (name, rest) = inner.split_at(end);
    if !is_name(name) {
        return None;
    }
    let default = [":-", ":=", "-", "="].iter().find_map(|sign| rest.strip_prefix(sign));
    match (default, rest) {
        (Some(default), _) => Some((format!("{name}:-{default}"), after)),
        // `:?` and `?` say what to complain of, and `:+` what to write instead.
        (None, _) if rest.is_empty() || rest.trim_start_matches(':').starts_with('?') => {
            Some((name.to_owned(), after))
        }
        (None, _) => None,
    }
}

/// `NAME` at the beginning of `text`.
fn bare(text: &str) -> Option<(String, &str)> {
    let (name, after) = text.split_at(text.find(|c: char| !is_of_name(c)).unwrap_or(text.len()));
    is_name(name).then(|| (name.to_owned(), after))
}

/// Marks what Caddy replaces: `{$NAME}`, `{$NAME:default}`, `{env.NAME}`.
pub(super) fn caddy(text: &str) -> String {
    let text = without_marks(text);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(brace) = rest.find('{') {
        out.push_str(&rest[..brace]);
        rest = &rest[brace..];
        if let Some((variable, after)) = caddy_variable(rest) {
            out.push_str(&mark(&variable));
            rest = after;
        } else {
            out.push('{');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    out
}

fn caddy_variable(text: &str) -> Option<(String, &str)> {
    let inner = text.strip_prefix("{$").or_else(|| text.strip_prefix("{env."))?;
    let (inner, after) = inner.split_once('}')?;
    let (name, default) = match inner.split_once(':') {
        Some((name, default)) => (name, format!(":-{default}")),
        None => (inner, String::new()),
    };
    is_name(name).then(|| (format!("{name}{default}"), after))
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(is_of_name)
}

/// A part of a text with variables in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// What is no variable; it is not empty.
    Text(&'a str),
    /// A variable, with its default if it has one.
    Variable { name: &'a str, default: Option<&'a str> },
}

/// The pieces of `text`, in their order.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    text.split_inclusive(CLOSE).flat_map(|part| {
        let (before, variable) = part.split_once(OPEN).unwrap_or((part, ""));
        let inner = variable.strip_suffix(CLOSE).filter(|inner| !inner.is_empty());
        let variable = inner.map(|inner| match inner.split_once(":-") {
            Some((name, default)) => Piece::Variable { name, default: Some(default) },
            None => Piece::Variable { name: inner, default: None },
        });
        let before = Some(Piece::Text(before)).filter(|_| !before.is_empty());
        before.into_iter().chain(variable)
    })
}

/// Whether there is a variable in `text`.
pub(super) fn has_variable(text: &str) -> bool {
    text.contains(OPEN)
}

/// The variables in `text` that have no default.
pub(super) fn variables(text: &str) -> impl Iterator<Item = &str> {
    text.split(OPEN)
        .skip(1)
        .filter_map(|rest| rest.split(CLOSE).next())
        .filter(|inner| !inner.contains(":-"))
}

/// `text` as probes.toml has it.
pub(super) fn written(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            OPEN => out.push_str("${"),
            CLOSE => out.push('}'),
            // Alone it is a dollar sign; before one of these it would begin something else.
            '$' if matches!(chars.peek(), Some('{' | '$')) => out.push_str("$$"),
            _ => out.push(c),
        }
    }
    out
}

/// `text` as it may be read: with its variables in braces.
pub(super) fn shown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let _ = match c {
            OPEN => out.write_str("${"),
            CLOSE => out.write_char('}'),
            c => out.write_char(c),
        };
    }
    out
}

/// `text` with the names of its variables in their places: for the name of a target.
pub(super) fn named(text: &str) -> String {
    let mut parts = text.split(OPEN);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (variable, after) = part.split_once(CLOSE).unwrap_or((part, ""));
        out.push_str(variable.split(":-").next().unwrap_or_default());
        out.push_str(after);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_of_a_variable_is_written_as_probes_toml_has_it() {
        for (text, expected) in [
            ("https://${HOST}/$PATH_", "https://${HOST}/${PATH_}"),
            ("${A:-x}${B:=y}${C-z}${D:?must be set}", "${A:-x}${B:-y}${C:-z}${D}"),
            ("pa$$word $5 $.status ^ok$", "pa$word $5 $.status ^ok$"),
            ("$${HOST} ${{ x }}", "$${HOST} $${{ x }}"),
        ] {
            assert_eq!(written(&shell(text)), expected, "{text}");
        }
        assert_eq!(
            written(&caddy("{$A}.{$B:lan} {env.C} {http.x}")),
            "${A}.${B:-lan} ${C} {http.x}"
        );
    }

    #[test]
    fn a_variable_with_a_default_need_not_be_set() {
        assert_eq!(variables(&shell("${A} ${B:-x} $C")).collect::<Vec<_>>(), ["A", "C"]);
    }
}
