//! The first word of a line.

/// Whether a line that begins with `part` may have one of the words as its first, in either case.
pub(super) fn may_begin(part: &str, words: &[&str]) -> bool {
    let part = part.strip_prefix("$ ").unwrap_or(part);
    if part == "$" {
        return true;
    }
    let bytes = part.as_bytes();
    words.iter().any(|word| {
        let shared = word.len().min(bytes.len());
        bytes[..shared].eq_ignore_ascii_case(&word.as_bytes()[..shared])
            && bytes.get(word.len()).is_none_or(|next| ends_word(*next))
    })
}

/// A line without the prompt that some write before a command.
pub(super) fn without_prompt(line: &str) -> &str {
    line.strip_prefix("$ ").unwrap_or(line).trim()
}

/// A line's first word, in lower case, and what follows it.
pub(super) fn first(line: &str) -> (String, &str) {
    let end = line.bytes().position(ends_word).unwrap_or(line.len());
    let (word, rest) = line.split_at(end);
    (word.to_ascii_lowercase(), rest.trim_start())
}

fn ends_word(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'>' | b'<' | b'|' | b';' | b'&')
}

/// The beginning of a text, for a message: some 200 bytes.
pub(super) fn excerpt(text: &str) -> String {
    const SHOWN: usize = 200;
    let text = text.trim();
    text[..text.floor_char_boundary(SHOWN)].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_told_from_the_beginning_of_a_longer_one() {
        for part in [
            "", "c", "ca", "cat", "CAT", "cat>", "cat > x", "$", "$ ", "$ ca",
        ] {
            assert!(may_begin(part, &["tee", "cat"]), "{part:?}");
        }
        for part in ["x", "cats", "cat.", " cat", "$x", "const"] {
            assert!(!may_begin(part, &["tee", "cat"]), "{part:?}");
        }
    }
}
