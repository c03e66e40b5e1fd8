//! What must be escaped in HTML and XML:
//! <https://html.spec.whatwg.org/multipage/named-characters.html>.

/// What stands for `char` between tags and in an attribute's double quotes, if it cannot stand
/// there itself.
///
/// ```
/// use prober::text::html::escape;
/// assert_eq!(escape('<'), Some("&lt;"));
/// assert_eq!(escape('a'), None);
/// ```
#[must_use]
pub const fn escape(char: char) -> Option<&'static str> {
    match char {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' => Some("&quot;"),
        _ => None,
    }
}

/// `text` between tags or in an attribute's double quotes.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match escape(char) {
            Some(entity) => out.push_str(entity),
            None => out.push(char),
        }
    }
    out
}
