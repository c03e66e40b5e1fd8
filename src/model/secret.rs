//! Strings and URLs that cannot be printed.
//!
//! Tokens, passwords and pinging keys are held in a [`Secret`], and webhooks'
//! URLs in a [`SecretUrl`], from the moment the configuration is read. Their
//! `Debug` shows a placeholder and they have no `Display`, so that no log line,
//! error or panic can carry them.

use std::fmt;

use subtle::ConstantTimeEq as _;
use url::Url;

/// What is printed in place of a secret.
pub const REDACTED: &str = "[secret]";

/// Values shorter than this are not searched for by [`redact`]: they would
/// match by accident, and nobody protects anything with them.
const SHORTEST_REDACTED: usize = 6;

/// A value that must never reach an output.
///
/// ```
/// let secret = prober::model::secret::Secret::new("hunter2");
/// assert_eq!(format!("{secret:?}"), "[secret]");
/// assert_eq!(secret.expose(), "hunter2");
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Secret(String);

impl Secret {
    /// Makes `value` a secret.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself: for the wire, and nowhere else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether `offered` is this secret. The time it takes does not depend on
    /// how much of it was right; it may depend on whether the length was.
    ///
    /// ```
    /// let key = prober::model::secret::Secret::new("k3y");
    /// assert!(key.matches("k3y"));
    /// assert!(!key.matches("k3Y") && !key.matches("k3y0") && !key.matches(""));
    /// ```
    #[must_use]
    pub fn matches(&self, offered: &str) -> bool {
        self.0.as_bytes().ct_eq(offered.as_bytes()).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

/// The URL of a web service, which is a secret as a whole: whoever has a
/// webhook's URL can post to it.
///
/// ```
/// use prober::model::secret::SecretUrl;
/// let url = SecretUrl::parse("https://hooks.example.com/hunter2").unwrap();
/// assert_eq!(format!("{url:?}"), "[secret]");
/// assert_eq!(url.below(&["a/b"]).expose(), "https://hooks.example.com/hunter2/a%2Fb");
/// assert!(SecretUrl::parse("mailto:me@example.com").is_err());
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct SecretUrl(Url);

impl SecretUrl {
    /// Reads `text`.
    ///
    /// # Errors
    ///
    /// It is not a URL with the scheme `http` or `https`.
    pub fn parse(text: &str) -> Result<Self, NotAWebUrl> {
        match Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "https" | "http") => Ok(Self(url)),
            Ok(_) | Err(_) => Err(NotAWebUrl),
        }
    }

    /// The URL as text: for the wire, and nowhere else.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.as_str()
    }

    /// The URL itself: for the wire, and nowhere else.
    #[must_use]
    pub fn expose_url(&self) -> &Url {
        &self.0
    }

    /// The URL with `segments` added to its path.
    #[must_use]
    pub fn below(&self, segments: &[&str]) -> Self {
        let mut url = self.0.clone();
        // URLs of the web always have a path.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        Self(url)
    }

    /// The URL with exactly one `key` in its query, with `value`.
    #[must_use]
    pub fn with_query(&self, key: &str, value: &str) -> Self {
        let mut url = self.0.clone();
        let others: Vec<_> = url.query_pairs().into_owned().filter(|(k, _)| k != key).collect();
        url.query_pairs_mut().clear().extend_pairs(others).append_pair(key, value);
        Self(url)
    }
}

impl fmt::Debug for SecretUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

/// What was read is no URL of a web service. It does not say what it was: that may be a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a URL that begins with https:// or http://")]
pub struct NotAWebUrl;

/// What [`redact`] removes from a text.
pub trait Redactable {
    /// The characters that must not be shown.
    fn characters(&self) -> &str;
}

impl Redactable for Secret {
    fn characters(&self) -> &str {
        self.expose()
    }
}

impl Redactable for SecretUrl {
    fn characters(&self) -> &str {
        self.expose()
    }
}

/// `text` with every occurrence of the `secrets` replaced: for answers of a
/// server, which may repeat what it was sent.
///
/// ```
/// use prober::model::secret::{Secret, redact};
/// let token = Secret::new("t0ken-123");
/// assert_eq!(redact("got t0ken-123".into(), [&token]), "got [secret]");
/// ```
#[must_use]
pub fn redact<'a, S: Redactable + ?Sized + 'a>(
    text: String,
    secrets: impl IntoIterator<Item = &'a S>,
) -> String {
    let values = secrets.into_iter().map(S::characters);
    values.filter(|value| value.len() >= SHORTEST_REDACTED).fold(text, |text, value| {
        if text.contains(value) { text.replace(value, REDACTED) } else { text }
    })
}
