//! `prober outages`: what was down, for how long and why; and what nearly was.

mod csv;
mod json;
mod view;

use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use clap::{Args, ValueEnum};
use tracing_subscriber::filter::LevelFilter;

use super::setup::{self, Secrets};
use super::{At, Ended, Error, names, say, say_json, status};
use crate::message::time::Calendar;
use crate::model::incident_fields::IncidentFields;
use crate::model::names::TargetName;
use crate::model::outage_log;
use crate::model::record::Records;
use crate::model::shown_names::ShownNames;
use crate::model::state::{Outage, Silenced, State, Streak};
use crate::model::target::{Config, Language};
use crate::store::{AnyStore, Store};
use crate::text::duration;

#[derive(Debug, Args)]
pub(super) struct Outages {
    /// The targets; all if none is named.
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// How far to look back: 12h, 30d; outages are kept for a year.
    #[arg(
        long,
        value_name = "DURATION",
        default_value = "30d",
        value_parser = duration::parse
    )]
    since: Duration,
    /// The shape of the result.
    #[arg(long, value_enum, default_value = "text")]
    format: OutagesFormat,
    #[command(flatten)]
    at: At,
}

/// The shape of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OutagesFormat {
    /// For people.
    Text,
    /// One object, for programs.
    Json,
    /// A line for each outage, for spreadsheets.
    Csv,
}

/// An outage, open or over. One that is open counts until now.
struct Entry {
    target: TargetName,
    outage: Outage,
    is_open: bool,
}

/// What was looked up.
struct Found {
    now: DateTime<Utc>,
    /// How far it looks back.
    span: TimeDelta,
    /// The targets asked for, in the order of the configuration.
    targets: Vec<TargetName>,
    /// Newest first.
    entries: Vec<Entry>,
    records: Records,
}

impl Outages {
    pub(super) async fn run(&self, path: &Path) -> Result<Ended, Error> {
        setup::logs(LevelFilter::WARN);
        let config = setup::config(path, Secrets::LeftOut).await?;
        let now = setup::clock(self.at.at).now();
        let store = setup::existing_store(&config).await?;
        let found = self.found(&config, store.as_ref(), now).await?;
        match self.format {
            OutagesFormat::Text if store.is_none() => say(&setup::nothing_yet(&config)),
            OutagesFormat::Text => {
                let calendar = Calendar::new(Language::En, config.timezone, now);
                say(&view::view(&found, calendar, config.timezone))
            }
            OutagesFormat::Json => say_json(&json::document(&found, config.timezone)),
            OutagesFormat::Csv => say(&csv::table(&found)),
        }
    }

    async fn found(
        &self,
        config: &Config,
        store: Option<&AnyStore>,
        now: DateTime<Utc>,
    ) -> Result<Found, Error> {
        // The records come first: what closes between the two readings is then over.
        let records = match store {
            Some(store) => store.load().await?,
            None => Records::new(),
        };
        let all = status::targets(config, &records).into_iter().map(|target| target.name);
        let targets = names::meant("target", &self.names, all.collect())?;
        let span = TimeDelta::from_std(self.since)?;
        let since = now.checked_sub_signed(span).unwrap_or(DateTime::<Utc>::MIN_UTC);
        let over = match store {
            Some(store) => over(store, &targets, since).await?,
            None => outage_log::Outages::new(),
        };
        let entries = entries(&targets, &records, over, now);
        Ok(Found { now, span, targets, entries, records })
    }
}

/// The outages of `targets` that are over. Of few targets, nothing else is read.
async fn over(
    store: &AnyStore,
    targets: &[TargetName],
    since: DateTime<Utc>,
) -> Result<outage_log::Outages, Error> {
    if let [target] = targets {
        return Ok(store.outages(Some(target), since).await?);
    }
    let mut all = store.outages(None, since).await?;
    all.retain(|(name, _)| targets.contains(name));
    Ok(all)
}

/// All outages of `targets`, newest first.
fn entries(
    targets: &[TargetName],
    records: &Records,
    over: outage_log::Outages,
    now: DateTime<Utc>,
) -> Vec<Entry> {
    let open = targets.iter().filter_map(|target| {
        let outage = open(&records.get(target)?.state, now)?;
        let is_over = over.iter().any(|(name, each)| name == target && each.since == outage.since);
        (!is_over).then(|| Entry { target: target.clone(), outage, is_open: true })
    });
    let mut entries: Vec<Entry> = open.collect();
    let over = over.into_iter();
    entries.extend(over.map(|(target, outage)| Entry { target, outage, is_open: false }));
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.outage.since));
    entries
}

/// The open incident of `state`, as if it ended now.
fn open(state: &State, now: DateTime<Utc>) -> Option<Outage> {
    let outage = Outage::of(state.incident()?, now);
    let observations = match &state.streak {
        Some(Streak::Failing { count, .. }) => *count,
        Some(Streak::Succeeding { .. }) | None => 0,
    };
    let silenced = Silenced { behind: state.inhibited_by.clone(), ..state.silenced.clone() };
    let unseen_s = state.by_kind.endpoint().unseen_s;
    Some(Outage { unseen_s, observations, silenced, ..outage })
}

impl Entry {
    /// What documents share of an incident.
    fn fields(&self) -> IncidentFields {
        let fields = IncidentFields::over(&self.target, &self.outage);
        if self.is_open {
            return IncidentFields { until: None, duration_s: None, ..fields };
        }
        fields
    }
}

impl Found {
    /// The names of the targets as people read them.
    fn shown(&self) -> ShownNames {
        ShownNames::of(self.records.names().chain(&self.targets))
    }
}
