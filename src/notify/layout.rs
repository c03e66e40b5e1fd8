//! Makes foreign text fit for a channel: within its limits, and without anything that
//! the channel would take for markup.

use crate::message::{Entry, Line, Message};
use crate::text::ELLIPSIS;

/// How a channel reads text.
pub(super) struct Script {
    /// What replaces a character that it would read as markup; `None` if the
    /// character needs no replacement.
    pub(super) escape: fn(char) -> Option<&'static str>,
    /// How long it counts a text, once it is escaped.
    pub(super) width: fn(&str) -> usize,
}

/// How a channel marks what is more than a sentence.
pub(super) struct LineMarkup {
    /// A sentence, which is escaped already.
    pub(super) text: fn(&str) -> String,
    /// What others wrote, and what stands for a character that would be markup in it.
    pub(super) code: fn(&str) -> String,
    pub(super) code_escape: fn(char) -> Option<&'static str>,
    /// A link by its label, which is escaped already, and its URL, which is not;
    /// nothing where links have another place.
    pub(super) link: fn(&str, &str) -> String,
}

/// Where there is no markup.
pub(super) const NO_MARKUP: LineMarkup = LineMarkup {
    text: str::to_owned,
    code: str::to_owned,
    code_escape: |_| None,
    link: |label, url| format!("{label}: {url}"),
};

/// Several parts of an entry, those that are there.
pub(super) fn stacked(parts: &[String]) -> String {
    let parts: Vec<&str> =
        parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    parts.join("\n")
}

/// Where text is shown as it stands.
pub(super) const PLAIN: Script = Script { escape: |_| None, width: utf16 };

impl Script {
    /// `text`, escaped, in at most `limit` units; marked where it is cut, and
    /// never cut within a character or an escape.
    pub(super) fn write(&self, text: &str, limit: usize) -> String {
        let mut written = String::with_capacity(text.len().min(limit));
        let mut buffer = [0; 4];
        let mark = (self.width)(ELLIPSIS.encode_utf8(&mut buffer));
        let mut used = 0;
        // Where to cut, if the text turns out to be too long.
        let mut cut = 0;
        for char in text.chars() {
            let mut buffer = [0; 4];
            let piece = (self.escape)(char).unwrap_or_else(|| char.encode_utf8(&mut buffer));
            let units = (self.width)(piece);
            if used + units > limit {
                written.truncate(cut);
                written.push(ELLIPSIS);
                return written;
            }
            written.push_str(piece);
            used += units;
            if used + mark <= limit {
                cut = written.len();
            }
        }
        written
    }

    /// The lines of `entry`, a line each, in at most `limit` units: sentences as
    /// they stand, and what others wrote or where it is as `markup` marks it.
    pub(super) fn lines(&self, entry: &Entry, limit: usize, markup: &LineMarkup) -> String {
        let mut left = limit;
        let mut written = Vec::new();
        for line in &entry.lines {
            let code = Self { escape: markup.code_escape, width: self.width };
            let room = |around: &str| left.saturating_sub((self.width)(around) + 1);
            let line = match line {
                Line::Text(text) => (markup.text)(&self.write(text, room(&(markup.text)("")))),
                Line::Code(text) => (markup.code)(&code.write(text, room(&(markup.code)("")))),
                Line::Link { label, url } => {
                    (markup.link)(&self.write(label, room(&(markup.link)("", url))), url)
                }
            };
            if line.is_empty() {
                continue;
            }
            let Some(rest) = left.checked_sub((self.width)(&line) + 1) else { break };
            left = rest;
            written.push(line);
        }
        written.join("\n")
    }

    /// All entries of `message` in at most `room` units: each as `whole` writes it
    /// while there is room, then as `headline` does, then how many more there are.
    pub(super) fn list(
        &self,
        message: &Message,
        room: usize,
        whole: impl Fn(&Entry) -> String,
        headline: impl Fn(&Entry) -> String,
    ) -> String {
        let entries = &message.entries;
        let mut left = room.saturating_sub((self.width)(&message.and_more(entries.len())));
        let line_break = (self.width)("\n");
        let mut lines = Vec::new();
        for entry in entries {
            let fits = |line: &String| (self.width)(line) + line_break <= left;
            let whole = Some(whole(entry)).filter(fits);
            let Some(line) = whole.or_else(|| Some(headline(entry)).filter(fits)) else { break };
            left -= (self.width)(&line) + line_break;
            lines.push(line);
        }
        let more = entries.len() - lines.len();
        lines.extend((more > 0).then(|| message.and_more(more)));
        lines.join("\n")
    }
}

/// The length of `text` as services may count it. Their documentation says
/// "characters"; counted in UTF-16 units, a text is never taken for shorter
/// than it is.
pub(super) fn utf16(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Whether `text` looks the same with markup as without: then it can be bold.
///
/// Slack has no escape for its markup, so what may contain some is not put
/// where markup is read; Telegram makes links of what looks like a name.
/// <https://docs.slack.dev/messaging/formatting-message-text/#basic-formatting>
pub(super) fn is_free_of_markup(text: &str) -> bool {
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        let after = chars.peek().copied().unwrap_or(' ');
        let harmless = match char {
            // Italics begin and end at the edge of a word.
            '_' => before.is_alphanumeric() && after.is_alphanumeric(),
            // The name of an emoji stands between two, without spaces; and an
            // address begins with one.
            ':' => !closes_soon(chars.clone()) && !is_scheme(chars.clone()),
            ' ' | '.' | ',' | '-' | '–' | '(' | ')' | '/' | '\'' | '+' | '%' | '&' | '<' | '>'
            | ELLIPSIS | '、' | '，' | '。' | '：' | '；' | '（' | '）' => true,
            char => char.is_alphanumeric(),
        };
        if !harmless {
            return false;
        }
        before = char;
    }
    true
}

/// Whether another colon comes before the next blank.
fn closes_soon(mut rest: impl Iterator<Item = char>) -> bool {
    rest.find(|char| *char == ':' || char.is_whitespace()) == Some(':')
}

/// Whether a colon that is followed by `rest` ends a scheme, as in `https://`.
fn is_scheme(rest: impl Iterator<Item = char>) -> bool {
    rest.take(2).eq("//".chars())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colon_is_no_markup_where_no_emoji_can_be() {
        for text in [
            "reports:map is down",
            "alarm:nas-cpu-high and sns:home are down",
            "logs:/aws/lambda/photo-sync is down",
            "prober: 2 down",
            "at 21:19",
        ] {
            assert!(is_free_of_markup(text), "{text}");
        }
        for text in [":fire: is down", "a:b:c is down", "alarm:x:", "see https://evil.example"] {
            assert!(!is_free_of_markup(text), "{text}");
        }
    }
}
