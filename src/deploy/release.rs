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
const PATIENCE: Duration = Duration::from_mins(10);

/// For how long nothing may come: a person waits.
const SILENCE: Duration = Duration::from_secs(30);

/// How many bytes are read at most: <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>.
const LARGEST: usize = 50 << 20;

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
    let fetched = timeout(PATIENCE, fetch(http, &expected.url)).await;
    let took_too_long = || lost(format!("it took longer than {}", spoken(PATIENCE)));
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
    let said = timeout(SILENCE, step).await;
    said.map_err(|_| format!("nothing came for {}", spoken(SILENCE)))
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;
    use crate::http_client;

    /// An archive with the least that is taken for a program.
    fn archive() -> Vec<u8> {
        let mut program = b"\x7fELF".to_vec();
        program.resize(64, 0);
        program[18] = 0xb7;
        Bootstrap::of("it", program).unwrap().archive().unwrap()
    }

    fn digest_of(bytes: &[u8]) -> String {
        hex(digest::digest(&digest::SHA256, bytes).as_ref())
    }

    /// A server that gives `said` to whoever asks, and then hangs up, or `stays` silent.
    async fn server(said: Vec<u8>, stays: bool) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/prober.zip", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 1024];
            assert!(stream.read(&mut request).await.unwrap() > 0);
            stream.write_all(&said).await.unwrap();
            if stays {
                std::future::pending::<()>().await;
            }
        });
        url
    }

    fn answer(status: &str, length: usize, body: &[u8]) -> Vec<u8> {
        let head = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n\r\n");
        [head.as_bytes(), body].concat()
    }

    async fn downloaded(url: String, sha256: String) -> Result<Architecture, String> {
        let http = http_client::for_downloads().unwrap();
        let got = download(&http, &Expected { url, sha256 }).await;
        got.map(|program| program.architecture).map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn the_release_s_own_archive_is_taken_wherever_it_is_redirected_to() {
        let zip = archive();
        let url = server(answer("200 OK", zip.len(), &zip), false).await;
        let moved = format!("HTTP/1.1 302 Found\r\nlocation: {url}\r\ncontent-length: 0\r\n\r\n");
        let first = server(moved.into_bytes(), false).await;
        assert_eq!(downloaded(first, digest_of(&zip)).await, Ok(Architecture::Arm64));
    }

    #[tokio::test]
    async fn another_archive_is_refused_with_both_digests() {
        let zip = archive();
        let url = server(answer("200 OK", zip.len(), &zip), false).await;
        let (found, wanted) = (digest_of(&zip), digest_of(b"the release's"));
        let why = downloaded(url, wanted.clone()).await.unwrap_err();
        assert!(why.contains(&found) && why.contains(&wanted), "{why}");
    }

    #[tokio::test]
    async fn what_breaks_off_is_missing_or_too_large_is_not_taken() {
        let zip = archive();
        let large = vec![0; LARGEST + 1];
        for (said, expected) in [
            (answer("200 OK", zip.len(), &zip[..40]), "end of file"),
            (answer("404 Not Found", 0, b""), "404 Not Found"),
            (answer("503 Service Unavailable", 0, b""), "503"),
            (answer("200 OK", large.len(), &large), "larger than Lambda takes"),
        ] {
            let why = downloaded(server(said, false).await, digest_of(&zip)).await.unwrap_err();
            assert!(why.contains(expected), "{expected}: {why}");
            assert!(why.ends_with("or download it yourself, and say --zip FILE"), "{why}");
        }
        let nobody = downloaded("http://127.0.0.1:1/prober.zip".into(), digest_of(&zip)).await;
        assert!(nobody.unwrap_err().contains("refused"));
    }

    /// The clock runs ahead while everybody waits.
    #[tokio::test(start_paused = true)]
    async fn a_server_that_falls_silent_is_given_up() {
        let zip = archive();
        for said in [Vec::new(), answer("200 OK", zip.len(), &zip[..40])] {
            let why = downloaded(server(said, true).await, digest_of(&zip)).await.unwrap_err();
            assert!(why.contains("nothing came for 30 s"), "{why}");
        }
    }
}
