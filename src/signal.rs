//! Turns what comes from outside into events of targets: pings of heartbeats,
//! CloudWatch's alarms and log lines, messages on SNS topics, clients' error
//! reports.
//!
//! This room is pure. It must not know sockets, stores or the clock, nor whose key
//! it reads: the caller passes in bytes and instants. The way through it:
//! [`envelope::decode`] tells AWS's events apart; [`ping::parse`] and
//! [`report::parse`] read requests to the inbox. What they find is a [`Signal`], and
//! [`Signal::event`] says what it means for which target.

mod alarm;
mod aws;
pub mod envelope;
pub mod event;
mod fingerprint;
pub mod logs;
mod object;
pub mod ping;
pub mod report;
pub mod text;
pub mod tick_silence;
mod topic;

pub use alarm::{Alarm, AlarmState};
pub use logs::LogErrors;
pub use object::ObjectCreated;
pub use ping::Ping;
pub use report::Report;
pub use text::SignalText;
pub use topic::News;

use crate::text::one_line;

/// The most characters of a name from outside: as many as AWS allows for a log group,
/// and its ARN. All other names are shorter.
const MAX_NAME: usize = 640;

/// The most bytes of such a name, so that there is room for the prefix: a sort key of
/// DynamoDB has at most 1,024, and a longer name could never be stored.
const MAX_NAME_BYTES: usize = 1000;

/// Something that came from outside, ready to be judged.
///
/// An [`ObjectCreated`] is not a signal yet: it becomes a [`Ping`] once its content
/// has been fetched.
#[derive(Debug, Clone)]
pub enum Signal {
    /// A heartbeat's ping.
    Ping(Ping),
    /// A CloudWatch alarm changed its state.
    Alarm(Alarm),
    /// A log group has lines that its subscription calls errors.
    Logs(LogErrors),
    /// A client reported an error.
    Report(Report),
    /// A message on an SNS topic that is not an alarm.
    News(News),
}

/// `name` as part of the name of a target: without invisible characters, and short
/// enough for every store.
fn bounded(name: &str) -> String {
    let mut name = one_line(name, MAX_NAME);
    name.truncate(name.floor_char_boundary(MAX_NAME_BYTES));
    name
}
