//! The file as errors may show it: secrets are masked, and nothing moves, so
//! that lines and columns stay true. References like `${NAME}` stay readable.

use crate::config::mistake::Span;
use crate::config::raw;
use crate::config::toml_key::TomlKey as _;

/// `text` with everything in `hidden` masked.
pub(super) fn masked(text: &str, hidden: &[Span]) -> String {
    let mut out = text.to_owned();
    for span in hidden {
        out.replace_range(span.clone(), &mask(&text[span.clone()]));
    }
    out
}

/// `text` that is not TOML, and so does not say where its secrets are: of each
/// line only a table's header, or what follows a harmless key, is shown.
pub(super) fn broken(text: &str) -> String {
    text.split_inclusive('\n').map(broken_line).collect()
}

fn broken_line(line: &str) -> String {
    let start = line.trim_start();
    if start.starts_with('[') && !line.contains('=') && !line.contains(['"', '\'']) {
        return line.to_owned();
    }
    let key_end = start.find(|c: char| !is_key(c)).unwrap_or(start.len());
    let shown = line.len() - start.len() + key_end;
    let key = &start[..key_end];
    // A table within the line, or a second pair, may hold what the first key does not tell.
    let is_alone = !line.contains('{') && line.matches('=').count() == 1;
    if is_alone && is_harmless(key) {
        return line.to_owned();
    }
    // A line of an unfinished text may look like anything; only `key = "…"` shows its key.
    let after = start[key_end..].trim_start();
    let is_pair = after.strip_prefix('=').is_some_and(|value| {
        value.trim_start().starts_with(['"', '\'', '{', '[']) && !key.is_empty()
    });
    if is_pair { format!("{}{}", &line[..shown], mask(&line[shown..])) } else { mask(line) }
}

fn is_key(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

/// Whether `key` is known, and can hold no secret at any place of the file.
fn is_harmless(key: &str) -> bool {
    let [mut known, mut secret] = [false, false];
    raw::File::each_key(&mut |name, hides| {
        known |= name == key;
        secret |= name == key && hides;
    });
    known && !secret
}

/// Every character of a value becomes one of the same width in bytes; quotes,
/// white space, `=` and references to variables stay.
fn mask(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(c) = rest.chars().next() {
        if let Some(reference) = reference(rest) {
            out.push_str(reference);
            rest = &rest[reference.len()..];
            continue;
        }
        out.push(match c {
            '"' | '\'' | ' ' | '\t' | '\r' | '\n' | '=' => c,
            _ => ['*', '·', '…', '\u{1f784}'][c.len_utf8() - 1],
        });
        rest = &rest[c.len_utf8()..];
    }
    out
}

/// The `${NAME}` that `text` begins with, or the `${NAME:-` whose default is masked.
fn reference(text: &str) -> Option<&str> {
    let name = text.strip_prefix("${")?;
    let length = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
    let end = [":-", "}"].into_iter().find(|end| name[length..].starts_with(end))?;
    Some(&text[.."${".len() + length + end.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_value_keeps_its_length_and_its_references() {
        let masked = mask("\"Bearer ${TOKEN} or ${KEY:-pässword}\"");
        assert_eq!(masked, "\"****** ${TOKEN} ** ${KEY:-*·*******\"");
    }

    #[test]
    fn of_broken_toml_only_harmless_lines_are_shown() {
        let lines = [
            ("[notify.slack]", "[notify.slack]"),
            ("timeout = \"10s", "timeout = \"10s"),
            ("webhook_url = \"https://s", "webhook_url = \"*********"),
            ("name = 'a', password = 'b'", "name = '*'* ******** = '*'"),
            ("notify = { slack = 'b'", "notify = * ***** = '*'"),
            ("hunter2", "*******"),
            ("c2VjcmV0==", "********=="),
        ];
        for (line, shown) in lines {
            assert_eq!(broken(line), shown);
        }
    }
}
