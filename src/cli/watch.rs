//! `prober watch`: ticks for ever, each target on its own schedule.

use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing_subscriber::filter::LevelFilter;

use super::{Cannot, Format, Verdict, setup};
use crate::clock::Clock;
use crate::store::AnyStore;
use crate::tick::{Engine, Order};

/// How soon a tick follows one after which something is still owed.
const RETRY: TimeDelta = TimeDelta::seconds(30);

/// How soon a tick follows one that made no headway: its state could not be
/// read or written, or a probe found out nothing. Those targets are due still;
/// without a pause they would be probed over and over, as fast as it goes.
const PAUSE: TimeDelta = TimeDelta::seconds(5);

/// The longest sleep at a stretch. A machine that was suspended, or whose
/// clock was set, notices by then.
const LONGEST_SLEEP: Duration = Duration::from_mins(1);

pub(super) async fn run(path: &Path) -> Result<Verdict, Cannot> {
    setup::logs(LevelFilter::INFO);
    let engine = setup::engine(path, Clock::System, Format::Text).await?;
    let mut stop = Stop::new()?;
    tracing::info!(targets = engine.config.targets.len(), vantage = %engine.vantage, "watching");
    loop {
        // A signal is heeded between ticks: the one under way is finished.
        let end = tick(&engine).await;
        let wake = wake(&engine, end).await;
        if stop.or_until(&engine.clock, wake).await {
            tracing::info!("stopped");
            return Ok(Verdict::Good);
        }
    }
}

/// How a tick ended.
#[derive(Clone, Copy)]
struct End {
    /// Something is to be told still.
    owes: bool,
    /// What was due may be so still.
    stuck: bool,
}

async fn tick(engine: &Engine<AnyStore>) -> End {
    match engine.tick(Order::default(), |_, _| {}).await {
        Ok(summary) => {
            for transition in &summary.transitions {
                let (target, kind) = (&transition.target, transition.kind);
                tracing::info!(name = %target, kind, detail = transition.detail, "changed");
            }
            End { owes: summary.owed > 0, stuck: summary.inconclusive > 0 }
        }
        Err(error) => {
            tracing::error!(%error, "this tick did not finish; the next one catches up");
            End { owes: true, stuck: true }
        }
    }
}

/// When to tick next; `None` when no schedule has a further occurrence.
async fn wake(engine: &Engine<AnyStore>, end: End) -> Option<DateTime<Utc>> {
    match engine.next_due().await {
        Ok(next) => end.wake(next, engine.clock.now()),
        Err(error) => {
            tracing::error!(%error, "it is not known what is due next");
            Some(engine.clock.now() + PAUSE)
        }
    }
}

impl End {
    /// When to tick next, where `next` is when something is due.
    fn wake(self, next: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let retry = self.owes.then(|| now + RETRY);
        let wake = [retry, next].into_iter().flatten().min()?;
        Some(if self.stuck { wake.max(now + PAUSE) } else { wake })
    }
}

/// SIGINT and SIGTERM, from the start: one that comes during a tick is kept.
struct Stop {
    interrupt: Signal,
    terminate: Signal,
}

impl Stop {
    fn new() -> Result<Self, Cannot> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Waits for `wake`; true if a signal came first, or was there already.
    async fn or_until(&mut self, clock: &Clock, wake: Option<DateTime<Utc>>) -> bool {
        loop {
            let left = wake.map_or(LONGEST_SLEEP, |wake| {
                (wake - clock.now()).to_std().unwrap_or_default().min(LONGEST_SLEEP)
            });
            tokio::select! {
                biased;
                _ = self.interrupt.recv() => return true,
                _ = self.terminate.recv() => return true,
                () = tokio::time::sleep(left) => {}
            }
            if wake.is_some_and(|wake| wake <= clock.now()) {
                return false;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn wake(owes: bool, stuck: bool, next: Option<i64>) -> Option<i64> {
        let next = next.map(|seconds| NOW + TimeDelta::seconds(seconds));
        End { owes, stuck }.wake(next, NOW).map(|wake| (wake - NOW).num_seconds())
    }

    #[test]
    fn it_sleeps_until_something_is_due() {
        assert_eq!(wake(false, false, Some(60)), Some(60));
        assert_eq!(wake(false, false, Some(0)), Some(0));
        assert_eq!(wake(false, false, None), None);
    }

    #[test]
    fn what_is_owed_is_tried_again_soon() {
        assert_eq!(wake(true, false, Some(60)), Some(30));
        assert_eq!(wake(true, false, Some(1)), Some(1));
        assert_eq!(wake(true, false, None), Some(30));
    }

    #[test]
    fn what_is_due_still_after_a_tick_is_not_tried_at_once() {
        assert_eq!(wake(true, true, Some(0)), Some(5));
        assert_eq!(wake(false, true, Some(0)), Some(5));
        assert_eq!(wake(false, true, Some(60)), Some(60));
    }
}
