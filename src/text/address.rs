//! Addresses as they may be shown: what could be a secret in one is left out.

use std::ops::Range;

use super::secret_place::has_secret_path;
use super::suspicion::{has_suspicious, is_name_of_a_secret, mask_suspicious};
use super::{ELLIPSIS, visible};

/// `address` without its user information, its query and its fragment; without its path, too,
/// if it has no scheme, because then nothing says what each part is, or if the path of that
/// service is a secret.
///
/// ```
/// use prober::text::address::without_secrets;
/// assert_eq!(without_secrets("https://me:pw@h.example/a?token=x"), "https://h.example/a?…");
/// assert_eq!(without_secrets("me:pw@h.example"), "h.example");
/// assert_eq!(without_secrets("hooks.example/services/T/B/x"), "hooks.example/…");
/// assert_eq!(without_secrets("https://hooks.slack.com/services/T/B/x"), "https://hooks.slack.com/…");
/// ```
#[must_use]
pub fn without_secrets(address: &str) -> String {
    let address = address.trim();
    let (scheme, rest) = match address.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), address.trim_start_matches('/')),
    };
    let (shown, is_cut) = match rest.find(['?', '#']) {
        Some(end) => (&rest[..end], true),
        None => (rest, false),
    };
    let (host, path) = shown.find('/').map_or((shown, ""), |slash| shown.split_at(slash));
    let host = visible(host.rsplit('@').next().unwrap_or_default());
    let is_secret = path.len() > 1 && (scheme.is_empty() || has_secret_path(rest));
    let (path, mark) = match (is_secret, is_cut) {
        (true, _) => ("/".to_owned(), ELLIPSIS.to_string()),
        (false, true) if scheme.is_empty() && path == "/" => {
            (path.to_owned(), ELLIPSIS.to_string())
        }
        (false, true) => (mask_suspicious(path), format!("?{ELLIPSIS}")),
        (false, false) => (mask_suspicious(path), String::new()),
    };
    format!("{scheme}{host}{path}{mark}")
}

/// Whether a part of `address` may be a secret.
#[must_use]
pub fn may_hold_secret(address: &str) -> bool {
    without_secrets(address) != address.trim()
}

/// A part of a URL that is a secret, or may be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretPart {
    /// Where it stands, in bytes.
    pub place: Range<usize>,
    /// What it is: `URL` for all of it, `userinfo`, `path`, or the name of a parameter.
    pub what: String,
}

/// The parts of `url` that are a secret, or may be one, in their order.
///
/// ```
/// use prober::text::address::secret_parts;
/// let url = "https://me:pw@h.example/a?b=c&token=x";
/// let parts: Vec<_> = secret_parts(url).into_iter().map(|part| &url[part.place]).collect();
/// assert_eq!(parts, ["me:pw", "x"]);
/// ```
#[must_use]
pub fn secret_parts(url: &str) -> Vec<SecretPart> {
    let Some(start) = url.find("://").map(|at| at + "://".len()) else { return Vec::new() };
    let part = |place: Range<usize>, what: &str| SecretPart { place, what: what.to_owned() };
    if has_secret_path(&url[start..]) {
        return vec![part(0..url.len(), "URL")];
    }
    let find =
        |from: usize, signs: &[char]| url[from..].find(signs).map_or(url.len(), |at| from + at);
    let path = find(start, &['/', '?', '#']);
    let query = find(path, &['?', '#']);
    let fragment = find(query, &['#']);
    let mut parts = Vec::new();
    if let Some(at) = url[start..path].rfind('@').filter(|at| *at > 0) {
        parts.push(part(start..start + at, "userinfo"));
    }
    for place in pieces(url, path..query, '/') {
        if has_suspicious(&url[place.clone()]) {
            parts.push(part(place, "path"));
        }
    }
    for place in pieces(url, (query + 1).min(fragment)..fragment, '&') {
        let Some((name, value)) = url[place.clone()].split_once('=') else { continue };
        if !value.is_empty() && (is_name_of_a_secret(name) || has_suspicious(value)) {
            parts.push(part(place.end - value.len()..place.end, name));
        }
    }
    parts
}

/// The pieces of the part `place` of `url`, between the signs.
fn pieces(url: &str, place: Range<usize>, sign: char) -> Vec<Range<usize>> {
    let mut at = place.start;
    let mut pieces = Vec::new();
    for piece in url[place].split(sign) {
        pieces.push(at..at + piece.len());
        at += piece.len() + sign.len_utf8();
    }
    pieces
}

/// `text` as it may be shown: without the secrets of the addresses in it, and with everything
/// masked that looks like a secret. What is invisible is replaced.
///
/// ```
/// use prober::text::address::discreet;
/// let text = "site (https://me:pw@h.example/a?key=x), me:pw@h.example:25 and me@h.example";
/// let shown = "site (https://h.example/a?…), h.example:25 and me@h.example";
/// assert_eq!(discreet(text), shown);
/// ```
#[must_use]
pub fn discreet(text: &str) -> String {
    text.split_inclusive(char::is_whitespace)
        .map(|part| {
            let word = part.trim_end();
            discreet_word(word) + &mask_suspicious(&part[word.len()..])
        })
        .collect()
}

/// `word`, in which there may be addresses, with signs before, between and behind them.
fn discreet_word(word: &str) -> String {
    let Some(at) = word.rfind("://") else { return discreet_place(word) };
    let is_of_scheme = |c: char| c.is_ascii_alphanumeric() || "+.-".contains(c);
    let begin = word[..at].trim_end_matches(is_of_scheme).len();
    let address = word[begin..].trim_end_matches(|c| CLOSING.contains(c));
    let after = &word[begin + address.len()..];
    discreet_word(&word[..begin]) + &without_secrets(address) + after
}

/// Signs that stand behind an address, and are none of it.
const CLOSING: &str = "\"'`)>]},;.:!";

/// `word`, which has no scheme: an address all the same if it has a password.
fn discreet_place(word: &str) -> String {
    let is_address = word.split_once('@').is_some_and(|(before, _)| before.contains(':'));
    if !is_address && !has_secret_path(word) {
        return mask_suspicious(word);
    }
    let address = word.trim_end_matches(|c| CLOSING.contains(c));
    without_secrets(address) + &word[address.len()..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_parts_of_a_url_are_found() {
        for (url, expected) in [
            ("https://a.example/x?a=1#token=2", &[][..]),
            ("https://me:pw@a.example", &["me:pw"]),
            ("http://token@a.example:8080/?api_key=s3cret&b=2", &["token", "s3cret"]),
            (
                "https://a.example/ping/9f86d081884c7d659a2feaa0c55ad015/start",
                &["9f86d081884c7d659a2feaa0c55ad015"],
            ),
            ("https://a.example/?q=xoxb-1234567890-abc", &["xoxb-1234567890-abc"]),
            ("https://hooks.slack.com/services/T/B/x", &["https://hooks.slack.com/services/T/B/x"]),
            ("https://Discord.com/api/webhooks/1/x", &["https://Discord.com/api/webhooks/1/x"]),
            ("https://ntfy.sh/my-topic", &["https://ntfy.sh/my-topic"]),
            ("https://ntfy.sh/v1/health", &[]),
            ("https://hooks.slack.com/", &[]),
            ("https://a.example/hooks.slack.com/x", &[]),
            ("tcp://a.example:22", &[]),
        ] {
            let parts: Vec<&str> =
                secret_parts(url).into_iter().map(|part| &url[part.place]).collect();
            assert_eq!(parts, expected, "{url}");
        }
    }

    #[test]
    fn what_is_shown_of_a_text_has_no_secret() {
        for (text, expected) in [
            ("nas", "nas"),
            ("photos.example.com/login", "photos.example.com/login"),
            (
                "healthcheck curl -f http://me:pw@localhost/?token=x",
                "healthcheck curl -f http://localhost/?…",
            ),
            ("https://hooks.slack.com/services/T/B/hunter2", "https://hooks.slack.com/…"),
            ("url=https://discord.com/api/webhooks/1/x", "url=https://discord.com/…"),
            ("me:pw@nas.example.com:8080/x", "nas.example.com:8080/…"),
            (
                "'http://[::1]:80/x?token=1', 'https://me:it's@h'.",
                "'http://[::1]:80/x?…', 'https://h'.",
            ),
            ("`https://a`,`https://me:pw@b/(x)`", "`https://a`,`https://b/(x)`"),
            ("https://x/?next=https://me:pw@y/", "https://x/?…https://y/"),
            ("token xoxb-1234567890-abc", "token *******************"),
            ("a\u{202e}b\u{1b}[2J", "a…b?[2J"),
        ] {
            assert_eq!(discreet(text), expected, "{text}");
        }
    }
}
