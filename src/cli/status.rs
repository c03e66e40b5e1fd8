//! `prober status`: what the store remembers, drawn.

use std::path::Path;

use chrono::{DateTime, Utc};
use clap::Args;
use tracing_subscriber::filter::LevelFilter;

use super::draw::{BAD, BOLD, DIM, GOOD, WARN, bars, paint, sparkline};
use super::setup::{self, Secrets};
use super::table::{self, Cell};
use super::{At, Cannot, Verdict, say};
use crate::assembly;
use crate::history::{self, DAYS, Day};
use crate::message::time;
use crate::state::{State, Status as Health, Streak};
use crate::store::{AnyStore, Remembered, SqliteStore};
use crate::target::{Config, Language, Target};

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
        let memory = Remembered::read(&store, now).await?;
        let down = config.targets.iter().filter(|target| is_down(&memory, target)).count();
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

fn is_down(memory: &Remembered, target: &Target) -> bool {
    memory.state(&target.name).is_some_and(|state| state.incident().is_some())
}

fn view(config: &Config, memory: &Remembered, now: DateTime<Utc>) -> String {
    let nothing = State::default();
    let rows: Vec<Vec<Cell>> = config
        .targets
        .iter()
        .map(|target| {
            let state = memory.state(&target.name).unwrap_or(&nothing);
            row(config, target, state, memory.days(&target.name), now)
        })
        .collect();
    let mut text = String::new();
    for (target, line) in config.targets.iter().zip(table::lines(&rows)) {
        let picture = bars(memory.days(&target.name), now.date_naive(), DAYS);
        text += &format!("{line}\n     {picture}\n");
    }
    let legend = format!("bars: the last {DAYS} days, today at the right, in UTC");
    format!("{text}\n  {}\n", paint(DIM, legend))
}

fn row(
    config: &Config,
    target: &Target,
    state: &State,
    days: &[Day],
    now: DateTime<Utc>,
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
        Cell::new(history::uptime(days).unwrap_or_default()).right(),
        Cell::new(words(config, state, now)),
    ]
}

/// How it is, since when, and what speaks against it.
fn words(config: &Config, state: &State, now: DateTime<Utc>) -> String {
    let since = |at: DateTime<Utc>| {
        let calendar = time::Calendar::new(Language::En, config.timezone, now);
        format!("since {} ({})", calendar.instant(at), calendar.duration(now - at))
    };
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
    parts.extend(state.raised().map(|(kind, flag)| format!("{}: {}", kind.words(), flag.detail)));
    parts.join("; ")
}
