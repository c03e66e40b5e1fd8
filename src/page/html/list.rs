//! Outages: one of them, those of a target, and those of a month.

use chrono::{DateTime, Utc};

use super::{Appearance, footer, path_of, time};
use crate::message::{MAX_NAME, words};
use crate::model::outage_log::KEPT;
use crate::page::Page;
use crate::page::markup::{Markup, SLOT, markup};
use crate::page::month::Month;
use crate::page::outages::Listed;
use crate::text::one_line;

/// The most outages that one list shows.
const MOST: usize = 300;

/// One line of a list.
pub(super) struct Entry<'a> {
    pub(super) open: &'a Listed,
    /// The way to the front page.
    pub(super) base: &'static str,
    /// What else is to be said of it.
    pub(super) note: Option<String>,
    /// Whether it says what silenced it.
    pub(super) shows_behind: bool,
}

/// One outage, with the name of its target.
pub(super) fn item(page: &Page<'_>, entry: &Entry<'_>) -> Markup {
    let Entry { open: outage, base, .. } = entry;
    let name = markup!(
        "<h3><a href=\"{path}\">{name}</a></h3> ",
        path = path_of(base, outage.name.as_str()),
        name = one_line(outage.name.as_str(), MAX_NAME),
    );
    line(page, entry, &name)
}

/// The same on the page of its target.
pub(super) fn own_item(page: &Page<'_>, outage: &Listed) -> Markup {
    let entry = Entry { open: outage, base: "../", note: None, shows_behind: true };
    line(page, &entry, &Markup::default())
}

fn line(page: &Page<'_>, entry: &Entry<'_>, name: &Markup) -> Markup {
    let outage = entry.open;
    let silenced = silenced(page, outage).filter(|_| entry.shows_behind);
    let notes = entry.note.iter().chain(&silenced);
    let notes = notes.map(|note| markup!("<p>{note}</p>", note = note)).collect::<Markup>();
    markup!(
        "<div class=\"outage {class}\">{name}<b>{reason}</b><p>{when}</p>{notes}</div>\n",
        class = if outage.over.is_some() { "over" } else { "down" },
        name = name,
        reason = words::of(page.language).reason(outage.reason),
        when = when(page, outage),
        notes = notes,
    )
}

fn when(page: &Page<'_>, outage: &Listed) -> Markup {
    let (words, calendar) = (page.words(), page.calendar());
    let Some(over) = outage.over else {
        let so_far = calendar.duration(page.at - outage.since);
        return page.timed(outage.since, |instant| words.lasting(instant, &so_far));
    };
    let span = calendar.span(outage.since, over.until);
    let lasted = calendar.duration(over.lasted);
    time(outage.since, &span).within(&words.lasted(&lasted, SLOT))
}

/// Why it need not have been told.
fn silenced(page: &Page<'_>, outage: &Listed) -> Option<String> {
    let (words, said) = (page.words(), words::of(page.language));
    let names: Vec<String> =
        outage.behind.iter().map(|name| one_line(name.as_str(), MAX_NAME)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let behind = (!names.is_empty()).then(|| words.behind_others(&said.list(&names, 0)));
    let maintained = outage.was_maintained.then(|| words.in_maintenance().to_owned());
    let paused = outage.was_paused.then(|| words.while_paused().to_owned());
    let all: Vec<String> = [behind, maintained, paused].into_iter().flatten().collect();
    (!all.is_empty()).then(|| all.join(said.between_kinds()))
}

impl Page<'_> {
    /// The outages that began in `month`; in the present one if it is `None`. `None` for
    /// a month of which nothing is kept.
    #[must_use]
    pub fn month(&self, month: Option<Month>) -> Option<String> {
        let present = self.month_of(self.at);
        let oldest = self.month_of(self.at - KEPT);
        // `/outages` is a level above `/outages/2026-07`.
        let (base, here, shown) = match month {
            None => ("", "outages/", present),
            Some(month) => ("../", "", month),
        };
        if !(oldest..=present).contains(&shown) {
            return None;
        }
        let words = self.words();
        let title = words.month(shown.year(), shown.month0());
        let outages: Vec<&Listed> =
            self.outages.iter().filter(|each| self.month_of(each.since) == shown).collect();
        let entry = |open| Entry { open, base, note: None, shows_behind: true };
        let items: Markup =
            outages.iter().take(MOST).map(|outage| item(self, &entry(outage))).collect();
        let none = || markup!("<p>{none}</p>\n", none = words.no_outage_then());
        let link = |month: Month, rel: &'static str| {
            let is_kept = (oldest..=present).contains(&month);
            let name = words.month(month.year(), month.month0());
            is_kept.then(|| {
                markup!(
                    "<a rel=\"{rel}\" href=\"{here}{month}\">{name}</a>",
                    rel = rel,
                    here = here,
                    month = month.to_string(),
                    name = name,
                )
            })
        };
        let main = markup!(
            "{back}<h1>{heading}</h1>\n<section>\n<h2>{title}</h2>\n<div class=\"card\">\n{items}</div>\n</section>\n\
             <nav class=\"months\" aria-label=\"{months}\">{before} {after}</nav>\n",
            back = back(self, base),
            heading = words.outages(),
            title = title,
            items = if items.is_empty() { none() } else { items },
            months = words.months(),
            before = link(shown.before(), "prev"),
            after = link(shown.after(), "next"),
        );
        let title = format!("{} · {title}", words.outages());
        let appearance: Appearance = self.verdict().appearance();
        Some(self.frame(base, &title, appearance).document(&main, &footer(base)))
    }

    fn month_of(&self, at: DateTime<Utc>) -> Month {
        Month::of(at, self.zone)
    }
}

/// The way back to the front page.
pub(super) fn back(page: &Page<'_>, base: &'static str) -> Markup {
    let path = if base.is_empty() { "./" } else { base };
    markup!(
        "<nav class=\"back\"><a href=\"{path}\">{all}</a></nav>\n",
        path = path,
        all = page.words().all_targets(),
    )
}
