//! Buckets that are filled again as time passes, one a key.

use std::collections::HashMap;
use std::hash::Hash;

use chrono::{DateTime, Utc};

/// Buckets that are kept. When there are more, those that have not been used
/// longest are forgotten: a flood from everywhere costs no more memory, and
/// the service's own limit holds it.
const MAX_BUCKETS: usize = 4096;

/// Buckets by key; one that is not there is full.
#[derive(Debug)]
pub(in crate::inbox) struct Buckets<K>(HashMap<K, Bucket>);

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

impl Bucket {
    /// What is in it at `now`, if it holds `full` and is filled within a minute.
    fn level(&self, full: f64, now: DateTime<Utc>) -> f64 {
        let passed = (now - self.at).to_std().unwrap_or_default().as_secs_f64();
        (self.left + passed * full / 60.0).min(full)
    }
}

impl<K: Hash + Eq + Clone> Buckets<K> {
    /// Takes one from the bucket of `key`, which holds `per_minute` and is
    /// filled again within a minute; false if it is empty.
    pub(in crate::inbox) fn take(&mut self, key: K, per_minute: u32, now: DateTime<Utc>) -> bool {
        if self.0.len() >= MAX_BUCKETS && !self.0.contains_key(&key) {
            self.forget();
        }
        let full = f64::from(per_minute);
        let bucket = self.0.entry(key).or_insert(Bucket { left: full, at: now });
        bucket.left = bucket.level(full, now);
        bucket.at = now;
        let has_one = bucket.left >= 1.0;
        if has_one {
            bucket.left -= 1.0;
        }
        has_one
    }

    /// Whether nothing could be taken from the bucket of `key`.
    pub(super) fn is_empty(&self, key: &K, per_minute: u32, now: DateTime<Utc>) -> bool {
        let level = |bucket: &Bucket| bucket.level(f64::from(per_minute), now);
        self.0.get(key).is_some_and(|bucket| level(bucket) < 1.0)
    }

    /// Whether the bucket of `key` was used, and is remembered.
    pub(super) fn knows(&self, key: &K) -> bool {
        self.0.contains_key(key)
    }

    /// Forgets half of all: those that were not used longest.
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

    #[test]
    fn a_flood_from_everywhere_takes_no_more_memory() {
        let mut buckets = Buckets::default();
        for n in 0..100_000 {
            let now = DateTime::UNIX_EPOCH + TimeDelta::milliseconds(n);
            buckets.take(n, 1, now);
        }
        assert!(buckets.0.len() <= MAX_BUCKETS);
        assert!(buckets.knows(&99_999));
    }
}
