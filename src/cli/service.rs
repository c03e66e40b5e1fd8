//! `prober service`: the systemd unit that runs `prober watch`, for the whole machine or
//! for one user. It writes or removes a file, and says what to run; it starts nothing.

mod place;
mod task;
mod unit;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use self::place::Place;
use super::add::{local, unreadable};
use super::{Ended, Error, say, setup};
use crate::app;
use crate::app::write_file;
use crate::clock::Clock;
use crate::os;

/// Everybody may read a unit: it holds no secret.
const MODE: u32 = 0o644;

/// Where systemd says that it runs: <https://www.freedesktop.org/software/systemd/man/latest/sd_booted.html>.
#[cfg(feature = "interactive")]
const BOOTED: &str = "/run/systemd/system";

#[derive(Debug, Args)]
pub(super) struct Service {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Write the unit, and say what starts it. Nothing is started.
    Install {
        #[command(flatten)]
        whose: Whose,
        /// Print the unit, and write nothing.
        #[arg(long)]
        print: bool,
    },
    /// Remove the unit, and say what else is to be done.
    Uninstall {
        #[command(flatten)]
        whose: Whose,
    },
}

/// Whose service it is: the machine's for root, else the user's.
#[derive(Debug, Args)]
struct Whose {
    /// A service of your own, which needs no root.
    #[arg(long, conflicts_with = "system")]
    user: bool,
    /// A service of the whole machine.
    #[arg(long)]
    system: bool,
    /// Write below this folder instead of /, for instance into an image.
    #[arg(long, value_name = "FOLDER")]
    root: Option<PathBuf>,
}

impl Whose {
    fn place(&self) -> Result<Place, Error> {
        let is_system = self.system || (!self.user && os::is_root());
        if is_system { Ok(Place::system(self.root.as_deref())) } else { Place::user() }
    }
}

impl Service {
    #[expect(clippy::unused_async, reason = "the signature of every command")]
    pub(super) async fn run(&self, config: &Path) -> Result<Ended, Error> {
        match &self.action {
            Action::Install { .. } | Action::Uninstall { .. } if os::HAS_TASK_SCHEDULER => {
                let (program, config) = program_and_config(config)?;
                Err(task::advice(&program, &config).into())
            }
            Action::Install { whose, print } => install(&whose.place()?, config, *print),
            Action::Uninstall { whose } => uninstall(&whose.place()?),
        }
    }
}

/// The paths of this program and of the configuration, from the root.
fn program_and_config(config: &Path) -> Result<(PathBuf, PathBuf), Error> {
    Ok((std::env::current_exe()?, std::path::absolute(local(config)?)?))
}

/// Whether services here are systemd's.
#[cfg(feature = "interactive")]
pub(super) fn has_systemd() -> bool {
    Path::new(BOOTED).is_dir()
}

/// Writes the unit of whoever runs this, and says what starts it.
#[cfg(feature = "interactive")]
pub(super) fn install_here(config: &Path) -> Result<Ended, Error> {
    install(&Whose { user: false, system: false, root: None }.place()?, config, false)
}

fn install(place: &Place, config: &Path, print: bool) -> Result<Ended, Error> {
    let (program, config) = program_and_config(config)?;
    let unit = place.unit(&program, &config)?;
    if print {
        if let Err(problem) = check(place, &program, &config) {
            setup::complain(problem.as_ref());
        }
        return say(&unit);
    }
    check(place, &program, &config)?;
    let path = place.path();
    match fs::read_to_string(path) {
        Ok(there) if there == unit => {
            return say(&format!("{} is there already.\n\n{}", path.display(), place.next_steps()));
        }
        Ok(_) => {
            return Err(format!(
                "{} is there already, and says something else; `prober service install --print` \
                 shows what would be written, and `prober service uninstall` removes it",
                path.display()
            )
            .into());
        }
        Err(_) => {}
    }
    let failed = |error: io::Error| format!("failed to write {}: {error}", path.display());
    fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).map_err(failed)?;
    write_file::create(path, &unit, MODE).map_err(failed)?;
    say(&format!("Wrote {}. Nothing was started.\n\n{}", path.display(), place.next_steps()))
}

/// An error if the service could not do its work.
fn check(place: &Place, program: &Path, config: &Path) -> Result<(), Error> {
    let text = fs::read_to_string(config).map_err(|error| unreadable(config, &error))?;
    let parsed = app::read(config, &text, Clock::System.now()).parsed?;
    place.check(program, config, &parsed.config.store_path)
}

fn uninstall(place: &Place) -> Result<Ended, Error> {
    let path = place.path();
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(format!("there is no {}", path.display()).into());
        }
        Err(error) => return Err(format!("failed to read {}: {error}", path.display()).into()),
    };
    if !unit::is_ours(&text) {
        return Err(format!("{} does not run prober: it stays", path.display()).into());
    }
    if place.is_enabled() {
        let stop = place.stop();
        return Err(format!("it is switched on; first run `{stop}`, and then this again").into());
    }
    fs::remove_file(path)
        .map_err(|error| format!("failed to remove {}: {error}", path.display()))?;
    say(&format!(
        "Removed {}. probes.toml and what prober remembers are still there.\n\n{}",
        path.display(),
        place.after_removal()
    ))
}
