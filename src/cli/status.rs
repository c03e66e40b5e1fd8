//! `prober status`: what the store remembers, drawn.

mod gaps;
mod row;

use std::path::Path;

use chrono::{DateTime, Utc};
use clap::Args;
use tracing_subscriber::filter::LevelFilter;

use super::draw::{BAD, DIM, bars, paint};
use super::setup::{self, Secrets};
use super::table::{self, Cell};
use super::{At, Error, Verdict, say};
use crate::core::announce::Context;
use crate::message::time::Calendar;
use crate::model::history::DAYS;
use crate::model::record::Records;
use crate::model::remembered::Remembered;
use crate::model::shown_names::ShownNames;
use crate::model::state::State;
use crate::model::target::{self, Config, Language, Target};
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
        say(&view(&targets, &config, &memory, now))?;
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

fn view(targets: &[Target], config: &Config, memory: &Remembered, now: DateTime<Utc>) -> String {
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
    let mut text = String::new();
    for (target, line) in targets.iter().zip(table::lines(&rows)) {
        let picture = bars(memory.days(&target.name), now.date_naive(), DAYS);
        text += &format!("{line}\n     {picture}\n");
    }
    for lacking in &config.lacking {
        text += &format!("  {}\n", visible(&format!("here, {lacking}")));
    }
    text += &gaps::gaps(&memory.records, calendar, now);
    for problem in memory.records.unreadable.values() {
        text += &format!("\n  {}\n", paint(BAD, format!("not watched: {problem}")));
    }
    let legend = format!("bars: the last {DAYS} days, today at the right, in UTC");
    format!("{text}\n  {}\n", paint(DIM, legend))
}
