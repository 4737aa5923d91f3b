//! A line that may be the end of the open file, until what follows decides.
//!
//! What decides: another end line (then the first one was text), the beginning of the next file, a
//! command, or the end of the answer (then it was the end, and what stands between is prose). Where
//! nothing decides within [`WINDOW`], it was the end if what follows reads like a sentence.

use super::fence;
use super::open_file::OpenFile;

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
