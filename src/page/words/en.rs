//! English.

use super::Words;

pub(super) struct English;

impl Words for English {
    fn all_up(&self) -> &'static str {
        "Everything is up"
    }

    fn all_up_with_warnings(&self, count: usize) -> String {
        let plural = if count == 1 { "" } else { "s" };
        format!("Everything is up, with {count} warning{plural}")
    }

    fn nothing_down(&self, unknown: usize) -> String {
        format!("Nothing is known to be down; {unknown} not known")
    }

    fn some_down(&self, count: usize, of: usize) -> String {
        format!("{count} of {of} {} down", if count == 1 { "is" } else { "are" })
    }

    fn up(&self) -> &'static str {
        "up"
    }

    fn down(&self) -> &'static str {
        "down"
    }

    fn unknown(&self) -> &'static str {
        "unknown"
    }

    fn unstable(&self) -> &'static str {
        "unstable"
    }

    fn up_since(&self, instant: &str) -> String {
        format!("Up since {instant}")
    }

    fn down_since(&self, instant: &str) -> String {
        format!("Down since {instant}")
    }

    fn is_down(&self, name: &str) -> String {
        format!("{name} is down")
    }

    fn was_down(&self, name: &str, how_long: &str) -> String {
        format!("{name} was down for {how_long}")
    }

    fn lasting(&self, since: &str, how_long: &str) -> String {
        format!("Since {since} ({how_long})")
    }

    fn lasted(&self, how_long: &str, span: &str) -> String {
        format!("{how_long} ({span})")
    }

    fn not_seen_since(&self, instant: &str) -> String {
        format!("Not seen since {instant}")
    }

    fn unreadable(&self) -> &'static str {
        "Its record cannot be read"
    }

    fn not_judged(&self) -> &'static str {
        "Not judged yet"
    }

    fn no_error_yet(&self) -> &'static str {
        "No error so far"
    }

    fn uptime(&self, share: &str, days: u64) -> String {
        match days {
            1 => format!("{share} today"),
            days => format!("{share} in {days} days"),
        }
    }

    fn no_data(&self) -> &'static str {
        "No data yet"
    }

    fn latency(&self, latest: u32) -> String {
        format!("{latest} ms")
    }

    fn down_now(&self) -> &'static str {
        "Down now"
    }

    fn last_outages(&self) -> &'static str {
        "Last outages"
    }

    fn no_outage(&self) -> &'static str {
        "None is on record."
    }

    fn others(&self) -> &'static str {
        "Others"
    }

    fn as_of(&self, instant: &str) -> String {
        format!("As of {instant}")
    }

    fn legend(&self, days: u64) -> String {
        format!("Bars are the last {days} days, in UTC; today is at the right.")
    }

    fn feed(&self) -> &'static str {
        "Outages"
    }
}
