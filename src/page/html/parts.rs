//! One target among others.

use super::front::until;
use super::path_of;
use crate::message::{MAX_NAME, words};
use crate::page::Page;
use crate::page::bars::{Bars, sparkline};
use crate::page::markup::{Markup, markup};
use crate::page::row::{Row, ShownStatus};
use crate::page::uptime::{days_of_evidence, of_days};
use crate::text::one_line;

/// How the targets of a page are drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Card<'a> {
    pub(super) page: &'a Page<'a>,
    pub(super) bars: Bars,
    /// The way to the front page.
    pub(super) base: &'static str,
}

impl Card<'_> {
    /// One target: its status, its days, its latencies.
    pub(super) fn of(self, row: &Row<'_>) -> Markup {
        let page = self.page;
        let uptime = uptime(page, row);
        markup!(
            "<article class=\"{class}\"><div class=\"head\"><h3><a href=\"{path}\">{name}</a></h3>\
             <span class=\"number\">{uptime}</span></div>{bars}\
             <div class=\"below\"><p class=\"state\">{status}</p>{latency}</div>{notes}</article>\n",
            class = row.class(),
            path = path_of(self.base, row.name.as_str()),
            name = one_line(row.name.as_str(), MAX_NAME),
            uptime = uptime,
            bars = self.bars(row, uptime.as_deref()),
            status = status(page, row),
            latency = latency(page, row),
            notes = notes(page, row),
        )
    }

    /// The days of `row`, where something is measured.
    pub(super) fn bars(self, row: &Row<'_>, label: Option<&str>) -> Option<Markup> {
        let (label, words) = (label?, self.page.words());
        row.days.iter().find(|day| day.uptime().is_some())?;
        let count = days_of_evidence(row.days, self.page.at.date_naive());
        let first = words.days_ago(count - 1);
        Some(self.bars.of(row.days, [&first, words.today()], label))
    }
}

/// The uptime of all days that there are; `None` where nothing is measured.
pub(super) fn uptime(page: &Page<'_>, row: &Row<'_>) -> Option<String> {
    let today = page.at.date_naive();
    let days = days_of_evidence(row.days, today);
    let share = of_days(row.days, days, today).map(|share| page.words().uptime(&share, days));
    row.is_measured.then(|| share.unwrap_or_else(|| page.words().no_data().to_owned()))
}

/// How it is, and since when.
pub(super) fn status(page: &Page<'_>, row: &Row<'_>) -> Markup {
    let words = page.words();
    let plain = |text: &str| markup!("{text}", text = text);
    match row.status {
        ShownStatus::Up { since } => page.timed(since, |instant| words.up_since(instant)),
        ShownStatus::Down { since } => page.timed(since, |instant| words.down_since(instant)),
        ShownStatus::Unseen { since } => page.timed(since, |instant| words.not_seen_since(instant)),
        ShownStatus::Unjudged if row.is_heartbeat && row.beat.is_none() => {
            plain(words.awaits_ping())
        }
        ShownStatus::Unjudged => plain(words.not_judged()),
        ShownStatus::Unreadable => plain(words.unreadable()),
        ShownStatus::Silent => plain(words.no_error_yet()),
    }
}

fn latency(page: &Page<'_>, row: &Row<'_>) -> Option<Markup> {
    let latest = row.recent.iter().rev().find_map(|latency| *latency)?;
    let label = page.took(latest.into());
    let line = sparkline(row.recent, &label).filter(|_| row.is_measured)?;
    Some(markup!(
        "<div class=\"latency\">{line}<span class=\"number\">{label}</span></div>",
        line = line,
        label = label,
    ))
}

/// What else is to be said of it, a line each.
pub(super) fn notes(page: &Page<'_>, row: &Row<'_>) -> Markup {
    let line = |class: &'static str, text: &Markup| {
        markup!("<p class=\"note {class}\">{text}</p>", class = class, text = text)
    };
    let words = page.words();
    let planned = row.planned.map(|planned| line("planned", &until(page, planned)));
    let behind = row.behind.as_ref().map(|root| {
        let said = words.behind(&one_line(root.as_str(), MAX_NAME));
        line("", &markup!("{said}", said = said))
    });
    let beat = beat(page, row).map(|said| line("", &markup!("{said}", said = said)));
    let warned = warnings(page, row).map(|said| line("warned", &markup!("{said}", said = said)));
    [planned, behind, beat, warned].into_iter().flatten().collect()
}

/// When a heartbeat last called, or whether a run is under way.
fn beat(page: &Page<'_>, row: &Row<'_>) -> Option<String> {
    let beat = row.beat?;
    let ago = |at| page.calendar().duration(page.at - at);
    Some(match beat.started {
        Some(started) => page.words().run_began(&ago(started)),
        None => page.words().pinged(&ago(beat.at)),
    })
}

fn warnings(page: &Page<'_>, row: &Row<'_>) -> Option<String> {
    let said = words::of(page.language);
    let kinds = row.warnings.iter().map(|kind| said.kind(*kind));
    let unstable = row.is_unstable.then(|| page.words().unstable());
    let all: Vec<&str> = unstable.into_iter().chain(kinds).collect();
    (!all.is_empty()).then(|| all.join(said.between_kinds()))
}

/// How many of `rows` are how: `1 down, 11 up`.
pub(super) fn counts(page: &Page<'_>, rows: &[&Row<'_>]) -> String {
    let words = page.words();
    let count = |classes: &[&str]| rows.iter().filter(|row| classes.contains(&row.class())).count();
    let said = [
        (count(&["down", "behind"]), words.count_down(count(&["down", "behind"]))),
        (count(&["unknown"]), words.count_unknown(count(&["unknown"]))),
        (count(&["planned"]), words.count_planned(count(&["planned"]))),
        (count(&["warned"]), words.count_warned(count(&["warned"]))),
        (count(&["up"]), words.count_up(count(&["up"]))),
    ];
    let said: Vec<String> =
        said.into_iter().filter(|(count, _)| *count > 0).map(|(_, said)| said).collect();
    said.join(words::of(page.language).between_kinds())
}
