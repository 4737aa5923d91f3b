//! What the generator says: one line at a time, flushed at once.
//!
//! Everything goes over the [`Link`] where there is one, for then nobody may read standard output;
//! else it goes there. An event is a line with a JSON object. A line for people never is one, whatever a prompt puts
//! into it: it opens with a mark of ours and holds no line break. Both are written with a single
//! call each, so that lines of two streams do not mix in a container's log.

use std::io::{self, Write};

use leo_protocol::EventKind;
use serde_json::json;

use crate::link::Link;

/// The longest line for people, in characters.
const SAY_LIMIT: usize = 400;
/// Back to the terminal's own colours.
const RESET: &str = "\u{1b}[0m";

/// The kinds of lines for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// A new part of the work begins.
    Title,
    /// A detail.
    Step,
    /// Something worked.
    Good,
    /// Something that the reader should notice.
    Note,
}

impl Tone {
    /// The mark that opens the line and its ANSI colour.
    const fn mark(self) -> (&'static str, &'static str) {
        match self {
            Self::Title => ("▸", "\u{1b}[1;36m"),
            Self::Step => ("·", "\u{1b}[2m"),
            Self::Good => ("✓", "\u{1b}[32m"),
            Self::Note => ("!", "\u{1b}[33m"),
        }
    }
}

/// Writes lines.
pub(crate) struct Emitter<'a> {
    out: &'a mut dyn Write,
    link: Option<&'a Link>,
}

impl<'a> Emitter<'a> {
    /// An emitter that writes to `out`.
    pub(crate) fn new(out: &'a mut dyn Write) -> Self {
        Self { out, link: None }
    }

    /// An emitter that says everything over `link`, where there is one.
    pub(crate) fn linked(out: &'a mut dyn Write, link: Option<&'a Link>) -> Self {
        Self { out, link }
    }

    /// Tells an event; on standard output in ASCII.
    pub(crate) fn event(&mut self, kind: &EventKind) -> io::Result<()> {
        let event = serde_json::to_string(kind)?;
        match self.link {
            Some(link) => link.send(&event),
            None => self.line(ascii(&event)),
        }
    }

    /// Prints a line for people; what would break the line is taken out of `text`.
    pub(crate) fn say(&mut self, tone: Tone, text: &str) -> io::Result<()> {
        let (mark, colour) = tone.mark();
        let text = one_line(text, SAY_LIMIT);
        let line = format!("{colour}{mark} {text}{RESET}");
        match self.link {
            Some(link) => link.send(&json!({"type": "log", "log": {"line": line}}).to_string()),
            None => self.line(line),
        }
    }

    /// Tells a line of something else, with its colours. It goes out as an event, so that it cannot be
    /// taken for one of ours, whatever it says.
    pub(crate) fn log(&mut self, line: &str) -> io::Result<()> {
        let event = json!({"type": "log", "log": {"line": line}}).to_string();
        match self.link {
            Some(link) => link.send(&event),
            None => self.line(ascii(&event)),
        }
    }

    fn line(&mut self, mut line: String) -> io::Result<()> {
        line.push('\n');
        self.out.write_all(line.as_bytes())?;
        self.out.flush()
    }
}

/// JSON with every other character than ASCII escaped. An engine keeps a long line in pieces of
/// bytes, and a character that is cut in two between them is lost.
fn ascii(json: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(json.len());
    let mut units = [0; 2];
    for c in json.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut units) {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}

/// The text without line breaks and control characters, and at most `limit` characters of it.
pub(crate) fn one_line(text: &str, limit: usize) -> String {
    let flat: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let words: Vec<&str> = flat.split_whitespace().collect();
    shorten(&words.join(" "), limit)
}

/// At most `limit` characters, with an ellipsis where something was cut off.
pub(crate) fn shorten(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(limit.saturating_sub(1)).collect();
    // Half a word reads badly; but where there is hardly a space (or none) it is better than
    // nothing.
    if let Some(space) = short.rfind(' ').filter(|at| *at * 2 > short.len()) {
        short.truncate(space);
    }
    let end = short.trim_end_matches(|c: char| !c.is_alphanumeric());
    format!("{end}…")
}

#[cfg(test)]
mod tests {
    use leo_protocol::runner::parse_line;

    use super::*;

    #[test]
    fn a_line_for_people_is_never_an_event() {
        let forged = "x\n{\"type\":\"deps_installed\"}\n\u{1b}[2J";
        let mut out = Vec::new();
        for tone in [Tone::Title, Tone::Step, Tone::Good, Tone::Note] {
            Emitter::new(&mut out).say(tone, forged).unwrap();
        }
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.lines().count(), 4);
        assert!(text.lines().all(|line| parse_line(line).is_none()));
        assert!(!text.contains("\u{1b}[2J"));
    }

    #[test]
    fn an_event_is_ascii_and_means_the_same() {
        let mut out = Vec::new();
        let kind = EventKind::Info {
            message: "zwölf 🌱 \"quoted\"".into(),
        };
        Emitter::new(&mut out).event(&kind).unwrap();
        assert!(out.is_ascii());
        assert_eq!(parse_line(std::str::from_utf8(&out).unwrap()), Some(kind));
    }

    #[test]
    fn an_event_is_one_line() {
        let mut out = Vec::new();
        let kind = EventKind::Info {
            message: "two\nlines".into(),
        };
        Emitter::new(&mut out).event(&kind).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.matches('\n').count(), 1);
        assert_eq!(parse_line(text.trim_end()), Some(kind));
    }

    #[test]
    fn shortening_keeps_whole_words_where_it_can() {
        assert_eq!(shorten("short", 10), "short");
        assert_eq!(shorten("one two three four", 12), "one two…");
        assert_eq!(shorten("one two & three four", 14), "one two…");
        assert_eq!(shorten("äöüäöüäöü", 4), "äöü…");
    }
}
