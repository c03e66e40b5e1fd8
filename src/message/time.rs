//! Instants and durations as people say them, in the configured zone.

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use chrono_tz::Tz;

use super::words;
use crate::model::target::Language;
use crate::text::duration::spell;

/// The reader's today, which decides how an instant is written.
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

    /// `14:02 KST`, with the day if it is not today.
    #[must_use]
    pub fn instant(self, at: DateTime<Utc>) -> String {
        let at = at.with_timezone(&self.zone);
        format!("{} {}", self.clock(at, self.now.with_timezone(&self.zone)), abbreviation(at))
    }

    /// `14:02 – 14:14 KST`: what both ends have in common is written once.
    #[must_use]
    pub fn span(self, from: DateTime<Utc>, until: DateTime<Utc>) -> String {
        let (start, end) = (from.with_timezone(&self.zone), until.with_timezone(&self.zone));
        let today = self.now.with_timezone(&self.zone);
        let (first, last) = (self.clock(start, today), self.clock(end, start));
        let (zone, later) = (abbreviation(start), abbreviation(end));
        if zone != later {
            // The clocks changed in between: 02:30 alone would be ambiguous.
            words::of(self.language).span(&format!("{first} {zone}"), &format!("{last} {later}"))
        } else if start.format("%F %R").to_string() == end.format("%F %R").to_string() {
            format!("{first} {zone}")
        } else {
            format!("{} {zone}", words::of(self.language).span(&first, &last))
        }
    }

    /// [`duration`] in its language.
    #[must_use]
    pub fn duration(self, span: TimeDelta) -> String {
        duration(self.language, span)
    }

    /// `14:02`, after the day if it is not `today`.
    fn clock(self, at: DateTime<Tz>, today: DateTime<Tz>) -> String {
        let time = at.format("%H:%M").to_string();
        if at.date_naive() == today.date_naive() {
            return time;
        }
        let year = (at.year() != self.now.with_timezone(&self.zone).year()).then(|| at.year());
        format!("{} {time}", words::of(self.language).day(at.day(), at.month0(), year))
    }
}

/// `KST`, or the offset of zones without letters: `UTC+03`.
fn abbreviation(at: DateTime<Tz>) -> String {
    let name = at.format("%Z").to_string();
    if name.starts_with(['+', '-']) { format!("UTC{name}") } else { name }
}

/// `42 s`, `12 min`, `3 h 5 min`, `2 days 4 h`: two units at most, rounded down. A
/// negative duration, which only a clock that was set back can make, counts as zero.
#[must_use]
pub fn duration(language: Language, span: TimeDelta) -> String {
    let words = words::of(language);
    spell(span, |count, unit| words.duration_unit(count, unit))
}
