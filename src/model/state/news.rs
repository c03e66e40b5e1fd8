//! What is remembered of a topic: the news that came and must be told once.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::Attachment;

/// How much news of one topic is told in a quarter of an hour; the rest is counted.
pub const MAX_NEWS: u32 = 10;

/// The time in which they are counted.
pub const WINDOW: TimeDelta = TimeDelta::minutes(15);

/// How much news waits for a channel that refuses or is outside its hours; of older news only
/// the numbers are kept.
const MAX_WAITING: usize = 30;

/// How many message ids are remembered.
const MAX_SEEN: usize = 64;

/// One message of a topic, or the number of those that are not shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewsItem {
    /// Its number, by which channels remember what they were told.
    pub number: u64,
    /// When it was published; for a count, when its quarter of an hour is over.
    pub at: DateTime<Utc>,
    /// What it is, on one line; empty for a count.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub headline: String,
    /// All of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment: Option<Attachment>,
    /// How many are not shown, if this is their count; else 0.
    #[serde(default, skip_serializing_if = "super::is_zero")]
    pub unshown: u32,
}

/// News that was dropped before every channel was told, from its first number to its last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DroppedNews {
    /// The number of the oldest.
    pub first: u64,
    /// The number of the newest.
    pub last: u64,
    /// When the newest was published.
    pub at: DateTime<Utc>,
}

impl DroppedNews {
    /// Their count, for a channel that was told everything up to number `told`; `None` if it
    /// missed nothing.
    fn count(self, told: u64) -> Option<NewsItem> {
        let missed =
            self.last.checked_sub(told.max(self.first - 1)).filter(|missed| *missed > 0)?;
        let unshown = u32::try_from(missed).unwrap_or(u32::MAX);
        let (number, headline) = (self.last, String::new());
        Some(NewsItem { number, at: self.at, headline, attachment: None, unshown })
    }
}

/// What is remembered of a topic.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TopicState {
    /// The news that is not told everywhere yet, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<NewsItem>,
    /// The number of the last of them.
    #[serde(default)]
    pub last: u64,
    /// What was dropped of it, because too much was waiting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dropped: Option<DroppedNews>,
    /// Since when news is counted, and how much there was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<(DateTime<Utc>, u32)>,
    /// The ids of the last messages, oldest first: they identify a message that
    /// is delivered again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<String>,
}

impl TopicState {
    /// Takes the news that message `id` brought at `now`, unless it is known.
    pub fn take(&mut self, id: &str, item: NewsItem, now: DateTime<Utc>) {
        if self.seen.iter().any(|seen| seen == id) {
            return;
        }
        self.seen.push(id.to_owned());
        let surplus = self.seen.len().saturating_sub(MAX_SEEN);
        self.seen.drain(..surplus);
        let (since, count) = match self.window {
            Some((since, count)) if now - since < WINDOW => (since, count.saturating_add(1)),
            Some(_) | None => (now, 1),
        };
        self.window = Some((since, count));
        if count <= MAX_NEWS {
            self.last += 1;
            self.items.push(NewsItem { number: self.last, ..item });
        } else {
            self.count(since + WINDOW);
        }
        let surplus = self.items.len().saturating_sub(MAX_WAITING);
        for NewsItem { number, at, .. } in self.items.drain(..surplus) {
            let first = self.dropped.map_or(number, |dropped| dropped.first);
            self.dropped = Some(DroppedNews { first, last: number, at });
        }
    }

    /// Counts one more that is not shown; the count is told at `end`.
    fn count(&mut self, end: DateTime<Utc>) {
        let open = self.items.last_mut().filter(|item| item.unshown > 0 && item.at == end);
        if let Some(item) = open {
            item.unshown = item.unshown.saturating_add(1);
            return;
        }
        self.last += 1;
        let (number, headline) = (self.last, String::new());
        self.items.push(NewsItem { number, at: end, headline, attachment: None, unshown: 1 });
    }

    /// What to tell at `now` to a channel that was told everything up to number `told`: first
    /// how much was dropped meanwhile.
    #[must_use]
    pub fn owed(&self, told: u64, now: DateTime<Utc>) -> Vec<NewsItem> {
        let is_due = |item: &&NewsItem| item.unshown == 0 || item.at <= now;
        let waiting = self.items.iter().filter(|item| item.number > told).take_while(is_due);
        let dropped = self.dropped.and_then(|dropped| dropped.count(told));
        dropped.into_iter().chain(waiting.cloned()).collect()
    }

    /// When the next count must be told: `watch` sleeps until then.
    #[must_use]
    pub fn next_count(&self) -> Option<DateTime<Utc>> {
        self.items.iter().filter(|item| item.unshown > 0).map(|item| item.at).min()
    }

    /// Forgets everything up to number `told`, which all channels were told.
    pub fn forget(&mut self, told: u64) {
        self.items.retain(|item| item.number > told);
        self.dropped.take_if(|dropped| dropped.last <= told);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(headline: &str) -> NewsItem {
        let (headline, at) = (headline.to_owned(), DateTime::UNIX_EPOCH);
        NewsItem { number: 0, at, headline, attachment: None, unshown: 0 }
    }

    #[test]
    fn a_message_that_is_delivered_again_is_known_by_its_id() {
        let (mut topic, now) = (TopicState::default(), DateTime::UNIX_EPOCH);
        topic.take("1", item("a"), now);
        topic.take("1", item("a"), now);
        topic.take("2", item("a"), now);
        assert_eq!(topic.owed(0, now).iter().map(|item| item.number).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(topic.owed(1, now).len(), 1);
    }

    #[test]
    fn ten_in_a_quarter_of_an_hour_are_told_and_the_rest_counted_at_its_end() {
        let (mut topic, now) = (TopicState::default(), DateTime::UNIX_EPOCH);
        for id in 0..25 {
            topic.take(&id.to_string(), item("a"), now);
        }
        assert_eq!(topic.owed(0, now).len(), 10);
        let unshown: Vec<_> =
            topic.owed(10, now + WINDOW).iter().map(|item| item.unshown).collect();
        assert_eq!((unshown, topic.next_count()), (vec![15], Some(now + WINDOW)));
        topic.take("next", item("b"), now + WINDOW);
        topic.forget(11);
        assert_eq!(topic.owed(11, now + WINDOW)[0].headline, "b");
    }

    #[test]
    fn what_is_dropped_is_counted_for_each_channel_that_was_not_told_of_it() {
        let (mut topic, hour) = (TopicState::default(), TimeDelta::hours(1));
        let mut now = DateTime::UNIX_EPOCH;
        for id in 0..40 {
            now += hour;
            topic.take(&id.to_string(), NewsItem { at: now, ..item("a") }, now);
        }
        let counts = |topic: &TopicState, told| {
            let owed = topic.owed(told, now);
            (owed.iter().map(|item| item.unshown).sum::<u32>(), owed.len())
        };
        assert_eq!([counts(&topic, 0), counts(&topic, 4)], [(10, 31), (6, 31)]);
        assert_eq!([counts(&topic, 10), counts(&topic, 39)], [(0, 30), (0, 1)]);
        topic.forget(9);
        assert_eq!(counts(&topic, 9), (1, 31));
        topic.forget(10);
        assert_eq!((counts(&topic, 10), topic.dropped), ((0, 30), None));
    }
}
