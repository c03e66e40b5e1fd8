//! An object written to S3: a heartbeat, once its content has been fetched.

use chrono::{DateTime, Utc};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::aws::{instant, text};

/// An object that was created. It is data and never a path: `../` in its key
/// is a name like any other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectCreated {
    /// The bucket's name.
    pub bucket: String,
    /// The key, decoded.
    pub key: String,
    /// The version that was written, where the bucket keeps versions: what
    /// is fetched must be what the event is about.
    pub version: Option<String>,
    /// Bytes; what is fetched is limited all the same.
    pub size: u64,
    /// When it was written.
    pub at: DateTime<Utc>,
}

impl ObjectCreated {
    /// Reads one record; the error names what is missing or damaged:
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>.
    pub(super) fn from_record(record: &Value) -> Result<Self, &'static str> {
        let key = text(record, "/s3/object/key").ok_or("s3.object.key")?;
        let version = text(record, "/s3/object/versionId").filter(|version| !version.is_empty());
        Ok(Self {
            bucket: text(record, "/s3/bucket/name").ok_or("s3.bucket.name")?.to_owned(),
            key: decoded(key).ok_or("s3.object.key")?,
            version: version.map(str::to_owned),
            size: record.pointer("/s3/object/size").and_then(Value::as_u64).unwrap_or_default(),
            at: text(record, "/eventTime").and_then(instant).ok_or("eventTime")?,
        })
    }
}

/// Keys are encoded as forms are: a blank is `+`, a plus `%2B`.
fn decoded(key: &str) -> Option<String> {
    let key = key.replace('+', " ");
    percent_decode_str(&key).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}
