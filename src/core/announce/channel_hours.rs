//! The hours of a channel: whether they hold, and when they begin again. Pure.
//!
//! A range begins and ends when the clocks of the configured zone say so. If the clocks
//! skip its beginning or its end, that is the instant at which they are put forward. If an
//! hour comes twice, a range begins with the first and ends with the second: somebody is
//! told too early rather than too late.

use chrono::{
    DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc,
};
use chrono_tz::Tz;

use crate::model::daily_hours::DailyHours;

/// How many days ahead are looked at: the clocks may skip the only hour of a week.
const AHEAD: usize = 15;

/// When `hours` begin again in `zone`, if they do not hold at `now`. Without any, they
/// always hold.
pub(super) fn closed_until(
    hours: &[DailyHours],
    zone: Tz,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let today = now.with_timezone(&zone).date_naive();
    // A range lasts two days at most.
    let first = today.checked_sub_days(Days::new(2))?;
    let ranges = first.iter_days().take(3 + AHEAD).flat_map(|date| {
        let ours = hours.iter().filter(move |hours| hours.begins_on(date.weekday()));
        ours.filter_map(move |hours| range(*hours, date, zone))
    });
    let mut next = None;
    for (from, to) in ranges {
        if (from..to).contains(&now) {
            return None;
        }
        if from > now {
            next = Some(next.map_or(from, |next: DateTime<Utc>| next.min(from)));
        }
    }
    next
}

/// From when to when the range of `hours` lasts that begins on `date`.
fn range(hours: DailyHours, date: NaiveDate, zone: Tz) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let at = |minute: u16| {
        date.and_time(NaiveTime::MIN).checked_add_signed(TimeDelta::minutes(i64::from(minute)))
    };
    let from = zone.from_local_datetime(&at(hours.from_minute())?).earliest();
    let to = zone.from_local_datetime(&at(hours.to_minute())?).latest();
    let from =
        from.map_or_else(|| after_gap(at(hours.from_minute())?, zone), |at| Some(at.to_utc()));
    let to = to.map_or_else(|| after_gap(at(hours.to_minute())?, zone), |at| Some(at.to_utc()));
    Some((from?, to?)).filter(|(from, to)| from < to)
}

/// The instant at which clocks that skip `local` are put forward.
fn after_gap(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    /// Clocks are put forward by a day at most, at full minutes.
    const MOST: i64 = 26 * 60;
    (1..=MOST).find_map(|minutes| {
        let later = local.checked_add_signed(TimeDelta::minutes(minutes))?;
        Some(zone.from_local_datetime(&later).earliest()?.to_utc())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn hours(texts: &[&str]) -> Vec<DailyHours> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    /// What [`closed_until`] says of each instant, in Berlin.
    fn assert_closed(texts: &[&str], cases: &[(&str, Option<&str>)]) {
        for (now, until) in cases {
            let closed = closed_until(&hours(texts), chrono_tz::Europe::Berlin, at(now));
            assert_eq!(closed, until.map(at), "{texts:?} at {now}");
        }
    }

    #[test]
    fn without_hours_it_is_always_open() {
        assert_closed(&[], &[("2026-07-01T01:00:00Z", None)]);
        assert_closed(
            &["00:00-24:00"],
            &[("2026-07-01T21:59:59Z", None), ("2026-07-01T22:00:00Z", None)],
        );
    }

    #[test]
    fn hours_have_their_first_minute_and_not_their_last() {
        let seven = Some("2026-07-02T05:00:00Z");
        assert_closed(
            &["07:00-23:00"],
            &[
                ("2026-07-01T04:59:59Z", Some("2026-07-01T05:00:00Z")),
                ("2026-07-01T05:00:00Z", None),
                ("2026-07-01T20:59:59Z", None),
                ("2026-07-01T21:00:00Z", seven),
                ("2026-07-02T00:00:00Z", seven),
            ],
        );
    }

    #[test]
    fn a_range_over_midnight_belongs_to_the_day_on_which_it_begins() {
        // 2026-07-03 is a Friday.
        assert_closed(
            &["FRI 22:00-06:00"],
            &[
                ("2026-07-03T00:00:00Z", Some("2026-07-03T20:00:00Z")),
                ("2026-07-03T20:00:00Z", None),
                ("2026-07-04T03:59:59Z", None),
                ("2026-07-04T04:00:00Z", Some("2026-07-10T20:00:00Z")),
                ("2026-07-04T22:00:00Z", Some("2026-07-10T20:00:00Z")),
            ],
        );
    }

    #[test]
    fn of_several_ranges_the_next_counts_and_ranges_that_touch_are_one() {
        let week = ["MON-FRI 07:00-23:00", "SAT,SUN 09:00-24:00"];
        assert_closed(
            &week,
            &[
                ("2026-07-03T21:00:00Z", Some("2026-07-04T07:00:00Z")),
                ("2026-07-04T21:59:00Z", None),
                ("2026-07-05T22:00:00Z", Some("2026-07-06T05:00:00Z")),
            ],
        );
        assert_closed(&["00:00-12:00", "12:00-24:00"], &[("2026-07-03T10:00:00Z", None)]);
    }

    #[test]
    fn seven_stays_seven_when_the_clocks_change() {
        assert_closed(
            &["07:00-23:00"],
            &[
                ("2026-03-28T23:00:00Z", Some("2026-03-29T05:00:00Z")),
                ("2026-10-24T23:00:00Z", Some("2026-10-25T06:00:00Z")),
            ],
        );
    }

    #[test]
    fn what_the_clocks_skip_begins_when_they_are_put_forward() {
        assert_closed(
            &["02:30-04:00"],
            &[
                ("2026-03-29T00:59:00Z", Some("2026-03-29T01:00:00Z")),
                ("2026-03-29T01:00:00Z", None),
                ("2026-03-29T02:00:00Z", Some("2026-03-30T00:30:00Z")),
            ],
        );
        // Nothing is left of this one.
        assert_closed(
            &["SUN 02:15-02:45"],
            &[
                ("2026-03-29T00:59:00Z", Some("2026-04-05T00:15:00Z")),
                ("2026-03-29T01:00:00Z", Some("2026-04-05T00:15:00Z")),
            ],
        );
    }

    #[test]
    fn an_hour_that_comes_twice_is_told_in_twice() {
        assert_closed(
            &["02:30-04:00"],
            &[
                ("2026-10-25T00:29:00Z", Some("2026-10-25T00:30:00Z")),
                ("2026-10-25T00:30:00Z", None),
                ("2026-10-25T01:10:00Z", None),
            ],
        );
        assert_closed(&["01:00-02:30"], &[("2026-10-25T01:29:00Z", None)]);
    }

    #[test]
    fn it_always_ends_and_what_it_names_is_open() {
        let zones = [
            Tz::UTC,
            chrono_tz::Asia::Seoul,
            chrono_tz::Pacific::Apia,
            chrono_tz::Australia::Lord_Howe,
        ];
        let every_minute = ["07:00-23:00", "FRI 23:50-00:10", "SAT,SUN 01:45-02:15"];
        for zone in zones {
            for text in every_minute {
                let hours = hours(&[text]);
                for step in 0..2_000 {
                    let now = at("2026-09-26T00:00:00Z") + TimeDelta::minutes(17 * step);
                    let Some(until) = closed_until(&hours, zone, now) else { continue };
                    assert!(
                        until > now && closed_until(&hours, zone, until).is_none(),
                        "{text} {now}"
                    );
                    let eve = until - TimeDelta::seconds(1);
                    assert_eq!(closed_until(&hours, zone, eve), Some(until), "{text} {now}");
                }
            }
        }
    }
}
