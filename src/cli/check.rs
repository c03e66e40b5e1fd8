//! `prober check`: probe now, touch no state, tell nobody.

mod json;
mod view;

use std::path::Path;

use clap::Args;
use tracing_subscriber::filter::LevelFilter;

use super::draw;
use super::names::known;
use super::progress::Progress;
use super::setup::{self, Secrets};
use super::{Error, Format, Verdict, say, say_json};
use crate::app;
use crate::clock::Clock;
use crate::config::Parsed;
use crate::model::observation::{Outcome, Reason};
use crate::model::target::{Config, Endpoint, Lacking, Part, Target};
use crate::probe::{Prober, Report};

#[derive(Debug, Args)]
pub(super) struct Check {
    /// Probe only these, and show what their time went into; without one, all.
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// The shape of the result.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Check {
    pub(super) async fn run(&self, path: &Path) -> Result<Verdict, Error> {
        setup::logs(LevelFilter::WARN);
        // Nobody is told and nobody is heard: what is to be probed needs its secrets.
        let Parsed { config, lacking, .. } = setup::parsed(path, Secrets::Fetched).await?;
        if let Some(lacking) = lacking.filter(|_| config.lacking.iter().any(|it| self.needs(it))) {
            return Err(lacking.into());
        }
        self.check_names(&config)?;
        let wanted = |(target, _): &(&Target, &Endpoint)| {
            self.names.is_empty() || self.names.iter().any(|name| name == target.name.as_str())
        };
        let subjects: Vec<(&Target, &Endpoint)> = config.endpoints().filter(wanted).collect();
        let clock = Clock::System;
        let settings = subjects.iter().map(|(target, endpoint)| (&target.name, *endpoint));
        let prober = Prober::new(settings, clock.clone())?;
        let at = clock.now();
        let mut progress = Progress::of(subjects.len());
        let endpoints: Vec<&Endpoint> = subjects.iter().map(|(_, endpoint)| *endpoint).collect();
        let reports = prober.round(&endpoints, None, |_, _| progress.step()).await;
        progress.finish();
        let result = |((target, endpoint), report)| Probed { target, endpoint, report };
        let results: Vec<Probed<'_>> = subjects.into_iter().zip(reports).map(result).collect();
        match self.format {
            Format::Json => say_json(&json::round(at, &app::vantage(), &results))?,
            Format::Text => {
                let shows_phases = !self.names.is_empty();
                say(&view::round(at, &results, shows_phases, draw::terminal_width()))?
            }
        };
        Ok(Verdict::good_if(Count::of(&results).all_up()))
    }

    /// Whether what is lacking is of a target that is to be probed.
    fn needs(&self, lacking: &Lacking) -> bool {
        match &lacking.part {
            Part::Target(target) => {
                self.names.is_empty() || self.names.iter().any(|name| name == target.as_str())
            }
            Part::Inbound(_) | Part::Inbox | Part::Page | Part::Channel(_) | Part::Watchdog => {
                false
            }
        }
    }

    /// An error if one of the names is not that of a target that is probed.
    fn check_names(&self, config: &Config) -> Result<(), Error> {
        let is_named =
            |target: &&Target| self.names.iter().any(|name| name == target.name.as_str());
        let mut unprobed = config.targets.iter().filter(|target| target.endpoint().is_none());
        if let Some(Target { name, .. }) = unprobed.find(is_named) {
            return Err(format!("`{name}` is not probed: `prober status` says how it is").into());
        }
        let names = config.endpoints().map(|(target, _)| target.name.as_str());
        known("target", &self.names, names)
    }
}

/// One target, and what probing it found out.
struct Probed<'a> {
    target: &'a Target,
    endpoint: &'a Endpoint,
    report: Report,
}

/// How many of a round worked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Count {
    up: usize,
    /// Those of `up` that are as they must be because they do not answer.
    closed: usize,
    /// Those of `up` that there is something to warn of.
    warned: usize,
    down: usize,
    /// Those of `down` that answer and must not.
    open: usize,
    inconclusive: usize,
}

impl Count {
    fn of(results: &[Probed<'_>]) -> Self {
        let mut count = Self::default();
        for probed in results {
            match &probed.report.outcome {
                Outcome::Success { warnings } => {
                    count.up += 1;
                    count.closed += usize::from(probed.endpoint.unreachable);
                    count.warned += usize::from(!warnings.is_empty());
                }
                Outcome::Failure(failure) => {
                    count.down += 1;
                    count.open += usize::from(failure.reason == Reason::Reachable);
                }
                Outcome::Inconclusive { .. } => count.inconclusive += 1,
            }
        }
        count
    }

    fn all_up(self) -> bool {
        self.down == 0 && self.inconclusive == 0
    }
}
