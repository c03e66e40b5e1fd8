//! `/target/NAME`: all that is to be said of one target.

use chrono::{DateTime, Timelike, Utc};

use super::list::{back, own_item};
use super::parts::{Card, notes, status, uptime};
use super::{Appearance, footer, section};
use crate::message::{MAX_NAME, words};
use crate::model::history::{self, Day};
use crate::model::hours::Hour;
use crate::page::Page;
use crate::page::bars::Bars;
use crate::page::chart::Chart;
use crate::page::markup::{Markup, markup};
use crate::page::outages::Listed;
use crate::page::row::{Row, ShownStatus};
use crate::page::uptime::{self as figures, days_of_evidence};
use crate::text::one_line;

/// The most outages that are shown.
const MOST: usize = 50;

/// Hours between two names on the axis of a day.
const HOURS_APART: u32 = 6;

/// Days between two names on the axis of days, for as many as there are at most.
const DAYS_APART: [(usize, usize); 3] = [(14, 5), (31, 12), (usize::MAX, 30)];

impl Page<'_> {
    /// The page of the target called `name`; `None` if there is none.
    #[must_use]
    pub fn target(&self, name: &str) -> Option<String> {
        let row = self.row(name)?;
        let shown = one_line(row.name.as_str(), MAX_NAME);
        let main = markup!(
            "{back}<div class=\"verdict {class}\">{sign}<div><h1>{name}</h1><p class=\"state\">{status}</p>\
             {notes}</div></div>\n{availability}{latency}{outages}",
            back = back(self, "../"),
            class = row.class(),
            sign = appearance(row).drawn(),
            name = shown,
            status = status(self, row),
            notes = notes(self, row),
            availability = availability(self, row),
            latency = latency(self, row),
            outages = outages(self, row),
        );
        Some(self.frame("../", &shown, appearance(row)).document(&main, &footer("../")))
    }
}

fn appearance(row: &Row<'_>) -> Appearance {
    match row.status {
        ShownStatus::Down { .. } | ShownStatus::Up { .. } if row.planned.is_some() => {
            Appearance::Planned
        }
        ShownStatus::Up { .. } if row.is_warned => Appearance::Warned,
        ShownStatus::Up { .. } | ShownStatus::Silent => Appearance::Up,
        ShownStatus::Down { .. } => Appearance::Down,
        ShownStatus::Unseen { .. } | ShownStatus::Unjudged | ShownStatus::Unreadable => {
            Appearance::Unknown
        }
    }
}

/// The uptimes, and the days.
fn availability(page: &Page<'_>, row: &Row<'_>) -> Option<Markup> {
    let label = uptime(page, row)?;
    let today = page.at.date_naive();
    let figure = |(span, share): (figures::Period, String)| {
        let span = span.said(page.words());
        markup!("<div><dt>{span}</dt><dd>{share}</dd></div>", span = span, share = share)
    };
    let all: Markup = figures::all(row, today).into_iter().map(figure).collect();
    let figures =
        (!all.is_empty()).then(|| markup!("<dl class=\"figures\">{all}</dl>\n", all = all));
    let count = days_of_evidence(row.days, today);
    let card = Card { page, bars: Bars::new(count, today), base: "../" };
    let inside = markup!(
        "{figures}<div>{bars}\n{table}<p class=\"fine\">{legend}</p></div>\n",
        figures = figures,
        bars = card.bars(row, Some(&label)),
        table = days(page, row),
        legend = page.words().legend(history::DAYS),
    );
    Some(section(page.words().uptime_heading(), &inside))
}

/// Each day with evidence, newest first, as a table: for whoever sees no bars.
fn days(page: &Page<'_>, row: &Row<'_>) -> Option<Markup> {
    let words = page.words();
    let line = |day: &Day| {
        let share = history::uptime(&[*day])?;
        let midnight = day.date.and_time(chrono::NaiveTime::MIN).and_utc();
        Some(markup!(
            "<tr><th scope=\"row\">{date}</th><td>{share}</td><td>{mean}</td></tr>\n",
            date = date(page, midnight),
            share = share,
            mean = mean(day).map(|mean| page.took(mean)),
        ))
    };
    let lines: Markup = row.days.iter().rev().filter_map(line).collect();
    (!lines.is_empty()).then(|| table(page, [words.column_day(), words.uptime_heading()], &lines))
}

/// Closed until somebody wants it.
fn table(page: &Page<'_>, [when, share]: [&str; 2], lines: &Markup) -> Markup {
    markup!(
        "<details class=\"table\"><summary>{name}</summary>\n<table><thead><tr><th scope=\"col\">{when}</th>\
         <th scope=\"col\">{share}</th><th scope=\"col\">{latency}</th></tr></thead>\n\
         <tbody>{lines}</tbody></table></details>\n",
        name = page.words().table(),
        when = when,
        share = share,
        latency = page.words().column_latency(),
        lines = lines,
    )
}

/// The mean latency of a day's successes, where any took time.
fn mean(day: &Day) -> Option<u64> {
    day.latency_ms.checked_div(day.up.into()).filter(|_| day.latency_ms > 0)
}

/// The charts of a day and of all days.
fn latency(page: &Page<'_>, row: &Row<'_>) -> Option<Markup> {
    let charts: Markup = [of_hours(page, row), of_days(page, row)].into_iter().flatten().collect();
    let is_shown = row.is_measured && !charts.is_empty();
    is_shown.then(|| section(page.words().latency_heading(), &charts))
}

fn of_hours(page: &Page<'_>, row: &Row<'_>) -> Option<Markup> {
    let is_measured = |hour: &Hour| hour.latency_ms > 0;
    let means: Vec<Option<u64>> = row
        .hours
        .iter()
        .map(|(_, hour)| {
            hour.mean_ms().filter(|_| row.hours.iter().any(|(_, hour)| is_measured(hour)))
        })
        .collect();
    let clock = |at: DateTime<Utc>| at.with_timezone(&page.zone);
    let named =
        row.hours.iter().enumerate().filter(|(_, (at, _))| clock(*at).hour() % HOURS_APART == 0);
    let ticks: Vec<(usize, String)> =
        named.map(|(place, (at, _))| (place, clock(*at).format("%H:%M").to_string())).collect();
    let lines =
        row.hours.iter().rev().filter_map(|(at, hour)| hour_line(page, *at, *hour)).collect();
    let name = page.words().latency_of_hours();
    figure(
        page,
        name,
        &means,
        &ticks,
        Some(&table(page, [page.words().column_hour(), page.words().uptime_heading()], &lines)),
    )
}

fn hour_line(page: &Page<'_>, at: DateTime<Utc>, hour: Hour) -> Option<Markup> {
    let day =
        Day { date: at.date_naive(), up: hour.up, down: hour.down, latency_ms: hour.latency_ms };
    Some(markup!(
        "<tr><th scope=\"row\">{at}</th><td>{share}</td><td>{mean}</td></tr>\n",
        at = super::time(at, &page.calendar().instant(at)),
        share = history::uptime(&[day])?,
        mean = hour.mean_ms().map(|mean| page.took(mean)),
    ))
}

fn of_days(page: &Page<'_>, row: &Row<'_>) -> Option<Markup> {
    let today = page.at.date_naive();
    let count = days_of_evidence(row.days, today);
    // One day has no course.
    if count < 2 {
        return None;
    }
    let first = today.checked_sub_days(chrono::Days::new(count - 1))?;
    let dates: Vec<chrono::NaiveDate> =
        first.iter_days().take_while(|date| *date <= today).collect();
    let of =
        |date: &chrono::NaiveDate| row.days.iter().find(|day| day.date == *date).and_then(mean);
    let means: Vec<Option<u64>> = dates.iter().map(of).collect();
    let apart =
        DAYS_APART.into_iter().find(|(most, _)| dates.len() <= *most).map_or(1, |(_, apart)| apart);
    let name = |date: &chrono::NaiveDate| {
        self::date(page, date.and_time(chrono::NaiveTime::MIN).and_utc())
    };
    let ticks: Vec<(usize, String)> =
        dates.iter().enumerate().rev().step_by(apart).map(|(at, date)| (at, name(date))).collect();
    figure(page, &page.words().latency_of_days(count), &means, &ticks, None)
}

/// A day of UTC.
fn date(page: &Page<'_>, midnight: DateTime<Utc>) -> String {
    crate::message::time::Calendar::new(page.language, chrono_tz::UTC, page.at).date(midnight)
}

/// A chart below its name; `None` where nothing took any time.
fn figure(
    page: &Page<'_>,
    name: &str,
    means: &[Option<u64>],
    ticks: &[(usize, String)],
    table: Option<&Markup>,
) -> Option<Markup> {
    let low = means.iter().flatten().min().copied()?;
    let high = means.iter().flatten().max().copied().filter(|high| *high > 0)?;
    let range = page.words().latency_range(&page.took(low), &page.took(high));
    let label = format!("{name}: {range}");
    let chart = Chart { values: means, ticks, label: &label }.draw(|value| page.took(value))?;
    Some(markup!(
        "<div><h3 class=\"plain\">{name}</h3>{chart}{table}</div>\n",
        name = name,
        chart = chart,
        table = table,
    ))
}

/// Its outages, newest first.
fn outages(page: &Page<'_>, row: &Row<'_>) -> Markup {
    let own: Vec<&Listed> = page.outages.iter().filter(|each| each.name == row.name).collect();
    let items: Markup = own.iter().take(MOST).map(|outage| own_item(page, outage)).collect();
    let none = || markup!("<p>{none}</p>\n", none = page.words().no_outage());
    let more = own.len().checked_sub(MOST).filter(|more| *more > 0);
    let more = more.map(|more| {
        let said = words::of(page.language).and_more(more);
        markup!("<p>{said}</p>\n", said = said)
    });
    let link =
        markup!("<p><a href=\"../outages\">{all}</a></p>\n", all = page.words().all_outages());
    let items = if items.is_empty() { none() } else { items };
    let all = [Some(items), more, Some(link)].into_iter().flatten().collect();
    section(page.words().outages(), &all)
}
