//! What is a secret, or may be one: it becomes a variable.

use crate::import::interpolation::has_variable;
use crate::import::variables::Variables;

/// Words in the name of a header, a parameter or a field that holds a secret.
const WORDS: [&str; 14] = [
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

/// Beginnings of URLs that are a secret as a whole, or in their path.
const SECRET_URLS: [&str; 8] = [
    "hooks.slack.com/",
    "discord.com/api/webhooks/",
    "discordapp.com/api/webhooks/",
    "api.telegram.org/",
    "hc-ping.com/",
    "webhook.office.com/",
    "hooks.zapier.com/",
    "chat.googleapis.com/",
];

/// Whether something called `name` may be a secret.
pub(super) fn is_secret(name: &str) -> bool {
    let name: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    WORDS.iter().any(|word| name.contains(word)) || name.ends_with("key") || name == "sig"
}

/// Whether a text, such as the body of a request, may hold a secret.
pub(super) fn may_hold_secret(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    WORDS.iter().any(|word| text.contains(word)) || text.contains("key\"")
}

/// `url` without the secrets in it: its user name and password, and the values of
/// parameters that are called like secrets. `owner` is whose it is.
pub(super) fn url(variables: &mut Variables, owner: &str, url: &str) -> String {
    let url = url.trim();
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    if SECRET_URLS.iter().any(|secret| rest.contains(secret)) {
        return variables.secret(&format!("{owner} URL"), url);
    }
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let authority = match authority.rsplit_once('@') {
        Some((userinfo, host)) if !userinfo.is_empty() => {
            let userinfo = variables.secret(&format!("{owner} userinfo"), userinfo);
            format!("{userinfo}@{host}")
        }
        _ => authority.to_owned(),
    };
    format!("{scheme}://{authority}{}", path_without_secrets(variables, owner, path))
}

fn path_without_secrets(variables: &mut Variables, owner: &str, path: &str) -> String {
    let Some((before, query)) = path.split_once('?') else { return path.to_owned() };
    let parameters = query.split('&').map(|parameter| match parameter.split_once('=') {
        Some((name, value)) if is_secret(name) && !value.is_empty() && !has_variable(value) => {
            format!("{name}={}", variables.secret(&format!("{owner} {name}"), value))
        }
        _ => parameter.to_owned(),
    });
    format!("{before}?{}", parameters.collect::<Vec<_>>().join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::interpolation::shown;

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
}
