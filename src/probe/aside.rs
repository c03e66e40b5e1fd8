//! Work that may take long, on a thread of its own: undoing encodings,
//! searching for patterns, reading JSON. Nothing interrupts a pattern that is
//! searched for, so it must not be the thread on which all probes run.

use std::io;
use std::sync::Arc;
use std::thread;

use tokio::sync::{Semaphore, oneshot};

use super::fault::{Fault, ours};
use super::trace::{Stage, Trace};

/// Searches for patterns at once. The system shares the processor between them,
/// so that a short one does not wait for a long one to end.
const MAX_SEARCHES: usize = 8;
/// Bytes of stack: what reads JSON and patterns is bounded in depth.
const STACK: usize = 1 << 20;

/// What a piece of work may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cost {
    /// Time in proportion to the body, and memory beside it: one at a time.
    Memory,
    /// Time that depends on a pattern: up to seconds.
    Time,
}

/// The threads of one process.
#[derive(Debug)]
pub(super) struct Aside {
    memory: Arc<Semaphore>,
    time: Arc<Semaphore>,
}

impl Aside {
    /// None of them runs yet.
    pub(super) fn new() -> Self {
        let turns = |count| Arc::new(Semaphore::new(count));
        Self { memory: turns(1), time: turns(MAX_SEARCHES) }
    }

    /// What `work` yields. If the probe's time is up before, it goes on by
    /// itself, and nobody hears of it.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        cost: Cost,
        work: impl FnOnce() -> T + Send + 'static,
        trace: &mut Trace,
    ) -> Result<T, Fault> {
        trace.enter(Stage::Turn);
        let turns = match cost {
            Cost::Memory => &self.memory,
            Cost::Time => &self.time,
        };
        let turn = Arc::clone(turns).acquire_owned().await.ok();
        trace.enter(Stage::Work);
        let (done, result) = oneshot::channel();
        let thread = thread::Builder::new().name("body".to_owned()).stack_size(STACK);
        thread
            .spawn(move || {
                step_back();
                let result = work();
                drop(turn);
                done.send(result).ok();
            })
            .map_err(|error: io::Error| ours(&error))?;
        let result = result.await;
        trace.enter(Stage::Rest);
        result.map_err(|_| Fault::ours("the prober itself failed: it panicked".to_owned()))
    }
}

/// Lets the probing thread come first. On Linux, this is about the calling
/// thread alone; elsewhere it would be about the whole process.
fn step_back() {
    #[cfg(target_os = "linux")]
    rustix::process::setpriority_process(None, NICENESS).ok();
}

/// How far the threads step back, as `nice(1)` counts: a third of the share of
/// the probing thread. With less, a busy machine would never come to them.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 5;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn work_yields_its_result_and_a_panic_is_ours() {
        let (aside, mut trace) = (Aside::new(), Trace::begin());
        assert_eq!(aside.run(Cost::Time, || 5, &mut trace).await.unwrap(), 5);
        let panics = || assert!(thread::current().name().is_none(), "on purpose");
        assert!(matches!(aside.run(Cost::Memory, panics, &mut trace).await, Err(Fault::Ours(_))));
        assert_eq!(aside.memory.available_permits(), 1);
    }

    #[tokio::test]
    async fn long_work_holds_up_neither_the_probes_nor_short_work() {
        let (aside, mut trace) = (Aside::new(), Trace::begin());
        let (end, ended) = std::sync::mpsc::channel::<()>();
        let long = aside.run(Cost::Time, move || ended.recv().is_err(), &mut trace);
        assert!(tokio::time::timeout(Duration::from_millis(10), long).await.is_err());
        let mut trace = Trace::begin();
        assert_eq!(aside.run(Cost::Time, || 5, &mut trace).await.unwrap(), 5);
        drop(end);
    }
}
