//! From arguments and environment to what a command needs.

use std::io::{self, IsTerminal, Write};
use std::iter::successors;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use chrono::{DateTime, Utc};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::{LevelFilter, filter_fn};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::{Error, Format};
use crate::app::reload::{SETTLED, Surroundings};
use crate::app::source::ConfigSource;
use crate::app::{self, Fetched, Fetcher};
use crate::clock::Clock;
use crate::config::{ConfigErrors, Parsed};
use crate::engine::{Engine, TickRequest};
use crate::http_client;
use crate::model::target::Config;
use crate::notify::Notifier;
use crate::notify::console::Console;
use crate::store::{AnyStore, BrokenStore, SqliteStore};
use crate::text::clean;
use crate::text::error_chain::chain;

/// Sends logs to standard error: what `RUST_LOG` asks for, else `level`.
pub(super) fn logs(level: LevelFilter) {
    let filter = EnvFilter::builder()
        .with_default_directive(level.into())
        .with_env_var("RUST_LOG")
        .from_env_lossy();
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(colour(&io::stderr()))
        .with_target(false)
        // A line that cannot be written is lost. An error about that could not be
        // written either, and must not end a watch.
        .log_internal_errors(false);
    let all = tracing_subscriber::registry().with(lines).with(filter);
    // A second call in one process keeps the first one's choice.
    drop(all.with(filter_fn(app::holds_no_secret)).try_init());
}

/// Says on standard error why a command could not run, with all causes.
pub(super) fn complain(problem: &(dyn std::error::Error + 'static)) {
    let mut causes = successors(Some(problem), |&cause| cause.source());
    let text = match causes.find_map(|cause| cause.downcast_ref::<ConfigErrors>()) {
        // Each diagnostic is already an `error:` with its lines.
        Some(diagnostics) => diagnostics.render(colour(&io::stderr())),
        None => format!("error: {}", clean(&chain(problem))),
    };
    let mut err = anstream::stderr().lock();
    drop(writeln!(err, "{}", text.trim_end()));
}

/// Whether the secrets that a configuration refers to are needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Secrets {
    /// They are fetched.
    Fetched,
    /// They are replaced by placeholders.
    LeftOut,
}

/// Reads and validates the configuration that `name` names: a file,
/// `s3://BUCKET/KEY` or `ssm:/NAME`.
pub(super) async fn config(name: &Path, secrets: Secrets) -> Result<Config, Error> {
    Ok(parsed(name, secrets).await?.config)
}

/// The same, with its warnings.
pub(super) async fn parsed(name: &Path, secrets: Secrets) -> Result<Parsed, Error> {
    let source = config_source(name)?;
    let fetcher = Fetcher::new(&http_client::client()?);
    let Some(Fetched { text, .. }) = fetcher.config(&source, None).await? else {
        return Err(format!("{source} was not sent").into());
    };
    let (path, now) = (source.path(), Clock::System.now());
    let mut read = app::read(&path, &text, now);
    if secrets == Secrets::Fetched && !read.references.is_empty() {
        let stored = fetcher.secrets(&read.references, None).await?;
        read.parsed = app::parse(&path, &text, &stored, now);
    }
    Ok(read.parsed?)
}

/// The text of the configuration in the file `name`.
#[cfg(feature = "aws")]
pub(super) async fn text_of_file(name: &Path) -> Result<String, Error> {
    let source = config_source(name)?;
    if !matches!(source, ConfigSource::File(_)) {
        return Err(format!("{source} is in AWS already: name a file by --config").into());
    }
    let fetched = Fetcher::new(&http_client::client()?).config(&source, None).await?;
    Ok(fetched.map(|fetched| fetched.text).unwrap_or_default())
}

/// Where the configuration that `name` names lies.
fn config_source(name: &Path) -> Result<ConfigSource, Error> {
    let example = || format!("{} names no object: write s3://BUCKET/KEY", name.display());
    Ok(ConfigSource::of(name).ok_or_else(example)?)
}

/// The store, if there is one: readers have no business making one.
pub(super) async fn existing_store(config: &Config) -> Result<Option<AnyStore>, Error> {
    match app::table().await? {
        Some(table) => Ok(Some(table)),
        None => Ok(SqliteStore::open_for_reading(&config.store_path)?.map(AnyStore::Sqlite)),
    }
}

/// What is said where there is no store.
pub(super) fn nothing_yet(config: &Config) -> String {
    let place = config.store_path.display();
    format!("Nothing was observed yet: {place} is not there. Run `prober tick`.\n")
}

/// The machine's clock, or one that stands at `--at`.
pub(super) fn clock(at: Option<DateTime<Utc>>) -> Clock {
    at.map_or(Clock::System, Clock::at)
}

/// Whether `stream` is a terminal that likes colours: <https://no-color.org>.
pub(super) fn colour(stream: &(impl IsTerminal + anstream::stream::RawStream)) -> bool {
    anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never
}

/// The console that messages are printed on: standard error where standard
/// output is taken by one JSON object.
fn console(format: Format) -> Console {
    match format {
        Format::Text => Console::new(io::stdout(), colour(&io::stdout())),
        Format::Json => Console::new(io::stderr(), colour(&io::stderr())),
    }
}

/// What speaks to each channel of `config`.
pub(super) fn notifiers(config: &Config, http: &reqwest::Client, format: Format) -> Vec<Notifier> {
    let console = console(format);
    let notifier = |channel| Notifier::new(channel, http, &console);
    config.channels.iter().map(notifier).collect()
}

/// What is found outside of the configuration that `name` names, for a process
/// that keeps it fresh and appends a trace to `trace`.
pub(super) async fn surroundings(
    name: &Path,
    clock: Clock,
    trace: Option<PathBuf>,
) -> Result<Surroundings, Error> {
    Ok(Surroundings {
        source: config_source(name)?,
        http: http_client::client()?,
        clock,
        table: app::table().await?,
        // The person who starts it sees what is broken.
        last_good: None,
        settled: SETTLED,
        console: console(Format::Text),
        trace,
    })
}

/// Everything that a tick needs, for the configuration that `name` names.
pub(super) async fn engine(
    name: &Path,
    clock: Clock,
    format: Format,
) -> Result<Engine<AnyStore>, Error> {
    let config = config_with_a_channel(name).await?;
    let (http, console, last_word) =
        (http_client::client()?, console(format), app::last_word(&config));
    match app::store(app::table().await?.as_ref(), &config) {
        Ok(store) => {
            let engine = app::engine(config, store, &http, &console, clock)?;
            Ok(engine.with_last_word(Rc::new(last_word)))
        }
        Err(error) => {
            let engine = app::engine(config, BrokenStore(error), &http, &console, clock)?;
            let engine = engine.with_last_word(Rc::new(last_word));
            // It cannot but fail, and tells of that.
            let Err(error) = engine.tick(TickRequest::default(), |_, _| {}).await else {
                return Err("the store could not be opened".into());
            };
            Err(error.into())
        }
    }
}

/// The configuration that [`engine`] would use, for commands that only tell.
pub(super) async fn config_with_a_channel(name: &Path) -> Result<Config, Error> {
    let config = app::with_a_channel(config(name, Secrets::Fetched).await?);
    // Somebody is looking here. On Lambda the watchdog is not called instead.
    if config.has_no_channel_on() {
        let lacking: Vec<String> = config.lacking.iter().map(ToString::to_string).collect();
        return Err(format!("nobody can be told: {}", lacking.join("; ")).into());
    }
    Ok(config)
}
