//! The stored form of a [`KindState`]: its fields are beside those of every kind.
//!
//! The previous version had no `kind`, and wrote `pace_s` for every kind of
//! target. Its records are recognised by the fields that they have, and it can
//! read what is written here.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::by_kind::{Beat, Caller, EndpointState, ErrorsState, HeartbeatState, KindState};
use super::{GoodAddress, RequestedProbe, StreamErrors, TopicState, is_zero_s};
use crate::model::lenient;
use crate::model::measured::Phases;
use crate::model::names::ChannelName;

/// The stored form of a [`KindState`].
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct StoredKind {
    /// The kind that has these fields; the previous version did not say it.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "lenient::optional"
    )]
    kind: Option<KindName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    audience: Option<BTreeSet<ChannelName>>,
    #[serde(default, rename = "inquiry", skip_serializing_if = "Option::is_none")]
    requested_probe: Option<RequestedProbe>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    beat: Option<Beat>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pace_s: Option<u32>,
    #[serde(default, skip_serializing_if = "is_zero_s")]
    unseen_s: i64,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "lenient::optional"
    )]
    phases_us: Option<[Option<u64>; 5]>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "lenient::optional"
    )]
    cert_expires_at: Option<DateTime<Utc>>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "lenient::optional"
    )]
    good: Option<GoodAddress>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "lenient::optional"
    )]
    from: Option<Caller>,
    #[serde(default, skip_serializing_if = "StreamErrors::is_empty")]
    errors: StreamErrors,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    news: Option<TopicState>,
}

/// A kind of target, in one word.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KindName {
    Endpoint,
    Heartbeat,
    Errors,
    Alarm,
    Topic,
}

impl StoredKind {
    /// The kind that these fields seem to be of, if none is given. `pace_s` alone
    /// may be from any kind; it means something only for an endpoint.
    fn guess(&self) -> Option<KindName> {
        if self.beat.is_some() {
            Some(KindName::Heartbeat)
        } else if self.audience.is_some() || self.requested_probe.is_some() {
            Some(KindName::Errors)
        } else {
            (self.pace_s.is_some() || self.unseen_s != 0).then_some(KindName::Endpoint)
        }
    }
}

impl From<StoredKind> for KindState {
    fn from(stored: StoredKind) -> Self {
        let kind = stored.kind.or_else(|| stored.guess());
        let StoredKind {
            kind: _,
            audience,
            requested_probe,
            beat,
            pace_s,
            unseen_s,
            phases_us,
            cert_expires_at,
            good,
            from,
            errors,
            news,
        } = stored;
        let phases = phases_us.and_then(Phases::of_stored);
        match kind {
            None => Self::Unjudged,
            Some(KindName::Endpoint) => {
                Self::Endpoint(EndpointState { pace_s, unseen_s, phases, cert_expires_at, good })
            }
            Some(KindName::Heartbeat) => Self::Heartbeat(HeartbeatState { beat, from }),
            Some(KindName::Errors) => {
                Self::Errors(ErrorsState { audience, requested_probe, errors })
            }
            Some(KindName::Alarm) => Self::Alarm,
            Some(KindName::Topic) => Self::Topic(news.unwrap_or_default()),
        }
    }
}

impl From<KindState> for StoredKind {
    fn from(state: KindState) -> Self {
        let of = |kind| Self { kind: Some(kind), ..Self::default() };
        match state {
            KindState::Unjudged => Self::default(),
            KindState::Endpoint(EndpointState {
                pace_s,
                unseen_s,
                phases,
                cert_expires_at,
                good,
            }) => {
                let phases_us = phases.map(Phases::stored);
                Self {
                    pace_s,
                    unseen_s,
                    phases_us,
                    cert_expires_at,
                    good,
                    ..of(KindName::Endpoint)
                }
            }
            KindState::Heartbeat(HeartbeatState { beat, from }) => {
                Self { beat, from, ..of(KindName::Heartbeat) }
            }
            KindState::Errors(ErrorsState { audience, requested_probe, errors }) => {
                Self { audience, requested_probe, errors, ..of(KindName::Errors) }
            }
            KindState::Alarm => of(KindName::Alarm),
            KindState::Topic(news) => Self { news: Some(news), ..of(KindName::Topic) },
        }
    }
}
