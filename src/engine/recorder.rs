//! Records what ticks observed, for a replay with other thresholds.

use chrono::{DateTime, Utc};

use crate::core::step::Event;
use crate::model::observation::Observation;
use crate::model::self_check::SelfCheck;

/// What keeps a trace of the observations that the engine makes and is told.
///
/// A trace only serves to look back: an implementation that cannot write it logs that,
/// and the tick goes on.
pub trait Recorder: std::fmt::Debug + Send + Sync {
    /// Keeps what was `seen` in the tick of `at`, and the answer of its self-check.
    fn record(&self, at: DateTime<Utc>, seen: &[&Observation], self_check: SelfCheck);

    /// Keeps those of `events`, received at `at`, that tell success or failure.
    fn record_events(&self, at: DateTime<Utc>, events: &[Event]);
}
