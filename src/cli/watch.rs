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

/// How soon a tick follows one that could not finish: a channel refused, or
/// the state could not be read or written.
const RETRY: TimeDelta = TimeDelta::seconds(30);

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
        let finished = tick(&engine).await;
        let wake = wake(&engine, finished).await;
        if stop.or_until(&engine.clock, wake).await {
            tracing::info!("stopped");
            return Ok(Verdict::Good);
        }
    }
}

/// One tick; whether nothing was left to be done again.
async fn tick(engine: &Engine<AnyStore>) -> bool {
    match engine.tick(Order::default(), |_, _| {}).await {
        Ok(summary) => {
            for transition in &summary.transitions {
                let (target, kind) = (&transition.target, transition.kind);
                tracing::info!(name = %target, kind, detail = transition.detail, "changed");
            }
            summary.owed == 0
        }
        Err(error) => {
            tracing::error!(%error, "this tick did not finish; the next one catches up");
            false
        }
    }
}

/// When to tick next; `None` when no schedule has a further occurrence.
async fn wake(engine: &Engine<AnyStore>, finished: bool) -> Option<DateTime<Utc>> {
    let retry = (!finished).then(|| engine.clock.now() + RETRY);
    match engine.next_due().await {
        Ok(next) => [retry, next].into_iter().flatten().min(),
        Err(error) => {
            tracing::error!(%error, "it is not known what is due next");
            Some(engine.clock.now() + RETRY)
        }
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
