//! What a page must be able to say in each language, in addition to what messages say.

mod en;
mod ko;
mod zh;

use crate::model::target::Language;

/// The words of `language`.
pub(super) const fn of(language: Language) -> &'static dyn Words {
    match language {
        Language::En => &en::English,
        Language::Ko => &ko::Korean,
        Language::Zh => &zh::Chinese,
    }
}

/// Every word of a page that is not in messages. No method has a default.
pub(super) trait Words: Sync {
    // The verdict about all targets.

    fn all_up(&self) -> &'static str;
    fn all_up_with_warnings(&self, count: usize) -> String;
    fn nothing_down(&self, unknown: usize) -> String;
    fn some_down(&self, count: usize, of: usize) -> String;

    // One target.

    fn up(&self) -> &'static str;
    fn down(&self) -> &'static str;
    fn unknown(&self) -> &'static str;
    fn unstable(&self) -> &'static str;
    fn up_since(&self, instant: &str) -> String;
    fn down_since(&self, instant: &str) -> String;
    /// The title of an outage that is open, and of one that is over.
    fn is_down(&self, name: &str) -> String;
    fn was_down(&self, name: &str, how_long: &str) -> String;
    fn lasting(&self, since: &str, how_long: &str) -> String;
    fn lasted(&self, how_long: &str, span: &str) -> String;
    /// It was due, and was not observed.
    fn not_seen_since(&self, instant: &str) -> String;
    fn not_judged(&self) -> &'static str;
    /// A record cannot be read.
    fn unreadable(&self) -> &'static str;
    /// An error stream had no error yet.
    fn no_error_yet(&self) -> &'static str;
    /// Over the last `days`, including today.
    fn uptime(&self, share: &str, days: u64) -> String;
    fn no_data(&self) -> &'static str;
    fn latency(&self, latest: u32) -> String;

    // Headings and labels.

    fn down_now(&self) -> &'static str;
    fn last_outages(&self) -> &'static str;
    fn no_outage(&self) -> &'static str;
    /// The heading of targets without a group, if others have one.
    fn others(&self) -> &'static str;
    fn as_of(&self, instant: &str) -> String;
    /// What the bars show.
    fn legend(&self, days: u64) -> String;
    fn feed(&self) -> &'static str;

    // Beside them.

    /// The same where some are in maintenance or paused, and nothing else is wrong.
    fn all_up_but_planned(&self, count: usize) -> String;
    fn behind(&self, root: &str) -> String;
    fn maintenance_until(&self, instant: &str) -> String;
    fn paused_until(&self, instant: &str) -> String;
    /// Of a heartbeat.
    fn awaits_ping(&self) -> &'static str;
    fn pinged(&self, ago: &str) -> String;
    fn run_began(&self, ago: &str) -> String;

    // A group's summary.

    fn count_up(&self, count: usize) -> String;
    fn count_down(&self, count: usize) -> String;
    fn count_warned(&self, count: usize) -> String;
    fn count_unknown(&self, count: usize) -> String;
    fn count_planned(&self, count: usize) -> String;

    // Time.

    fn days_ago(&self, days: u64) -> String;
    fn today(&self) -> &'static str;
    /// How long a figure looks back.
    fn days(&self, days: u64) -> String;
    fn hours(&self, hours: usize) -> String;
    /// The month counts from zero.
    fn month(&self, year: i32, month0: u32) -> String;

    // A target's own page, and the list of outages.

    fn uptime_heading(&self) -> &'static str;
    fn latency_heading(&self) -> &'static str;
    fn latency_of_hours(&self) -> &'static str;
    fn latency_of_days(&self, days: u64) -> String;
    /// What a chart of latencies shows, in words.
    fn latency_range(&self, low: &str, high: &str) -> String;
    fn table(&self) -> &'static str;
    fn column_hour(&self) -> &'static str;
    fn column_day(&self) -> &'static str;
    fn column_latency(&self) -> &'static str;
    fn outages(&self) -> &'static str;
    fn all_outages(&self) -> &'static str;
    fn all_targets(&self) -> &'static str;
    fn months(&self) -> &'static str;
    fn in_maintenance(&self) -> &'static str;
    fn while_paused(&self) -> &'static str;
    /// The targets that it depends on and that did not work meanwhile.
    fn behind_others(&self, names: &str) -> String;
    fn no_outage_then(&self) -> &'static str;
    fn planned(&self) -> &'static str;

    // The password.

    fn asks_password(&self) -> &'static str;
    fn password(&self) -> &'static str;
    fn show_page(&self) -> &'static str;
    fn wrong_password(&self) -> &'static str;
}
