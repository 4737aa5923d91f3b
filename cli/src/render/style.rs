//! Colours, or none.

use std::fmt::Display;

use anstyle::{AnsiColor, Style};

/// How a piece of text is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// As it is.
    Plain,
    /// A heading.
    Title,
    /// What is worth less attention.
    Faint,
    /// What went well.
    Good,
    /// What went wrong.
    Bad,
    /// What should be noticed.
    Note,
    /// A file.
    File,
}

impl Tone {
    const fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Title => AnsiColor::Cyan.on_default().bold(),
            Self::Faint => Style::new().dimmed(),
            Self::Good => AnsiColor::Green.on_default(),
            Self::Bad => AnsiColor::Red.on_default().bold(),
            Self::Note => AnsiColor::Yellow.on_default(),
            Self::File => AnsiColor::Blue.on_default(),
        }
    }
}

/// Paints text if colours are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Palette {
    /// Whether colours are wanted.
    pub(crate) colours: bool,
}

impl Palette {
    /// For stdout: colours on a terminal, unless `NO_COLOR` or `TERM=dumb` speak against it.
    pub(crate) fn of_stdout() -> Self {
        let choice = anstream::AutoStream::choice(&std::io::stdout());
        Self {
            colours: choice != anstream::ColorChoice::Never,
        }
    }

    /// `text` in its tone.
    pub(crate) fn paint(self, tone: Tone, text: impl Display) -> String {
        let style = tone.style();
        if self.colours && tone != Tone::Plain {
            format!("{style}{text}{style:#}")
        } else {
            text.to_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_painted_only_where_colours_are_wanted() {
        let (plain, coloured) = (Palette { colours: false }, Palette { colours: true });
        assert_eq!(plain.paint(Tone::Bad, "no"), "no");
        assert_eq!(coloured.paint(Tone::Good, "yes"), "\u{1b}[32myes\u{1b}[0m");
        assert_eq!(coloured.paint(Tone::Plain, 7), "7");
    }
}
