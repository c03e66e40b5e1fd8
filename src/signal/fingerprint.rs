//! What errors of one kind have in common: their headline without its changing parts.

use crate::model::target::digest;

/// A word of this many hexadecimal digits or more, and nothing else, is an id.
const MIN_HEX: usize = 8;

/// The fingerprint of `headline`: the same for errors that differ only in
/// numbers, ids, quoted values and addresses.
pub(super) fn fingerprint(headline: &str) -> String {
    format!("{:016x}", digest(&pattern(headline)))
}

/// `headline` with a mark in place of each part that changes.
fn pattern(headline: &str) -> String {
    let unquoted = without_quoted(headline);
    let words = unquoted.split_whitespace().map(|word| if changes(word) { "#" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

/// `text` without quoted parts. An apostrophe within a word is not a quote.
fn without_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        let is_within = out.ends_with(char::is_alphanumeric);
        let end = if is_within { None } else { closing(c).and_then(|end| after.find(end)) };
        if let Some(end) = end {
            out.push('#');
            rest = &after[end..];
            rest = &rest[rest.chars().next().map_or(0, char::len_utf8)..];
        } else {
            out.push(c);
            rest = after;
        }
    }
    out
}

fn closing(open: char) -> Option<char> {
    match open {
        '"' | '\'' | '`' => Some(open),
        '“' => Some('”'),
        '‘' => Some('’'),
        '«' => Some('»'),
        '「' => Some('」'),
        _ => None,
    }
}

/// Whether `word` changes from error to error: a number or what contains one, an id, or
/// an address of the web, of mail or of a file.
fn changes(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    let is_hex = bare.len() >= MIN_HEX && bare.bytes().all(|byte| byte.is_ascii_hexdigit());
    word.chars().any(char::is_numeric)
        || is_hex
        || word.contains("://")
        || word.contains('@')
        || word.contains('/')
        || word == "#"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn alike(one: &str, other: &str) {
        assert_eq!(fingerprint(one), fingerprint(other), "{} | {}", pattern(one), pattern(other));
    }

    #[test]
    fn what_changes_makes_no_other_kind() {
        alike("KeyError: 'album'", "KeyError: 'photo of \u{ac00}'");
        alike("took 12 ms", "took 1,300 ms");
        alike("no route to 10.0.0.1:443", "no route to [2001:db8::1]:443");
        alike("run 8f5c0000-1111-4222-8333-944455556666 failed", "run deadbeef failed");
        alike("cannot open /srv/a.txt", "cannot open /var/b.txt");
        alike("GET https://example.com/a failed", "GET https://example.org/b failed");
        alike("no user a@example.com", "no user b@example.com");
    }

    #[test]
    fn another_error_is_another_kind() {
        for (one, other) in [
            ("KeyError: 'a'", "ValueError: 'a'"),
            ("database is corrupt", "disk full"),
            ("can't open the album", "can't open the user's album"),
        ] {
            assert_ne!(fingerprint(one), fingerprint(other));
        }
    }
}
