//! Text of others, fit for Slack: nothing in it can mention, link or overflow.

use crate::message::ELLIPSIS;

/// `text` with Slack's control characters escaped, in at most `limit` units
/// as [`width`] counts them; marked where it is cut, and never cut within a
/// character or an escape.
///
/// <https://docs.slack.dev/messaging/formatting-message-text/#escaping>
pub(super) fn escape(text: &str, limit: usize) -> String {
    let mut escaped = String::with_capacity(text.len().min(limit));
    let mut used = 0;
    // Where to cut, if there turns out to be more than fits.
    let mut cut = 0;
    for char in text.chars() {
        let (piece, units) = match char {
            '&' => (Some("&amp;"), 5),
            '<' => (Some("&lt;"), 4),
            '>' => (Some("&gt;"), 4),
            char => (None, char.len_utf16()),
        };
        if used + units > limit {
            escaped.truncate(cut);
            escaped.push(ELLIPSIS);
            return escaped;
        }
        match piece {
            Some(piece) => escaped.push_str(piece),
            None => escaped.push(char),
        }
        used += units;
        if used < limit {
            cut = escaped.len();
        }
    }
    escaped
}

/// The length of `text` as Slack may count it. Its documentation says
/// "characters"; counted in UTF-16 units, a text is never taken for shorter
/// than it is.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Whether `text` looks the same with markup as without: then it can be bold.
///
/// Slack has no escape for its markup, so what may contain some is not put
/// where markup is read. <https://docs.slack.dev/messaging/formatting-message-text/#basic-formatting>
pub(super) fn is_free_of_markup(text: &str) -> bool {
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        let after = chars.peek().copied().unwrap_or(' ');
        let harmless = match char {
            // Italics begin and end at the edge of a word.
            '_' => before.is_alphanumeric() && after.is_alphanumeric(),
            // The name of an emoji stands between two, without spaces.
            ':' => after == ' ',
            ' ' | '.' | ',' | '-' | '–' | '(' | ')' | '/' | '\'' | '+' | '%' | '&' | '<' | '>'
            | ELLIPSIS => true,
            char => char.is_alphanumeric(),
        };
        if !harmless {
            return false;
        }
        before = char;
    }
    true
}
