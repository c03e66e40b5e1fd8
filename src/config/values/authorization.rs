//! The value of an `authorization` header.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::model::secret::Secret;

/// `Basic …`: a user name, which has no colon, and a password.
pub(in crate::config) fn basic(username: &str, password: &str) -> Secret {
    Secret::new(format!("Basic {}", STANDARD.encode(format!("{username}:{password}"))))
}

/// `Bearer …`: a token.
pub(in crate::config) fn bearer(token: &str) -> Secret {
    Secret::new(format!("Bearer {token}"))
}
