//! An endpoint: what is probed, how, and what its answer must be.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, Method};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use url::Url;

use super::Cadence;
use crate::model::expect::{BannerExpect, HttpExpect};
use crate::model::secret::Secret;

/// How an endpoint is probed.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// When it is probed.
    pub cadence: Cadence,
    /// What is spoken, and what is expected.
    pub protocol: Protocol,
    /// The time for one attempt, name lookup to last byte.
    pub timeout: Duration,
    /// Tries within a probe, one second apart; the first success wins.
    pub attempts: NonZeroU32,
    /// Which addresses may be used.
    pub ip: IpChoice,
    /// Whether this port must *not* answer.
    pub unreachable: bool,
    /// Limits that are told while the target works.
    pub warn: Warn,
    /// What the file's variables stand for: never shown, wherever a value of
    /// this endpoint, or an echo of one, comes up.
    pub secrets: Arc<[Secret]>,
}

/// Which addresses of a name may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IpChoice {
    /// Whichever answers first.
    #[default]
    Any,
    /// IPv4 only.
    V4,
    /// IPv6 only.
    V6,
}

/// Limits that are told while the target works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Warn {
    /// The latency, of the attempt that succeeded, above which it is *slow*.
    pub latency_over: Option<Duration>,
    /// How long before its end a certificate counts as *expiring*.
    pub cert_expires_within: Duration,
}

/// What is spoken with an endpoint.
#[derive(Debug, Clone)]
pub enum Protocol {
    /// `http://` and `https://`.
    Http(Box<HttpProbe>),
    /// `tcp://HOST:PORT`.
    Tcp(TcpProbe),
    /// `tls://HOST:PORT`: a handshake, and its certificate.
    Tls(TlsProbe),
}

impl Protocol {
    /// The URL's scheme, as `check` shows it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Http(probe) if probe.url.scheme() == "https" => "https",
            Self::Http(_) => "http",
            Self::Tcp(_) => "tcp",
            Self::Tls(_) => "tls",
        }
    }
}

/// One HTTP request, and what its answer must be.
#[derive(Debug, Clone)]
pub struct HttpProbe {
    /// Without credentials or fragment; the scheme is `http` or `https`, and there is a host.
    pub url: Url,
    /// `GET` unless configured.
    pub method: Method,
    /// Sent with the request; every value is marked sensitive. Holds what
    /// `auth`, or the URL's credentials, make of `authorization`.
    pub headers: HeaderMap,
    /// Sent with methods that carry one.
    pub body: Option<Secret>,
    /// Whether to follow redirects, ten at most.
    pub follow_redirects: bool,
    /// How `https` is spoken.
    pub tls: Arc<TlsSettings>,
    /// The HTTP proxy to go through.
    pub proxy: Option<Proxy>,
    /// What the final answer must be.
    pub expect: HttpExpect,
}

/// An HTTP proxy: absolute-form requests for `http`, `CONNECT` for `https`.
#[derive(Debug, Clone)]
pub struct Proxy {
    /// Its host name or address, without brackets.
    pub host: String,
    /// The port of that host.
    pub port: u16,
    /// The value of `Proxy-Authorization`, if it wants one.
    pub authorization: Option<Secret>,
}

/// A TCP connection, and what must be read from it.
#[derive(Debug, Clone)]
pub struct TcpProbe {
    /// Host name or address, without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Sent as soon as the connection stands.
    pub send: Option<Secret>,
    /// What must be read then; without it nothing is read.
    pub expect: Option<BannerExpect>,
}

/// A TLS handshake.
#[derive(Debug, Clone)]
pub struct TlsProbe {
    /// Host name or address, without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// How TLS is spoken.
    pub tls: Arc<TlsSettings>,
}

/// How TLS is spoken with a target. Targets with equal settings share one
/// `Arc`, so that what follows from them is built once.
#[derive(Debug, PartialEq, Eq)]
pub struct TlsSettings {
    /// Whom the certificate must be for, where it is not the URL's host.
    pub server_name: Option<ServerName<'static>>,
    /// Whether any certificate will do.
    pub insecure: bool,
    /// Trusted beside the well-known roots; empty unless `ca` is set. They are
    /// compared after what is short.
    pub extra_roots: Vec<CertificateDer<'static>>,
    /// Shown to servers that ask who we are.
    pub client: Option<ClientIdentity>,
}

/// A client certificate.
#[derive(PartialEq, Eq)]
pub struct ClientIdentity {
    /// Leaf first.
    pub chain: Vec<CertificateDer<'static>>,
    /// Its private key; never printed.
    pub key: PrivateKeyDer<'static>,
}

impl fmt::Debug for ClientIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientIdentity").field("chain", &self.chain.len()).finish_non_exhaustive()
    }
}
