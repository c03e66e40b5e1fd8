//! A line over time, with axes: the latencies of a day, and of all days that there are.

use super::markup::{Markup, markup};

/// Units of the plot, which is stretched to the width that there is.
const WIDTH: usize = 1000;
const HEIGHT: u64 = 100;

/// A line of values at equal distances.
pub(super) struct Chart<'a> {
    /// Oldest first; `None` breaks the line.
    pub(super) values: &'a [Option<u64>],
    /// Names of points, by their places in `values`, from left to right.
    pub(super) ticks: &'a [(usize, String)],
    /// What it shows, in words.
    pub(super) label: &'a str,
}

impl Chart<'_> {
    /// The picture; `unit` says a value. `None` if there is no value.
    pub(super) fn draw(&self, unit: impl Fn(u64) -> String) -> Option<Markup> {
        let highest = self.values.iter().flatten().copied().max()?;
        let top = top(highest);
        let levels = [top, top / 2, 0].map(|level| {
            let y = 100 - level * 100 / top;
            markup!(
                "<line x1=\"0\" x2=\"100%\" y1=\"{y}%\" y2=\"{y}%\"/>\
                 <text x=\"0\" y=\"{y}%\" dy=\"-.3em\">{level}</text>",
                y = y,
                level = unit(level),
            )
        });
        let [line, area] = self.paths(top);
        Some(markup!(
            "<svg class=\"chart\" role=\"img\" aria-label=\"{label}\">\
             <svg class=\"plot\" y=\"10%\" height=\"76%\"><svg viewBox=\"0 0 {width} {height}\" preserveAspectRatio=\"none\">\
             <path class=\"area\" d=\"{area}\"/><path class=\"curve\" d=\"{line}\"/></svg>{levels}</svg>\
             {ticks}</svg>",
            label = self.label,
            width = WIDTH,
            height = HEIGHT,
            area = area,
            line = line,
            levels = levels.into_iter().collect::<Markup>(),
            ticks = self.ticks(),
        ))
    }

    fn last(&self) -> usize {
        self.values.len().saturating_sub(1).max(1)
    }

    /// The line, and what is below it.
    fn paths(&self, top: u64) -> [String; 2] {
        let (mut line, mut area) = (String::new(), String::new());
        let points = self.values.iter().enumerate().map(|(at, value)| {
            let y = value.map(|value| HEIGHT - value * HEIGHT / top);
            (at * WIDTH / self.last(), y)
        });
        let mut start: Option<(usize, usize)> = None;
        let close = |start: Option<(usize, usize)>| {
            start.map(|(first, last)| format!("L{last} {HEIGHT}L{first} {HEIGHT}z"))
        };
        for (x, y) in points {
            let Some(y) = y else {
                area += &close(start.take()).unwrap_or_default();
                continue;
            };
            let step = if start.is_some() { format!("L{x} {y}") } else { format!("M{x} {y}") };
            line += &step;
            // A line of one point has no length, and would be invisible.
            line += if start.is_some() { "" } else { "h0" };
            area += &step;
            start = Some((start.map_or(x, |(first, _)| first), x));
        }
        area += &close(start).unwrap_or_default();
        [line, area]
    }

    fn ticks(&self) -> Markup {
        let tick = |(at, name): &(usize, String)| {
            let x = at * 100 / self.last();
            let class = match x {
                0..10 => "",
                90.. => "end",
                _ => "middle",
            };
            markup!(
                "<text class=\"{class}\" x=\"{x}%\" y=\"97%\">{name}</text>",
                class = class,
                x = x,
                name = name,
            )
        };
        self.ticks.iter().map(tick).collect()
    }
}

/// The end of the axis: the next round number whose half is round too.
fn top(highest: u64) -> u64 {
    let mut unit = 1;
    loop {
        let fits = [2, 4, 6, 10].into_iter().map(|times| times * unit).find(|top| *top >= highest);
        match fits {
            Some(top) => return top,
            None => unit *= 10,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_at_a_round_number() {
        assert_eq!([0, 1, 3, 87, 101, 950, 1001].map(top), [2, 2, 4, 100, 200, 1000, 2000]);
    }

    #[test]
    fn a_gap_breaks_the_line_and_what_is_below_it() {
        let values = [Some(0), Some(10), None, Some(5)];
        let chart = Chart { values: &values, ticks: &[], label: "" };
        let [line, area] = chart.paths(10);
        assert_eq!(line, "M0 100h0L333 0M1000 50h0");
        assert_eq!(area, "M0 100L333 0L333 100L0 100zM1000 50L1000 100L1000 100z");
    }
}
