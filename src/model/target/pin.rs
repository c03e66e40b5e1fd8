//! Which certificate, or which key, a server must have.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::text::hex;

/// What a pin of a key begins with, as curl writes it:
/// <https://curl.se/docs/manpage.html#--pinnedpubkey>.
pub const KEY_PIN: &str = "sha256//";

/// What a server's certificate must be, whoever issued it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pin {
    /// The SHA-256 of its key, with the key's kind (`SubjectPublicKeyInfo`). It stays the
    /// same if the certificate is renewed for the same key.
    Key([u8; 32]),
    /// The SHA-256 of the whole certificate.
    Certificate([u8; 32]),
}

/// As it is written in the configuration.
///
/// ```
/// use prober::model::target::Pin;
/// let key = Pin::Key([0; 32]).to_string();
/// assert_eq!(key, "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
/// assert_eq!(Pin::Certificate([0xab; 32]).to_string(), "ab".repeat(32));
/// ```
impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(digest) => write!(f, "{KEY_PIN}{}", BASE64.encode(digest)),
            Self::Certificate(digest) => f.write_str(&hex::hex(digest)),
        }
    }
}
