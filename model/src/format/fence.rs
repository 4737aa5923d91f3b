//! Lines of three backticks or tildes.

/// A fence that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fence {
    sign: u8,
    length: usize,
}

/// A line that is a fence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FenceLine<'t> {
    /// What it opens, if it opens.
    pub(super) fence: Fence,
    /// What follows the signs: a language, a path, nothing.
    pub(super) info: &'t str,
}

impl FenceLine<'_> {
    /// Whether nothing follows the signs, as in a line that closes.
    pub(super) fn is_bare(&self) -> bool {
        self.info.is_empty()
    }

    /// Whether this line closes what the other one opened.
    pub(super) fn closes(&self, open: Fence) -> bool {
        self.is_bare() && self.fence.sign == open.sign && self.fence.length >= open.length
    }
}

/// Reads a line as a fence: at most three spaces, then at least three equal signs.
pub(super) fn read(line: &str) -> Option<FenceLine<'_>> {
    let text = line.trim_start_matches(' ');
    let sign = text
        .bytes()
        .next()
        .filter(|sign| matches!(sign, b'`' | b'~'))?;
    let length = text.bytes().take_while(|byte| *byte == sign).count();
    let info = text[length..].trim();
    let inline = sign == b'`' && info.contains('`');
    (line.len() - text.len() <= 3 && length >= 3 && !inline).then_some(FenceLine {
        fence: Fence { sign, length },
        info,
    })
}

/// Whether a line that begins with `part` may be a fence.
pub(super) fn may_begin(part: &str) -> bool {
    let text = part.trim_start_matches(' ');
    part.len() - text.len() <= 3
        && ["```", "~~~"]
            .iter()
            .any(|signs| signs.starts_with(text) || text.starts_with(signs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fences_are_told_from_inline_code() {
        assert_eq!(read("```").map(|line| line.info), Some(""));
        assert_eq!(read("  ~~~~ sh ").map(|line| line.info), Some("sh"));
        for no in ["``", "    ```", "```a`", "x```", ""] {
            assert_eq!(read(no), None, "{no:?}");
        }
    }

    #[test]
    fn a_fence_is_closed_by_one_that_is_as_long() {
        let open = read("````md").unwrap().fence;
        assert!(!read("```").unwrap().closes(open));
        assert!(!read("````js").unwrap().closes(open));
        assert!(!read("~~~~").unwrap().closes(open));
        assert!(read("`````").unwrap().closes(open));
    }
}
