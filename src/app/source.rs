//! Where a configuration is: a file, an object in S3, or a parameter in SSM. Names only;
//! `fetch` reads them.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::config::STORED;

/// A place that a configuration is read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigSource {
    /// A file.
    File(PathBuf),
    /// `s3://BUCKET/KEY`.
    Object {
        /// The bucket's name.
        bucket: String,
        /// The object's key, which may hold slashes.
        key: String,
    },
    /// `ssm:/NAME`; the name begins with the slash.
    Parameter(String),
}

impl ConfigSource {
    /// What `text`, from the command line or the environment, names; `None`
    /// if it begins like a bucket and names no object in one.
    ///
    /// ```
    /// use prober::app::source::ConfigSource;
    /// let object = ConfigSource::of("s3://home/probes.toml".as_ref()).unwrap();
    /// assert_eq!(object.to_string(), "s3://home/probes.toml");
    /// assert!(ConfigSource::of("s3://home".as_ref()).is_none());
    /// assert!(matches!(ConfigSource::of("probes.toml".as_ref()), Some(ConfigSource::File(_))));
    /// ```
    #[must_use]
    pub fn of(text: &Path) -> Option<Self> {
        let Some(name) = text.to_str() else { return Some(Self::File(text.to_owned())) };
        if let Some(object) = name.strip_prefix("s3://") {
            let (bucket, key) = object.split_once('/')?;
            let both = !bucket.is_empty() && !key.is_empty();
            return both.then(|| Self::Object { bucket: bucket.into(), key: key.into() });
        }
        Some(match parameter(name) {
            Some(parameter) => Self::Parameter(parameter.to_owned()),
            None => Self::File(text.to_owned()),
        })
    }

    /// The place as a path: it stands in messages, and files that the
    /// configuration names are looked for beside it.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        match self {
            Self::File(path) => path.clone(),
            // Beside an object or a parameter there are no files; those of
            // the deployment lie in the working directory.
            Self::Object { key, .. } => file_name(key),
            Self::Parameter(name) => file_name(name),
        }
    }
}

/// The name of the parameter that `reference` refers to, slash included.
#[must_use]
pub fn parameter(reference: &str) -> Option<&str> {
    reference.starts_with(STORED).then(|| &reference[STORED.len() - "/".len()..])
}

fn file_name(name: &str) -> PathBuf {
    name.rsplit('/').next().unwrap_or(name).into()
}

impl fmt::Display for ConfigSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Object { bucket, key } => write!(f, "s3://{bucket}/{key}"),
            Self::Parameter(name) => write!(f, "ssm:{name}"),
        }
    }
}
