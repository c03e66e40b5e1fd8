//! Maintenance windows: whether one is open, and until when. Pure.
//!
//! A recurring window begins when its schedule fires, on the clock of the
//! configured zone, and lasts for its duration, whatever that clock does
//! meanwhile. If the clocks skip a start, that window does not happen: this loses
//! a window, and never an alarm.

use chrono::{DateTime, TimeDelta, Utc};

use crate::core::judge::schedule;
use crate::model::names::TargetName;
use crate::model::target::{When, Window};

/// When `window` closes, if it is open at `at`.
#[must_use]
pub fn until(window: &Window, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let end = match &window.when {
        When::Once { from, to } => (*from <= at).then_some(*to)?,
        // If windows overlap, the one that began last closes last.
        When::Recurring { schedule, zone, duration } => {
            let duration = TimeDelta::from_std(*duration).ok()?;
            schedule::previous(schedule, *zone, at)?.checked_add_signed(duration)?
        }
    };
    (at < end).then_some(end)
}

/// Whether `window` is for `target`.
#[must_use]
pub fn covers(window: &Window, target: &TargetName) -> bool {
    window.targets.as_ref().is_none_or(|targets| targets.contains(target))
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;
    use std::time::Duration;

    use super::*;
    use crate::model::cron::CronExpression;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// For all targets, in Berlin.
    fn recurring(schedule: &str, minutes: u64) -> Window {
        let schedule = Box::new(CronExpression::from_str(schedule).unwrap());
        let (zone, duration) = (chrono_tz::Europe::Berlin, Duration::from_mins(minutes));
        Window { targets: None, when: When::Recurring { schedule, zone, duration } }
    }

    #[test]
    fn a_window_has_its_first_instant_and_not_its_last() {
        let (from, to) = (at("2026-01-01T04:00:00Z"), at("2026-01-01T05:00:00Z"));
        let once = Window { targets: None, when: When::Once { from, to } };
        let eve = from - TimeDelta::seconds(1);
        assert_eq!([eve, from, to].map(|at| until(&once, at)), [None, Some(to), None]);
        let weekly = recurring("0 0 5 * * THU", 60);
        assert_eq!([eve, from, to].map(|at| until(&weekly, at)), [None, Some(to), None]);
    }

    #[test]
    fn four_in_the_morning_stays_four_when_the_clocks_change() {
        let daily = recurring("0 0 4 * * *", 30);
        for (open, end) in [
            ("2026-03-28T03:10:00Z", "2026-03-28T03:30:00Z"),
            ("2026-03-29T02:10:00Z", "2026-03-29T02:30:00Z"),
            ("2026-10-24T02:10:00Z", "2026-10-24T02:30:00Z"),
            ("2026-10-25T03:10:00Z", "2026-10-25T03:30:00Z"),
        ] {
            assert_eq!(until(&daily, at(open)), Some(at(end)), "{open}");
        }
    }

    #[test]
    fn a_window_over_a_change_of_clocks_is_as_long_as_it_says() {
        let two_hours = recurring("0 30 1 * * *", 120);
        assert_eq!(until(&two_hours, at("2026-03-29T02:29:59Z")), Some(at("2026-03-29T02:30:00Z")));
        assert_eq!(until(&two_hours, at("2026-03-29T02:30:00Z")), None);
        assert_eq!(until(&two_hours, at("2026-10-25T01:29:59Z")), Some(at("2026-10-25T01:30:00Z")));
    }

    #[test]
    fn a_start_that_does_not_exist_is_none_and_one_that_comes_twice_is_one() {
        let half_past_two = recurring("0 30 2 * * *", 30);
        let open = |text| until(&half_past_two, at(text)).is_some();
        assert!(open("2026-03-28T01:30:00Z") && open("2026-03-30T00:30:00Z"));
        assert!(!open("2026-03-29T00:45:00Z") && !open("2026-03-29T01:30:00Z"));
        assert!(open("2026-10-25T00:30:00Z") && !open("2026-10-25T01:30:00Z"));
    }

    #[test]
    fn windows_that_overlap_are_one() {
        let always = recurring("0 0 * * * *", 90);
        assert_eq!(until(&always, at("2026-01-01T04:20:00Z")), Some(at("2026-01-01T05:30:00Z")));
    }

    #[test]
    fn a_window_is_for_those_that_it_names_or_for_all() {
        let all = recurring("0 0 4 * * *", 30);
        let [nas, blog] = ["nas", "blog"].map(TargetName::new);
        let one = Window { targets: Some(vec![nas.clone()]), ..all.clone() };
        assert!(covers(&all, &blog) && covers(&one, &nas) && !covers(&one, &blog));
    }
}
