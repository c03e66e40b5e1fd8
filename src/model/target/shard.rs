//! One part of the targets: a thousand may be too many for one tick.

use crate::model::names::TargetName;

/// One of several parts of the targets, each of which has its own ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    index: u64,
    count: u64,
}

impl Shard {
    /// The part `index`, counted from 0, of `count`; `None` if there is no such part.
    ///
    /// ```
    /// use prober::model::target::Shard;
    /// assert!(Shard::new(3, 4).is_some());
    /// assert!(Shard::new(4, 4).is_none());
    /// ```
    #[must_use]
    pub fn new(index: u64, count: u64) -> Option<Self> {
        (index < count).then_some(Self { index, count })
    }

    /// Whether the target belongs to this part. The hash is our own, because
    /// the standard library's may change between versions.
    #[must_use]
    pub fn holds(self, target: &TargetName) -> bool {
        digest(target.as_str()) % self.count == self.index
    }
}

/// FNV-1a of 64 bits, the same in every process and every version:
/// <https://datatracker.ietf.org/doc/html/draft-eastlake-fnv>.
pub(crate) fn digest(text: &str) -> u64 {
    let step = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_is_in_one_shard_of_those_that_there_are() {
        let shards: Vec<Shard> = (0..4).filter_map(|index| Shard::new(index, 4)).collect();
        let mut sizes = [0; 4];
        for target in (0..400).map(|n| TargetName::new(format!("target {n}"))) {
            let holders = |index: &usize| shards[*index].holds(&target);
            let holders: Vec<usize> = (0..4).filter(holders).collect();
            assert_eq!(holders.len(), 1, "{target}");
            sizes[holders[0]] += 1;
        }
        assert!(sizes.iter().all(|size| *size > 50), "{sizes:?}");
    }

    #[test]
    fn a_shard_is_the_same_in_every_version() {
        // From the draft's own test vectors.
        assert_eq!(digest("a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(digest("foobar"), 0x8594_4171_f739_67e8);
    }
}
