//! Lines that belong together. A program writes a traceback at once, and
//! CloudWatch may store each of its lines as an event of its own.

use chrono::TimeDelta;

use super::LogLine;
use crate::text::last_line;

/// A traceback without an indent of its own is joined to the message before
/// it only if it follows this soon: they were written at once.
const AT_ONCE: TimeDelta = TimeDelta::seconds(1);

/// How Python begins a traceback.
pub(super) const TRACEBACK: &str = "Traceback (most recent call last):";

/// How Python leads from one traceback to the next.
const CHAINS: [&str; 2] = [
    "During handling of the above exception, another exception occurred:",
    "The above exception was the direct cause of the following exception:",
];

/// How lines begin that go on with what was said, although they are not
/// indented: of Java, of Rust, of Python, and what Node prints last.
const GOES_ON: [&str; 10] = [
    "Caused by:",
    "Suppressed:",
    "note: run with `RUST_BACKTRACE",
    "note: Some details are omitted",
    "stack backtrace:",
    CHAINS[0],
    CHAINS[1],
    "}",
    "]",
    "Node.js v",
];

/// An error that may go on. What is known of its text is kept beside it, so
/// that a million lines are each looked at once.
struct Open {
    error: LogLine,
    has_traceback: bool,
    has_frames: bool,
}

/// Joins each traceback to one error; all else stays as it is. Blank lines
/// between errors are left out.
#[must_use]
pub fn join(lines: Vec<LogLine>) -> Vec<LogLine> {
    let mut joined: Vec<Open> = Vec::new();
    for line in lines {
        match joined.last_mut() {
            Some(open) if open.continues(&line) => open.push(line),
            _ if line.text.trim().is_empty() => {}
            Some(_) | None => joined.push(Open::begun(line)),
        }
    }
    joined.into_iter().map(|open| open.error).collect()
}

impl Open {
    fn begun(error: LogLine) -> Self {
        // A line of JSON is whole.
        let is_json = error.text.trim_start().starts_with('{');
        let has_traceback = !is_json && error.text.contains(TRACEBACK);
        let has_frames = is_json || has_frames(&error.text) || names_exception(&error.text);
        Self { error, has_traceback, has_frames }
    }

    fn push(&mut self, line: LogLine) {
        let LogLine { at: _, text: line, ids } = line;
        self.error.ids.extend(ids);
        let text = &mut self.error.text;
        text.truncate(text.trim_end_matches('\n').len());
        text.push('\n');
        text.push_str(&line);
        self.has_traceback |= line.contains(TRACEBACK);
        self.has_frames |= has_frames(&line) || names_exception(&line);
    }

    fn continues(&self, line: &LogLine) -> bool {
        let next = line.text.as_str();
        let begins = next.starts_with(TRACEBACK) || names_exception(next);
        let is_whole = self.has_traceback || self.has_frames;
        next.starts_with(char::is_whitespace)
            || GOES_ON.iter().any(|start| next.starts_with(start))
            || self.awaits_more()
            || (begins && !is_whole && line.at - self.error.at <= AT_ONCE)
    }

    /// Whether what was said last cannot be the end.
    fn awaits_more(&self) -> bool {
        let last = last_line(&self.error.text);
        // Lambda's runtime names the exception first, and ends with the frames.
        let in_python = self.has_traceback
            && last.starts_with(char::is_whitespace)
            && !self.error.text.starts_with("[ERROR] ");
        let panicked = last.contains("panicked at ") && last.ends_with(':');
        // Node points at the code, and then says what is wrong with it.
        let pointed = !last.is_empty() && last.trim_matches(['^', '~', ' ', '\t']).is_empty();
        in_python || last == TRACEBACK || panicked || pointed || CHAINS.contains(&last)
    }
}

fn has_frames(text: &str) -> bool {
    text.lines().any(|line| line.starts_with(char::is_whitespace))
}

/// Whether `line` begins with an exception's full name, as Java writes it
/// before its frames: `java.io.IOException: disk full`.
fn names_exception(line: &str) -> bool {
    let name = line.split([':', '\n']).next().unwrap_or_default();
    let is_name = |name: &str| name.chars().all(|c| c.is_alphanumeric() || "._$".contains(c));
    name.contains('.') && (name.ends_with("Exception") || name.ends_with("Error")) && is_name(name)
}
