//! The command line: one file per command. Results go to standard output,
//! logs to standard error; exit codes are a contract that scripts rely on.

mod add;
mod check;
mod demo;
#[cfg(feature = "aws")]
mod deploy;
mod draw;
mod forget;
mod groups;
#[cfg(feature = "import")]
mod import;
mod init;
mod names;
mod notify_test;
mod outages;
mod packaging;
mod pause;
mod progress;
mod replay;
mod service;
mod setup;
mod shell;
mod status;
mod table;
mod tick;
mod trial;
mod validate;
mod version;
mod warned;
mod watch;
mod wrap;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anstream::AutoStream;
use chrono::{DateTime, Utc};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config;
use crate::engine::Recorder;
use crate::replay::record::TraceFile;
use crate::text::address::discreet;

/// Watches home servers from outside, and tells you once when one goes down
/// and once when it is back.
#[derive(Debug, Parser)]
#[command(name = "prober", version, long_version = version::LONG, max_term_width = 100)]
struct Cli {
    /// The configuration: what to watch, and whom to tell.
    #[arg(
        long,
        global = true,
        env = "PROBER_CONFIG",
        hide_env_values = true,
        default_value = "probes.toml",
        value_name = "FILE"
    )]
    config: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Begin: ask what to watch and whom to tell, try both, and write probes.toml.
    Init(Box<init::Init>),
    /// Add what is at a URL to probes.toml, as it fits what answers there.
    Add(add::Add),
    /// Probe now, without changing state or telling anybody.
    Check(check::Check),
    /// Make one pass: probe what is due, and tell what changed.
    Tick(tick::Tick),
    /// Keep watching: probe each target on its own schedule, until you stop it.
    Watch(watch::Watch),
    /// Show how all targets are, or all that is known of one.
    Status(status::Status),
    /// Show what was down in the last 30 days, for how long and why.
    Outages(outages::Outages),
    /// Silence targets for a while.
    Pause(pause::Pause),
    /// End a pause early: what is down is then told.
    Resume(pause::Resume),
    /// Drop alarms, logs and topics that you no longer need.
    Forget(forget::Forget),
    /// Check the configuration, without probing.
    Validate,
    #[cfg(feature = "import")]
    /// Make a configuration of what Gatus, Uptime Kuma or another monitor knows.
    Import(import::Import),
    /// Install prober on AWS, or change what is installed there.
    #[cfg(feature = "aws")]
    Deploy(deploy::Deploy),
    /// Take prober away from AWS.
    #[cfg(feature = "aws")]
    Destroy(deploy::Destroy),
    /// Replay a trace of observations: what would each channel have been told?
    Replay(replay::Replay),
    /// Send a test message to every channel, or to those named.
    NotifyTest(notify_test::NotifyTest),
    /// Write or remove the systemd service that runs `prober watch`.
    Service(service::Service),
    /// See how one outage is told once: a tour of ten seconds, with nothing to set up.
    Demo(demo::Demo),
    /// Print the JSON Schema of probes.toml, for editors.
    Schema,
    /// Print the script by which a shell completes what you type.
    Completions(packaging::Completions),
    /// Print the manual page of prober, or of one command.
    Man(packaging::Man),
}

/// The shape of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// One object, for programs.
    Json,
}

/// `--at`, for commands that depend on what time it is.
#[derive(Debug, Args)]
struct At {
    /// Use this instant as the present: for tests, or to catch up.
    #[arg(long, value_name = "RFC3339")]
    at: Option<DateTime<Utc>>,
}

/// `--record`, for commands that tick.
#[derive(Debug, Args)]
struct Record {
    /// Append what is seen to this file, as a trace for `prober replay`.
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
}

impl Record {
    /// The file, if there is one.
    fn trace(&self) -> Option<PathBuf> {
        self.record.clone()
    }

    fn recorder(&self) -> Option<Box<dyn Recorder>> {
        self.record.clone().map(|path| Box::new(TraceFile::new(path)) as Box<dyn Recorder>)
    }
}

/// How a command that could run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// Exit code 0.
    Good,
    /// Exit code 1: something is down, or still owed.
    Bad,
}

impl Ended {
    fn good_if(good: bool) -> Self {
        if good { Self::Good } else { Self::Bad }
    }
}

/// Why a command could not run, for the person who reads it: exit code 2.
type Error = crate::app::Error;

/// Runs the command of this process's arguments.
pub async fn run() -> ExitCode {
    let cli = Cli::try_parse().unwrap_or_else(|error| refuse(&error));
    let outcome = match &cli.command {
        Command::Init(init) => Box::pin(init.run(&cli.config)).await,
        Command::Add(add) => Box::pin(add.run(&cli.config)).await,
        Command::Check(check) => check.run(&cli.config).await,
        Command::Tick(tick) => tick.run(&cli.config).await,
        Command::Watch(watch) => watch.run(&cli.config).await,
        Command::Status(status) => status.run(&cli.config).await,
        Command::Outages(outages) => outages.run(&cli.config).await,
        Command::Pause(pause) => pause.run(&cli.config).await,
        Command::Resume(resume) => resume.run(&cli.config).await,
        Command::Forget(forget) => forget.run(&cli.config).await,
        Command::Validate => validate::run(&cli.config).await,
        #[cfg(feature = "import")]
        Command::Import(import) => import.run(),
        #[cfg(feature = "aws")]
        Command::Deploy(deploy) => deploy.run(&cli.config).await,
        #[cfg(feature = "aws")]
        Command::Destroy(destroy) => destroy.run().await,
        Command::Replay(replay) => replay.run(&cli.config).await,
        Command::NotifyTest(test) => test.run(&cli.config).await,
        Command::Service(service) => service.run(&cli.config).await,
        Command::Demo(demo) => demo.run().await,
        Command::Schema => say(&format!("{:#}\n", config::schema())),
        Command::Completions(completions) => completions.run(),
        Command::Man(man) => man.run(),
    };
    match outcome {
        Ok(Ended::Good) => ExitCode::SUCCESS,
        Ok(Ended::Bad) => ExitCode::from(1),
        Err(problem) => {
            setup::complain(problem.as_ref());
            ExitCode::from(2)
        }
    }
}

/// Ends the process because of its arguments, or with the help that they ask for. What looks
/// like a secret among them is not repeated.
fn refuse(error: &clap::Error) -> ! {
    let said = error.to_string();
    let shown = discreet(&said);
    if error.use_stderr() && shown != said {
        drop(io::stderr().write_all(shown.as_bytes()));
        std::process::exit(error.exit_code());
    }
    error.exit()
}

/// Writes a result to standard output, colours only where they are wanted.
/// A reader that went away (`prober check | head`) is no fault.
fn say(text: &str) -> Result<Ended, Error> {
    // All at once: standard output by itself is written to line by line.
    let mut shown = AutoStream::new(Vec::new(), AutoStream::choice(&io::stdout()));
    shown.write_all(text.as_bytes())?;
    let mut out = io::stdout().lock();
    match out.write_all(&shown.into_inner()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(format!("failed to write to standard output: {error}").into())
        }
        Ok(()) | Err(_) => Ok(Ended::Good),
    }
}

/// Writes one JSON object to standard output.
fn say_json(value: &impl serde::Serialize) -> Result<Ended, Error> {
    say(&format!("{}\n", serde_json::to_string(value)?))
}
