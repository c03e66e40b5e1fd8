//! How bad it is with a target, and how many are how.

use anstyle::Style;

use crate::cli::draw::{BAD, GOOD, WARN, paint};
use crate::model::state::Status;
use crate::model::target::{Kind, Target};

use super::StatusContext;

/// How a target is; the worst is the least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Severity {
    Down,
    Unknown,
    Warned,
    Up,
}

impl Severity {
    pub(super) fn of(target: &Target, context: &StatusContext<'_>) -> Self {
        if context.memory.records.is_unreadable(&target.name) {
            return Self::Unknown;
        }
        let state = context.state(target);
        match &state.status {
            Status::Down(_) => Self::Down,
            // Nothing was reported, which is fine.
            Status::Unknown if matches!(target.kind, Kind::Errors(_) | Kind::Topic) => Self::Up,
            Status::Unknown => Self::Unknown,
            Status::Up { .. } if !context.is_fresh(target) => Self::Unknown,
            Status::Up { .. } if state.is_warned() => Self::Warned,
            Status::Up { .. } => Self::Up,
        }
    }

    /// Its sign, for those who see no colour, and its colour.
    pub(super) fn sign(self) -> (&'static str, Style) {
        match self {
            Self::Down => ("✕", BAD),
            Self::Unknown => ("?", WARN),
            Self::Warned => ("▲", WARN),
            Self::Up => ("●", GOOD),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Down => "down",
            Self::Unknown => "unknown",
            Self::Warned => "up with a warning",
            Self::Up => "up",
        }
    }
}

/// `1 down, 12 up`, the worst first.
pub(super) fn count(severities: impl Iterator<Item = Severity>) -> String {
    let severities: Vec<Severity> = severities.collect();
    let all = [Severity::Down, Severity::Unknown, Severity::Warned, Severity::Up];
    let part = |severity: Severity| {
        let count = severities.iter().filter(|each| **each == severity).count();
        let (_, style) = severity.sign();
        (count > 0).then(|| paint(style, format!("{count} {}", severity.words())))
    };
    all.into_iter().filter_map(part).collect::<Vec<_>>().join(", ")
}
