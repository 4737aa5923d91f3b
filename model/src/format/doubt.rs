//! A line that may be the end of the open file, until what follows decides.
//!
//! What decides: another end line (then the first one was text), the beginning of the next file, a
//! command, or the end of the answer (then it was the end, and what stands between is prose). Where
//! nothing decides within [`WINDOW`], it was the end if what follows reads like a sentence.

use super::fence;
use super::judge::Verdict;
use super::open_file::{Fenced, OpenFile};
use super::parser::{Parser, State};
use super::piece::Closed;

/// The most that is held back after a possible end, in bytes.
pub(super) const WINDOW: usize = 4096;
/// How much of what follows is read as a sentence.
const SENTENCE: usize = 200;

/// What is held back.
#[derive(Debug)]
pub(super) struct Doubt {
    /// The possible end, with its newline.
    pub(super) line: String,
    /// What has followed, in whole lines.
    pub(super) held: String,
}

impl Doubt {
    /// Whether nothing but blank lines has followed.
    pub(super) fn is_blank(&self) -> bool {
        self.held.trim().is_empty()
    }

    /// Whether it was the end, now that the answer has ended or the window is full. `rest` is an incomplete line.
    pub(super) fn was_end(&self, file: &OpenFile, rest: &str, at_end: bool) -> bool {
        if file.is_unique() {
            // Another marker was asked for, so much must speak for this one.
            let nothing = self.held.lines().chain([rest]).all(is_idle);
            at_end && (nothing || !file.is_prose() && self.reads_like_prose(rest))
        } else {
            at_end || self.reads_like_prose(rest)
        }
    }

    /// Judged by what has followed within the window.
    fn reads_like_prose(&self, rest: &str) -> bool {
        let mut text = format!("{}{rest}", self.held);
        text.truncate(text.floor_char_boundary(WINDOW));
        let line = text.trim_start().lines().next().unwrap_or("");
        let line = &line[..line.floor_char_boundary(SENTENCE)];
        let begins = line
            .starts_with(|sign: char| sign.is_uppercase() || matches!(sign, '*' | '-' | '#' | '<'));
        let code = line.contains(['{', '}', ';', '=']);
        line.is_empty() || begins && !code && line.split_whitespace().count() >= 3
    }
}

impl Parser {
    /// Begins a doubt about the open file, by this line.
    pub(super) fn doubt(&mut self, line: String) {
        let doubt = Doubt {
            line,
            held: String::new(),
        };
        self.state = match std::mem::replace(&mut self.state, State::Between) {
            State::File(file) | State::Doubt(file, _) => State::Doubt(file, doubt),
            State::Between => State::Between,
        };
    }

    /// A line after the doubtful one.
    pub(super) fn doubt_line(&mut self, line: &str, newline: &str) {
        let State::Doubt(file, doubt) = &mut self.state else {
            return;
        };
        if doubt.held.len() + line.len() + newline.len() > WINDOW {
            self.pending.push_str(line);
            self.decide(false);
            self.complete("", newline);
            return;
        }
        let ends = match file.judge(line, true) {
            Verdict::End(_) => true,
            // A fence after a marker closes what stands round the file.
            Verdict::Doubt(_) => fence::read(line).is_none() || fence::read(&doubt.line).is_some(),
            Verdict::Text | Verdict::Skipped | Verdict::Next => false,
        };
        if ends {
            self.was_text(line);
            self.dispatch(line, true, newline);
        } else if !line.trim().is_empty() && file.is_followed_by(line, doubt.is_blank()) {
            let next = format!("{line}{newline}");
            self.was_end(&next);
        } else {
            doubt.held.push_str(line);
            doubt.held.push_str(newline);
        }
    }

    /// Decides a doubt that nothing has decided.
    pub(super) fn decide(&mut self, at_end: bool) {
        let rest = std::mem::take(&mut self.pending);
        let State::Doubt(file, doubt) = &self.state else {
            return;
        };
        if doubt.was_end(file, &rest, at_end) {
            self.was_end("");
        } else {
            self.was_text("");
        }
        self.feed(&rest);
    }

    /// The doubtful line was the end of the file; what has followed and `next` stand outside.
    fn was_end(&mut self, next: &str) {
        let State::Doubt(_, doubt) = &mut self.state else {
            return;
        };
        let (line, held) = (
            std::mem::take(&mut doubt.line),
            std::mem::take(&mut doubt.held),
        );
        self.close(Closed::Marker);
        if fence::read(&line).is_some() {
            self.between.leave_fence();
        }
        self.feed(&(held + next));
    }

    /// The doubtful line was text, unless it closes a fence round the text just before the end line `next`.
    fn was_text(&mut self, next: &str) {
        let State::Doubt(mut file, doubt) = std::mem::replace(&mut self.state, State::Between)
        else {
            return;
        };
        let wraps = file.fenced == Fenced::Inside && fence::read(&doubt.line).is_some();
        let first = if wraps && !next.is_empty() && doubt.is_blank() {
            ""
        } else {
            &doubt.line
        };
        for line in [first].into_iter().chain(doubt.held.split_inclusive('\n')) {
            file.note(line.trim_end_matches('\n'));
            let text = file.without_tabs(line, true);
            file.add(text, &self.options.limits, &mut self.found);
        }
        self.state = State::File(file);
    }
}

/// Whether a line says nothing: a blank one, or a fence.
fn is_idle(line: &str) -> bool {
    line.trim().is_empty() || fence::read(line).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_told_from_code() {
        let judge = |text: &str| {
            Doubt {
                line: String::new(),
                held: String::new(),
            }
            .reads_like_prose(text)
        };
        for prose in [
            "\n\nNow I write the styles:\n",
            "**Next** come the styles",
            "\n\n",
        ] {
            assert!(judge(prose), "{prose}");
        }
        for code in [
            "`;\nNow I write",
            "const a = 1;",
            "return <p>a b c</p>",
            "}",
        ] {
            assert!(!judge(code), "{code}");
        }
    }
}
