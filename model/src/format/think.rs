//! Thoughts: `<think>…</think>`, in which nothing is looked for.

use super::parser::{Parser, State};

const TAGS: [(&str, &str); 2] = [("<think>", "</think>"), ("<thinking>", "</thinking>")];

/// Whether a line that begins with `part` may begin thoughts.
pub(super) fn may_begin(part: &str) -> bool {
    let text = part.trim_start();
    TAGS.iter()
        .any(|(open, _)| open.starts_with(text) || text.starts_with(open))
}

/// What closes the thoughts that a line begins, and where its tag ends.
fn begins(line: &str) -> Option<(&'static str, usize)> {
    let text = line.trim_start();
    let (open, close) = TAGS.iter().find(|(open, _)| text.starts_with(open))?;
    Some((close, line.len() - text.len() + open.len()))
}

impl Parser {
    /// Takes thoughts off the beginning of the text. Hands back what is left to be read, or nothing where the
    /// text is none.
    pub(super) fn think(&mut self, text: &str) -> Option<String> {
        if self.between.thinking.is_none() && !self.begins_to_think(text) {
            return None;
        }
        let mut text = std::mem::take(&mut self.pending) + text;
        if self.between.thinking.is_none() {
            let (close, tag) = begins(&text)?;
            self.between.thinking = Some(close);
            let rest = text.split_off(tag);
            self.found.prose(&text);
            text = rest;
        }
        let close = self.between.thinking?;
        if let Some(at) = text.find(close) {
            let rest = text.split_off(at + close.len());
            self.found.prose(&text);
            self.between.thinking = None;
            self.emitted = false;
            return Some(rest);
        }
        let held = partial(&text, close);
        self.pending = text.split_off(text.len() - held);
        self.found.prose(&text);
        Some(String::new())
    }

    fn begins_to_think(&self, text: &str) -> bool {
        if !matches!(self.state, State::Between) || self.emitted {
            return false;
        }
        let first = text.trim_start().bytes().next();
        if self.pending.is_empty() && first.is_some_and(|first| first != b'<') {
            return false;
        }
        // The tag may be cut; some bytes beyond it settle whether it is one.
        let shown = &text[..text.ceil_char_boundary(32)];
        begins(&format!("{}{shown}", self.pending)).is_some()
    }
}

/// How many bytes at the end of the text may be the beginning of the closing tag.
fn partial(text: &str, close: &str) -> usize {
    (1..close.len())
        .rev()
        .find(|length| text.ends_with(&close[..*length]))
        .unwrap_or(0)
}
