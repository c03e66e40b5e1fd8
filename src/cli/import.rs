//! `prober import`: what another monitor knows becomes a configuration, on standard output
//! or in a new file, and on standard error what became of it.

mod destination;
mod report;
mod source;

use std::path::PathBuf;

use clap::Args;

use super::{Ended, Error, say};
use crate::cli::import::destination::Destination;
use crate::clock::Clock;
use crate::import::{self, Outside, Program};
use crate::text::hex::hex;

/// Bytes of a new key for a heartbeat.
const KEY: usize = 16;

#[derive(Debug, Args)]
pub(super) struct Import {
    /// Files of the other monitor, or a folder with all files of Gatus; `-` is standard input.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Whose files they are, if that is not recognized.
    #[arg(long, value_name = "KIND")]
    from: Option<Program>,
    /// The configuration to write, which must not be there yet, and beside it the file
    /// `environment` with what is secret; without this, the configuration is printed.
    #[arg(long, value_name = "FILE")]
    into: Option<PathBuf>,
}

impl Import {
    pub(super) fn run(&self) -> Result<Ended, Error> {
        let destination = self.into.as_deref().map(Destination::at).transpose()?;
        let sources = source::read_all(&self.files)?;
        let outside = Outside {
            read_file: &|path| std::fs::read(path),
            new_key: &new_key,
            now: Clock::System.now(),
        };
        let plan = import::plan(sources, self.from, &outside)?;
        if let Some(destination) = &destination {
            destination.write(&plan.toml, plan.environment().as_deref())?;
            say(&report::written(&plan, destination))?;
        } else {
            say(&plan.toml)?;
        }
        report::say_what_became(&plan, destination.is_some());
        Ok(Ended::good_if(plan.report.is_complete()))
    }
}

/// A key that nobody can guess.
fn new_key() -> String {
    let random: Result<ring::rand::Random<[u8; KEY]>, _> =
        ring::rand::generate(&ring::rand::SystemRandom::new());
    // Without randomness there is no key: an empty one is refused.
    let bytes = random.map(ring::rand::Random::expose).map(Vec::from).unwrap_or_default();
    hex(&bytes)
}
