//! `prober status`: what the store remembers, drawn.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, Days, TimeDelta, Utc};
use clap::Args;
use tracing_subscriber::filter::LevelFilter;

use super::draw::{BAD, BOLD, DIM, GOOD, WARN, bars, paint, sparkline, uptime};
use super::setup::{self, Secrets};
use super::table::{self, Cell};
use super::{At, Cannot, Verdict, say};
use crate::announce::{self, Scene};
use crate::assembly;
use crate::history::{DAYS, Day};
use crate::message::time;
use crate::sight;
use crate::state::{State, Status as Health, Streak};
use crate::store::{AnyStore, Records, SqliteStore, Store, StoreError};
use crate::target::{self, Config, Target, TargetName};

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
        let down = config.targets.iter().filter(|target| memory.is_down(target)).count();
        say(&view(&config, &memory, now))?;
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

fn view(config: &Config, memory: &Memory, now: DateTime<Utc>) -> String {
    let nothing = State::default();
    let targets = target::by_name(&config.targets);
    let scene = Scene::new(&targets, &config.maintenance, now);
    let rows: Vec<Vec<Cell>> = config
        .targets
        .iter()
        .map(|target| {
            let state = memory.state(target).unwrap_or(&nothing);
            row(config, target, state, memory.days(target), &scene)
        })
        .collect();
    let mut text = String::new();
    for (target, line) in config.targets.iter().zip(table::lines(&rows)) {
        let picture = bars(memory.days(target), now.date_naive(), DAYS);
        text += &format!("{line}\n     {picture}\n");
    }
    text += &eyes(config, memory, now);
    let legend = format!("bars: the last {DAYS} days, today at the right, in UTC");
    format!("{text}\n  {}\n", paint(DIM, legend))
}

/// What each prober that writes here could not see.
fn eyes(config: &Config, memory: &Memory, now: DateTime<Utc>) -> String {
    let calendar = time::Calendar::new(config.timezone, now);
    let mut text = String::new();
    for (name, record) in &memory.records {
        let Some(vantage) = sight::vantage_of(name) else { continue };
        let sight = &record.state.sight;
        if let Some(since) = sight.blind_since {
            let (instant, how_long) = (calendar.instant(since), time::duration(now - since));
            let line = format!("prober at {vantage} is blind since {instant} ({how_long})");
            text += &format!("\n  {}\n", paint(BAD, line));
        }
        if let Some(last) = &sight.last {
            let in_all = time::duration(TimeDelta::seconds(sight.unseen_s));
            let span = calendar.span(last.from, last.until);
            let line = match sight.times {
                1 => format!("once, for {in_all}: {span}"),
                times => format!("{times} times, for {in_all} in all; the last time {span}"),
            };
            text +=
                &format!("\n  {}\n", paint(DIM, format!("prober at {vantage} saw nothing {line}")));
        }
    }
    text
}

fn row(
    config: &Config,
    target: &Target,
    state: &State,
    days: &[Day],
    scene: &Scene<'_>,
) -> Vec<Cell> {
    let (mark, style) = match &state.status {
        Health::Unknown => ("?", WARN),
        Health::Up { .. } if state.raised().next().is_some() => ("▲", WARN),
        Health::Up { .. } => ("●", GOOD),
        Health::Down(_) => ("✕", BAD),
    };
    let latest = state.history.recent.iter().rev().find_map(|latency| *latency);
    vec![
        Cell::new(mark).style(style),
        Cell::new(target.name.as_str()).style(BOLD),
        Cell::new(sparkline(&state.history.recent)),
        Cell::new(latest.map(|ms| format!("{ms} ms")).unwrap_or_default()).right(),
        Cell::new(uptime(days).unwrap_or_default()).right(),
        Cell::new(words(config, target, state, scene)),
    ]
}

/// How it is, since when, and what speaks against it.
fn words(config: &Config, target: &Target, state: &State, scene: &Scene<'_>) -> String {
    let now = scene.now();
    let calendar = time::Calendar::new(config.timezone, now);
    let since = |at| format!("since {} ({})", calendar.instant(at), time::duration(now - at));
    let status = match &state.status {
        Health::Unknown => "not judged yet".to_owned(),
        Health::Up { since: at } => format!("up {}", since(*at)),
        Health::Down(incident) => {
            let failure = &incident.failure;
            format!(
                "down {}, {}: {}",
                since(incident.since),
                failure.reason.words(),
                failure.detail
            )
        }
    };
    let mut parts = vec![status];
    match (&state.status, &state.streak) {
        (Health::Unknown | Health::Up { .. }, Some(Streak::Failing { count, latest, .. })) => {
            parts.push(format!("failed {count} times since: {}", latest.explain()));
        }
        (Health::Down(_), Some(Streak::Succeeding { count, .. })) => {
            parts.push(format!("answering again, for {count}"));
        }
        _ => {}
    }
    let maintained = scene.maintained_until(&target.name);
    parts.extend(maintained.map(|end| format!("in maintenance until {}", calendar.instant(end))));
    let paused = announce::paused_until(state, now);
    parts.extend(paused.map(|end| format!("paused until {}", calendar.instant(end))));
    parts.extend(state.raised().map(|(kind, flag)| format!("{}: {}", kind.words(), flag.detail)));
    parts.join("; ")
}
