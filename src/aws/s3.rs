//! An object of S3, unless it is the one that is known:
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html>.

use http::StatusCode;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Aws, AwsError, Request, Service};

/// What a signed path may hold unescaped, slashes apart.
const ESCAPED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/');

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
    pub async fn object(
        &self,
        bucket: &str,
        key: &str,
        known: Option<&str>,
    ) -> Result<Option<Object>, AwsError> {
        let failed = |problem| AwsError { what: format!("s3://{bucket}/{key}"), problem };
        // The bucket in the path: as part of the host it would need a
        // certificate for names with dots, and another name on stand-ins.
        let path = format!("/{bucket}/{}", utf8_percent_encode(key, ESCAPED));
        let headers = known.map(|etag| ("if-none-match", etag)).into_iter().collect();
        let request = Request { method: "GET", path, headers, body: Vec::new() };
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
}
