//! A server of gRPC, and how it must say that it is.

use std::fmt;
use std::sync::Arc;

use http::HeaderMap;
use url::Url;

use super::TlsSettings;
use super::endpoint::Proxy;

/// A server of gRPC that is asked for its health.
#[derive(Debug, Clone)]
pub struct GrpcProbe {
    /// Its host and port; its scheme is `http` for `grpc`, and `https` for `grpcs`.
    pub url: Url,
    /// The service that is asked for; empty for the server as a whole.
    pub service: String,
    /// Sent with the question; every value is marked sensitive.
    pub headers: HeaderMap,
    /// The settings of TLS for `grpcs`.
    pub tls: Arc<TlsSettings>,
    /// The HTTP proxy to go through.
    pub proxy: Option<Proxy>,
    /// What it must say.
    pub health: GrpcHealth,
}

impl GrpcProbe {
    /// Whether TLS is spoken.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Its scheme.
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        if self.is_secure() { "grpcs" } else { "grpc" }
    }
}

/// How a service is, as it says itself:
/// <https://github.com/grpc/grpc/blob/master/doc/health-checking.md>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GrpcHealth {
    /// It does not know.
    Unknown,
    /// It works.
    #[default]
    Serving,
    /// It does not work.
    NotServing,
    /// There is no such service.
    ServiceUnknown,
}

impl GrpcHealth {
    /// Each of them, by its number.
    pub const ALL: [Self; 4] =
        [Self::Unknown, Self::Serving, Self::NotServing, Self::ServiceUnknown];

    /// As it is written.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "UNKNOWN",
            Self::Serving => "SERVING",
            Self::NotServing => "NOT_SERVING",
            Self::ServiceUnknown => "SERVICE_UNKNOWN",
        }
    }
}

impl fmt::Display for GrpcHealth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
