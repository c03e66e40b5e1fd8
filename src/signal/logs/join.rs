//! Lines that belong together. A program writes a traceback at once, and
//! CloudWatch may store each of its lines as an event of its own.

use chrono::TimeDelta;

use super::LogLine;
use crate::signal::text::last_line;

/// A traceback without an indent of its own is joined to the message before
/// it only if it follows this soon: they were written at once.
const AT_ONCE: TimeDelta = TimeDelta::seconds(1);

/// How Python begins a traceback.
pub(super) const TRACEBACK: &str = "Traceback (most recent call last):";

/// How lines begin that go on with what was said, although they are not
/// indented: of Java, of Rust, of Python, and the brackets that close what
/// Node prints.
const GOES_ON: [&str; 9] = [
    "Caused by:",
    "Suppressed:",
    "note: run with `RUST_BACKTRACE",
    "note: Some details are omitted",
    "stack backtrace:",
    "During handling of the above exception",
    "The above exception was the direct cause",
    "}",
    "]",
];

/// Joins each traceback to one line; all else stays as it is. Blank lines
/// between errors are left out.
#[must_use]
pub fn join(lines: Vec<LogLine>) -> Vec<LogLine> {
    let mut joined: Vec<LogLine> = Vec::new();
    for line in lines {
        match joined.last_mut() {
            Some(open) if continues(open, &line) => {
                open.text.truncate(open.text.trim_end_matches('\n').len());
                open.text.push('\n');
                open.text.push_str(&line.text);
            }
            _ if line.text.trim().is_empty() => {}
            Some(_) | None => joined.push(line),
        }
    }
    joined
}

fn continues(open: &LogLine, line: &LogLine) -> bool {
    let next = line.text.as_str();
    let last = last_line(&open.text);
    next.starts_with([' ', '\t'])
        || GOES_ON.iter().any(|start| next.starts_with(start))
        || awaits_more(&open.text, last)
        || (is_traceback(next) && line.at - open.at <= AT_ONCE && !is_whole(&open.text))
}

/// Whether what was said last cannot be the end.
fn awaits_more(text: &str, last: &str) -> bool {
    // Lambda's runtime names the exception first, and ends with the frames.
    let in_python =
        text.contains(TRACEBACK) && last.starts_with([' ', '\t']) && !text.starts_with("[ERROR] ");
    let panicked = last.contains("panicked at ") && last.ends_with(':');
    // Node points at the code, and then says what is wrong with it.
    let pointed = !last.is_empty() && last.trim_matches(['^', '~', ' ', '\t']).is_empty();
    in_python
        || last == TRACEBACK
        || panicked
        || pointed
        || last.ends_with("exception occurred:")
        || last.ends_with("following exception:")
}

/// A traceback of Python, or Java's name of an exception before its frames.
fn is_traceback(line: &str) -> bool {
    let name = line.split([':', '\n']).next().unwrap_or_default();
    let is_name = |name: &str| name.chars().all(|c| c.is_alphanumeric() || "._$".contains(c));
    let is_java = name.contains('.') && (name.ends_with("Exception") || name.ends_with("Error"));
    line.starts_with(TRACEBACK) || (is_java && is_name(name))
}

/// Whether `text` has a traceback of its own already.
fn is_whole(text: &str) -> bool {
    text.contains(TRACEBACK)
        || text.lines().any(|line| line.starts_with([' ', '\t']))
        || is_traceback(text)
}
