//! `prober check`: probe now, touch no state, tell nobody.

mod json;
mod subject;
mod view;
mod witness;

use std::io;
use std::path::Path;

use chrono::{DateTime, Utc};
use clap::Args;
use tracing_subscriber::filter::LevelFilter;

use super::draw;
use super::names::known;
use super::progress::Progress;
use super::setup::{self, Secrets};
use super::{Ended, Error, Format, say, say_json};
use crate::app::{self, FetchError};
use crate::clock::Clock;
use crate::config::Parsed;
use crate::model::names::TargetName;
use crate::model::observation::{Outcome, Reason};
use crate::model::target::{Config, Endpoint, Lacking, Part, Target};
use crate::model::witness::Witness;
use crate::probe::{Prober, Report};

pub(super) use subject::without_scheme;

#[derive(Debug, Args)]
pub(super) struct Check {
    /// Probe only these, by name, and show what their time went into; without one, all.
    /// A URL needs no configuration.
    #[arg(value_name = "NAME or URL")]
    subjects: Vec<String>,
    /// Ask the witnesses, too, and show what each place sees, side by side.
    #[arg(long)]
    witness: bool,
    /// The shape of the result.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl Check {
    pub(super) async fn run(&self, path: &Path) -> Result<Ended, Error> {
        setup::logs(LevelFilter::WARN);
        let clock = Clock::System;
        let (targets, witnesses) = self.targets(path, clock.now()).await?;
        let subjects: Vec<(&Target, &Endpoint)> =
            targets.iter().filter_map(|target| Some((target, target.endpoint()?))).collect();
        let settings = subjects.iter().map(|(target, endpoint)| (&target.name, *endpoint));
        let prober = Prober::new(settings, app::off_limits(), clock.clone())?;
        let at = clock.now();
        let mut progress = Progress::of(subjects.len());
        let endpoints: Vec<&Endpoint> = subjects.iter().map(|(_, endpoint)| *endpoint).collect();
        let reports = prober.round(&endpoints, None, |_, _| progress.step()).await;
        progress.finish();
        let opinions =
            if self.witness { witness::ask_all(&witnesses, &subjects).await? } else { Vec::new() };
        let result = |((target, endpoint), report)| Probed { target, endpoint, report };
        let results: Vec<Probed<'_>> = subjects.into_iter().zip(reports).map(result).collect();
        match self.format {
            Format::Json => {
                let opinions = self.witness.then_some(opinions);
                say_json(&json::round(at, &app::vantage(), &results, opinions))?;
            }
            Format::Text => {
                let shows_phases = !self.subjects.is_empty();
                let width = draw::terminal_width();
                let mut text = view::round(at, &results, shows_phases, width);
                if self.witness {
                    let here = app::vantage();
                    text += &witness::side_by_side(&here, &results, &opinions, width);
                }
                say(&text)?;
            }
        }
        Ok(Ended::good_if(Count::of(&results).all_up()))
    }

    /// What is to be probed, of the file, then the URLs; and the witnesses of the file.
    async fn targets(
        &self,
        path: &Path,
        now: DateTime<Utc>,
    ) -> Result<(Vec<Target>, Vec<Witness>), Error> {
        let (urls, names): (Vec<String>, Vec<String>) =
            self.subjects.iter().cloned().partition(|subject| subject::is_url(subject));
        let urls = urls.iter().map(|url| subject::target(url, now));
        let urls = urls.collect::<Result<Vec<_>, _>>()?;
        let (mut targets, mut witnesses) = (Vec::new(), Vec::new());
        if urls.is_empty() || !names.is_empty() || self.witness {
            (targets, witnesses) = configured(path, &names).await?;
        }
        if !urls.is_empty() && names.is_empty() {
            targets.clear();
        }
        targets.extend(urls);
        Ok((targets, witnesses))
    }
}

/// The targets with these `names` that are probed, all that are if there is none; and the
/// witnesses.
///
/// # Errors
/// Where one of the names is not that of a target that is probed, or what a target needs
/// is lacking.
async fn configured(path: &Path, names: &[String]) -> Result<(Vec<Target>, Vec<Witness>), Error> {
    // Nobody is told and nobody is heard: what is to be probed needs its secrets.
    let parsed = setup::parsed(path, Secrets::Fetched).await;
    let Parsed { config, lacking, .. } = parsed.map_err(|error| without_file(error, names))?;
    if let Some(lacking) = lacking.filter(|_| config.lacking.iter().any(|it| needs(names, it))) {
        return Err(lacking.into());
    }
    check_names(names, &config)?;
    let is_wanted = |target: &Target| {
        target.endpoint().is_some() && (names.is_empty() || has(names, &target.name))
    };
    Ok((config.targets.into_iter().filter(is_wanted).collect(), config.witnesses))
}

fn has(names: &[String], name: &TargetName) -> bool {
    names.iter().any(|wanted| wanted == name.as_str())
}

/// The `error` of reading the configuration, for who may not have meant to use one.
fn without_file(error: Error, names: &[String]) -> Error {
    let is_missing = matches!(
        error.downcast_ref(),
        Some(FetchError::File { problem, .. }) if problem.kind() == io::ErrorKind::NotFound
    );
    let lacks_scheme = || names.iter().find_map(|name| subject::address_without_scheme(name));
    if is_missing { lacks_scheme().unwrap_or(error) } else { error }
}

/// Whether what is lacking is of a target that is to be probed.
fn needs(names: &[String], lacking: &Lacking) -> bool {
    match &lacking.part {
        Part::Target(target) => names.is_empty() || has(names, target),
        Part::Inbound(_)
        | Part::Inbox
        | Part::Page
        | Part::Channel(_)
        | Part::Watchdog
        | Part::Witness(_) => false,
    }
}

/// An error if one of the names is not that of a target that is probed.
fn check_names(names: &[String], config: &Config) -> Result<(), Error> {
    let mut unprobed = config.targets.iter().filter(|target| target.endpoint().is_none());
    if let Some(Target { name, .. }) = unprobed.find(|target| has(names, &target.name)) {
        return Err(format!("`{name}` is not probed: `prober status` says how it is").into());
    }
    let probed: Vec<&str> = config.endpoints().map(|(target, _)| target.name.as_str()).collect();
    let unknown = |name: &&String| !probed.contains(&name.as_str());
    match names.iter().filter(unknown).find_map(|name| subject::address_without_scheme(name)) {
        Some(error) => Err(error),
        None => known("target", names, probed),
    }
}

/// The line of one target, and what probing it found out.
pub(super) fn line(at: DateTime<Utc>, target: &Target, report: &Report) -> String {
    let probed = |endpoint| Probed { target, endpoint, report: report.clone() };
    let line = |endpoint| view::line(at, &probed(endpoint), draw::terminal_width());
    target.endpoint().map(line).unwrap_or_default()
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
