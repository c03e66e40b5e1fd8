//! What became of each setting of the source.

use std::fmt::Write as _;

use crate::import::interpolation::shown;
use crate::import::secrets::without;
use crate::import::variables::Variables;
use crate::text::suspicion::mask_suspicious;
use crate::text::{clean, one_line};

/// Most characters of a line's part: a name of the source may be long.
const LONGEST: usize = 200;

/// How many places of one reason are named.
const MOST_PLACES: usize = 3;

/// How much was carried over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportCounts {
    /// Targets.
    pub targets: usize,
    /// Heartbeats.
    pub heartbeats: usize,
    /// Channels.
    pub channels: usize,
    /// Windows of maintenance.
    pub maintenance: usize,
    /// Targets and heartbeats that stand in the file as comments.
    pub off: usize,
}

/// One setting of the source that was not carried over as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    place: String,
    what: String,
    why: String,
}

/// What was carried over, how, and what was not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// How much was carried over.
    pub taken: ImportCounts,
    changed: Vec<Line>,
    left: Vec<Line>,
}

impl ImportReport {
    /// Notes that `what` of `place` was carried over with another meaning.
    pub(super) fn changed(&mut self, place: &str, what: &str, how: &str) {
        self.changed.push(line(place, what, how));
    }

    /// Notes that `what` of `place` was not carried over.
    pub(super) fn left(&mut self, place: &str, what: &str, why: &str) {
        self.left.push(line(place, what, why));
    }

    /// Takes the secrets that are known out of all that is said.
    pub(super) fn hide(&mut self, secrets: &Variables) {
        for line in self.changed.iter_mut().chain(&mut self.left) {
            for part in [&mut line.place, &mut line.what, &mut line.why] {
                *part = secrets.hide(part);
            }
        }
    }

    /// Whether everything was carried over as it is.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.changed.is_empty() && self.left.is_empty()
    }

    /// Whether nothing was left out.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.left.is_empty()
    }

    /// One line for each setting that has another meaning here: what, where, and how.
    #[must_use]
    pub fn changed_lines(&self) -> Vec<String> {
        folded(&self.changed)
    }

    /// One line for each setting that was not carried over: what, where, and why.
    #[must_use]
    pub fn left_lines(&self) -> Vec<String> {
        folded(&self.left)
    }
}

fn line(place: &str, what: &str, why: &str) -> Line {
    let part = |text: &str| one_line(&clean(&without(text)), LONGEST);
    Line { place: part(place), what: part(what), why: mask_suspicious(&shown(why)) }
}

/// The same setting with the same reason in several places is one line.
fn folded(lines: &[Line]) -> Vec<String> {
    let mut groups: Vec<(&Line, Vec<&str>)> = Vec::new();
    for line in lines {
        match groups.iter_mut().find(|(first, _)| first.what == line.what && first.why == line.why)
        {
            Some((_, places)) if places.contains(&line.place.as_str()) => {}
            Some((_, places)) => places.push(&line.place),
            None => groups.push((line, vec![&line.place])),
        }
    }
    groups
        .into_iter()
        .map(|(line, places)| format!("{}: {}", head(line, &places), line.why))
        .collect()
}

fn head(line: &Line, places: &[&str]) -> String {
    let named: Vec<&str> = places.iter().take(MOST_PLACES).copied().collect();
    let mut head = format!("{}: {}", named.join(", "), line.what);
    if let Some(more) = places.len().checked_sub(MOST_PLACES).filter(|more| *more > 0) {
        head.clear();
        let _ = write!(head, "{} and {more} more: {}", named.join(", "), line.what);
    }
    head
}
