//! Text in lines that fit a terminal, broken between words.

use std::mem;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The width of a terminal that everybody has.
pub(super) const WIDTH: usize = 80;

/// The lines of `text`, none wider than `width`. Only a word that is wider itself is broken.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let (mut lines, mut line) = (Vec::new(), String::new());
    for word in text.split_whitespace().flat_map(|word| pieces(word, width)) {
        let gap = usize::from(!line.is_empty());
        if line.width() + gap + word.width() > width {
            lines.push(mem::take(&mut line));
        }
        line.extend((!line.is_empty()).then_some(' '));
        line += &word;
    }
    lines.push(line);
    lines
}

/// `word` in pieces that are not wider than `width`.
fn pieces(word: &str, width: usize) -> Vec<String> {
    let (mut pieces, mut piece) = (Vec::new(), String::new());
    for char in word.chars() {
        if piece.width() + char.width().unwrap_or(0) > width {
            pieces.push(mem::take(&mut piece));
        }
        piece.push(char);
    }
    pieces.push(piece);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_between_words() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("one", 3), ["one"]);
        assert_eq!(wrapped(" ", 3), [""]);
    }

    #[test]
    fn only_a_word_that_is_too_wide_is_broken() {
        assert_eq!(wrapped("a abcdefgh b", 4), ["a", "abcd", "efgh", "b"]);
        assert_eq!(wrapped("사진사진사", 4), ["사진", "사진", "사"]);
    }
}
