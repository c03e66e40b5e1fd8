//! Finds the sender of a request behind proxies. Pure.
//!
//! Each proxy appends the address that it got the request from. So the list is read from
//! its end, as long as the proxy that wrote an entry is believed. Anybody may have
//! written what comes before that.

use std::net::{IpAddr, SocketAddr};

use http::header::FORWARDED;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::model::target::TrustedProxy;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// What nginx is often told to write where it writes no list: one address. Nothing
/// says who wrote it, so that it counts for nothing beside a list.
const X_REAL_IP: HeaderName = HeaderName::from_static("x-real-ip");

/// What CloudFront says of its viewer, with a port:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-cloudfront-headers.html>.
const VIEWER: HeaderName = HeaderName::from_static("cloudfront-viewer-address");

/// Who sends a request with these `headers` over the connection of `peer`.
pub(super) fn sender(
    peer: Option<IpAddr>,
    headers: &HeaderMap,
    trusted: &[TrustedProxy],
) -> Option<IpAddr> {
    if trusted.contains(&TrustedProxy::CloudFront)
        && let Some(viewer) = headers.get_all(VIEWER).iter().next_back().and_then(viewer)
    {
        return Some(viewer);
    }
    let mut sender = peer?.to_canonical();
    for hop in hops(headers) {
        match hop {
            Some(hop) if is_trusted(sender, trusted) => sender = hop,
            Some(_) | None => break,
        }
    }
    Some(sender)
}

/// Whether `peer` looks like a proxy that is not configured as trusted: then all
/// the world counts as one sender.
pub(super) fn is_overlooked(peer: IpAddr, headers: &HeaderMap, trusted: &[TrustedProxy]) -> bool {
    let peer = peer.to_canonical();
    let is_near = TrustedProxy::Private.holds(peer) && !is_trusted(peer, trusted);
    is_near && is_passed_on(headers)
}

/// Whether a proxy that says who sends has passed on what has these `headers`.
pub(super) fn is_passed_on(headers: &HeaderMap) -> bool {
    [X_FORWARDED_FOR, FORWARDED, X_REAL_IP].iter().any(|name| headers.contains_key(name))
}

/// Whether `address` is a proxy's that is believed.
pub(super) fn is_trusted(address: IpAddr, trusted: &[TrustedProxy]) -> bool {
    trusted.iter().any(|trusted| trusted.holds(address))
}

/// The addresses that the proxies got the request from, the last one first; `None` for an
/// entry that is no address. A proxy that writes one of the two headers may pass on the
/// other unchanged; most write the first.
fn hops(headers: &HeaderMap) -> impl Iterator<Item = Option<IpAddr>> {
    let mut names = [X_FORWARDED_FOR, FORWARDED].into_iter();
    let name = names.find(|name| headers.contains_key(name)).unwrap_or(X_REAL_IP);
    let is_common = name != FORWARDED;
    let values: Vec<&str> =
        headers.get_all(name).iter().map(|value| value.to_str().unwrap_or_default()).collect();
    // This also splits at a comma within quotes, which only a sender writes; what the
    // proxies have appended stays whole.
    let elements = values.into_iter().rev().flat_map(|value| value.rsplit(','));
    elements.map(move |element| if is_common { address(element) } else { node(element) })
}

/// `for=` of one element: <https://www.rfc-editor.org/rfc/rfc7239#section-6>.
fn node(element: &str) -> Option<IpAddr> {
    let pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let mut nodes = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("for"));
    address(nodes.next()?.1.trim().trim_matches('"'))
}

/// An address, with a port or without; one of IPv6 may stand in brackets.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    let address = text.parse().ok().or_else(with_port).or_else(bare);
    address.map(|address| IpAddr::to_canonical(&address))
}

/// The viewer's address; its port is always there, and an IPv6 address needs
/// no brackets before it.
fn viewer(value: &HeaderValue) -> Option<IpAddr> {
    let (viewer, _port) = value.to_str().ok()?.rsplit_once(':')?;
    address(viewer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trusted(texts: &[&str]) -> Vec<TrustedProxy> {
        let one = |text: &&str| match *text {
            "loopback" => TrustedProxy::Loopback,
            "private" => TrustedProxy::Private,
            "cloudfront" => TrustedProxy::CloudFront,
            network => TrustedProxy::Network(network.parse().unwrap()),
        };
        texts.iter().map(one).collect()
    }

    /// Who sends, over a connection from `peer`.
    fn sent(peer: &str, headers: &[(&str, &str)], believed: &[&str]) -> String {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
        }
        sender(peer.parse().ok(), &map, &trusted(believed)).unwrap().to_string()
    }

    const FOR: &str = "x-forwarded-for";

    #[test]
    fn only_who_is_believed_says_who_sends() {
        let list = [(FOR, "192.0.2.66, 203.0.113.9")];
        for (peer, believed, sender) in [
            ("127.0.0.1", "loopback", "203.0.113.9"),
            ("::ffff:127.0.0.1", "loopback", "203.0.113.9"),
            ("172.18.0.3", "loopback", "172.18.0.3"),
            ("172.18.0.3", "private", "203.0.113.9"),
            ("fd00::3", "private", "203.0.113.9"),
            ("100.64.0.3", "private", "100.64.0.3"),
            ("100.64.0.3", "100.64.0.0/10", "203.0.113.9"),
            ("172.18.0.3", "172.18.0.0/16", "203.0.113.9"),
            ("172.19.0.3", "172.18.0.0/16", "172.19.0.3"),
            ("198.51.100.1", "private", "198.51.100.1"),
        ] {
            assert_eq!(sent(peer, &list, &[believed]), sender, "{peer} {believed}");
        }
    }

    #[test]
    fn of_a_chain_of_proxies_the_first_that_is_not_one_of_ours_counts() {
        let chain = [(FOR, "6.6.6.6, 203.0.113.9"), (FOR, "10.0.0.7, 172.18.0.2")];
        assert_eq!(sent("127.0.0.1", &chain, &["private"]), "203.0.113.9");
        assert_eq!(sent("127.0.0.1", &chain, &["loopback"]), "172.18.0.2");
        let at_home = [(FOR, "192.168.1.20")];
        assert_eq!(sent("172.18.0.2", &at_home, &["private"]), "192.168.1.20");
    }

    #[test]
    fn what_is_no_address_hides_nobody_behind_it() {
        for list in ["203.0.113.9, unknown", "203.0.113.9,", "203.0.113.9, 1.2.3.٤"] {
            assert_eq!(sent("127.0.0.1", &[(FOR, list)], &["loopback"]), "127.0.0.1", "{list}");
        }
    }

    #[test]
    fn the_standard_s_header_is_read_where_the_common_one_is_missing() {
        for (value, sender) in [
            ("for=192.0.2.66, for=203.0.113.9;proto=https", "203.0.113.9"),
            ("by=10.0.0.1;For=\"[2001:db8::9]:4711\"", "2001:db8::9"),
            ("x=\"a, for=192.0.2.66;by=\", for=203.0.113.9", "203.0.113.9"),
            ("for=_hidden", "10.0.0.1"),
            ("by=203.0.113.9", "10.0.0.1"),
        ] {
            assert_eq!(sent("10.0.0.1", &[("forwarded", value)], &["private"]), sender, "{value}");
        }
        let both = [("forwarded", "for=192.0.2.66"), (FOR, "203.0.113.9")];
        assert_eq!(sent("10.0.0.1", &both, &["private"]), "203.0.113.9");
    }

    #[test]
    fn one_address_is_believed_where_there_is_no_list() {
        let real = ("x-real-ip", "203.0.113.9");
        assert_eq!(sent("127.0.0.1", &[real], &["loopback"]), "203.0.113.9");
        assert_eq!(sent("198.51.100.1", &[real], &["loopback"]), "198.51.100.1");
        for list in [(FOR, "192.0.2.1"), ("forwarded", "for=192.0.2.1")] {
            assert_eq!(sent("127.0.0.1", &[real, list], &["loopback"]), "192.0.2.1");
        }
    }

    #[test]
    fn addresses_come_with_ports_and_brackets() {
        for (text, sender) in [
            ("203.0.113.9:4711", "203.0.113.9"),
            ("[2001:db8::9]", "2001:db8::9"),
            ("[2001:db8::9]:4711", "2001:db8::9"),
            ("::ffff:203.0.113.9", "203.0.113.9"),
        ] {
            assert_eq!(sent("127.0.0.1", &[(FOR, text)], &["loopback"]), sender);
        }
    }

    #[test]
    fn cloudfront_is_believed_where_it_is_configured() {
        for (text, sender) in [
            ("203.0.113.9:46532", "203.0.113.9"),
            ("2001:db8:0:0:0:0:0:9:46532", "2001:db8::9"),
            ("[2001:db8::9]:46532", "2001:db8::9"),
            ("nobody", "198.51.100.1"),
        ] {
            let headers = [("cloudfront-viewer-address", text), (FOR, "192.0.2.66")];
            assert_eq!(sent("198.51.100.1", &headers, &["cloudfront"]), sender);
            assert_eq!(sent("198.51.100.1", &headers, &["loopback"]), "198.51.100.1");
        }
    }

    #[test]
    fn a_proxy_that_nobody_named_is_noticed() {
        let list = HeaderMap::from_iter([(X_FORWARDED_FOR, HeaderValue::from_static("192.0.2.1"))]);
        let noticed = |peer: &str, headers: &HeaderMap, believed: &[&str]| {
            is_overlooked(peer.parse().unwrap(), headers, &trusted(believed))
        };
        assert!(noticed("172.18.0.3", &list, &["loopback"]));
        assert!(!noticed("172.18.0.3", &list, &["private"]));
        assert!(!noticed("172.18.0.3", &HeaderMap::new(), &["loopback"]));
        assert!(!noticed("198.51.100.1", &list, &["loopback"]));
    }
}
