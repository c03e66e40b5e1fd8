//! Whether two addresses are of one line to the internet.

use std::net::{IpAddr, Ipv6Addr};

/// Whether both are of one line: the same address, or of IPv6 the same network of a home
/// (a `/64`, <https://www.rfc-editor.org/rfc/rfc6177>), in which each device has its own.
#[must_use]
pub fn is_same_line(one: IpAddr, other: IpAddr) -> bool {
    match (one, other) {
        (IpAddr::V4(one), IpAddr::V4(other)) => one == other,
        (IpAddr::V6(one), IpAddr::V6(other)) => begins(one, other, 64),
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
    }
}

/// Whether both are for sure of different lines. A provider gives a home a `/56` or a `/48`
/// of IPv6, of which its networks are parts. Addresses of two versions say nothing.
#[must_use]
pub fn is_other_line(one: IpAddr, other: IpAddr) -> bool {
    match (one, other) {
        (IpAddr::V4(one), IpAddr::V4(other)) => one != other,
        (IpAddr::V6(one), IpAddr::V6(other)) => !begins(one, other, 48),
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
    }
}

/// Whether the first `bits` are the same.
fn begins(one: Ipv6Addr, other: Ipv6Addr, bits: u32) -> bool {
    (one.to_bits() ^ other.to_bits()).leading_zeros() >= bits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_home_has_one_address_of_ipv4_and_many_of_ipv6() {
        for (one, other, same, different) in [
            ("203.0.113.7", "203.0.113.7", true, false),
            ("203.0.113.7", "203.0.113.8", false, true),
            ("2001:db8:1:2::7", "2001:db8:1:2::8", true, false),
            ("2001:db8:1:2::7", "2001:db8:1:3::7", false, false),
            ("2001:db8:1:2::7", "2001:db8:2:2::7", false, true),
            ("203.0.113.7", "2001:db8::7", false, false),
        ] {
            assert_eq!(is_same_line(ip(one), ip(other)), same, "{one} {other}");
            assert_eq!(is_other_line(ip(one), ip(other)), different, "{one} {other}");
        }
    }
}
