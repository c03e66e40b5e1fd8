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
    if let Some(said) = dotnet(text) {
        return said;
    }
    let found = python(text).or_else(|| java(text)).or_else(|| rust(text)).or_else(|| node(text));
    without_prefix(found.unwrap_or_else(|| first_line(text))).to_owned()
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

/// .NET's console has the category on the first line, and below it what is said,
/// and the exception.
fn dotnet(text: &str) -> Option<String> {
    let (level, category) = first_line(text).split_once(": ")?;
    let is_level = ["trce", "dbug", "info", "warn", "fail", "crit"].contains(&level);
    if !is_level || !category.ends_with(']') || category.contains(' ') {
        return None;
    }
    let mut lines = text.lines().skip(1).map(str::trim).filter(|line| !line.is_empty());
    let said = lines.next()?;
    Some(match lines.find(|line| names_error(line) && !said.contains(line)) {
        Some(exception) => format!("{said}: {exception}"),
        None => said.to_owned(),
    })
}

/// Below the code that Node points at, or below what its memory was used for.
fn node(text: &str) -> Option<&str> {
    if let Some(fatal) = text.lines().find(|line| line.starts_with("FATAL ERROR: ")) {
        return Some(fatal);
    }
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
    fn what_is_not_logfmt_is_shown_as_it_is() {
        for line in ["ERROR a=b msg=c", "level=error", "x = 1", "=", "level=error cause=\"x\""] {
            assert_eq!(headline(line), line);
        }
    }

    #[test]
    fn the_line_that_says_the_most_is_not_always_the_first() {
        for (text, expected) in [
            (
                "fail: App.Web[13]\n      no sync\n      System.Exception: boom\n         at A.B()",
                "no sync: System.Exception: boom",
            ),
            ("crit: App[0]\n      disk is full", "disk is full"),
            ("fail: 3 of 5", "fail: 3 of 5"),
            (
                "<--- Last few GCs --->\n[1:0x1] 9 ms\nFATAL ERROR: heap out of memory",
                "FATAL ERROR: heap out of memory",
            ),
        ] {
            assert_eq!(headline(text), expected);
        }
    }
}
