//! The engine's recorder is the trace file that a replay reads.

use chrono::{DateTime, Utc};

use crate::core::step::Event;
use crate::engine::Recorder;
use crate::model::observation::Observation;
use crate::replay::record::TraceFile;

impl Recorder for TraceFile {
    fn record(&self, at: DateTime<Utc>, seen: &[&Observation], self_check_failed: bool) {
        self.append_observations(at, seen.iter().copied(), self_check_failed);
    }

    fn record_events(&self, at: DateTime<Utc>, events: &[Event]) {
        self.append_events(at, events);
    }
}
