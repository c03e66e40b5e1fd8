//! The parts of a page: one target, one outage.

use chrono::TimeDelta;

use crate::message::{MAX_NAME, words};
use crate::model::history::{self, DAYS};
use crate::page::charts::{bars, sparkline};
use crate::page::markup::{Markup, markup};
use crate::page::{Page, Row, Standing};
use crate::text::one_line;

/// Up to this many milliseconds a latency is shown: a probe's, but not a backup's.
const SHORT: u32 = 10_000;

/// One target: its status, its days, its latencies.
pub(super) fn target(page: &Page<'_>, row: &Row<'_>) -> Markup {
    let (uptime, standing) = (uptime(page, row), standing(page, row));
    let label = if row.is_measured { &uptime } else { &standing };
    markup!(
        "<article class=\"{class}\"><div class=\"head\"><h3>{name}</h3>\
         <span class=\"number\">{uptime}</span></div>\
         {bars}<div class=\"below\"><p class=\"state\">{standing}</p>{latency}</div>{warnings}</article>\n",
        class = class(row),
        name = one_line(row.name.as_str(), MAX_NAME),
        uptime = uptime,
        bars = bars(row.days, page.at.date_naive(), label, page.language),
        standing = standing,
        latency = latency(page, row),
        warnings = warnings(page, row),
    )
}

fn uptime(page: &Page<'_>, row: &Row<'_>) -> String {
    if !row.is_measured {
        return String::new();
    }
    let days = days_of_evidence(page, row);
    let share = history::uptime(row.days).map(|share| page.words().uptime(&share, days));
    share.unwrap_or_else(|| page.words().no_data().to_owned())
}

/// How many days there are from the first observation until today: uptime of earlier
/// days would be invented.
fn days_of_evidence(page: &Page<'_>, row: &Row<'_>) -> u64 {
    let seen = row.days.iter().filter(|day| day.uptime().is_some());
    let first = seen.map(|day| day.date).min();
    let days = first.map(|first| (page.at.date_naive() - first).num_days() + 1);
    days.and_then(|days| u64::try_from(days).ok()).unwrap_or(1).clamp(1, DAYS)
}

/// The class of its colour: a warning is a flag beside the status, but there is only one
/// colour.
fn class(row: &Row<'_>) -> &'static str {
    let is_warned = row.is_unstable || !row.warnings.is_empty();
    match row.standing {
        Standing::Up { .. } if is_warned => "warned",
        Standing::Up { .. }
        | Standing::Down { .. }
        | Standing::Unseen { .. }
        | Standing::Unjudged
        | Standing::Unreadable
        | Standing::Silent => row.standing.code(),
    }
}

fn standing(page: &Page<'_>, row: &Row<'_>) -> String {
    let (words, calendar) = (page.words(), page.calendar());
    match row.standing {
        Standing::Up { since } => words.up_since(&calendar.instant(since)),
        Standing::Down { since } => words.down_since(&calendar.instant(since)),
        Standing::Unseen { since } => words.not_seen_since(&calendar.instant(since)),
        Standing::Unjudged => words.not_judged().to_owned(),
        Standing::Unreadable => words.unreadable().to_owned(),
        Standing::Silent => words.no_error_yet().to_owned(),
    }
}

fn latency(page: &Page<'_>, row: &Row<'_>) -> Option<Markup> {
    let latest = row.recent.iter().rev().find_map(|latency| *latency)?;
    let label = if latest < SHORT {
        page.words().latency(latest)
    } else {
        page.calendar().duration(TimeDelta::milliseconds(latest.into()))
    };
    let line = sparkline(row.recent, &label).filter(|_| row.is_measured)?;
    Some(markup!(
        "<div class=\"latency\">{line}<span class=\"number\">{label}</span></div>",
        line = line,
        label = label,
    ))
}

fn warnings(page: &Page<'_>, row: &Row<'_>) -> Option<Markup> {
    let said = words::of(page.language);
    let kinds = row.warnings.iter().map(|kind| said.kind(*kind));
    let unstable = row.is_unstable.then(|| page.words().unstable());
    let all: Vec<&str> = unstable.into_iter().chain(kinds).collect();
    let text = (!all.is_empty()).then(|| all.join(said.between_kinds()))?;
    Some(markup!("<p class=\"warning\">{text}</p>", text = text))
}

/// Outages, open and over.
pub(super) mod outages {
    use super::{MAX_NAME, Markup, Page, Row, markup, one_line, words};
    use crate::model::state::{Incident, Outage};

    /// One that is open.
    pub(in crate::page::html) fn open(
        page: &Page<'_>,
        row: &Row<'_>,
        incident: &Incident,
    ) -> Markup {
        let (said, calendar) = (words::of(page.language), page.calendar());
        let how_long = calendar.duration(page.at - incident.since);
        let since = page.words().lasting(&calendar.instant(incident.since), &how_long);
        item("down", row, said.reason(incident.failure.reason), &since)
    }

    /// One that is over.
    pub(in crate::page::html) fn over(page: &Page<'_>, row: &Row<'_>, outage: &Outage) -> Markup {
        let (said, calendar) = (words::of(page.language), page.calendar());
        let span = calendar.span(outage.since, outage.until);
        let when = page.words().lasted(&calendar.duration(outage.duration()), &span);
        item("over", row, said.reason(outage.failure.reason), &when)
    }

    fn item(class: &str, row: &Row<'_>, reason: &str, when: &str) -> Markup {
        markup!(
            "<div class=\"outage {class}\"><h3>{name}</h3> <b>{reason}</b><p>{when}</p></div>\n",
            class = class,
            name = one_line(row.name.as_str(), MAX_NAME),
            reason = reason,
            when = when,
        )
    }
}
