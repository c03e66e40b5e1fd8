//! What may be shown of text that others wrote: nothing of it may move a cursor,
//! break a line or turn a sentence around. Pure.

/// Stands where text was cut.
pub const CUT: char = '…';

/// `text` with every run of blanks and invisible characters made one blank,
/// and cut after `limit` characters.
#[must_use]
pub fn one_line(text: &str, limit: usize) -> String {
    let mut line = String::with_capacity(text.len().min(limit * 2));
    for word in text.split(|c: char| c.is_whitespace() || is_unseen(c)).filter(|w| !w.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(word.chars().take(limit + 1));
        if let Some((end, _)) = line.char_indices().nth(limit) {
            line.truncate(end);
            line.pop();
            line.truncate(line.trim_end().len());
            line.push(CUT);
            break;
        }
    }
    line
}

/// Control characters, and those that are invisible or turn the direction of
/// text around: <https://www.unicode.org/reports/tr36/>. The joiners stay:
/// families of emoji and some scripts are written with them.
#[must_use]
pub fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
