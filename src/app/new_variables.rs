//! Variables that are put into the file beside a configuration, for its owner alone.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::authoring::NewVariable;
use crate::text::env_file::line;

use super::variables::path_beside;
use super::write_file;

/// Only who made it may read the file.
const PRIVATE: u32 = 0o600;

/// The file with more variables than it had.
#[derive(Debug)]
pub struct NewVariables {
    path: PathBuf,
    /// What it says; `None` where there is no file.
    before: Option<String>,
    after: String,
}

/// Why it cannot have them.
#[derive(Debug, thiserror::Error)]
pub enum NewVariablesError {
    /// The file that is there cannot be read.
    #[error("failed to read {place}: {why}", place = .0.display(), why = .1)]
    Unreadable(PathBuf, io::Error),
    /// No line of a file can have the value.
    #[error("{0} cannot be kept in a file: its value has a NUL, which no variable can have")]
    Unwritable(String),
}

impl NewVariables {
    /// `new` behind what is in the file beside the configuration at `path`. Nothing is written yet.
    ///
    /// # Errors
    /// Where the file cannot be read, or a value cannot be written.
    pub fn beside(path: &Path, new: &[NewVariable]) -> Result<Self, NewVariablesError> {
        let path = path_beside(path);
        let before = match fs::read_to_string(&path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(NewVariablesError::Unreadable(path, error)),
        };
        let mut after = before.clone().unwrap_or_default();
        if !after.is_empty() && !after.ends_with('\n') {
            after.push('\n');
        }
        for variable in new {
            let unwritable = || NewVariablesError::Unwritable(variable.name.clone());
            after += &line(&variable.name, variable.value.expose()).ok_or_else(unwritable)?;
        }
        Ok(Self { path, before, after })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the file: a new one for its owner alone, or in place of the one that was read.
    ///
    /// # Errors
    /// Where that file was changed meanwhile, or cannot be written.
    pub fn write(&self) -> io::Result<()> {
        match &self.before {
            Some(before) => write_file::replace(&self.path, before, &self.after),
            None => write_file::create(&self.path, &self.after, PRIVATE),
        }
    }

    /// Takes them out again, because what needs them was not written.
    pub fn undo(&self) {
        drop(match &self.before {
            Some(before) => write_file::replace(&self.path, &self.after, before),
            None => fs::remove_file(&self.path),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::secret::Secret;

    fn variable(name: &str, value: &str) -> NewVariable {
        NewVariable { name: name.to_owned(), value: Secret::new(value) }
    }

    #[test]
    fn what_is_in_the_file_stays_and_can_be_restored() {
        let folder = tempfile::tempdir().unwrap();
        let (config, file) = (folder.path().join("probes.toml"), folder.path().join("environment"));
        let first = NewVariables::beside(&config, &[variable("A", "1")]).unwrap();
        first.write().unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "A=1\n");
        fs::write(&file, "# mine\nA=1").unwrap();
        let second = NewVariables::beside(&config, &[variable("B", "a b")]).unwrap();
        second.write().unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "# mine\nA=1\nB='a b'\n");
        second.undo();
        assert_eq!(fs::read_to_string(&file).unwrap(), "# mine\nA=1");
    }

    #[test]
    fn a_value_that_no_variable_can_have_is_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("probes.toml");
        let error =
            NewVariables::beside(&config, &[variable("A", "hunter\0two")]).unwrap_err().to_string();
        assert!(error.starts_with("A cannot be kept") && !error.contains("hunter"), "{error}");
    }
}
