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
    /// The time for one attempt, from the name's lookup to the last byte.
    pub timeout: Duration,
    /// Tries within a probe, one second apart; the first success wins.
    pub attempts: NonZeroU32,
    /// Which addresses may be used.
    pub ip: IpChoice,
    /// Whether this port must *not* answer.
    pub unreachable: bool,
    /// The limits to warn of while the target works.
    pub warn: Warn,
    /// The values of the file's variables: they are never shown, also not if a
    /// server repeats them.
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

/// The limits to warn of while the target works.
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
    /// Sent with the request; every value is marked sensitive. They include
    /// the `authorization` from `auth` or from the URL's credentials.
    pub headers: HeaderMap,
    /// Sent with methods that carry one.
    pub body: Option<Secret>,
    /// Whether to follow redirects, ten at most.
    pub follow_redirects: bool,
    /// The settings of TLS for `https`.
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
    /// Sent as soon as the connection is open.
    pub send: Option<Secret>,
    /// What must be read then; if `None`, nothing is read.
    pub expect: Option<BannerExpect>,
}

/// A TLS handshake.
#[derive(Debug, Clone)]
pub struct TlsProbe {
    /// Host name or address, without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The settings of TLS.
    pub tls: Arc<TlsSettings>,
}

/// The settings of TLS for a target. Targets with equal settings share one
/// `Arc`, so that what is built from them is built once.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct TlsSettings {
    /// The name that the certificate must be for, if not the URL's host.
    pub server_name: Option<ServerName<'static>>,
    /// Whether any certificate will do.
    pub insecure: bool,
    /// Trusted in addition to the well-known roots; empty unless `ca` is set. This
    /// field comes after the short ones because a comparison goes in order.
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
