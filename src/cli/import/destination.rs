//! Where the configuration goes: never over a file that is there, and whole or not at all.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use crate::app::source::ConfigSource;
use crate::app::variables::path_beside;
use crate::cli::Error;

/// Everybody may read a configuration: it has no secrets, and a service of another user needs it.
const CONFIGURATION: u32 = 0o644;

/// The environment file is for its owner alone.
const ENVIRONMENT: u32 = 0o600;

/// The two files.
#[derive(Debug)]
pub(super) struct Destination {
    /// The configuration.
    pub(super) config: PathBuf,
    /// The file of variables beside it.
    pub(super) environment: PathBuf,
}

impl Destination {
    /// `config`, and the file of variables that prober reads beside it.
    ///
    /// # Errors
    /// Where one of them is there already, or `config` is no file.
    pub(super) fn at(config: &Path) -> Result<Self, Error> {
        if !matches!(ConfigSource::of(config), Some(ConfigSource::File(_))) {
            let place = config.display();
            return Err(format!("import writes files, and {place} is none: name one").into());
        }
        let environment = path_beside(config);
        for file in [config, &environment] {
            if file.symlink_metadata().is_ok() {
                return Err(taken(file).into());
            }
        }
        Ok(Self { config: config.to_owned(), environment })
    }

    /// Writes both files, the secrets first.
    pub(super) fn write(&self, config: &str, environment: Option<&str>) -> Result<(), Error> {
        if let Some(environment) = environment {
            whole(&self.environment, environment, ENVIRONMENT)?;
        }
        whole(&self.config, config, CONFIGURATION).inspect_err(|_| {
            if environment.is_some() {
                drop(fs::remove_file(&self.environment));
            }
        })
    }
}

fn taken(path: &Path) -> String {
    format!(
        "{} is there already, and import overwrites nothing: name a file in another folder with \
         --into, or leave that out to have the configuration printed",
        path.display()
    )
}

/// Writes the file `path` with `text`. Whoever sees it sees all of it.
fn whole(path: &Path, text: &str, mode: u32) -> Result<(), Error> {
    let failed = |error: &io::Error| -> Error {
        if error.kind() == io::ErrorKind::AlreadyExists {
            return taken(path).into();
        }
        format!("failed to write {}: {error}", path.display()).into()
    };
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.tmp", std::process::id()));
    let beside = PathBuf::from(beside);
    let written = create(&beside, text, mode).and_then(|()| fs::hard_link(&beside, path));
    drop(fs::remove_file(&beside));
    match written {
        // Not every file system has a second name for a file.
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            create(path, text, mode).map_err(|error| failed(&error))
        }
        written => written.map_err(|error| failed(&error)),
    }
}

fn create(path: &Path, text: &str, mode: u32) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(ENVIRONMENT).open(path)?;
    file.write_all(text.as_bytes())?;
    // Whatever this process's mask is.
    file.set_permissions(fs::Permissions::from_mode(mode))?;
    file.sync_all()
}
