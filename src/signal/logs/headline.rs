//! The one line of an error that says the most.

use super::join::TRACEBACK;
use super::structured::unfold;
use crate::text::first_line;

/// The line of `text` that says the most: the exception's name and words in
/// a traceback, the root cause in a chain of them, the message and the error in
/// a line of JSON, else the first line.
pub(in crate::signal) fn headline(text: &str) -> String {
    unfold(text).map_or_else(|| plain(text), |unfolded| unfolded.headline)
}

/// The same of a text that is no JSON.
pub(super) fn plain(text: &str) -> String {
    let found = python(text).or_else(|| java(text)).or_else(|| rust(text)).or_else(|| node(text));
    let line = without_prefix(found.unwrap_or_else(|| first_line(text)));
    logfmt(line).unwrap_or_else(|| line.to_owned())
}

/// The message and the error of a line of logfmt, as many programs in Go write it:
/// `level=error msg="backup failed" err="no space left on device"`.
fn logfmt(line: &str) -> Option<String> {
    let (mut message, mut error, mut has_level) = (None, None, false);
    for (key, value) in pairs(line) {
        match key {
            "level" | "lvl" | "severity" => has_level = true,
            "msg" | "message" => message = Some(value),
            "err" | "error" => error = Some(value),
            _ => {}
        }
    }
    match (has_level, message?, error) {
        (false, _, _) => None,
        (true, message, None) => Some(message),
        (true, message, Some(error)) => Some(format!("{message}: {error}")),
    }
}

/// The keys and values of a line of logfmt. What stands between them is passed over.
fn pairs(line: &str) -> impl Iterator<Item = (&str, String)> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let (before, after) = rest.split_once('=')?;
        let key = before.rsplit(char::is_whitespace).next().unwrap_or_default();
        let bare = |text: &'_ str| text.find(char::is_whitespace).unwrap_or(text.len());
        let (value, after) = after
            .strip_prefix('"')
            .map_or_else(|| (after[..bare(after)].to_owned(), &after[bare(after)..]), unquoted);
        rest = after;
        Some((key, value))
    })
}

/// Up to the closing quote, and what follows it.
fn unquoted(text: &str) -> (String, &str) {
    let (mut value, mut chars) = (String::new(), text.char_indices());
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (value, &text[at + 1..]),
            '\\' => value.extend(chars.next().map(|(_, escaped)| match escaped {
                'n' | 't' | 'r' => ' ',
                other => other,
            })),
            other => value.push(other),
        }
    }
    (value, "")
}

/// The last line that is not indented after the last traceback; where there
/// is none, the line before: Lambda's runtime writes it there, and indents by
/// no-break spaces.
fn python(text: &str) -> Option<&str> {
    let (before, after) = text.rsplit_once(TRACEBACK)?;
    let is_unindented = |line: &&str| !line.is_empty() && !line.starts_with(char::is_whitespace);
    after.lines().rfind(is_unindented).or_else(|| before.lines().rfind(is_unindented))
}

/// The root of a chain of causes.
fn java(text: &str) -> Option<&str> {
    text.lines().rfind(|line| line.starts_with("Caused by:"))
}

/// Since Rust 1.73 the message stands below the place.
fn rust(text: &str) -> Option<&str> {
    let mut lines = text.lines();
    lines.find(|line| line.contains("panicked at ") && line.ends_with(':'))?;
    lines.next().filter(|line| !line.trim().is_empty())
}

/// Below the code that Node points at.
fn node(text: &str) -> Option<&str> {
    let mut lines = text.lines();
    lines.find(|line| !line.trim().is_empty() && line.trim().bytes().all(|byte| byte == b'^'))?;
    lines.find(|line| !line.trim().is_empty())
}

/// Whether `line` begins as an exception does: `TypeError: x is null`.
pub(super) fn names_error(line: &str) -> bool {
    let line = line.trim_start().trim_start_matches("Caused by: ");
    let name = line.split_once(':').map_or(line.trim_end(), |(name, _)| name);
    let is_name = |c: char| c.is_alphanumeric() || "._$".contains(c);
    !name.is_empty()
        && name.chars().all(is_name)
        && !name.contains("..")
        && name.starts_with(char::is_alphabetic)
        && (line.contains(": ") || name.ends_with("Error"))
}

/// `line` without the time and the request's id that Lambda's runtimes put
/// before it, separated by tabs, and the level.
fn without_prefix(line: &str) -> &str {
    let mut fields = line.splitn(4, '\t');
    let (mut first, mut rest) = (fields.next().unwrap_or_default(), line);
    if first.starts_with('[') && first.ends_with(']') {
        // Python's begins with the level in brackets.
        rest = &line[(first.len() + 1).min(line.len())..];
        first = fields.next().unwrap_or_default();
    }
    let is_time = first.len() >= 20 && first.ends_with('Z') && first.starts_with("20");
    let mut parts = rest.splitn(3, '\t').skip(1);
    let (id, message) = (parts.next(), parts.next());
    match (is_time && id.is_some_and(|id| id.len() == 36), message) {
        (true, Some(message)) => message.split_once('\t').map_or(message, |(_, text)| text).trim(),
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_logfmt_says_its_message_and_its_error() {
        for (line, said) in [
            ("level=error msg=\"disk full\" time=2026-11-30T01:02:03Z", "disk full"),
            ("time=\"10:00\" level=fatal msg=bye", "bye"),
            (
                "ts=1 lvl=eror severity=error message=\"can\\'t \\\"open\\\"\\n\" err=\"no such file\"",
                "can't \"open\" : no such file",
            ),
            ("app[1]: level=error msg=\"not closed", "not closed"),
        ] {
            assert_eq!(headline(line), said, "{line}");
        }
    }

    #[test]
    fn what_is_not_logfmt_is_shown_as_it_is() {
        for line in ["ERROR a=b msg=c", "level=error", "x = 1", "=", "level=error cause=\"x\""] {
            assert_eq!(headline(line), line);
        }
    }
}
