//! An endpoint: what is probed, how, and what its answer must be.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, Method};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use url::Url;

use super::Cadence;
use super::grpc::GrpcProbe;
use super::lookup::{DnsProbe, Resolver};
use super::pin::Pin;
use super::ssh::SshProbe;
use super::stream::{TcpProbe, UdpProbe};
use super::websocket::WebSocketProbe;
use crate::model::expect::HttpExpect;
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
    /// Who is asked for addresses, if not the system.
    pub resolver: Option<Resolver>,
    /// Whether this port must *not* answer.
    pub unreachable: bool,
    /// Whether witnesses are asked when it fails, where there are any.
    pub asks_witnesses: bool,
    /// An answer that takes as long, from the name's lookup on, is a failure.
    pub latency_under: Option<Duration>,
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
    /// What is spoken over a connection: `tcp://`, `tls://`, `smtp://`.
    Tcp(Box<TcpProbe>),
    /// `udp://HOST:PORT`.
    Udp(Box<UdpProbe>),
    /// `dns://SERVER/NAME`.
    Dns(Box<DnsProbe>),
    /// `icmp://HOST`.
    Icmp(IcmpProbe),
    /// `ws://` and `wss://`.
    WebSocket(Box<WebSocketProbe>),
    /// `ssh://HOST`.
    Ssh(Box<SshProbe>),
    /// `grpc://` and `grpcs://`.
    Grpc(Box<GrpcProbe>),
}

impl Protocol {
    /// The URL's scheme, as `check` shows it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Http(probe) if probe.url.scheme() == "https" => "https",
            Self::Http(_) => "http",
            Self::Tcp(probe) => probe.scheme,
            Self::Udp(_) => "udp",
            Self::Dns(probe) if probe.tls.is_some() => "dns+tls",
            Self::Dns(_) => "dns",
            Self::Icmp(_) => "icmp",
            Self::WebSocket(probe) => probe.scheme(),
            Self::Ssh(_) => "ssh",
            Self::Grpc(probe) => probe.scheme(),
        }
    }

    /// The settings of TLS, if it may be spoken. An `http` URL may redirect to an `https` one.
    #[must_use]
    pub fn tls(&self) -> Option<&Arc<TlsSettings>> {
        match self {
            Self::Http(probe) => Some(&probe.tls),
            Self::Tcp(probe) => probe.security.tls(),
            Self::WebSocket(probe) => probe.is_secure().then_some(&probe.tls),
            Self::Grpc(probe) => probe.is_secure().then_some(&probe.tls),
            Self::Dns(probe) => probe.tls.as_ref(),
            Self::Udp(_) | Self::Icmp(_) | Self::Ssh(_) => None,
        }
    }

    /// Whether hands are shaken for sure, by TLS or SSH: that costs ten times as much as all the
    /// rest.
    #[must_use]
    pub fn has_handshake(&self) -> bool {
        match self {
            Self::Http(probe) => probe.url.scheme() == "https",
            Self::Tcp(_)
            | Self::Udp(_)
            | Self::Dns(_)
            | Self::Icmp(_)
            | Self::WebSocket(_)
            | Self::Grpc(_) => self.tls().is_some(),
            Self::Ssh(_) => true,
        }
    }
}

/// Echoes of ICMP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IcmpProbe {
    /// Host name or address, without brackets.
    pub host: String,
    /// How many are sent at most.
    pub count: NonZeroU32,
    /// How many of them must be answered; not more than are sent.
    pub answered: NonZeroU32,
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
    /// The user name and password for a server that asks for them by Digest.
    pub digest: Option<DigestLogin>,
    /// Sent with methods that carry one.
    pub body: Option<Secret>,
    /// Whether to follow redirects, ten at most.
    pub follow_redirects: bool,
    /// The settings of TLS for `https`.
    pub tls: Arc<TlsSettings>,
    /// The proxy to go through.
    pub proxy: Option<Proxy>,
    /// What the final answer must be.
    pub expect: HttpExpect,
}

/// Who signs in by Digest: <https://www.rfc-editor.org/rfc/rfc7616>.
#[derive(Debug, Clone)]
pub struct DigestLogin {
    /// The user name.
    pub username: Secret,
    /// The password, which is never sent.
    pub password: Secret,
}

/// A proxy. One of HTTP gets absolute-form requests for `http`, and else `CONNECT`; one of SOCKS
/// connects to everything.
#[derive(Debug, Clone)]
pub struct Proxy {
    /// Its host name or address, without brackets.
    pub host: String,
    /// The port of that host.
    pub port: u16,
    /// What it speaks.
    pub way: ProxyWay,
}

/// What a proxy speaks.
#[derive(Debug, Clone)]
pub enum ProxyWay {
    /// HTTP, with this value of `Proxy-Authorization`, if it wants one.
    Http(Option<Secret>),
    /// SOCKS 5, with this login, if it wants one.
    Socks(Option<ProxyLogin>),
}

/// Who signs in at a proxy.
#[derive(Debug, Clone)]
pub struct ProxyLogin {
    /// The user name: at most 255 bytes.
    pub username: Secret,
    /// The password: at most 255 bytes.
    pub password: Secret,
}

/// The settings of TLS for a target. Targets with equal settings share one
/// `Arc`, so that what is built from them is built once.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct TlsSettings {
    /// The name that the certificate must be for, if not the URL's host.
    pub server_name: Option<ServerName<'static>>,
    /// Whether any certificate will do.
    pub insecure: bool,
    /// What the certificate of the target's own host must be, one of these; any that is
    /// trusted, if there is none.
    pub pins: Vec<Pin>,
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
