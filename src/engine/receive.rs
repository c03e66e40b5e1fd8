//! What was said from outside: judged and stored at once, on top of whatever
//! another process stored meanwhile, because its sender is told that it is.

use std::time::Duration;

use tokio::time::Instant;

use super::tell::Occasion;
use super::{Engine, Summary, unreadable};
use crate::core::announce;
use crate::core::step::{self, Event, ProbeRequest, Step};
use crate::model::names::TargetName;
use crate::model::record::{Committed, Records};
use crate::model::target;
use crate::probe::ProbeOnce;
use crate::store::{Store, StoreError};

/// Attempts at storing what was said, and the pause after the first of them
/// that failed; it doubles. Each failure is another process's success.
pub(super) const TRIES: u32 = 8;
pub(super) const FIRST_PAUSE: Duration = Duration::from_millis(10);

/// Records that are read one by one. Each costs what four do that are read together.
const FEW: usize = 8;

/// What was stored, and is to be told still.
#[derive(Debug)]
pub struct Intake {
    pub(super) records: Records,
    pub(super) summary: Summary,
    /// The probes to be made before.
    pub(super) asked: Vec<ProbeRequest>,
}

impl Intake {
    /// Says in the log what became true.
    pub fn log(&self) {
        self.log_from(0);
    }

    /// The same of what became true after the first so many.
    pub(super) fn log_from(&self, first: usize) {
        for transition in self.summary.transitions.iter().skip(first) {
            let (target, kind) = (&transition.target, transition.kind);
            tracing::info!(name = %target, kind, detail = transition.detail, "changed");
        }
    }

    /// This, and what was stored `before` and is not told: to be told as one.
    #[must_use]
    pub fn and(mut self, before: Option<Self>) -> Self {
        let Some(before) = before else { return self };
        self.asked.extend(before.asked);
        for (name, record) in before.records {
            self.records.entry(name).or_insert(record);
        }
        self
    }
}

impl<S: Store, P: ProbeOnce> Engine<S, P> {
    /// Stores `events` and tells what follows from them.
    ///
    /// It is an error only if they could not be stored: then their sender is
    /// to say them again.
    pub async fn receive(
        &self,
        events: Vec<Event>,
        end: Option<Instant>,
    ) -> Result<Summary, StoreError> {
        let taken = self.take(events).await?;
        Ok(self.tell_taken(taken, end).await)
    }

    /// Stores `events`: once this is done, their sender can be told so.
    pub async fn take(&self, mut events: Vec<Event>) -> Result<Intake, StoreError> {
        let summary = Summary::new(self.clock.now(), &self.vantage, 0, &[]);
        let mut taken = Intake { records: Records::new(), summary, asked: Vec::new() };
        let mut pause = FIRST_PAUSE;
        for _ in 0..TRIES {
            taken.records = self.load_for(&events).await?;
            unreadable::none_of(&events, &taken.records)?;
            let named = events.iter().map(|event| &event.target);
            let discovered = self.discovered(taken.records.keys().chain(named));
            let targets = target::and_discovered(&self.config.targets, &discovered);
            let step = step::of_events(&self.context(&targets), &taken.records, &events);
            let lost = self.commit_events(&mut taken, step).await?;
            let (again, stored) = events.drain(..).partition(|event| lost.contains(&event.target));
            events = again;
            if let Some(recorder) = &self.recorder {
                recorder.record_events(self.clock.now(), &stored);
            }
            if events.is_empty() {
                return Ok(taken);
            }
            taken.summary.conflicts += lost.len();
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        Err(busy())
    }

    /// The records that `events` may change, and those that decide about these. Few
    /// are read one by one, where that costs less than to read all.
    async fn load_for(&self, events: &[Event]) -> Result<Records, StoreError> {
        let named: Vec<&TargetName> = events.iter().map(|event| &event.target).collect();
        let targets = target::by_name(&self.config.targets);
        let related = announce::related(&named, &targets);
        if related.len() > FEW {
            return self.load().await;
        }
        let related: Vec<TargetName> = related.into_iter().cloned().collect();
        Ok(self.believed(self.store.load_some(&related).await?))
    }

    /// Writes `step`, and brings `taken` up to it; returns the targets of
    /// which another process was before us.
    pub(super) async fn commit_events(
        &self,
        taken: &mut Intake,
        step: Step,
    ) -> Result<Vec<TargetName>, StoreError> {
        let outcomes = self.store.commit(&step.writes).await?;
        let mut lost = Vec::new();
        for (write, outcome) in step.writes.into_iter().zip(outcomes) {
            match outcome {
                Committed::Stored(revision) => {
                    let record = taken.records.entry(write.target).or_default();
                    record.revision = revision;
                    record.state = write.state;
                }
                Committed::Conflict => lost.push(write.target),
            }
        }
        let held = step.transitions.into_iter().filter(|(target, _)| !lost.contains(target));
        taken.summary.transitions.extend(held.map(Into::into));
        taken.asked.extend(step.asked.into_iter().filter(|asked| !lost.contains(&asked.stream)));
        Ok(lost)
    }

    /// Makes the probes that were asked for, and tells what is owed now. What
    /// cannot be told is owed still: the next tick tells it, so its failure is
    /// no error.
    pub async fn tell_taken(&self, mut taken: Intake, end: Option<Instant>) -> Summary {
        let told = self.inquire_and_tell(&mut taken, end).await;
        if let Err(error) = told {
            tracing::error!(%error, "stored, but not told; the next tick tells it");
            taken.summary.owed = taken.summary.owed.max(1);
        }
        taken.summary
    }

    async fn inquire_and_tell(
        &self,
        taken: &mut Intake,
        end: Option<Instant>,
    ) -> Result<(), StoreError> {
        self.inquire(taken, end).await?;
        let discovered = self.discovered(taken.records.keys());
        let targets = target::and_discovered(&self.config.targets, &discovered);
        let records = taken.records.clone();
        self.tell(&targets, records, Occasion::Event, end, &mut taken.summary).await
    }
}

/// Not even the last attempt was the first to write.
pub(super) fn busy() -> StoreError {
    StoreError {
        action: "write",
        place: "the store".into(),
        problem: "other processes kept writing first".into(),
    }
}
