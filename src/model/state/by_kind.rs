//! What is remembered of a target because of its kind: in the variant of that
//! kind, and nowhere else.

use std::collections::BTreeSet;
use std::net::IpAddr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::good_address::GoodAddress;
use super::stored::StoredKind;
use super::{RequestedProbe, StreamErrors, TopicState};
use crate::model::measured::Phases;
use crate::model::names::ChannelName;
use crate::model::target::Kind;

/// What is remembered of a target because of its kind.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "StoredKind", into = "StoredKind")]
pub enum KindState {
    /// Nothing: the target was not judged yet. It gets its kind's variant when
    /// it is first judged.
    #[default]
    Unjudged,
    /// An endpoint.
    Endpoint(EndpointState),
    /// A heartbeat.
    Heartbeat(HeartbeatState),
    /// An error stream.
    Errors(ErrorsState),
    /// An alarm. `CloudWatch` remembers its state.
    Alarm,
    /// A topic.
    Topic(TopicState),
}

/// What is remembered only of an endpoint: how it is probed, and what that measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EndpointState {
    /// Seconds between its last two slots: how often it is really probed.
    pub pace_s: Option<u32>,
    /// Seconds in which it was not observed, since it began to fail.
    pub unseen_s: i64,
    /// How long the last probe took, to the microsecond; `None` if it failed.
    pub phases: Option<Phases>,
    /// When the first of the certificates ends that the last success needed.
    pub cert_expires_at: Option<DateTime<Utc>>,
    /// Where it last worked.
    pub good: Option<GoodAddress>,
}

/// What is remembered only of a heartbeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HeartbeatState {
    /// The last ping, if there was one.
    pub beat: Option<Beat>,
    /// Where its pings come from.
    pub from: Option<Caller>,
}

/// Where a heartbeat's pings come from. Pages never show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// The address.
    pub ip: IpAddr,
    /// When the first of those pings came that came from there in a row.
    pub since: DateTime<Utc>,
    /// Since when each ping has come in time, half an interval late at most.
    pub steady: DateTime<Utc>,
}

/// What is remembered only of an error stream.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ErrorsState {
    /// The channels that the last incident is for, if its reports chose some;
    /// `None`: all of the target's.
    pub audience: Option<BTreeSet<ChannelName>>,
    /// The last probe that a report asked for.
    pub requested_probe: Option<RequestedProbe>,
    /// Its errors.
    pub errors: StreamErrors,
}

/// The last ping of a heartbeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beat {
    /// When it came.
    pub at: DateTime<Utc>,
    /// When the run that it announced began, until that run has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<DateTime<Utc>>,
}

impl Beat {
    /// When the heartbeat last said anything.
    pub(crate) fn latest(&self) -> DateTime<Utc> {
        self.started.unwrap_or(self.at).max(self.at)
    }
}

impl KindState {
    /// What is first remembered of a target of `kind`.
    #[must_use]
    pub fn new(kind: &Kind) -> Self {
        match kind {
            Kind::Endpoint(_) => Self::Endpoint(EndpointState::default()),
            Kind::Heartbeat(_) => Self::Heartbeat(HeartbeatState::default()),
            Kind::Errors(_) => Self::Errors(ErrorsState::default()),
            Kind::Alarm => Self::Alarm,
            Kind::Topic => Self::Topic(TopicState::default()),
            Kind::Off => Self::Unjudged,
        }
    }

    /// Makes this the state of a target of `kind`. If it is one already, it
    /// stays as it is; what was remembered of another kind is forgotten.
    pub fn become_of(&mut self, kind: &Kind) {
        // Once its secret exists, it is of its own kind again.
        if matches!(kind, Kind::Off) {
            return;
        }
        let new = Self::new(kind);
        if std::mem::discriminant(self) != std::mem::discriminant(&new) {
            *self = new;
        }
    }

    /// What is remembered of an endpoint; nothing for other kinds.
    #[must_use]
    pub fn endpoint(&self) -> EndpointState {
        match self {
            Self::Endpoint(endpoint) => *endpoint,
            Self::Unjudged
            | Self::Heartbeat(_)
            | Self::Errors(_)
            | Self::Alarm
            | Self::Topic(_) => EndpointState::default(),
        }
    }

    /// The last ping, if this is a heartbeat that has had one.
    #[must_use]
    pub fn beat(&self) -> Option<Beat> {
        match self {
            Self::Heartbeat(heartbeat) => heartbeat.beat,
            Self::Unjudged | Self::Endpoint(_) | Self::Errors(_) | Self::Alarm | Self::Topic(_) => {
                None
            }
        }
    }

    /// Where the pings come from, if this is a heartbeat and that is known.
    #[must_use]
    pub fn caller(&self) -> Option<Caller> {
        match self {
            Self::Heartbeat(heartbeat) => heartbeat.from,
            Self::Unjudged | Self::Endpoint(_) | Self::Errors(_) | Self::Alarm | Self::Topic(_) => {
                None
            }
        }
    }

    /// What is remembered of an error stream, if this is one.
    #[must_use]
    pub fn errors(&self) -> Option<&ErrorsState> {
        match self {
            Self::Errors(errors) => Some(errors),
            Self::Unjudged
            | Self::Endpoint(_)
            | Self::Heartbeat(_)
            | Self::Alarm
            | Self::Topic(_) => None,
        }
    }

    /// What came to a topic, if this is one.
    #[must_use]
    pub fn topic(&self) -> Option<&TopicState> {
        match self {
            Self::Topic(topic) => Some(topic),
            Self::Unjudged
            | Self::Endpoint(_)
            | Self::Heartbeat(_)
            | Self::Errors(_)
            | Self::Alarm => None,
        }
    }

    /// The same, to be changed.
    pub fn topic_mut(&mut self) -> Option<&mut TopicState> {
        match self {
            Self::Topic(topic) => Some(topic),
            Self::Unjudged
            | Self::Endpoint(_)
            | Self::Heartbeat(_)
            | Self::Errors(_)
            | Self::Alarm => None,
        }
    }

    /// What is remembered of an error stream, to be changed.
    pub fn errors_mut(&mut self) -> Option<&mut ErrorsState> {
        match self {
            Self::Errors(errors) => Some(errors),
            Self::Unjudged
            | Self::Endpoint(_)
            | Self::Heartbeat(_)
            | Self::Alarm
            | Self::Topic(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::target::ErrorStream;

    #[test]
    fn what_is_of_its_kind_stays_and_what_is_of_another_is_forgotten() {
        let stream = Kind::Errors(ErrorStream { quiet: Duration::from_mins(15), mention: false });
        let errors = ErrorsState { audience: Some(BTreeSet::new()), ..ErrorsState::default() };
        let mut state = KindState::Errors(errors.clone());
        state.become_of(&stream);
        assert_eq!(state, KindState::Errors(errors));
        state.become_of(&Kind::Alarm);
        assert_eq!(state, KindState::Alarm);
        state.become_of(&stream);
        assert_eq!(state, KindState::Errors(ErrorsState::default()));
    }
}
