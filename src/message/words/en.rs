//! English.

use super::Words;
use crate::model::observation::{Reason, WarningKind};
use crate::text::duration::{Unit, english_unit};

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

pub(super) struct English;

impl Words for English {
    fn tag(&self) -> &'static str {
        "en"
    }

    fn test_text(&self) -> &'static str {
        "Test message from prober: this channel works"
    }

    fn test_headline(&self) -> &'static str {
        "Test message"
    }

    fn test_line(&self) -> &'static str {
        "This channel works."
    }

    fn broken_config(&self) -> &'static str {
        "prober's configuration is broken"
    }

    fn right_config(&self) -> &'static str {
        "prober's configuration is right again"
    }

    fn last_good_in_force(&self) -> &'static str {
        "Until it is mended, what it said before stays in force."
    }

    fn parts_are_off(&self) -> &'static str {
        "prober goes on without some of its parts: a secret is missing"
    }

    fn channel_is_off(&self, name: &str, why: &str) -> String {
        format!("The channel {name} is off: {why}.")
    }

    fn is_unwatched(&self, name: &str, why: &str) -> String {
        format!("{name} is unwatched: {why}.")
    }

    fn watchdog_is_off(&self, why: &str) -> String {
        format!("The watchdog is not called: {why}.")
    }

    fn inbox_is_off(&self, why: &str) -> String {
        format!("A key of [inbox] is off: {why}.")
    }

    fn unreadable_records(&self) -> &'static str {
        "prober cannot read some of its records"
    }

    fn others_are_watched(&self) -> &'static str {
        "Until this is mended, nothing is known or told of them; everything else is watched."
    }

    fn store_fails(&self) -> &'static str {
        "prober cannot read or write its records"
    }

    fn fails_meanwhile(&self) -> &'static str {
        "When it looked just now, these failed:"
    }

    fn nothing_is_judged(&self) -> &'static str {
        "Until this is mended, nothing is judged, and outages may pass without a word. This is said at most once an hour."
    }

    fn store_works(&self) -> &'static str {
        "prober can read and write its records again"
    }

    fn judges_again(&self) -> &'static str {
        "What is down now is told as ever; what came and went meanwhile may be missing."
    }

    fn dropped(&self, list: &str, count: usize, how_long: &str) -> String {
        let (are, them) = if count == 1 { ("is", "it") } else { ("are", "them") };
        format!("{list} {are} dropped: nothing was heard of {them} for {how_long}")
    }

    fn comes_back(&self) -> &'static str {
        "An alarm that still exists comes back with its next change of state."
    }

    fn in_trouble(&self) -> &'static str {
        "prober itself is in trouble"
    }

    fn unwatched(&self) -> &'static str {
        "While this lasts, what is watched may be down without a word. See docs/deploy.md."
    }

    fn out_of_trouble(&self) -> &'static str {
        "prober itself is out of trouble"
    }

    fn found_in(&self, place: &str) -> String {
        format!("In {place}:")
    }

    fn alarm(&self, name: &str, reason: &str) -> String {
        format!("Alarm {name}: {reason}")
    }

    fn notice(&self, headline: &str, rest: &str) -> String {
        format!("{headline}. {rest}")
    }

    fn no_view(&self, how_long: &str) -> String {
        format!("prober saw nothing for {how_long}")
    }

    fn no_network(&self) -> &'static str {
        "its own network failed, and its self-check with it"
    }

    fn did_not_run(&self) -> &'static str {
        "it did not run"
    }

    fn may_have_missed(&self) -> &'static str {
        "What went down and came back meanwhile is not known."
    }

    fn at_most(&self, how_long: &str) -> String {
        format!("at most {how_long}")
    }

    fn unseen(&self, how_long: &str) -> String {
        format!("Nobody looked for {how_long} of that.")
    }

    fn down(&self, name: &str) -> String {
        format!("{name} is down")
    }

    fn down_with(&self, name: &str, behind: usize) -> String {
        format!("{name} is down, and {behind} behind it")
    }

    fn unstable(&self, name: &str) -> String {
        format!("{name} is unstable")
    }

    fn unstable_and_down(&self, name: &str) -> String {
        format!("{name} is unstable, now down")
    }

    fn steady_up(&self, name: &str) -> String {
        format!("{name} is steady again: up")
    }

    fn steady_down(&self, name: &str) -> String {
        format!("{name} is steady again: down")
    }

    fn still_down(&self, name: &str, how_long: &str) -> String {
        format!("{name} is still down after {how_long}")
    }

    fn was_down(&self, name: &str, how_long: &str) -> String {
        format!("{name} was down for {how_long}")
    }

    fn was_down_often(&self, name: &str, times: u32, in_all: &str) -> String {
        format!("{name} was down {times} times, {in_all} in all")
    }

    fn recovered(&self, name: &str, how_long: &str) -> String {
        format!("{name} recovered after {how_long}")
    }

    fn quiet_again(&self, name: &str, errors: u32, how_long: &str) -> String {
        let plural = if errors == 1 { "" } else { "s" };
        format!("{name} is quiet again after {errors} error{plural} in {how_long}")
    }

    fn another_error(&self, name: &str, detail: &str) -> String {
        format!("{name} logs another error: {detail}")
    }

    fn news(&self, name: &str, headline: &str) -> String {
        format!("{name}: {headline}")
    }

    fn warning(&self, name: &str, kinds: &str) -> String {
        format!("Warning for {name}: {kinds}")
    }

    fn warning_over(&self, name: &str, kinds: &str) -> String {
        format!("Warning over for {name}: {kinds}")
    }

    fn because_since(&self, headline: &str, why: &str, since: &str) -> String {
        format!("{headline}: {why} since {since}")
    }

    fn during(&self, headline: &str, span: &str) -> String {
        format!("{headline} ({span})")
    }

    fn all_down(&self, names: &str, many: bool) -> String {
        format!("{names} {} down", if many { "are" } else { "is" })
    }

    fn all_still_down(&self, names: &str, many: bool) -> String {
        format!("{names} {} still down", if many { "are" } else { "is" })
    }

    fn all_another(&self, names: &str) -> String {
        format!("another error of {names}")
    }

    fn all_news(&self, names: &str) -> String {
        format!("news of {names}")
    }

    fn all_were_down(&self, names: &str, many: bool) -> String {
        format!("{names} {} down", if many { "were" } else { "was" })
    }

    fn all_recovered(&self, names: &str) -> String {
        format!("{names} recovered")
    }

    fn all_steady(&self, names: &str, many: bool) -> String {
        format!("{names} {} steady again", if many { "are" } else { "is" })
    }

    fn all_unstable(&self, names: &str, many: bool) -> String {
        format!("{names} {} unstable", if many { "are" } else { "is" })
    }

    fn all_warn(&self, names: &str, many: bool) -> String {
        format!("{} for {names}", if many { "warnings" } else { "warning" })
    }

    fn all_warnings_over(&self, names: &str, many: bool) -> String {
        format!("{} over for {names}", if many { "warnings" } else { "warning" })
    }

    fn list(&self, names: &[&str], more: usize) -> String {
        let more = (more > 0).then(|| format!("{more} more"));
        match (names, more) {
            (names, Some(more)) => format!("{} and {more}", names.join(", ")),
            ([first @ .., last], None) if !first.is_empty() => {
                format!("{} and {last}", first.join(", "))
            }
            (names, None) => names.concat(),
        }
    }

    fn and_more(&self, count: usize) -> String {
        format!("and {count} more")
    }

    fn over_before(&self, count: usize) -> String {
        if count == 1 {
            "1 other was back before".into()
        } else {
            format!("{count} others were back before")
        }
    }

    fn between_stories(&self) -> &'static str {
        "; "
    }

    fn between_kinds(&self) -> &'static str {
        ", "
    }

    fn why(&self, failure: &str) -> String {
        format!("Why: {failure}")
    }

    fn since(&self, instant: &str, how_long: &str) -> String {
        format!("Since: {instant} ({how_long} ago)")
    }

    fn probed_works(&self, name: &str, latency_ms: u32) -> String {
        format!("Probed at once: {name} works, it answered in {latency_ms} ms")
    }

    fn probed_fails(&self, name: &str, detail: &str) -> String {
        format!("Probed at once: {name} does not work: {detail}")
    }

    fn probed_unclear(&self, name: &str, why: &str) -> String {
        format!("Probed at once: it is not known whether {name} works: {why}")
    }

    fn takes_with_it(&self, names: &str) -> String {
        format!("Behind it: {names}")
    }

    fn changed_too_often(&self, times: u32, within: &str) -> String {
        format!("It went up and down more than {times} times within {within}.")
    }

    fn silent_until_steady(&self, how_long: &str) -> String {
        format!("Nothing more is said of it until it stays down, or has held for {how_long}.")
    }

    fn when(&self, span: &str) -> String {
        format!("When: {span}")
    }

    fn seen_from(&self, vantage: &str) -> String {
        format!("Seen from {vantage}")
    }

    fn said_by(&self, vantage: &str, instant: &str) -> String {
        format!("Seen from {vantage}, {instant}")
    }

    fn reason(&self, reason: Reason) -> &'static str {
        reason.description()
    }

    fn kind(&self, kind: WarningKind) -> &'static str {
        kind.description()
    }

    /// A detail is enough; the reason would only repeat it.
    fn failure(&self, _: Reason, detail: &str) -> String {
        detail.into()
    }

    fn crossed(&self, kind: WarningKind, detail: &str) -> String {
        format!("{}: {detail}", self.kind(kind))
    }

    fn span(&self, from: &str, until: &str) -> String {
        format!("{from} – {until}")
    }

    fn day(&self, day: u32, month0: u32, year: Option<i32>) -> String {
        let month = MONTHS.get(month0 as usize).copied().unwrap_or_default();
        match year {
            Some(year) => format!("{day} {month} {year}"),
            None => format!("{day} {month}"),
        }
    }

    fn duration_unit(&self, count: i64, unit: Unit) -> String {
        english_unit(count, unit)
    }
}
