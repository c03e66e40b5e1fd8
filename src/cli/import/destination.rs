//! Where the configuration goes: never over a file that is there, and whole or not at all.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::app::source::ConfigSource;
use crate::app::variables::path_beside;
use crate::app::write_file;
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
        if let Some(folder) = config.parent()
            && !folder.as_os_str().is_empty()
            && !folder.is_dir()
        {
            return Err(format!("there is no folder {}: make it first", folder.display()).into());
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
    write_file::create(path, text, mode).map_err(|error| {
        if error.kind() == io::ErrorKind::AlreadyExists {
            return taken(path).into();
        }
        format!("failed to write {}: {error}", path.display()).into()
    })
}
