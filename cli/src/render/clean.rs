//! Text of strangers, made safe for a terminal.
//!
//! What a generator prints may hold any control sequence: one that moves the cursor, sets the
//! window's title, fills the clipboard or reverses the reading direction. Colours (SGR) are kept
//! where they are wanted and always reset at the end; everything else goes. What remains is text,
//! tabs and line ends.

use anstyle_parse::{Params, Parser, Perform, Utf8Parser};

const RESET: &str = "\u{1b}[0m";

/// `text` without control sequences and invisible characters that mislead, with its colours if
/// `colours` are wanted.
pub(crate) fn clean(text: &str, colours: bool) -> String {
    let mut kept = Kept {
        text: String::with_capacity(text.len()),
        colours,
        coloured: false,
    };
    let mut parser = Parser::<Utf8Parser>::new();
    for byte in text.bytes() {
        parser.advance(&mut kept, byte);
    }
    if kept.coloured {
        kept.text.push_str(RESET);
    }
    kept.text
}

/// The same in one line without colours, for titles, prompts and paths.
pub(crate) fn clean_line(text: &str) -> String {
    let text = clean(text, false);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

struct Kept {
    text: String,
    colours: bool,
    coloured: bool,
}

impl Perform for Kept {
    fn print(&mut self, c: char) {
        if !c.is_control() && !misleads(c) {
            self.text.push(c);
        }
    }

    fn execute(&mut self, byte: u8) {
        match byte {
            b'\n' | b'\t' => self.text.push(char::from(byte)),
            // A progress bar redraws its line; one after the other it is readable too.
            b'\r' => self.text.push(' '),
            _ => {}
        }
    }

    fn csi_dispatch(&mut self, params: &Params, intermediates: &[u8], ignore: bool, action: u8) {
        if action != b'm' || !intermediates.is_empty() || ignore || !self.colours {
            return;
        }
        let codes: Vec<_> = params
            .iter()
            .map(|codes| {
                codes
                    .iter()
                    .map(u16::to_string)
                    .collect::<Vec<_>>()
                    .join(":")
            })
            .collect();
        self.text.push_str("\u{1b}[");
        self.text.push_str(&codes.join(";"));
        self.text.push('m');
        self.coloured = true;
    }
}

/// Characters that change the order of what is shown.
const fn misleads(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_stay_and_are_reset() {
        assert_eq!(
            clean("\u{1b}[1;32mok\u{1b}[m", true),
            "\u{1b}[1;32mok\u{1b}[0m\u{1b}[0m"
        );
        assert_eq!(
            clean("\u{1b}[38;5;208mx", true),
            "\u{1b}[38;5;208mx\u{1b}[0m"
        );
        assert_eq!(
            clean("\u{1b}[38:2:1:2:3mx", true),
            "\u{1b}[38:2:1:2:3mx\u{1b}[0m"
        );
        assert_eq!(clean("\u{1b}[1;32mok\u{1b}[m", false), "ok");
    }

    #[test]
    fn what_steers_the_terminal_goes() {
        for (evil, kept) in [
            ("a\u{1b}[2Jb", "ab"),
            ("a\u{1b}[10;10Hb", "ab"),
            ("a\u{1b}]0;title\u{7}b", "ab"),
            ("a\u{1b}]52;c;ZXZpbA==\u{1b}\\b", "ab"),
            (
                "a\u{1b}]8;;http://evil\u{1b}\\link\u{1b}]8;;\u{1b}\\b",
                "alinkb",
            ),
            ("a\u{1b}Pq#0\u{1b}\\b", "ab"),
            ("a\u{1b}[?1049hb\u{1b}c", "ab"),
            ("a\u{9b}2Jb", "a2Jb"),
            ("a\u{7}\u{8}\u{0}\u{7f}b", "ab"),
            ("a\u{202e}b\u{2066}", "ab"),
            ("\u{1b}[>4;2mx", "x"),
            ("unfinished \u{1b}[", "unfinished "),
        ] {
            assert_eq!(clean(evil, true), kept, "{evil:?}");
        }
    }

    #[test]
    fn text_stays_as_it_is() {
        for text in ["", "Grüße, 世界 🦀", "a\tb\nc"] {
            assert_eq!(clean(text, true), text);
        }
        assert_eq!(clean("10%\r20%", true), "10% 20%");
        assert_eq!(clean_line(" a\n\tb\u{1b}[31m  c "), "a b c");
    }
}
