//! The file as diagnostics may show it: secrets are masked, and every character
//! keeps its place, so that lines and columns stay right. References such as
//! `${NAME}` stay readable.

use crate::config::toml::diagnostic::Span;
use crate::config::toml::suspicion::{is_like_a_key, mask};

/// How much of a value is masked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::config) enum Masking {
    /// Nothing: the value is no secret.
    Nothing,
    /// The user name and the password of a URL, and its query.
    Credentials,
    /// The whole value.
    All,
}

/// `text` with the places in `spans` masked.
pub(in crate::config) fn mask_spans(text: &str, spans: &[Span]) -> String {
    let mut out = text.to_owned();
    for span in spans {
        out.replace_range(span.clone(), &mask(&text[span.clone()]));
    }
    out
}

/// Masks a text that is not TOML, in which secrets may be anywhere. A line stays
/// readable only if it is a table's header, or a key that `is_harmless` with its
/// value.
pub(in crate::config) fn mask_lines(text: &str, is_harmless: impl Fn(&str) -> bool) -> String {
    text.split_inclusive('\n').map(|line| mask_line(line, &is_harmless)).collect()
}

fn mask_line(line: &str, is_harmless: impl Fn(&str) -> bool) -> String {
    let start = line.trim_start();
    if start.starts_with('[') && !line.contains('=') && !line.contains(['"', '\'']) {
        return line.to_owned();
    }
    let key_end = start.find(|c: char| !is_key(c)).unwrap_or(start.len());
    let shown = line.len() - start.len() + key_end;
    let key = &start[..key_end];
    // An inline table, or a second pair, may hold a secret that the first key does not announce.
    let is_alone = !line.contains('{') && line.matches('=').count() == 1;
    if is_alone && is_harmless(key) {
        return line.to_owned();
    }
    // A line within an unfinished string may look like anything: the key is
    // shown only if the line has the form `key = "…"`.
    let after = start[key_end..].trim_start();
    let is_pair = after.strip_prefix('=').is_some_and(|value| {
        value.trim_start().starts_with(['"', '\'', '{', '[']) && is_like_a_key(key)
    });
    if is_pair { format!("{}{}", &line[..shown], mask(&line[shown..])) } else { mask(line) }
}

fn is_key(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_harmless_lines_of_broken_toml_are_shown() {
        let is_harmless = |key: &str| ["timeout", "name", "notify"].contains(&key);
        let lines = [
            ("[notify.slack]", "[notify.slack]"),
            ("timeout = \"10s", "timeout = \"10s"),
            ("webhook_url = \"https://s", "webhook_url = \"*********"),
            ("name = 'a', password = 'b'", "name = '*'* ******** = '*'"),
            ("notify = { slack = 'b'", "notify = * ***** = '*'"),
            ("hunter2", "*******"),
            ("c2VjcmV0==", "********=="),
            ("Hunter2 = \"x", "******* = \"*"),
        ];
        for (line, shown) in lines {
            assert_eq!(mask_lines(line, is_harmless), shown);
        }
    }
}
