//! The IPv4 addresses that an IPv6 address leads to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The prefix that stands before an IPv4 address behind a translator:
/// <https://www.rfc-editor.org/rfc/rfc6052#section-2.1>.
const NAT64: [u16; 6] = [0x64, 0xff9b, 0, 0, 0, 0];

/// The same for translators of one network, with whatever prefix below this:
/// <https://www.rfc-editor.org/rfc/rfc8215>.
const LOCAL_NAT64: [u16; 3] = [0x64, 0xff9b, 1];

/// Every address as which `ip` may arrive: itself, or the IPv4 addresses in it if it is
/// mapped, compatible, of 6to4 (<https://www.rfc-editor.org/rfc/rfc3056>) or behind NAT64.
///
/// There are several only behind a network's own NAT64, whose prefix may be of several
/// lengths.
///
/// ```
/// use prober::model::embedded_ipv4::arrives_at;
/// let mapped = "::ffff:192.168.1.1".parse().unwrap();
/// assert_eq!(arrives_at(mapped), ["192.168.1.1".parse::<std::net::IpAddr>().unwrap()]);
/// ```
#[must_use]
pub fn arrives_at(ip: IpAddr) -> Vec<IpAddr> {
    let IpAddr::V6(v6) = ip else { return vec![ip] };
    let embedded = embedded(v6);
    if embedded.is_empty() { vec![ip] } else { embedded.into_iter().map(IpAddr::V4).collect() }
}

fn embedded(v6: Ipv6Addr) -> Vec<Ipv4Addr> {
    let [.., a, b, c, d] = v6.octets();
    let segments = v6.segments();
    let is_compatible = segments[..6] == [0; 6] && !v6.is_loopback() && !v6.is_unspecified();
    if v6.to_ipv4_mapped().is_some() || segments[..6] == NAT64 || is_compatible {
        return vec![Ipv4Addr::new(a, b, c, d)];
    }
    if segments[..3] == LOCAL_NAT64 {
        return of_local_nat64(v6.octets());
    }
    match segments {
        [0x2002, high, low, ..] => {
            vec![Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low))]
        }
        _ => Vec::new(),
    }
}

/// The IPv4 addresses in one that has a network's own prefix, for each length that it may
/// have: <https://www.rfc-editor.org/rfc/rfc6052#section-2.2>.
fn of_local_nat64(octets: [u8; 16]) -> Vec<Ipv4Addr> {
    let [.., e0, e1, _, e3, e4, e5, e6, e7, e8, e9] = octets;
    let forms = [[e0, e1, e3, e4], [e1, e3, e4, e5], [e3, e4, e5, e6], [e6, e7, e8, e9]];
    forms.map(Ipv4Addr::from).to_vec()
}
