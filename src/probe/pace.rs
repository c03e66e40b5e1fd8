//! When the next probe of a round may begin: when the processor is free for it.
//!
//! Probes that begin together wait for the processor together, and would measure that
//! wait as their targets' latency. So a probe waits *before* it begins, where nothing is
//! measured: until the processor has had the time that the earlier ones cost, and until
//! the runtime has nothing else to do.

use std::future::{Future as _, poll_fn};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

use super::fair::Used;

/// A turn of the runtime, from one look for events to the next, that took less than
/// this had no handshake to compute, and was not interrupted by somebody else.
const SHORT_TURN: Duration = Duration::from_micros(300);
/// How long to wait for a short turn: as long as this many probes cost. Their work is
/// done by then, and every probe begins in the end, however busy the machine is.
const LONGEST_WAIT: u32 = 16;
/// The next probe begins after this many times the processor's time that a probe costs:
/// the rest is for everything else, perhaps for targets on this machine.
const PARTS: u32 = 2;
/// How far beginnings may lag behind and catch up: a timer counts milliseconds.
const MAX_LAG: Duration = Duration::from_millis(2);
/// The most that a probe is assumed to cost, so that one that computes longer delays no others.
const MAX_COST: Duration = Duration::from_millis(20);
/// The assumed cost of a probe with TLS until one was measured.
const TLS_COST: Duration = Duration::from_millis(1);
/// The same without TLS.
const PLAIN_COST: Duration = Duration::from_micros(100);
/// What every probe may compute beside its handshake, and be treated like all others: ten
/// times what a healthy one does.
const ALLOWANCE: Duration = Duration::from_millis(1);
/// The part that the latest probe has in what the next one is taken to cost.
const WEIGHT: u64 = 4;

/// What probes have cost so far, in nanoseconds of our processor: what is
/// learnt in a round is of use in the next.
#[derive(Debug)]
pub(super) struct Costs {
    tls: AtomicU64,
    plain: AtomicU64,
    /// Of a probe with TLS, what of that was computed, and not waited for the processor.
    computed: AtomicU64,
}

impl Costs {
    pub(super) fn new() -> Self {
        let [tls, plain] = [TLS_COST, PLAIN_COST].map(|cost| AtomicU64::new(nanos(cost)));
        Self { tls, plain, computed: AtomicU64::new(nanos(TLS_COST)) }
    }

    /// What a probe will cost.
    fn expected(&self, with_tls: bool) -> Duration {
        Duration::from_nanos(self.of(with_tls).load(Ordering::Relaxed))
    }

    /// Notes what a probe has cost that did what it should.
    pub(super) fn learn(&self, with_tls: bool, used: Used) {
        learn(self.of(with_tls), used.kept);
        if with_tls {
            learn(&self.computed, used.computed);
        }
    }

    /// What a probe may compute, and be treated like all others.
    pub(super) fn allowance(&self, with_tls: bool) -> Duration {
        let handshake = Duration::from_nanos(self.computed.load(Ordering::Relaxed));
        ALLOWANCE + if with_tls { handshake * 2 } else { Duration::ZERO }
    }

    fn of(&self, with_tls: bool) -> &AtomicU64 {
        if with_tls { &self.tls } else { &self.plain }
    }
}

fn learn(known: &AtomicU64, cost: Duration) {
    let old = known.load(Ordering::Relaxed);
    let cost = nanos(cost.min(MAX_COST));
    known.store((old * (WEIGHT - 1) + cost) / WEIGHT, Ordering::Relaxed);
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// The beginnings of the probes of one round.
pub(super) struct Pace<'a> {
    costs: &'a Costs,
    /// Before this, no probe begins.
    due: Instant,
    timer: Pin<Box<Sleep>>,
    /// How long after that a short turn is waited for.
    patience: Duration,
    /// When the present turn of the runtime began, if a probe waits for its end.
    turn: Option<Instant>,
}

impl<'a> Pace<'a> {
    pub(super) fn new(costs: &'a Costs) -> Self {
        let due = Instant::now();
        let patience = TLS_COST * LONGEST_WAIT;
        Self { costs, due, timer: Box::pin(sleep_until(due)), patience, turn: None }
    }

    /// Waits until a probe may begin. May be given up, and asked for again.
    pub(super) async fn turn(&mut self) {
        poll_fn(|cx| self.poll_turn(cx)).await;
    }

    /// Takes note that a probe begins.
    pub(super) fn begins(&mut self, with_tls: bool) {
        let earliest = Instant::now().checked_sub(MAX_LAG).unwrap_or(self.due);
        let cost = self.costs.expected(with_tls);
        self.due = self.due.max(earliest) + cost * PARTS;
        self.patience = cost * LONGEST_WAIT;
    }

    fn poll_turn(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let now = Instant::now();
        if now < self.due {
            self.turn = None;
            self.timer.as_mut().reset(self.due);
            if self.timer.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
        }
        if self.turn.is_some_and(|began| may_begin(now - began, now - self.due, self.patience)) {
            self.turn = None;
            return Poll::Ready(());
        }
        self.turn = Some(now);
        // Wakes us once everything that is ready has had its turn, and the
        // system was asked for more.
        let _pending = pin!(tokio::task::yield_now()).poll(cx);
        Poll::Pending
    }
}

/// Whether a probe may begin after a turn that took so long, when it has
/// waited for so long.
fn may_begin(turn: Duration, waited: Duration, patience: Duration) -> bool {
    turn < SHORT_TURN || waited >= patience
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn a_probe_begins_after_a_short_turn_or_a_long_wait() {
        assert!(may_begin(Duration::from_micros(20), Duration::ZERO, 4 * MS));
        assert!(!may_begin(MS, Duration::ZERO, 4 * MS));
        assert!(!may_begin(MS, 3 * MS, 4 * MS));
        assert!(may_begin(MS, 4 * MS, 4 * MS));
    }

    #[test]
    fn what_probes_cost_is_learnt_of_each_kind_and_within_bounds() {
        let costs = Costs::new();
        for _ in 0..100 {
            costs.learn(true, Used { kept: 7 * MS, computed: 2 * MS, ..Used::default() });
        }
        let learnt = costs.expected(true);
        assert!((6 * MS..=7 * MS).contains(&learnt), "{learnt:?}");
        let allowance = costs.allowance(true);
        assert!((4 * MS..=5 * MS).contains(&allowance), "{allowance:?}");
        assert_eq!(costs.allowance(false), ALLOWANCE);
        assert_eq!(costs.expected(false), PLAIN_COST);
        for _ in 0..100 {
            costs.learn(false, Used { kept: Duration::from_mins(1), ..Used::default() });
        }
        assert!(costs.expected(false) <= MAX_COST);
    }

    #[tokio::test(start_paused = true)]
    async fn probes_begin_as_far_apart_as_they_cost() {
        let costs = Costs::new();
        let mut pace = Pace::new(&costs);
        let began = Instant::now();
        for _ in 0..100 {
            pace.turn().await;
            pace.begins(true);
        }
        let took = began.elapsed();
        assert!((99 * 2 * MS..=99 * 2 * MS + 5 * MS).contains(&took), "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_late_catches_up_by_little() {
        let costs = Costs::new();
        let mut pace = Pace::new(&costs);
        pace.turn().await;
        pace.begins(true);
        tokio::time::advance(Duration::from_mins(1)).await;
        let began = Instant::now();
        for _ in 0..10 {
            pace.turn().await;
            pace.begins(true);
        }
        assert!(began.elapsed() + MAX_LAG + MS >= 9 * 2 * MS, "{:?}", began.elapsed());
    }
}
