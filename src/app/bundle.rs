//! What a configuration needs beside its text, to be read on another machine: the values
//! of its variables, and the files that it names.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Component, Path};

use chrono::{DateTime, Utc};

use super::variables::Variables;
use super::{SecretValues, files, placeholder, sources};
use crate::app::source::parameter;
use crate::config::{self, ConfigErrors, Parsed, STORED};
use crate::model::secret::Secret;

/// A configuration, and all that it needs.
#[derive(Debug)]
pub struct Bundle {
    /// What it says; each stored secret is its own placeholder.
    pub parsed: Parsed,
    /// The variables that it names and that are set here.
    pub variables: SecretValues,
    /// The parameters of SSM that it names itself, each with its slash.
    pub parameters: BTreeSet<String>,
    /// The files that it names, by their paths from its folder.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// It cannot be taken to another machine.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// It is wrong here already.
    #[error("the configuration cannot be used")]
    Config(#[from] ConfigErrors),
    /// A file that it names is not below its folder.
    #[error(
        "{0} is not in the folder of the configuration: copy it there, and write its path from there"
    )]
    Elsewhere(String),
}

/// Gathers what the configuration `text` at `path` needs.
///
/// # Errors
/// Every diagnostic of `text`, also that something which it needs is missing; or a file that
/// is not in its folder.
pub fn bundle(path: &Path, text: &str, now: DateTime<Utc>) -> Result<Bundle, BundleError> {
    let known = Variables::beside(path, files::read_named)?;
    let variables = RefCell::new(SecretValues::new());
    let parameters = RefCell::new(BTreeSet::new());
    let env = |name: &str| {
        if name.starts_with(STORED) {
            parameters.borrow_mut().extend(parameter(name).map(str::to_owned));
            return Some(placeholder(name));
        }
        let value = known.get(name)?;
        variables.borrow_mut().insert(name.to_owned(), Secret::new(value.clone()));
        Some(value)
    };
    let lookup = sources(&env, &files::read_named, now);
    let mut parsed = config::read(path, text, &lookup)?;
    // What is off because it lacks something would be off for ever there.
    if let Some(lacking) = parsed.lacking.take().or(parsed.unusable_files.take()) {
        return Err(lacking.into());
    }
    // Once more as it will be read there, with paths as they are written.
    let (files, elsewhere) = (RefCell::new(BTreeMap::new()), RefCell::new(None));
    let folder = path.parent().unwrap_or(Path::new(""));
    let read_file = |file: &Path| -> io::Result<Vec<u8>> {
        let content = files::read_named(&folder.join(file))?;
        match inside(file) {
            Some(name) => drop(files.borrow_mut().insert(name, content.clone())),
            None => drop(elsewhere.replace(Some(file.display().to_string()))),
        }
        Ok(content)
    };
    let name = path.file_name().map_or(path, Path::new);
    config::read(name, text, &sources(&env, &read_file, now))?;
    if let Some(file) = elsewhere.into_inner() {
        return Err(BundleError::Elsewhere(file));
    }
    let (variables, parameters) = (variables.into_inner(), parameters.into_inner());
    Ok(Bundle { parsed, variables, parameters, files: files.into_inner() })
}

/// The path `file` from a folder, with slashes; `None` if it leads out of it.
fn inside(file: &Path) -> Option<String> {
    let mut names = Vec::new();
    for part in file.components() {
        match part {
            Component::Normal(name) => names.push(name.to_str()?),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(names.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundled(folder: &Path, text: &str) -> Result<Bundle, BundleError> {
        bundle(&folder.join("probes.toml"), text, DateTime::UNIX_EPOCH)
    }

    fn with_ca(ca: &str) -> String {
        format!("[[target]]\nname = 'nas'\nurl = 'https://127.0.0.1'\ntls = {{ ca = '{ca}' }}\n")
    }

    #[test]
    fn files_are_taken_along_by_their_paths_from_the_configuration() {
        let folder = tempfile::tempdir().unwrap();
        let pem = rcgen::generate_simple_self_signed(["nas".to_owned()]).unwrap().cert.pem();
        std::fs::create_dir(folder.path().join("ca")).unwrap();
        std::fs::write(folder.path().join("ca/home.pem"), &pem).unwrap();
        let bundle = bundled(folder.path(), &with_ca("./ca/home.pem")).unwrap();
        assert_eq!(bundle.files["ca/home.pem"], pem.as_bytes());
        let absolute = folder.path().join("ca/home.pem").display().to_string();
        for path in [absolute.as_str(), "../ca/home.pem"] {
            let error = bundled(&folder.path().join("ca"), &with_ca(path)).unwrap_err();
            assert!(error.to_string().contains("copy it there"), "{error}");
        }
    }

    #[test]
    fn variables_and_parameters_are_named_and_their_values_are_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        let text = "[notify.slack]\ntype = 'slack'\nwebhook_url = 'ssm:/prober/slack'\n\
            [[target]]\nname = '${CARGO_PKG_NAME}'\nurl = 'tcp://127.0.0.1:1'\n";
        let bundle = bundled(folder.path(), text).unwrap();
        assert_eq!(bundle.parameters, BTreeSet::from(["/prober/slack".to_owned()]));
        assert_eq!(bundle.variables["CARGO_PKG_NAME"].expose(), "prober");
        assert!(!format!("{:?}", bundle.variables).contains("prober"));
    }

    #[test]
    fn what_would_be_off_there_is_wrong_here() {
        let folder = tempfile::tempdir().unwrap();
        for text in [
            "[[heartbeat]]\nname = 'nightly'\ninterval = '1d'\nkey = '${NOBODY_SET_THIS_KEY}'\n",
            &with_ca("missing.pem"),
        ] {
            assert!(matches!(bundled(folder.path(), text), Err(BundleError::Config(_))), "{text}");
        }
    }
}
