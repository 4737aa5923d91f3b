//! Thoughts: `<think>…</think>`, in which nothing is looked for.

use super::options::LINE_HELD;
use super::parser::{Parser, State};

const TAGS: [(&str, &str); 2] = [("<think>", "</think>"), ("<thinking>", "</thinking>")];

/// Whether a line that begins with `part` may begin thoughts.
pub(super) fn may_begin(part: &str) -> bool {
    let text = part.trim_start();
    TAGS.iter()
        .any(|(open, _)| open.starts_with(text) || text.starts_with(open))
}

impl Parser {
    /// Takes thoughts off the beginning of the text. Hands back what is left to be read, or nothing where the
    /// text is none.
    pub(super) fn think(&mut self, text: &str) -> Option<String> {
        let begins = match self.between.thinking {
            Some(close) => (close, 0),
            None => self.begins_to_think(text)?,
        };
        let (close, tag) = begins;
        self.between.thinking = Some(close);
        // Not the tag itself: what closes comes after it.
        let mut text = std::mem::take(&mut self.pending) + text;
        let rest = text.split_off(tag);
        self.prose(&text);
        Some(self.go_on_thinking(rest, close))
    }

    fn go_on_thinking(&mut self, mut text: String, close: &str) -> String {
        if let Some(at) = text.find(close) {
            let rest = text.split_off(at + close.len());
            self.found.prose(&text);
            self.between.thinking = None;
            self.between.forget();
            self.emitted = false;
            return rest;
        }
        let held = partial(&text, close);
        self.pending = text.split_off(text.len() - held);
        self.found.prose(&text);
        String::new()
    }

    /// What closes the thoughts that begin here, if any do, and where their tag ends in the present line.
    fn begins_to_think(&self, text: &str) -> Option<(&'static str, usize)> {
        if !matches!(self.state, State::Between) || self.emitted || self.between.is_opaque() {
            return None;
        }
        let held = without_blanks(&self.pending);
        let more = if held.is_empty() {
            without_blanks(text)
        } else {
            text
        };
        let blanks = self.pending.len() - held.len() + text.len() - more.len();
        TAGS.iter().find_map(|(open, close)| {
            let end = blanks + open.len();
            let begin = held.bytes().chain(more.bytes()).take(open.len());
            (end <= LINE_HELD && begin.eq(open.bytes())).then_some((*close, end))
        })
    }
}

fn without_blanks(text: &str) -> &str {
    text.trim_start_matches([' ', '\t'])
}

/// How many bytes at the end of the text may be the beginning of the closing tag.
fn partial(text: &str, close: &str) -> usize {
    (1..close.len())
        .rev()
        .find(|length| text.ends_with(&close[..*length]))
        .unwrap_or(0)
}
