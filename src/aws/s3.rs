//! Objects of S3: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html>.

use http::StatusCode;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Aws, AwsError, MAX_BYTES, Request, Service};

/// What a signed query may hold unescaped.
const IN_QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// What is escaped in a path, which has slashes.
const IN_PATH: &AsciiSet = &IN_QUERY.remove(b'/');

/// An object as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// What is in it.
    pub text: String,
    /// Its version, by which it is asked for again.
    pub etag: Option<String>,
}

impl Aws {
    /// The object, or `None` if it is still the one that had the tag `known`.
    ///
    /// # Errors
    ///
    /// Where S3 cannot be asked, refuses, or the object is too large or no text.
    pub async fn object(
        &self,
        bucket: &str,
        key: &str,
        known: Option<&str>,
    ) -> Result<Option<Object>, AwsError> {
        let failed = |problem| AwsError { what: format!("s3://{bucket}/{key}"), problem };
        let path = path(bucket, key).map_err(failed)?;
        let headers = known.map(|etag| ("if-none-match", etag)).into_iter().collect();
        let request = Request { method: "GET", path, headers, body: Vec::new(), limit: MAX_BYTES };
        let answer = self.ask(Service::S3, &request).await.map_err(failed)?;
        match answer.status {
            StatusCode::NOT_MODIFIED => Ok(None),
            StatusCode::OK => {
                let etag = answer.etag();
                let text = answer.text().map_err(failed)?;
                Ok(Some(Object { text, etag }))
            }
            _ => Err(failed(answer.problem())),
        }
    }

    /// The first `limit` bytes of the object, in this `version` of it where
    /// one is given; `None` if there is no such object.
    ///
    /// # Errors
    ///
    /// Where S3 cannot be asked, or refuses.
    pub async fn content(
        &self,
        bucket: &str,
        key: &str,
        version: Option<&str>,
        limit: usize,
    ) -> Result<Option<Vec<u8>>, AwsError> {
        let failed = |problem| AwsError { what: format!("s3://{bucket}/{key}"), problem };
        let version = version.map(|id| format!("?versionId={}", utf8_percent_encode(id, IN_QUERY)));
        let path = path(bucket, key).map_err(failed)? + &version.unwrap_or_default();
        let request = Request { method: "GET", path, headers: Vec::new(), body: Vec::new(), limit };
        let answer = self.ask(Service::S3, &request).await.map_err(failed)?;
        match answer.status {
            StatusCode::OK => Ok(Some(answer.body)),
            StatusCode::NOT_FOUND => Ok(None),
            _ => Err(failed(answer.problem())),
        }
    }
}

/// The bucket is in the path: as part of the host it would need a certificate
/// for names with dots, and another name on stand-ins.
fn path(bucket: &str, key: &str) -> Result<String, String> {
    // A URL knows only one meaning of them, and would name another object.
    if key.split('/').any(|part| [".", ".."].contains(&part)) {
        return Err("a key with `.` or `..` between slashes cannot be asked for".into());
    }
    Ok(format!("/{bucket}/{}", utf8_percent_encode(key, IN_PATH)))
}
