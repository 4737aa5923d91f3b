//! Thoughts that a server leaves in the text, between `<think>` and `</think>` at its beginning.
//!
//! Servers that know the model's template take them out themselves; others do not, and then what the
//! model only considers would pass for its answer.

/// What begins thoughts.
const OPEN: &str = "<think>";
/// What ends them.
const CLOSE: &str = "</think>";

/// A text at whose beginning there may be thoughts.
#[derive(Debug, Default)]
pub(super) enum Think {
    /// So much has come, and it may become the tag.
    #[default]
    Start,
    /// Held back: the beginning of what may be a tag.
    Opening(String),
    /// Within thoughts; held back is what may begin their end.
    Thinking(String),
    /// Behind them; white space is dropped.
    Between,
    /// In the answer.
    Over,
}

/// What came of a piece of text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    /// Thoughts.
    pub(super) thought: String,
    /// Text of the answer.
    pub(super) text: String,
}

impl Think {
    /// Takes a piece of the text.
    pub(super) fn push(&mut self, piece: &str) -> Told {
        match std::mem::take(self) {
            Self::Start => self.open(piece.to_owned()),
            Self::Opening(held) => self.open(held + piece),
            Self::Thinking(held) => self.think(&(held + piece)),
            Self::Between => self.between(piece),
            Self::Over => {
                *self = Self::Over;
                Told {
                    text: piece.to_owned(),
                    ..Told::default()
                }
            }
        }
    }

    /// The text has ended: gives what was held back.
    pub(super) fn finish(&mut self) -> Told {
        match std::mem::replace(self, Self::Over) {
            Self::Opening(text) => Told {
                text,
                ..Told::default()
            },
            Self::Thinking(thought) => Told {
                thought,
                ..Told::default()
            },
            Self::Start | Self::Between | Self::Over => Told::default(),
        }
    }

    fn open(&mut self, text: String) -> Told {
        let begun = text.trim_start();
        if let Some(thoughts) = begun.strip_prefix(OPEN) {
            return self.think(thoughts);
        }
        if OPEN.starts_with(begun) {
            *self = Self::Opening(text);
            return Told::default();
        }
        *self = Self::Over;
        Told {
            text,
            ..Told::default()
        }
    }

    fn think(&mut self, thoughts: &str) -> Told {
        if let Some((thought, text)) = thoughts.split_once(CLOSE) {
            let after = self.between(text);
            return Told {
                thought: thought.to_owned(),
                ..after
            };
        }
        let held = (1..CLOSE.len())
            .rev()
            .find(|length| thoughts.ends_with(&CLOSE[..*length]));
        let (thought, held) = thoughts.split_at(thoughts.len() - held.unwrap_or(0));
        *self = Self::Thinking(held.to_owned());
        Told {
            thought: thought.to_owned(),
            ..Told::default()
        }
    }

    fn between(&mut self, text: &str) -> Told {
        let text = text.trim_start().to_owned();
        *self = if text.is_empty() {
            Self::Between
        } else {
            Self::Over
        };
        Told {
            text,
            ..Told::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str, size: usize) -> (String, String) {
        let mut think = Think::default();
        let mut all = Told::default();
        let chars: Vec<char> = text.chars().collect();
        let pieces = chars.chunks(size).map(String::from_iter);
        let mut told: Vec<Told> = pieces.map(|piece| think.push(&piece)).collect();
        told.push(think.finish());
        for piece in told {
            all.thought.push_str(&piece.thought);
            all.text.push_str(&piece.text);
        }
        (all.thought, all.text)
    }

    #[test]
    fn thoughts_at_the_beginning_are_told_apart() {
        for size in 1..30 {
            for (text, thought, answer) in [
                ("\n<think>a < b </ c</think>\n\n<p>", "a < b </ c", "<p>"),
                ("<think>only", "only", ""),
                ("<think></think>x", "", "x"),
                ("<thin line", "", "<thin line"),
                (" <th", "", " <th"),
                ("<p>see <think>x</think>", "", "<p>see <think>x</think>"),
                ("<think>cut </thi", "cut </thi", ""),
            ] {
                assert_eq!(
                    told(text, size),
                    (thought.to_owned(), answer.to_owned()),
                    "{text:?} by {size}"
                );
            }
        }
    }
}
