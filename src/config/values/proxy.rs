//! The proxies that prober believes when they say who sent a request.

use ipnet::IpNet;
use schemars::{Schema, json_schema};

use crate::config::toml::text::Text;
use crate::config::toml::value_type::TextType;
use crate::model::target::TrustedProxy;

/// `"loopback"`, `"private"`, `"cloudfront"`, a network or an address.
impl TextType for TrustedProxy {
    type Value = Self;

    const NAME: &'static str = "proxy";
    const EXPECTED: &'static str =
        "\"loopback\", \"private\", \"cloudfront\", or a network such as \"172.18.0.0/16\"";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        match text.value.trim() {
            "loopback" => Ok(Self::Loopback),
            "private" => Ok(Self::Private),
            "cloudfront" => Ok(Self::CloudFront),
            network => self::network(network).map(Self::Network),
        }
    }

    fn schema() -> Schema {
        json_schema!({ "anyOf": [
            { "enum": ["loopback", "private", "cloudfront"] },
            { "type": "string", "pattern": r"[.:]|\$\{", "examples": ["172.18.0.0/16"] },
        ] })
    }
}

/// A network; an address is a network of one. Bits after the prefix are probably a
/// mistake in the prefix, which would trust the wrong addresses.
fn network(text: &str) -> Result<IpNet, Option<String>> {
    if let Ok(address) = text.parse() {
        return Ok(IpNet::from(std::net::IpAddr::to_canonical(&address)));
    }
    // The library reads 010 as ten, where others read eight.
    let is_plain = |(address, length): (&str, &str)| {
        address.parse::<std::net::IpAddr>().is_ok() && (length == "0" || !length.starts_with('0'))
    };
    text.split_once('/').filter(|parts| is_plain(*parts)).ok_or(None)?;
    let network: IpNet = text.parse().map_err(|_| None)?;
    if network != network.trunc() {
        return Err(Some(format!("the network with this address is {}", network.trunc())));
    }
    Ok(network)
}
