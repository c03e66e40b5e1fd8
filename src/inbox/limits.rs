//! How much one sender, and one service, may say: buckets that fill again.
//! Pure; the instant is handed in.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};

use chrono::{DateTime, Utc};

/// Reports that one address may send at once, and in a minute from then on.
const PER_SOURCE: u32 = 120;

/// Reports of one service, from everywhere.
const PER_SERVICE: u32 = 1200;

/// Addresses that are remembered. When there are more, those that have been
/// silent longest are forgotten: a flood from everywhere costs no more memory,
/// and the service's own limit holds it.
const MAX_SOURCES: usize = 4096;

/// What was sent of late, by whom and of what.
#[derive(Debug, Default)]
pub(super) struct Limits {
    sources: Buckets<IpAddr>,
    services: Buckets<String>,
}

impl Limits {
    /// Counts a request from `source`; false if that is one too many.
    pub(super) fn source(&mut self, source: Option<IpAddr>, now: DateTime<Utc>) -> bool {
        // Who cannot be told apart shares a bucket.
        let source = source.unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED));
        self.sources.take(network(source), PER_SOURCE, now)
    }

    /// Counts a report of `service`, which is configured.
    pub(super) fn service(&mut self, service: &str, now: DateTime<Utc>) -> bool {
        self.services.take(service.to_owned(), PER_SERVICE, now)
    }
}

/// A home has a whole /64 of IPv6: its addresses are one sender.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

#[derive(Debug)]
struct Buckets<K>(HashMap<K, Bucket>);

impl<K> Default for Buckets<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

#[derive(Debug)]
struct Bucket {
    left: f64,
    at: DateTime<Utc>,
}

impl<K: Hash + Eq + Clone> Buckets<K> {
    /// Takes one from the bucket of `key`, which holds `per_minute` and is
    /// filled again within a minute; false if it is empty.
    fn take(&mut self, key: K, per_minute: u32, now: DateTime<Utc>) -> bool {
        if self.0.len() >= MAX_SOURCES && !self.0.contains_key(&key) {
            self.forget();
        }
        let full = f64::from(per_minute);
        let bucket = self.0.entry(key).or_insert(Bucket { left: full, at: now });
        let passed = (now - bucket.at).to_std().unwrap_or_default().as_secs_f64();
        bucket.left = (bucket.left + passed * full / 60.0).min(full);
        bucket.at = now;
        let has_one = bucket.left >= 1.0;
        if has_one {
            bucket.left -= 1.0;
        }
        has_one
    }

    /// Forgets half of all: those that were silent longest.
    fn forget(&mut self) {
        let mut times: Vec<DateTime<Utc>> = self.0.values().map(|bucket| bucket.at).collect();
        times.sort_unstable();
        let middle = times[times.len() / 2];
        let mut room = times.len() / 2;
        self.0.retain(|_, bucket| {
            let stays = bucket.at >= middle && room > 0;
            room -= usize::from(stays);
            stays
        });
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn second(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    #[test]
    fn a_sender_has_its_share_again_after_a_while() {
        let (mut limits, home) = (Limits::default(), "192.0.2.1".parse().ok());
        assert!((0..PER_SOURCE).all(|_| limits.source(home, second(0))));
        assert!(!limits.source(home, second(0)));
        assert!(limits.source("192.0.2.2".parse().ok(), second(0)));
        assert!(limits.source(home, second(1)));
    }

    #[test]
    fn the_addresses_of_one_home_are_one_sender() {
        let mut limits = Limits::default();
        let address = |n: u32| format!("2001:db8::{n:x}").parse().ok();
        assert!((0..PER_SOURCE).all(|n| limits.source(address(n), second(0))));
        assert!(!limits.source(address(7777), second(0)));
    }

    #[test]
    fn a_flood_from_everywhere_takes_no_more_memory() {
        let mut limits = Limits::default();
        for n in 0..100_000 {
            limits.source(Some(IpAddr::V4(n.into())), second(i64::from(n) / 1000));
        }
        assert!(limits.sources.0.len() <= MAX_SOURCES);
    }
}
