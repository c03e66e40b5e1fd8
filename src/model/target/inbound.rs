//! What calls us beside heartbeats: reports of clients, and what CloudWatch sends.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::model::name_pattern::NamePattern;
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
    /// What is done with CloudWatch's alarms; `None`: they are not taken.
    pub alarms: Option<Handling>,
    /// What is done with CloudWatch Logs' lines; `None`: they are not taken.
    pub logs: Option<Handling>,
    /// What is done with what else comes from topics; `None`: it is not taken.
    pub topics: Option<Handling>,
    /// How long without an error until a log counts as quiet again.
    pub quiet: Duration,
    /// An alarm is dropped when nothing was heard of it for so long.
    pub forget_after: Duration,
}

/// What is done with those of one kind that become targets by themselves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Handling {
    /// Who hears of them.
    pub notify: Vec<ChannelName>,
    /// What is done otherwise with some of them: the first that matches counts.
    pub rules: Vec<Rule>,
}

/// What is done with those whose name matches: `[[alarms.rule]]`,
/// `[[logs.rule]]` or `[[topics.rule]]`. What it does not say is as for all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Which names.
    pub pattern: NamePattern,
    /// Whether they are not taken at all.
    pub ignore: bool,
    /// Who hears of them.
    pub notify: Option<Vec<ChannelName>>,
    /// The heading that they are listed under.
    pub group: Option<String>,
    /// When it is said again that they are down.
    pub remind: Option<Duration>,
    /// How long without an error until one counts as quiet again.
    pub quiet: Option<Duration>,
}

impl Discovered {
    /// How long without an error until a log counts as quiet, unless it is set.
    pub const QUIET: Duration = Duration::from_mins(15);

    /// When an alarm is dropped of which nothing is heard, unless it is set.
    pub const FORGET_AFTER: Duration = Duration::from_hours(30 * 24);

    /// Everything is taken, and told to `channels`.
    #[must_use]
    pub fn told_to(channels: &[ChannelName]) -> Self {
        let handling = || Some(Handling { notify: channels.to_vec(), rules: Vec::new() });
        Self {
            alarms: handling(),
            logs: handling(),
            topics: handling(),
            quiet: Self::QUIET,
            forget_after: Self::FORGET_AFTER,
        }
    }

    /// What is done with each kind that is taken.
    pub fn handlings_mut(&mut self) -> impl Iterator<Item = &mut Handling> {
        [&mut self.alarms, &mut self.logs, &mut self.topics].into_iter().flatten()
    }

    /// The target called `name`, if it is one of those that need no
    /// configuration, and it is taken.
    #[must_use]
    pub fn target(&self, name: &TargetName) -> Option<Target> {
        let (own_name, handling) = match RecordKey::of(name) {
            RecordKey::Alarm(alarm) => (alarm, self.alarms.as_ref()?),
            RecordKey::Logs(group) => (group, self.logs.as_ref()?),
            RecordKey::Topic(topic) => (topic, self.topics.as_ref()?),
            RecordKey::Named(_) | RecordKey::Reports(_) | RecordKey::Prober(_) => return None,
        };
        let rule = handling.rules.iter().find(|rule| rule.pattern.matches(own_name));
        if rule.is_some_and(|rule| rule.ignore) {
            return None;
        }
        Some(Target {
            name: name.clone(),
            group: rule.and_then(|rule| rule.group.clone()),
            // Who calls has judged already.
            policy: Policy {
                failure_threshold: NonZeroU32::MIN,
                success_threshold: NonZeroU32::MIN,
                remind: rule.and_then(|rule| rule.remind),
                flapping: Flapping::default(),
            },
            notify: rule.and_then(|rule| rule.notify.as_ref()).unwrap_or(&handling.notify).clone(),
            depends_on: Vec::new(),
            kind: self.kind(name, rule)?,
        })
    }

    fn kind(&self, name: &TargetName, rule: Option<&Rule>) -> Option<Kind> {
        let quiet = rule.and_then(|rule| rule.quiet).unwrap_or(self.quiet);
        match RecordKey::of(name) {
            RecordKey::Alarm(_) => Some(Kind::Alarm),
            RecordKey::Logs(_) => Some(Kind::Errors(ErrorStream { quiet, mention: true })),
            RecordKey::Topic(_) => Some(Kind::Topic),
            RecordKey::Named(_) | RecordKey::Reports(_) | RecordKey::Prober(_) => None,
        }
    }
}
