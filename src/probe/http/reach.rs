//! Which addresses are private: a public server must not redirect to one. Pure.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::model::embedded_ipv4::arrives_at;

/// Whether an address has a meaning only within a machine, a link or a network
/// (<https://www.iana.org/assignments/iana-ipv4-special-registry>,
/// <https://www.iana.org/assignments/iana-ipv6-special-registry>).
pub(super) fn is_private(address: IpAddr) -> bool {
    arrives_at(address).into_iter().any(|address| match address {
        IpAddr::V4(address) => is_private_v4(address),
        IpAddr::V6(address) => is_private_v6(address),
    })
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    address.is_loopback()
        || address.is_unspecified()
        || address.is_unicast_link_local()
        || address.is_unique_local()
        // Site-local, deprecated but still in use.
        || address.segments()[0] & 0xffc0 == 0xfec0
        || address.is_multicast()
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_multicast()
        || a == 0
        // Shared by a provider's customers, and used by private overlays: RFC 6598.
        || (a == 100 && b & 0xc0 == 64)
        // IETF protocol assignments, and benchmarks: RFC 6890, RFC 2544.
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && b & 0xfe == 18)
        || a >= 240
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_for_everybody_is_private() {
        for address in [
            "127.0.0.1",
            "127.255.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "100.127.255.255",
            "0.0.0.0",
            "0.1.2.3",
            "192.0.0.8",
            "198.18.0.1",
            "255.255.255.255",
            "224.0.0.251",
            "240.0.0.1",
            "::1",
            "::",
            "fe80::1",
            "fd00:ec2::254",
            "fc00::1",
            "fec0::1",
            "ff02::fb",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::10.0.0.1",
            "64:ff9b::a9fe:a9fe",
            "2002:c0a8:101::1",
            "64:ff9b:1::192.168.1.1",
            "64:ff9b:1:c0a8:1:100::",
        ] {
            assert!(is_private(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn what_everybody_may_reach_is_public() {
        for address in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.167.1.1",
            "192.169.0.1",
            "100.63.0.1",
            "100.128.0.1",
            "169.253.0.1",
            "223.255.255.1",
            "2606:4700::1111",
            "2001:db8::1",
            "::ffff:1.1.1.1",
            "64:ff9b::101:101",
            "2002:101:101::1",
            "fbff::1",
        ] {
            assert!(!is_private(address.parse().unwrap()), "{address}");
        }
    }
}
