//! The front page: the verdict, what is down, what is in maintenance, all targets in
//! their groups, and the last outages.

use std::collections::BTreeMap;

use super::list::{self, Entry};
use super::parts::{Card, counts};
use super::section;
use crate::message::{MAX_NAME, words};
use crate::model::history::DAYS;
use crate::page::Page;
use crate::page::bars::Bars;
use crate::page::markup::{Markup, markup};
use crate::page::row::{Planned, Row};
use crate::page::uptime::days_of_evidence;
use crate::text::one_line;

/// How many targets stand on a page whose groups are all open.
const FEW: usize = 16;

/// How many outages that are over are shown.
const LAST: usize = 5;

/// How many names stand in one line.
const LISTED: usize = 12;

pub(super) fn main(page: &Page<'_>, verdict: &str) -> Markup {
    markup!(
        "{header}{down}{planned}{groups}{over}",
        header = header(page, verdict),
        down = down_now(page),
        planned = planned(page),
        groups = groups(page),
        over = last_outages(page),
    )
}

fn header(page: &Page<'_>, verdict: &str) -> Markup {
    let appearance = page.verdict().appearance();
    markup!(
        "<div class=\"verdict {class}\">{sign}<div><h1>{verdict}</h1><p>{as_of}</p></div></div>\n",
        class = appearance.class(),
        sign = appearance.drawn(),
        verdict = verdict,
        as_of = page.timed(page.at, |instant| page.words().as_of(instant)),
    )
}

/// What is down for itself, the oldest first, each with what is down behind it.
fn down_now(page: &Page<'_>) -> Markup {
    let mut roots: Vec<_> = page
        .rows
        .iter()
        .filter(|row| row.is_root() || is_orphan(page, row))
        .filter_map(|row| Some((row.incident?.since, row)))
        .collect();
    roots.sort_by_key(|(since, _)| *since);
    let item = |(_, row): (_, &Row<'_>)| {
        let open = page.outages.iter().find(|each| each.name == row.name && each.over.is_none())?;
        let behind = page.rows.iter().filter(|each| each.behind.as_ref() == Some(&row.name));
        let behind: Vec<&str> = behind.map(|row| row.name.as_str()).collect();
        let note =
            (!behind.is_empty()).then(|| words::of(page.language).affected(&listed(page, &behind)));
        Some(list::item(page, &Entry { open, base: "", note, shows_behind: false }))
    };
    let items: Markup = roots.into_iter().filter_map(item).collect();
    if items.is_empty() { items } else { section(page.words().down_now(), &items) }
}

/// Whether `row` is behind a target that is in maintenance, and so is shown nowhere else.
fn is_orphan(page: &Page<'_>, row: &Row<'_>) -> bool {
    let root = row.behind.as_ref().and_then(|root| page.row(root.as_str()));
    row.planned.is_none() && root.is_some_and(|root| !root.is_root() && root.planned.is_none())
}

/// The names in a line.
fn listed(page: &Page<'_>, names: &[&str]) -> String {
    let shown: Vec<String> =
        names.iter().take(LISTED).map(|name| one_line(name, MAX_NAME)).collect();
    let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
    words::of(page.language).list(&shown, names.len() - shown.len())
}

/// What is in maintenance or paused: those that are so until the same instant, together.
fn planned(page: &Page<'_>) -> Markup {
    let mut alike: BTreeMap<Planned, Vec<&str>> = BTreeMap::new();
    for row in &page.rows {
        if let Some(planned) = row.planned {
            alike.entry(planned).or_default().push(row.name.as_str());
        }
    }
    let item = |(planned, names): (Planned, Vec<&str>)| {
        markup!(
            "<div class=\"outage planned\"><h3>{names}</h3><p class=\"state\">{until}</p></div>\n",
            names = listed(page, &names),
            until = until(page, planned),
        )
    };
    let items: Markup = alike.into_iter().map(item).collect();
    if items.is_empty() { items } else { section(page.words().planned(), &items) }
}

/// Until when it is so.
pub(super) fn until(page: &Page<'_>, planned: Planned) -> Markup {
    match planned {
        Planned::Maintenance(end) => {
            page.timed(end, |instant| page.words().maintenance_until(instant))
        }
        Planned::Pause(end) => page.timed(end, |instant| page.words().paused_until(instant)),
    }
}

fn groups(page: &Page<'_>) -> Markup {
    let mut groups: Vec<(Option<&str>, Vec<&Row<'_>>)> = Vec::new();
    for row in &page.rows {
        match groups.iter_mut().find(|(group, _)| *group == row.group) {
            Some((_, rows)) => rows.push(row),
            None => groups.push((row.group, vec![row])),
        }
    }
    let today = page.at.date_naive();
    let most = page.rows.iter().map(|row| days_of_evidence(row.days, today)).max();
    let card = Card { page, bars: Bars::new(most.unwrap_or(1), today), base: "" };
    let is_one = groups.len() == 1;
    let legend = markup!("<p class=\"fine\">{legend}</p>\n", legend = page.words().legend(DAYS));
    let groups: Markup =
        groups.into_iter().map(|(name, rows)| group(card, name, &rows, is_one)).collect();
    markup!("{groups}{legend}", groups = groups, legend = legend)
}

/// A group is closed where all of it is well and there is much to see.
fn group(card: Card<'_>, name: Option<&str>, rows: &[&Row<'_>], is_one: bool) -> Markup {
    let page = card.page;
    let items: Markup = rows.iter().map(|row| card.of(row)).collect();
    let items = markup!("<div class=\"card grid\">\n{items}</div>\n", items = items);
    let name = name.map(|name| one_line(name, MAX_NAME));
    if is_one && name.is_none() {
        return markup!("<section>\n{items}</section>\n", items = items);
    }
    let is_well = rows.iter().all(|row| ["up", "planned"].contains(&row.class()));
    let open = if is_one || !is_well || page.rows.len() <= FEW { " open" } else { "" };
    markup!(
        "<details{open}>\n<summary><h2>{name}</h2> <span>{counts}</span></summary>\n{items}</details>\n",
        open = open,
        name = name.unwrap_or_else(|| page.words().others().to_owned()),
        counts = counts(page, rows),
        items = items,
    )
}

/// The newest outages that are over, whosever they are.
fn last_outages(page: &Page<'_>) -> Markup {
    let over = page.outages.iter().filter(|listed| listed.over.is_some()).take(LAST);
    let items: Markup = over
        .map(|open| list::item(page, &Entry { open, base: "", note: None, shows_behind: true }))
        .collect();
    let none = || markup!("<p>{none}</p>\n", none = page.words().no_outage());
    let items = if items.is_empty() { none() } else { items };
    let more = markup!("<p><a href=\"outages\">{all}</a></p>\n", all = page.words().all_outages(),);
    section(page.words().last_outages(), &[items, more].into_iter().collect())
}
