//! What all processes share: time, chance, what is true of the targets, what
//! the channels do, and the book in which everything is checked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use prober::clock::Clock;
use prober::store::MemoryStore;
use tokio::time::Instant;

use super::book::Book;
use super::dice::Dice;
use crate::world::epoch;

/// The endpoints that are watched; `photos` depends on `router`.
pub(super) const ENDPOINTS: [&str; 4] = ["router", "nas", "photos", "blog"];

/// The channels that are told.
pub(super) const CHANNELS: [&str; 3] = ["slack", "mail", "phone"];

/// Shared by all processes of one history.
#[derive(Clone)]
pub(super) struct World {
    inner: Arc<Mutex<Inner>>,
    hands: Arc<Mutex<DateTime<Utc>>>,
    pub(super) store: MemoryStore,
}

pub(super) struct Inner {
    pub(super) dice: Dice,
    pub(super) book: Book,
    /// Whether nothing goes wrong for now.
    pub(super) calm: bool,
    /// Who really works.
    pub(super) works: BTreeMap<&'static str, bool>,
    /// The channels that refuse messages.
    pub(super) refusing: BTreeMap<&'static str, bool>,
    /// How far the machine's clock is from true time.
    jump: TimeDelta,
    begin: Instant,
    failures: u64,
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let inner = Inner {
            dice: Dice::new(seed),
            book: Book::default(),
            calm: false,
            works: ENDPOINTS.iter().map(|name| (*name, true)).collect(),
            refusing: CHANNELS.iter().map(|name| (*name, false)).collect(),
            jump: TimeDelta::zero(),
            begin: Instant::now(),
            failures: 0,
        };
        Self {
            inner: Arc::new(Mutex::new(inner)),
            hands: Arc::new(Mutex::new(epoch())),
            store: MemoryStore::new(),
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        // After a broken promise, the first panic is the one to read.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The machine's clock, which only [`World::sync`] moves.
    pub(super) fn clock(&self) -> Clock {
        Clock::Manual(Arc::clone(&self.hands))
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        *self.hands.lock().unwrap()
    }

    /// Sets the clock to what it shows by now.
    pub(super) fn sync(&self) {
        let inner = self.lock();
        let passed = TimeDelta::from_std(inner.begin.elapsed()).unwrap();
        *self.hands.lock().unwrap() = epoch() + passed + inner.jump;
    }

    /// Somebody sets the clock.
    pub(super) fn jump(&self, by: TimeDelta) {
        self.lock().jump += by;
        self.sync();
    }

    /// Sets the clock right, if that is forward.
    pub(super) fn set_right(&self) {
        let mut inner = self.lock();
        inner.jump = inner.jump.max(TimeDelta::zero());
        drop(inner);
        self.sync();
    }

    /// Lets time pass.
    pub(super) async fn pass(&self, time: Duration) {
        tokio::time::sleep(time).await;
        self.sync();
    }
}

impl Inner {
    /// True `times` times of a thousand, while something may go wrong.
    pub(super) fn trouble(&mut self, times: u64) -> bool {
        !self.calm && self.dice.per_mille(times)
    }

    /// A detail that no other failure has: messages are recognised by it.
    pub(super) fn detail(&mut self, target: &str) -> String {
        self.failures += 1;
        format!("failure {} of {target}", self.failures)
    }
}
