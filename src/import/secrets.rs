//! What is a secret, or may be one: it becomes a variable.

use crate::import::interpolation::shown;
use crate::import::variables::Variables;
use crate::text::address::{discreet, secret_parts};
pub(super) use crate::text::suspicion::is_name_of_a_secret as is_secret;
use crate::text::suspicion::{
    SECRET_WORDS, each_quoted, has_suspicious, is_conventional, is_harmless, is_like_a_key,
};

/// Whether a text, such as the body of a request, may hold a secret.
pub(super) fn may_hold_secret(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    SECRET_WORDS.iter().any(|word| lower.contains(word))
        || lower.contains("key\"")
        || has_suspicious(text)
}

/// Whether `value`, which is called `name`, may be a secret.
pub(super) fn is_secret_entry(name: &str, value: &str) -> bool {
    is_secret(name) || has_suspicious(value)
}

/// `url` with variables in place of the secrets in it. `owner` is whose it is.
pub(super) fn url(variables: &mut Variables, owner: &str, url: &str) -> String {
    let url = url.trim();
    let (mut out, mut done) = (String::with_capacity(url.len()), 0);
    for part in secret_parts(url) {
        out.push_str(&url[done..part.place.start]);
        let hint = format!("{owner} {}", part.what);
        out.push_str(&variables.secret(&hint, &url[part.place.clone()]));
        done = part.place.end;
    }
    out + &url[done..]
}

/// `text` of the source as a name, a comment or a report may have it.
pub(super) fn without(text: &str) -> String {
    discreet(&shown(text))
}

/// What the reader of configurations says, without the values that it quotes: one may be
/// what a variable stands for. Keys, times and hosts stay.
pub(super) fn without_quotes(sentence: &str) -> String {
    each_quoted(sentence, |quoted| {
        if is_a_name(quoted) || is_harmless(quoted) { discreet(quoted) } else { "…".to_owned() }
    })
}

/// Whether it is the name of a key, such as `expect.status`, or of a variable.
fn is_a_name(text: &str) -> bool {
    let is_variable = text.contains('_') && is_conventional(text);
    is_variable || text.split('.').all(is_like_a_key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secrets_of_a_url_become_variables() {
        let mut variables = Variables::default();
        for (text, expected) in [
            ("https://me:pw@a.example/x?a=1", "https://${NAS_USERINFO}@a.example/x?a=1"),
            (
                "https://a.example/?api_key=s3cret&b=2",
                "https://a.example/?api_key=${NAS_API_KEY}&b=2",
            ),
            ("https://hooks.slack.com/services/T/B/x", "${NAS_URL}"),
            ("tcp://a.example:22", "tcp://a.example:22"),
        ] {
            assert_eq!(shown(&url(&mut variables, "nas", text)), expected);
        }
    }

    #[test]
    fn a_secret_is_known_by_its_name() {
        for name in [
            "Authorization",
            "X-Api-Key",
            "Set-Cookie",
            "PRIVATE-TOKEN",
            "key",
            "cf-access-client-secret",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in ["Content-Type", "User-Agent", "Accept", "keyword"] {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn a_value_that_is_quoted_is_not_shown() {
        for (sentence, shown) in [
            ("the key `interval` is missing", "the key `interval` is missing"),
            ("`expect.json` needs `NAS_TOKEN_2`", "`expect.json` needs `NAS_TOKEN_2`"),
            ("`61x` is no duration", "`61x` is no duration"),
            ("`correct horse` is no URL: write `url`", "`…` is no URL: write `url`"),
            (
                "`https://hooks.slack.com/services/T/B/hunter2` is taken",
                "`https://hooks.slack.com/…` is taken",
            ),
            ("an odd ` quote", "an odd `…"),
        ] {
            assert_eq!(without_quotes(sentence), shown);
        }
    }
}
