//! Work that may take long, on other threads: decoding, searching for patterns,
//! reading JSON. A search cannot be interrupted, so it must not run on the thread of
//! all probes.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::sync::{Semaphore, oneshot};

use crate::model::detail::OwnDetail;
use crate::os;

use super::fault::{Fault, ours};
use super::trace::{Stage, Trace};

/// Searches for patterns at once, of short texts and of long ones each, so that a short
/// one does not wait for long ones to end.
const MAX_SEARCHES: usize = 2;
/// Bytes of a long text.
const LONG: usize = 64 * 1024;
/// Bytes of stack: what reads JSON and patterns is bounded in depth.
const STACK: usize = 1 << 20;

/// What a piece of work may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cost {
    /// Time in proportion to the body, and memory beside it: one at a time.
    Memory,
    /// Time that depends on a pattern, up to seconds, to search so many bytes.
    Search(usize),
}

type Work = Box<dyn FnOnce() + Send>;

/// The threads of one process.
#[derive(Debug)]
pub(super) struct Aside {
    memory: Arc<Semaphore>,
    short: Arc<Semaphore>,
    long: Arc<Semaphore>,
    /// The one thread for what takes memory, once it was needed. The system keeps
    /// for each thread what that has freed: with a new one each time, that adds up.
    worker: Mutex<Option<Sender<Work>>>,
}

impl Aside {
    /// None of them runs yet.
    pub(super) fn new() -> Self {
        let turns = |count| Arc::new(Semaphore::new(count));
        let [memory, short, long] = [1, MAX_SEARCHES, MAX_SEARCHES].map(turns);
        Self { memory, short, long, worker: Mutex::new(None) }
    }

    /// The result of `work`. If the probe's time ends first, the work goes on
    /// alone, and its result is dropped.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        cost: Cost,
        work: impl FnOnce() -> T + Send + 'static,
        trace: &mut Trace,
    ) -> Result<T, Fault> {
        trace.enter(Stage::Turn);
        let turns = match cost {
            Cost::Memory => &self.memory,
            Cost::Search(length) if length < LONG => &self.short,
            Cost::Search(_) => &self.long,
        };
        let turn = Arc::clone(turns).acquire_owned().await.ok();
        trace.enter(Stage::Work);
        let (done, result) = oneshot::channel();
        let work = Box::new(move || {
            let result = work();
            drop(turn);
            done.send(result).ok();
        });
        let begun = match cost {
            Cost::Memory => self.queue(work),
            Cost::Search(_) => begin(work),
        };
        begun.map_err(|error| ours(&error))?;
        let result = result.await;
        trace.enter(Stage::Rest);
        result.map_err(|_| Fault::ours(OwnDetail::Panicked {}))
    }

    /// Has the one thread do it.
    fn queue(&self, work: Work) -> io::Result<()> {
        let mut worker = self.worker.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = &*worker {
            // The thread ends after its sender.
            sender.send(work).ok();
            return Ok(());
        }
        let (sender, works) = mpsc::channel::<Work>();
        begin(Box::new(move || {
            while let Ok(work) = works.recv() {
                // Whoever asked for it sees that it ended without a result.
                catch_unwind(AssertUnwindSafe(work)).ok();
            }
        }))?;
        sender.send(work).ok();
        *worker = Some(sender);
        Ok(())
    }
}

/// Begins `work` on a thread of its own.
fn begin(work: Work) -> io::Result<()> {
    let thread = thread::Builder::new().name("body".to_owned()).stack_size(STACK);
    let begun = thread.spawn(move || {
        // The probing thread comes first.
        os::lower_priority();
        work();
    });
    begun.map(drop)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn work_yields_its_result_and_a_panic_is_ours() {
        let (aside, mut trace) = (Aside::new(), Trace::begin());
        assert_eq!(aside.run(Cost::Search(1), || 5, &mut trace).await.unwrap(), 5);
        let panics = || assert!(thread::current().name().is_none(), "on purpose");
        assert!(matches!(aside.run(Cost::Memory, panics, &mut trace).await, Err(Fault::Ours(_))));
        assert_eq!(aside.memory.available_permits(), 1);
        assert_eq!(aside.run(Cost::Memory, || 6, &mut trace).await.unwrap(), 6);
    }

    #[tokio::test]
    async fn what_takes_memory_is_done_on_one_thread() {
        let (aside, mut trace) = (Aside::new(), Trace::begin());
        let first = aside.run(Cost::Memory, || thread::current().id(), &mut trace).await.unwrap();
        for _ in 0..10 {
            let next = aside.run(Cost::Memory, || thread::current().id(), &mut trace).await;
            assert_eq!(next.unwrap(), first);
        }
    }

    #[tokio::test]
    async fn long_work_holds_up_neither_the_probes_nor_short_work() {
        let (aside, mut trace) = (Aside::new(), Trace::begin());
        let (end, ended) = mpsc::channel::<()>();
        let long = aside.run(Cost::Search(LONG), move || ended.recv().is_err(), &mut trace);
        assert!(tokio::time::timeout(Duration::from_millis(10), long).await.is_err());
        let mut trace = Trace::begin();
        assert_eq!(aside.run(Cost::Search(1), || 5, &mut trace).await.unwrap(), 5);
        drop(end);
    }
}
