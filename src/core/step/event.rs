//! What somebody said of one target, where nobody looked: a ping, an alarm, a
//! report. It becomes an observation here, and moves a heartbeat's beat.

use std::borrow::Cow;
use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use super::ProbeRequest;
use crate::model::names::{ChannelName, TargetName};
use crate::model::observation::{Observation, Outcome, Vantage};
use crate::model::state::{
    Attachment, Beat, ErrorKind, HeartbeatState, KindState, NewsItem, RequestedProbe, State,
};
use crate::model::target::Kind;

/// Between two events that came at the same instant: what the stores keep.
const APART: TimeDelta = TimeDelta::microseconds(1);

/// Something said of one target.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// The target that it is about.
    pub target: TargetName,
    /// The instant that it is for.
    pub at: DateTime<Utc>,
    /// The prober that heard it.
    pub vantage: Vantage,
    /// What it says of success or failure, if it does.
    pub outcome: Option<Outcome>,
    /// What it says of a heartbeat's runs, if it does.
    pub pulse: Option<Pulse>,
    /// How many errors it stands for, at least one.
    pub count: u32,
    /// What a message of an incident that it opens may show besides.
    pub attachment: Option<Attachment>,
    /// The errors that it stands for, one by one; none of what is no error stream.
    pub errors: Vec<ReportedError>,
    /// What is told of it as news, and is not judged.
    pub news: Option<Published>,
    /// What is asked for with it.
    pub wishes: Wishes,
    /// What to do with one that is not newer than the last one judged.
    pub order: EventOrder,
}

/// One error of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportedError {
    /// The id of the log event that it is, by which a repetition is known.
    pub id: Option<String>,
    /// What errors of its kind have in common.
    pub fingerprint: String,
    /// Its headline.
    pub detail: String,
    /// What came with it.
    pub attachment: Option<Attachment>,
}

/// What somebody published on a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The message's id, by which a repetition is known.
    pub id: String,
    /// What it is, on one line.
    pub headline: String,
}

/// What a report asks for, besides that it be told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wishes {
    /// The channels to tell; `None`: all of the target's.
    pub audience: Option<BTreeSet<ChannelName>>,
    /// The endpoint to be probed because of it.
    pub probe: Option<TargetName>,
}

/// What a ping says of a heartbeat's runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pulse {
    /// A run has begun.
    Began,
    /// A run has ended, well or not.
    Ended,
}

/// What the instant of a [`Event`] is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventOrder {
    /// It is the sender's own, and identifies the event: one that is not newer
    /// is a repetition, or was overtaken, and is dropped.
    Sent,
    /// It is when the event came, and the next one may come within the same
    /// tick of the clock: each counts, one after the other.
    Came,
}

impl Event {
    /// The observation that this event is by itself, if it is one.
    #[must_use]
    pub fn seen(&self) -> Option<Observation> {
        self.outcome.clone().map(|outcome| Observation {
            target: self.target.clone(),
            slot: self.at,
            vantage: self.vantage.clone(),
            outcome,
            latency: None,
        })
    }

    /// The event without the errors that `state` has counted already; `None` if
    /// none is left. A batch is delivered whole, so that one whose last error is
    /// known is known.
    pub(super) fn fresh(&self, state: &State) -> Option<Cow<'_, Self>> {
        let Some(errors) = state.by_kind.errors() else { return Some(Cow::Borrowed(self)) };
        let is_known =
            |error: &ReportedError| error.id.as_ref().is_some_and(|id| errors.errors.knows(id));
        if self.errors.last().is_some_and(is_known) {
            return None;
        }
        if !self.errors.iter().any(is_known) {
            return Some(Cow::Borrowed(self));
        }
        let mut fresh = self.clone();
        fresh.errors.retain(|error| !is_known(error));
        fresh.count = u32::try_from(fresh.errors.len()).unwrap_or(u32::MAX);
        if let (Some(first), Some(Outcome::Failure(failure))) =
            (fresh.errors.first(), &mut fresh.outcome)
        {
            failure.detail = first.detail.as_str().into();
            fresh.attachment.clone_from(&first.attachment);
        }
        Some(Cow::Owned(fresh))
    }

    /// Counts its errors in `state`, by their kinds; `old` is the incident that
    /// was open before this event.
    pub(super) fn count_errors(&self, state: &mut State, old: Option<DateTime<Utc>>) {
        let open = state.incident().map(|incident| incident.since);
        let Some(slot) = state.last_slot else { return };
        let Some(errors) = state.by_kind.errors_mut() else { return };
        let errors = &mut errors.errors;
        if open != old {
            errors.begin();
        }
        // An event of several of one kind has one of these to show for all.
        let count = if self.errors.len() == 1 { self.count } else { 1 };
        for error in &self.errors {
            let ReportedError { id, fingerprint, detail, attachment } = error.clone();
            errors.count(ErrorKind { fingerprint, detail, at: slot, count, attachment });
            if let Some(id) = id {
                errors.remember(id);
            }
        }
    }

    /// Takes what is to be told as news; whether it is that.
    pub(super) fn publish(&self, kind: &Kind, state: &mut State, now: DateTime<Utc>) -> bool {
        let Some(Published { id, headline }) = self.news.clone() else { return false };
        state.by_kind.become_of(kind);
        let attachment = self.attachment.clone();
        let item = NewsItem { number: 0, at: self.at, headline, attachment, unshown: 0 };
        if let Some(topic) = state.by_kind.topic_mut() {
            topic.take(&id, item, now);
        }
        true
    }

    /// Moves the beat of `state`; what this event then is as an observation at `now`.
    pub(super) fn apply(&self, state: &mut State, now: DateTime<Utc>) -> Option<Observation> {
        let before = state.by_kind.beat();
        let latency = self.beat(state).and_then(|took| took.to_std().ok());
        let slot = match (self.order, state.last_slot) {
            // It did not come before it was written: log lines may be dated ahead.
            (EventOrder::Came, last) => {
                let at = self.at.min(now);
                last.map_or(at, |last| at.max(last + APART))
            }
            // Newer than any ping: what was judged since is that none came.
            (EventOrder::Sent, Some(last)) if state.by_kind.beat() != before => {
                self.at.max(last + APART)
            }
            (EventOrder::Sent, _) => self.at,
        };
        self.seen().map(|seen| Observation { slot, latency, ..seen })
    }

    /// Enters whom the open incident is for: those whom the event asks for that
    /// opened it, and whom later ones ask for besides. `old` is the incident
    /// that was open before this event.
    pub(super) fn address(&self, state: &mut State, old: Option<DateTime<Utc>>) {
        let Some(since) = state.incident().map(|incident| incident.since) else { return };
        let Some(errors) = state.by_kind.errors_mut() else { return };
        let wanted = self.wishes.audience.clone();
        errors.audience = match (errors.audience.take(), wanted) {
            (_, wanted) if old != Some(since) => wanted,
            (Some(audience), Some(wanted)) => Some(&audience | &wanted),
            // One of them is for everybody.
            (None, _) | (_, None) => None,
        };
    }

    /// Begins the probe that this event asks for; which, unless there was one
    /// just now.
    pub(super) fn inquire(&self, state: &mut State) -> Option<ProbeRequest> {
        let endpoint = self.wishes.probe.clone()?;
        let errors = state.by_kind.errors_mut()?;
        errors.requested_probe = Some(RequestedProbe::after(errors.requested_probe, self.at)?);
        Some(ProbeRequest { stream: self.target.clone(), endpoint })
    }

    /// How long the run took that this event ends, if it ends one. What was
    /// overtaken by a newer ping moves nothing.
    fn beat(&self, state: &mut State) -> Option<TimeDelta> {
        let pulse = self.pulse?;
        let old = state.by_kind.beat();
        if old.is_some_and(|old| old.latest() > self.at) {
            return None;
        }
        let (at, started) = match pulse {
            Pulse::Began => (old.map_or(self.at, |old| old.at), Some(self.at)),
            Pulse::Ended => (self.at, None),
        };
        state.by_kind = KindState::Heartbeat(HeartbeatState { beat: Some(Beat { at, started }) });
        let began = old.and_then(|old| old.started).filter(|_| pulse == Pulse::Ended);
        began.map(|began| self.at - began)
    }
}
