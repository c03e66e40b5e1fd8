//! Columns that line up in a terminal, whatever the width of a character.

use std::iter::repeat_n;

use unicode_width::UnicodeWidthStr;

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
        self.text.width()
    }

    fn push(&self, line: &mut String, width: usize) {
        let gap = width.saturating_sub(self.width());
        let (before, after) = if self.right { (gap, 0) } else { (0, gap) };
        line.extend(repeat_n(' ', before));
        if self.style.is_plain() {
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
    fn columns_line_up_by_width_and_not_by_bytes() {
        let rows = [
            vec![Cell::new("사진"), Cell::new("9 ms").right(), Cell::new("ok")],
            vec![Cell::new("blog"), Cell::new("120 ms").right(), Cell::new("")],
        ];
        assert_eq!(lines(&rows), ["  사진    9 ms  ok", "  blog  120 ms"]);
    }
}
