//! `/badge/NAME.svg`: a name and its status, in the shape that readers of
//! READMEs know from <https://shields.io>; and the same of its uptime and its latency.

use unicode_width::UnicodeWidthChar as _;

use super::markup::{Markup, markup};
use super::row::{Row, ShownStatus};
use super::{Page, uptime};
use crate::message::MAX_NAME;
use crate::text::one_line;

/// Pixels of a letter, and of a letter of two columns, in Verdana of eleven pixels. The
/// text is then stretched or squeezed to the computed width, in whatever font.
const NARROW: usize = 7;
const WIDE: usize = 11;

/// Pixels on each side of a text.
const MARGIN: usize = 6;

/// A day's share of successes from which on it is good, and from which on it is fair.
const GOOD: u64 = 9_990;
const FAIR: u64 = 9_900;

/// What a badge shows of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Badge {
    /// Whether it is up.
    Status,
    /// The uptime of the last 24 hours.
    Day,
    /// The uptime of so many days, today included.
    Days(u64),
    /// The mean latency of the last 24 hours.
    Latency,
}

impl Badge {
    /// All of them, by the last parts of their paths, without `.svg`.
    pub const ALL: [(&str, Self); 7] = [
        ("", Self::Status),
        ("/uptime", Self::Days(90)),
        ("/uptime-24h", Self::Day),
        ("/uptime-7d", Self::Days(7)),
        ("/uptime-30d", Self::Days(30)),
        ("/uptime-90d", Self::Days(90)),
        ("/latency", Self::Latency),
    ];
}

const GREEN: &str = "#26803f";
const YELLOW: &str = "#8a6100";
const RED: &str = "#c9202c";
const BLUE: &str = "#2563b0";
const GREY: &str = "#606a74";

impl Page<'_> {
    /// The badge of the target called `name`; `None` if there is none.
    #[must_use]
    pub fn badge(&self, name: &str, badge: Badge) -> Option<String> {
        let row = self.row(name)?;
        let shown = one_line(row.name.as_str(), MAX_NAME);
        let (words, today) = (self.words(), self.at.date_naive());
        let (label, (value, colour)) = match badge {
            Badge::Status => (shown, self.status_badge(row)),
            Badge::Day => {
                let share = uptime::share_of_hours(row).filter(|_| row.is_measured);
                (format!("{shown} {}", words.hours(24)), self.uptime_badge(share))
            }
            Badge::Days(days) => {
                // It does not speak of days that there were not.
                let days = days.min(uptime::days_of_evidence(row.days, today));
                let share = uptime::share_of_days(row.days, days, today);
                let share = share.filter(|_| row.is_measured);
                (format!("{shown} {}", words.days(days)), self.uptime_badge(share))
            }
            Badge::Latency => (shown, self.latency_badge(row)),
        };
        Some(svg(&label, &value, colour).into_document())
    }

    fn status_badge(&self, row: &Row<'_>) -> (String, &'static str) {
        let words = self.words();
        let (status, colour) = match row.status {
            ShownStatus::Up { .. } => (words.up(), GREEN),
            ShownStatus::Down { .. } => (words.down(), RED),
            ShownStatus::Unseen { .. }
            | ShownStatus::Unjudged
            | ShownStatus::Unreadable
            | ShownStatus::Silent => (words.unknown(), GREY),
        };
        (status.to_owned(), colour)
    }

    fn uptime_badge(&self, share: Option<(String, u64)>) -> (String, &'static str) {
        match share {
            Some((share, GOOD..)) => (share, GREEN),
            Some((share, FAIR..)) => (share, YELLOW),
            Some((share, _)) => (share, RED),
            None => (self.words().no_data().to_owned(), GREY),
        }
    }

    /// The mean of the last 24 hours. Which latency is good is not known here.
    fn latency_badge(&self, row: &Row<'_>) -> (String, &'static str) {
        let hours = row.hours.iter().map(|(_, hour)| hour);
        let (up, all) = hours.fold((0_u64, 0_u64), |(up, all), hour| {
            (up + u64::from(hour.up), all.saturating_add(hour.latency_ms))
        });
        let mean = all.checked_div(up).filter(|_| row.is_measured && all > 0);
        match mean {
            Some(mean) => (self.took(mean), BLUE),
            None => (self.words().no_data().to_owned(), GREY),
        }
    }
}

fn svg(label: &str, status: &str, colour: &str) -> Markup {
    let (left, right) = (wide(label), wide(status));
    let (outer, inner) = (left + right + 4 * MARGIN, left + 2 * MARGIN);
    let text = |text: &str, middle: usize, length: usize| {
        markup!(
            "<text x=\"{middle}\" y=\"14\" textLength=\"{length}\" \
             lengthAdjust=\"spacingAndGlyphs\">{text}</text>",
            middle = middle,
            length = length,
            text = text,
        )
    };
    markup!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{outer}\" height=\"20\" role=\"img\" \
         aria-label=\"{label}: {status}\"><title>{label}: {status}</title>\
         <clipPath id=\"r\"><rect width=\"{outer}\" height=\"20\" rx=\"3\"/></clipPath>\
         <g clip-path=\"url(#r)\"><rect width=\"{inner}\" height=\"20\" fill=\"#444c56\"/>\
         <rect x=\"{inner}\" width=\"{rest}\" height=\"20\" fill=\"{colour}\"/></g>\
         <g fill=\"#fff\" text-anchor=\"middle\" \
         font-family=\"Verdana,Geneva,DejaVu Sans,sans-serif\" font-size=\"11\">{left_text}{right_text}</g></svg>\n",
        outer = outer,
        inner = inner,
        label = label,
        status = status,
        colour = colour,
        rest = right + 2 * MARGIN,
        left_text = text(label, MARGIN + left / 2, left),
        right_text = text(status, inner + MARGIN + right / 2, right),
    )
}

/// Pixels that `text` takes.
fn wide(text: &str) -> usize {
    let pixels = |char: char| match char.width() {
        None | Some(0) => 0,
        Some(1) => NARROW,
        Some(_) => WIDE,
    };
    text.chars().map(pixels).sum::<usize>().max(NARROW)
}
