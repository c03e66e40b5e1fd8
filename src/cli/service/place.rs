//! Where a unit lies, for the whole machine or for one user, and what is run for it.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

use super::unit;
use crate::app::variables::path_beside;
use crate::cli::Error;
use crate::cli::shell::{self, next_steps};
use crate::environment::set;
use crate::os;

const NAME: &str = "prober.service";

/// Where a service of the machine may write: `StateDirectory=` in its unit.
const STATE: &str = "/var/lib/prober";

/// Where it finds its configuration, as in packages' unit.
const FOLDER: &str = "/etc/prober";

/// A place for the unit.
pub(super) struct Place {
    path: PathBuf,
    is_system: bool,
}

impl Place {
    /// Of the whole machine, below `root` if that is given.
    pub(super) fn system(root: Option<&Path>) -> Self {
        let folder = root.unwrap_or(Path::new("/")).join("etc/systemd/system");
        Self { path: folder.join(NAME), is_system: true }
    }

    /// Of the user who runs this.
    pub(super) fn user() -> Result<Self, Error> {
        let home = || set("HOME").map(|home| PathBuf::from(home).join(".config"));
        let folder = set("XDG_CONFIG_HOME").map(PathBuf::from).or_else(home);
        let folder = folder.ok_or("the variable HOME is not set, so your units have no place")?;
        Ok(Self { path: folder.join("systemd/user").join(NAME), is_system: false })
    }

    /// The unit's path.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The unit for this program and this configuration.
    pub(super) fn unit(&self, program: &Path, config: &Path) -> Result<String, Error> {
        if self.is_system { unit::system(program, config) } else { unit::user(program, config) }
    }

    /// An error if the service could not run the program, read its configuration or keep
    /// its state in `store`. The one of the machine is no user that there is now.
    pub(super) fn check(&self, program: &Path, config: &Path, store: &Path) -> Result<(), Error> {
        if !self.is_system {
            return Ok(());
        }
        for (path, remedy) in [(config, move_config(config)), (program, move_program(program))] {
            if !others_may_read(path) {
                let path = path.display();
                return Err(format!(
                    "the service runs as a user of its own, which may not read {path}; {remedy}, \
                     or use `--user`"
                )
                .into());
            }
        }
        if !store.starts_with(STATE) {
            return Err(format!(
                "the service may only write below {STATE}, and would keep its state in {}; add \
                 this at the end of {}:\n\n[store]\npath = \"{STATE}/prober.db\"",
                store.display(),
                config.display()
            )
            .into());
        }
        Ok(())
    }

    /// Whether it is started with the machine or with its user's session.
    pub(super) fn is_enabled(&self) -> bool {
        let target = if self.is_system { "multi-user" } else { "default" };
        let wants = self.path.with_file_name(format!("{target}.target.wants"));
        wants.join(NAME).symlink_metadata().is_ok()
    }

    /// What stops it, now and for later.
    pub(super) fn stop(&self) -> String {
        format!("{} disable --now prober", self.systemctl())
    }

    /// What to run once the unit was written.
    pub(super) fn next_steps(&self) -> String {
        let systemctl = self.systemctl();
        let (reload, enable) =
            (format!("{systemctl} daemon-reload"), format!("{systemctl} enable --now prober"));
        if self.is_system {
            return next_steps(&[
                (&reload, "makes systemd read the unit"),
                (&enable, "starts it, now and with the machine"),
                ("journalctl --unit prober", "shows what it says"),
            ]);
        }
        next_steps(&[
            (&reload, "makes systemd read the unit"),
            (&enable, "starts it, now and when you log in"),
            ("loginctl enable-linger", "lets it run while you are not logged in"),
            ("journalctl --user --unit prober", "shows what it says"),
        ])
    }

    /// What to run once the unit was removed.
    pub(super) fn after_removal(&self) -> String {
        let reload = format!("{} daemon-reload", self.systemctl());
        next_steps(&[(&reload, "makes systemd forget it")])
    }

    fn systemctl(&self) -> &'static str {
        if self.is_system { "systemctl" } else { "systemctl --user" }
    }
}

/// How `config` gets to where everybody can read it.
fn move_config(config: &Path) -> String {
    if others_may_pass(config) {
        return format!(
            "run `chmod 644 {}` (a secret in it belongs into the file `environment`, as a \
             variable)",
            shell::path(config)
        );
    }
    let there = Path::new(FOLDER).join("probes.toml");
    let install = format!("`{} service install`", shell::prober(&there));
    if there.exists() {
        return format!("put what it says into {}, and run {install}", there.display());
    }
    let beside = path_beside(config);
    let moved = [(config, "probes.toml"), (&*beside, "environment")];
    let existing = moved.into_iter().filter(|(path, _)| path.exists());
    let command =
        |(path, name): (&Path, _)| format!("`mv {} {FOLDER}/{name}`, ", shell::path(path));
    let commands: Vec<String> = existing.map(command).collect();
    format!("run `mkdir -p {FOLDER}`, {}and {install}", commands.concat())
}

/// The same for the program.
fn move_program(program: &Path) -> String {
    format!("run `install {} /usr/local/bin/prober`, and that one", shell::path(program))
}

/// Whether everybody may read the file at `path`, and pass through all of its folders.
fn others_may_read(path: &Path) -> bool {
    others_may(path, os::everybody_may_read) && others_may_pass(path)
}

fn others_may_pass(path: &Path) -> bool {
    let Ok(path) = fs::canonicalize(path) else { return false };
    path.ancestors().skip(1).all(|folder| others_may(folder, os::everybody_may_pass))
}

fn others_may(path: &Path, may: fn(&Metadata) -> bool) -> bool {
    fs::metadata(path).is_ok_and(|metadata| may(&metadata))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn the_machine_s_service_must_be_able_to_read_and_to_write() {
        let (shell, public) = (Path::new("/bin/sh"), Path::new("/etc/hosts"));
        let store = Path::new("/var/lib/prober/prober.db");
        let place = Place::system(None);
        place.check(shell, public, store).unwrap();
        let beside = place.check(shell, public, Path::new("/etc/prober.db")).unwrap_err();
        assert!(beside.to_string().ends_with("[store]\npath = \"/var/lib/prober/prober.db\""));
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
        let private = folder.path().join("probes.toml");
        fs::write(&private, "").unwrap();
        fs::set_permissions(&private, fs::Permissions::from_mode(0o640)).unwrap();
        let unreadable = place.check(shell, &private, store).unwrap_err().to_string();
        assert!(unreadable.contains("may not read"), "{unreadable}");
        assert!(unreadable.contains("mkdir -p /etc/prober") && !unreadable.contains("environment"));
        fs::write(folder.path().join("environment"), "").unwrap();
        let both = place.check(shell, &private, store).unwrap_err().to_string();
        let moves = "/environment /etc/prober/environment`, and `prober --config ";
        assert!(both.contains(moves), "{both}");
        assert!(both.contains("/probes.toml /etc/prober/probes.toml`, `mv "), "{both}");
    }

    #[test]
    fn a_file_where_everybody_may_pass_lacks_only_its_mode() {
        let folder = tempfile::tempdir_in("/var/tmp").unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        let private = folder.path().join("probes.toml");
        fs::write(&private, "").unwrap();
        fs::set_permissions(&private, fs::Permissions::from_mode(0o600)).unwrap();
        let store = Path::new("/var/lib/prober/prober.db");
        let error = Place::system(None).check(Path::new("/bin/sh"), &private, store).unwrap_err();
        assert!(error.to_string().contains("run `chmod 644 "), "{error}");
    }
}
