//! The file as diagnostics may show it: secrets are masked, and every character
//! keeps its place, so that lines and columns stay right. References such as
//! `${NAME}` stay readable.

use crate::config::toml::diagnostic::Span;
use crate::config::toml::vocabulary::Vocabulary;
use crate::text::suspicion::{is_like_a_key, mask};

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
/// readable only if it is a table's header, or a harmless key with its value. A key
/// that is known is shown, whatever becomes of its value.
pub(in crate::config) fn mask_lines(text: &str, words: &Vocabulary) -> String {
    text.split_inclusive('\n').map(|line| mask_line(line, words)).collect()
}

fn mask_line(line: &str, words: &Vocabulary) -> String {
    let start = line.trim_start();
    if start.starts_with('[') && !line.contains(['=', ':']) && !line.contains(['"', '\'']) {
        return line.to_owned();
    }
    // In YAML, an item of a list begins with a dash.
    let start = start.strip_prefix("- ").unwrap_or(start).trim_start();
    let key_end = start.find(|c: char| !is_key(c)).unwrap_or(start.len());
    let shown = line.len() - start.len() + key_end;
    let key = &start[..key_end];
    let after = start[key_end..].trim_start();
    let Some(sign @ ('=' | ':')) = after.chars().next() else { return mask(line) };
    let value = &after[sign.len_utf8()..];
    // A second pair may hold a secret that the first key does not announce.
    if is_one(value) && (words.is_harmless)(key) || is_harmless_table(value, words) {
        return line.to_owned();
    }
    // A line within an unfinished string may look like anything: a key that is not
    // known is shown only if the line has the form `key = "…"`.
    let is_text = value.trim_start().starts_with(['"', '\'', '{', '[']);
    let is_pair = sign == '=' && is_text && is_like_a_key(key);
    if is_pair || is_word(key, words) {
        let sign = line.len() - value.len();
        return format!("{}{}", &line[..shown], mask_but_sign(&line[shown..], sign - shown));
    }
    mask(line)
}

/// Whether `key` is a key of ours or of a program that people come from.
fn is_word(key: &str, words: &Vocabulary) -> bool {
    (words.is_known)(key)
        || ["File", "Target"].iter().any(|table| (words.foreign)(table, key).is_some())
}

/// `rest` with all masked but what stands before `sign`'s end.
fn mask_but_sign(rest: &str, sign: usize) -> String {
    format!("{}{}", &rest[..sign], mask(&rest[sign..]))
}

/// Whether `value` holds no further pair of key and value.
fn is_one(value: &str) -> bool {
    !value.contains(['{', '=']) && !value.contains(": ")
}

/// Whether `value` is a table on one line in which every key is harmless.
fn is_harmless_table(value: &str, words: &Vocabulary) -> bool {
    let value = value.trim_start();
    let Some(inside) = value.strip_prefix('{').filter(|inside| !inside.contains(['{', ':'])) else {
        return false;
    };
    let mut before: Vec<_> = inside.split('=').collect();
    before.pop();
    let is_harmless = |part: &&str| {
        let key = part.trim_end();
        let start = key.rfind(|c: char| !is_key(c)).map_or(0, |at| at + 1);
        key.is_ascii() && (words.is_harmless)(&key[start..])
    };
    !before.is_empty() && before.iter().all(is_harmless)
}

fn is_key(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_harmless_lines_of_broken_toml_are_shown() {
        let words = Vocabulary {
            is_known: |key| ["timeout", "name", "notify", "key"].contains(&key),
            is_harmless: |key| ["timeout", "name", "notify"].contains(&key),
            is_top: |_| false,
            is_list: |_| false,
            foreign: |_, _| None,
        };
        let lines = [
            ("[notify.slack]", "[notify.slack]"),
            ("timeout = \"10s", "timeout = \"10s"),
            ("webhook_url = \"https://s", "webhook_url = \"*********"),
            ("name = 'a', password = 'b'", "name = '*'* ******** = '*'"),
            ("notify = { slack = 'b'", "notify = * ***** = '*'"),
            ("hunter2", "*******"),
            ("  - name: photos", "  - name: photos"),
            ("name: a, pass: b", "name: ** ***** *"),
            ("key: hunter2", "key: *******"),
            ("key = hunter2", "key = *******"),
            ("secret: hunter2", "******* *******"),
            ("expect = { name = \"\\d\", timeout = 5", "expect = { name = \"\\d\", timeout = 5"),
            ("expect = { name = \"\\d\", key = 5", "expect = * **** = \"**\"* *** = *"),
            ("c2VjcmV0==", "********=="),
            ("Hunter2 = \"x", "******* = \"*"),
        ];
        for (line, shown) in lines {
            assert_eq!(mask_lines(line, &words), shown);
        }
    }
}
