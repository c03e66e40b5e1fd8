//! Why a configuration does not take effect, for who is told.

use chrono::{DateTime, SecondsFormat, Utc};

use crate::app::FetchError;
use crate::message::Unread;

/// What is wrong with a configuration that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It has diagnostics.
    Broken,
    /// It cannot be read.
    Unread,
}

/// Why a configuration cannot be read, by the `error`, which is `said` so in English.
pub(super) fn unread(error: &(dyn std::error::Error + 'static), said: String) -> Unread {
    match error.downcast_ref::<FetchError>() {
        Some(error) => Unread::Missing { what: error.what(), why: error.why() },
        None => Unread::Failed(said),
    }
}

/// Why a text that killed a process is not read.
pub(super) fn deadly(since: DateTime<Utc>) -> String {
    let since = since.to_rfc3339_opts(SecondsFormat::Secs, true);
    format!(
        "a process that began to read it at {since} did not survive it: change it, and run \
         `prober validate` on it first; unchanged, it is tried again after an hour"
    )
}

/// The version of such a notice: a new one each day, because it is tried again.
pub(super) fn deadly_on(since: DateTime<Utc>) -> String {
    format!("not survived on {}", since.date_naive())
}

/// The version of a notice that the source cannot be read: a new one each day. The error
/// itself may have another text in each function and at each try.
pub(super) fn lost_on(now: DateTime<Utc>) -> String {
    format!("not to be had on {}", now.date_naive())
}
