//! What a record is about, according to its name. Names that the owner did not
//! choose begin with a prefix; only this file writes and reads the prefixes.

use super::names::TargetName;
use super::observation::Vantage;

/// What a record is about.
///
/// ```
/// use prober::model::record_key::RecordKey;
/// let name = RecordKey::Alarm("nas-cpu-high").name();
/// assert_eq!(name.as_str(), "alarm:nas-cpu-high");
/// assert_eq!(RecordKey::of(&name), RecordKey::Alarm("nas-cpu-high"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordKey<'a> {
    /// A target that has its name from probes.toml.
    Named(&'a str),
    /// A service whose clients report errors: `[[reports]]`.
    Reports(&'a str),
    /// A CloudWatch alarm.
    Alarm(&'a str),
    /// A log group of CloudWatch Logs.
    Logs(&'a str),
    /// A topic of SNS on which something other than an alarm is published.
    Topic(&'a str),
    /// A prober's own record, by its vantage.
    Prober(&'a str),
}

const REPORTS: &str = "reports:";
const ALARM: &str = "alarm:";
const LOGS: &str = "logs:";
const TOPIC: &str = "sns:";
const PROBER: &str = "prober:";

/// The prefixes with which no name in probes.toml may begin, and what the names
/// that begin with them are about.
pub const RESERVED: [(&str, &str); 5] = [
    (ALARM, "CloudWatch's alarms"),
    (LOGS, "CloudWatch's logs"),
    (TOPIC, "messages of SNS topics"),
    (REPORTS, "the services of `[[reports]]`"),
    (PROBER, "prober's own records"),
];

impl<'a> RecordKey<'a> {
    /// What the record called `name` is about.
    #[must_use]
    pub fn of(name: &'a TargetName) -> Self {
        let name = name.as_str();
        let after = |prefix| name.strip_prefix(prefix);
        let reserved = after(REPORTS).map(Self::Reports);
        let reserved = reserved.or_else(|| after(ALARM).map(Self::Alarm));
        let reserved = reserved.or_else(|| after(LOGS).map(Self::Logs));
        let reserved = reserved.or_else(|| after(TOPIC).map(Self::Topic));
        let reserved = reserved.or_else(|| after(PROBER).map(Self::Prober));
        reserved.unwrap_or(Self::Named(name))
    }

    /// The key of the own record of a prober at `vantage`.
    #[must_use]
    pub fn prober(vantage: &'a Vantage) -> Self {
        Self::Prober(&vantage.0)
    }

    /// The same with another name after the prefix.
    #[must_use]
    pub const fn called(self, name: &str) -> RecordKey<'_> {
        match self {
            Self::Named(_) => RecordKey::Named(name),
            Self::Reports(_) => RecordKey::Reports(name),
            Self::Alarm(_) => RecordKey::Alarm(name),
            Self::Logs(_) => RecordKey::Logs(name),
            Self::Topic(_) => RecordKey::Topic(name),
            Self::Prober(_) => RecordKey::Prober(name),
        }
    }

    /// The name of the record.
    #[must_use]
    pub fn name(self) -> TargetName {
        let (prefix, rest) = match self {
            Self::Named(name) => ("", name),
            Self::Reports(service) => (REPORTS, service),
            Self::Alarm(name) => (ALARM, name),
            Self::Logs(group) => (LOGS, group),
            Self::Topic(topic) => (TOPIC, topic),
            Self::Prober(vantage) => (PROBER, vantage),
        };
        TargetName::new(format!("{prefix}{rest}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_read_back_from_its_name() {
        for key in [
            RecordKey::Named("photos"),
            RecordKey::Reports("map-web"),
            RecordKey::Alarm("a: b [c=d]"),
            RecordKey::Logs("/aws/lambda/photo-sync"),
            RecordKey::Topic("home"),
            RecordKey::Prober("ap-northeast-2"),
        ] {
            assert_eq!(RecordKey::of(&key.name()), key);
        }
    }

    #[test]
    fn every_prefix_is_reserved() {
        for (prefix, _) in RESERVED {
            let name = TargetName::new(format!("{prefix}x"));
            assert_ne!(RecordKey::of(&name), RecordKey::Named(name.as_str()), "{prefix}");
        }
    }
}
