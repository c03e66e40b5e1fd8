//! A server of SSH, and which key it must have.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;

use super::stream::DialogueExpect;

/// A server of SSH, as far as anybody may get without signing in.
#[derive(Debug, Clone)]
pub struct SshProbe {
    /// Host name or address, without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// What must be in the line by which the server says what it is.
    pub banner: Option<DialogueExpect>,
    /// The server must have one of these keys; any, if there is none.
    pub host_keys: Vec<HostKey>,
}

/// What a fingerprint begins with, as OpenSSH writes it.
pub const HOST_KEY: &str = "SHA256:";

/// The SHA-256 of a server's public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostKey(pub [u8; 32]);

/// As `ssh-keygen -l` shows it.
///
/// ```
/// use prober::model::target::HostKey;
/// let shown = HostKey([0; 32]).to_string();
/// assert_eq!(shown, "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
/// ```
impl fmt::Display for HostKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{HOST_KEY}{}", BASE64.encode(self.0))
    }
}
