//! What channels would have been told: a trace of observations, recorded or made up, is
//! judged exactly as a tick judges.
//!
//! Pure, but for `record.rs`, which writes traces: lines in, messages out. The trace has the instants, the store is a map, and the
//! trace says whether a channel accepts.

mod bad_line;
mod line;
mod pass;
pub mod record;
mod sent;
mod summary;

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::model::names::TargetName;
use crate::model::observation::Vantage;
use crate::model::self_check::SelfCheck;
use crate::model::target::Config;

pub use bad_line::BadLine;
use line::{Content, Line};
use pass::{PassLines, World};
pub use sent::Sent;
pub use summary::{Delays, ReplaySummary, TargetSummary};

/// A trace that is being replayed, a line at a time.
///
/// ```
/// use prober::{config, model::observation::Vantage, replay::Replay};
/// # let sources = config::Sources {
/// #     env: &|_| None,
/// #     read_file: &|_| Err(std::io::ErrorKind::NotFound.into()),
/// #     now: chrono::DateTime::UNIX_EPOCH,
/// # };
/// let text = "[notify.phone]\ntype = 'console'\n[[target]]\nname = 'nas'\nurl = 'tcp://192.0.2.1:22'\n";
/// let config = config::parse("probes.toml".as_ref(), text, &sources).unwrap();
/// let mut replay = Replay::new(&config, Vantage("here".into()));
/// for minute in 0..3 {
///     let line = format!(
///         r#"{{"at": "2026-01-01T00:0{minute}:00Z", "target": "nas", "outcome": "failure", "reason": "timeout"}}"#
///     );
///     // A pass is over once a line is of a later instant.
///     assert_eq!(replay.line(&line).unwrap().len(), usize::from(minute == 2));
/// }
/// assert!(replay.end().is_empty());
/// ```
pub struct Replay<'a> {
    world: World<'a>,
    pass: Option<PassLines>,
    lines: u64,
    names: HashMap<String, TargetName>,
    latest_at: (String, DateTime<Utc>),
}

impl<'a> Replay<'a> {
    /// A replay that knows nothing yet, and in which all channels accept.
    /// `vantage` is that of observations which name none.
    #[must_use]
    pub fn new(config: &'a Config, vantage: Vantage) -> Self {
        let name = |name: &TargetName| (name.as_str().to_owned(), name.clone());
        Self {
            names: config.targets.iter().map(|target| name(&target.name)).collect(),
            world: World::new(config, vantage),
            pass: None,
            lines: 0,
            latest_at: (String::new(), DateTime::UNIX_EPOCH),
        }
    }

    /// Takes the next line of the trace. Returns what was sent in the pass
    /// before, if this line is of a later one.
    ///
    /// # Errors
    /// The line cannot be read, names what is not configured, or goes back in
    /// time. The replay must not go on then.
    pub fn line(&mut self, text: &str) -> Result<Vec<Sent>, BadLine> {
        self.lines += 1;
        if text.trim().is_empty() {
            return Ok(Vec::new());
        }
        self.take(text).map_err(|problem| BadLine { line: self.lines, problem })
    }

    fn take(&mut self, text: &str) -> Result<Vec<Sent>, String> {
        let line = Line::read(text)?;
        let at = self.instant(&line)?;
        let said = line.content()?;
        let sent = match self.pass.as_ref().map(|pass| pass.at) {
            Some(now) if at < now => return Err(backwards(at, now)),
            Some(now) if at == now => Vec::new(),
            Some(_) | None => self.end(),
        };
        let mut pass = self.pass.take().unwrap_or_else(|| PassLines::new(at));
        match said {
            Content::Observation(seen) => {
                let target = self.target(seen.target)?;
                let mut seen = seen.observation(target, at, self.world.vantage())?;
                self.world.judge_latency(&mut seen);
                if !self.world.ignores(&seen.target) {
                    pass.observations.push(seen);
                }
            }
            Content::Channel { name, accepts } => self.world.listen(name, accepts)?,
            Content::SelfCheckFailed => pass.self_check = SelfCheck::Failed,
            Content::Tick => {}
        }
        self.pass = Some(pass);
        Ok(sent)
    }

    /// Ends the last pass; returns what was sent in it.
    pub fn end(&mut self) -> Vec<Sent> {
        self.pass.take().map(|pass| self.world.pass(pass)).unwrap_or_default()
    }

    /// The figures of all passes that have ended.
    #[must_use]
    pub fn summary(&self) -> ReplaySummary {
        self.world.summary()
    }

    /// The instant of `line`. Most lines have exactly the text of the previous one.
    fn instant(&mut self, line: &Line<'_>) -> Result<DateTime<Utc>, String> {
        if line.at() != self.latest_at.0 {
            self.latest_at = (line.at().to_owned(), line::instant("at", line.at())?);
        }
        Ok(self.latest_at.1)
    }

    /// The target called `name`, configured or discovered.
    fn target(&mut self, name: &str) -> Result<TargetName, String> {
        if let Some(known) = self.names.get(name) {
            return Ok(known.clone());
        }
        let wanted = TargetName::new(name);
        // A discovered target of the recording may be ignored by this configuration.
        if !self.world.discover(&wanted) && !self.world.ignores(&wanted) {
            let names = self.names.keys().map(String::as_str);
            return Err(bad_line::unknown("target", name, names));
        }
        self.names.insert(name.to_owned(), wanted.clone());
        Ok(wanted)
    }
}

fn backwards(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    format!("{at:?} is before {now:?} of the line above: sort the trace by time")
}
