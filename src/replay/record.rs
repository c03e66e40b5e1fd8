//! Recording a trace while ticks run, for a replay under other thresholds.
//!
//! It records what was observed, and not what follows from it: a replay works out itself
//! that a heartbeat is late.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::PathBuf;

use chrono::{DateTime, Utc};

use super::line::Line;
use crate::core::step::Event;
use crate::model::observation::Observation;
use crate::model::self_check::SelfCheck;

/// The file to which each tick appends its lines.
#[derive(Debug, Clone)]
pub struct TraceFile {
    path: PathBuf,
}

impl TraceFile {
    /// Appends to the file at `path`, or creates it.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// Appends what was `seen` in the tick of `at`, and whether the prober was
    /// blind. A trace only serves to look back: if it cannot be written, the
    /// tick goes on, with a warning.
    pub fn append_observations<'a>(
        &self,
        at: DateTime<Utc>,
        seen: impl Iterator<Item = &'a Observation>,
        self_check: SelfCheck,
    ) {
        if let Err(error) = self.append(&text(at, seen, self_check)) {
            let path = self.path.display();
            tracing::warn!(%path, %error, "failed to record this tick; it goes on without");
        }
    }

    /// The same for events from outside that say success or failure.
    pub fn append_events(&self, at: DateTime<Utc>, events: &[Event]) {
        let seen: Vec<Observation> = events.iter().filter_map(Event::seen).collect();
        if !seen.is_empty() {
            self.append_observations(at, seen.iter(), SelfCheck::NotAsked);
        }
    }

    /// Writes all at once, so that two processes do not mix their lines.
    fn append(&self, text: &str) -> io::Result<()> {
        let mut file = OpenOptions::new().append(true).create(true).open(&self.path)?;
        file.write_all(text.as_bytes())
    }
}

/// The lines of one tick.
fn text<'a>(
    at: DateTime<Utc>,
    seen: impl Iterator<Item = &'a Observation>,
    self_check: SelfCheck,
) -> String {
    let mut lines: Vec<Line<'_>> = seen.map(|each| Line::of(each, at)).collect();
    lines.extend(self_check.is_blind().then(|| Line::self_check_failed(at)));
    if lines.is_empty() {
        lines.push(Line::tick(at));
    }
    lines.iter().map(Line::write).collect()
}
