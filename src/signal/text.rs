//! How foreign text of several lines is made fit to be shown: what cannot be
//! seen is taken out, what is too long is cut and marked.

use url::Url;

use crate::text::{CUT, is_unseen};

/// Characters in a detail, at most. CloudWatch's reasons with a few
/// datapoints fit.
pub const MAX_DETAIL: usize = 300;

/// Characters in a [`SignalText`], at most: a section of Slack holds 3,000
/// (<https://docs.slack.dev/reference/block-kit/blocks/section-block>), and
/// needs a few for the fence around it.
pub const MAX_TEXT: usize = 2_800;

/// The beginning of a line is cut too, unless a line begins within this many
/// characters of where the kept part does.
const MAX_RAGGED: usize = 200;

/// More than fits on one line: for a message to show below its story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignalText {
    /// At most [`MAX_TEXT`] characters, of several lines; empty where the
    /// detail says it all. Not escaped for any channel.
    pub text: String,
    /// Where to look further.
    pub link: Option<Url>,
}

impl SignalText {
    /// What `text` says besides `detail`, which is shown above it.
    pub(super) fn beside(detail: &str, text: &str) -> Self {
        let text = if text.trim() == detail { String::new() } else { tail(text, MAX_TEXT) };
        Self { text, link: None }
    }
}

/// `text` as lines that end in `\n`, without colours, control characters and
/// marks of direction. Lambda's Python runtime ends lines with a bare `\r`.
#[must_use]
pub fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c == '\u{1b}' && rest.next_if_eq(&'[').is_some() {
            // ECMA-48: parameters, then one final byte from `@` to `~`.
            let is_final = |c: &char| ('@'..='~').contains(c);
            while rest.next_if(|c| !is_final(c) && *c != '\n').is_some() {}
            rest.next_if(is_final);
        } else if c == '\n' || c == '\t' || !is_unseen(c) {
            out.push(c);
        }
    }
    out
}

/// The end of `text`, in `limit` characters with the mark of the cut: in
/// what programs print before they die, the last lines say the most.
#[must_use]
pub fn tail(text: &str, limit: usize) -> String {
    let text = text.trim_end();
    let length = text.chars().count();
    if length <= limit {
        return text.trim_start_matches('\n').to_owned();
    }
    // The mark and the end of its line count.
    let skipped = length - limit.saturating_sub(2);
    let start = text.char_indices().nth(skipped).map_or(text.len(), |(start, _)| start);
    let kept = &text[start..];
    let kept = match kept.find('\n') {
        Some(end) if kept[..end].chars().count() < MAX_RAGGED => &kept[end + 1..],
        Some(_) | None => kept,
    };
    format!("{CUT}\n{kept}")
}

/// The first line with something on it, or nothing.
#[must_use]
pub fn first_line(text: &str) -> &str {
    text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default()
}

/// The last line with something on it, or nothing.
#[must_use]
pub fn last_line(text: &str) -> &str {
    text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default()
}
