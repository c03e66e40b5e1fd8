//! What calls prober besides heartbeats: reports of clients, and what CloudWatch sends.

use std::num::NonZeroU32;
use std::time::Duration;

use url::Url;

use crate::model::name_pattern::NamePattern;
use crate::model::names::{ChannelName, TargetName};
use crate::model::record_key::RecordKey;
use crate::model::secret::Secret;
use crate::model::target::{ErrorStream, Flapping, Kind, Policy, Target};

/// A service whose errors clients report: `[[reports]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportService {
    /// Its name in reports; unique.
    pub service: String,
    /// Its target, [`RecordKey::Reports`]; in `Config::targets`, of kind `Errors`.
    pub target: TargetName,
    /// The origins whose web pages may report, as browsers write them; or one
    /// `*`, for every page. May be empty.
    pub origins: Vec<String>,
    /// The key that a report must carry, if any.
    pub key: Option<Secret>,
    /// The endpoint that is probed when errors are reported, if any.
    pub probe: Option<TargetName>,
}

/// What becomes a target without configuration, once something is heard of it.
/// Its channels exist in `Config::channels`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovered {
    /// How CloudWatch's alarms are handled; `None`: they are ignored.
    pub alarms: Option<Handling>,
    /// How lines of CloudWatch Logs are handled; `None`: they are ignored.
    pub logs: Option<Handling>,
    /// How other messages of topics are handled; `None`: they are ignored.
    pub topics: Option<Handling>,
    /// How long without an error until a log counts as quiet again.
    pub quiet: Duration,
    /// An alarm is dropped when nothing was heard of it for this long.
    pub forget_after: Duration,
}

/// How discovered targets of one kind are handled.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Handling {
    /// The channels that are told of them.
    pub notify: Vec<ChannelName>,
    /// Other settings for some of them: the first rule that matches counts.
    pub rules: Vec<Rule>,
}

/// Settings for those whose name matches: `[[alarms.rule]]`, `[[logs.rule]]` or
/// `[[topics.rule]]`. For what it does not set, the settings for all hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Which names.
    pub pattern: NamePattern,
    /// Whether they are ignored.
    pub ignore: bool,
    /// The channels that are told of them.
    pub notify: Option<Vec<ChannelName>>,
    /// Whether channels are told of them outside their hours too.
    pub urgent: bool,
    /// The heading under which they are listed.
    pub group: Option<String>,
    /// Whether the status page shows them, if it shows discovered targets at all.
    pub public: Option<bool>,
    /// After how long it is repeated that they are down.
    pub remind: Option<Duration>,
    /// Where people look when one fails; `http` or `https`.
    pub link: Option<Url>,
    /// How long without an error until one counts as quiet again.
    pub quiet: Option<Duration>,
}

impl Discovered {
    /// The default for how long without an error until a log counts as quiet.
    pub const QUIET: Duration = Duration::from_mins(15);

    /// The default for how long an alarm is kept of which nothing is heard.
    pub const FORGET_AFTER: Duration = Duration::from_hours(30 * 24);

    /// Takes everything, and tells it to `channels`.
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

    /// The handling of each kind that is not ignored.
    pub fn handlings_mut(&mut self) -> impl Iterator<Item = &mut Handling> {
        [&mut self.alarms, &mut self.logs, &mut self.topics].into_iter().flatten()
    }

    /// The target called `name`, if it is of a kind that needs no
    /// configuration, and is not ignored.
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
            is_public: rule.and_then(|rule| rule.public).unwrap_or(true),
            link: rule.and_then(|rule| rule.link.clone()),
            is_urgent: rule.is_some_and(|rule| rule.urgent),
            // The caller has already judged.
            policy: Policy {
                failure_threshold: NonZeroU32::MIN,
                success_threshold: NonZeroU32::MIN,
                remind: rule.and_then(|rule| rule.remind),
                flapping: Flapping::default(),
            },
            notify: rule.and_then(|rule| rule.notify.as_ref()).unwrap_or(&handling.notify).clone(),
            depends_on: Vec::new(),
            place: None,
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
