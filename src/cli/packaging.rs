//! `prober completions` and `prober man`: what packages install beside the program.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, CommandFactory as _, ValueHint};
use clap_complete::Shell;

use super::names::known;
use super::{Cli, Ended, Error, say};
use crate::os;

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell that is to complete.
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self) -> Result<Ended, Error> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "prober", &mut script);
        say(&String::from_utf8(script)?)
    }
}

#[derive(Debug, Args)]
pub(super) struct Man {
    /// The command whose page is printed; without one, the page of prober itself.
    #[arg(value_name = "COMMAND", conflicts_with = "into")]
    command: Option<String>,
    /// Write all pages into this folder instead, as prober.1, prober-check.1 and so on.
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    into: Option<PathBuf>,
}

impl Man {
    pub(super) fn run(&self) -> Result<Ended, Error> {
        let program = program();
        if let Some(folder) = &self.into {
            write(&program, folder)
                .map_err(|error| format!("failed to write to {}: {error}", folder.display()))?;
            return Ok(Ended::Good);
        }
        let page = match &self.command {
            None => program,
            Some(name) => {
                let commands = program.get_subcommands().map(clap::Command::get_name);
                known("command", std::slice::from_ref(name), commands)?;
                program.find_subcommand(name).cloned().ok_or("there is no such page")?
            }
        };
        let mut roff = Vec::new();
        clap_mangen::Man::new(page).render(&mut roff)?;
        say(&String::from_utf8(roff)?)
    }
}

/// The program with all that its commands share written into each of them. There is no page
/// of `help`: the pages are the help.
fn program() -> clap::Command {
    let mut program = Cli::command().disable_help_subcommand(true);
    program.build();
    program
}

/// Writes all pages. Everybody may read them, unlike what prober remembers.
fn write(program: &clap::Command, folder: &Path) -> io::Result<()> {
    for page in std::iter::once(program).chain(program.get_subcommands()) {
        let path = clap_mangen::Man::new(page.clone()).generate_to(folder)?;
        os::set_mode(&File::open(path)?, 0o644)?;
    }
    Ok(())
}
