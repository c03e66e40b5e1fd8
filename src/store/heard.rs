//! What a channel was told of beside its targets, by digest: a broken
//! configuration, an alarm. Each is said once, whoever says it.

use serde::{Deserialize, Serialize};

/// How many are remembered: more than are repeated to us while they matter.
const KEPT: usize = 8;

/// The digests of the latest things that a channel was told, newest first.
///
/// ```
/// use prober::store::Heard;
/// let heard = Heard::default().and(7);
/// assert!(heard.contains(7) && !heard.contains(8));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Heard([Option<u64>; KEPT]);

impl Heard {
    /// Whether the channel was told of what has this digest.
    #[must_use]
    pub fn contains(self, digest: u64) -> bool {
        self.0.contains(&Some(digest))
    }

    /// What was heard, and one more, which may push the oldest out.
    #[must_use]
    pub fn and(mut self, digest: u64) -> Self {
        self.0.rotate_right(1);
        self.0[0] = Some(digest);
        self
    }

    /// The same without this one.
    #[must_use]
    pub fn without(mut self, digest: u64) -> Self {
        for place in self.0.iter_mut().filter(|place| **place == Some(digest)) {
            *place = None;
        }
        self
    }

    /// Whether it was told of nothing yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_forgotten_first() {
        let heard = (1..=9).fold(Heard::default(), Heard::and);
        assert!(!heard.contains(1) && heard.contains(2) && heard.contains(9));
    }

    #[test]
    fn one_can_be_taken_out() {
        let heard = (1..=3).fold(Heard::default(), Heard::and).without(2);
        assert!(heard.contains(1) && !heard.contains(2) && heard.contains(3));
    }
}
