//! Events from outside on their way into the store. Their sender gets an answer once
//! they are stored, so a lost race is no reason to drop one: it is judged again on
//! top of what another process stored.

use std::collections::BTreeSet;

use super::{Event, Step, of_events};
use crate::core::announce::Context;
use crate::model::names::TargetName;
use crate::model::record::{Records, Write};

/// Events on their way into the store.
///
/// Perform [`Receiving::writes`], and answer with [`Receiving::stored`]; until
/// [`Receiving::is_done`], do it again from newer records.
#[derive(Debug)]
pub struct Receiving {
    /// The events that are not stored yet, in the order in which they came.
    events: Vec<Event>,
    /// The step that follows from them and the records of the present attempt.
    step: Step,
    done: Step,
    conflicts: usize,
}

impl Receiving {
    /// Begins to store `events`.
    #[must_use]
    pub fn new(events: Vec<Event>) -> Self {
        Self { events, step: Step::default(), done: Step::default(), conflicts: 0 }
    }

    /// The targets of the events that are not stored yet.
    pub fn targets(&self) -> impl Iterator<Item = &TargetName> {
        self.events.iter().map(|event| &event.target)
    }

    /// The writes that are still missing; `records` is what is stored.
    pub fn writes(&mut self, context: &Context<'_>, records: &Records) -> Vec<Write> {
        self.step = of_events(context, records, &self.events);
        std::mem::take(&mut self.step.writes)
    }

    /// Those writes are stored, except those of the targets in `lost`, which
    /// another process wrote first. Returns the events that are now stored.
    pub fn stored(&mut self, lost: &BTreeSet<TargetName>) -> Vec<Event> {
        self.done.extend(std::mem::take(&mut self.step).without(lost));
        self.conflicts += lost.len();
        let (again, stored) = self.events.drain(..).partition(|event| lost.contains(&event.target));
        self.events = again;
        stored
    }

    /// Whether all events are stored.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.events.is_empty()
    }

    /// The step of the stored events, and how many races were lost.
    #[must_use]
    pub fn finish(self) -> (Step, usize) {
        (self.done, self.conflicts)
    }
}
