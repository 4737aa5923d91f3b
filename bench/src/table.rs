//! A table of plain text.

use std::fmt::Write as _;

/// Columns with a head, aligned to the right except for the first ones.
#[derive(Debug)]
pub(crate) struct Table {
    left: usize,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with this head, of whose columns the first `left` hold words.
    pub(crate) fn new(left: usize, head: &[&str]) -> Self {
        let head = head.iter().map(|&word| word.to_owned()).collect();
        Self {
            left,
            rows: vec![head],
        }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// The whole table.
    pub(crate) fn render(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<_> = (0..columns).map(width).collect();
        let mut text = String::new();
        for row in &self.rows {
            let mut line = String::new();
            for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
                // Writing to a String cannot fail.
                let _ = if column < self.left {
                    write!(line, "{cell:<width$}  ")
                } else {
                    write!(line, "{cell:>width$}  ")
                };
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

/// A number with as many digits as mean something.
pub(crate) fn short(value: f64) -> String {
    match value.abs() {
        at_least if at_least >= 100.0 => thousands(value),
        at_least if at_least >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// A whole number with its thousands apart.
fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// How many times `other` this is; nothing where that cannot be said.
pub(crate) fn ratio(value: f64, other: Option<f64>) -> String {
    match other {
        Some(other) if other > 0.0 => format!("{:.2}x", value / other),
        Some(_) | None => "-".to_owned(),
    }
}

/// The value that so many percent of these sorted ones do not exceed; NaN where there are none.
pub(crate) fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let place = sorted.len().saturating_mul(percent) / 100;
    let value = sorted.get(place.min(sorted.len().saturating_sub(1)));
    value.copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_left_and_numbers_right() {
        let mut table = Table::new(1, &["who", "rate"]);
        table.row(vec!["leo".into(), short(1_234_567.0)]);
        table.row(vec!["b".into(), short(12.34)]);
        assert_eq!(
            table.render(),
            "who       rate\nleo  1,234,567\nb         12.3\n"
        );
        assert_eq!((short(1.0), short(123.4)), ("1.00".into(), "123".into()));
        assert_eq!(
            (ratio(3.0, Some(2.0)), ratio(3.0, None)),
            ("1.50x".into(), "-".into())
        );
    }

    #[test]
    fn a_percentile_is_one_of_the_values() {
        let sorted: Vec<_> = (1..=100).map(f64::from).collect();
        assert!((percentile(&sorted, 50) - 51.0).abs() < 1e-9);
        assert!((percentile(&sorted, 100) - 100.0).abs() < 1e-9);
        assert!(percentile(&[], 50).is_nan());
    }
}
