//! All targets, a line each: grouped, the worst first, and a line that counts.

use super::StatusContext;
use super::gaps::gaps;
use super::layout::{Layout, Widths};
use super::row::Row;
use super::severity::{self, Severity};
use crate::cli::draw::{BAD, BOLD, DIM, WARN, bars, paint, sparkline};
use crate::cli::groups::groups;
use crate::cli::table::{self, Cell, shown_width};
use crate::cli::wrap::wrapped;
use crate::core::judge::freshness::STALE_AFTER;
use crate::text::duration::english as duration;
use crate::text::visible;

/// Columns before what stands below a row.
const INDENT: usize = 5;

/// Everything, for a terminal of that `width`, if there is one.
pub(super) fn view(context: &StatusContext<'_>, width: Option<usize>) -> String {
    let Overview { rows, notes, summary, legend } = Overview::of(context, width, Shown::All);
    let blank = || vec![String::new()];
    lines(&[rows, blank(), notes, blank(), summary, legend].concat())
}

/// As much of it as `height` lines show, the most important first: what is well is only
/// counted if there is no room for it.
pub(super) fn fitted(context: &StatusContext<'_>, width: usize, height: usize) -> Vec<String> {
    let all = Overview::of(context, Some(width), Shown::All).summary_first();
    if all.len() <= height {
        return all;
    }
    let mut ill = Overview::of(context, Some(width), Shown::Ill).summary_first();
    if ill.len() > height {
        let hidden = ill.len() - (height.max(1) - 1);
        ill.truncate(height.max(1) - 1);
        ill.push(format!("  {}", paint(DIM, format!("… {hidden} more lines"))));
    }
    ill
}

/// Which rows are written out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    All,
    /// Those that are not simply up, the worst of all groups first; the others are counted.
    Ill,
}

/// The parts of what is shown, in lines.
struct Overview {
    rows: Vec<String>,
    /// What is not of one target.
    notes: Vec<String>,
    summary: Vec<String>,
    legend: Vec<String>,
}

impl Overview {
    fn of(context: &StatusContext<'_>, width: Option<usize>, shown: Shown) -> Self {
        let rows: Vec<Row<'_>> =
            context.targets.iter().map(|target| Row::of(target, context)).collect();
        let table = Table::of(&rows, context, width);
        let lines = match shown {
            Shown::All => table.grouped(&rows),
            Shown::Ill => table.ill(&rows),
        };
        Self {
            rows: lines,
            notes: notes(context, width),
            summary: summary(context, &rows, width),
            legend: table.legend(),
        }
    }

    /// For who reads from the top.
    fn summary_first(self) -> Vec<String> {
        let blank = vec![String::new()];
        let notes =
            if self.notes.is_empty() { Vec::new() } else { [blank.clone(), self.notes].concat() };
        [self.summary, blank.clone(), self.rows, notes, blank, self.legend].concat()
    }
}

/// `all` as text.
fn lines(all: &[String]) -> String {
    let mut text = String::new();
    for line in all.iter().skip_while(|line| line.is_empty()) {
        // Two parts that are apart are so by one line.
        if !(line.is_empty() && text.ends_with("\n\n")) {
            text += &format!("{line}\n");
        }
    }
    text
}

/// `text` in lines of a terminal of that `width`, if there is one, each after `indent` blanks.
pub(super) fn indented(text: &str, indent: usize, width: Option<usize>) -> Vec<String> {
    let room = width.map_or(usize::MAX, |width| width.saturating_sub(indent).max(1));
    let blanks = " ".repeat(indent);
    wrapped(text, room).into_iter().map(|line| format!("{blanks}{line}")).collect()
}

/// The places of some of the rows, the worst first.
fn worst_first(rows: &[Row<'_>], is_wanted: impl Fn(&Row<'_>) -> bool) -> Vec<usize> {
    let mut places: Vec<usize> = (0..rows.len()).filter(|at| is_wanted(&rows[*at])).collect();
    places.sort_by_key(|at| (rows[*at].severity, rows[*at].brief.is_some()));
    places
}

fn heading<'a>(name: &str, members: impl Iterator<Item = &'a Row<'a>>) -> String {
    let count = severity::count(members.map(|row| row.severity));
    format!("{}  {count}", paint(BOLD, visible(name)))
}

/// The rows in columns that line up.
struct Table {
    layout: Layout,
    width: Option<usize>,
    lines: Vec<String>,
}

impl Table {
    fn of(rows: &[Row<'_>], context: &StatusContext<'_>, width: Option<usize>) -> Self {
        let widest = |width: fn(&Row<'_>) -> usize| rows.iter().map(width).max().unwrap_or(0);
        let names = rows.iter().map(|row| shown_width(&row.name));
        let layout = Layout::of(
            width,
            Widths {
                name: names.filter(|name| *name <= widest_name(width)).max().unwrap_or(0),
                latest: widest(|row| shown_width(&row.latest)),
                share: widest(|row| shown_width(&row.share)),
                brief: widest(|row| row.brief.as_deref().map_or(0, shown_width)),
            },
        );
        let cells: Vec<Vec<Cell>> =
            rows.iter().map(|row| cells(row, layout, context, width)).collect();
        Self { layout, width, lines: table::lines(&cells) }
    }

    /// All rows, under the names of their groups.
    fn grouped(&self, rows: &[Row<'_>]) -> Vec<String> {
        let mut lines = Vec::new();
        for group in groups(rows.iter().map(|row| row.target.group.as_deref())) {
            let members = worst_first(rows, |row| row.target.group.as_deref() == group);
            lines.extend((group.is_some() && !lines.is_empty()).then(String::new));
            lines.extend(group.map(|name| heading(name, members.iter().map(|at| &rows[*at]))));
            lines.extend(members.iter().flat_map(|at| self.lines(*at, &rows[*at])));
        }
        lines
    }

    /// The rows of what is not simply up, and how many others there are.
    fn ill(&self, rows: &[Row<'_>]) -> Vec<String> {
        let ill = worst_first(rows, |row| row.brief.is_none());
        let mut lines: Vec<String> =
            ill.iter().flat_map(|at| self.lines(*at, &rows[*at])).collect();
        let (sign, style) = Severity::Up.sign();
        let more = if ill.is_empty() { "up" } else { "more up" };
        let well = rows.len() - ill.len();
        lines.extend((well > 0).then(|| format!("  {}  {well} {more}", paint(style, sign))));
        lines
    }

    /// The row at that place, and what stands below it.
    fn lines(&self, at: usize, row: &Row<'_>) -> Vec<String> {
        let mut lines = Vec::new();
        if shown_width(&row.name) > widest_name(self.width) {
            // Alone, where a column would leave no room for anything else.
            let name = indented(&visible(&row.name), INDENT, self.width);
            lines.extend(name.into_iter().map(|line| paint(BOLD, line)));
        }
        lines.push(self.lines[at].clone());
        if self.width.is_some() && row.brief.is_none() {
            lines.extend(indented(&visible(&row.explanation), INDENT, self.width));
        }
        lines
    }

    /// What the pictures mean.
    fn legend(&self) -> Vec<String> {
        let Layout { recent, days, .. } = self.layout;
        let parts = [
            (recent > 0).then(|| {
                format!("line: the last {recent} probes, from 0 to the target's slowest, ✕ failed")
            }),
            (days > 0)
                .then(|| format!("bars: {days} days (UTC), today at the right, full is 100 %")),
        ];
        let legend: Vec<String> = parts.into_iter().flatten().collect();
        let each = legend.iter().flat_map(|part| indented(part, 2, self.width));
        each.map(|line| paint(DIM, line)).collect()
    }
}

/// The widest name that has a column.
fn widest_name(width: Option<usize>) -> usize {
    width.map_or(usize::MAX, |width| width * 2 / 5)
}

fn cells(
    row: &Row<'_>,
    layout: Layout,
    context: &StatusContext<'_>,
    width: Option<usize>,
) -> Vec<Cell> {
    let (sign, style) = row.severity.sign();
    let is_wide = shown_width(&row.name) > widest_name(width);
    let mut cells = vec![
        Cell::new(sign).style(style),
        Cell::new(if is_wide { "" } else { &row.name }).style(BOLD),
    ];
    let latest = row.recent.len().saturating_sub(layout.recent);
    cells.extend((layout.recent > 0).then(|| Cell::painted(sparkline(&row.recent[latest..]))));
    cells.extend(layout.latest.then(|| Cell::new(&row.latest).right()));
    cells.extend((layout.days > 0).then(|| {
        let days = context.memory.days(&row.target.name);
        Cell::painted(bars(days, context.now().date_naive(), layout.days))
    }));
    cells.push(Cell::new(&row.share).right());
    match width {
        // In a pipe a target is a line, for who searches it.
        None => cells.push(Cell::new(&row.explanation)),
        Some(_) if layout.brief => {
            cells.push(Cell::new(row.brief.as_deref().unwrap_or_default()).style(DIM));
        }
        Some(_) => {}
    }
    cells
}

/// What lacks, what probers could not see, and what cannot be read.
fn notes(context: &StatusContext<'_>, width: Option<usize>) -> Vec<String> {
    let lacking = context.config.lacking.iter().map(|lacking| (WARN, format!("here, {lacking}")));
    let records = &context.memory.records;
    let blind = gaps(records, context.calendar, context.now());
    let unreadable =
        records.unreadable.values().map(|problem| (BAD, format!("not watched: {problem}")));
    let notes = lacking.chain(blind).chain(unreadable);
    let each = notes.flat_map(|(style, note)| {
        let lines = indented(&visible(&note), 2, width).into_iter();
        lines.map(move |line| paint(style, line))
    });
    each.collect()
}

/// How many are how, and how old the newest observation is.
fn summary(context: &StatusContext<'_>, rows: &[Row<'_>], width: Option<usize>) -> Vec<String> {
    let count = severity::count(rows.iter().map(|row| row.severity));
    let slots = context.targets.iter().filter_map(|target| context.state(target).last_slot);
    let Some(newest) = slots.max() else {
        return vec![format!("  {count}")];
    };
    let age = context.now() - newest;
    let style = if age > STALE_AFTER { WARN } else { DIM };
    let age = paint(style, format!("last pass {} ago", duration(age)));
    let line = format!("  {count}, {age}");
    match width {
        Some(width) if shown_width(&line) > width => {
            vec![format!("  {count}"), format!("  {age}")]
        }
        Some(_) | None => vec![line],
    }
}
