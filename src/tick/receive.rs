//! What was said from outside: judged and stored at once, on top of whatever
//! another process stored meanwhile, because its sender is told that it is.

use std::time::Duration;

use tokio::time::Instant;

use super::{Engine, Summary};
use crate::advance::{self, Step, Word};
use crate::probe::Look;
use crate::store::{Committed, Records, Store, StoreError};
use crate::target;

/// Attempts at storing what was said, and the pause after the first of them
/// that failed; it doubles. Each failure is another process's success.
const TRIES: u32 = 8;
const FIRST_PAUSE: Duration = Duration::from_millis(10);

/// What was stored, and is to be told still.
#[derive(Debug)]
pub struct Taken {
    records: Records,
    summary: Summary,
}

impl Taken {
    /// Says in the log what became true.
    pub fn log(&self) {
        for transition in &self.summary.transitions {
            let (target, kind) = (&transition.target, transition.kind);
            tracing::info!(name = %target, kind, detail = transition.detail, "changed");
        }
    }
}

impl<S: Store, P: Look> Engine<S, P> {
    /// Stores `words` and tells what follows from them.
    ///
    /// It is an error only if they could not be stored: then their sender is
    /// to say them again.
    pub async fn receive(
        &self,
        words: Vec<Word>,
        end: Option<Instant>,
    ) -> Result<Summary, StoreError> {
        let taken = self.take(words).await?;
        Ok(self.tell_taken(taken, end).await)
    }

    /// Stores `words`: once this is done, their sender can be told so.
    pub async fn take(&self, mut words: Vec<Word>) -> Result<Taken, StoreError> {
        let mut summary = Summary::new(self.clock.now(), &self.vantage, 0, &[]);
        let mut pause = FIRST_PAUSE;
        for _ in 0..TRIES {
            let mut records = self.load().await?;
            let guests = self.guests(records.keys().chain(words.iter().map(|word| &word.target)));
            let targets = target::and_guests(&self.config.targets, &guests);
            let step = advance::hear(&self.scene(&targets), &records, &words);
            let conflicts = self.keep(&mut records, step, &mut words, &mut summary).await?;
            if words.is_empty() {
                return Ok(Taken { records, summary });
            }
            summary.conflicts += conflicts;
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        Err(StoreError {
            action: "write",
            place: "the store".into(),
            problem: "other processes kept writing first".into(),
        })
    }

    /// Writes `step`; leaves in `words` those that another process was before.
    async fn keep(
        &self,
        records: &mut Records,
        step: Step,
        words: &mut Vec<Word>,
        summary: &mut Summary,
    ) -> Result<usize, StoreError> {
        let outcomes = self.store.commit(&step.writes).await?;
        let lost = step.writes.iter().zip(&outcomes);
        let lost = lost.filter(|(_, outcome)| **outcome == Committed::Conflict);
        let lost: Vec<_> = lost.map(|(write, _)| write.target.clone()).collect();
        let (again, stored) = words.drain(..).partition(|word| lost.contains(&word.target));
        *words = again;
        if let Some(recorder) = &self.recorder {
            recorder.record_words(self.clock.now(), &stored);
        }
        for (write, outcome) in step.writes.into_iter().zip(outcomes) {
            if let Committed::Stored(revision) = outcome {
                let record = records.entry(write.target).or_default();
                record.revision = revision;
                record.state = write.state;
            }
        }
        let held = step.transitions.into_iter().filter(|(target, _)| !lost.contains(target));
        summary.transitions.extend(held.map(Into::into));
        Ok(lost.len())
    }

    /// Tells what is owed now. What cannot be told is owed still: the next
    /// tick tells it, so its failure is no error.
    pub async fn tell_taken(&self, taken: Taken, end: Option<Instant>) -> Summary {
        let Taken { records, mut summary } = taken;
        let guests = self.guests(records.keys());
        let targets = target::and_guests(&self.config.targets, &guests);
        if let Err(error) = self.tell(&targets, records.clone(), end, &mut summary).await {
            tracing::error!(%error, "stored, but not told; the next tick tells it");
            summary.owed = summary.owed.max(1);
        }
        summary
    }
}
