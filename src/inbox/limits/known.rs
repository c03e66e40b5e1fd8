//! The senders whose key was right before.

use std::collections::HashMap;
use std::net::IpAddr;

use chrono::{DateTime, Utc};

/// Senders that are remembered: more than a home has. When there are more, the
/// one that was not heard longest is forgotten. Nobody gets in without a key.
const MAX_KNOWN: usize = 256;

/// Those senders, and when each was heard last.
#[derive(Debug, Default)]
pub(super) struct Known(HashMap<IpAddr, DateTime<Utc>>);

impl Known {
    pub(super) fn remember(&mut self, sender: IpAddr, now: DateTime<Utc>) {
        if self.0.len() >= MAX_KNOWN && !self.0.contains_key(&sender) {
            let oldest = self.0.iter().min_by_key(|(_, at)| **at).map(|(sender, _)| *sender);
            oldest.and_then(|oldest| self.0.remove(&oldest));
        }
        self.0.insert(sender, now);
    }

    pub(super) fn contains(&self, sender: IpAddr) -> bool {
        self.0.contains_key(&sender)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn who_was_not_heard_longest_is_forgotten_first() {
        let mut known = Known::default();
        let sender = |n: u32| IpAddr::from(n.to_be_bytes());
        for n in 0..=MAX_KNOWN {
            let n = u32::try_from(n).unwrap();
            known.remember(sender(n), DateTime::UNIX_EPOCH + TimeDelta::seconds(n.into()));
        }
        assert!(!known.contains(sender(0)) && known.contains(sender(1)));
        assert_eq!(known.0.len(), MAX_KNOWN);
    }
}
