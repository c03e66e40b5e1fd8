//! What a page consists of: one target, one outage.

use chrono::TimeDelta;

use crate::message::words;
use crate::model::history::{self, DAYS};
use crate::page::charts::{bars, sparkline};
use crate::page::markup::{escape, name};
use crate::page::{Page, Row, Standing};

/// Milliseconds up to which they are shown as such: a probe's, but not a backup's.
const SHORT: u32 = 10_000;

/// One target: how it is, its days, its latencies.
pub(super) fn target(page: &Page<'_>, row: &Row<'_>) -> String {
    let (uptime, standing) = (uptime(page, row), standing(page, row));
    let label = if row.is_measured { &uptime } else { &standing };
    format!(
        "<article class=\"{}\"><div class=\"head\"><h3>{}</h3><span class=\"number\">{}</span></div>\
         {}<div class=\"below\"><p class=\"state\">{}</p>{}</div>{}</article>\n",
        class(row),
        name(row.name.as_str()),
        escape(&uptime),
        bars(row.days, page.at.date_naive(), label, page.language),
        escape(&standing),
        latency(page, row).unwrap_or_default(),
        warnings(page, row),
    )
}

fn uptime(page: &Page<'_>, row: &Row<'_>) -> String {
    if !row.is_measured {
        return String::new();
    }
    let share = history::uptime(row.days).map(|share| page.words().uptime(&share, DAYS));
    share.unwrap_or_else(|| page.words().no_data().to_owned())
}

/// Of its colour: a warning is a flag beside the status, but the eye has one colour.
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

fn latency(page: &Page<'_>, row: &Row<'_>) -> Option<String> {
    let latest = row.recent.iter().rev().find_map(|latency| *latency)?;
    let label = if latest < SHORT {
        page.words().latency(latest)
    } else {
        page.calendar().duration(TimeDelta::milliseconds(latest.into()))
    };
    let line = sparkline(row.recent, &label).filter(|_| row.is_measured)?;
    Some(format!(
        "<div class=\"latency\">{line}<span class=\"number\">{}</span></div>",
        escape(&label)
    ))
}

fn warnings(page: &Page<'_>, row: &Row<'_>) -> String {
    let said = words::of(page.language);
    let kinds = row.warnings.iter().map(|kind| said.kind(*kind));
    let unstable = row.is_unstable.then(|| page.words().unstable());
    let all: Vec<&str> = unstable.into_iter().chain(kinds).collect();
    if all.is_empty() {
        return String::new();
    }
    format!("<p class=\"warning\">{}</p>", escape(&all.join(said.between_kinds())))
}

/// Outages, open and over.
pub(super) mod outages {
    use super::{Page, Row, escape, name, words};
    use crate::model::state::{Incident, Outage};

    /// One that is open.
    pub(in crate::page::html) fn open(
        page: &Page<'_>,
        row: &Row<'_>,
        incident: &Incident,
    ) -> String {
        let (said, calendar) = (words::of(page.language), page.calendar());
        let how_long = calendar.duration(page.at - incident.since);
        let since = said.since(&calendar.instant(incident.since), &how_long);
        item("down", row, said.reason(incident.failure.reason), &since)
    }

    /// One that is over.
    pub(in crate::page::html) fn over(page: &Page<'_>, row: &Row<'_>, outage: &Outage) -> String {
        let (said, calendar) = (words::of(page.language), page.calendar());
        let span = calendar.span(outage.since, outage.until);
        let when = said.during(&calendar.duration(outage.duration()), &span);
        item("over", row, said.reason(outage.failure.reason), &when)
    }

    fn item(class: &str, row: &Row<'_>, reason: &str, when: &str) -> String {
        format!(
            "<div class=\"outage {class}\"><h3>{}</h3> <b>{}</b><p>{}</p></div>\n",
            name(row.name.as_str()),
            escape(reason),
            escape(when)
        )
    }
}
