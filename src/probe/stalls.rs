//! When the prober itself did not get the processor: then a timeout says nothing about
//! the target.
//!
//! A round has a regular beat. If the beat is late, everything in the round was late: the
//! process was stopped, its share of the processor was used up, or it computed. And at each
//! beat the kernel is asked how long our thread has waited for a processor.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::waits::Waits;

/// Between two heartbeats.
const BEAT: Duration = Duration::from_millis(50);
/// By how much a heartbeat must be late to be noted.
const MIN_STALL: Duration = Duration::from_millis(20);
/// Stalls that are kept, at most: the oldest are forgotten.
const MAX_STALLS: usize = 256;
/// A stall counts for an attempt if it took at least one part in this many of its
/// timeout. Shorter ones delay its few steps too little to matter.
const NOTICED: u32 = 10;
/// An attempt that lost one part in this many of its timeout proves nothing.
const TOO_MUCH: u32 = 2;
/// A smaller loss never excuses a timeout, however short that is: on a busy machine every
/// process sometimes waits for a few tenths of a second.
const MIN_LOST: Duration = Duration::from_millis(250);

/// The stalls of a round.
#[derive(Debug)]
pub(super) struct Stalls(Mutex<Rhythm>);

#[derive(Debug)]
struct Rhythm {
    beats: Beats,
    waits: Waits,
}

#[derive(Debug)]
struct Beats {
    last: Instant,
    stalls: Vec<Stall>,
}

#[derive(Debug, Clone, Copy)]
struct Stall {
    began: Instant,
    ended: Instant,
}

impl Stalls {
    /// Of a round that begins now.
    pub(super) fn new() -> Self {
        let now = Instant::now();
        let beats = Beats { last: now, stalls: Vec::new() };
        Self(Mutex::new(Rhythm { beats, waits: Waits::new(now) }))
    }

    /// Waits for the next heartbeat. May be given up, and waited for again.
    pub(super) async fn beat(&self) {
        let next = self.lock().beats.last + BEAT;
        sleep_until(next).await;
        let (mut rhythm, now) = (self.lock(), Instant::now());
        rhythm.beats.beat(now);
        rhythm.waits.sample(now);
    }

    /// How much of its `timeout` an attempt that began at `began` and ends now has lost, if
    /// that is so much that its silence proves nothing.
    pub(super) fn lost(&self, began: Instant, timeout: Duration) -> Option<Duration> {
        self.lock().beats.lost(began, Instant::now(), timeout)
    }

    /// The same, if what was lost were many short waits for a processor.
    pub(super) fn waited(&self, began: Instant, timeout: Duration) -> Option<Duration> {
        let waited = self.lock().waits.since(began);
        (waited >= timeout / TOO_MUCH).then_some(waited)
    }

    fn lock(&self) -> MutexGuard<'_, Rhythm> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Beats {
    fn beat(&mut self, now: Instant) {
        if let Some(stall) = self.open(now) {
            if self.stalls.len() == MAX_STALLS {
                self.stalls.remove(0);
            }
            self.stalls.push(stall);
        }
        self.last = now;
    }

    /// The stall that lasts until `now`.
    fn open(&self, now: Instant) -> Option<Stall> {
        let due = self.last + BEAT;
        (now >= due + MIN_STALL).then_some(Stall { began: due, ended: now })
    }

    fn lost(&self, began: Instant, now: Instant, timeout: Duration) -> Option<Duration> {
        let stalls = self.stalls.iter().copied().chain(self.open(now));
        let within =
            stalls.map(|stall| stall.ended.saturating_duration_since(stall.began.max(began)));
        let lost: Duration = within.filter(|length| *length >= timeout / NOTICED).sum();
        (lost >= MIN_LOST.max(timeout / TOO_MUCH)).then_some(lost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);
    const SECOND: Duration = Duration::from_secs(1);

    /// Heartbeats after so many milliseconds each, and when the first was due.
    fn beats(after: &[u32]) -> (Beats, Instant) {
        let began = Instant::now();
        let mut beats = Beats { last: began, stalls: Vec::new() };
        let mut now = began;
        for ms in after {
            now += *ms * MS;
            beats.beat(now);
        }
        (beats, began)
    }

    #[test]
    fn a_round_that_is_in_time_loses_nothing() {
        let (beats, began) = beats(&[50, 51, 50, 65, 50, 50]);
        assert_eq!(beats.lost(began, beats.last + 50 * MS, SECOND), None);
        assert!(beats.stalls.is_empty());
    }

    #[test]
    fn half_of_the_timeout_is_too_much() {
        let (beats, began) = beats(&[50, 550, 50]);
        assert_eq!(beats.lost(began, beats.last, SECOND), Some(500 * MS));
        let (beats, began) = self::beats(&[50, 540, 50]);
        assert_eq!(beats.lost(began, beats.last, SECOND), None);
        assert_eq!(beats.lost(began, beats.last, 10 * SECOND), None);
    }

    #[test]
    fn stalls_add_up() {
        let (beats, began) = beats(&[50, 300, 50, 300]);
        assert_eq!(beats.lost(began, beats.last, SECOND), Some(500 * MS));
    }

    #[test]
    fn a_stall_that_lasts_counts() {
        let (beats, began) = beats(&[50, 50]);
        let now = beats.last + BEAT + 700 * MS;
        assert_eq!(beats.lost(began, now, SECOND), Some(700 * MS));
    }

    #[test]
    fn what_was_before_an_attempt_is_none_of_its() {
        let (beats, _) = beats(&[50, 2_000, 50]);
        let began = beats.last - 100 * MS;
        assert_eq!(beats.lost(began, beats.last + 50 * MS, SECOND), None);
    }

    #[test]
    fn a_share_of_the_processor_in_small_slices_is_no_stall() {
        // A seventh of a processor: 17 of 20 ms are somebody else's.
        let (beats, began) = beats(&[67; 20]);
        assert_eq!(beats.lost(began, beats.last, SECOND), None);
    }

    #[test]
    fn memory_is_bounded() {
        let (beats, _) = beats(&[100; 1_000]);
        assert_eq!(beats.stalls.len(), MAX_STALLS);
    }
}
