//! Counts reported errors between two writes: a new error is written at once; many
//! reports of a known one are counted. Pure; the caller passes the instant.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::limits::buckets::Buckets;
use crate::core::step::Event;
use crate::model::names::TargetName;

/// Writes in a minute for reports of a known error: the first ones at once, and
/// then one every five seconds.
const WRITES: u32 = 12;

/// Writes in a minute for errors that are new. More than that is no new error
/// but a text that is never twice the same.
const NEW_WRITES: u32 = 30;

/// Errors of one stream that are known at once.
const MAX_KNOWN: usize = 64;

/// What was reported of late.
#[derive(Debug, Default)]
pub(super) struct Tally {
    streams: HashMap<TargetName, Stream>,
    writes: Buckets<TargetName>,
    new_writes: Buckets<TargetName>,
}

/// The errors of one stream that were written, the latest last, and how many more
/// there were of each.
#[derive(Debug, Default)]
struct Stream(Vec<(Event, u32)>);

/// What to do with a report.
#[derive(Debug, PartialEq)]
pub(super) enum Counted {
    /// It is to be written, with what was counted before.
    Write(Vec<Event>),
    /// It is counted, and is written later.
    Later,
    /// There are too many new ones.
    TooMany,
}

impl Tally {
    /// Counts `event`, which came `now`.
    pub(super) fn count(&mut self, event: Event, now: DateTime<Utc>) -> Counted {
        let name = event.target.clone();
        let stream = self.streams.entry(name.clone()).or_default();
        let known = stream.0.iter_mut().find(|(known, _)| is_same(known, &event));
        match known {
            Some((known, count)) if !self.writes.take(name.clone(), WRITES, now) => {
                known.at = event.at;
                *count = count.saturating_add(1);
                return Counted::Later;
            }
            None if !self.new_writes.take(name, NEW_WRITES, now) => return Counted::TooMany,
            Some(_) | None => {}
        }
        let mut events = stream.take();
        events.push(event);
        Counted::Write(events)
    }

    /// Notes that `events` were written.
    pub(super) fn written(&mut self, events: &[Event]) {
        for event in events {
            let known = &mut self.streams.entry(event.target.clone()).or_default().0;
            known.retain(|(known, count)| *count > 0 || !is_same(known, event));
            known.push((event.clone(), 0));
            if known.len() > MAX_KNOWN
                && let Some(oldest) = known.iter().position(|(_, count)| *count == 0)
            {
                known.remove(oldest);
            }
        }
    }

    /// Notes that what was `counted` could not be written: it is counted still.
    pub(super) fn failed(&mut self, counted: Vec<Event>) {
        for event in counted {
            let known = &mut self.streams.entry(event.target.clone()).or_default().0;
            let count = event.count;
            match known.iter_mut().find(|(known, _)| is_same(known, &event)) {
                Some((_, more)) => *more = more.saturating_add(count),
                None => known.push((event, count)),
            }
        }
    }

    /// All that is counted and not written yet, to be written now.
    pub(super) fn take(&mut self) -> Vec<Event> {
        self.streams.values_mut().flat_map(Stream::take).collect()
    }

    /// Whether something is counted and not written yet.
    pub(super) fn is_owed(&self) -> bool {
        self.streams.values().any(|stream| stream.0.iter().any(|(_, count)| *count > 0))
    }
}

impl Stream {
    fn take(&mut self) -> Vec<Event> {
        let counted = self.0.iter_mut().filter(|(_, count)| *count > 0);
        counted
            .map(|(event, count)| Event { count: std::mem::take(count), ..event.clone() })
            .collect()
    }
}

/// Whether two reports are of one kind of error, and ask the same.
fn is_same(one: &Event, other: &Event) -> bool {
    kind(one).eq(kind(other)) && one.wishes == other.wishes
}

/// What is the same in all errors of one kind.
fn kind(event: &Event) -> impl Iterator<Item = &str> {
    event.errors.iter().map(|error| error.fingerprint.as_str())
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::core::step::{EventOrder, ReportedError, Wishes};
    use crate::model::observation::Vantage;

    fn second(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    fn report(text: &str, seconds: i64) -> Event {
        Event {
            target: TargetName::new("reports:map"),
            at: second(seconds),
            vantage: Vantage("here".into()),
            outcome: None,
            pulse: None,
            count: 1,
            attachment: None,
            errors: vec![ReportedError {
                id: None,
                fingerprint: text.replace(char::is_numeric, ""),
                detail: text.into(),
                attachment: None,
            }],
            news: None,
            wishes: Wishes::default(),
            order: EventOrder::Came,
            source: None,
        }
    }

    /// Counts `report`; how many errors are written by that, if any are.
    fn said(tally: &mut Tally, report: Event) -> Option<u32> {
        let now = report.at;
        let Counted::Write(events) = tally.count(report, now) else { return None };
        tally.written(&events);
        Some(events.iter().map(|event| event.count).sum())
    }

    #[test]
    fn a_flood_of_one_error_is_written_every_few_seconds_and_none_is_lost() {
        let mut tally = Tally::default();
        let mut writes = Vec::new();
        for n in 0..1000 {
            let mut report = report("boom", n / 20);
            report.at = second(0) + TimeDelta::milliseconds(n * 50);
            writes.extend(said(&mut tally, report));
        }
        assert!((12..=24).contains(&writes.len()), "{writes:?}");
        let rest: u32 = tally.take().iter().map(|event| event.count).sum();
        assert_eq!(writes.iter().sum::<u32>() + rest, 1000);
        assert!(!tally.is_owed());
    }

    #[test]
    fn a_new_error_is_written_at_once_with_what_was_counted() {
        let mut tally = Tally::default();
        while said(&mut tally, report("noise", 0)).is_some() {}
        assert!(tally.is_owed());
        assert_eq!(said(&mut tally, report("payment 4711 is lost", 0)), Some(2));
        assert_eq!(said(&mut tally, report("payment 4712 is lost", 0)), None);
    }

    #[test]
    fn a_text_that_is_never_twice_the_same_is_too_many_after_a_while() {
        let mut tally = Tally::default();
        let mut new = |n: u32| {
            let report = report(&"x".repeat(n as usize + 1), 0);
            tally.count(report, second(0))
        };
        assert!((0..NEW_WRITES).all(|n| matches!(new(n), Counted::Write(_))));
        assert_eq!(new(NEW_WRITES), Counted::TooMany);
    }

    #[test]
    fn what_could_not_be_written_is_counted_still() {
        let mut tally = Tally::default();
        while said(&mut tally, report("boom", 0)).is_some() {}
        let counted = tally.take();
        assert!(!tally.is_owed());
        tally.failed(counted.clone());
        assert_eq!(tally.take(), counted);
    }
}
