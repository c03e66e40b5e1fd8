//! Small pictures: days as bars, latencies as a line. The page's style sheet has their
//! colours, because its policy forbids style attributes.

use chrono::{Datelike, Days, NaiveDate};

use super::markup::{Markup, markup};
use crate::message::words;
use crate::model::history::{self, DAYS, Day, RECENT};
use crate::model::target::Language;

/// Units from one bar to the next, the width of a bar, and its height.
const PITCH: usize = 5;
const BAR: usize = 4;
const HEIGHT: usize = 30;

/// Units from one latency to the next, and the height of the picture.
const STEP: usize = 10;
const ROOM: u64 = 60;
/// The space above and below the line, for its width.
const MARGIN: u64 = 4;

/// A bar for each day until `today`; `label` says the same in words.
pub(super) fn bars(days: &[Day], today: NaiveDate, label: &str, language: Language) -> Markup {
    let first = today.checked_sub_days(Days::new(DAYS - 1)).unwrap_or(today);
    let dates = first.iter_days().take_while(|date| *date <= today);
    // Most days are alike, so all days of a kind are one path.
    let (mut good, mut none, mut worse) = (String::new(), String::new(), Vec::new());
    for (date, x) in dates.zip((0..).step_by(PITCH)) {
        let path = format!("M{x} 0h{BAR}v{HEIGHT}h-{BAR}z");
        match days.iter().find(|day| day.date == date).and_then(|day| Some((day, day.uptime()?))) {
            None => none += &path,
            Some((_, 1.0)) => good += &path,
            Some((day, uptime)) => worse.push(bad_day(day, uptime, &path, language)),
        }
    }
    let width = first.iter_days().take_while(|date| *date <= today).count() * PITCH;
    markup!(
        "<svg class=\"days\" viewBox=\"0 0 {width} {height}\" preserveAspectRatio=\"none\" \
         role=\"img\" aria-label=\"{label}\"><path class=\"none\" d=\"{none}\"/>\
         <path class=\"good\" d=\"{good}\"/>{worse}</svg>",
        width = width,
        height = HEIGHT,
        label = label,
        none = none,
        good = good,
        worse = worse.into_iter().collect::<Markup>(),
    )
}

/// A day with failures, and the text that a pointer over it shows.
fn bad_day(day: &Day, uptime: f64, path: &str, language: Language) -> Markup {
    let class = match uptime {
        0.99.. => "fair",
        0.95.. => "poor",
        _ => "bad",
    };
    let date = words::of(language).day(day.date.day(), day.date.month0(), None);
    let share = history::uptime(&[*day]).unwrap_or_default();
    markup!(
        "<path class=\"{class}\" d=\"{path}\"><title>{date}: {share}</title></path>",
        class = class,
        path = path,
        date = date,
        share = share,
    )
}

/// Latencies in milliseconds, oldest first, scaled to the highest. A failure breaks the
/// line, and is a mark. `None` if nothing was measured.
pub(super) fn sparkline(latencies: &[Option<u32>], label: &str) -> Option<Markup> {
    let highest = u64::from(latencies.iter().flatten().copied().max().filter(|ms| *ms > 0)?);
    let start = RECENT.saturating_sub(latencies.len());
    let (mut line, mut marks, mut is_drawn) = (String::new(), String::new(), false);
    for (index, latency) in latencies.iter().enumerate() {
        let x = (start + index) * STEP + STEP / 2;
        if let Some(latency) = latency {
            let y = ROOM - MARGIN - u64::from(*latency) * (ROOM - 2 * MARGIN) / highest;
            line += &format!("{}{x} {y}", if is_drawn { "L" } else { "M" });
            // A line of one point has no length, and would be invisible.
            line += if is_drawn { "" } else { "h0" };
        } else {
            marks += &format!("M{x} {MARGIN}V{}", ROOM - MARGIN);
        }
        is_drawn = latency.is_some();
    }
    let width = RECENT * STEP;
    Some(markup!(
        "<svg class=\"line\" viewBox=\"0 0 {width} {room}\" role=\"img\" aria-label=\"{label}\">\
         <path class=\"miss\" d=\"{marks}\"/><path d=\"{line}\"/></svg>",
        width = width,
        room = ROOM,
        label = label,
        marks = marks,
        line = line,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(svg: &str, class: &str) -> String {
        let (_, rest) = svg.split_once(class).unwrap();
        let (_, path) = rest.split_once("d=\"").unwrap();
        path.split('"').next().unwrap().to_owned()
    }

    #[test]
    fn a_line_is_scaled_to_its_highest_ends_at_the_right_and_breaks_at_a_failure() {
        let svg = sparkline(&[Some(50), Some(100), None, Some(0)], "0 ms").unwrap().into_document();
        assert_eq!(drawn(&svg, "/><path "), "M265 30h0L275 4M295 56h0");
        assert_eq!(drawn(&svg, "class=\"miss\""), "M285 4V56");
    }

    #[test]
    fn what_was_never_measured_has_no_line() {
        assert_eq!(sparkline(&[], ""), None);
        assert_eq!(sparkline(&[None, Some(0)], ""), None);
    }

    #[test]
    fn bars_end_today_and_are_as_bad_as_their_day() {
        let today = NaiveDate::from_ymd_opt(2026, 7, 5).unwrap();
        let day = |ago, up, down| Day { date: today - Days::new(ago), up, down, latency_ms: 0 };
        let days = [day(89, 1, 0), day(3, 99, 1), day(2, 95, 5), day(1, 94, 6), day(0, 2, 0)];
        let svg = bars(&days, today, "", Language::En).into_document();
        assert_eq!(drawn(&svg, "class=\"good\""), "M0 0h4v30h-4zM445 0h4v30h-4z");
        assert_eq!(drawn(&svg, "class=\"fair\""), "M430 0h4v30h-4z");
        assert_eq!(drawn(&svg, "class=\"poor\""), "M435 0h4v30h-4z");
        assert_eq!(drawn(&svg, "class=\"bad\""), "M440 0h4v30h-4z");
        assert_eq!(drawn(&svg, "class=\"none\"").matches('M').count(), 85);
        assert!(svg.contains("<title>4 Jul: 94.00 %</title>"), "{svg}");
    }
}
