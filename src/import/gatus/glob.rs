//! `pat(…)`: Go's `filepath.Match`, as a regular expression of the whole text. Gatus
//! drops slashes on both sides before it compares.

/// The pattern as a regular expression without anchors.
pub(super) fn regex(pattern: &str) -> String {
    let mut out = String::new();
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '*' => out.push_str("(?s:.*)"),
            '?' => out.push_str("(?s:.)"),
            '\\' => out.extend(chars.next().map(|c| escaped(&c.to_string()))),
            '[' => {
                let class: String = chars.by_ref().take_while(|c| *c != ']').collect();
                out.push_str(&format!("[{}]", class.replace('[', r"\[").replace("&&", r"&\&")));
            }
            '/' => out.push_str("/?"),
            c => out.push_str(&escaped(&c.to_string())),
        }
    }
    out
}

/// `text` as a regular expression that matches only it.
pub(super) fn escaped(text: &str) -> String {
    regex::escape(text)
}

/// The text that must occur, if that is all that the pattern says: `*text*`.
pub(super) fn contained(pattern: &str) -> Option<&str> {
    let inner = pattern.strip_prefix('*')?.strip_suffix('*')?;
    (!inner.is_empty() && !inner.contains(['*', '?', '[', '\\'])).then_some(inner)
}

/// Whether the whole of `text` matches `pattern`.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    regex::Regex::new(&format!("^(?:{})$", regex(pattern))).is_ok_and(|regex| regex.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_matches_what_gatus_s_matches() {
        for (pattern, text, expected) in [
            ("2*", "204", true),
            ("20?", "204", true),
            ("20?", "2040", false),
            ("192.168.*.*", "192.168.1.2", true),
            ("*.example", "xexample", false),
            ("[a-c]x", "bx", true),
            ("[^a-c]x", "bx", false),
            (r"\*", "*", true),
            ("a*z", "a\nz", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
        assert_eq!(contained("*</html>*"), Some("</html>"));
        assert_eq!(contained("*a*b*"), None);
    }
}
