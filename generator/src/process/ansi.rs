//! Text without the sequences that colour a terminal.

/// Ends the parameters of a sequence: its last byte is one of `@` to `~`.
const FINAL: std::ops::RangeInclusive<char> = '@'..='~';
/// Opens a sequence.
const ESCAPE: char = '\u{1b}';
/// Ends a title or a link.
const BELL: char = '\u{7}';

/// The text without control sequences and without other control characters than line ends and tabs.
pub(crate) fn plain(text: &str) -> String {
    let mut chars = text.chars();
    let mut out = String::with_capacity(text.len());
    while let Some(c) = chars.next() {
        match c {
            ESCAPE => skip(&mut chars),
            '\n' | '\t' => out.push(c),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Skips what follows an escape: the parameters up to the final character, or a title up to its end.
fn skip(chars: &mut std::str::Chars<'_>) {
    match chars.next() {
        Some('[') => {
            chars.find(|c| FINAL.contains(c));
        }
        Some(']') => {
            // Ends with a bell, or with an escape and a backslash.
            if chars.find(|c| matches!(*c, BELL | ESCAPE)) == Some(ESCAPE) {
                chars.next();
            }
        }
        Some(_) | None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_and_links_are_taken_out() {
        let text = "\u{1b}[31m[ERROR] \u{1b}[0mno\tx\n\u{1b}]8;;http://x\u{7}link\u{1b}]8;;\u{1b}\\ end\u{1b}";
        assert_eq!(plain(text), "[ERROR] no\tx\nlink end");
    }
}
