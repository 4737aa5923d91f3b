//! What a model says beside its files, told as `thought`: in pieces worth an event.

use leo_protocol::EventKind;

use crate::error::Error;
use crate::files::beginning;
use crate::run::Run;

/// A line that is shorter than this waits for the next one, in bytes.
const SHORT: usize = 80;
/// A line is cut here, in bytes.
const LONG: usize = 2000;

/// Gathers what is thought.
pub(super) struct Thoughts<'g, 'a> {
    run: &'g Run<'a>,
    text: String,
}

impl<'g, 'a> Thoughts<'g, 'a> {
    pub(super) const fn new(run: &'g Run<'a>) -> Self {
        Self {
            run,
            text: String::new(),
        }
    }

    /// Adds a piece, and tells what is long enough.
    pub(super) fn add(&mut self, piece: &str) -> Result<(), Error> {
        self.text.push_str(piece);
        while let Some(end) = self.due() {
            let rest = self.text.split_off(end);
            let told = std::mem::replace(&mut self.text, rest);
            self.tell(&told)?;
        }
        Ok(())
    }

    /// Tells what is left.
    pub(super) fn finish(&mut self) -> Result<(), Error> {
        let left = std::mem::take(&mut self.text);
        self.tell(&left)
    }

    /// Where the part ends that is to be told.
    fn due(&self) -> Option<usize> {
        let after = self.text.get(SHORT.min(self.text.len())..);
        let line = match after {
            Some(after) => after.find('\n').map(|at| SHORT + at + 1),
            // In the middle of a character: the line end lies behind it.
            None => self
                .text
                .char_indices()
                .find(|(at, c)| *at > SHORT && *c == '\n')
                .map(|(at, _)| at + 1),
        };
        line.or_else(|| (self.text.len() > LONG).then(|| beginning(&self.text, LONG).len()))
    }

    fn tell(&self, text: &str) -> Result<(), Error> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(());
        }
        self.run.event(&EventKind::Thought {
            text: text.to_owned(),
            phase: Some(self.run.phase()),
            iteration: Some(self.run.iteration()),
        })
    }
}

#[cfg(test)]
mod tests {
    use leo_protocol::runner::parse_line;

    use super::*;
    use crate::emit::Emitter;
    use crate::stop::Stop;

    #[tokio::test]
    async fn thoughts_are_told_by_lines_and_nothing_is_lost() {
        let text = format!(
            "short\nlines\n{}\n{}end",
            "ä".repeat(60),
            "word ".repeat(900)
        );
        let ((_sender, stop), mut out) = (Stop::channel(), Vec::new());
        let run = Run::new(Emitter::new(&mut out), &stop);
        let mut thoughts = Thoughts::new(&run);
        for c in text.chars() {
            thoughts.add(&c.to_string()).unwrap();
        }
        thoughts.finish().unwrap();
        let out = String::from_utf8(out).unwrap();
        let told: Vec<String> = out
            .lines()
            .filter_map(|line| match parse_line(line) {
                Some(EventKind::Thought { text, .. }) => Some(text),
                _ => None,
            })
            .collect();
        assert!((3..8).contains(&told.len()), "{told:?}");
        let plain = |text: &str| text.split_whitespace().collect::<String>();
        assert_eq!(plain(&told.concat()), plain(&text));
    }
}
