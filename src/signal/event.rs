//! From a [`Signal`] to the [`Event`] that is judged.

use super::ping::Action;
use super::{Said, Signal, SignalText};
use crate::core::step::{Event, EventOrder, Pulse, Wishes};
use crate::model::observation::Vantage;
use crate::model::state::Attachment;

impl Signal {
    /// What is judged of it.
    /// `None` for a ping that is only to be remembered (`/log`). The parameter
    /// `region` is as in [`Signal::said`].
    #[must_use]
    pub fn event(&self, vantage: &Vantage, region: Option<&str>) -> Option<Event> {
        let order = self.order();
        let vantage = vantage.clone();
        let pulse = match self {
            Self::Ping(ping) => ping.pulse(),
            Self::Alarm(_) | Self::Logs(_) | Self::Report(_) | Self::Text(_) => None,
        };
        if let Some(Said { target, slot, outcome, count, text }) = self.said(region) {
            let count = u32::try_from(count).unwrap_or(u32::MAX).max(1);
            let outcome = Some(outcome);
            let attachment = text.attached();
            return Some(Event {
                target,
                at: slot,
                vantage,
                outcome,
                pulse,
                count,
                attachment,
                wishes: Wishes::default(),
                order,
            });
        }
        match self {
            Self::Ping(ping) => pulse.map(|_| Event {
                target: ping.heartbeat.clone(),
                at: ping.at,
                vantage,
                outcome: None,
                pulse,
                count: 1,
                attachment: None,
                wishes: Wishes::default(),
                order,
            }),
            Self::Alarm(_) | Self::Logs(_) | Self::Report(_) | Self::Text(_) => None,
        }
    }

    /// AWS delivers at least once, and an alarm's change, an object and a
    /// message have instants of their own, by which a repetition is known.
    /// Batches of lines have that of their last line, and two streams of a
    /// group may write at once: one counted twice is better than one lost.
    fn order(&self) -> EventOrder {
        match self {
            Self::Ping(ping) if ping.is_object() => EventOrder::Sent,
            Self::Alarm(_) | Self::Text(_) => EventOrder::Sent,
            Self::Ping(_) | Self::Logs(_) | Self::Report(_) => EventOrder::Came,
        }
    }
}

impl super::Ping {
    fn pulse(&self) -> Option<Pulse> {
        match self.action {
            Action::Start => Some(Pulse::Began),
            Action::Success | Action::Fail | Action::Exit(_) => Some(Pulse::Ended),
            Action::Log => None,
        }
    }
}

/// Characters of a link that are kept whole; a longer one is left out.
const MAX_LINK: usize = 2_000;

impl SignalText {
    /// As it is remembered; `None` where there is nothing to show.
    fn attached(self) -> Option<Attachment> {
        let link = self.link.map(String::from).filter(|link| link.len() <= MAX_LINK);
        let attachment = Attachment { text: self.text, link, probed: None };
        (attachment != Attachment::default()).then_some(attachment)
    }
}
