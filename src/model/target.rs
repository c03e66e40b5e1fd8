//! What is watched, how strictly, and whom to tell: the validated form of
//! probes.toml. Values of these types cannot be wrong; `config` is the only
//! room that makes them.

mod channel;
mod endpoint;
mod grpc;
mod inbound;
mod lookup;
mod page;
mod pin;
mod proxies;
mod same;
mod shard;
mod ssh;
mod stream;
mod websocket;
mod window;

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use chrono_tz::Tz;
use url::Url;

use crate::model::cron::CronExpression;
use crate::model::detail::Detail;
use crate::model::expect::PingExpect;
use crate::model::names::{ChannelName, TargetName};
use crate::model::observation::Vantage;
use crate::model::secret::{Secret, SecretUrl};
use crate::model::witness::Witness;

pub use self::channel::{
    Channel, ChannelKind, Email, Encryption, Login, Ntfy, SlackBot, SmtpServer, Telegram,
    tls_parameters,
};
pub use self::endpoint::{
    ClientIdentity, DigestLogin, Endpoint, HttpProbe, IcmpProbe, IpChoice, Protocol, Proxy,
    ProxyLogin, ProxyWay, TlsSettings, Warn,
};
pub use self::grpc::{GrpcHealth, GrpcProbe};
pub use self::inbound::{Discovered, Handling, ReportService, Rule};
pub use self::lookup::{DnsCode, DnsExpect, DnsProbe, DnsType, Resolver};
pub use self::page::PageSettings;
pub use self::pin::{KEY_PIN, Pin};
pub use self::proxies::TrustedProxy;
pub use self::shard::Shard;
pub(crate) use self::shard::digest;
pub use self::ssh::{HOST_KEY, HostKey, SshProbe};
pub use self::stream::{DialogueExpect, DialogueStep, Payload, TcpProbe, TcpSecurity, UdpProbe};
pub use self::websocket::WebSocketProbe;
pub use self::window::{When, Window};

/// The whole of probes.toml, validated.
#[derive(Debug, Clone)]
pub struct Config {
    /// The zone of messages, pages and cron expressions.
    pub timezone: Tz,
    /// The language of messages and pages.
    pub language: Language,
    /// What is watched: endpoints, then heartbeats, then services whose errors
    /// are reported, each in the order of the file; never empty, names unique.
    pub targets: Vec<Target>,
    /// Who may report errors of which service.
    pub reports: Vec<ReportService>,
    /// What becomes a target without configuration, once something is heard of it.
    pub discovered: Discovered,
    /// When nothing is said, in the order of the file.
    pub maintenance: Vec<Window>,
    /// The URLs of the self-check; `http` or `https`. A file always has some;
    /// without any, the prober never takes itself for blind.
    pub self_check: Vec<Url>,
    /// Whom to tell, in the order of the file; may be empty.
    pub channels: Vec<Channel>,
    /// A URL that is fetched after every complete tick, if any.
    pub watchdog: Option<SecretUrl>,
    /// Whether there is a status page, and what it shows.
    pub page: Box<PageSettings>,
    /// The proxies that the inbox believes when they say who sent a request.
    pub trust_proxies: Vec<TrustedProxy>,
    /// One key for all heartbeats, where a slug names each; `None`: there is none.
    pub ping_key: Option<Secret>,
    /// The key in the URL to which topics of SNS deliver; `None`: they do not.
    pub sns_key: Option<Secret>,
    /// The key with which `/metrics` may be read; `None`: only from this machine.
    pub metrics_key: Option<Secret>,
    /// Who is asked for a second opinion when a probe fails, in the order of the file.
    pub witnesses: Vec<Witness>,
    /// The key with which other probers may ask for a second opinion; `None`: nobody may.
    pub witness_key: Option<Secret>,
    /// The parts that are off because a secret is missing, in the order of the file.
    pub lacking: Vec<Lacking>,
    /// The path of the SQLite file; absolute, or relative to the working directory.
    pub store_path: PathBuf,
}

impl Config {
    /// Whether something that is configured is called from outside: heartbeats, reports, SNS,
    /// or the page. Then the inbox needs a URL.
    #[must_use]
    pub fn needs_inbox_url(&self) -> bool {
        self.targets.iter().any(|target| matches!(target.kind, Kind::Heartbeat(_)))
            || !self.reports.is_empty()
            || self.ping_key.is_some()
            || self.sns_key.is_some()
            || self.page.enabled == Some(true)
    }

    /// Whether every channel lacks a secret, so that nobody can be told anything.
    #[must_use]
    pub fn has_no_channel_on(&self) -> bool {
        let is_off = |channel: &Channel| matches!(channel.kind, ChannelKind::Off { .. });
        !self.channels.is_empty() && self.channels.iter().all(is_off)
    }

    /// The targets that are probed, and how.
    pub fn endpoints(&self) -> impl Iterator<Item = (&Target, &Endpoint)> {
        self.targets.iter().filter_map(|target| Some((target, target.endpoint()?)))
    }
}

/// A part of the configuration that is off: a secret or a file that it needs is missing or wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacking {
    /// Which part.
    pub part: Part,
    /// Why: `the environment variable ... is not set`.
    pub why: Detail,
}

/// A part that can be off while the rest goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A channel: what it is owed waits.
    Channel(ChannelName),
    /// A target that is probed: it is unwatched.
    Target(TargetName),
    /// A heartbeat or a service, which is heard and not probed: it is unwatched.
    Inbound(TargetName),
    /// The watchdog: it is not called.
    Watchdog,
    /// A key of `[inbox]`: nobody comes in with it.
    Inbox,
    /// The status page: nobody sees it without the password that it lacks.
    Page,
    /// A witness: it is not asked.
    Witness(Vantage),
}

impl fmt::Display for Lacking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.part {
            Part::Channel(name) => write!(f, "the channel {name} is off: {}", self.why),
            Part::Target(name) | Part::Inbound(name) => {
                write!(f, "{name} is unwatched: {}", self.why)
            }
            Part::Watchdog => write!(f, "the watchdog is not called: {}", self.why),
            Part::Inbox => write!(f, "a key of [inbox] is off: {}", self.why),
            Part::Page => write!(f, "the status page is off: {}", self.why),
            Part::Witness(name) => write!(f, "the witness {name} is not asked: {}", self.why),
        }
    }
}

/// The language of messages and pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Korean.
    Ko,
    /// Chinese, in simplified characters.
    Zh,
}

/// One watched thing.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its unique name.
    pub name: TargetName,
    /// The heading under which it is listed, if any.
    pub group: Option<String>,
    /// Whether the status page shows it.
    pub is_public: bool,
    /// Where people look when it fails: its own page, or what to do.
    pub link: Option<Url>,
    /// Whether channels are told of it outside their hours too. What an urgent target
    /// depends on is urgent itself.
    pub is_urgent: bool,
    /// How strictly it is judged.
    pub policy: Policy,
    /// The channels that are told of it; each exists in [`Config::channels`].
    pub notify: Vec<ChannelName>,
    /// The targets that it cannot work without; each exists, without cycles.
    pub depends_on: Vec<TargetName>,
    /// What it stands together with, if that is configured: one house, one line.
    pub place: Option<String>,
    /// Where its observations come from.
    pub kind: Kind,
}

/// Where the observations of a target come from.
#[derive(Debug, Clone)]
pub enum Kind {
    /// Ticks probe it.
    Endpoint(Box<Endpoint>),
    /// It calls us, and ticks notice when it does not.
    Heartbeat(Box<Heartbeat>),
    /// Its errors are reported, and ticks notice when that has stopped.
    Errors(ErrorStream),
    /// CloudWatch judges it.
    Alarm,
    /// News is published on it; it has no status.
    Topic,
    /// Nothing is observed: a secret or a file that it needs is missing or wrong, as
    /// [`Config::lacking`] says. What was observed before is kept.
    Off,
}

impl Target {
    /// How it is probed, if it is.
    #[must_use]
    pub fn endpoint(&self) -> Option<&Endpoint> {
        match &self.kind {
            Kind::Endpoint(endpoint) => Some(endpoint),
            Kind::Heartbeat(_) | Kind::Errors(_) | Kind::Alarm | Kind::Topic | Kind::Off => None,
        }
    }
}

/// A dead man's switch: something at home that calls us.
#[derive(Debug, Clone)]
pub struct Heartbeat {
    /// When it is expected to call.
    pub cadence: Cadence,
    /// How late it may be, and how long a run that it announced may take.
    pub grace: Duration,
    /// The key in the URL that it calls.
    pub key: Secret,
    /// What must hold of a ping's body.
    pub expect: PingExpect,
}

/// A service whose errors are reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorStream {
    /// How long without an error until it counts as quiet again.
    pub quiet: Duration,
    /// Whether somebody is mentioned when errors begin, as for other outages.
    pub mention: bool,
}

/// Targets by name.
pub type Targets<'a> = BTreeMap<&'a TargetName, &'a Target>;

/// Indexes `targets` by name.
#[must_use]
pub fn by_name(targets: &[Target]) -> Targets<'_> {
    targets.iter().map(|target| (&target.name, target)).collect()
}

/// Indexes `targets` and `discovered` by name; if two have one name, the former counts.
#[must_use]
pub fn and_discovered<'a>(targets: &'a [Target], discovered: &'a [Target]) -> Targets<'a> {
    discovered.iter().chain(targets).map(|target| (&target.name, target)).collect()
}

/// When something is due.
#[derive(Debug, Clone)]
pub enum Cadence {
    /// At this interval, on a grid that starts at the Unix epoch.
    Every(Duration),
    /// At the occurrences of a cron expression, as the clock of a zone shows them.
    Cron {
        /// The expression.
        schedule: Box<CronExpression>,
        /// The zone it is read in.
        zone: Tz,
    },
}

/// How observations become a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Consecutive failures that make a target down.
    pub failure_threshold: NonZeroU32,
    /// Consecutive successes that make it up.
    pub success_threshold: NonZeroU32,
    /// Say again that it is down when this long has passed, and each time the
    /// outage has doubled since; `None`: never.
    pub remind: Option<Duration>,
    /// When its changes are too many to be told.
    pub flapping: Flapping,
}

impl Default for Policy {
    /// What the owner of a home would want: one lost probe is no outage, and the
    /// second in a row is told.
    fn default() -> Self {
        Self {
            failure_threshold: NonZeroU32::MIN.saturating_add(1),
            success_threshold: NonZeroU32::MIN,
            remind: None,
            flapping: Flapping::default(),
        }
    }
}

/// When a target changes too often for each change to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flapping {
    /// Changes of status that are told; one more, within the time below, and
    /// the target is *unstable*.
    pub changes: NonZeroU32,
    /// The time within which they are counted.
    pub within: Duration,
    /// How long its status must hold until it is *steady*.
    pub steady_after: Duration,
}

impl Default for Flapping {
    /// An outage and its end are told. A second outage within the hour is told as
    /// one of a series; docs/configuration.md says what other values cost.
    fn default() -> Self {
        Self {
            changes: NonZeroU32::MIN.saturating_add(1),
            within: Duration::from_hours(1),
            steady_after: Duration::from_mins(30),
        }
    }
}
