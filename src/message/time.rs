//! Instants and durations as people say them, in the configured zone.

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use chrono_tz::Tz;

use super::words;
use crate::model::detail::{Cause, Detail, Span};
use crate::model::target::Language;
use crate::text::duration::{spell, spoken};

/// Today, for the reader: what is said of an instant depends on it.
#[derive(Debug, Clone, Copy)]
pub struct Calendar {
    language: Language,
    zone: Tz,
    now: DateTime<Utc>,
}

impl Calendar {
    /// The calendar of a reader of `language` in `zone` at `now`.
    #[must_use]
    pub fn new(language: Language, zone: Tz, now: DateTime<Utc>) -> Self {
        Self { language, zone, now }
    }

    /// `14:02`, with the day where it is not today's. The zone stands once in a
    /// message, in its footer.
    #[must_use]
    pub fn time(self, at: DateTime<Utc>) -> String {
        self.clock(at.with_timezone(&self.zone), self.now.with_timezone(&self.zone))
    }

    /// `14:02 KST`, with the day where it is not today's.
    #[must_use]
    pub fn instant(self, at: DateTime<Utc>) -> String {
        let at = at.with_timezone(&self.zone);
        format!("{} {}", self.clock(at, self.now.with_timezone(&self.zone)), abbreviation(at))
    }

    /// `8 Dec`, with the year where it is not this one.
    #[must_use]
    pub fn date(self, at: DateTime<Utc>) -> String {
        self.day(at.with_timezone(&self.zone))
    }

    /// What is left until `at`: in days, or in less where there are few.
    #[must_use]
    pub fn left(self, at: DateTime<Utc>) -> String {
        self.whole(at - self.now)
    }

    /// The same for what has passed since `at`.
    #[must_use]
    pub fn since(self, at: DateTime<Utc>) -> String {
        self.whole((self.now - at).max(TimeDelta::zero()))
    }

    fn whole(self, span: TimeDelta) -> String {
        let is_long = span >= TimeDelta::days(2);
        self.duration(if is_long { TimeDelta::days(span.num_days()) } else { span })
    }

    /// `14:02 – 14:14 KST`: what both ends share is said once.
    #[must_use]
    pub fn span(self, from: DateTime<Utc>, until: DateTime<Utc>) -> String {
        let (zone, later) = (self.abbreviation(from), self.abbreviation(until));
        let times = self.times(from, until);
        if zone == later { format!("{times} {zone}") } else { times }
    }

    /// `14:02 – 14:14`. The zone is named where the clocks changed in between:
    /// 02:30 alone would be ambiguous.
    #[must_use]
    pub fn times(self, from: DateTime<Utc>, until: DateTime<Utc>) -> String {
        let (start, end) = (from.with_timezone(&self.zone), until.with_timezone(&self.zone));
        let today = self.now.with_timezone(&self.zone);
        let (first, last) = (self.clock(start, today), self.clock(end, start));
        let (zone, later) = (abbreviation(start), abbreviation(end));
        if zone != later {
            words::of(self.language).span(&format!("{first} {zone}"), &format!("{last} {later}"))
        } else if start.format("%F %R").to_string() == end.format("%F %R").to_string() {
            first
        } else {
            words::of(self.language).span(&first, &last)
        }
    }

    fn abbreviation(self, at: DateTime<Utc>) -> String {
        abbreviation(at.with_timezone(&self.zone))
    }

    /// [`duration`] in its language.
    #[must_use]
    pub fn duration(self, span: TimeDelta) -> String {
        duration(self.language, span)
    }

    /// What exactly happened, in its language and zone.
    #[must_use]
    pub fn detail(self, detail: &Detail) -> String {
        words::of(self.language).detail(detail, self)
    }

    /// What an outage looks like, or looked like, on a line of its own.
    #[must_use]
    pub fn looks_like(self, cause: &Cause, is_over: bool) -> String {
        words::of(self.language).looks_like(cause, is_over, self)
    }

    /// `14:02`, after the day where it is not `today`.
    fn clock(self, at: DateTime<Tz>, today: DateTime<Tz>) -> String {
        let time = at.format("%H:%M").to_string();
        if at.date_naive() == today.date_naive() {
            return time;
        }
        format!("{} {time}", self.day(at))
    }

    fn day(self, at: DateTime<Tz>) -> String {
        let year = (at.year() != self.now.with_timezone(&self.zone).year()).then(|| at.year());
        words::of(self.language).day(at.day(), at.month0(), year)
    }

    /// `350 ms`, `2.3 s`, `12 min`.
    pub(super) fn short(self, span: Span) -> String {
        let words = words::of(self.language);
        if !span.is_short() {
            return self.duration(TimeDelta::from_std(span.get()).unwrap_or(TimeDelta::MAX));
        }
        match spoken(span.get()).strip_suffix(" s") {
            Some(seconds) => words.seconds(seconds),
            None => spoken(span.get()),
        }
    }
}

/// `KST`; zones without letters are told by their offset: `UTC+03`.
fn abbreviation(at: DateTime<Tz>) -> String {
    let name = at.format("%Z").to_string();
    if name.starts_with(['+', '-']) { format!("UTC{name}") } else { name }
}

/// `42 s`, `12 min`, `3 h 5 min`, `2 days 4 h`: two units at most, rounded
/// down. A negative duration, which only a clock set back can make, is none.
#[must_use]
pub fn duration(language: Language, span: TimeDelta) -> String {
    let words = words::of(language);
    spell(span, |count, unit| words.duration_unit(count, unit))
}
