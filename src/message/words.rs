//! Every word that a message is made of, in English. Nothing else in the room
//! contains a word, so a language is a table like this one and no logic.
//!
//! Sentences are whole, because languages order their parts differently. Each
//! kind of fact has its contract word: *down*, *still down*, *was down*,
//! *recovered*; *warning* begins, and *warning over* ends one.

use crate::observation::{Reason, WarningKind};

pub(super) const TEST_TEXT: &str = "Test message from prober: this channel works";
pub(super) const TEST_HEADLINE: &str = "Test message";
pub(super) const TEST_LINE: &str = "This channel works. Nothing is down.";

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

// What is said of prober itself.

pub(super) const BROKEN_CONFIG: &str = "prober's configuration is broken";
pub(super) const LAST_GOOD_IN_FORCE: &str =
    "Until it is mended, what it said before stays in force.";
pub(super) const IN_TROUBLE: &str = "prober itself is in trouble";
pub(super) const UNWATCHED: &str =
    "While this lasts, what is watched may be down without a word. See docs/deploy.md.";
pub(super) const OUT_OF_TROUBLE: &str = "prober itself is out of trouble";

// What it could not see.

pub(super) const NO_NETWORK: &str = "its own network failed, and its self-check with it";
pub(super) const DID_NOT_RUN: &str = "it did not run";
pub(super) const MAY_HAVE_MISSED: &str = "What went down and came back meanwhile is not known.";

pub(super) fn no_view(how_long: &str) -> String {
    format!("prober saw nothing for {how_long}")
}

/// A duration of which nobody saw all.
pub(super) fn at_most(how_long: &str) -> String {
    format!("at most {how_long}")
}

pub(super) fn unseen(how_long: &str) -> String {
    format!("Nobody looked for {how_long} of that.")
}

pub(super) fn found_in(place: &str) -> String {
    format!("In {place}:")
}

pub(super) fn alarm(name: &str, reason: &str) -> String {
    format!("Alarm {name}: {reason}")
}

// Headlines, of one target each.

pub(super) fn down(name: &str) -> String {
    format!("{name} is down")
}

/// With `behind` other targets that depend on it.
pub(super) fn down_with(name: &str, behind: usize) -> String {
    format!("{name} is down, and {behind} behind it")
}

pub(super) fn unstable(name: &str) -> String {
    format!("{name} is unstable")
}

pub(super) fn steady_up(name: &str) -> String {
    format!("{name} is steady again: up")
}

pub(super) fn steady_down(name: &str) -> String {
    format!("{name} is steady again: down")
}

pub(super) fn still_down(name: &str, how_long: &str) -> String {
    format!("{name} is still down after {how_long}")
}

pub(super) fn was_down(name: &str, how_long: &str) -> String {
    format!("{name} was down for {how_long}")
}

pub(super) fn was_down_often(name: &str, times: u32, in_all: &str) -> String {
    format!("{name} was down {times} times, {in_all} in all")
}

pub(super) fn recovered(name: &str, how_long: &str) -> String {
    format!("{name} recovered after {how_long}")
}

pub(super) fn quiet_again(name: &str, errors: u32, how_long: &str) -> String {
    let plural = if errors == 1 { "" } else { "s" };
    format!("{name} is quiet again after {errors} error{plural} in {how_long}")
}

pub(super) fn warning(name: &str, kinds: &str) -> String {
    format!("Warning for {name}: {kinds}")
}

pub(super) fn warning_over(name: &str, kinds: &str) -> String {
    format!("Warning over for {name}: {kinds}")
}

// The same as a whole story: a headline with its why and when.

pub(super) fn because_since(headline: &str, why: &str, since: &str) -> String {
    format!("{headline}: {why} since {since}")
}

pub(super) fn during(headline: &str, span: &str) -> String {
    format!("{headline} ({span})")
}

// Several targets at once; `names` is a list, of one name or of `many`.

pub(super) fn all_down(names: &str, many: bool) -> String {
    format!("{names} {} down", if many { "are" } else { "is" })
}

pub(super) fn all_still_down(names: &str, many: bool) -> String {
    format!("{names} {} still down", if many { "are" } else { "is" })
}

pub(super) fn all_were_down(names: &str, many: bool) -> String {
    format!("{names} {} down", if many { "were" } else { "was" })
}

pub(super) fn all_recovered(names: &str) -> String {
    format!("{names} recovered")
}

pub(super) fn all_steady(names: &str, many: bool) -> String {
    format!("{names} {} steady again", if many { "are" } else { "is" })
}

pub(super) fn all_unstable(names: &str, many: bool) -> String {
    format!("{names} {} unstable", if many { "are" } else { "is" })
}

pub(super) fn all_warn(names: &str, many: bool) -> String {
    format!("{} for {names}", if many { "warnings" } else { "warning" })
}

pub(super) fn all_warnings_over(names: &str, many: bool) -> String {
    format!("{} over for {names}", if many { "warnings" } else { "warning" })
}

/// `router and photos`, `router, photos and 10 more`.
pub(super) fn list(names: &[&str], more: usize) -> String {
    let more = (more > 0).then(|| format!("{more} more"));
    match (names, more) {
        (names, Some(more)) => format!("{} and {more}", names.join(", ")),
        ([first @ .., last], None) if !first.is_empty() => {
            format!("{} and {last}", first.join(", "))
        }
        (names, None) => names.concat(),
    }
}

pub(super) fn and_more(count: usize) -> String {
    format!("and {count} more")
}

pub(super) fn over_before(count: usize) -> String {
    if count == 1 {
        "1 other was back before".into()
    } else {
        format!("{count} others were back before")
    }
}

pub(super) const BETWEEN_STORIES: &str = "; ";
pub(super) const BETWEEN_KINDS: &str = ", ";

// Lines under a headline.

pub(super) fn why(failure: &str) -> String {
    format!("Why: {failure}")
}

pub(super) fn since(instant: &str, how_long: &str) -> String {
    format!("Since: {instant} ({how_long} ago)")
}

pub(super) fn takes_with_it(names: &str) -> String {
    format!("Behind it: {names}")
}

pub(super) fn changed_too_often(times: u32, within: &str) -> String {
    format!("It went up and down more than {times} times within {within}.")
}

pub(super) fn silent_until_steady(how_long: &str) -> String {
    format!("Nothing more is said of it until it has held for {how_long}.")
}

pub(super) fn when(span: &str) -> String {
    format!("When: {span}")
}

pub(super) fn seen_from(vantage: &str) -> String {
    format!("Seen from {vantage}")
}

pub(super) fn said_by(vantage: &str, instant: &str) -> String {
    format!("Seen from {vantage}, {instant}")
}

pub(super) fn with_detail(what: &str, detail: &str) -> String {
    format!("{what}: {detail}")
}

pub(super) fn reason(reason: Reason) -> &'static str {
    reason.words()
}

pub(super) fn kind(kind: WarningKind) -> &'static str {
    kind.words()
}

// Time.

pub(super) fn span(from: &str, until: &str) -> String {
    format!("{from} – {until}")
}

/// `5 Jul`, or `5 Jul 2025`; the month counts from zero.
pub(super) fn day(day: u32, month0: u32, year: Option<i32>) -> String {
    let month = MONTHS.get(month0 as usize).copied().unwrap_or_default();
    match year {
        Some(year) => format!("{day} {month} {year}"),
        None => format!("{day} {month}"),
    }
}

pub(super) fn seconds(count: i64) -> String {
    format!("{count} s")
}

pub(super) fn minutes(count: i64) -> String {
    format!("{count} min")
}

pub(super) fn hours(count: i64) -> String {
    format!("{count} h")
}

pub(super) fn days(count: i64) -> String {
    if count == 1 { "1 day".into() } else { format!("{count} days") }
}

pub(super) fn two_units(large: String, small: Option<String>) -> String {
    match small {
        Some(small) => format!("{large} {small}"),
        None => large,
    }
}
