//! Objects of S3: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html>.

use http::StatusCode;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Aws, AwsError, MAX_BYTES, Request, Service};

/// What a signed query does not escape.
const IN_QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The same for a path, which has slashes.
const IN_PATH: &AsciiSet = &IN_QUERY.remove(b'/');

/// An object as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its content.
    pub text: String,
    /// Its tag, for the next request.
    pub etag: Option<String>,
}

impl Aws {
    /// The object, or `None` if it still has the tag `known`.
    ///
    /// # Errors
    ///
    /// S3 cannot be asked, or refuses, or the object is too large or not text.
    pub async fn object(
        &self,
        bucket: &str,
        key: &str,
        known: Option<&str>,
    ) -> Result<Option<Object>, AwsError> {
        let failed = |problem| AwsError { what: format!("s3://{bucket}/{key}"), problem };
        let path = path(bucket, key).map_err(failed)?;
        let headers = known.map(|etag| ("if-none-match", etag)).into_iter().collect();
        let request = Request {
            method: "GET",
            path,
            headers,
            body: Vec::new(),
            limit: MAX_BYTES,
            patience: None,
        };
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

    /// The first `limit` bytes of the object, of this `version` if one is
    /// given; `None` if there is no such object.
    ///
    /// # Errors
    ///
    /// S3 cannot be asked, or refuses.
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
        let request = Request {
            method: "GET",
            path,
            headers: Vec::new(),
            body: Vec::new(),
            limit,
            patience: None,
        };
        let answer = self.ask(Service::S3, &request).await.map_err(failed)?;
        match answer.status {
            StatusCode::OK => Ok(Some(answer.body)),
            StatusCode::NOT_FOUND => Ok(None),
            _ => Err(failed(answer.problem())),
        }
    }
}

/// The bucket is in the path: in the host, names with dots would need another
/// certificate, and stand-ins another name.
pub(super) fn path(bucket: &str, key: &str) -> Result<String, String> {
    // A URL would resolve them, and name another object.
    if key.split('/').any(|part| [".", ".."].contains(&part)) {
        return Err("a key with `.` or `..` between slashes cannot be asked for".into());
    }
    Ok(format!("/{bucket}/{}", utf8_percent_encode(key, IN_PATH)))
}
