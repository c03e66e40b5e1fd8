//! `prober watch`: ticks for ever, each target on its own schedule; and with
//! `--listen` takes what comes from outside meanwhile.

use std::cell::Cell;
use std::net::SocketAddr;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{Notify, watch};
use tokio::task::LocalSet;
use tracing_subscriber::filter::LevelFilter;

use super::{Error, Format, Record, Verdict, setup};
use crate::clock::Clock;
use crate::engine::{Engine, TickRequest};
use crate::inbox::server::{Allowance, Server};
use crate::store::AnyStore;

/// How soon a tick follows one after which something is still owed.
const RETRY: TimeDelta = TimeDelta::seconds(30);

/// How soon a tick follows one that made no headway: its state could not be
/// read or written, or a probe found out nothing. Those targets are due still;
/// without a pause they would be probed over and over, as fast as it goes.
const PAUSE: TimeDelta = TimeDelta::seconds(5);

/// The longest sleep at a gap. A machine that was suspended, or whose
/// clock was set, notices by then.
const LONGEST_SLEEP: Duration = Duration::from_mins(1);

#[derive(Debug, Args)]
pub(super) struct Watch {
    /// Take pings and reports here, over HTTP: 0.0.0.0:8080.
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    #[command(flatten)]
    record: Record,
}

impl Watch {
    pub(super) async fn run(&self, path: &Path) -> Result<Verdict, Error> {
        setup::logs(LevelFilter::INFO);
        let engine = setup::engine(path, Clock::System, Format::Text).await?;
        let engine = Rc::new(engine.with_recorder(self.record.recorder()));
        let mut stop = Stop::new()?;
        let bell = Rc::new(Bell::default());
        let listener = self.listener().await?;
        let watched = engine.config().targets.len();
        tracing::info!(targets = watched, vantage = %engine.vantage(), "watching");
        let all = async {
            let (stopped, stopping) = watch::channel(false);
            let rung = Rc::clone(&bell);
            let told = move |owes| rung.ring(owes);
            let server = Server::new(Rc::clone(&engine), Allowance::default(), told);
            let refused_at = || server.refused_at();
            let inbox = listener.map(|listener| {
                tokio::task::spawn_local(Rc::clone(&server).serve(listener, stopping))
            });
            tick_until(&engine, &mut stop, &bell, &refused_at).await;
            stopped.send_replace(true);
            if let Some(inbox) = inbox {
                // It fails only by a panic, which has been told of.
                drop(inbox.await);
            }
        };
        LocalSet::new().run_until(all).await;
        tracing::info!("stopped");
        Ok(Verdict::Good)
    }

    async fn listener(&self) -> Result<Option<TcpListener>, Error> {
        let Some(address) = self.listen else { return Ok(None) };
        let listener = TcpListener::bind(address).await;
        let listener =
            listener.map_err(|error| format!("failed to listen on {address}: {error}"))?;
        tracing::info!(address = %listener.local_addr()?, "listening");
        Ok(Some(listener))
    }
}

/// Ticks until it is asked to stop, which is heeded between ticks: the one
/// under way is finished.
async fn tick_until(
    engine: &Engine<AnyStore>,
    stop: &mut Stop,
    bell: &Bell,
    refused_at: &dyn Fn() -> Option<DateTime<Utc>>,
) {
    loop {
        let mut end = tick(engine, refused_at()).await;
        let mut ended = engine.clock().now();
        loop {
            let wake = wake(engine, end, ended, refused_at()).await;
            match stop.or_until(engine.clock(), wake, bell).await {
                Woken::Stop => return,
                Woken::Tick => break,
                // What is due next may differ now, and something may be owed.
                // Bell after bell must not put off what was owed before.
                Woken::Bell if bell.owes.take() && !end.owes => {
                    end.owes = true;
                    ended = engine.clock().now();
                }
                Woken::Bell => {}
            }
        }
    }
}

/// Rings when the inbox has stored something.
#[derive(Default)]
struct Bell {
    rung: Notify,
    owes: Cell<bool>,
}

impl Bell {
    fn ring(&self, owes: bool) {
        self.owes.set(self.owes.get() || owes);
        self.rung.notify_one();
    }
}

/// Why a sleep ended.
enum Woken {
    /// A signal came.
    Stop,
    /// It is time for a tick.
    Tick,
    /// Something came from outside.
    Bell,
}

/// How a tick ended.
#[derive(Clone, Copy)]
struct End {
    /// Something is to be told still.
    owes: bool,
    /// What was due may be so still.
    stuck: bool,
}

async fn tick(engine: &Engine<AnyStore>, refused_at: Option<DateTime<Utc>>) -> End {
    let request = TickRequest { refused_at, ..TickRequest::default() };
    match engine.tick(request, |_, _| {}).await {
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

/// When to tick next after a tick that `ended` then; `None` when no schedule has a further occurrence.
async fn wake(
    engine: &Engine<AnyStore>,
    end: End,
    ended: DateTime<Utc>,
    refused_at: Option<DateTime<Utc>>,
) -> Option<DateTime<Utc>> {
    match engine.next_due(refused_at).await {
        Ok(next) => end.wake(next, ended),
        Err(error) => {
            tracing::error!(%error, "it is not known what is due next");
            Some(engine.clock().now() + PAUSE)
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
    fn new() -> Result<Self, Error> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Waits for `wake`; or for a signal, which may be there already, or for the bell.
    async fn or_until(&mut self, clock: &Clock, wake: Option<DateTime<Utc>>, bell: &Bell) -> Woken {
        loop {
            let left = wake.map_or(LONGEST_SLEEP, |wake| {
                (wake - clock.now()).to_std().unwrap_or_default().min(LONGEST_SLEEP)
            });
            tokio::select! {
                biased;
                _ = self.interrupt.recv() => return Woken::Stop,
                _ = self.terminate.recv() => return Woken::Stop,
                () = bell.rung.notified() => return Woken::Bell,
                () = tokio::time::sleep(left) => {}
            }
            if wake.is_some_and(|wake| wake <= clock.now()) {
                return Woken::Tick;
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
