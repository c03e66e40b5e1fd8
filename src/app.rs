//! Makes an engine from the files, variables and parameters outside, for both front
//! doors.

#[cfg(feature = "aws")]
pub mod bundle;
mod fetch;
mod files;
mod named_files;
pub mod new_variables;
mod recording;
pub mod reload;
pub mod source;
pub mod variables;
pub mod web_page;
pub mod write_file;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::rc::Rc;

use chrono::{DateTime, Utc};
use url::Url;

use crate::clock::Clock;
use crate::config::{self, ConfigErrors, Parsed, STAND_IN, STORED, Sources};
use crate::engine::{Engine, LastWord, Site};
use crate::environment::{region, set};
use crate::message::{self, Message, Voice};
use crate::model::names::ChannelName;
use crate::model::observation::Vantage;
use crate::model::off_limits::{OffLimits, RUNTIME_API};
use crate::model::secret::Secret;
use crate::model::target::{Channel, ChannelKind, Config};
use crate::notify::Notifier;
use crate::notify::console::Console;
use crate::probe::Prober;
use crate::store::{AnyStore, SqliteStore, Store, StoreError};

use variables::Variables;

pub use fetch::{FetchError, Fetched, Fetcher};
pub use named_files::NamedFiles;

/// The channel if none is configured.
const CONSOLE: &str = "console";

/// Why an engine could not be made, for the person who reads it.
pub type Error = Box<dyn std::error::Error>;

/// Values by the name under which the configuration asks for them: a reference such as
/// `ssm:/NAME`, or a variable.
pub type SecretValues = BTreeMap<String, Secret>;

/// Where this prober runs: `PROBER_VANTAGE`, the AWS region, or the host name.
#[must_use]
pub fn vantage() -> Vantage {
    let host = || gethostname::gethostname().to_string_lossy().into_owned();
    Vantage(set("PROBER_VANTAGE").or_else(region).unwrap_or_else(host))
}

/// What a channel of `config` is sent to try it, at `now`.
#[must_use]
pub fn test_message(config: &Config, now: DateTime<Utc>) -> Message {
    let vantage = vantage();
    message::test_message(&Voice {
        language: config.language,
        zone: config.timezone,
        vantage: &vantage,
        page: config.page.url.as_ref().map(Url::as_str),
        now,
    })
}

/// Whether what is logged there may be shown. Below *info*, libraries log whole
/// requests, with the keys in their paths; this program does not.
#[must_use]
pub fn holds_no_secret(metadata: &tracing::Metadata<'_>) -> bool {
    let is_ours = metadata.target().split("::").next() == Some(env!("CARGO_CRATE_NAME"));
    is_ours || *metadata.level() <= tracing::Level::INFO
}

/// What must not be called from this machine.
#[must_use]
pub fn off_limits() -> OffLimits {
    OffLimits::here(set(RUNTIME_API).as_deref())
}

/// The alarms that watch prober itself, each by its ARN, or by its name where it is of
/// the same account and region: `PROBER_ALARMS`, with commas between them.
#[must_use]
pub fn own_alarms() -> Vec<String> {
    let names = set("PROBER_ALARMS").unwrap_or_default();
    names.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

/// The log group whose lines must be screened, because template.yaml's pattern lets
/// through more than errors: `PROBER_SCREENED_LOG_GROUP`.
#[must_use]
pub fn screened_log_group() -> Option<String> {
    set("PROBER_SCREENED_LOG_GROUP")
}

/// The log group that this process itself writes to, on Lambda:
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>.
#[must_use]
pub fn own_log_group() -> Option<String> {
    set("AWS_LAMBDA_LOG_GROUP_NAME")
}

/// A configuration that was read before its stored secrets were fetched.
pub struct Reading {
    /// What it says; each stored secret is its own placeholder.
    pub parsed: Result<Parsed, ConfigErrors>,
    /// The references to stored secrets that it asked for. Where there are
    /// none, there is no need to read it again.
    pub references: BTreeSet<String>,
    /// The files that it names, and that of its variables.
    pub files: NamedFiles,
}

/// Reads the configuration `text` without its stored secrets.
#[must_use]
pub fn read(path: &Path, text: &str, now: DateTime<Utc>) -> Reading {
    let asked = RefCell::new(BTreeSet::new());
    let place = stored_variables();
    let files = RefCell::new(NamedFiles::default());
    let read_file = |path: &Path| files.borrow_mut().read(path);
    let parsed = Variables::beside(path, read_file).and_then(|variables| {
        let env = |name: &str| {
            if let Some(reference) = stored_under(name, place.as_deref()) {
                let placeholder = placeholder(&reference);
                asked.borrow_mut().insert(reference);
                return Some(placeholder);
            }
            variables.get(name)
        };
        config::read(path, text, &sources(&env, &read_file, now))
    });
    Reading { parsed, references: asked.into_inner(), files: files.into_inner() }
}

/// Reads the configuration `text` with the secrets that were fetched for it.
///
/// # Errors
///
/// Every diagnostic of `text`, with its place.
pub fn parse(
    path: &Path,
    text: &str,
    stored: &SecretValues,
    now: DateTime<Utc>,
) -> Result<Parsed, ConfigErrors> {
    let place = stored_variables();
    let variables = Variables::beside(path, files::read_named)?;
    let env = |name: &str| {
        let found = stored_under(name, place.as_deref()).and_then(|found| stored.get(&found));
        let found = found.map(|value| value.expose().to_owned());
        if name.starts_with(STORED) { found } else { found.or_else(|| variables.get(name)) }
    };
    config::read(path, text, &sources(&env, &files::read_named, now))
}

/// Reads the configuration `text` that is yet to be written to `path`, with `variables`
/// beside those that there are. A stored secret is its own placeholder.
///
/// # Errors
///
/// Every diagnostic of `text`, with its place.
pub fn read_new(
    path: &Path,
    text: &str,
    variables: &SecretValues,
    now: DateTime<Utc>,
) -> Result<Parsed, ConfigErrors> {
    let known = Variables::of(path)?;
    let place = stored_variables();
    let env = |name: &str| {
        let new = variables.get(name).map(|value| value.expose().to_owned());
        let stored = || stored_under(name, place.as_deref()).map(|stored| placeholder(&stored));
        new.or_else(stored).or_else(|| known.get(name))
    };
    config::read(path, text, &sources(&env, &files::read_named, now))
}

/// Where SSM keeps the variables of the configuration, on Lambda: `PROBER_VARIABLES`, such
/// as `/prober/variables`.
fn stored_variables() -> Option<String> {
    set("PROBER_VARIABLES").filter(|place| place.starts_with('/'))
}

/// The reference to what is stored under `name`: itself, or where the variables at `place` are.
fn stored_under(name: &str, place: Option<&str>) -> Option<String> {
    if name.starts_with(STORED) {
        return Some(name.to_owned());
    }
    let place = place?.trim_matches('/');
    Some(format!("{STORED}{place}/{name}"))
}

/// A placeholder that is valid for any secret, and differs for each: two keys must not
/// be equal.
fn placeholder(reference: &str) -> String {
    format!("{STAND_IN}{reference}")
}

fn sources<'a>(
    env: &'a dyn Fn(&str) -> Option<String>,
    read_file: &'a dyn Fn(&Path) -> io::Result<Vec<u8>>,
    now: DateTime<Utc>,
) -> Sources<'a> {
    Sources { env, read_file, now }
}

/// Gives a configuration without channels the console, for all targets.
#[must_use]
pub fn with_a_channel(mut config: Config) -> Config {
    if config.channels.is_empty() {
        let name = ChannelName::new(CONSOLE);
        config.channels.push(Channel::new(name.clone(), ChannelKind::Console));
        config.targets.iter_mut().for_each(|target| target.notify = vec![name.clone()]);
        for handling in config.discovered.handlings_mut() {
            handling.notify = vec![name.clone()];
            // No channel has a name, so a rule's list can only be empty.
            handling.rules.iter_mut().for_each(|rule| rule.notify = None);
        }
    }
    config
}

/// The table that `PROBER_TABLE` names, if it names one.
///
/// # Errors
/// Where this prober was built without AWS.
#[cfg_attr(
    not(feature = "aws"),
    expect(clippy::unused_async, reason = "the same signature in every build")
)]
pub async fn table() -> Result<Option<AnyStore>, Error> {
    let Some(table) = set("PROBER_TABLE") else { return Ok(None) };
    #[cfg(feature = "aws")]
    return Ok(Some(AnyStore::Dynamo(crate::store::DynamoStore::connect(&table).await?)));
    #[cfg(not(feature = "aws"))]
    Err(format!("PROBER_TABLE names {table}, and this prober was built without AWS").into())
}

/// Where states live: the table, or else the configuration's file.
///
/// # Errors
///
/// Where the file cannot be opened, or is not a store.
pub fn store(table: Option<&AnyStore>, config: &Config) -> Result<AnyStore, StoreError> {
    match table {
        Some(table) => Ok(table.clone()),
        None => SqliteStore::open(&config.store_path).map(AnyStore::Sqlite),
    }
}

/// Everything that a tick needs, for a configuration that has a channel.
///
/// # Errors
///
/// Where a target cannot be probed as it is configured.
pub fn engine<S: Store>(
    config: Config,
    store: S,
    http: &reqwest::Client,
    console: &Console,
    clock: Clock,
) -> Result<Engine<S>, Error> {
    for lacking in &config.lacking {
        tracing::warn!("{lacking}");
    }
    let notifier = |channel| Notifier::new(channel, http, console);
    let endpoints = config.endpoints().map(|(target, endpoint)| (&target.name, endpoint));
    let prober = Prober::new(endpoints, off_limits(), clock.clone())?;
    let notifiers = config.channels.iter().map(notifier).collect();
    let (vantage, http) = (vantage(), http.clone());
    let site = Site { config, store, clock, vantage, http, recorder: None };
    Ok(Engine::new(site, prober, notifiers).with_last_word(Rc::new(LastWord::default())))
}

/// What may be said of a broken store that is a file: files beside it, or among the
/// temporary ones, tell when it was told of last.
#[must_use]
pub fn last_word(config: &Config) -> LastWord {
    let mut beside = config.store_path.clone().into_os_string();
    beside.push(".last-word");
    LastWord::marked(beside.into(), Some(&std::env::temp_dir()))
}
