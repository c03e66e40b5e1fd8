//! What is said over a TCP connection, with TLS or without, and in datagrams.

use std::fmt;
use std::sync::Arc;

use super::TlsSettings;
use crate::model::pattern::Pattern;
use crate::model::secret::REDACTED;

/// A TCP connection, and what is said over it.
#[derive(Debug, Clone)]
pub struct TcpProbe {
    /// The URL's scheme.
    pub scheme: &'static str,
    /// Host name or address, without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Whether TLS is spoken, and from when on.
    pub security: TcpSecurity,
    /// What is said, in turn. If it is empty, the connection is enough.
    pub dialogue: Arc<[DialogueStep]>,
}

/// Whether TLS is spoken over a connection, and from when on.
#[derive(Debug, Clone)]
pub enum TcpSecurity {
    /// It is not.
    Plain,
    /// From the beginning.
    Tls(Arc<TlsSettings>),
    /// From the step of the dialogue that says so.
    StartTls(Arc<TlsSettings>),
}

impl TcpSecurity {
    /// The settings of TLS, if it is spoken.
    #[must_use]
    pub fn tls(&self) -> Option<&Arc<TlsSettings>> {
        match self {
            Self::Plain => None,
            Self::Tls(settings) | Self::StartTls(settings) => Some(settings),
        }
    }
}

/// A datagram, and its answer.
#[derive(Debug, Clone)]
pub struct UdpProbe {
    /// Host name or address, without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// What is sent.
    pub send: Payload,
    /// What must be in the answer; if `None`, any will do.
    pub expect: Option<DialogueExpect>,
}

/// One step of what is said.
#[derive(Debug, Clone)]
pub enum DialogueStep {
    /// These bytes are sent.
    Send(Payload),
    /// The other side must say this, in what it has said since the last bytes were sent.
    Expect(DialogueExpect),
    /// From here on, TLS is spoken.
    StartTls,
}

/// Bytes to send, among which may be a password. They are never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Payload {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Whether they are written as a text, and not in hexadecimal digits.
    pub is_text: bool,
}

impl Payload {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self { bytes: text.into().into_bytes(), is_text: true }
    }

    /// Any bytes.
    #[must_use]
    pub const fn bytes(bytes: Vec<u8>) -> Self {
        Self { bytes, is_text: false }
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

/// What the other side must say.
#[derive(Debug, Clone)]
pub enum DialogueExpect {
    /// A text that this pattern matches somewhere.
    Matches(Pattern),
    /// These bytes, somewhere.
    Contains {
        /// The bytes. A variable may be among them.
        bytes: Vec<u8>,
        /// As they are written in the file, where a variable has its name.
        shown: String,
    },
    /// A whole answer, which is this.
    Reply {
        /// What matches a whole answer, whether it says yes or no.
        whole: Pattern,
        /// What must be in it.
        accepted: Box<Self>,
    },
}

/// As it is written in the configuration.
impl fmt::Display for DialogueExpect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Matches(pattern) => pattern.fmt(f),
            Self::Contains { shown, .. } => f.write_str(shown),
            Self::Reply { accepted, .. } => accepted.fmt(f),
        }
    }
}

impl TcpProbe {
    /// Whether its dialogue is one expectation at most, so that a failure need not say
    /// which one it is.
    #[must_use]
    pub fn is_banner(&self) -> bool {
        let is_of_several = |step: &&DialogueStep| match step {
            DialogueStep::Expect(_) => true,
            DialogueStep::Send(_) | DialogueStep::StartTls => false,
        };
        self.dialogue.iter().filter(is_of_several).count() <= 1
    }
}
