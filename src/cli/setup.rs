//! From arguments and environment to what a command needs. Only this room
//! and `main` read the environment.

use std::error::Error;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use chrono::{DateTime, Utc};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

use super::{Cannot, Format};
use crate::clock::Clock;
use crate::config::{self, Sources};
use crate::http_client;
use crate::notify::Notifier;
use crate::notify::console::Console;
use crate::observation::Vantage;
use crate::probe::{Prober, SetupError};
use crate::store::{AnyStore, SqliteStore};
use crate::target::{Channel, ChannelKind, ChannelName, Config};
use crate::tick::Engine;

/// The channel that is told where none is configured.
const CONSOLE: &str = "console";

/// Sends logs to standard error: what `RUST_LOG` asks for, else `level`.
pub(super) fn logs(level: LevelFilter) {
    let filter = EnvFilter::builder()
        .with_default_directive(level.into())
        .with_env_var("RUST_LOG")
        .from_env_lossy();
    // A second call in one process keeps the first one's choice.
    drop(
        tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(io::stderr)
            .with_ansi(colour(&io::stderr()))
            .with_target(false)
            .try_init(),
    );
}

/// Says on standard error why a command could not run, with all causes.
pub(super) fn complain(problem: &dyn Error) {
    let mut text = problem.to_string();
    let mut cause = problem.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    // The mistakes of a configuration are laid out already.
    let text = if text.starts_with("error") { text } else { format!("error: {text}") };
    let mut err = anstream::stderr().lock();
    drop(writeln!(err, "{}", text.trim_end()));
}

/// Reads and validates the configuration at `path`.
pub(super) fn config(path: &Path) -> Result<Config, Cannot> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        let hint = match error.kind() {
            io::ErrorKind::NotFound => "; `prober demo` needs none, and the README has one to copy",
            _ => "",
        };
        format!("failed to read the configuration {}: {error}{hint}", path.display())
    })?;
    let sources = Sources {
        env: &variable,
        read_file: &|path| std::fs::read(path),
        now: Clock::System.now(),
    };
    config::parse(path, &text, &sources)
        .map_err(|mistakes| mistakes.render(colour(&io::stderr())).into())
}

#[expect(clippy::disallowed_methods, reason = "the shell is where the environment is read")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Where this prober runs: `PROBER_VANTAGE`, the AWS region, or the host name.
pub(super) fn vantage() -> Vantage {
    let set = |name| variable(name).filter(|value| !value.is_empty());
    let host = || gethostname::gethostname().to_string_lossy().into_owned();
    Vantage(set("PROBER_VANTAGE").or_else(|| set("AWS_REGION")).unwrap_or_else(host))
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

/// Gives a configuration without channels the console, for all targets.
fn with_a_channel(mut config: Config) -> Config {
    if config.channels.is_empty() {
        let name = ChannelName::new(CONSOLE);
        config.channels.push(Channel { name: name.clone(), kind: ChannelKind::Console });
        config.targets.iter_mut().for_each(|target| target.notify = vec![name.clone()]);
        config.guests.alarms.iter_mut().for_each(|alarms| *alarms = vec![name.clone()]);
        config.guests.logs.iter_mut().for_each(|logs| logs.notify = vec![name.clone()]);
    }
    config
}

/// What speaks to each channel of `config`.
pub(super) fn notifiers(
    config: &Config,
    http: &reqwest::Client,
    format: Format,
) -> Result<Vec<Notifier>, Cannot> {
    let console = console(format);
    let notifier = |channel| Notifier::new(channel, http, &console).map_err(Cannot::from);
    config.channels.iter().map(notifier).collect()
}

/// What probes the endpoints of `config`.
pub(super) fn prober(config: &Config, clock: Clock) -> Result<Prober, SetupError> {
    Prober::new(config.endpoints().map(|(target, endpoint)| (&target.name, endpoint)), clock)
}

/// Everything that a tick needs, for the configuration at `path`.
pub(super) fn engine(
    path: &Path,
    clock: Clock,
    format: Format,
) -> Result<Engine<AnyStore>, Cannot> {
    let config = with_a_channel(config(path)?);
    let http = http_client::client()?;
    Ok(Engine {
        prober: prober(&config, clock.clone())?,
        notifiers: notifiers(&config, &http, format)?,
        store: AnyStore::Sqlite(SqliteStore::open(&config.store_path)?),
        vantage: vantage(),
        config,
        http,
        clock,
    })
}

/// The same configuration as [`engine`] would use, for commands that only tell.
pub(super) fn config_with_a_channel(path: &Path) -> Result<Config, Cannot> {
    Ok(with_a_channel(config(path)?))
}
