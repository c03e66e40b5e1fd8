//! How a secret is masked, and what looks like one, anywhere in a text: a token may
//! have been written in place of a key, in a comment, or as an interval.

use super::secret_place::secret_places;

/// An unbroken part of a text that is this long is not a word.
const LONGEST_WORD: usize = 32;

/// The longest text that may be a key's name.
const LONGEST_KEY: usize = 32;

/// The beginnings of services' tokens: Slack's, GitHub's, AWS's, JSON in base64, ntfy's,
/// GitLab's, Stripe's.
const PREFIXES: [&str; 13] = [
    "xoxb-",
    "xoxp-",
    "xoxa-",
    "xapp-",
    "xwfp-",
    "ghp_",
    "gho_",
    "github_pat_",
    "AKIA",
    "eyJ",
    "tk_",
    "glpat-",
    "sk_live_",
];

/// Whether `key` looks like the name of a key, known or not: a few words in small
/// letters. A password seldom looks like that.
#[must_use]
pub fn is_like_a_key(key: &str) -> bool {
    (1..=LONGEST_KEY).contains(&key.len())
        && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        && !is_suspicious(key)
}

/// Whether `value` is no secret, although a table of secrets has it in the wrong place: it
/// is too short, or is written like a time or the name of a host, right or wrong.
#[must_use]
pub fn is_harmless(value: &str) -> bool {
    value.chars().count() <= SHORTEST_SECRET || is_like_a_time(value) || is_like_a_host(value)
}

/// Most characters of what nobody takes for a secret.
const SHORTEST_SECRET: usize = 4;

/// Whether it is words with dots between them, perhaps with a scheme and a path.
fn is_like_a_host(value: &str) -> bool {
    let rest = value.split_once("://").map_or(value, |(_, rest)| rest);
    let host = rest.split(['/', ':']).next().unwrap_or_default();
    let is_part = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    host.contains('.') && host.split('.').all(is_part)
}

/// Whether `value` is written like a duration, a time or a cron expression.
fn is_like_a_time(value: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "*/,-. :".contains(c);
    let letters = value.chars().filter(char::is_ascii_alphabetic).count();
    let numbers = value.split(|c: char| !c.is_ascii_digit()).map(str::len);
    value.starts_with(|c: char| c.is_ascii_digit() || c == '*')
        && value.chars().all(is_part)
        && letters <= MOST_LETTERS
        && numbers.max().is_none_or(|longest| longest <= LONGEST_NUMBER)
}

/// Most letters of what is written like a time: those of `MON-FRI` and of `minutes`.
const MOST_LETTERS: usize = 7;

/// Most digits of a number in it.
const LONGEST_NUMBER: usize = 6;

/// Replaces each character by one of the same width in bytes. Quotes, white
/// space, `=` and references to variables stay.
#[must_use]
pub fn mask(value: &str) -> String {
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

/// The `${NAME}` at the beginning of `text`, where the name is like a variable's, or the
/// `${NAME:-` of a reference whose default is masked.
fn reference(text: &str) -> Option<&str> {
    let name = text.strip_prefix("${")?;
    let length = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
    let end = [":-", "}"].into_iter().find(|end| name[length..].starts_with(end))?;
    if !is_conventional(&name[..length]) {
        return None;
    }
    Some(&text[.."${".len() + length + end.len()])
}

/// `text` with everything masked that looks like a secret or is one of an address, and each
/// invisible character replaced. All characters keep their places.
#[must_use]
pub fn mask_suspicious(text: &str) -> String {
    let (mut out, mut done) = (String::with_capacity(text.len()), 0);
    for place in secret_places(text) {
        mask_tokens(&text[done..place.start], &mut out);
        out.push_str(&mask(&text[place.clone()]));
        done = place.end;
    }
    mask_tokens(&text[done..], &mut out);
    out
}

/// Adds `text` to `out` with all tokens masked that look like secrets.
fn mask_tokens(text: &str, out: &mut String) {
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c| !is_of_token(c)).unwrap_or(rest.len());
        let (token, after) = rest.split_at(end);
        if is_suspicious(token) {
            out.push_str(&mask(token));
        } else {
            out.push_str(token);
        }
        let end = after.find(is_of_token).unwrap_or(after.len());
        out.extend(after[..end].chars().map(seen));
        rest = &after[end..];
    }
}

/// The same for a sentence about the file, which puts its quotes in backticks.
#[must_use]
pub fn mask_quoted(sentence: &str) -> String {
    each_quoted(sentence, mask_suspicious)
}

/// `sentence` with what it has in backticks, as `shown` says.
pub fn each_quoted(sentence: &str, shown: impl Fn(&str) -> String) -> String {
    let mut parts = sentence.split('`');
    let mut out = parts.next().unwrap_or_default().to_owned();
    let mut is_quoted = true;
    for part in parts {
        out.push('`');
        out += &if is_quoted { shown(part) } else { part.to_owned() };
        is_quoted = !is_quoted;
    }
    out
}

/// Whether something called `name` may be a secret: a header, a parameter or a field.
///
/// ```
/// use prober::text::suspicion::is_name_of_a_secret;
/// assert!(is_name_of_a_secret("X-Api-Key") && is_name_of_a_secret("access_token"));
/// assert!(is_name_of_a_secret("pass") && !is_name_of_a_secret("compass"));
/// assert!(!is_name_of_a_secret("Content-Type"));
/// ```
#[must_use]
pub fn is_name_of_a_secret(name: &str) -> bool {
    let name: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    SECRET_WORDS.iter().any(|word| name.contains(word))
        || name.ends_with("key")
        || SECRET_NAMES.contains(&name.as_str())
}

/// Names of secrets that are too short to be looked for within another name.
const SECRET_NAMES: [&str; 5] = ["pass", "passcode", "pin", "pw", "sig"];

/// Words in the name of what is a secret.
pub const SECRET_WORDS: [&str; 14] = [
    "auth",
    "bearer",
    "cookie",
    "credential",
    "jwt",
    "passphrase",
    "passwd",
    "password",
    "pwd",
    "secret",
    "session",
    "signature",
    "token",
    "apikey",
];

/// Whether `name` is written as the names of variables are, such as `SLACK_WEBHOOK_URL`: a
/// password in its place seldom is.
#[must_use]
pub fn is_conventional(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Whether something in `text` is like a token of a known service.
#[must_use]
pub fn has_token(text: &str) -> bool {
    text.split(|c| !is_of_token(c)).any(is_token)
}

/// Most tokens of services also betray themselves behind other words: `my-xoxb-…`.
fn is_token(token: &str) -> bool {
    PREFIXES.iter().any(|prefix| {
        token.match_indices(prefix).any(|(at, _)| {
            let is_begun = at == 0 || (prefix.len() > 3 && token[..at].ends_with(['-', '_']));
            is_begun && token.len() - at > "xoxb-".len() + 3
        })
    })
}

/// Whether something in `text` looks like a secret.
#[must_use]
pub fn has_suspicious(text: &str) -> bool {
    text.split(|c| !is_of_token(c)).any(is_suspicious)
}

fn is_of_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

/// Replaces an invisible character by a visible one of the same width in bytes.
fn seen(c: char) -> char {
    if crate::text::is_unseen(c) && !matches!(c, '\n' | '\r' | '\t') {
        ['?', '·', '…', '\u{1f784}'][c.len_utf8() - 1]
    } else {
        c
    }
}

/// Whether `token` is long, begins like a token of a known service, or has letters and
/// digits in no order that a person would remember.
fn is_suspicious(token: &str) -> bool {
    let is_random = |part: &str| {
        let changes = changes(part);
        (part.len() >= LONGEST_WORD && changes >= 1)
            || (part.len() >= 12 && changes >= 3)
            || (part.len() >= 8 && changes >= 4)
    };
    is_token(token) || token.split(['-', '_']).any(is_random)
}

/// How often small letters, capitals and digits follow each other. A capital that
/// begins a word is no change.
fn changes(part: &str) -> usize {
    let kind = |byte: u8| match byte {
        b'0'..=b'9' => 0,
        b'A'..=b'Z' => 1,
        _ => 2,
    };
    let pairs = part.as_bytes().windows(2).map(|pair| (kind(pair[0]), kind(pair[1])));
    pairs.filter(|(before, after)| before != after && (*before, *after) != (1, 2)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_value_keeps_its_length_and_its_references() {
        let masked = mask("\"Bearer ${TOKEN} or ${KEY:-pässword} or ${hunter2}\"");
        assert_eq!(masked, "\"****** ${TOKEN} ** ${KEY:-*·******* ** **********\"");
    }

    #[test]
    fn tokens_and_passwords_of_machines_look_like_secrets() {
        for secret in [
            "xoxb-hunter2-hunter",
            "T0aB1cD2eF3gH4iJ5kL6mN7o",
            "mRk05userpassZq7",
            "9f86d081884c7d659a2feaa0c55ad015",
            "eyJhbGciOiJIUzI1NiJ9",
            "tk_abcdefghijklmnop",
            "glpat-AbCdEfGhIjKl",
        ] {
            let shown = mask_suspicious(&format!("a = \"{secret}\" # {secret}"));
            assert_eq!(shown, format!("a = \"{0}\" # {0}", "*".repeat(secret.len())));
        }
    }

    #[test]
    fn times_hosts_and_short_words_are_no_secrets() {
        for harmless in [
            "61x",
            "5 minutes",
            "0 25 * * MON-FRI",
            "*/5 * * *",
            "24:00-7",
            "sms",
            "map.example.com",
            "https://map.example.com:8443/app",
        ] {
            assert!(is_harmless(harmless), "{harmless}");
        }
        for secret in
            ["hunter2", "correct horse", "12345678", "4correcthorse", "1_000", "Tell me.", ".dots."]
        {
            assert!(!is_harmless(secret), "{secret}");
        }
    }

    #[test]
    fn words_names_and_addresses_do_not() {
        for text in [
            "nightly-backup-2024 = \"https://photos.example.com:8443/healthz\"",
            "from = 2026-03-01T04:00:00+09:00",
            "schedule = \"*/5 0-59 * * MON-FRI\" # iPhone12Pro, photos2024",
            "arn:aws:sns:eu-central-1:123456789012:alerts",
        ] {
            assert_eq!(mask_suspicious(text), text);
        }
    }

    #[test]
    fn what_cannot_be_seen_is_replaced_by_what_is_as_wide() {
        let text = "a\u{1b}[2J\u{202e}b\u{85}\tc\n";
        let shown = mask_suspicious(text);
        assert_eq!(shown, "a?[2J…b·\tc\n");
        assert_eq!(shown.len(), text.len());
    }

    #[test]
    fn only_what_a_sentence_quotes_is_masked() {
        let secret = "mRk05userpassZq7";
        let shown = mask_quoted(&format!("`{secret}` is no {secret}; write `x`"));
        assert_eq!(shown, format!("`****************` is no {secret}; write `x`"));
    }
}
