//! What each language must be able to say: a language is a table of these
//! words and no logic, and one that lacks a word does not compile.
//!
//! Sentences are whole, because languages order their parts differently. A
//! sentence about a target is read on a lock screen: it says what, since when and
//! why. People search for *down*, *still down*, *was down*, *recovered*, *unstable*
//! and *steady*, so those words stay in their kinds.

mod en;
mod ko;
mod zh;

use super::time::Calendar;
use crate::model::detail::Detail;
use crate::model::observation::{Reason, WarningKind};
use crate::model::target::Language;
use crate::text::duration::Unit;

/// The words of `language`.
pub(crate) const fn of(language: Language) -> &'static dyn Words {
    match language {
        Language::En => &en::English,
        Language::Ko => &ko::Korean,
        Language::Zh => &zh::Chinese,
    }
}

/// Every word that a message is made of. No method has a default: what one
/// language forgets, readers would hear in another.
pub(crate) trait Words: Several + Sync {
    /// The language's tag, for whoever must choose letters or a voice:
    /// <https://www.rfc-editor.org/rfc/rfc5646>.
    fn tag(&self) -> &'static str;

    fn test(&self) -> &'static str;

    // About prober itself.

    fn broken_config(&self, file: &str, diagnostics: usize) -> String;
    /// The same where there is one mistake, which is `said` in English.
    fn broken_by(&self, file: &str, line: usize, said: &str) -> String;
    fn at_line(&self, line: usize, said: &str) -> String;
    /// It, or a secret of it, cannot be read.
    fn unread_config(&self, what: &str, why: &str) -> String;
    /// Who began to read it then did not survive.
    fn deadly_config(&self, file: &str, since: &str) -> String;
    fn change_config(&self) -> &'static str;
    fn readable_config(&self, file: &str) -> String;
    fn right_config(&self, file: &str) -> String;
    fn found_in(&self, place: &str) -> String;
    fn parts_are_off(&self, list: &str) -> String;
    fn channel_is_off(&self, name: &str, why: &str) -> String;
    fn is_unwatched(&self, name: &str, why: &str) -> String;
    fn inbox_is_off(&self, why: &str) -> String;
    fn page_is_off(&self, why: &str) -> String;
    fn watchdog_is_off(&self, why: &str) -> String;
    /// It means something else by the targets of a list.
    fn witness_differs(&self, name: &str, list: &str) -> String;
    fn compare_witness(&self) -> &'static str;
    fn witness_is_off(&self, name: &str, why: &str) -> String;
    /// Those of the `count` targets of a list.
    fn unreadable_records(&self, list: &str, count: usize) -> String;
    fn others_are_watched(&self) -> &'static str;
    fn store_fails(&self, problem: &str) -> String;
    fn self_check_fails(&self, since: &str) -> String;
    fn self_check_advice(&self) -> &'static str;
    fn store_works(&self) -> &'static str;
    fn judges_again(&self) -> &'static str;
    fn fails_meanwhile(&self) -> &'static str;
    fn nothing_is_judged(&self) -> &'static str;
    /// The `count` alarms of a list are dropped, of which nothing was heard for so long.
    fn dropped(&self, list: &str, count: usize, how_long: &str) -> String;
    fn comes_back(&self) -> &'static str;
    fn in_trouble(&self, alarm: &str) -> String;
    fn see_deploy(&self) -> &'static str;
    fn out_of_trouble(&self, alarm: &str) -> String;

    // What it could not see.

    fn no_network(&self, how_long: &str, span: &str) -> String;
    fn did_not_run(&self, how_long: &str, span: &str) -> String;
    fn may_have_missed(&self) -> &'static str;
    /// A duration of which nobody saw all.
    fn at_most(&self, how_long: &str) -> String;
    fn unseen(&self, how_long: &str) -> String;

    // What happened to one target: the whole story in a sentence.

    /// With `behind` other targets that depend on it.
    fn down(&self, name: &str, since: &str, behind: usize, why: &str) -> String;
    fn open(&self, name: &str, since: &str, port: u16) -> String;
    fn late(&self, name: &str, why: &str) -> String;
    fn failed(&self, name: &str, why: &str) -> String;
    fn unmet(&self, name: &str, why: &str) -> String;
    fn alarm(&self, name: &str, why: &str) -> String;
    fn reports_error(&self, name: &str, error: &str) -> String;
    fn logs_error(&self, name: &str, error: &str) -> String;
    fn reports_another(&self, name: &str, error: &str) -> String;
    fn logs_another(&self, name: &str, error: &str) -> String;
    fn still_down(&self, name: &str, plight: Plight, how_long: &str, why: &str) -> String;
    fn was_down(&self, name: &str, plight: Plight, how_long: &str, span: &str) -> String;
    fn was_down_often(
        &self,
        name: &str,
        plight: Plight,
        times: u32,
        in_all: &str,
        span: &str,
    ) -> String;
    /// The same of one that is down again, so many times.
    fn was_down_too(
        &self,
        name: &str,
        plight: Plight,
        times: u32,
        how_long: &str,
        span: &str,
    ) -> String;
    fn recovered(&self, name: &str, how_long: &str, span: &str) -> String;
    /// The same with what became of `told` others behind it, of which `back` are known to
    /// work, and `still` are those that do not.
    fn recovered_with(
        &self,
        recovered: &str,
        told: usize,
        back: usize,
        still: Option<&str>,
    ) -> String;
    /// Its ping came, so much too late.
    fn came(&self, name: &str, how_long: &str, span: &str) -> String;
    fn closed(&self, name: &str, port: u16, how_long: &str, span: &str) -> String;
    fn alarm_over(&self, name: &str, how_long: &str) -> String;
    /// No error came for so long, where that is known; `errors` came since then.
    fn quiet_again(&self, name: &str, quiet: Option<&str>, errors: u32, since: &str) -> String;
    /// Where it is down now, why.
    fn unstable(
        &self,
        name: &str,
        plight: Plight,
        times: u32,
        within: &str,
        why: Option<&str>,
    ) -> String;
    fn steady_up(&self, name: &str, plight: Plight, since: Option<&str>) -> String;
    fn steady_down(&self, name: &str, plight: Plight, since: &str, why: &str) -> String;
    /// There is no headline where nothing was said.
    fn news(&self, name: &str, headline: Option<&str>) -> String;
    fn warning(&self, name: &str, kind: WarningKind, detail: &str) -> String;
    /// What is seen instead, where that is known.
    fn cleared(&self, name: &str, kind: WarningKind, now: Option<&str>) -> String;

    // Lines under a sentence.

    fn expected(&self, what: &str) -> String;
    fn begins(&self, what: &str) -> String;
    fn cause(&self, why: &str) -> String;
    fn affected(&self, names: &str) -> String;
    /// Of those behind a target that is back: it is not known whether they are.
    fn unknown_yet(&self, names: &str) -> String;
    fn next_reminder(&self, instant: &str) -> String;
    fn told_late(&self) -> &'static str;
    fn since(&self, instant: &str) -> String;
    fn seen_from(&self, vantage: &str) -> String;
    /// Witnesses saw it too.
    fn also_from(&self, names: &str) -> String;
    fn quiet_until_steady(&self, how_long: &str) -> String;
    /// What a probe saw that was made because of an error.
    fn probed_works(&self, name: &str, latency_ms: u32) -> String;
    fn probed_fails(&self, name: &str, detail: &str) -> String;
    fn probed_unclear(&self, name: &str, why: &str) -> String;
    /// The log stream in which it stood.
    fn stream(&self, name: &str) -> String;
    fn open_log(&self) -> &'static str;
    fn open_alarm(&self) -> &'static str;
    fn open_link(&self) -> &'static str;
    fn status_page(&self) -> &'static str;
    fn said_by(&self, vantage: &str, instant: &str) -> String;

    // Why.

    fn reason(&self, reason: Reason) -> &'static str;
    fn kind(&self, kind: WarningKind) -> &'static str;
    /// What exactly happened.
    fn detail(&self, detail: &Detail, calendar: Calendar) -> String;

    // Time.

    fn span(&self, from: &str, until: &str) -> String;
    /// The month counts from zero; there is a year where it is not this one.
    fn day(&self, day: u32, month0: u32, year: Option<i32>) -> String;
    /// `count` of a unit of time, as durations say it.
    fn duration_unit(&self, count: i64, unit: Unit) -> String;
    /// So many seconds, which may have a fraction: `2.3`.
    fn seconds(&self, count: &str) -> String;
}

/// Several targets at once; `names` is a list of `count` of them, which are all
/// that there are if `all`.
pub(crate) trait Several {
    fn all_down(&self, names: &str, group: Group<'_>) -> String;
    /// The same of those that are not probed, which are of one `plight`.
    fn all_fallen(&self, names: &str, plight: Plight, count: usize) -> String;
    fn all_still_down(&self, names: &str, plight: Plight) -> String;
    fn all_another(&self, names: &str) -> String;
    fn all_news(&self, names: &str) -> String;
    fn all_were_down(&self, names: &str, plight: Plight) -> String;
    fn all_recovered(&self, names: &str, group: Group<'_>) -> String;
    /// The same of those that are not probed, which were in one `plight`.
    fn all_over(&self, names: &str, plight: Plight, count: usize) -> String;
    fn all_steady(&self, names: &str) -> String;
    fn all_unstable(&self, names: &str) -> String;
    fn all_warn(&self, names: &str) -> String;
    /// They are reached from some places only: `said` says from which.
    fn all_partly(&self, names: &str, said: &str) -> String;
    fn all_cleared(&self, names: &str) -> String;
    /// Of a group, on a line of its own.
    fn of_group(&self, names: &str, since: &str, why: &str) -> String;
    /// At least one name, and how many more there are.
    fn list(&self, names: &[&str], more: usize) -> String;
    /// A line that stands for `count` others.
    fn and_more(&self, count: usize) -> String;
    fn over_before(&self, count: usize) -> String;
    fn between_stories(&self) -> &'static str;
    fn between_kinds(&self) -> &'static str;
    /// Of several that are over: a line each follows.
    fn causes(&self) -> &'static str;
}

/// Whether `expected`, an operator and a value, is more or less than a value.
fn is_limit(expected: &str) -> bool {
    expected.starts_with(['<', '>'])
}

/// What is the matter with a target, by what it is and how it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plight {
    /// It does not work.
    Down,
    /// It did not call in time.
    Late,
    /// It said that it failed, or something that must not be.
    Failed,
    /// An alarm is raised.
    Alarm,
    /// It reports errors.
    Reports,
    /// It logs errors.
    Logs,
    /// This port of it answers, and must not.
    Open(u16),
}

impl Plight {
    /// What is told together: those of one rank, in this order.
    pub(crate) const fn rank(self) -> u8 {
        match self {
            Self::Down => 0,
            Self::Open(_) => 1,
            Self::Late => 2,
            Self::Failed => 3,
            Self::Alarm => 4,
            Self::Reports | Self::Logs => 5,
        }
    }
}

/// What several targets have in common.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Group<'a> {
    /// How many they are.
    pub(crate) count: usize,
    /// Whether there are no others.
    pub(crate) all: bool,
    /// Since when, and why, where it is the same of all.
    pub(crate) shared: Option<(&'a str, &'a str)>,
}
