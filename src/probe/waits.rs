//! How long the probing thread waited for a processor while it had something to do.
//!
//! Linux counts that for each thread. On a busy machine it is many short waits, of which
//! none is a stall, but which may be most of a timeout together.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::os::WaitCounter;

/// Samples that are kept, at most: the oldest are forgotten.
const MAX_SAMPLES: usize = 1024;

/// What was read when.
#[derive(Debug)]
pub(super) struct Waits {
    counter: WaitCounter,
    samples: VecDeque<(Instant, Duration)>,
}

impl Waits {
    /// Of the thread that calls this, from `now` on.
    pub(super) fn new(now: Instant) -> Self {
        let mut waits = Self { counter: WaitCounter::of_this_thread(), samples: VecDeque::new() };
        waits.sample(now);
        waits
    }

    /// Reads how long the thread has waited until `now`.
    pub(super) fn sample(&mut self, now: Instant) {
        let Some(waited) = self.counter.read() else { return };
        if self.samples.len() == MAX_SAMPLES {
            self.samples.pop_front();
        }
        self.samples.push_back((now, waited));
    }

    /// How long the thread has waited since `began`, or a little later: since the first
    /// sample after it.
    pub(super) fn since(&self, began: Instant) -> Duration {
        let first = self.samples.partition_point(|(at, _)| *at < began);
        let Some((_, before)) = self.samples.get(first) else { return Duration::ZERO };
        self.counter.read().map_or(Duration::ZERO, |now| now.saturating_sub(*before))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// Samples after so many milliseconds, of so many that the thread has waited.
    fn samples(began: Instant, pairs: &[(u32, u32)]) -> Waits {
        let samples = pairs.iter().map(|(at, waited)| (began + *at * MS, *waited * MS));
        Waits { counter: WaitCounter::of_this_thread(), samples: samples.collect() }
    }

    #[test]
    fn what_was_waited_before_an_attempt_is_none_of_its() {
        let began = Instant::now();
        let future = u32::MAX;
        let mut waits = samples(began, &[(0, 0), (50, future), (100, future)]);
        assert_eq!(waits.since(began + 10 * MS), Duration::ZERO);
        assert_eq!(waits.since(began + 500 * MS), Duration::ZERO);
        waits.samples.clear();
        assert_eq!(waits.since(began), Duration::ZERO);
    }

    #[test]
    fn memory_is_bounded() {
        let began = Instant::now();
        let mut waits = Waits::new(began);
        for number in 0..3_000 {
            waits.sample(began + number * MS);
        }
        assert!(waits.samples.len() <= MAX_SAMPLES);
    }
}
