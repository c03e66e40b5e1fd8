//! `prober add`: one more target in probes.toml, as it fits what answers.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use clap::Args;
use tracing_subscriber::filter::LevelFilter;

use super::check::without_scheme;
use super::names::known;
use super::trial::{self, Trial, Tried};
use super::{Error, Verdict, say, setup};
use crate::app;
use crate::app::source::ConfigSource;
use crate::app::write_file;
use crate::authoring::{NewTarget, insert};
use crate::clock::Clock;
use crate::model::target::Config;
use crate::text::address::{may_hold_secret, without_secrets};

#[derive(Debug, Args)]
pub(super) struct Add {
    /// What to watch: https://…, http://…, tcp://HOST:PORT or tls://HOST:PORT.
    url: String,
    /// What to call it; by default, as its host is called.
    #[arg(long)]
    name: Option<String>,
    /// The target that it cannot work without, such as your router.
    #[arg(long, value_name = "TARGET")]
    behind: Option<String>,
    /// The heading under which it is listed.
    #[arg(long)]
    group: Option<String>,
    /// This port must not answer.
    #[arg(long)]
    closed: bool,
    /// Add it even if it does not answer as it should.
    #[arg(long)]
    anyway: bool,
}

impl Add {
    pub(super) async fn run(&self, path: &Path) -> Result<Verdict, Error> {
        setup::logs(LevelFilter::WARN);
        let path = local(path)?;
        let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
        let config = app::read(&path, &text, Clock::System.now()).parsed?.config;
        let tried = self.tried(&path, &text, &config).await?;
        if let Some(name) = tried.twin_in(&config).filter(|_| self.name.is_none()) {
            let place = path.display();
            return Err(format!("that is watched already, as `{name}` in {place}; with `--name` it is added once more").into());
        }
        say(&tried.shown())?;
        if !tried.works() && !self.anyway {
            let closed = if self.url.starts_with("http") || self.closed { "" } else { OR_CLOSED };
            say(&format!("\nNothing was added. `--anyway` adds it as it is{closed}.\n"))?;
            return Ok(Verdict::Bad);
        }
        let added = insert(&text, &tried.target)?;
        // With what it lacks here it could be right elsewhere, but it is not probed then.
        app::read(&path, &added, Clock::System.now()).parsed?;
        write_file::replace(&path, &text, &added)
            .map_err(|error| format!("failed to write {}: {error}", path.display()))?;
        let shown = tried.target.to_string().replace(&self.url, &without_secrets(&self.url));
        let warning = if may_hold_secret(&self.url) { warning(&path) } else { String::new() };
        let place = path.display();
        say(&format!(
            "\n{shown}\nAdded to {place}. A running `prober watch` takes it within seconds.\n{warning}"
        ))
    }

    /// The target as it fits what answers.
    async fn tried(&self, path: &Path, text: &str, config: &Config) -> Result<Tried, Error> {
        let target = self.target(config)?;
        let trial = Trial::new(path, Some(text))?;
        if self.closed {
            return trial.probe(target).await;
        }
        trial.propose(target, self.name.is_none(), |name| trial::has(config, name)).await
    }

    /// The target as it was asked for.
    fn target(&self, config: &Config) -> Result<NewTarget, Error> {
        if !self.url.contains("://") {
            let url = without_secrets(&self.url);
            return Err(format!("`{url}` is not a URL: {}", without_scheme()).into());
        }
        let taken = |name: &str| trial::has(config, name);
        if let Some(name) = self.name.as_ref().filter(|name| taken(name)) {
            return Err(format!("there is a target `{name}` already; choose another name").into());
        }
        let names = config.targets.iter().map(|target| target.name.as_str());
        known("target", self.behind.as_slice(), names)?;
        let name = self.name.clone().unwrap_or_else(|| trial::name_for(&self.url, taken));
        let mut target = NewTarget {
            group: self.group.clone(),
            behind: self.behind.clone(),
            ..NewTarget::new(&name, &self.url)
        };
        if self.closed {
            target.keys.push(("expect", "{ unreachable = true }".into()));
        }
        Ok(target)
    }
}

/// Why the configuration at `path` could not be read, and what to do.
pub(super) fn unreadable(path: &Path, error: &io::Error) -> String {
    let is_missing = error.kind() == io::ErrorKind::NotFound;
    let hint = if is_missing { "; `prober init` makes one" } else { "" };
    format!("failed to read {}: {error}{hint}", path.display())
}

/// What else can be done about a port that does not answer.
const OR_CLOSED: &str = ", and `--closed` expects that this port does not answer";

/// The path of a configuration that is a file.
pub(super) fn local(path: &Path) -> Result<PathBuf, Error> {
    match ConfigSource::of(path) {
        Some(ConfigSource::File(path)) => Ok(path),
        Some(ConfigSource::Object { .. } | ConfigSource::Parameter(_)) | None => {
            Err(format!("{} is not a file on this machine; change it there", path.display()).into())
        }
    }
}

/// What to do where others may read the file at `path`, which now may hold a secret.
fn warning(path: &Path) -> String {
    let is_open = fs::metadata(path).is_ok_and(|metadata| metadata.mode() & 0o077 != 0);
    if !is_open {
        return String::new();
    }
    let place = path.display();
    format!("Its URL may hold a secret, and others can read {place}: run `chmod 600 {place}`.\n")
}
