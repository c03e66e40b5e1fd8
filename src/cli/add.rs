//! `prober add`: one more target in probes.toml, as it fits what answers.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use tracing_subscriber::filter::LevelFilter;

use super::check::without_scheme;
use super::names::known;
use super::trial::{self, Trial, Tried};
use super::{Ended, Error, say, setup};
use crate::app;
use crate::app::new_variables::NewVariables;
use crate::app::source::ConfigSource;
use crate::app::variables::Variables;
use crate::app::write_file;
use crate::authoring::{NewTarget, NewVariable, insert};
use crate::clock::Clock;
use crate::model::target::Config;
use crate::os;
use crate::text::address::without_secrets;

#[derive(Debug, Args)]
pub(super) struct Add {
    /// What to watch.
    #[arg(help = "What to watch: https://…, tcp://HOST:PORT, tls://HOST:PORT, icmp://HOST, \
                  dns://SERVER/NAME or another scheme that prober probes")]
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
    pub(super) async fn run(&self, path: &Path) -> Result<Ended, Error> {
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
            let may_be_closed = !self.closed && PORTS.iter().any(|port| self.url.starts_with(port));
            let closed = if may_be_closed { OR_CLOSED } else { "" };
            say(&format!("\nNothing was added. `--anyway` adds it as it is{closed}.\n"))?;
            return Ok(Ended::Bad);
        }
        let (target, secrets) = hidden(&path, &text, tried.target)?;
        let added = insert(&text, &target)?;
        let values =
            secrets.iter().map(|secret| (secret.name.clone(), secret.value.clone())).collect();
        // With what it lacks here it could be right elsewhere, but it is not probed then.
        app::read_new(&path, &added, &values, Clock::System.now())?;
        let kept = written(&path, &text, &added, &secrets)?;
        let place = path.display();
        say(&format!(
            "\n{target}\nAdded to {place}. A running `prober watch` takes it within seconds.\n{kept}"
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

/// The schemes of a port that may have to be closed.
const PORTS: [&str; 2] = ["tcp://", "tls://"];

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

/// `target` without the secrets of its URL, and the variables for them that are not there yet.
/// `text` is the configuration at `path`: a variable that it names, but nobody set, is its own.
fn hidden(
    path: &Path,
    text: &str,
    target: NewTarget,
) -> Result<(NewTarget, Vec<NewVariable>), Error> {
    let known = Variables::of(path)?;
    let (target, mut variables) = target.without_secrets(|name, value| match known.get(name) {
        Some(known) => known == value,
        None => !text.contains(&format!("${{{name}")),
    });
    variables.retain(|variable| known.get(&variable.name).is_none());
    Ok((target, variables))
}

/// Writes `added` in place of the `text` at `path`, and `secrets` beside it. What is said of
/// those.
fn written(path: &Path, text: &str, added: &str, secrets: &[NewVariable]) -> Result<String, Error> {
    let failed = |path: &Path, error| format!("failed to write {}: {error}", path.display());
    let replaced = || write_file::replace(path, text, added).map_err(|error| failed(path, error));
    if secrets.is_empty() {
        replaced()?;
        return Ok(String::new());
    }
    let variables = NewVariables::beside(path, secrets)?;
    variables.write().map_err(|error| failed(variables.path(), error))?;
    // One without the other would be half of it.
    replaced().inspect_err(|_| variables.undo())?;
    let names: Vec<&str> = secrets.iter().map(|secret| secret.name.as_str()).collect();
    let (names, file) = (names.join(" and "), variables.path());
    let place = file.display();
    let is_open = fs::metadata(file).is_ok_and(|metadata| os::others_may_use(&metadata));
    let who = if is_open {
        format!(". Others can read it: run `chmod 600 {place}`")
    } else {
        ", which only you can read".to_owned()
    };
    Ok(format!("What may be secret in its URL is in {place}, as {names}{who}.\n"))
}
