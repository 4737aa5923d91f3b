//! What is searched for in a log.
//!
//! A text and a regular expression are matched by the same engine, whose time grows with the line
//! and never explodes. What a line shows is what counts: its ANSI sequences are left out before.

use std::borrow::Cow;

use regex::{Regex, RegexBuilder};

use crate::error::ApiError;

/// What is searched for is at most this long, in characters.
const MAX_TEXT: usize = 1000;
/// An expression takes at most this much memory, in bytes; the time for a line grows with it.
const MAX_COMPILED: usize = 1 << 20;
/// The beginning of an ANSI sequence.
const ESCAPE: u8 = 0x1b;
/// Behind it the library says what is wrong with an expression, below a drawing of where.
const ERROR: &str = "error: ";

/// What is searched for.
#[derive(Debug)]
pub(crate) struct Pattern(Regex);

impl Pattern {
    /// A text, or an expression as the crate `regex` has them.
    ///
    /// # Errors
    /// When there is nothing to search for, too much, or no expression.
    pub(crate) fn new(text: &str, is_regex: bool, case_sensitive: bool) -> Result<Self, ApiError> {
        if text.is_empty() || text.chars().count() > MAX_TEXT {
            let message = format!("must have 1 to {MAX_TEXT} characters");
            return Err(ApiError::invalid("search", message));
        }
        let expression = if is_regex {
            Cow::Borrowed(text)
        } else {
            regex::escape(text).into()
        };
        let built = RegexBuilder::new(&expression)
            .case_insensitive(!case_sensitive)
            .size_limit(MAX_COMPILED)
            .build();
        built.map(Self).map_err(|error| not_accepted(&error))
    }

    /// Whether a line, as it was printed, holds it.
    pub(crate) fn is_in(&self, line: &str) -> bool {
        self.0.is_match(&shown(line))
    }
}

fn not_accepted(error: &regex::Error) -> ApiError {
    let text = error.to_string();
    let what = text.rsplit_once(ERROR).map_or(&*text, |(_, what)| what);
    ApiError::invalid("search", format!("is not accepted: {}", what.trim()))
}

/// A line without what controls a terminal.
fn shown(line: &str) -> Cow<'_, str> {
    if memchr::memchr(ESCAPE, line.as_bytes()).is_none() {
        return line.into();
    }
    anstream::adapter::strip_str(line).to_string().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_in(text: &str, line: &str) -> bool {
        Pattern::new(text, false, false).unwrap().is_in(line)
    }

    #[test]
    fn a_text_is_found_whatever_its_case_and_colour() {
        assert!(is_in("Error: x", "an ERROR: X happened"));
        assert!(is_in("ÄRGER", "kein ärger"));
        assert!(is_in("привет", "ПРИВЕТ"));
        assert!(is_in("error", "\u{1b}[31mer\u{1b}[1mror\u{1b}[0m"));
        let link = "\u{1b}]8;;https://a.example\u{7}docs\u{1b}]8;;\u{7}";
        assert!(is_in("docs", link) && !is_in("example", link));
        assert!(!is_in("31m", "\u{1b}[31mred\u{1b}[0m"));
        assert!(is_in("a.c", "a.c") && !is_in("a.c", "abc"));
        assert!(is_in(" ", "a b"));
    }

    #[test]
    fn case_and_expressions_are_for_those_who_ask() {
        let exact = Pattern::new("Error", false, true).unwrap();
        assert!(exact.is_in("an Error") && !exact.is_in("an error"));
        let expression = Pattern::new("^step \\d+$", true, false).unwrap();
        assert!(expression.is_in("Step 12") && !expression.is_in("a step 12"));
        let exact = Pattern::new("^step", true, true).unwrap();
        assert!(!exact.is_in("Step 12"));
    }

    #[test]
    fn what_cannot_be_searched_for_is_told() {
        let told = |text: &str| Pattern::new(text, true, false).unwrap_err().to_string();
        assert_eq!(told("a("), "`search` is not accepted: unclosed group.");
        assert!(told(r"(\pL{100}){100}").contains("exceeds size limit"));
        assert!(told("").contains("1 to 1000"));
        assert!(Pattern::new(&"ä".repeat(MAX_TEXT), false, false).is_ok());
        assert!(Pattern::new(&"ä".repeat(MAX_TEXT + 1), false, false).is_err());
    }
}
