//! One probe's work beside that of all others. A server can make us compute for
//! as long as it sends; a probe that has computed for much longer than they
//! need has its turns only while the others leave the processor free.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

use crate::os::thread_time;

/// Once a probe without TLS has kept the thread for so long, the system is asked what of
/// that it computed: that takes time, too.
const SUSPECT: Duration = Duration::from_micros(500);
/// Of so many parts of the time, those who computed for more have one together.
const PARTS: u32 = 3;
/// What they may be ahead: a timer counts milliseconds.
const BURST: Duration = Duration::from_millis(5);
/// What one of their turns is taken to cost at most: in a longer one we were stopped.
const MAX_TURN: Duration = Duration::from_millis(20);

/// The turns of those probes of a round that have used up their allowance.
#[derive(Debug)]
pub(super) struct Turns(Mutex<Instant>);

impl Turns {
    /// The next one may begin at once.
    pub(super) fn new() -> Self {
        Self(Mutex::new(Instant::now()))
    }

    /// Takes note of a turn that ended `now`.
    fn took(&self, now: Instant, took: Duration) {
        let mut next = self.lock();
        let earliest = now.checked_sub(BURST).unwrap_or(*next);
        *next = (*next).max(earliest) + took.min(MAX_TURN) * PARTS;
    }

    /// When the next one may begin.
    fn next(&self) -> Instant {
        *self.lock()
    }

    fn lock(&self) -> MutexGuard<'_, Instant> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a probe has used.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Used {
    /// How long it kept our thread, stops included.
    pub(super) kept: Duration,
    /// How long it computed, as far as it was asked for.
    pub(super) computed: Duration,
    /// How long it waited for its turns, which is not the target's latency.
    pub(super) waited: Duration,
}

impl Used {
    /// Runs `work`, and counts it.
    fn count<T>(&mut self, is_asked: bool, work: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        let computed = (is_asked || self.kept >= SUSPECT).then(thread_time);
        let result = work();
        self.kept += began.elapsed();
        if let Some(before) = computed {
            self.computed += thread_time().saturating_sub(before);
        }
        result
    }
}

/// What one probe has used in all its attempts, and how it goes on.
#[derive(Debug)]
pub(super) struct ComputingShare<'a> {
    used: Mutex<Used>,
    with_tls: bool,
    allowance: Duration,
    turns: &'a Turns,
}

impl<'a> ComputingShare<'a> {
    /// Of a probe that has used nothing yet, and waits for `turns` once it has computed
    /// for more than `allowance`.
    pub(super) fn new(with_tls: bool, allowance: Duration, turns: &'a Turns) -> Self {
        Self { used: Mutex::default(), with_tls, allowance, turns }
    }

    /// What was used so far.
    pub(super) fn used(&self) -> Used {
        *self.lock()
    }

    /// Runs `future`, and measures what it uses. A timeout lies around this, so that it
    /// is heard while the future waits for its turn.
    pub(super) async fn run<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        let (mut timer, mut since) = (None, None);
        let output = poll_fn(|cx| {
            let mut used = self.used();
            let is_too_much = used.computed >= self.allowance;
            if is_too_much {
                let began = *since.get_or_insert_with(Instant::now);
                ready!(poll_turn(&mut timer, self.turns.next(), cx));
                used.waited += began.elapsed();
                since = None;
            }
            let before = used.kept;
            let polled = used.count(self.with_tls, || future.as_mut().poll(cx));
            if is_too_much {
                self.turns.took(Instant::now(), used.kept.saturating_sub(before));
            }
            *self.lock() = used;
            polled
        });
        output.await
    }

    fn lock(&self) -> MutexGuard<'_, Used> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ready at `next`.
fn poll_turn(timer: &mut Option<Pin<Box<Sleep>>>, next: Instant, cx: &mut Context<'_>) -> Poll<()> {
    if next <= Instant::now() {
        return Poll::Ready(());
    }
    let timer = timer.get_or_insert_with(|| Box::pin(sleep_until(next)));
    timer.as_mut().reset(next);
    timer.as_mut().poll(cx)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn those_who_used_too_much_have_a_part_of_the_time_together() {
        let turns = Turns::new();
        let began = turns.next();
        for number in 0..100 {
            turns.took(began + number * MS, MS);
        }
        assert_eq!(turns.next(), began + 100 * PARTS * MS);
    }

    #[test]
    fn time_that_nobody_used_is_not_saved_up() {
        let turns = Turns::new();
        let later = turns.next() + Duration::from_mins(1);
        turns.took(later, MS);
        assert_eq!(turns.next(), later - BURST + PARTS * MS);
    }

    #[test]
    fn a_turn_in_which_we_were_stopped_holds_up_nobody_for_long() {
        let turns = Turns::new();
        let now = turns.next();
        turns.took(now, Duration::from_mins(1));
        assert_eq!(turns.next(), now + MAX_TURN * PARTS);
    }

    #[test]
    fn what_is_computed_counts_and_not_what_is_waited() {
        let mut used = Used { kept: 100 * MS, ..Used::default() };
        used.count(false, || ());
        assert!(used.computed < MS);
        let began = thread_time();
        used.count(false, || while thread_time() < began + MS {});
        assert!(used.computed >= MS);
    }

    #[test]
    fn who_kept_the_thread_for_little_is_not_asked() {
        let mut used = Used::default();
        used.count(false, || ());
        assert_eq!(used.computed, Duration::ZERO);
        used.count(true, || ());
        assert!(used.computed > Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn who_used_too_much_waits_for_a_turn_and_is_woken_for_it() {
        let turns = Turns::new();
        let spender = async {
            for _ in 0..4 {
                let began = thread_time();
                while thread_time() < began + MS {}
                tokio::task::yield_now().await;
            }
        };
        turns.took(Instant::now() + BURST, MAX_TURN);
        let began = Instant::now();
        let share = ComputingShare::new(true, MS, &turns);
        share.run(spender).await;
        assert!(began.elapsed() >= MAX_TURN, "{:?}", began.elapsed());
        assert_eq!(share.used().waited, began.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_timeout_is_heard_while_a_turn_is_waited_for() {
        let turns = Turns::new();
        turns.took(Instant::now() + Duration::from_mins(1), MAX_TURN);
        let share = ComputingShare::new(true, Duration::ZERO, &turns);
        let waiting = share.run(std::future::ready(()));
        assert!(tokio::time::timeout(MS, waiting).await.is_err());
    }
}
