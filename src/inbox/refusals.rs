//! Connections that were refused for lack of room: each may have been a ping. Pure; the
//! caller passes the instant.

use chrono::{DateTime, TimeDelta, Utc};

/// Between two lines of the log: a flood writes no flood of lines.
const PAUSE: TimeDelta = TimeDelta::minutes(1);

/// Connections that were refused, or cut short for another.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    latest: Option<DateTime<Utc>>,
    said: Option<DateTime<Utc>>,
    unsaid: u64,
}

impl Refusals {
    /// Counts one; how many the log is to say by that, if it is time to.
    pub(super) fn note(&mut self, now: DateTime<Utc>) -> Option<u64> {
        self.latest = Some(now);
        self.unsaid += 1;
        if self.said.is_some_and(|said| said <= now && now < said + PAUSE) {
            return None;
        }
        self.said = Some(now);
        self.rest()
    }

    /// How many the log did not say, if there are any.
    pub(super) fn rest(&mut self) -> Option<u64> {
        let unsaid = std::mem::take(&mut self.unsaid);
        (unsaid > 0).then_some(unsaid)
    }

    /// When the last one was.
    pub(super) fn latest(&self) -> Option<DateTime<Utc>> {
        self.latest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_is_said_at_once_and_the_rest_as_a_count() {
        let mut refusals = Refusals::default();
        let at = |seconds| DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
        assert_eq!(refusals.note(at(0)), Some(1));
        assert!((1..60).all(|second| refusals.note(at(second)).is_none()));
        assert_eq!(refusals.note(at(60)), Some(60));
        assert_eq!((refusals.rest(), refusals.latest()), (None, Some(at(60))));
        assert_eq!((refusals.note(at(61)), refusals.rest()), (None, Some(1)));
    }
}
