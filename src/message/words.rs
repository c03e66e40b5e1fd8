//! What each language must be able to say: a language is a table of these words and no
//! logic, and one that lacks a word does not compile.
//!
//! Sentences are whole, because languages order their parts differently. Each kind of
//! fact has a fixed word: *down*, *still down*, *was down*, *recovered*; *warning*
//! begins a warning, and *warning over* ends it.

mod en;
mod ko;
mod zh;

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

/// Every word that a message is made of. No method has a default: readers would get
/// whatever their language lacks in another language.
pub(crate) trait Words: Sync {
    /// The language's tag, with which programs choose letters or a voice:
    /// <https://www.rfc-editor.org/rfc/rfc5646>.
    fn tag(&self) -> &'static str;

    // A test.

    fn test_text(&self) -> &'static str;
    fn test_headline(&self) -> &'static str;
    fn test_line(&self) -> &'static str;

    // About prober itself.

    fn broken_config(&self) -> &'static str;
    fn right_config(&self) -> &'static str;
    fn last_good_in_force(&self) -> &'static str;
    fn parts_are_off(&self) -> &'static str;
    fn channel_is_off(&self, name: &str, why: &str) -> String;
    fn is_unwatched(&self, name: &str, why: &str) -> String;
    fn watchdog_is_off(&self, why: &str) -> String;
    fn inbox_is_off(&self, why: &str) -> String;
    fn unreadable_records(&self) -> &'static str;
    fn others_are_watched(&self) -> &'static str;
    fn store_fails(&self) -> &'static str;
    fn fails_meanwhile(&self) -> &'static str;
    fn nothing_is_judged(&self) -> &'static str;
    fn store_works(&self) -> &'static str;
    fn judges_again(&self) -> &'static str;
    /// The `count` alarms of a list are dropped, of which nothing was heard for so long.
    fn dropped(&self, list: &str, count: usize, how_long: &str) -> String;
    fn comes_back(&self) -> &'static str;
    fn in_trouble(&self) -> &'static str;
    fn unwatched(&self) -> &'static str;
    fn out_of_trouble(&self) -> &'static str;
    fn found_in(&self, place: &str) -> String;
    fn alarm(&self, name: &str, reason: &str) -> String;
    /// A headline and the lines below it, as a whole story.
    fn notice(&self, headline: &str, rest: &str) -> String;

    // Gaps.

    fn no_view(&self, how_long: &str) -> String;
    fn no_network(&self) -> &'static str;
    fn did_not_run(&self) -> &'static str;
    fn may_have_missed(&self) -> &'static str;
    /// A duration that was not observed completely.
    fn at_most(&self, how_long: &str) -> String;
    fn unseen(&self, how_long: &str) -> String;

    // Headlines about one target.

    fn down(&self, name: &str) -> String;
    /// With `behind` other targets that depend on it.
    fn down_with(&self, name: &str, behind: usize) -> String;
    fn unstable(&self, name: &str) -> String;
    fn unstable_and_down(&self, name: &str) -> String;
    fn steady_up(&self, name: &str) -> String;
    fn steady_down(&self, name: &str) -> String;
    fn still_down(&self, name: &str, how_long: &str) -> String;
    fn was_down(&self, name: &str, how_long: &str) -> String;
    fn was_down_often(&self, name: &str, times: u32, in_all: &str) -> String;
    fn recovered(&self, name: &str, how_long: &str) -> String;
    /// *Recovered* for errors: no more came.
    fn quiet_again(&self, name: &str, errors: u32, how_long: &str) -> String;
    /// An error of a kind that is new in its incident.
    fn another_error(&self, name: &str, detail: &str) -> String;
    /// News of a topic.
    fn news(&self, name: &str, headline: &str) -> String;
    fn warning(&self, name: &str, kinds: &str) -> String;
    fn warning_over(&self, name: &str, kinds: &str) -> String;

    // The same as a whole story: a headline with the reason and the time.

    fn because_since(&self, headline: &str, why: &str, since: &str) -> String;
    fn during(&self, headline: &str, span: &str) -> String;

    // Several targets at once; `names` is a list of one name or of `many`.

    fn all_down(&self, names: &str, many: bool) -> String;
    fn all_still_down(&self, names: &str, many: bool) -> String;
    fn all_another(&self, names: &str) -> String;
    fn all_news(&self, names: &str) -> String;
    fn all_were_down(&self, names: &str, many: bool) -> String;
    fn all_recovered(&self, names: &str) -> String;
    fn all_steady(&self, names: &str, many: bool) -> String;
    fn all_unstable(&self, names: &str, many: bool) -> String;
    fn all_warn(&self, names: &str, many: bool) -> String;
    fn all_warnings_over(&self, names: &str, many: bool) -> String;
    /// At least one name, and how many more there are.
    fn list(&self, names: &[&str], more: usize) -> String;
    /// A line in place of `count` others.
    fn and_more(&self, count: usize) -> String;
    fn over_before(&self, count: usize) -> String;
    fn between_stories(&self) -> &'static str;
    fn between_kinds(&self) -> &'static str;

    // Lines below a headline.

    fn why(&self, failure: &str) -> String;
    fn since(&self, instant: &str, how_long: &str) -> String;
    /// The result of a probe that an error asked for.
    fn probed_works(&self, name: &str, latency_ms: u32) -> String;
    fn probed_fails(&self, name: &str, detail: &str) -> String;
    fn probed_unclear(&self, name: &str, why: &str) -> String;
    fn takes_with_it(&self, names: &str) -> String;
    fn changed_too_often(&self, times: u32, within: &str) -> String;
    fn silent_until_steady(&self, how_long: &str) -> String;
    fn when(&self, span: &str) -> String;
    fn seen_from(&self, vantage: &str) -> String;
    fn said_by(&self, vantage: &str, instant: &str) -> String;

    // Reasons. Details are written where something was observed, in English, for
    // all readers (`check`, logs, JSON and messages).

    fn reason(&self, reason: Reason) -> &'static str;
    fn kind(&self, kind: WarningKind) -> &'static str;
    /// A failure with a detail that is not empty.
    fn failure(&self, reason: Reason, detail: &str) -> String;
    /// A warning with a detail that is not empty.
    fn crossed(&self, kind: WarningKind, detail: &str) -> String;

    // Time.

    fn span(&self, from: &str, until: &str) -> String;
    /// The month counts from zero; `year` is given if it is not this one.
    fn day(&self, day: u32, month0: u32, year: Option<i32>) -> String;
    /// `count` of a unit of time, as durations say it.
    fn duration_unit(&self, count: i64, unit: Unit) -> String;
}
