//! `prober forget`: drops discovered targets that nobody needs, such as an alarm that was
//! deleted while it was in ALARM.

use std::path::Path;

use clap::Args;
use tracing_subscriber::filter::LevelFilter;

use super::setup::{self, Secrets};
use super::{Ended, Error, names, say};
use crate::app;
use crate::clock::Clock;
use crate::message::time::Calendar;
use crate::model::names::TargetName;
use crate::model::record::{Record, Records};
use crate::model::record_key::RecordKey;
use crate::model::target::{Config, Language, Target};
use crate::store::Store;

#[derive(Debug, Args)]
pub(super) struct Forget {
    /// The alarms, logs and topics, as `prober status` names them.
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
}

impl Forget {
    pub(super) async fn run(&self, path: &Path) -> Result<Ended, Error> {
        setup::logs(LevelFilter::WARN);
        let config = setup::config(path, Secrets::LeftOut).await?;
        let store = app::store(app::table().await?.as_ref(), &config)?;
        let records = store.load().await?;
        let targets = self.targets(&config, &records)?;
        store.forget(&targets).await?;
        let calendar = Calendar::new(Language::En, config.timezone, Clock::System.now());
        let lines = targets.iter().map(|target| line(target, records.get(target), calendar));
        say(&lines.collect::<String>())
    }

    /// The targets meant, each once. An error drops none of them.
    fn targets(&self, config: &Config, records: &Records) -> Result<Vec<TargetName>, Error> {
        let in_file = |target: &&Target| self.names.iter().any(|name| name == target.name.as_str());
        if let Some(target) = config.targets.iter().find(in_file) {
            return Err(of_the_file(&target.name).into());
        }
        let came_by_itself = |name: &&TargetName| match RecordKey::of(name) {
            RecordKey::Alarm(_) | RecordKey::Logs(_) | RecordKey::Topic(_) => true,
            RecordKey::Named(_) | RecordKey::Reports(_) | RecordKey::Prober(_) => false,
        };
        let known = records.names().filter(came_by_itself).cloned().collect();
        names::meant("alarm, log or topic", &self.names, known)
    }
}

/// Why a target of the file is not forgotten.
fn of_the_file(name: &TargetName) -> String {
    let table = match RecordKey::of(name) {
        RecordKey::Reports(_) => "its `[[reports]]`",
        RecordKey::Named(_)
        | RecordKey::Alarm(_)
        | RecordKey::Logs(_)
        | RecordKey::Topic(_)
        | RecordKey::Prober(_) => "it",
    };
    format!(
        "{name} is in the configuration: take {table} out there, and the next pass forgets it; \
         nothing was forgotten"
    )
}

/// The line about a target that was forgotten; nobody is told the end of its incident.
fn line(target: &TargetName, record: Option<&Record>, calendar: Calendar) -> String {
    let incident = record.and_then(|record| record.state.incident());
    match incident {
        Some(incident) => {
            let since = calendar.instant(incident.since);
            format!("{target} is forgotten; it was down since {since}\n")
        }
        None => format!("{target} is forgotten\n"),
    }
}
