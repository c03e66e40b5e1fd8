//! The engine's recorder is the trace file that a replay reads.

use chrono::{DateTime, Utc};

use crate::core::step::Event;
use crate::engine::Recorder;
use crate::model::observation::Observation;
use crate::model::self_check::SelfCheck;
use crate::replay::record::TraceFile;

impl Recorder for TraceFile {
    fn record(&self, at: DateTime<Utc>, seen: &[&Observation], self_check: SelfCheck) {
        self.append_observations(at, seen.iter().copied(), self_check);
    }

    fn record_events(&self, at: DateTime<Utc>, events: &[Event]) {
        self.append_events(at, events);
    }
}
