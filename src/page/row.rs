//! One target, as it is shown.

use chrono::{DateTime, Utc};

use crate::core::announce::{self, Context};
use crate::core::judge::freshness::is_fresh;
use crate::model::history::Day;
use crate::model::hours::Hour;
use crate::model::names::TargetName;
use crate::model::observation::WarningKind;
use crate::model::remembered::Remembered;
use crate::model::shown_names::ShownNames;
use crate::model::state::{Beat, Incident, Outage, State, Status};
use crate::model::target::{Kind, Target};

/// One target.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct Row<'a> {
    /// The name under which it is stored.
    pub(super) key: &'a TargetName,
    /// The name under which it is shown.
    pub(super) name: TargetName,
    pub(super) group: Option<&'a str>,
    pub(super) status: ShownStatus,
    /// Why it need not work now.
    pub(super) planned: Option<Planned>,
    /// Also where it is in maintenance as well.
    pub(super) paused_until: Option<DateTime<Utc>>,
    /// The target that it depends on and that is down too, the topmost of those shown.
    pub(super) behind: Option<TargetName>,
    pub(super) incident: Option<&'a Incident>,
    pub(super) last_outage: Option<&'a Outage>,
    pub(super) warnings: Vec<WarningKind>,
    pub(super) is_unstable: bool,
    /// Whether something is to be said of it even while it works.
    pub(super) is_warned: bool,
    /// The slot of its last conclusive observation.
    pub(super) seen: Option<DateTime<Utc>>,
    pub(super) is_heartbeat: bool,
    /// Its last ping.
    pub(super) beat: Option<Beat>,
    /// Whether its successes say as much as its failures. Errors and alarms come only
    /// when something is wrong: nothing is measured.
    pub(super) is_measured: bool,
    pub(super) days: &'a [Day],
    /// The last 24 hours.
    pub(super) hours: Vec<(DateTime<Utc>, Hour)>,
    pub(super) recent: &'a [Option<u32>],
}

/// How a target is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ShownStatus {
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

/// Why nobody is told that a target is down, and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Planned {
    Maintenance(DateTime<Utc>),
    Pause(DateTime<Utc>),
}

impl<'a> Row<'a> {
    pub(super) fn of(
        target: &'a Target,
        memory: &'a Remembered,
        context: &Context<'_>,
        names: &ShownNames,
    ) -> Self {
        let (state, now) = (memory.state(&target.name), context.now());
        let raised = state.into_iter().flat_map(State::raised);
        let history = state.map(|state| &state.history);
        Self {
            key: &target.name,
            name: TargetName::new(names.shown(&target.name)),
            group: target.group.as_deref(),
            status: ShownStatus::of(target, memory, now),
            planned: planned(target, state, context),
            paused_until: state.and_then(|state| announce::paused_until(state, now)),
            behind: root(target, memory, context).cloned(),
            incident: state.and_then(State::incident),
            last_outage: state.and_then(|state| state.last_outage.as_ref()),
            warnings: raised.map(|(kind, _)| kind).collect(),
            is_unstable: state.is_some_and(|state| state.unstable.is_some()),
            is_warned: state.is_some_and(State::is_warned),
            seen: state.and_then(|state| state.last_slot),
            is_heartbeat: matches!(target.kind, Kind::Heartbeat(_)),
            beat: state.and_then(|state| state.by_kind.beat()),
            is_measured: match target.kind {
                Kind::Endpoint(_) | Kind::Heartbeat(_) => true,
                Kind::Errors(_) | Kind::Alarm | Kind::Topic | Kind::Off => false,
            },
            days: memory.days(&target.name),
            hours: history.map(|history| history.hours.until(now)).unwrap_or_default(),
            recent: history.map(|history| history.recent.as_slice()).unwrap_or_default(),
        }
    }

    /// Whether it is down and must be looked at for itself.
    pub(super) fn is_root(&self) -> bool {
        self.incident.is_some() && self.planned.is_none() && self.behind.is_none()
    }

    /// The class of its colour: a warning is a flag beside the status, but there is only
    /// one colour.
    pub(super) fn class(&self) -> &'static str {
        if self.planned.is_some() {
            return "planned";
        }
        match self.status {
            ShownStatus::Up { .. } if self.is_warned => "warned",
            ShownStatus::Down { .. } if self.behind.is_some() => "behind",
            ShownStatus::Silent => "up",
            ShownStatus::Up { .. }
            | ShownStatus::Down { .. }
            | ShownStatus::Unseen { .. }
            | ShownStatus::Unjudged
            | ShownStatus::Unreadable => self.status.code(),
        }
    }
}

fn planned(target: &Target, state: Option<&State>, context: &Context<'_>) -> Option<Planned> {
    let maintained = context.maintained_until(&target.name).map(Planned::Maintenance);
    let paused = || announce::paused_until(state?, context.now()).map(Planned::Pause);
    maintained.or_else(paused)
}

/// The topmost public target that `target` depends on and that is down, as `target` is.
fn root<'t>(
    target: &'t Target,
    memory: &Remembered,
    context: &Context<'t>,
) -> Option<&'t TargetName> {
    memory.state(&target.name)?.incident()?;
    let broken = announce::all_broken(target, context.targets(), &memory.records);
    broken.into_iter().find(|name| {
        let is_down = memory.state(name).is_some_and(|state| state.incident().is_some());
        is_down && context.targets().get(name).is_some_and(|root| root.is_public)
    })
}

impl ShownStatus {
    pub(super) fn of(target: &Target, memory: &Remembered, now: DateTime<Utc>) -> Self {
        let none = if memory.records.is_unreadable(&target.name) {
            Self::Unreadable
        } else {
            Self::Unjudged
        };
        let state = memory.state(&target.name);
        match (&target.kind, state.map_or(none, |state| Self::known(target, state, now))) {
            (Kind::Errors(_) | Kind::Topic, Self::Unjudged) => Self::Silent,
            (_, known) => known,
        }
    }

    fn known(target: &Target, state: &State, now: DateTime<Utc>) -> Self {
        match &state.status {
            Status::Unknown => Self::Unjudged,
            Status::Down(incident) => Self::Down { since: incident.since },
            Status::Up { since } if is_fresh(target, state, now) => Self::Up { since: *since },
            Status::Up { since } => Self::Unseen { since: state.last_slot.unwrap_or(*since) },
        }
    }

    /// The stable code that programs match on.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Up { .. } => "up",
            Self::Down { .. } => "down",
            Self::Unseen { .. } | Self::Unjudged | Self::Unreadable | Self::Silent => "unknown",
        }
    }

    /// Since when it is so, if that is known.
    pub(super) const fn since(self) -> Option<DateTime<Utc>> {
        match self {
            Self::Up { since } | Self::Down { since } | Self::Unseen { since } => Some(since),
            Self::Unjudged | Self::Unreadable | Self::Silent => None,
        }
    }

    /// Whether too little is known.
    pub(super) const fn is_unknown(self) -> bool {
        match self {
            Self::Up { .. } | Self::Down { .. } | Self::Silent => false,
            Self::Unseen { .. } | Self::Unjudged | Self::Unreadable => true,
        }
    }
}
