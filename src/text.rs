//! Text: what may be shown of others' texts (nothing that moves a cursor, breaks a line
//! or reverses its direction) and of addresses (no secret), what looks like a secret, errors
//! with their causes, the probable meaning of a misspelt name, durations and sizes as people
//! write and read them, hexadecimal digits, and files of variables. Pure.

pub mod address;
pub mod duration;
pub mod env_file;
pub mod error_chain;
pub mod hex;
pub mod html;
pub mod nearest;
pub mod numbered;
pub mod secret_place;
pub mod size;
pub mod suspicion;
pub mod variable_name;

/// The mark of a cut.
pub const ELLIPSIS: char = '…';

/// If a line begins within this many characters, the kept part begins there. Otherwise
/// it begins inside a line.
const MAX_RAGGED: usize = 200;

/// `text` on one line of at most `limit` characters, with a mark if it is cut. Any number
/// of blanks and control characters becomes one blank; what is invisible is left out.
///
/// ```
/// use prober::text::one_line;
/// assert_eq!(one_line(" a\t\n b\u{202e}\u{7}c ", 10), "a b c");
/// assert_eq!(one_line("a long line", 7), "a long…");
/// ```
#[must_use]
pub fn one_line(text: &str, limit: usize) -> String {
    let mut line = String::with_capacity(text.len().min(limit.saturating_mul(2)));
    let (mut length, mut is_apart) = (0, false);
    for char in text.chars() {
        if char.is_whitespace() || char.is_control() {
            is_apart = length > 0;
        } else if !is_unseen(char) {
            let blank = usize::from(is_apart);
            if length + blank + 1 > limit {
                return cut(line, length, limit);
            }
            line.extend(is_apart.then_some(' '));
            line.push(char);
            length += blank + 1;
            is_apart = false;
        }
    }
    line
}

/// `line`, which has `length` characters, cut to `limit` characters with the mark.
fn cut(mut line: String, length: usize, limit: usize) -> String {
    if length == limit {
        line.pop();
        line.truncate(line.trim_end().len());
    }
    line.push(ELLIPSIS);
    line
}

/// Whether `c` is a control character, is invisible, or reverses the direction of text:
/// <https://www.unicode.org/reports/tr36/>. Joiners are not: families of emoji and some
/// scripts need them.
#[must_use]
pub fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// `text` with each invisible character replaced by a visible one, so that nothing in it
/// can move a terminal's cursor or reverse a line.
#[must_use]
pub fn visible(text: &str) -> String {
    text.chars().map(|c| if is_unseen(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// `text` as lines that end in `\n`, without colours, control characters and marks of
/// direction. Lambda's Python runtime ends lines with only `\r`.
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

/// The end of `text`, in `limit` characters with the mark of the cut: the last lines that
/// a program prints before it dies say the most.
#[must_use]
pub fn tail(text: &str, limit: usize) -> String {
    let text = text.trim_end();
    let length = text.chars().count();
    if length <= limit {
        return text.trim_start_matches('\n').to_owned();
    }
    // The mark and its line break count.
    let skipped = length - limit.saturating_sub(2);
    let start = text.char_indices().nth(skipped).map_or(text.len(), |(start, _)| start);
    let kept = &text[start..];
    let kept = match kept.find('\n') {
        Some(end) if kept[..end].chars().count() < MAX_RAGGED => &kept[end + 1..],
        Some(_) | None => kept,
    };
    format!("{ELLIPSIS}\n{kept}")
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
