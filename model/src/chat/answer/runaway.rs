//! Models that say the same over and over, as small ones do when they have lost their way.
//!
//! Code may repeat itself too: the map of a game is many equal rows. So it takes a long stretch of
//! nothing but repetitions, the longer the more there is to each of them.

use std::collections::VecDeque;

use super::super::ModelError;

/// How long a stretch is looked at, and how long what is repeated in it may be at most, in bytes.
const STRETCHES: [(usize, usize); 3] = [(4 << 10, 64), (8 << 10, 512), (16 << 10, 2 << 10)];
/// The longest of these stretches.
const KEPT: usize = 16 << 10;
/// How often they are looked at: after so many bytes.
const EVERY: usize = 1 << 10;
/// How much of what is repeated is shown, in characters.
const SAMPLE: usize = 60;

/// Watches a text as it comes.
#[derive(Debug, Default)]
pub(super) struct Watch {
    kept: VecDeque<u8>,
    unseen: usize,
}

impl Watch {
    /// Takes more of the text.
    pub(super) fn hear(&mut self, text: &str) -> Result<(), ModelError> {
        self.kept.extend(text.as_bytes());
        let surplus = self.kept.len().saturating_sub(KEPT);
        self.kept.drain(..surplus);
        self.unseen += text.len();
        if self.unseen < EVERY {
            return Ok(());
        }
        self.unseen = 0;
        let kept = &*self.kept.make_contiguous();
        for (stretch, longest) in STRETCHES {
            let Some(from) = kept.len().checked_sub(stretch) else {
                break;
            };
            let period = period(&kept[from..]);
            if period <= longest {
                return Err(ModelError::Runaway {
                    sample: sample(&kept[kept.len() - period..]),
                });
            }
        }
        Ok(())
    }
}

/// After how many bytes a text begins again, up to its end.
pub(super) fn period(text: &[u8]) -> usize {
    // The longest border of each beginning, as Knuth, Morris and Pratt have it.
    let mut borders = vec![0_usize; text.len()];
    let mut border = 0;
    for at in 1..text.len() {
        while border > 0 && text[at] != text[border] {
            border = borders[border - 1];
        }
        if text[at] == text[border] {
            border += 1;
        }
        borders[at] = border;
    }
    text.len() - border
}

fn sample(repeated: &[u8]) -> String {
    let text = String::from_utf8_lossy(repeated);
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = line.chars().take(SAMPLE).collect();
    if short.is_empty() {
        "white space".to_owned()
    } else {
        short
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many bytes of `text` were heard before it was enough.
    fn heard(text: &str) -> Option<usize> {
        let mut watch = Watch::default();
        let mut heard = 0;
        for piece in text.split_inclusive(' ') {
            if watch.hear(piece).is_err() {
                return Some(heard);
            }
            heard += piece.len();
        }
        None
    }

    #[test]
    fn repetitions_are_heard_in_time() {
        let line = "<li>One more item</li> \n".repeat(5000);
        assert!(heard(&format!("{}{line}", "something else ".repeat(9))).unwrap() < 6 << 10);
        let sentence = format!(
            "{} ",
            "I will write the file and then I will test it, ".repeat(4)
        )
        .repeat(1000);
        assert!(heard(&sentence).unwrap() < 10 << 10);
        let lines = |from: usize| {
            (from..from + 40)
                .map(|n| format!("const value{n} = {n};\n"))
                .collect::<String>()
        };
        assert!(heard(&format!("{} ", lines(0)).repeat(40)).unwrap() < 18 << 10);
        assert!(heard(&"\n ".repeat(9000)).unwrap() < 6 << 10);
    }

    #[test]
    fn code_that_repeats_itself_is_left_alone() {
        let row = format!("    [{}],\n", vec!["0"; 40].join(", "));
        assert_eq!(heard(&row.repeat(40)), None);
        let counted: String = (0..9000).map(|n| format!("line {n}\n")).collect();
        assert_eq!(heard(&counted), None);
    }

    #[test]
    fn what_is_repeated_is_shown() {
        let mut watch = Watch::default();
        let error = watch.hear(&"so it goes\n".repeat(999)).unwrap_err();
        assert!(error.to_string().contains("goes"), "{error}");
    }

    #[test]
    fn periods() {
        for (text, expected) in [("abcabcab", 3), ("aaaa", 1), ("abcd", 4), ("aabaa", 3)] {
            assert_eq!(period(text.as_bytes()), expected, "{text}");
        }
    }
}
