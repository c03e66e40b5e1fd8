//! Where the secrets of addresses stand, in any text: before the `@`, and in the path of a
//! service where whoever knows the path may write.

use std::ops::Range;

/// Beginnings of addresses, without their scheme, whose path is a secret: whoever knows it
/// may write there.
const SECRET_PATHS: [&str; 10] = [
    "hooks.slack.com/",
    "discord.com/api/webhooks/",
    "discordapp.com/api/webhooks/",
    "api.telegram.org/",
    "hc-ping.com/",
    "webhook.office.com/",
    "hooks.zapier.com/",
    "chat.googleapis.com/",
    "api.pushover.net/",
    NTFY,
];

/// Whether `rest`, a URL without its scheme, has a path that is a secret.
pub(super) fn has_secret_path(rest: &str) -> bool {
    let Some((authority, path)) = rest.split_once('/') else { return false };
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    let place = format!("{host}/{path}").to_ascii_lowercase();
    SECRET_PATHS.iter().any(|beginning| {
        let Some(at) = place.find(beginning).filter(|at| *at < host.len()) else { return false };
        let is_host = at == 0 || place[..at].ends_with('.');
        let after = &place[at + beginning.len()..];
        is_host && !after.is_empty() && !(*beginning == NTFY && is_no_topic(after))
    })
}

const NTFY: &str = "ntfy.sh/";

/// Whether it is of ntfy's own: its API, its documents, its page.
fn is_no_topic(path: &str) -> bool {
    ["v1/", "docs/", "app"].iter().any(|own| path.starts_with(own))
}

/// The places, in bytes, of the secrets of all addresses in `text`, in their order.
///
/// ```
/// use prober::text::secret_place::secret_places;
/// let text = "resolver = \"udp://me:hunter2@192.0.2.1\"";
/// let places: Vec<&str> = secret_places(text).into_iter().map(|place| &text[place]).collect();
/// assert_eq!(places, ["me:hunter2"]);
/// ```
#[must_use]
pub fn secret_places(text: &str) -> Vec<Range<usize>> {
    let mut places: Vec<Range<usize>> = Vec::new();
    for (at, sign) in text.match_indices(SIGN) {
        let start = at + sign.len();
        let rest = &text[start..];
        let rest = &rest[..rest.find(is_end).unwrap_or(rest.len())];
        let secrets = [user_information(rest), secret_path(rest)];
        for secret in secrets.into_iter().flatten() {
            let place = start + secret.start..start + secret.end;
            if places.last().is_none_or(|last| last.end <= place.start) {
                places.push(place);
            }
        }
    }
    places
}

/// What stands between an address's scheme and the rest of it.
const SIGN: &str = "://";

fn is_end(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '`' | '<' | '>')
}

/// What stands before the `@` of an address without its scheme.
fn user_information(rest: &str) -> Option<Range<usize>> {
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    let end = match authority.rfind('@') {
        Some(end) => Some(end),
        // A password with a slash in it.
        None if !is_host_and_port(authority) => rest.rfind('@'),
        None => None,
    };
    end.filter(|end| *end > 0).map(|end| 0..end)
}

fn is_host_and_port(authority: &str) -> bool {
    authority.rsplit_once(':').is_none_or(|(before, port)| {
        before.starts_with('[') || port.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// The path of an address without its scheme, if it is a secret.
fn secret_path(rest: &str) -> Option<Range<usize>> {
    let slash = rest.find('/').filter(|_| has_secret_path(rest))?;
    Some(slash + 1..rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secrets_of_addresses_are_found_wherever_they_stand() {
        for (text, expected) in [
            ("schedule = \"https://me:pw@a.example/x\"", &["me:pw"][..]),
            ("https://me:it's@a.example", &["me:it's"]),
            ("udp://me:hun/ter@192.0.2.1", &["me:hun/ter"]),
            ("tls://token@a.example:853 # tcp://me:x@b", &["token", "me:x"]),
            ("`https://hooks.slack.com/services/T/B/x` is no time", &["services/T/B/x"]),
            ("https://me:pw@ntfy.sh/topic", &["me:pw", "topic"]),
            ("https://a.example/?next=https://me:pw@b.example/", &["me:pw"]),
            ("https://medium.com/@somebody", &[]),
            ("https://a.example:8443/@somebody and tcp://[2001:db8::1]:53", &[]),
            ("https://ntfy.sh/v1/health, https://", &[]),
        ] {
            let found: Vec<&str> =
                secret_places(text).into_iter().map(|place| &text[place]).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
