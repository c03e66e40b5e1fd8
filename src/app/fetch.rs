//! Fetches a configuration and its secrets from their places.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use super::{SecretValues, files};
use crate::app::source::ConfigSource;
#[cfg(feature = "aws")]
use crate::app::source::parameter;
#[cfg(feature = "aws")]
use crate::aws::{Aws, AwsError, Readable};
#[cfg(feature = "aws")]
use crate::clock::Clock;
use crate::config::LARGEST_FILE;
#[cfg(feature = "aws")]
use crate::model::detail::OsFault;
use crate::model::detail::{Detail, OwnDetail};
#[cfg(feature = "aws")]
use crate::signal::ObjectCreated;

/// Fetches configurations and secrets; makes its client for AWS when first needed.
#[derive(Debug)]
pub struct Fetcher {
    #[cfg(feature = "aws")]
    http: reqwest::Client,
    #[cfg(feature = "aws")]
    aws: tokio::sync::OnceCell<Aws>,
}

/// A configuration's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// What it says.
    pub text: String,
    /// Its version, which changes with the text.
    pub version: String,
}

/// It could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The file could not be read.
    #[error("failed to read the configuration {place}: {problem}{hint}")]
    File {
        /// Which file it is.
        place: String,
        /// Why it cannot be read.
        problem: io::Error,
        /// What to do, if that is known.
        hint: &'static str,
    },
    /// There is no such parameter.
    #[cfg(feature = "aws")]
    #[error("failed to read {0}: there is no such parameter")]
    Missing(String),
    /// Of AWS.
    #[cfg(feature = "aws")]
    #[error(transparent)]
    Aws(#[from] AwsError),
    /// It needs what this build does not have.
    #[cfg(not(feature = "aws"))]
    #[error("{0} is in AWS, and this prober was built without AWS")]
    WithoutAws(String),
}

impl FetchError {
    /// What could not be read.
    #[must_use]
    pub fn what(&self) -> String {
        match self {
            Self::File { place, .. } => place.clone(),
            #[cfg(feature = "aws")]
            Self::Missing(what) => what.clone(),
            #[cfg(feature = "aws")]
            Self::Aws(error) => error.what.clone(),
            #[cfg(not(feature = "aws"))]
            Self::WithoutAws(what) => what.clone(),
        }
    }

    /// Why not, and what to do.
    #[must_use]
    pub fn why(&self) -> Detail {
        match self {
            Self::File { problem, .. } => OwnDetail::System { why: problem.into() }.into(),
            #[cfg(feature = "aws")]
            Self::Missing(_) => OwnDetail::System { why: OsFault::NotThere {} }.into(),
            #[cfg(feature = "aws")]
            Self::Aws(error) => {
                let said = error.problem.clone();
                OwnDetail::System { why: OsFault::Other { said } }.into()
            }
            #[cfg(not(feature = "aws"))]
            Self::WithoutAws(_) => OwnDetail::WithoutAws {}.into(),
        }
    }
}

#[cfg_attr(
    not(feature = "aws"),
    expect(clippy::unused_async, reason = "the same signatures in every build")
)]
impl Fetcher {
    /// Fetches through `http` whatever is not a file.
    #[cfg_attr(not(feature = "aws"), expect(unused_variables, reason = "files need no client"))]
    #[must_use]
    pub fn new(http: &reqwest::Client) -> Self {
        #[cfg(feature = "aws")]
        return Self { http: http.clone(), aws: tokio::sync::OnceCell::new() };
        #[cfg(not(feature = "aws"))]
        Self {}
    }

    /// The configuration at `source`; `None` if it is still of the version `known`.
    ///
    /// # Errors
    ///
    /// Where it cannot be read, or needs AWS in a build without it.
    pub async fn config(
        &self,
        source: &ConfigSource,
        known: Option<&str>,
    ) -> Result<Option<Fetched>, FetchError> {
        let fetched = match source {
            ConfigSource::File(path) => text(path).map_err(|problem| FetchError::File {
                place: source.to_string(),
                hint: hint(&problem),
                problem,
            })?,
            #[cfg(feature = "aws")]
            ConfigSource::Object { bucket, key } => {
                let object = self.aws().await?.object(bucket, key, known).await?;
                let fetched = |object: crate::aws::Object| Fetched {
                    version: object.etag.unwrap_or_else(|| object.text.clone()),
                    text: object.text,
                };
                return Ok(object.map(fetched));
            }
            #[cfg(feature = "aws")]
            ConfigSource::Parameter(name) => {
                let mut found = self.aws().await?.parameters(&[name]).await?;
                let missing = || FetchError::Missing(source.to_string());
                found.remove(name).ok_or_else(missing)?.expose().to_owned()
            }
            #[cfg(not(feature = "aws"))]
            ConfigSource::Object { .. } | ConfigSource::Parameter(_) => {
                return Err(FetchError::WithoutAws(source.to_string()));
            }
        };
        // These come whole or not at all, so the text is the version.
        let is_new = known != Some(&fetched);
        Ok(is_new.then(|| Fetched { version: fetched.clone(), text: fetched }))
    }

    /// The values of those of `references` that there are. One that may not be
    /// read now has the value that is `known`: that says nothing of what it is.
    ///
    /// # Errors
    ///
    /// Where SSM cannot be asked. One that is not there is left out, and no error; nor is
    /// it one that some may not be read.
    #[cfg_attr(not(feature = "aws"), expect(unused_variables, reason = "there are none"))]
    pub async fn secrets(
        &self,
        references: &BTreeSet<String>,
        known: Option<&SecretValues>,
    ) -> Result<SecretValues, FetchError> {
        if references.is_empty() {
            return Ok(SecretValues::new());
        }
        #[cfg(feature = "aws")]
        {
            let names: Vec<&str> = references.iter().filter_map(|each| parameter(each)).collect();
            let Readable { values, denied } = self.aws().await?.readable_parameters(&names).await?;
            let as_known = |name: String| {
                let (reference, value) = known?.get_key_value(&format!("ssm:{name}"))?;
                Some((reference.clone(), value.clone()))
            };
            let read = values.into_iter().map(|(name, value)| (format!("ssm:{name}"), value));
            Ok(read.chain(denied.into_iter().filter_map(as_known)).collect())
        }
        #[cfg(not(feature = "aws"))]
        Err(FetchError::WithoutAws(references.iter().cloned().collect::<Vec<_>>().join(", ")))
    }

    /// The first `limit` bytes of an object that was written; `None` if it is
    /// gone by now.
    ///
    /// # Errors
    ///
    /// Where S3 cannot be asked, or refuses.
    #[cfg(feature = "aws")]
    pub async fn written(
        &self,
        object: &ObjectCreated,
        limit: usize,
    ) -> Result<Option<Vec<u8>>, FetchError> {
        let ObjectCreated { bucket, key, version, .. } = object;
        Ok(self.aws().await?.content(bucket, key, version.as_deref(), limit).await?)
    }

    #[cfg(feature = "aws")]
    async fn aws(&self) -> Result<&Aws, AwsError> {
        self.aws.get_or_try_init(|| Aws::new(self.http.clone(), Clock::System)).await
    }
}

fn text(path: &Path) -> io::Result<String> {
    let bytes = files::read(path, LARGEST_FILE)?;
    String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the kinds of errors are those of the standard library, which adds some"
)]
fn hint(problem: &io::Error) -> &'static str {
    match problem.kind() {
        io::ErrorKind::NotFound => "; `prober init` makes one, and `prober demo` needs none",
        io::ErrorKind::InvalidData => "; save it as UTF-8, without which it is not TOML",
        _ => "",
    }
}
