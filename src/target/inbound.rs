//! What calls us beside heartbeats: reports of clients, and what CloudWatch sends.

use std::time::Duration;

use crate::secret::Secret;
use crate::target::{ChannelName, TargetName};

/// What the name of a service's target begins with.
pub const REPORTS: &str = "reports:";

/// Whose errors are reported by clients: `[[reports]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportService {
    /// What reports call it; unique.
    pub service: String,
    /// Its target, [`REPORTS`] and the service; in `Config::targets`, of kind `Errors`.
    pub target: TargetName,
    /// Whose web pages may report, as browsers write an `Origin`; or one `*`,
    /// for every page. May be empty.
    pub origins: Vec<String>,
    /// What a report must carry, if anything.
    pub key: Option<Secret>,
}

/// What becomes a target by itself, once it is heard of. Its channels exist in
/// `Config::channels`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guests {
    /// Who hears of CloudWatch's alarms; `None`: alarms are not taken.
    pub alarms: Option<Vec<ChannelName>>,
    /// What becomes of CloudWatch Logs' lines; `None`: they are not taken.
    pub logs: Option<GuestLogs>,
}

/// What becomes of CloudWatch Logs' lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestLogs {
    /// How long without an error until a log counts as quiet again.
    pub quiet: Duration,
    /// Who hears of them.
    pub notify: Vec<ChannelName>,
}
