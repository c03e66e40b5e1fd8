//! `prober pause` and `prober resume`: silence by hand. It is kept with the
//! state of each target, so whoever ticks knows of it.

use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;
use tracing_subscriber::filter::LevelFilter;

use super::setup::{self, Secrets};
use super::{At, Ended, Error, names, say};
use crate::app;
use crate::core::announce;
use crate::message::time::Calendar;
use crate::model::names::TargetName;
use crate::model::record::{Record, Records, Write};
use crate::model::target::{Config, Language};
use crate::store::retry::{RACE, RetryError, retry};
use crate::store::{AnyStore, Store};
use crate::text::duration;

#[derive(Debug, Args)]
pub(super) struct Pause {
    #[command(flatten)]
    whom: Whom,
    /// How long to silence them: 90s, 2h, 1d.
    #[arg(long, value_name = "DURATION", value_parser = duration::parse)]
    r#for: Duration,
    #[command(flatten)]
    at: At,
}

#[derive(Debug, Args)]
pub(super) struct Resume {
    #[command(flatten)]
    whom: Whom,
    #[command(flatten)]
    at: At,
}

#[derive(Debug, Args)]
struct Whom {
    /// The targets, as `prober status` names them.
    #[arg(value_name = "NAME", required_unless_present = "all")]
    names: Vec<String>,
    /// All targets.
    #[arg(long, conflicts_with = "names")]
    all: bool,
}

impl Pause {
    pub(super) async fn run(&self, path: &Path) -> Result<Ended, Error> {
        let now = setup::clock(self.at.at).now();
        let length = TimeDelta::from_std(self.r#for)?;
        let until = now.checked_add_signed(length).ok_or("a pause cannot end as late as that")?;
        self.whom.pause(path, Some(until), now).await
    }
}

impl Resume {
    pub(super) async fn run(&self, path: &Path) -> Result<Ended, Error> {
        self.whom.pause(path, None, setup::clock(self.at.at).now()).await
    }
}

impl Whom {
    /// Pauses them until then, or ends their pause, and says so.
    async fn pause(
        &self,
        path: &Path,
        until: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<Ended, Error> {
        setup::logs(LevelFilter::WARN);
        let config = setup::config(path, Secrets::LeftOut).await?;
        let store = app::store(app::table().await?.as_ref(), &config)?;
        let mut said = String::new();
        for name in self.targets(&config, &store).await? {
            let was = set(&store, &name, until, now).await?;
            said += &line(&name, until, was, Calendar::new(Language::En, config.timezone, now));
        }
        say(&said)
    }

    /// The targets meant, each once. A discovered target is known once something
    /// was heard of it.
    async fn targets(&self, config: &Config, store: &AnyStore) -> Result<Vec<TargetName>, Error> {
        let heard = store.load().await?;
        let heard = heard.keys().filter(|name| config.discovered.target(name).is_some());
        let discovered = heard.cloned();
        let configured = config.targets.iter().map(|target| target.name.clone());
        // Without `--all`, clap asks for a name.
        names::meant("target", &self.names, configured.chain(discovered).collect())
    }
}

/// Writes when the pause of `target` ends; returns when it would have ended at `now`.
async fn set(
    store: &AnyStore,
    target: &TargetName,
    until: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, Error> {
    let mut was = None;
    let mut change = |records: &Records| {
        let Record { revision, mut state } = records.get(target).cloned().unwrap_or_default();
        was = announce::paused_until(&state, now);
        if state.paused_until == until {
            return Vec::new();
        }
        state.paused_until = until;
        vec![Write::new(target.clone(), revision, state)]
    };
    let mut records = store.load().await?;
    if let Some(problem) = records.unreadable.get(target) {
        return Err(problem.to_string().into());
    }
    match retry(store, RACE, &mut records, async || store.load().await, &mut change).await {
        Ok(()) => Ok(was),
        Err(RetryError::Store(error)) => Err(error.into()),
        Err(RetryError::Busy) => {
            Err(format!("other processes kept writing the state of {target}; try again").into())
        }
    }
}

fn line(
    target: &TargetName,
    until: Option<DateTime<Utc>>,
    was: Option<DateTime<Utc>>,
    calendar: Calendar,
) -> String {
    match (until, was) {
        (Some(until), _) => format!("{target} is paused until {}\n", calendar.instant(until)),
        (None, Some(_)) => format!("{target} is no longer paused\n"),
        (None, None) => format!("{target} was not paused\n"),
    }
}
