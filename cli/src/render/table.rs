//! Tables: columns as wide as their widest cell, two spaces between them, the last one open.

use super::style::{Palette, Tone};

/// Rows under a heading.
#[derive(Debug)]
pub(crate) struct Table {
    heading: Vec<&'static str>,
    rows: Vec<Vec<(Tone, String)>>,
}

impl Table {
    pub(crate) const fn new(heading: Vec<&'static str>) -> Self {
        Self {
            heading,
            rows: Vec::new(),
        }
    }

    /// Appends a row; its cells have been cleaned.
    pub(crate) fn row(&mut self, cells: Vec<(Tone, String)>) {
        self.rows.push(cells);
    }

    pub(crate) fn lines(&self, palette: Palette) -> Vec<String> {
        let heading: Vec<_> = self
            .heading
            .iter()
            .map(|name| (Tone::Faint, (*name).to_owned()))
            .collect();
        let widths: Vec<_> = (0..heading.len())
            .map(|column| self.width(column))
            .collect();
        std::iter::once(&heading)
            .chain(&self.rows)
            .map(|cells| line(cells, &widths, palette))
            .collect()
    }

    fn width(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        let heading = self.heading.get(column).map_or(0, |name| name.len());
        cells
            .map(|(_, text)| text.chars().count())
            .fold(heading, usize::max)
    }
}

fn line(cells: &[(Tone, String)], widths: &[usize], palette: Palette) -> String {
    let last = cells.len().saturating_sub(1);
    let mut line = String::new();
    for (column, ((tone, text), width)) in cells.iter().zip(widths).enumerate() {
        line.push_str(&palette.paint(*tone, text));
        if column < last {
            let missing = width.saturating_sub(text.chars().count()) + 2;
            line.push_str(&" ".repeat(missing));
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_with_and_without_colours() {
        let mut table = Table::new(vec!["STATUS", "PROMPT"]);
        table.row(vec![
            (Tone::Good, "completed".to_owned()),
            (Tone::Plain, "a clock".to_owned()),
        ]);
        table.row(vec![
            (Tone::Bad, "failed".to_owned()),
            (Tone::Plain, "Öl".to_owned()),
        ]);
        assert_eq!(
            table.lines(Palette { colours: false }),
            ["STATUS     PROMPT", "completed  a clock", "failed     Öl"]
        );
        assert_eq!(
            table.lines(Palette { colours: true })[2],
            "\u{1b}[1m\u{1b}[31mfailed\u{1b}[0m     Öl"
        );
    }
}
