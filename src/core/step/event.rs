//! What somebody outside said of one target: a ping, an alarm, a report. Here it
//! becomes an observation, and moves a heartbeat's beat.

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

/// The time between two events that came at the same instant: the stores' precision.
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
    /// What it says of success or failure, if anything.
    pub outcome: Option<Outcome>,
    /// What it says of a heartbeat's runs, if anything.
    pub pulse: Option<Pulse>,
    /// How many errors it stands for, at least one.
    pub count: u32,
    /// More for the message, if it opens an incident.
    pub attachment: Option<Attachment>,
    /// The errors that it stands for, one by one; empty unless it is for an error stream.
    pub errors: Vec<ReportedError>,
    /// The news that it brings, which is told and not judged.
    pub news: Option<Published>,
    /// What it asks for.
    pub wishes: Wishes,
    /// What to do if it is not newer than the last one judged.
    pub order: EventOrder,
}

/// One error of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportedError {
    /// The id of its log event, which identifies a repetition.
    pub id: Option<String>,
    /// What all errors of its kind have in common.
    pub fingerprint: String,
    /// Its headline.
    pub detail: String,
    /// More for people to read.
    pub attachment: Option<Attachment>,
}

/// What somebody published on a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The message's id, which identifies a repetition.
    pub id: String,
    /// What it is, on one line.
    pub headline: String,
}

/// What a report asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wishes {
    /// The channels to tell; `None`: all of the target's.
    pub audience: Option<BTreeSet<ChannelName>>,
    /// The endpoint to probe because of it.
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

/// What the instant of an [`Event`] means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventOrder {
    /// The sender gave it, and it identifies the event: an event that is not
    /// newer is a repetition, or was overtaken, and is dropped.
    Sent,
    /// It is when the event came. The next one may come at the same instant:
    /// each counts, one after the other.
    Came,
}

impl Event {
    /// The observation that this event makes, if any.
    #[must_use]
    pub fn seen(&self) -> Option<Observation> {
        self.outcome.clone().map(|outcome| Observation {
            target: self.target.clone(),
            slot: self.at,
            vantage: self.vantage.clone(),
            outcome,
            latency: None,
            measured: None,
            votes: Vec::new(),
        })
    }

    /// The event without the errors that `state` has counted already; `None` if
    /// none is left.
    pub(super) fn fresh(&self, state: &State) -> Option<Cow<'_, Self>> {
        let Some(errors) = state.by_kind.errors() else { return Some(Cow::Borrowed(self)) };
        let errors = &errors.errors;
        // What is longer than the memory of it was remembered without its beginning.
        let is_oldest = |error: &ReportedError| {
            error.id.as_deref().is_some_and(|id| errors.oldest_of_many() == Some(id))
        };
        let forgotten = self.errors.iter().position(is_oldest).unwrap_or(0);
        let is_counted = |(place, error): &(usize, &ReportedError)| {
            *place < forgotten || error.id.as_ref().is_some_and(|id| errors.knows(id))
        };
        let left: Vec<ReportedError> = (self.errors.iter().enumerate())
            .filter(|error| !is_counted(error))
            .map(|(_, error)| error.clone())
            .collect();
        if left.len() == self.errors.len() {
            return Some(Cow::Borrowed(self));
        }
        if left.is_empty() {
            return None;
        }
        let mut fresh = Self { errors: left, ..self.clone() };
        fresh.count = u32::try_from(fresh.errors.len()).unwrap_or(u32::MAX);
        if let (Some(first), Some(Outcome::Failure(failure))) =
            (fresh.errors.first(), &mut fresh.outcome)
        {
            failure.detail = first.detail.as_str().into();
            fresh.attachment.clone_from(&first.attachment);
        }
        Some(Cow::Owned(fresh))
    }

    /// Counts its errors in `state` by their kinds; `old` is the incident that
    /// was open before this event.
    pub(super) fn count_errors(&self, state: &mut State, old: Option<DateTime<Utc>>) {
        let open = state.incident().map(|incident| incident.since);
        let Some(slot) = state.last_slot else { return };
        let Some(errors) = state.by_kind.errors_mut() else { return };
        let errors = &mut errors.errors;
        if open != old {
            errors.begin();
        }
        // An event that stands for several errors of one kind has one entry for all.
        let count = if self.errors.len() == 1 { self.count } else { 1 };
        for error in &self.errors {
            let ReportedError { id, fingerprint, detail, attachment } = error.clone();
            errors.count(ErrorKind { fingerprint, detail, at: slot, count, attachment });
            if let Some(id) = id {
                errors.remember(id);
            }
        }
    }

    /// Takes the news of this event, and says whether it is news.
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

    /// Moves the beat of `state`; returns the observation that this event makes at `now`.
    pub(super) fn apply(&self, state: &mut State, now: DateTime<Utc>) -> Option<Observation> {
        let before = state.by_kind.beat();
        let latency = self.beat(state).and_then(|took| took.to_std().ok());
        let slot = match (self.order, state.last_slot) {
            // An event cannot come before it was written, but log lines may be dated ahead.
            (EventOrder::Came, last) => {
                let at = self.at.min(now);
                last.map_or(at, |last| at.max(last + APART))
            }
            // It is newer than any ping: since then only the lack of pings was judged.
            (EventOrder::Sent, Some(last)) if state.by_kind.beat() != before => {
                self.at.max(last + APART)
            }
            (EventOrder::Sent, _) => self.at,
        };
        self.seen().map(|seen| Observation { slot, latency, ..seen })
    }

    /// Notes which channels the open incident is for: those that its first event
    /// asks for, and those that later ones add. `old` is the incident that was
    /// open before this event.
    pub(super) fn address(&self, state: &mut State, old: Option<DateTime<Utc>>) {
        let Some(since) = state.incident().map(|incident| incident.since) else { return };
        let Some(errors) = state.by_kind.errors_mut() else { return };
        let wanted = self.wishes.audience.clone();
        errors.audience = match (errors.audience.take(), wanted) {
            (_, wanted) if old != Some(since) => wanted,
            (Some(audience), Some(wanted)) => Some(&audience | &wanted),
            // One of them is for all channels.
            (None, _) | (_, None) => None,
        };
    }

    /// Begins the probe that this event asks for, unless there was one a moment
    /// ago; returns it.
    pub(super) fn request_probe(&self, state: &mut State) -> Option<ProbeRequest> {
        let endpoint = self.wishes.probe.clone()?;
        let errors = state.by_kind.errors_mut()?;
        errors.requested_probe = Some(RequestedProbe::after(errors.requested_probe, self.at)?);
        Some(ProbeRequest { stream: self.target.clone(), endpoint })
    }

    /// Moves the beat; returns how long the run took that this event ends, if it
    /// ends one. An event that a newer ping has overtaken moves nothing.
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
