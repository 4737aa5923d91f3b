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
    /// Takes thoughts off the beginning of the text: how many bytes of it, or nothing where it is none.
    pub(super) fn think(&mut self, text: &str) -> Option<usize> {
        if let Some(close) = self.between.thinking {
            return Some(self.go_on_thinking(text, close));
        }
        let (close, tag) = self.begins_to_think(text)?;
        let taken = tag.saturating_sub(self.pending.len());
        let held = std::mem::take(&mut self.pending);
        self.prose(&held);
        self.prose(&text[..taken]);
        self.between.thinking = Some(close);
        Some(taken)
    }

    fn go_on_thinking(&mut self, text: &str, close: &str) -> usize {
        // What is held is the beginning of the closing tag; some bytes show whether it goes on.
        let mut joint = std::mem::take(&mut self.pending);
        let held = joint.len();
        joint.push_str(&text[..text.ceil_char_boundary(close.len())]);
        let end = match joint.find(close) {
            Some(at) => Some(at + close.len() - held),
            None => text.find(close).map(|at| at + close.len()),
        };
        let known = &joint[..held];
        if let Some(end) = end {
            self.found.prose(known);
            self.found.prose(&text[..end]);
            self.between.thinking = None;
            self.between.forget();
            self.emitted = false;
            return end;
        }
        let short = held + text.len() == joint.len();
        let last = if short { joint.as_str() } else { text };
        let open = partial(last, close);
        if !short {
            self.found.prose(known);
        }
        self.found.prose(&last[..last.len() - open]);
        last[last.len() - open..].clone_into(&mut self.pending);
        text.len()
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
