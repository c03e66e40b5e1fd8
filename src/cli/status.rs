//! `prober status`: what the store remembers, drawn.

mod context;
mod gaps;
mod json;
mod layout;
mod one;
mod own;
mod row;
mod severity;
mod view;
mod watch;

use std::path::Path;

use chrono::{DateTime, Utc};
use clap::Args;
use tracing_subscriber::filter::LevelFilter;

use self::context::StatusContext;
use super::draw;
use super::setup::{self, Secrets};
use super::{At, Ended, Error, Format, names, say, say_json};
use crate::model::names::TargetName;
use crate::model::outage_log::{self, Outages};
use crate::model::record::Records;
use crate::model::remembered::Remembered;
use crate::model::target::{self, Config, Target};
use crate::store::{self, Store};

#[derive(Debug, Args)]
pub(super) struct Status {
    /// Show all that is known of these targets; without one, a line for each target.
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Stay, and draw it again as it changes, until Ctrl-C.
    #[arg(long, conflicts_with = "at")]
    watch: bool,
    /// Say only whether prober itself works, whatever the targets do: exit code 1 if it has seen
    /// nothing for ten minutes and three intervals, because it does not run or has no network.
    #[arg(long = "self", conflicts_with_all = ["names", "watch", "format"])]
    of_itself: bool,
    /// The shape of the result.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    at: At,
}

impl Status {
    pub(super) async fn run(&self, path: &Path) -> Result<Ended, Error> {
        setup::logs(LevelFilter::WARN);
        let config = setup::config(path, Secrets::LeftOut).await?;
        if self.watch {
            return self.watch(&config).await;
        }
        let found = self.found(&config, setup::clock(self.at.at).now()).await?;
        if self.of_itself {
            let (runs, line) = own::verdict(&found.memory, &found.all, found.now);
            say(&line)?;
            return Ok(Ended::good_if(runs));
        }
        match self.format {
            Format::Json => found.shown(|context| say_json(&json::document(context)))?,
            Format::Text => say(&found.text(draw::terminal_width()))?,
        };
        Ok(found.verdict())
    }

    /// What the store says at `now` of what is asked for.
    async fn found<'a>(&self, config: &'a Config, now: DateTime<Utc>) -> Result<Found<'a>, Error> {
        let store = setup::existing_store(config).await?;
        let memory = match &store {
            Some(store) => store::remembered(store, now).await?,
            None => Remembered::default(),
        };
        let all = targets(config, &memory.records);
        let names = all.iter().map(|target| target.name.clone()).collect();
        let wanted = names::meant("target", &self.names, names)?;
        let mut outages = Outages::new();
        if let Some(store) = store.as_ref().filter(|_| !self.names.is_empty()) {
            let since = outage_log::oldest_kept(now);
            for name in &wanted {
                outages.extend(store.outages(Some(name), since).await?);
            }
        }
        let (has_store, each) = (store.is_some(), !self.names.is_empty());
        Ok(Found { config, now, has_store, memory, all, wanted, each, outages })
    }
}

/// What was read, and what of it is asked for.
struct Found<'a> {
    config: &'a Config,
    now: DateTime<Utc>,
    has_store: bool,
    memory: Remembered,
    all: Vec<Target>,
    wanted: Vec<TargetName>,
    /// Whether all is asked that is known of each.
    each: bool,
    /// Those of the targets that are named, newest first.
    outages: Outages,
}

impl Found<'_> {
    /// Hands the context to `show`: it borrows what is indexed here.
    fn shown<T>(&self, show: impl FnOnce(&StatusContext<'_>) -> T) -> T {
        let named = target::by_name(&self.all);
        show(&StatusContext::new(self, &named))
    }

    /// For a terminal of that `width`, if there is one.
    fn text(&self, width: Option<usize>) -> String {
        if !self.has_store {
            return setup::nothing_yet(self.config);
        }
        self.shown(|context| {
            if self.each {
                one::view(context, &self.outages, width)
            } else {
                view::view(context, width)
            }
        })
    }

    fn verdict(&self) -> Ended {
        let is_down = |name: &TargetName| {
            self.memory.state(name).is_some_and(|state| state.incident().is_some())
        };
        let is_broken = |name: &TargetName| self.memory.records.is_unreadable(name);
        let is_bad = |name: &TargetName| is_down(name) || is_broken(name);
        let others = !self.each && !self.memory.records.unreadable.is_empty();
        Ended::good_if(!others && !self.wanted.iter().any(is_bad))
    }
}

/// The configured targets, in their order, and then the discovered ones.
pub(super) fn targets(config: &Config, records: &Records) -> Vec<Target> {
    let discovered = records.names().filter_map(|name| config.discovered.target(name));
    config.targets.iter().cloned().chain(discovered).collect()
}
