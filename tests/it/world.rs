//! Targets and observations for tests of the pure rooms: nothing is probed.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use prober::model::names::{ChannelName, TargetName};
use prober::model::observation::{Observation, Outcome, Reason, Vantage, Warning, WarningKind};
use prober::model::target::{
    Cadence, Endpoint, Flapping, IpChoice, Kind, Policy, Protocol, Target, TcpProbe, TcpSecurity,
    Warn,
};

/// The first instant of every test.
pub fn epoch() -> DateTime<Utc> {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

/// The instant `minutes` after the first.
pub fn minute(minutes: i64) -> DateTime<Utc> {
    epoch() + TimeDelta::minutes(minutes)
}

/// A target that is judged by these thresholds and tells `slack`.
pub fn target(name: &str, failure_threshold: u32, success_threshold: u32) -> Target {
    let (scheme, host, security) = ("tcp", "127.0.0.1".into(), TcpSecurity::Plain);
    let protocol = TcpProbe { scheme, host, port: 1, security, dialogue: Arc::new([]) };
    Target {
        name: TargetName::new(name),
        group: None,
        is_public: true,
        is_urgent: false,
        link: None,
        policy: policy(failure_threshold, success_threshold),
        notify: vec![slack()],
        depends_on: Vec::new(),
        kind: Kind::Endpoint(Box::new(Endpoint {
            cadence: Cadence::Every(Duration::from_mins(1)),
            protocol: Protocol::Tcp(Box::new(protocol)),
            timeout: Duration::from_secs(1),
            attempts: NonZeroU32::MIN,
            ip: IpChoice::Any,
            resolver: None,
            unreachable: false,
            asks_witnesses: true,
            latency_under: None,
            secrets: Arc::new([]),
            warn: Warn { latency_over: None, cert_expires_within: Duration::ZERO },
        })),
    }
}

/// A policy without reminders, under which nothing is unstable.
pub fn policy(failure_threshold: u32, success_threshold: u32) -> Policy {
    Policy {
        failure_threshold: NonZeroU32::new(failure_threshold).unwrap(),
        success_threshold: NonZeroU32::new(success_threshold).unwrap(),
        remind: None,
        flapping: Flapping { changes: NonZeroU32::MAX, ..Flapping::default() },
    }
}

/// The channel of [`target`].
pub fn slack() -> ChannelName {
    ChannelName::new("slack")
}

/// What `target` yields at `slot`.
pub fn observe(target: &str, slot: DateTime<Utc>, outcome: Outcome) -> Observation {
    Observation {
        target: TargetName::new(target),
        slot,
        vantage: Vantage("here".into()),
        outcome,
        latency: None,
        measured: None,
        votes: Vec::new(),
    }
}

/// It refused.
pub fn refused() -> Outcome {
    Outcome::failure(Reason::Refused, "refused the connection")
}

/// It works, slowly.
pub fn slow() -> Outcome {
    let warning = Warning { kind: WarningKind::Slow, detail: "took 3 s".into() };
    Outcome::Success { warnings: vec![warning] }
}
