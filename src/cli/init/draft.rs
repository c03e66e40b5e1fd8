//! What is going to be written: put together, tried, and written in the end.

use std::path::Path;

use super::channel::Chosen;
use super::guess;
use crate::app::variables::path_beside;
use crate::app::{self, SecretValues, write_file};
use crate::authoring::{NewFile, NewTarget, free_name};
use crate::cli::check::without_scheme;
use crate::cli::shell::{self, next_steps};
use crate::cli::trial::{Trial, Tried, name_for};
use crate::cli::{Error, Format, notify_test, say, setup};
use crate::clock::Clock;
use crate::config::{ConfigErrors, Parsed};
use crate::http_client;
use crate::model::target::Config;
use crate::text::address::{may_hold_secret, without_secrets};
use crate::text::env_file;

/// Whoever runs prober may read probes.toml, and everybody else: it holds no secret.
const PUBLIC: u32 = 0o644;

/// Only who made it may read the file of variables.
const PRIVATE: u32 = 0o600;

/// Where a service of the whole machine keeps its state.
const STATE: &str = "/var/lib/prober/prober.db";

/// A first file in the making.
pub(super) struct Draft {
    pub(super) targets: Vec<NewTarget>,
    /// The URL that somebody gave for a target, and the target's name.
    given: Vec<(String, String)>,
    pub(super) channels: Vec<Chosen>,
    pub(super) language: Option<String>,
    pub(super) timezone: Option<String>,
}

impl Draft {
    /// Nothing yet; a language or a zone that is not given is guessed.
    pub(super) fn new(language: Option<String>, timezone: Option<String>) -> Self {
        let language = language.or_else(guess::language);
        let timezone = timezone.or_else(guess::time_zone);
        Self { targets: Vec::new(), given: Vec::new(), channels: Vec::new(), language, timezone }
    }

    fn has(&self, name: &str) -> bool {
        self.targets.iter().any(|target| target.name == name)
    }

    /// What is at `url`, as it is to be written to `path`.
    pub(super) async fn fit(&self, path: &Path, url: &str) -> Result<Tried, Error> {
        if !url.contains("://") {
            let url = without_secrets(url);
            return Err(format!("`{url}` is not a URL: {}", without_scheme()).into());
        }
        let name = name_for(url, |name| self.has(name));
        let trial = Trial::new(path, None)?;
        trial.propose(NewTarget::new(&name, url), true, |name| self.has(name)).await
    }

    /// Adds `target`, for which `url` was given.
    pub(super) fn add(&mut self, url: &str, mut target: NewTarget) {
        // One that was doubtful for a while may have been given a name that was free then.
        target.name = free_name(&target.name, |name| self.has(name));
        self.given.push((url.to_owned(), target.name.clone()));
        self.targets.push(target);
    }

    /// Says of all targets but the one that was given as `root`, or is named so, that they
    /// need that one.
    pub(super) fn put_behind(&mut self, root: &str) -> Result<(), Error> {
        let of_url = self.given.iter().find(|(url, name)| url == root || name == root);
        let (_, name) = of_url.ok_or("`--behind` names none of the URLs")?.clone();
        self.targets_behind(&name);
        Ok(())
    }

    /// The same for the target named `root`.
    pub(super) fn targets_behind(&mut self, root: &str) {
        for target in self.targets.iter_mut().filter(|target| target.name != root) {
            target.behind = Some(root.to_owned());
        }
        // What others need comes first.
        self.targets.sort_by_key(|target| target.behind.is_some());
    }

    /// The file.
    pub(super) fn file(&self, path: &Path) -> NewFile {
        let is_of_machine = path.is_absolute() && path.starts_with("/etc");
        NewFile {
            timezone: self.timezone.clone(),
            language: self.language.clone().filter(|language| language != "en"),
            channels: self.channels.iter().map(|chosen| chosen.channel.clone()).collect(),
            targets: self.targets.clone(),
            store: is_of_machine.then(|| STATE.to_owned()),
        }
    }

    /// What the file means.
    pub(super) fn config(&self, path: &Path) -> Result<Config, ConfigErrors> {
        let secret = |chosen: &Chosen| (chosen.variable.to_owned(), chosen.secret.clone());
        let variables: SecretValues = self.channels.iter().map(secret).collect();
        let text = self.file(path).to_string();
        let read = app::read_new(path, &text, &variables, Clock::System.now())?;
        let Parsed { config, warnings, lacking, .. } = read;
        // A secret that is none would turn its channel off.
        match lacking.or(warnings).filter(|_| !config.lacking.is_empty()) {
            Some(diagnostics) => Err(diagnostics),
            None => Ok(config),
        }
    }

    /// Sends a test message to every channel, and says whether all took it.
    pub(super) async fn test(&self, path: &Path) -> Result<bool, Error> {
        let config = app::with_a_channel(self.config(path).map_err(|errors| unfit(&errors))?);
        let mut all = true;
        for notifier in setup::notifiers(&config, &http_client::client()?, Format::Text) {
            let tried = Box::pin(notify_test::try_out(&config, &notifier));
            let (said, arrived) = tried.await;
            say(&said)?;
            all &= arrived;
        }
        Ok(all)
    }

    /// Writes everything, and says what and what comes next.
    pub(super) fn write(&self, path: &Path) -> Result<String, Error> {
        self.config(path)?;
        let failed = |path: &Path, error| format!("failed to write {}: {error}", path.display());
        let variables = path_beside(path);
        let secrets = self.secrets()?;
        if !secrets.is_empty() {
            write_file::create(&variables, &secrets, PRIVATE)
                .map_err(|error| failed(&variables, error))?;
        }
        let text = self.file(path).to_string();
        if let Err(error) = write_file::create(path, &text, self.mode()) {
            // One without the other would be half of it.
            if !secrets.is_empty() {
                drop(std::fs::remove_file(&variables));
            }
            return Err(failed(path, error).into());
        }
        Ok(self.written(path, &variables))
    }

    /// The file of variables.
    fn secrets(&self) -> Result<String, Error> {
        let line = |chosen: &Chosen| {
            let problem = || {
                format!("{} cannot be kept in a file: no variable can have a NUL", chosen.variable)
            };
            env_file::line(chosen.variable, chosen.secret.expose()).ok_or_else(problem)
        };
        Ok(self.channels.iter().map(line).collect::<Result<String, _>>()?)
    }

    /// Who may read the file: a URL may hold a password or a token.
    fn mode(&self) -> u32 {
        let has_secret = |target: &NewTarget| may_hold_secret(&target.url);
        if self.targets.iter().any(has_secret) { PRIVATE } else { PUBLIC }
    }

    /// What was written, and what comes next.
    fn written(&self, path: &Path, variables: &Path) -> String {
        let mut text = format!("\nWrote {}.\n", path.display());
        let names: Vec<&str> = self.channels.iter().map(|chosen| chosen.variable).collect();
        if !names.is_empty() {
            let (file, names) = (variables.display(), names.join(" and "));
            text += &format!("Wrote {file}, which only you can read: it holds {names}.\n");
        }
        let prober = shell::prober(path);
        let steps = next_steps(&[
            (&format!("{prober} watch"), "watches, until you stop it"),
            (&format!("{prober} service install"), "has systemd keep it running"),
            (&format!("{prober} add URL"), "watches one more"),
        ]);
        format!("{text}\n{steps}\nIt runs on AWS at no cost, too: docs/deploy.md.\n")
    }
}

/// Why what was given makes no configuration.
fn unfit(errors: &ConfigErrors) -> String {
    // The lines are of a file that was not written.
    let title = |line: String| line.split_once(": ").map_or(line.clone(), |(_, it)| it.to_owned());
    let said = errors.lines().map(title).zip(errors.advice());
    let said: Vec<String> = said.map(|(title, advice)| format!("{title}: {advice}")).collect();
    format!("{}; nothing was written", said.join("; "))
}
