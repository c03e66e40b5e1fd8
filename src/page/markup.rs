//! Text of others within HTML, SVG and XML.

use crate::message::{MAX_NAME, printable};

/// `text`, so that it is text wherever it stands: between tags, and within
/// the quotes of an attribute.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // XML has no way to write these.
            '\u{fffe}' | '\u{ffff}' => {}
            char => escaped.push(char),
        }
    }
    escaped
}

/// A name, without what cannot be seen, cut and escaped.
pub(super) fn name(text: &str) -> String {
    escape(&printable(text, MAX_NAME))
}
