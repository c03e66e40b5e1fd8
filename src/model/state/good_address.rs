//! The address at which an endpoint last worked. It is stored as a short text, because each
//! record has one: `203.0.113.7`, and behind it ` home`, ` front`, and the instant of `until`.

use std::net::IpAddr;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

/// The mark of an address from which its place calls.
const HOME: &str = "home";

/// The mark of one at which something stands in front of many servers.
const FRONT: &str = "front";

/// The address at which an endpoint last worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct GoodAddress {
    /// The address.
    pub ip: IpAddr,
    /// Whether a heartbeat of its place has called from there: so it is the place's own
    /// address, and not that of a proxy or a VPN.
    pub home: bool,
    /// Whether something answered there that stands in front of the server, and of others:
    /// the address is theirs.
    pub front: bool,
    /// The slot of the last success, once it has failed since.
    pub until: Option<DateTime<Utc>>,
}

impl GoodAddress {
    /// Where it works, as `seen` by a probe, behind a `front` if one showed itself; it may have
    /// worked at the `old` one before.
    #[must_use]
    pub fn now(old: Option<Self>, seen: IpAddr, front: bool) -> Self {
        let home = old.is_some_and(|old| old.ip == seen && old.home);
        Self { ip: seen, home, front, until: None }
    }
}

impl From<GoodAddress> for String {
    fn from(GoodAddress { ip, home, front, until }: GoodAddress) -> Self {
        let home = home.then(|| HOME.to_owned());
        let front = front.then(|| FRONT.to_owned());
        let until = until.map(|until| until.to_rfc3339_opts(SecondsFormat::AutoSi, true));
        [Some(ip.to_string()), home, front, until]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ")
    }
}

impl TryFrom<String> for GoodAddress {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut parts = text.split(' ');
        let ip = parts.next().and_then(|ip| ip.parse().ok());
        let ip = ip.ok_or("it is no address")?;
        let mut good = Self { ip, home: false, front: false, until: None };
        for part in parts {
            if part == HOME {
                good.home = true;
            } else if part == FRONT {
                good.front = true;
            } else {
                good.until = Some(part.parse().map_err(|_| "it is no instant")?);
            }
        }
        Ok(good)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_stored_in_few_bytes() {
        for stored in [
            "\"203.0.113.7\"",
            "\"203.0.113.7 home\"",
            "\"203.0.113.7 front 2026-01-01T00:00:00Z\"",
            "\"2001:db8::7 2026-01-01T00:00:00Z\"",
            "\"2001:db8::7 home 2026-01-01T00:00:00.000001Z\"",
        ] {
            let read: GoodAddress = serde_json::from_str(stored).unwrap();
            assert_eq!(serde_json::to_string(&read).unwrap(), stored);
        }
        assert!(serde_json::from_str::<GoodAddress>("\"nowhere\"").is_err());
    }
}
