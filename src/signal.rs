//! What comes from outside, made into what a probe would have yielded:
//! pings of heartbeats, CloudWatch's alarms and log lines, messages on SNS
//! topics, clients' error reports.
//!
//! This room is pure. It must not know sockets, stores or the clock, nor who
//! a key belongs to: bytes and instants are handed in. The way through it:
//! [`envelope::decode`] tells AWS's events apart; [`ping::parse`] and
//! [`report::parse`] read what an inbox is sent; whatever they find is a
//! [`Signal`], and [`Signal::event`] is what it says of which target.

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
mod topic;

pub use alarm::{Alarm, AlarmState};
pub use logs::LogErrors;
pub use object::ObjectCreated;
pub use ping::Ping;
pub use report::Report;
pub use text::SignalText;
pub use topic::News;

use crate::text::one_line;

/// Characters of a name from outside, at most: those that AWS allows for a log
/// group, and its ARN. All else has fewer.
const MAX_NAME: usize = 640;

/// Bytes of it, at most, so that there is room for the prefix: a sort key of DynamoDB has 1,024 at most, and a name that does
/// not fit could never be stored.
const MAX_NAME_BYTES: usize = 1000;

/// Something that was told to us, ready to be judged.
///
/// An [`ObjectCreated`] is none yet: it becomes a [`Ping`] once its content
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
    /// A message on an SNS topic that is no alarm.
    News(News),
}

/// `name` as part of the name of a target: with nothing in it that cannot be
/// shown, and short enough for every store.
fn bounded(name: &str) -> String {
    let mut name = one_line(name, MAX_NAME);
    name.truncate(name.floor_char_boundary(MAX_NAME_BYTES));
    name
}
