//! Outages for people, in 80 columns: when, how long, who, and below that why.

use chrono::TimeDelta;
use chrono_tz::Tz;
use unicode_width::UnicodeWidthStr;

use super::{Entry, Found};
use crate::cli::draw::{BAD, BOLD, DIM, hours, paint};
use crate::cli::table::{self, Cell};
use crate::cli::wrap::{WIDTH, wrapped};
use crate::message::time::Calendar;
use crate::model::names::TargetName;
use crate::model::shown_names::ShownNames;
use crate::model::state::Silenced;
use crate::text::duration::english as duration;
use crate::text::visible;

/// How far the lines below an outage are indented.
const INDENT: usize = 6;

/// What is told of one target: columns, its name behind them, and lines below.
struct Item {
    cells: Vec<Cell>,
    name: String,
    below: Vec<String>,
}

pub(super) fn view(found: &Found, calendar: Calendar, zone: Tz) -> String {
    let shown = found.shown();
    let each = found.entries.iter();
    let outages = listed(each.map(|entry| item(entry, &shown, calendar)).collect());
    let gap = if outages.is_empty() { "" } else { "\n" };
    let summary: String = lines(&summary(found, &shown, calendar), 2);
    let misses = listed(near_misses(found, &shown, calendar));
    if misses.is_empty() {
        return format!("{outages}{gap}{summary}");
    }
    let title =
        format!("near misses (failures below the threshold) by hour, 0–23 in {}:", zone.name());
    format!("{outages}{gap}{summary}\n{}{misses}", lines(&title, 2))
}

/// `text` in lines that fit, indented.
fn lines(text: &str, indent: usize) -> String {
    let blanks = " ".repeat(indent);
    let each = wrapped(text, WIDTH - indent).into_iter();
    each.flat_map(|line| [blanks.clone(), line, "\n".to_owned()]).collect()
}

fn item(entry: &Entry, shown: &ShownNames, calendar: Calendar) -> Item {
    let outage = &entry.outage;
    let when = if entry.is_open {
        Cell::new(format!("since {}", calendar.instant(outage.since))).style(BAD)
    } else {
        Cell::new(calendar.span(outage.since, outage.until))
    };
    let mut below = vec![calendar.detail(&outage.failure.detail_or_reason())];
    below.extend(outage.cause.as_ref().map(|cause| calendar.looks_like(cause, !entry.is_open)));
    below.extend(notes(entry));
    Item {
        cells: vec![when, Cell::new(duration(outage.duration())).right()],
        name: shown.shown(&entry.target),
        below,
    }
}

/// What else is known of it.
fn notes(entry: &Entry) -> Option<String> {
    let Silenced { maintained, paused, behind } = &entry.outage.silenced;
    let unseen = entry.outage.unseen_s;
    let names: Vec<&str> = behind.iter().map(TargetName::as_str).collect();
    let notes = [
        (unseen > 0).then(|| format!("{} of it unseen", duration(TimeDelta::seconds(unseen)))),
        (*maintained > 0).then(|| format!("{} in maintenance", failures(*maintained))),
        (*paused > 0).then(|| format!("{} while paused", failures(*paused))),
        (!names.is_empty()).then(|| format!("behind {}", names.join(", "))),
    ];
    let notes: Vec<String> = notes.into_iter().flatten().collect();
    (!notes.is_empty()).then(|| notes.join("; "))
}

fn failures(count: u32) -> String {
    format!("{count} failure{}", if count == 1 { "" } else { "s" })
}

/// How many, how long in all, and the worst.
fn summary(found: &Found, shown: &ShownNames, calendar: Calendar) -> String {
    let last = format!("in the last {}", duration(found.span));
    let Some(longest) = found.entries.iter().max_by_key(|entry| entry.outage.down_s) else {
        return format!("no outage {last}");
    };
    let count = found.entries.len();
    let all: i64 = found.entries.iter().map(|entry| entry.outage.down_s.max(0)).sum();
    let open = found.entries.iter().filter(|entry| entry.is_open).count();
    let open = if open == 0 { String::new() } else { format!(", {open} still open") };
    let all = duration(TimeDelta::seconds(all));
    if count == 1 {
        return format!("1 outage {last}{open}: {all}");
    }
    let name = shown.shown(&longest.target);
    let (worst, since) = (longest.outage.duration(), calendar.instant(longest.outage.since));
    format!(
        "{count} outages {last}{open}, {all} in all; the longest: {name}, {} ({since})",
        duration(worst)
    )
}

fn near_misses(found: &Found, shown: &ShownNames, calendar: Calendar) -> Vec<Item> {
    let each = found.targets.iter().filter_map(|target| {
        let record = found.records.get(target)?;
        let (since, by_hour) = record.state.history.near_misses.by_hour(found.now)?;
        let count = by_hour.iter().sum();
        let cells = vec![
            Cell::new(hours(&by_hour)),
            Cell::new(format!("{} since {}", failures(count), calendar.instant(since))).right(),
        ];
        Some(Item { cells, name: shown.shown(target), below: Vec::new() })
    });
    each.collect()
}

/// The items with their columns aligned. A name that does not fit is below them.
fn listed(items: Vec<Item>) -> String {
    let rows: Vec<Vec<Cell>> = items.iter().map(|item| item.cells.clone()).collect();
    let columns = table::lines(&rows);
    let mut text = String::new();
    for (item, columns) in items.into_iter().zip(columns) {
        let name = visible(&item.name);
        let width = anstream::adapter::strip_str(&columns).to_string().width() + 2 + name.width();
        if width <= WIDTH {
            text += &format!("{columns}  {}\n", paint(BOLD, name));
        } else {
            text += &format!("{columns}\n{}", lines(&name, INDENT));
        }
        for below in &item.below {
            for line in lines(&visible(below), INDENT).lines() {
                text += &format!("{}\n", paint(DIM, line));
            }
        }
    }
    text
}
