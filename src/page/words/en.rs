//! English.

use super::Words;

/// The months, as their headings name them.
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

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
        format!(
            "A bar is a day in UTC, of {days} at most. Its height is the uptime; a dash is a day without data."
        )
    }

    fn feed(&self) -> &'static str {
        "Outages"
    }

    fn all_up_but_planned(&self, count: usize) -> String {
        format!("Everything else is up; {count} in maintenance or paused")
    }

    fn behind(&self, root: &str) -> String {
        format!("Behind {root}, which is down")
    }

    fn maintenance_until(&self, instant: &str) -> String {
        format!("In maintenance until {instant}")
    }

    fn paused_until(&self, instant: &str) -> String {
        format!("Paused until {instant}")
    }

    fn awaits_ping(&self) -> &'static str {
        "Waits for its first ping"
    }

    fn pinged(&self, ago: &str) -> String {
        format!("Pinged {ago} ago")
    }

    fn run_began(&self, ago: &str) -> String {
        format!("A run began {ago} ago")
    }

    fn count_up(&self, count: usize) -> String {
        format!("{count} up")
    }

    fn count_down(&self, count: usize) -> String {
        format!("{count} down")
    }

    fn count_warned(&self, count: usize) -> String {
        format!("{count} with a warning")
    }

    fn count_unknown(&self, count: usize) -> String {
        format!("{count} unknown")
    }

    fn count_planned(&self, count: usize) -> String {
        format!("{count} in maintenance or paused")
    }

    fn days_ago(&self, days: u64) -> String {
        match days {
            1 => "1 day ago".to_owned(),
            days => format!("{days} days ago"),
        }
    }

    fn today(&self) -> &'static str {
        "today"
    }

    fn days(&self, days: u64) -> String {
        match days {
            1 => "1 day".to_owned(),
            days => format!("{days} days"),
        }
    }

    fn hours(&self, hours: usize) -> String {
        match hours {
            1 => "1 hour".to_owned(),
            hours => format!("{hours} hours"),
        }
    }

    fn month(&self, year: i32, month0: u32) -> String {
        let month = MONTHS.get(month0 as usize).copied().unwrap_or_default();
        format!("{month} {year}")
    }

    fn uptime_heading(&self) -> &'static str {
        "Uptime"
    }

    fn latency_heading(&self) -> &'static str {
        "Latency"
    }

    fn latency_of_hours(&self) -> &'static str {
        "Last 24 hours, mean of each hour"
    }

    fn latency_of_days(&self, days: u64) -> String {
        format!("Last {days} days, mean of each day")
    }

    fn latency_range(&self, low: &str, high: &str) -> String {
        format!("between {low} and {high}")
    }

    fn table(&self) -> &'static str {
        "As a table"
    }

    fn column_hour(&self) -> &'static str {
        "Hour"
    }

    fn column_day(&self) -> &'static str {
        "Day (UTC)"
    }

    fn column_latency(&self) -> &'static str {
        "Mean latency"
    }

    fn outages(&self) -> &'static str {
        "Outages"
    }

    fn all_outages(&self) -> &'static str {
        "All outages, month by month"
    }

    fn all_targets(&self) -> &'static str {
        "All targets"
    }

    fn months(&self) -> &'static str {
        "Months"
    }

    fn in_maintenance(&self) -> &'static str {
        "in maintenance"
    }

    fn while_paused(&self) -> &'static str {
        "while paused"
    }

    fn behind_others(&self, names: &str) -> String {
        format!("behind {names}")
    }

    fn no_outage_then(&self) -> &'static str {
        "None in this month."
    }

    fn planned(&self) -> &'static str {
        "Maintenance and pauses"
    }

    fn asks_password(&self) -> &'static str {
        "This page has a password"
    }

    fn password(&self) -> &'static str {
        "Password"
    }

    fn show_page(&self) -> &'static str {
        "Show the page"
    }

    fn wrong_password(&self) -> &'static str {
        "That is not the password."
    }
}
