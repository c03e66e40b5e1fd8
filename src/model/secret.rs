//! A string that cannot be printed.
//!
//! Webhook URLs, tokens, passwords and pinging keys are held in a [`Secret`]
//! from the moment the configuration is read. Its `Debug` shows a placeholder
//! and it has no `Display`, so that no log line, error or panic can carry it.

use std::fmt;

use subtle::ConstantTimeEq as _;

/// What stands where a secret would have been printed.
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
    /// Takes `value` out of sight.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself: for the wire, and nowhere else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether `offered` is this secret. How long it takes says nothing of
    /// how much of it was right; it may say whether the length was.
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

/// `text` with every occurrence of the `secrets` replaced: for words that
/// come back from a server, which may echo what it was sent.
///
/// ```
/// use prober::model::secret::{Secret, redact};
/// let token = Secret::new("t0ken-123");
/// assert_eq!(redact("got t0ken-123".into(), [&token]), "got [secret]");
/// ```
#[must_use]
pub fn redact<'a>(text: String, secrets: impl IntoIterator<Item = &'a Secret>) -> String {
    secrets.into_iter().map(Secret::expose).filter(|value| value.len() >= SHORTEST_REDACTED).fold(
        text,
        |text, value| {
            if text.contains(value) { text.replace(value, REDACTED) } else { text }
        },
    )
}
