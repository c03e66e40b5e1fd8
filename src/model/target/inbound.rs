//! What calls us beside heartbeats: reports of clients, and what CloudWatch sends.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::model::names::{ChannelName, TargetName};
use crate::model::record_key::RecordKey;
use crate::model::secret::Secret;
use crate::model::target::{ErrorStream, Flapping, Kind, Policy, Target};

/// Whose errors are reported by clients: `[[reports]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportService {
    /// What reports call it; unique.
    pub service: String,
    /// Its target, [`RecordKey::Reports`]; in `Config::targets`, of kind `Errors`.
    pub target: TargetName,
    /// Whose web pages may report, as browsers write an `Origin`; or one `*`,
    /// for every page. May be empty.
    pub origins: Vec<String>,
    /// What a report must carry, if anything.
    pub key: Option<Secret>,
    /// The endpoint that is probed when errors are reported, if any.
    pub probe: Option<TargetName>,
}

/// What becomes a target by itself, once it is heard of. Its channels exist in
/// `Config::channels`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovered {
    /// Who hears of CloudWatch's alarms; `None`: alarms are not taken.
    pub alarms: Option<Vec<ChannelName>>,
    /// What becomes of CloudWatch Logs' lines; `None`: they are not taken.
    pub logs: Option<DiscoveredLogs>,
}

/// What becomes of CloudWatch Logs' lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscoveredLogs {
    /// How long without an error until a log counts as quiet again.
    pub quiet: Duration,
    /// Who hears of them.
    pub notify: Vec<ChannelName>,
}

impl Discovered {
    /// The target called `name`, if it is one of those that need no
    /// configuration, and its kind is taken.
    #[must_use]
    pub fn target(&self, name: &TargetName) -> Option<Target> {
        let (kind, notify) = match RecordKey::of(name) {
            RecordKey::Alarm(_) => (Kind::Alarm, self.alarms.as_ref()?),
            RecordKey::Logs(_) => {
                let logs = self.logs.as_ref()?;
                let stream = ErrorStream { quiet: logs.quiet, mention: true };
                (Kind::Errors(stream), &logs.notify)
            }
            // Who asks for alarms subscribes us to topics; what else comes
            // from there is shown as it is.
            RecordKey::Topic(_) => (Kind::Topic, self.alarms.as_ref()?),
            RecordKey::Named(_) | RecordKey::Reports(_) | RecordKey::Prober(_) => return None,
        };
        Some(Target {
            name: name.clone(),
            group: None,
            // Who calls has judged already.
            policy: Policy {
                failure_threshold: NonZeroU32::MIN,
                success_threshold: NonZeroU32::MIN,
                remind: None,
                flapping: Flapping::default(),
            },
            notify: notify.clone(),
            depends_on: Vec::new(),
            kind,
        })
    }
}
