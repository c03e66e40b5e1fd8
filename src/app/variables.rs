//! The variables that a configuration may name as `${NAME}`: those of the process, and those
//! of the file `environment` beside it. So a command that somebody runs by hand knows what
//! the service knows, whose manager reads the same file.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::config::ConfigErrors;
use crate::environment::variable;
use crate::model::secret::Secret;
use crate::os;
use crate::text::env_file;

/// The name of the file.
const FILE: &str = "environment";

/// The variables that a configuration may name.
#[derive(Debug, Default)]
pub struct Variables {
    path: PathBuf,
    of_file: BTreeMap<String, Secret>,
    /// Why the file could not be read, until that was said.
    unreadable: RefCell<Option<io::Error>>,
}

/// The path of the file of variables for the configuration at `path`.
#[must_use]
pub fn path_beside(path: &Path) -> PathBuf {
    path.with_file_name(FILE)
}

impl Variables {
    /// Those for the configuration at `path`; `read` reads a file.
    ///
    /// # Errors
    /// Where there is a file that everybody may write, or one with a line that is not
    /// understood.
    pub(super) fn beside(
        path: &Path,
        read: impl FnOnce(&Path) -> io::Result<Vec<u8>>,
    ) -> Result<Self, ConfigErrors> {
        let path = path_beside(path);
        let found = read(&path);
        // A folder of that name is somebody else's.
        let Some(metadata) = fs::metadata(&path).ok().filter(fs::Metadata::is_file) else {
            return Ok(Self { path, ..Self::default() });
        };
        if os::everybody_may_write(&metadata) {
            let advice = format!("run `chmod 600 {}`", path.display());
            let title = "everybody may write this file";
            return Err(ConfigErrors::of_file(&path, None, title, advice));
        }
        match found {
            Err(_) if metadata.len() == 0 => Ok(Self { path, ..Self::default() }),
            Err(error) => {
                Ok(Self { path, unreadable: RefCell::new(Some(error)), ..Self::default() })
            }
            Ok(bytes) => match env_file::variables(&String::from_utf8_lossy(&bytes)) {
                Ok(variables) => {
                    let secret = |(name, value)| (name, Secret::new(value));
                    let of_file = variables.into_iter().map(secret).collect();
                    Ok(Self { path, of_file, unreadable: RefCell::default() })
                }
                Err(line) => {
                    let title = "a line of this file is not understood";
                    let advice = "expected NAME=VALUE, a comment or nothing";
                    Err(ConfigErrors::of_file(&path, Some(line), title, advice))
                }
            },
        }
    }

    /// Those for the configuration at `path`.
    ///
    /// # Errors
    /// Where there is a file that everybody may write, or one with a line that is not
    /// understood.
    pub fn of(path: &Path) -> Result<Self, ConfigErrors> {
        Self::beside(path, super::files::read_named)
    }

    /// The variable `name`: of the process, or else of the file.
    pub fn get(&self, name: &str) -> Option<String> {
        if let Some(value) = variable(name) {
            return Some(value);
        }
        // Where the service's manager has read it already, nothing is missing.
        if let Some(error) = self.unreadable.take() {
            let path = self.path.display();
            tracing::warn!(%error, "{path} cannot be read: its variables are not known");
        }
        self.of_file.get(name).map(|value| value.expose().to_owned())
    }
}
