//! Addresses as they may be shown: what could be a secret in one is left out.

use super::ELLIPSIS;

/// `address` without its user information, its query and its fragment; and without its path,
/// too, if it has no scheme, because then nothing says what each part is.
///
/// ```
/// use prober::text::address::without_secrets;
/// assert_eq!(without_secrets("https://me:pw@h.example/a?token=x"), "https://h.example/a?…");
/// assert_eq!(without_secrets("me:pw@h.example"), "h.example");
/// assert_eq!(without_secrets("hooks.example/services/T/B/x"), "hooks.example/…");
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
    let host = host.rsplit('@').next().unwrap_or_default();
    let (path, is_cut) =
        if scheme.is_empty() && path.len() > 1 { ("/", true) } else { (path, is_cut) };
    let mark = match (is_cut, path) {
        (false, _) => String::new(),
        (true, "/") if scheme.is_empty() => ELLIPSIS.to_string(),
        (true, _) => format!("?{ELLIPSIS}"),
    };
    format!("{scheme}{host}{path}{mark}")
}

/// Whether a part of `address` may be a secret.
#[must_use]
pub fn may_hold_secret(address: &str) -> bool {
    without_secrets(address) != address.trim()
}
