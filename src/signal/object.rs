//! An object written to S3: a heartbeat, once its content has been fetched.

use aws_lambda_events::event::eventbridge::EventBridgeEvent;
use aws_lambda_events::event::s3::S3EventRecord;
use chrono::{DateTime, Utc};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::aws::text;
use crate::model::names::TargetName;

/// An object that was created. Its key is data and never a path: `../` in it is a name
/// like any other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectCreated {
    /// The bucket's name.
    pub bucket: String,
    /// The key, decoded.
    pub key: String,
    /// The version that was written, if the bucket keeps versions: the event's
    /// version must be fetched, not a later one.
    pub version: Option<String>,
    /// Its size in bytes, as AWS says; fetching has its own limit.
    pub size: u64,
    /// When it was written.
    pub at: DateTime<Utc>,
}

impl ObjectCreated {
    /// Reads one record; the error names what is missing or damaged:
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>.
    pub(super) fn from_record(record: S3EventRecord) -> Result<Self, &'static str> {
        let S3EventRecord { event_time: at, s3, .. } = record;
        let key = s3.object.key.ok_or("s3.object.key")?;
        Ok(Self {
            bucket: s3.bucket.name.ok_or("s3.bucket.name")?,
            key: decoded(&key).ok_or("s3.object.key")?,
            version: s3.object.version_id.filter(|version| !version.is_empty()),
            size: s3.object.size.and_then(|size| u64::try_from(size).ok()).unwrap_or_default(),
            at,
        })
    }

    /// Reads what EventBridge says of an object; the error names what is
    /// missing. Here keys are not encoded:
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html>.
    pub(super) fn from_event_bridge(event: &EventBridgeEvent) -> Result<Self, &'static str> {
        let detail = &event.detail;
        let version = text(detail, "/object/version-id").filter(|version| !version.is_empty());
        Ok(Self {
            bucket: text(detail, "/bucket/name").ok_or("detail.bucket.name")?.to_owned(),
            key: text(detail, "/object/key").ok_or("detail.object.key")?.to_owned(),
            version: version.map(str::to_owned),
            size: detail.pointer("/object/size").and_then(Value::as_u64).unwrap_or_default(),
            at: event.time.ok_or("time")?,
        })
    }

    /// The one of `heartbeats` that it is for: an object `NAME`, `NAME.json` or
    /// anything below `NAME/` is a ping of the heartbeat `NAME`. AWS checks who
    /// may write to the bucket, so no key is needed. If two names fit, the
    /// longer one counts.
    pub fn heartbeat<'a>(
        &self,
        heartbeats: impl Iterator<Item = &'a TargetName>,
    ) -> Option<&'a TargetName> {
        heartbeats.filter(|name| self.is_of(name)).max_by_key(|name| name.as_str().len())
    }

    fn is_of(&self, heartbeat: &TargetName) -> bool {
        let rest = self.key.strip_prefix(heartbeat.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest == ".json" || rest.starts_with('/'))
    }
}

/// Keys are encoded like forms: a blank is `+`, a plus is `%2B`.
fn decoded(key: &str) -> Option<String> {
    let key = key.replace('+', " ");
    percent_decode_str(&key).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heartbeat_of(key: &str) -> Option<String> {
        let names = ["backup", "backup/nas", "서울 nas"].map(TargetName::new);
        let (bucket, key) = ("home".to_owned(), key.to_owned());
        let object =
            ObjectCreated { bucket, key, version: None, size: 2, at: DateTime::UNIX_EPOCH };
        object.heartbeat(names.iter()).map(ToString::to_string)
    }

    #[test]
    fn an_object_is_of_the_heartbeat_that_it_is_called_after() {
        for key in ["backup", "backup.json", "backup/2026-07-05.tar.gz", "backup/nasty.json"] {
            assert_eq!(heartbeat_of(key).as_deref(), Some("backup"), "{key}");
        }
        for key in ["backup/nas", "backup/nas.json", "backup/nas/1"] {
            assert_eq!(heartbeat_of(key).as_deref(), Some("backup/nas"), "{key}");
        }
        assert_eq!(heartbeat_of("서울 nas.json").as_deref(), Some("서울 nas"));
    }

    #[test]
    fn an_object_of_another_name_is_nobody_s() {
        for key in ["backups.json", "backup.tar.gz", "Backup", "old/backup.json", "../backup", ""] {
            assert_eq!(heartbeat_of(key), None, "{key}");
        }
    }
}
