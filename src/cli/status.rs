//! `prober status`: what the store remembers, drawn.

mod row;

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, Days, Utc};
use clap::Args;
use tracing_subscriber::filter::LevelFilter;

use super::draw::{DIM, bars, paint};
use super::setup::{self, Secrets};
use super::table::{self, Cell};
use super::{At, Cannot, Verdict, say};
use crate::assembly;
use crate::history::{DAYS, Day};
use crate::message::time::Calendar;
use crate::state::State;
use crate::store::{AnyStore, Records, SqliteStore, Store, StoreError};
use crate::target::{Config, Target, TargetName};

#[derive(Debug, Args)]
pub(super) struct Status {
    #[command(flatten)]
    at: At,
}

impl Status {
    pub(super) async fn run(&self, path: &Path) -> Result<Verdict, Cannot> {
        setup::logs(LevelFilter::WARN);
        let config = setup::config(path, Secrets::LeftOut).await?;
        let now = setup::clock(self.at.at).now();
        let Some(store) = existing(&config).await? else {
            let place = config.store_path.display();
            say(&format!("Nothing was observed yet: {place} is not there. Run `prober tick`.\n"))?;
            return Ok(Verdict::Good);
        };
        let memory = Memory::read(&store, now).await?;
        let targets = targets(&config, &memory.records);
        let down = targets.iter().filter(|target| memory.is_down(target)).count();
        say(&view(&targets, &config, &memory, now))?;
        Ok(Verdict::good_if(down == 0))
    }
}

/// The store, if there is one.
async fn existing(config: &Config) -> Result<Option<AnyStore>, Cannot> {
    match assembly::table().await? {
        Some(table) => Ok(Some(table)),
        None => Ok(SqliteStore::open_existing(&config.store_path)?.map(AnyStore::Sqlite)),
    }
}

/// What the store remembers.
struct Memory {
    records: Records,
    days: BTreeMap<TargetName, Vec<Day>>,
}

impl Memory {
    async fn read(store: &impl Store, now: DateTime<Utc>) -> Result<Self, StoreError> {
        let today = now.date_naive();
        let first = today.checked_sub_days(Days::new(DAYS - 1)).unwrap_or(today);
        let mut days: BTreeMap<TargetName, Vec<Day>> = BTreeMap::new();
        for (name, day) in store.days(first).await? {
            days.entry(name).or_default().push(day);
        }
        let records = store.load().await?;
        for (name, record) in &records {
            let today = record.state.history.today.filter(|day| day.date >= first);
            days.entry(name.clone()).or_default().extend(today);
        }
        Ok(Self { records, days })
    }

    fn state(&self, target: &Target) -> Option<&State> {
        self.records.get(&target.name).map(|record| &record.state)
    }

    fn is_down(&self, target: &Target) -> bool {
        self.state(target).is_some_and(|state| state.incident().is_some())
    }

    fn days(&self, target: &Target) -> &[Day] {
        self.days.get(&target.name).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The configured targets, in their order, and then those that came by themselves.
fn targets(config: &Config, records: &Records) -> Vec<Target> {
    let guests = records.keys().filter_map(|name| config.guests.target(name));
    config.targets.iter().cloned().chain(guests).collect()
}

fn view(targets: &[Target], config: &Config, memory: &Memory, now: DateTime<Utc>) -> String {
    let nothing = State::default();
    let calendar = Calendar::new(config.timezone, now);
    let rows: Vec<Vec<Cell>> = targets
        .iter()
        .map(|target| {
            let state = memory.state(target).unwrap_or(&nothing);
            row::row(target, state, memory.days(target), calendar, now)
        })
        .collect();
    let mut text = String::new();
    for (target, line) in targets.iter().zip(table::lines(&rows)) {
        let picture = bars(memory.days(target), now.date_naive(), DAYS);
        text += &format!("{line}\n     {picture}\n");
    }
    let legend = format!("bars: the last {DAYS} days, today at the right, in UTC");
    format!("{text}\n  {}\n", paint(DIM, legend))
}
