//! Small pictures in characters: latencies as a sparkline, days as bars.

use anstyle::{AnsiColor, Style};
use chrono::{Days, NaiveDate};

use crate::model::history::Day;

const STEPS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The characters for a failure among latencies, and for a day without evidence.
const FAILURE: char = '✕';
const NO_DATA: char = '·';

pub(super) const GOOD: Style = AnsiColor::Green.on_default();
pub(super) const BAD: Style = AnsiColor::Red.on_default();
pub(super) const WARN: Style = AnsiColor::Yellow.on_default();
pub(super) const DIM: Style = Style::new().dimmed();
pub(super) const BOLD: Style = Style::new().bold();

/// The columns of the terminal that standard output goes to, if it goes to one.
pub(super) fn terminal_width() -> Option<usize> {
    terminal_size().map(|(width, _)| width)
}

/// Its columns and lines.
pub(super) fn terminal_size() -> Option<(usize, usize)> {
    let (width, height) = terminal_size::terminal_size_of(std::io::stdout())?;
    let (width, height) = (usize::from(width.0), usize::from(height.0));
    (width > 0 && height > 0).then_some((width, height))
}

/// `text` in `style`.
pub(super) fn paint(style: Style, text: impl std::fmt::Display) -> String {
    format!("{}{text}{}", style.render(), style.render_reset())
}

/// Latencies in milliseconds from low to high, scaled to the highest; `None`
/// is a failure.
pub(super) fn sparkline(latencies: &[Option<u32>]) -> String {
    let highest = latencies.iter().flatten().copied().max().unwrap_or(0).max(1);
    let step = |latency: u32| {
        let index = u64::from(latency) * (STEPS.len() as u64 - 1) / u64::from(highest);
        STEPS[usize::try_from(index).unwrap_or(0).min(STEPS.len() - 1)]
    };
    latencies.iter().map(|latency| latency.map_or(FAILURE, step)).collect()
}

/// The 24 hours of a day, one character each, scaled to the highest; an hour without
/// anything is left open.
pub(super) fn hours(counts: &[u32; 24]) -> String {
    let highest = u64::from(counts.iter().copied().max().unwrap_or(0).max(1));
    let step = |count: u32| {
        let index = u64::from(count) * (STEPS.len() as u64 - 1) / highest;
        STEPS[usize::try_from(index).unwrap_or(0).min(STEPS.len() - 1)]
    };
    counts.iter().map(|count| if *count == 0 { NO_DATA } else { step(*count) }).collect()
}

/// The `count` days that end with `today`, one character each: full height is
/// a day without a failure.
pub(super) fn bars(days: &[Day], today: NaiveDate, count: u64) -> String {
    let first = today.checked_sub_days(Days::new(count - 1)).unwrap_or(today);
    let dates = first.iter_days().take_while(|date| *date <= today);
    dates.map(|date| bar(days.iter().find(|day| day.date == date))).collect()
}

/// A day's bar shrinks with what failed on it: 1 % off is visible, 10 % low.
fn bar(day: Option<&Day>) -> String {
    let Some(uptime) = day.and_then(Day::uptime) else { return paint(DIM, NO_DATA) };
    let (step, style) = match uptime {
        1.0 => (7, GOOD),
        0.999.. => (6, GOOD),
        0.99.. => (5, WARN),
        0.98.. => (4, WARN),
        0.95.. => (3, WARN),
        0.9.. => (2, BAD),
        0.5.. => (1, BAD),
        _ => (0, BAD),
    };
    paint(style, STEPS[step])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(date: &str, up: u32, down: u32) -> Day {
        Day { date: date.parse().unwrap(), up, down, latency_ms: 0 }
    }

    #[test]
    fn a_sparkline_is_scaled_to_its_highest_and_marks_failures() {
        assert_eq!(sparkline(&[Some(0), Some(50), None, Some(100)]), "▁▄✕█");
        assert_eq!(sparkline(&[]), "");
    }

    #[test]
    fn bars_end_today_and_leave_days_without_evidence_open() {
        let days = [day("2026-01-02", 100, 0), day("2026-01-03", 50, 50)];
        let bars = bars(&days, "2026-01-04".parse().unwrap(), 4);
        let plain = anstream::adapter::strip_str(&bars).to_string();
        assert_eq!(plain, "·█▂·");
    }
}
