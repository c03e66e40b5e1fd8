//! `prober import`: reads what another monitor knows, and writes a configuration beside
//! what is there already.

mod destination;
mod report;
mod source;

use std::path::{Path, PathBuf};

use clap::Args;

use super::{Error, Verdict, say};
use crate::cli::import::destination::Destination;
use crate::clock::Clock;
use crate::import::{self, Outside, Program};

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
    /// Show the configuration, and write nothing.
    #[arg(long)]
    dry_run: bool,
}

impl Import {
    pub(super) fn run(&self, config: &Path) -> Result<Verdict, Error> {
        let destination = Destination::beside(config)?;
        let sources = source::read_all(&self.files)?;
        let outside = Outside {
            read_file: &|path| std::fs::read(path),
            new_key: &new_key,
            now: Clock::System.now(),
        };
        let plan = import::plan(sources, self.from, &outside)?;
        if self.dry_run {
            return say(&format!("{}\n{}", plan.toml, report::what_became(&plan)));
        }
        let environment = plan.environment();
        destination.write(&plan.toml, environment.as_deref())?;
        say(&report::written(&plan, &destination))
    }
}

/// A key that nobody can guess.
fn new_key() -> String {
    let random: Result<ring::rand::Random<[u8; KEY]>, _> =
        ring::rand::generate(&ring::rand::SystemRandom::new());
    // Without randomness there is no key: an empty one is refused.
    let bytes = random.map(ring::rand::Random::expose).map(Vec::from).unwrap_or_default();
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(hexadecimal).collect()
}

/// The digit of a number below sixteen.
fn hexadecimal(digit: u8) -> Option<char> {
    char::from_digit(u32::from(digit), 16)
}
