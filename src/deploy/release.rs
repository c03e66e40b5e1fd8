//! The release's program for Lambda, for machines that cannot give their own: it is
//! downloaded, and must be the one that this program was released with.

use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;

use ring::digest;
use tokio::time::timeout;

use super::program::{Architecture, Bootstrap, ProgramError};
use crate::text::duration::spoken;
use crate::text::error_chain::chain;
use crate::text::hex::hex;

/// Where the release's files are, such as
/// `https://github.com/OWNER/prober/releases/download/v1.0.0`: set where a release is built.
const RELEASE: Option<&str> = option_env!("PROBER_RELEASE_URL");

/// The SHA-256 of the release's archives, in hexadecimal digits: set where a release is
/// built for other systems, after those of Linux.
const ARM64: Option<&str> = option_env!("PROBER_LAMBDA_AARCH64_SHA256");
const X86_64: Option<&str> = option_env!("PROBER_LAMBDA_X86_64_SHA256");

/// The time for the download of some megabytes.
const DOWNLOAD_TIMEOUT: Duration = Duration::from_mins(10);

/// For how long nothing may come: a person waits.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// How many bytes are read at most: <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>.
pub const LARGEST: usize = 50 << 20;

/// Where an archive is, and what it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// The URL.
    pub url: String,
    /// The SHA-256, in small hexadecimal digits.
    pub sha256: String,
}

/// Why the release's program is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    /// Nobody said at build time which release it is of.
    #[error(
        "the functions run Linux on {architecture}, which this program is not for, and it was \
         built from source: it knows no release to take theirs from. Give it \
         {archive} of a release, or what `scripts/package {architecture}` made, by --zip FILE"
    )]
    Unknown {
        /// For which processor it should be.
        architecture: Architecture,
        /// The name of the archive.
        archive: String,
    },
    /// It could not be downloaded.
    #[error("failed to download {url}: {why}; or download it yourself, and say --zip FILE")]
    Lost {
        /// From where.
        url: String,
        /// Why not.
        why: String,
    },
    /// It is another file.
    #[error("{url} is not what this program was released with: SHA-256 is {found}, not {wanted}")]
    Different {
        /// From where.
        url: String,
        /// What its digest is.
        found: String,
        /// What it must be.
        wanted: String,
    },
    /// There is no program in it.
    #[error(transparent)]
    Bootstrap(#[from] ProgramError),
}

/// The archive of this version for `architecture`.
fn archive(architecture: Architecture) -> String {
    format!("prober-{}-lambda-{}.zip", env!("CARGO_PKG_VERSION"), architecture.in_release())
}

/// Where the archive of this very release is, as far as that was said at build time.
///
/// # Errors
/// Where it was not.
pub fn expected(architecture: Architecture) -> Result<Expected, ReleaseError> {
    let archive = archive(architecture);
    let sha256 = match architecture {
        Architecture::Arm64 => ARM64,
        Architecture::X86_64 => X86_64,
    };
    match (RELEASE, sha256) {
        (Some(release), Some(sha256)) => Ok(Expected {
            url: format!("{}/{archive}", release.trim_end_matches('/')),
            sha256: sha256.to_ascii_lowercase(),
        }),
        _ => Err(ReleaseError::Unknown { architecture, archive }),
    }
}

/// Downloads the program with `http`, which follows redirects.
///
/// # Errors
/// Where it cannot be had, or is not the expected one.
pub async fn download(
    http: &reqwest::Client,
    expected: &Expected,
) -> Result<Bootstrap, ReleaseError> {
    let lost = |why| ReleaseError::Lost { url: expected.url.clone(), why };
    let fetched = timeout(DOWNLOAD_TIMEOUT, fetch(http, &expected.url)).await;
    let took_too_long = || lost(format!("it took longer than {}", spoken(DOWNLOAD_TIMEOUT)));
    let archive = fetched.map_err(|_| took_too_long())?.map_err(lost)?;
    let digest = digest::digest(&digest::SHA256, &archive);
    let found = hex(digest.as_ref());
    if found != expected.sha256 {
        let (url, wanted) = (expected.url.clone(), expected.sha256.clone());
        return Err(ReleaseError::Different { url, found, wanted });
    }
    Ok(Bootstrap::of_archive(&PathBuf::from(&expected.url), &archive)?)
}

/// What is at `url`, or why it could not be had.
async fn fetch(http: &reqwest::Client, url: &str) -> Result<Vec<u8>, String> {
    let cause = |error: reqwest::Error| chain(&error.without_url());
    let mut answer = unless_silent(http.get(url).send()).await?.map_err(cause)?;
    if !answer.status().is_success() {
        return Err(answer.status().to_string());
    }
    let mut archive = Vec::new();
    while let Some(part) = unless_silent(answer.chunk()).await?.map_err(cause)? {
        archive.extend_from_slice(&part);
        if archive.len() > LARGEST {
            return Err(format!("it is larger than Lambda takes, {} MiB", LARGEST >> 20));
        }
    }
    Ok(archive)
}

/// What comes of `step`, or that nothing came.
async fn unless_silent<T>(step: impl Future<Output = T>) -> Result<T, String> {
    let said = timeout(IDLE_TIMEOUT, step).await;
    said.map_err(|_| format!("nothing came for {}", spoken(IDLE_TIMEOUT)))
}
