//! Whether a style sheet is whole. Browsers skip what they do not understand, so only what swallows the
//! rest of the sheet counts: a block, a comment or a string that does not end.

/// What is wrong, and where; at most one thing, for it hides what follows.
pub(super) fn check(text: &str) -> impl Iterator<Item = (usize, &'static str)> {
    first(text).into_iter()
}

fn first(text: &str) -> Option<(usize, &'static str)> {
    let bytes = text.as_bytes();
    let mut blocks = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'/' if bytes.get(at + 1) == Some(&b'*') => match text.get(at + 2..)?.find("*/") {
                Some(length) => at += length + 3,
                None => return Some((at, "this comment does not end")),
            },
            b'"' | b'\'' => match string_end(bytes, at) {
                Some(end) => at = end,
                None => return Some((at, "this string does not end in its line")),
            },
            // An address without quotes may hold what looks like a comment.
            b'u' if text.get(at..).is_some_and(|rest| rest.starts_with("url(")) => {
                at = plain_address(text, at).unwrap_or(at);
            }
            b'{' => blocks.push(at),
            b'}' if blocks.pop().is_none() => return Some((at, "this `}` closes nothing")),
            b'\\' => at += 1,
            _ => {}
        }
        at += 1;
    }
    blocks
        .pop()
        .map(|open| (open, "the block that begins here does not end"))
}

/// The place of the quote that ends a string.
fn string_end(bytes: &[u8], start: usize) -> Option<usize> {
    let quote = bytes[start];
    let mut at = start + 1;
    loop {
        match *bytes.get(at)? {
            b'\\' => at += 1,
            b'\n' => return None,
            byte if byte == quote => return Some(at),
            _ => {}
        }
        at += 1;
    }
}

/// The place of the bracket that ends an address without quotes.
fn plain_address(text: &str, start: usize) -> Option<usize> {
    let inside = text.get(start + "url(".len()..)?;
    if inside.trim_start().starts_with(['"', '\'']) {
        return None;
    }
    let length = inside.find([')', '\n'])?;
    Some(start + "url(".len() + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_that_are_whole_pass() {
        for sheet in [
            "",
            "a { color: red }",
            "@media (x) { a::before { content: \"}\"; } } /* { */",
            "a { background: url(https://x/*y) }",
            "a { background: url(\"x)y\"); content: '\\'' }",
            ".a\\{b { top: 0 }",
        ] {
            assert_eq!(first(sheet), None, "{sheet}");
        }
    }

    #[test]
    fn what_swallows_the_rest_is_found() {
        for (sheet, at) in [
            ("a { color: red;\nb { top: 0 }", 2),
            ("a { } }", 6),
            ("a { /* x }", 4),
            ("a { content: \"x; }\nb {}", 13),
        ] {
            assert_eq!(first(sheet).map(|(at, _)| at), Some(at), "{sheet}");
        }
    }
}
