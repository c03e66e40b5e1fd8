//! What is due, and for which slot. Pure: the instant is given.
//!
//! A slot is the scheduled instant that an observation is for. Two ticks for the
//! same slot make one observation together.

use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use crate::model::cron::CronExpression;
use crate::model::target::Cadence;

/// How early a tick may come and still observe: half of the shortest usual tick, a
/// minute.
const JITTER: TimeDelta = TimeDelta::seconds(30);

/// No zone has moved its clocks further than this at once since 1970, except the few
/// that crossed the date line.
const WIDEST_SHIFT: TimeDelta = TimeDelta::hours(3);

/// Whether a target is due now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Yes, for this slot.
    Now {
        /// The observation's slot.
        slot: DateTime<Utc>,
    },
    /// Not before this instant.
    Later {
        /// When it is due next.
        at: DateTime<Utc>,
    },
    /// Its schedule has no further occurrence.
    Never,
}

/// Whether a target that was last observed for `last_slot` is due at `now`.
#[must_use]
pub fn due(cadence: &Cadence, last_slot: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Due {
    match cadence {
        Cadence::Every(interval) => due_every(*interval, last_slot, now),
        Cadence::Cron { schedule, zone } => due_cron(schedule, *zone, last_slot, now),
    }
}

fn due_every(interval: Duration, last_slot: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Due {
    let interval = TimeDelta::from_std(interval).unwrap_or(TimeDelta::MAX);
    let slot = floor(now, interval);
    let Some(last) = last_slot else { return Due::Now { slot } };
    let early = JITTER.min(interval / 2);
    let earliest = last.checked_add_signed(interval - early).unwrap_or(DateTime::<Utc>::MAX_UTC);
    if slot > last && now >= earliest {
        return Due::Now { slot };
    }
    let grid = floor(earliest.max(last), interval);
    let at = if grid > last && grid >= earliest {
        grid
    } else {
        grid.checked_add_signed(interval).unwrap_or(DateTime::<Utc>::MAX_UTC)
    };
    Due::Later { at }
}

/// The latest multiple of `interval` since the Unix epoch that is not after `now`.
#[must_use]
pub fn floor(now: DateTime<Utc>, interval: TimeDelta) -> DateTime<Utc> {
    let step = interval.num_milliseconds().max(1);
    let millis = now.timestamp_millis();
    DateTime::from_timestamp_millis(millis - millis.rem_euclid(step)).unwrap_or(now)
}

fn due_cron(
    schedule: &CronExpression,
    zone: Tz,
    last_slot: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Due {
    match previous(schedule, zone, now) {
        Some(slot) if last_slot.is_none_or(|last| slot > last) => Due::Now { slot },
        Some(_) | None => next(schedule, zone, now).map_or(Due::Never, |at| Due::Later { at }),
    }
}

/// The first occurrence after `after`, as the clocks of `zone` show it.
///
/// A local time that does not exist (clocks go forward) is skipped. One that
/// exists twice (clocks go back) occurs twice if the schedule is for every hour. If
/// the schedule names hours, it occurs only the first time: a job at half past one
/// runs once that night.
#[must_use]
pub fn next(schedule: &CronExpression, zone: Tz, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let from = wall_clock(zone, after, -WIDEST_SHIFT);
    readings(schedule)
        .filter_map(|reading| {
            schedule
                .after(from)
                .filter_map(|local| reading(zone, local))
                .find(|instant| *instant > after)
        })
        .min()
}

/// The last occurrence that is not after `now`; see [`next`].
#[must_use]
pub fn previous(schedule: &CronExpression, zone: Tz, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let from = wall_clock(zone, now, WIDEST_SHIFT) + TimeDelta::seconds(1);
    readings(schedule)
        .filter_map(|reading| {
            schedule
                .before(from)
                .filter_map(|local| reading(zone, local))
                .find(|instant| *instant <= now)
        })
        .max()
}

/// A way to read local time as an instant.
type Reading = fn(Tz, NaiveDateTime) -> Option<DateTime<Utc>>;

/// Each of these readings keeps the order of time in an hour that comes twice.
fn readings(schedule: &CronExpression) -> impl Iterator<Item = Reading> {
    let first: Reading = |zone, local| instant(zone.from_local_datetime(&local).earliest());
    let second: Reading = |zone, local| instant(zone.from_local_datetime(&local).latest());
    std::iter::once(first).chain(schedule.is_every_hour().then_some(second))
}

fn instant(local: Option<DateTime<Tz>>) -> Option<DateTime<Utc>> {
    local.map(|local| local.with_timezone(&Utc))
}

/// The local time of `zone` at `at`, moved by `margin` if clocks change nearby, so
/// that no reading of an occurrence is missed.
fn wall_clock(zone: Tz, at: DateTime<Utc>, margin: TimeDelta) -> NaiveDateTime {
    let offset = |at: DateTime<Utc>| zone.offset_from_utc_datetime(&at.naive_utc()).fix();
    let steady =
        [at - WIDEST_SHIFT, at + WIDEST_SHIFT].into_iter().all(|t| offset(t) == offset(at));
    let local = at.with_timezone(&zone).naive_local();
    if steady { local } else { local + margin }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn every(interval: &str) -> Cadence {
        Cadence::Every(humantime::parse_duration(interval).unwrap())
    }

    fn now(slot: &str) -> Due {
        Due::Now { slot: at(slot) }
    }

    fn later(text: &str) -> Due {
        Due::Later { at: at(text) }
    }

    #[test]
    fn a_tick_delivered_twice_has_one_slot() {
        let cadence = every("1m");
        let first = due(&cadence, None, at("2026-01-01T12:00:02Z"));
        assert_eq!(first, now("2026-01-01T12:00:00Z"));
        let again = due(&cadence, Some(at("2026-01-01T12:00:00Z")), at("2026-01-01T12:00:40Z"));
        assert_eq!(again, later("2026-01-01T12:01:00Z"));
    }

    #[test]
    fn what_was_observed_off_schedule_is_not_due_again_at_once() {
        let last = Some(at("2026-01-01T12:04:30Z"));
        let cadence = every("5m");
        assert_eq!(due(&cadence, last, at("2026-01-01T12:05:00Z")), later("2026-01-01T12:10:00Z"));
        assert_eq!(due(&cadence, last, at("2026-01-01T12:10:00Z")), now("2026-01-01T12:10:00Z"));
    }

    #[test]
    fn missed_ticks_are_caught_up_once() {
        let last = Some(at("2026-01-01T12:00:00Z"));
        let cadence = every("1m");
        assert_eq!(due(&cadence, last, at("2026-01-01T15:30:20Z")), now("2026-01-01T15:30:00Z"));
    }

    #[test]
    fn later_is_always_an_instant_at_which_it_is_due() {
        for seconds in 1..400 {
            for last in 0..400 {
                let cadence = Cadence::Every(Duration::from_secs(seconds));
                let last = at("2026-01-01T12:00:00Z") + TimeDelta::seconds(last);
                match due(&cadence, Some(last), last) {
                    Due::Later { at } => {
                        assert_eq!(due(&cadence, Some(last), at), Due::Now { slot: at });
                    }
                    Due::Now { .. } | Due::Never => panic!("due at the instant of its slot"),
                }
            }
        }
    }

    fn cron(expression: &str, zone: &str) -> Cadence {
        let schedule = Box::new(CronExpression::from_str(expression).unwrap());
        Cadence::Cron { schedule, zone: zone.parse().unwrap() }
    }

    #[test]
    fn a_cron_schedule_is_due_once_an_occurrence_lies_after_the_last_slot() {
        let cadence = cron("0 */5 * * * *", "UTC");
        let last = Some(at("2026-01-01T12:00:00Z"));
        assert_eq!(due(&cadence, last, at("2026-01-01T12:04:59Z")), later("2026-01-01T12:05:00Z"));
        assert_eq!(due(&cadence, last, at("2026-01-01T12:05:00Z")), now("2026-01-01T12:05:00Z"));
        assert_eq!(due(&cadence, last, at("2026-01-01T12:31:07Z")), now("2026-01-01T12:30:00Z"));
    }

    fn walk(cadence: &Cadence, from: &str, steps: usize) -> Vec<String> {
        let Cadence::Cron { schedule, zone } = cadence else { panic!("not a cron schedule") };
        let first = next(schedule, *zone, at(from));
        std::iter::successors(first, |last| next(schedule, *zone, *last))
            .take(steps)
            .map(|t| t.format("%d %H:%M").to_string())
            .collect()
    }

    #[test]
    fn three_in_the_morning_stays_three_when_clocks_go_forward() {
        let cadence = cron("0 0 3 * * *", "Europe/Berlin");
        let seen = walk(&cadence, "2026-03-27T12:00:00Z", 3);
        assert_eq!(seen, ["28 02:00", "29 01:00", "30 01:00"]);
    }

    #[test]
    fn a_time_that_does_not_exist_is_skipped() {
        let cadence = cron("0 30 2 * * *", "Europe/Berlin");
        let seen = walk(&cadence, "2026-03-27T12:00:00Z", 2);
        assert_eq!(seen, ["28 01:30", "30 00:30"]);
    }

    #[test]
    fn a_named_hour_that_comes_twice_occurs_once() {
        let cadence = cron("0 30 2 * * *", "Europe/Berlin");
        let seen = walk(&cadence, "2026-10-24T12:00:00Z", 2);
        assert_eq!(seen, ["25 00:30", "26 01:30"]);
    }

    #[test]
    fn every_half_hour_goes_on_through_an_hour_that_comes_twice() {
        let cadence = cron("0 */30 * * * *", "Europe/Berlin");
        let seen = walk(&cadence, "2026-10-24T23:45:00Z", 6);
        assert_eq!(seen, ["25 00:00", "25 00:30", "25 01:00", "25 01:30", "25 02:00", "25 02:30"]);
    }

    #[test]
    fn previous_and_next_agree_around_every_change_of_clocks() {
        for (zone, day) in [
            ("Europe/Berlin", "2026-03-29T00:00:00Z"),
            ("Europe/Berlin", "2026-10-24T22:00:00Z"),
            ("Australia/Lord_Howe", "2026-04-04T12:00:00Z"),
            ("America/New_York", "2026-11-01T03:00:00Z"),
        ] {
            for expression in ["0 */20 * * * *", "0 30 1,2 * * *", "0 0 3 * * *"] {
                let Cadence::Cron { schedule, zone } = cron(expression, zone) else { panic!() };
                let mut t = at(day);
                for _ in 0..60 {
                    let upcoming = next(&schedule, zone, t).unwrap();
                    assert!(upcoming > t);
                    assert_eq!(previous(&schedule, zone, upcoming), Some(upcoming));
                    let eve = upcoming - TimeDelta::seconds(1);
                    assert_eq!(previous(&schedule, zone, eve), previous(&schedule, zone, t));
                    t += TimeDelta::minutes(11);
                }
            }
        }
    }
}
