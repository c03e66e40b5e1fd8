//! From a [`Signal`] to the [`Event`] that is judged.

use chrono::{DateTime, Utc};

use super::{Signal, SignalText};
use crate::core::step::{Event, EventOrder, Wishes};
use crate::model::names::TargetName;
use crate::model::observation::{Outcome, Vantage};
use crate::model::state::Attachment;

/// What a signal does not say itself: which prober received it, and where.
#[derive(Debug, Clone, Copy)]
pub struct ReceivedAt<'a> {
    /// The prober that received it.
    pub vantage: &'a Vantage,
    /// The region that we run in: log subscriptions do not name theirs, and
    /// reach only functions of the same region.
    pub region: Option<&'a str>,
}

impl Signal {
    /// The event to judge. `None` for a ping that is only logged (`/log`).
    #[must_use]
    pub fn event(&self, vantage: &Vantage, region: Option<&str>) -> Option<Event> {
        let received_at = ReceivedAt { vantage, region };
        match self {
            Self::Ping(ping) => ping.event(received_at),
            Self::Alarm(alarm) => Some(alarm.event(received_at)),
            Self::Logs(errors) => Some(errors.event(received_at)),
            Self::Report(report) => Some(report.event(received_at)),
            Self::News(news) => Some(news.event(received_at)),
        }
    }
}

impl ReceivedAt<'_> {
    /// The event that `target` was as `outcome` says at `at`. It stands for one
    /// error, says nothing of runs and asks for nothing.
    pub(super) fn event(
        self,
        target: TargetName,
        at: DateTime<Utc>,
        outcome: Option<Outcome>,
        order: EventOrder,
    ) -> Event {
        Event {
            target,
            at,
            vantage: self.vantage.clone(),
            outcome,
            pulse: None,
            count: 1,
            attachment: None,
            errors: Vec::new(),
            news: None,
            wishes: Wishes::default(),
            order,
            source: None,
        }
    }
}

/// The most characters of a link; a longer one is left out.
const MAX_LINK: usize = 2_000;

impl SignalText {
    /// Its stored form; `None` if there is nothing to show.
    pub(super) fn attached(self) -> Option<Attachment> {
        let link = self.link.map(String::from).filter(|link| link.len() <= MAX_LINK);
        let attachment = Attachment { text: self.text, stream: self.stream, link, probed: None };
        (attachment != Attachment::default()).then_some(attachment)
    }
}
