//! Columns that line up in a terminal, whatever the width of a character.

use std::iter::repeat_n;

use unicode_width::UnicodeWidthStr;

use super::wrap::wrapped;
use crate::text::visible;

/// One cell: its text, and how it is painted.
#[derive(Debug, Clone, Default)]
pub struct Cell {
    text: String,
    style: anstyle::Style,
    right: bool,
}

impl Cell {
    /// Plain text, to the left. Much of it was written by others.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: visible(&text.into()), ..Self::default() }
    }

    /// A picture that is already in colour; none of it was written by others.
    pub fn painted(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// In colour, or bold, or dim.
    #[must_use]
    pub fn style(self, style: impl Into<anstyle::Style>) -> Self {
        Self { style: style.into(), ..self }
    }

    /// To the right of its column, as numbers are.
    #[must_use]
    pub fn right(self) -> Self {
        Self { right: true, ..self }
    }

    fn width(&self) -> usize {
        shown_width(&self.text)
    }

    fn push(&self, line: &mut String, width: usize) {
        let gap = width.saturating_sub(self.width());
        let (before, after) = if self.right { (gap, 0) } else { (0, gap) };
        line.extend(repeat_n(' ', before));
        if self.style.is_plain() || self.text.is_empty() {
            *line += &self.text;
        } else {
            let style = self.style;
            *line += &format!("{style}{}{style:#}", self.text);
        }
        line.extend(repeat_n(' ', after));
    }
}

/// Sets `rows` in columns two spaces apart; each line is indented by two.
/// The last column is not padded.
#[must_use]
pub fn lines(rows: &[Vec<Cell>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(Cell::width).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    rows.iter().map(|row| line(row, &widths)).collect()
}

/// The same for a terminal of `width` columns, if there is one. Where the last cell has no
/// room, it stands below the others, on as many lines as it needs; a word is not cut.
#[must_use]
pub fn lines_within(rows: &[Vec<Cell>], width: Option<usize>) -> Vec<String> {
    let Some(width) = width else { return lines(rows) };
    let alone = |row: &Vec<Cell>| row[..row.len().saturating_sub(1)].to_vec();
    let rest = lines(&rows.iter().map(alone).collect::<Vec<_>>());
    let fits = |line: &String| shown_width(line) <= width;
    let below = |(row, (whole, line)): (&Vec<Cell>, (String, String))| match row.last() {
        Some(last) if !fits(&whole) => {
            let blank = " ".repeat(INDENT);
            let room = width.saturating_sub(INDENT);
            let lines = wrapped(&last.text, room);
            lines.iter().fold(line, |all, part| format!("{all}\n{blank}{part}"))
        }
        Some(_) | None => whole,
    };
    rows.iter().zip(lines(rows).into_iter().zip(rest)).map(below).collect()
}

/// Columns before what stands below a row.
const INDENT: usize = 5;

/// The columns that `text` takes; colours take none.
pub(super) fn shown_width(text: &str) -> usize {
    anstream::adapter::strip_str(text).to_string().width()
}

fn line(row: &[Cell], widths: &[usize]) -> String {
    let last = row.len().saturating_sub(1);
    let mut line = String::new();
    for (column, cell) in row.iter().enumerate() {
        line += "  ";
        cell.push(&mut line, if column == last && !cell.right { 0 } else { widths[column] });
    }
    line.truncate(line.trim_end().len());
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_others_wrote_moves_the_cursor() {
        let row = vec![Cell::new("a\u{1b}[2J\u{202e}b\u{9b}1m")];
        assert_eq!(lines(&[row]), ["  a\u{fffd}[2J\u{fffd}b\u{fffd}1m"]);
    }

    #[test]
    fn what_has_no_room_stands_below_and_no_word_is_cut() {
        let rows = [
            vec![Cell::new("blog"), Cell::new("up").style(anstyle::Effects::BOLD), Cell::new("ok")],
            vec![Cell::new("nas"), Cell::new("down"), Cell::new("connection refused by 192.0.2.1")],
        ];
        let shown = |width| lines_within(&rows, width).join("\n");
        let plain = |width| anstream::adapter::strip_str(&shown(width)).to_string();
        let whole = "  blog  up    ok\n  nas   down  connection refused by 192.0.2.1";
        assert_eq!(plain(None), whole);
        assert_eq!(plain(Some(80)), whole);
        let narrow =
            "  blog  up    ok\n  nas   down\n     connection\n     refused by\n     192.0.2.1";
        assert_eq!(plain(Some(16)), narrow);
    }

    #[test]
    fn columns_line_up_by_width_and_not_by_bytes() {
        let rows = [
            vec![Cell::new("사진"), Cell::new("9 ms").right(), Cell::new("ok")],
            vec![Cell::new("blog"), Cell::new("120 ms").right(), Cell::new("")],
        ];
        assert_eq!(lines(&rows), ["  사진    9 ms  ok", "  blog  120 ms"]);
    }
}
