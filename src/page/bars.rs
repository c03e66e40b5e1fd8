//! Days as bars, and the last latencies as a line. The page's style sheet has their
//! colours, because its policy forbids style attributes.

use chrono::{Days, NaiveDate};

use super::markup::{Markup, markup};
use super::uptime::days_of_evidence;
use crate::model::history::{DAYS, Day, RECENT};

/// Units from one bar to the next, the width of a bar, and its height.
const PITCH: u64 = 5;
const BAR: u64 = 4;
const HEIGHT: u64 = 30;

/// The height of a bar of which nothing is left, and the least that each failure takes
/// from the whole height: so that a bad day is seen without its colour.
const LOWEST: u64 = 3;
const MISSING: u64 = 7;

/// The fewest bars that a row has room for: a few days are not stretched over its width.
const FEWEST: u64 = 30;

/// Units from one latency to the next, the height of the picture, and the space above and
/// below the line, for its width.
const STEP: usize = 5;
const ROOM: u64 = 30;
const MARGIN: u64 = 3;

/// A bar for each day since the first that there is evidence of, in room for as many as
/// the target of the page has that has most.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bars {
    room: u64,
    today: NaiveDate,
}

impl Bars {
    /// For targets that have `most` days at most.
    pub(super) fn new(most: u64, today: NaiveDate) -> Self {
        Self { room: most.clamp(FEWEST, DAYS), today }
    }

    /// The bars of `days`; `label` says the same in words, and `ends` when the first and
    /// the last one are.
    pub(super) fn of(self, days: &[Day], ends: [&str; 2], label: &str) -> Markup {
        let count = days_of_evidence(days, self.today);
        let blank = self.room - count.min(self.room);
        let width = self.room * PITCH;
        let first = self.today.checked_sub_days(Days::new(count - 1)).unwrap_or(self.today);
        let drawn = drawn(days, first, self.today, blank * PITCH);
        markup!(
            "<svg class=\"days\" role=\"img\" aria-label=\"{label}\">\
             <svg viewBox=\"0 0 {width} {height}\" height=\"66%\" preserveAspectRatio=\"none\">{drawn}</svg>\
             <text x=\"{start}%\" y=\"95%\">{first}</text>\
             <text class=\"end\" x=\"100%\" y=\"95%\">{last}</text></svg>",
            label = label,
            width = width,
            height = HEIGHT,
            drawn = drawn,
            start = blank * 100 / self.room,
            first = (count > 1).then_some(ends[0]),
            last = ends[1],
        )
    }
}

/// The class of a day, and the height of its bar.
fn looks(day: Option<&Day>) -> (&'static str, u64) {
    let Some(Day { up, down, .. }) = day.filter(|day| day.up > 0 || day.down > 0) else {
        return ("none", 0);
    };
    let (up, all) = (u64::from(*up), u64::from(*up) + u64::from(*down));
    let class = match up * 10_000 / all {
        10_000.. => return ("good", HEIGHT),
        9_900.. => "fair",
        9_500.. => "poor",
        _ => "bad",
    };
    (class, (up * HEIGHT / all).clamp(LOWEST, HEIGHT - MISSING))
}

/// The days from `first` until `last`, from `start` on. Neighbours that are alike are one
/// line, which its style breaks into bars.
fn drawn(days: &[Day], first: NaiveDate, last: NaiveDate, start: u64) -> Markup {
    let mut runs: Vec<(&str, u64, u64, u64)> = Vec::new();
    for (date, x) in
        first.iter_days().take_while(|date| *date <= last).zip((0..).map(|n| start + n * PITCH))
    {
        let day = days.iter().find(|day| day.date == date);
        let (class, height) = looks(day);
        match runs.last_mut() {
            Some((of, high, _, length)) if (*of, *high) == (class, height) => *length += PITCH,
            _ => runs.push((class, height, x, PITCH)),
        }
    }
    let run = |(class, height, x, length): (&str, u64, u64, u64)| match height {
        0 => markup!("<path class=\"none\" d=\"M{x} 28h{length}\"/>", x = x, length = length),
        HEIGHT => markup!("<path class=\"good\" d=\"M{x} 15h{length}\"/>", x = x, length = length),
        _ => {
            let bars: Vec<String> = (0..length / PITCH)
                .map(|n| format!("M{} {HEIGHT}h{BAR}v-{height}h-{BAR}z", x + n * PITCH))
                .collect();
            markup!("<path class=\"{class}\" d=\"{bars}\"/>", class = class, bars = bars.concat())
        }
    };
    runs.into_iter().map(run).collect()
}

/// Latencies in milliseconds, oldest first, scaled to the highest. A failure breaks the
/// line, and is a mark. `None` if nothing was measured.
pub(super) fn sparkline(latencies: &[Option<u32>], label: &str) -> Option<Markup> {
    let highest = u64::from(latencies.iter().flatten().copied().max().filter(|ms| *ms > 0)?);
    let start = RECENT.saturating_sub(latencies.len());
    let height = |latency: u32| ROOM - MARGIN - u64::from(latency) * (ROOM - 2 * MARGIN) / highest;
    let (mut line, mut marks, mut before) = (String::new(), String::new(), None);
    for (index, latency) in latencies.iter().enumerate() {
        let x = (start + index) * STEP + STEP / 2;
        let y = latency.map(height);
        match (y, before) {
            (Some(y), Some(last)) => line += &format!("l{STEP} {}", y.cast_signed() - last),
            // A line of one point has no length, and would be invisible.
            (Some(y), None) => line += &format!("M{x} {y}h0"),
            (None, _) => marks += &format!("M{x} {MARGIN}V{}", ROOM - MARGIN),
        }
        before = y.map(u64::cast_signed);
    }
    let marks =
        (!marks.is_empty()).then(|| markup!("<path class=\"miss\" d=\"{marks}\"/>", marks = marks));
    Some(markup!(
        "<svg class=\"line\" viewBox=\"0 0 {width} {room}\" role=\"img\" aria-label=\"{label}\">\
         {marks}<path d=\"{line}\"/></svg>",
        width = RECENT * STEP,
        room = ROOM,
        label = label,
        marks = marks,
        line = line,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(svg: Markup) -> Vec<String> {
        let svg = svg.into_document();
        svg.split(" d=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    }

    fn day(date: &str, up: u32, down: u32) -> Day {
        Day { date: date.parse().unwrap(), up, down, latency_ms: 0 }
    }

    #[test]
    fn a_line_is_scaled_to_its_highest_ends_at_the_right_and_breaks_at_a_failure() {
        let svg = sparkline(&[Some(50), Some(100), None, Some(0)], "0 ms").unwrap();
        assert_eq!(paths(svg), ["M142 3V27", "M132 15h0l5 -12M147 27h0"]);
    }

    #[test]
    fn what_was_not_measured_is_not_drawn() {
        assert_eq!(sparkline(&[None, None], ""), None);
        assert_eq!(sparkline(&[Some(0)], ""), None);
    }

    #[test]
    fn bars_are_of_days_that_there_are_and_alike_ones_are_one_line() {
        let days = [
            day("2026-07-01", 10, 0),
            day("2026-07-02", 10, 0),
            day("2026-07-03", 5, 5),
            day("2026-07-05", 1, 0),
        ];
        let bars = Bars::new(5, "2026-07-05".parse().unwrap());
        let drawn = paths(bars.of(&days, ["5 days ago", "today"], ""));
        assert_eq!(drawn, ["M125 15h10", "M135 30h4v-15h-4z", "M140 28h5", "M145 15h5"]);
        let text = bars.of(&days, ["5 days ago", "today"], "").into_document();
        assert!(text.contains("<text x=\"83%\" y=\"95%\">5 days ago</text>"), "{text}");
    }

    #[test]
    fn the_worse_a_day_the_lower_its_bar_and_no_failure_is_too_small_to_see() {
        let shown = |up, down| looks(Some(&day("2026-07-01", up, down)));
        assert_eq!((shown(9, 0), shown(9999, 1)), (("good", 30), ("fair", 23)));
        assert_eq!((shown(97, 3), shown(1, 1)), (("poor", 23), ("bad", 15)));
        assert_eq!((shown(0, 9), shown(0, 0), looks(None)), (("bad", 3), ("none", 0), ("none", 0)));
    }
}
