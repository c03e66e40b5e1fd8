//! What a channel can be told of one target.

use chrono::{DateTime, Utc};

use crate::model::detail::Detail;
use crate::model::names::TargetName;
use crate::model::observation::WarningKind;
use crate::model::state::{ErrorKind, Incident, NewsItem, Outage, Status};
use crate::model::target::Flapping;

/// Something that a channel should know of a target and was not told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// An incident was owed, and closed before it could be told.
    WasDown {
        /// The incident that is over.
        outage: Outage,
        /// Of an error stream, its kinds of errors if there were several and they are known.
        kinds: Vec<ErrorKind>,
        /// Errors of further kinds, which were only counted.
        others: u32,
        /// Whether the target is down again.
        is_down_again: bool,
    },
    /// An incident that the channel was told of is over.
    Recovered(Outage),
    /// The same of an error stream that had errors of several kinds.
    Quiet {
        /// The incident that is over.
        outage: Outage,
        /// Its kinds of errors that were told, in the order in which they came.
        kinds: Vec<ErrorKind>,
        /// Errors of further kinds, which were only counted.
        others: u32,
    },
    /// The same of a target that others depend on, of which the channel was told that
    /// they are affected.
    RootRecovered {
        /// The incident that is over.
        outage: Outage,
        /// What became of the others.
        aftermath: Aftermath,
    },
    /// An incident is open.
    Down {
        /// The incident that opened.
        incident: Incident,
        /// The targets that depend on this one, however far, and are down or
        /// failing.
        affected: Vec<TargetName>,
    },
    /// An incident that the channel knows of has errors of further kinds.
    Another {
        /// Which incident.
        incident: DateTime<Utc>,
        /// How many of its kinds of errors the channel knows already.
        known: usize,
        /// The others.
        kinds: Vec<ErrorKind>,
    },
    /// What was published on a topic.
    News(Vec<NewsItem>),
    /// It is still open, and a reminder is due.
    StillDown(Incident),
    /// It changes too often for each change to be told.
    Unstable {
        /// Since when.
        since: DateTime<Utc>,
        /// What its policy counts as too often.
        flapping: Flapping,
        /// The incident that is open now, if it is down.
        incident: Option<Incident>,
    },
    /// It no longer changes so often, and holds this status.
    Steady(Status),
    /// Limits are crossed: which, and how far.
    Warning(Vec<(WarningKind, Detail)>),
    /// Limits are no longer crossed: which, and what is seen instead, if that is known.
    Cleared(Vec<(WarningKind, Detail)>),
}

/// What became of the targets behind one that works again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Aftermath {
    /// How many the channel was told of.
    pub told: usize,
    /// Those that were seen to fail since.
    pub still: Vec<TargetName>,
    /// Those of which it is not known yet whether they work.
    pub unknown: Vec<TargetName>,
}

impl Aftermath {
    /// How many are known to work.
    #[must_use]
    pub fn back(&self) -> usize {
        self.told.saturating_sub(self.still.len() + self.unknown.len())
    }
}

impl Fact {
    /// `incident` is open, and affects no other target.
    #[must_use]
    pub const fn down(incident: Incident) -> Self {
        Self::Down { incident, affected: Vec::new() }
    }

    /// The incident of `outage` was missed, and the target works since.
    #[must_use]
    pub const fn was_down(outage: Outage) -> Self {
        Self::WasDown { outage, kinds: Vec::new(), others: 0, is_down_again: false }
    }

    /// The incident that a channel knows of once it was told this.
    #[must_use]
    pub const fn opens(&self) -> Option<&Incident> {
        match self {
            Self::Down { incident, .. } | Self::Steady(Status::Down(incident)) => Some(incident),
            Self::Steady(Status::Up { .. } | Status::Unknown)
            | Self::Another { .. }
            | Self::News(_)
            | Self::StillDown(_)
            | Self::WasDown { .. }
            | Self::Recovered(_)
            | Self::Quiet { .. }
            | Self::RootRecovered { .. }
            | Self::Unstable { .. }
            | Self::Warning(_)
            | Self::Cleared(_) => None,
        }
    }

    /// Distinguishes this fact from every other one that may be owed of the target
    /// now or later. It is the same at every tick as long as the fact is owed.
    #[must_use]
    pub fn key(&self) -> String {
        let of = match self {
            Self::WasDown { outage, .. }
            | Self::Recovered(outage)
            | Self::Quiet { outage, .. }
            | Self::RootRecovered { outage, .. } => outage.since.to_rfc3339(),
            Self::Down { incident, .. }
            | Self::StillDown(incident)
            | Self::Steady(Status::Down(incident)) => incident.since.to_rfc3339(),
            Self::Another { incident, known, .. } => format!("{} {known}", incident.to_rfc3339()),
            Self::News(items) => {
                items.first().map(|item| item.number.to_string()).unwrap_or_default()
            }
            Self::Unstable { since, .. } => since.to_rfc3339(),
            Self::Steady(Status::Up { .. } | Status::Unknown) => String::new(),
            Self::Warning(raised) => {
                raised.iter().map(|(kind, _)| kind.code()).collect::<Vec<_>>().join(" ")
            }
            Self::Cleared(kinds) => {
                kinds.iter().map(|(kind, _)| kind.code()).collect::<Vec<_>>().join(" ")
            }
        };
        format!("{} {of}", self.kind())
    }

    /// The stable code that programs match on.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::WasDown { .. } => "was_down",
            Self::Recovered(_) | Self::Quiet { .. } | Self::RootRecovered { .. } => "recovered",
            Self::Down { .. } => "down",
            Self::Another { .. } => "another",
            Self::News(_) => "news",
            Self::StillDown(_) => "still_down",
            Self::Unstable { .. } => "unstable",
            Self::Steady(_) => "steady",
            Self::Warning(_) => "warning",
            Self::Cleared(_) => "cleared",
        }
    }
}
