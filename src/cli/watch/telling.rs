//! Telling beside looking: a channel that hangs holds up no probe.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use tokio::task::JoinHandle;

use super::Bell;
use crate::engine::{Budget, Engine, Looked};
use crate::message::Notice;
use crate::store::AnyStore;

/// The telling of a `watch`: one at a time. Of what ticks find meanwhile the
/// newest waits: it owes all that the ones before it owed.
pub(super) struct TellingTask {
    bell: Rc<Bell>,
    waiting: RefCell<Option<Work>>,
    is_busy: Cell<bool>,
    task: RefCell<Option<JoinHandle<()>>>,
    /// What every channel knows of the configuration.
    known: RefCell<Option<Notice>>,
}

struct Work {
    engine: Rc<Engine<AnyStore>>,
    looked: Looked,
    broken: Option<Notice>,
}

impl TellingTask {
    /// Tells nothing yet; `bell` rings whenever something was told.
    pub(super) fn new(bell: Rc<Bell>) -> Rc<Self> {
        Rc::new(Self {
            bell,
            waiting: RefCell::new(None),
            is_busy: Cell::new(false),
            task: RefCell::new(None),
            known: RefCell::new(None),
        })
    }

    /// Has `engine` tell what is owed after `looked`, and `broken`, as soon as
    /// it tells nothing else.
    pub(super) fn tell(
        self: &Rc<Self>,
        engine: Rc<Engine<AnyStore>>,
        looked: Looked,
        broken: Option<Notice>,
    ) {
        self.waiting.replace(Some(Work { engine, looked, broken }));
        // One that panicked has ended, too.
        if self.task.borrow().as_ref().is_none_or(JoinHandle::is_finished) {
            let task = tokio::task::spawn_local(Rc::clone(self).run());
            self.task.replace(Some(task));
        }
    }

    /// What every channel was told of the configuration since this was asked last.
    pub(super) fn known(&self) -> Option<Notice> {
        self.known.take()
    }

    /// Finishes the telling under way. What waits for that is owed, and told by
    /// the next process.
    pub(super) async fn finish(&self) {
        if self.is_busy.get() {
            self.waiting.take();
        }
        if let Some(task) = self.task.take() {
            // It fails only by a panic, which has been told of.
            drop(task.await);
        }
    }

    async fn run(self: Rc<Self>) {
        loop {
            let Some(work) = self.waiting.take() else { return };
            self.is_busy.set(true);
            let owes = self.carry_out(work).await;
            self.is_busy.set(false);
            self.bell.ring(owes);
        }
    }

    /// Tells what is broken after the rest: that somebody's home is down is more
    /// urgent. Whether something is owed still.
    async fn carry_out(&self, work: Work) -> bool {
        let Work { engine, looked, broken } = work;
        let owes = match engine.tell(looked).await {
            Ok(summary) => summary.owed > 0,
            Err(error) => {
                tracing::error!(%error, "this tick did not finish; the next one catches up");
                true
            }
        };
        let Some(notice) = broken else { return owes };
        match engine.say(&notice, Budget::UNLIMITED).await {
            Ok(true) => {
                self.known.replace(Some(notice));
                owes
            }
            Ok(false) => true,
            Err(error) => {
                tracing::error!(%error, "the configuration is broken, and nobody could be told yet");
                true
            }
        }
    }
}
