//! The proxies that the inbox believes when they say who sent a request.

use std::net::IpAddr;

use ipnet::IpNet;

/// One entry of `[inbox] trust_proxies`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrustedProxy {
    /// A proxy on this machine.
    Loopback,
    /// One on the same network: a loopback, link-local or private address, such as a
    /// container's.
    Private,
    /// One whose address lies in this network.
    Network(IpNet),
    /// Whoever sends `CloudFront-Viewer-Address`: for an inbox that only
    /// CloudFront can reach.
    CloudFront,
}

impl TrustedProxy {
    /// Whether a proxy with this address is believed.
    #[must_use]
    pub fn holds(self, address: IpAddr) -> bool {
        match self {
            Self::Loopback => address.is_loopback(),
            Self::Private => is_private(address),
            Self::Network(network) => network.contains(&address),
            Self::CloudFront => false,
        }
    }
}

/// Whether `address` is not a public one:
/// <https://www.rfc-editor.org/rfc/rfc1918>, <https://www.rfc-editor.org/rfc/rfc4193>.
/// The addresses that providers share among customers (100.64.0.0/10) belong to strangers.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}
