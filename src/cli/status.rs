//! `prober status`: what the store remembers, drawn.

mod gaps;
mod row;

use std::path::Path;

use chrono::{DateTime, Utc};
use clap::Args;
use tracing_subscriber::filter::LevelFilter;

use super::draw::{self, BAD, BOLD, DIM, GOOD, WARN, bars, paint};
use super::setup::{self, Secrets};
use super::table::{self, Cell};
use super::{At, Error, Verdict, say};
use crate::core::announce::Context;
use crate::message::time::Calendar;
use crate::model::history::DAYS;
use crate::model::record::Records;
use crate::model::remembered::Remembered;
use crate::model::shown_names::ShownNames;
use crate::model::state::{self, State};
use crate::model::target::{self, Config, Language, Target};
use crate::text::duration::english as duration;
use crate::text::visible;

#[derive(Debug, Args)]
pub(super) struct Status {
    #[command(flatten)]
    at: At,
}

impl Status {
    pub(super) async fn run(&self, path: &Path) -> Result<Verdict, Error> {
        setup::logs(LevelFilter::WARN);
        let config = setup::config(path, Secrets::LeftOut).await?;
        let now = setup::clock(self.at.at).now();
        let Some(store) = setup::existing_store(&config).await? else {
            return say(&setup::nothing_yet(&config));
        };
        let memory = crate::store::remembered(&store, now).await?;
        let targets = targets(&config, &memory.records);
        let down = targets.iter().filter(|target| is_down(&memory, target)).count();
        say(&view(&targets, &config, &memory, now, draw::terminal_width()))?;
        Ok(Verdict::good_if(down == 0 && memory.records.unreadable.is_empty()))
    }
}

fn is_down(memory: &Remembered, target: &Target) -> bool {
    memory.state(&target.name).is_some_and(|state| state.incident().is_some())
}

/// The configured targets, in their order, and then the discovered ones.
pub(super) fn targets(config: &Config, records: &Records) -> Vec<Target> {
    let discovered = records.names().filter_map(|name| config.discovered.target(name));
    config.targets.iter().cloned().chain(discovered).collect()
}

/// The same row of a target whose record cannot be read: it says so at its end.
fn unreadable(mut row: Vec<Cell>) -> Vec<Cell> {
    drop(row.pop());
    row.push(Cell::new("its record cannot be read"));
    row
}

/// Everything, for a terminal of that `width`, if there is one.
fn view(
    targets: &[Target],
    config: &Config,
    memory: &Remembered,
    now: DateTime<Utc>,
    width: Option<usize>,
) -> String {
    let nothing = State::default();
    let named = target::by_name(targets);
    let shown = ShownNames::of(targets.iter().map(|target| &target.name));
    let context = Context::new(&named, &config.maintenance, now);
    let calendar = Calendar::new(Language::En, config.timezone, now);
    let rows: Vec<Vec<Cell>> = targets
        .iter()
        .map(|target| {
            let state = memory.state(&target.name).unwrap_or(&nothing);
            let row = row::row(
                &shown.shown(&target.name),
                target,
                state,
                memory.days(&target.name),
                calendar,
                &context,
            );
            if memory.records.is_unreadable(&target.name) { unreadable(row) } else { row }
        })
        .collect();
    let shown_days = days_within(width);
    let lines = table::lines_within(&rows, width);
    let mut text = String::new();
    let mut group = None;
    for at in order(targets, memory) {
        let target = &targets[at];
        if target.group.as_deref() != group {
            group = target.group.as_deref();
            text += &format!("{}\n", paint(BOLD, visible(group.unwrap_or_default())));
        }
        let picture = bars(memory.days(&target.name), now.date_naive(), shown_days);
        text += &format!("{}\n     {picture}\n", lines[at]);
    }
    for lacking in &config.lacking {
        text += &format!("  {}\n", visible(&format!("here, {lacking}")));
    }
    text += &gaps::gaps(&memory.records, calendar, now);
    for problem in memory.records.unreadable.values() {
        text += &format!("\n  {}\n", paint(BAD, format!("not watched: {problem}")));
    }
    text += &format!("\n  {}\n", summary(targets, memory, now));
    let legend = format!(
        "lines: latest probes, each from 0 to its highest; \
         bars: {shown_days} days, today at the right, in UTC"
    );
    for line in table::wrapped(&legend, width.map_or(usize::MAX, |width| width.saturating_sub(2))) {
        text += &format!("  {}\n", paint(DIM, line));
    }
    text
}

/// How many days a terminal of that `width` has room for: a round number.
fn days_within(width: Option<usize>) -> u64 {
    const MARGIN: u64 = 5;
    let room = width.map_or(u64::MAX, |width| width as u64);
    [DAYS, 60, 30].into_iter().find(|days| days + MARGIN <= room).unwrap_or(10)
}

/// How bad it is with a target; the worst is the least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Down,
    Unknown,
    Warned,
    Up,
}

impl Standing {
    fn of(target: &Target, memory: &Remembered) -> Self {
        match memory.state(&target.name) {
            Some(state) => match &state.status {
                state::Status::Down(_) => Self::Down,
                state::Status::Unknown => Self::Unknown,
                state::Status::Up { .. } if state.raised().next().is_some() => Self::Warned,
                state::Status::Up { .. } => Self::Up,
            },
            None => Self::Unknown,
        }
    }
}

/// The places of the targets as they are shown: those without a group, then group by group
/// in the order of the file; in each, the worst first.
fn order(targets: &[Target], memory: &Remembered) -> Vec<usize> {
    let first = |group: Option<&str>| {
        group.and_then(|_| targets.iter().position(|target| target.group.as_deref() == group))
    };
    let mut places: Vec<usize> = (0..targets.len()).collect();
    places.sort_by_key(|at| {
        let target = &targets[*at];
        (first(target.group.as_deref()), Standing::of(target, memory))
    });
    places
}

/// How many are how, and how old the latest observation is.
fn summary(targets: &[Target], memory: &Remembered, now: DateTime<Utc>) -> String {
    let count =
        |standing| targets.iter().filter(|target| Standing::of(target, memory) == standing).count();
    let part = |standing, word: &str, style| {
        let count = count(standing);
        (count > 0).then(|| paint(style, format!("{count} {word}")))
    };
    let mut parts: Vec<String> = [
        part(Standing::Down, "down", BAD),
        part(Standing::Unknown, "unknown", WARN),
        part(Standing::Warned, "up with a warning", WARN),
        part(Standing::Up, "up", GOOD),
    ]
    .into_iter()
    .flatten()
    .collect();
    let slots = targets.iter().filter_map(|target| memory.state(&target.name)?.last_slot);
    parts.extend(slots.max().map(|at| format!("last observation {} ago", duration(now - at))));
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_days_are_shown_where_there_is_no_room() {
        let days = [None, Some(120), Some(95), Some(80), Some(60), Some(20)].map(days_within);
        assert_eq!(days, [90, 90, 90, 60, 30, 10]);
    }
}
