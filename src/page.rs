//! The status of everything, for people and programs: a page, JSON, a badge and a feed.
//!
//! Pure. Strangers may read all of it, so it shows names, statuses, times and reasons,
//! and never a URL, an address or a detail, which may quote one.

mod badge;
mod charts;
mod feed;
mod html;
mod json;
mod markup;
mod words;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::core::judge::deadline;
use crate::core::judge::schedule::{self, Due};
use crate::message::time::Calendar;
use crate::model::history::Day;
use crate::model::names::TargetName;
use crate::model::observation::WarningKind;
use crate::model::remembered::Remembered;
use crate::model::shown_names::ShownNames;
use crate::model::state::{Incident, Outage, State, Status};
use crate::model::target::{Config, Kind, Language, Target};

pub use self::html::style_hash;
pub use self::json::{Document, TargetLine};

/// How late an observation may be. After that, the last one says nothing about the
/// present.
pub const PATIENCE: TimeDelta = TimeDelta::minutes(10);

/// All targets at one instant.
#[derive(Debug)]
pub struct Page<'a> {
    /// The instant.
    at: DateTime<Utc>,
    language: Language,
    zone: Tz,
    rows: Vec<Row<'a>>,
}

/// One target.
#[derive(Debug)]
struct Row<'a> {
    name: TargetName,
    group: Option<&'a str>,
    standing: Standing,
    incident: Option<&'a Incident>,
    last_outage: Option<&'a Outage>,
    warnings: Vec<WarningKind>,
    is_unstable: bool,
    /// The slot of its last conclusive observation.
    seen: Option<DateTime<Utc>>,
    /// Whether its successes say as much as its failures. Errors and alarms come only
    /// when something is wrong: nothing is measured.
    is_measured: bool,
    days: &'a [Day],
    recent: &'a [Option<u32>],
}

/// How a target is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Up {
        since: DateTime<Utc>,
    },
    Down {
        since: DateTime<Utc>,
    },
    /// It was up, and was not observed since.
    Unseen {
        since: DateTime<Utc>,
    },
    /// Not enough evidence yet.
    Unjudged,
    /// Its record cannot be read.
    Unreadable,
    /// No error was ever reported, which is fine.
    Silent,
}

/// How all targets together are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Down { count: usize },
    Unknown { count: usize },
    Warned { count: usize },
    Up,
}

impl<'a> Page<'a> {
    /// What `memory` says at `now` of the targets of `config`, and of the
    /// `discovered` ones, which `config` does not name.
    #[must_use]
    pub fn new(
        config: &'a Config,
        discovered: &'a [Target],
        memory: &'a Remembered,
        now: DateTime<Utc>,
    ) -> Self {
        let is_named = |name: &TargetName| config.targets.iter().any(|target| target.name == *name);
        let discovered = discovered.iter().filter(|discovered| !is_named(&discovered.name));
        let targets = config.targets.iter().chain(discovered);
        let names = ShownNames::of(targets.clone().map(|target| &target.name));
        let rows = targets.map(|target| {
            let name = TargetName::new(names.shown(&target.name));
            Row { name, ..Row::of(target, memory, now) }
        });
        let (language, zone) = (config.language, config.timezone);
        Self { at: now, language, zone, rows: rows.collect() }
    }

    fn row(&self, name: &str) -> Option<&Row<'a>> {
        self.rows.iter().find(|row| row.name.as_str() == name)
    }

    fn verdict(&self) -> Verdict {
        let count = |is: fn(&Row<'_>) -> bool| self.rows.iter().filter(|row| is(row)).count();
        let down = count(|row| matches!(row.standing, Standing::Down { .. }));
        let unknown = count(|row| row.standing.is_unknown());
        let warned = count(|row| row.is_unstable || !row.warnings.is_empty());
        match (down, unknown, warned) {
            (count @ 1.., _, _) => Verdict::Down { count },
            (0, count @ 1.., _) => Verdict::Unknown { count },
            (0, 0, count @ 1..) => Verdict::Warned { count },
            (0, 0, 0) => Verdict::Up,
        }
    }

    fn calendar(&self) -> Calendar {
        Calendar::new(self.language, self.zone, self.at)
    }
}

impl<'a> Row<'a> {
    fn of(target: &'a Target, memory: &'a Remembered, now: DateTime<Utc>) -> Self {
        let state = memory.state(&target.name);
        let none = if memory.records.is_unreadable(&target.name) {
            Standing::Unreadable
        } else {
            Standing::Unjudged
        };
        let known = state.map_or(none, |state| standing(target, state, now));
        let raised = state.into_iter().flat_map(State::raised);
        Self {
            name: target.name.clone(),
            group: target.group.as_deref(),
            standing: match (&target.kind, known) {
                (Kind::Errors(_) | Kind::Topic, Standing::Unjudged) => Standing::Silent,
                (_, known) => known,
            },
            incident: state.and_then(State::incident),
            last_outage: state.and_then(|state| state.last_outage.as_ref()),
            warnings: raised.map(|(kind, _)| kind).collect(),
            is_unstable: state.is_some_and(|state| state.unstable.is_some()),
            seen: state.and_then(|state| state.last_slot),
            is_measured: match target.kind {
                Kind::Endpoint(_) | Kind::Heartbeat(_) => true,
                Kind::Errors(_) | Kind::Alarm | Kind::Topic | Kind::Unwatched => false,
            },
            days: memory.days(&target.name),
            recent: state.map(|state| state.history.recent.as_slice()).unwrap_or_default(),
        }
    }
}

impl Standing {
    /// The stable code that programs match on.
    const fn code(self) -> &'static str {
        match self {
            Self::Up { .. } => "up",
            Self::Down { .. } => "down",
            Self::Unseen { .. } | Self::Unjudged | Self::Unreadable | Self::Silent => "unknown",
        }
    }

    /// Since when it is so, if that is known.
    const fn since(self) -> Option<DateTime<Utc>> {
        match self {
            Self::Up { since } | Self::Down { since } | Self::Unseen { since } => Some(since),
            Self::Unjudged | Self::Unreadable | Self::Silent => None,
        }
    }

    /// Whether too little is known.
    const fn is_unknown(self) -> bool {
        match self {
            Self::Up { .. } | Self::Down { .. } | Self::Silent => false,
            Self::Unseen { .. } | Self::Unjudged | Self::Unreadable => true,
        }
    }
}

/// The code of the status that is shown of `target` (`up`, `down` or `unknown`), and since
/// when it is so, if that is known.
#[must_use]
pub fn shown_status(
    target: &Target,
    memory: &Remembered,
    now: DateTime<Utc>,
) -> (&'static str, Option<DateTime<Utc>>) {
    let standing = Row::of(target, memory, now).standing;
    (standing.code(), standing.since())
}

fn standing(target: &Target, state: &State, now: DateTime<Utc>) -> Standing {
    match &state.status {
        Status::Unknown => Standing::Unjudged,
        Status::Down(incident) => Standing::Down { since: incident.since },
        Status::Up { since } if is_seen(target, state, now) => Standing::Up { since: *since },
        Status::Up { since } => Standing::Unseen { since: state.last_slot.unwrap_or(*since) },
    }
}

/// Whether the last observation of `target` is as new as it should be. If the prober
/// itself has stopped, nothing else on a page would say so, and what could not be
/// measured is never healthy.
#[must_use]
pub fn is_seen(target: &Target, state: &State, now: DateTime<Utc>) -> bool {
    let then = now - PATIENCE;
    match &target.kind {
        Kind::Endpoint(endpoint) => match schedule::due(&endpoint.cadence, state.last_slot, then) {
            Due::Now { .. } => false,
            Due::Later { .. } | Due::Never => true,
        },
        Kind::Heartbeat(_) => deadline::next(target, state, None).is_none_or(|late| late > then),
        // They call only when something happens.
        Kind::Errors(_) | Kind::Alarm | Kind::Topic => true,
        Kind::Unwatched => false,
    }
}
