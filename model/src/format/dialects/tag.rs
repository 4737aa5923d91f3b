//! Files between tags: `<file path="…">`, `<boltAction type="file" filePath="…">`,
//! `<dyad-write path="…">`.
//!
//! A tag begins its line and ends in it; quotes of either kind, blanks after the `<` and further
//! attributes do not matter. Entities are left alone, because files hold them too.

/// A tag that files are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::format) struct Tag {
    name: &'static str,
    path: &'static str,
    close: &'static str,
}

const TAGS: [Tag; 3] = [
    Tag {
        name: "file",
        path: "path",
        close: "</file>",
    },
    Tag {
        name: "boltAction",
        path: "filePath",
        close: "</boltAction>",
    },
    Tag {
        name: "dyad-write",
        path: "path",
        close: "</dyad-write>",
    },
];

/// What ends a group of files, and so the last of them.
pub(in crate::format) const ARTIFACT_END: &str = "</boltArtifact>";

/// A tag that opens a file.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::format) struct Opened<'t> {
    /// Which.
    pub(in crate::format) tag: Tag,
    /// The path as it was written.
    pub(in crate::format) path: &'t str,
    /// What follows in the line: the beginning of the file, unless it is blank.
    pub(in crate::format) rest: &'t str,
}

impl Tag {
    /// What of a complete line is text, if the line ends with the closing tag.
    pub(in crate::format) fn closed(self, line: &str) -> Option<&str> {
        line.trim_end().strip_suffix(self.close)
    }

    /// How much of an incomplete line is certainly text: all before what may be the closing tag.
    pub(in crate::format) fn certain(self, part: &str) -> usize {
        let Some(at) = part.rfind('<') else {
            return part.len();
        };
        let end = part[at..].trim_end();
        if self.close.starts_with(end) {
            at
        } else {
            part.len()
        }
    }
}

/// Whether a line that begins with `part` may open a file.
pub(in crate::format) fn may_begin(part: &str) -> bool {
    let Some(text) = part.trim_start().strip_prefix('<') else {
        return part.trim_start().is_empty();
    };
    let text = text.trim_start();
    TAGS.iter()
        .any(|tag| tag.name.starts_with(text) || text.starts_with(tag.name))
}

/// Whether a line that begins with `part` may be [`ARTIFACT_END`].
pub(in crate::format) fn may_end_artifact(part: &str) -> bool {
    ARTIFACT_END.starts_with(part.trim())
}

/// Reads a line as the beginning of a file.
pub(in crate::format) fn read(line: &str) -> Option<Opened<'_>> {
    let text = line.trim_start().strip_prefix('<')?.trim_start();
    let tag = *TAGS.iter().find(|tag| text.starts_with(tag.name))?;
    let mut rest = &text[tag.name.len()..];
    let mut path = None;
    if !rest.starts_with(char::is_whitespace) {
        return None;
    }
    loop {
        rest = rest.trim_start();
        if let Some(rest) = rest.strip_prefix('>') {
            return path.map(|path| Opened { tag, path, rest });
        }
        let (name, value, after) = attribute(rest)?;
        if name == tag.path {
            path = Some(value);
        }
        rest = after;
    }
}

/// One `name="value"`, and what follows it.
fn attribute(text: &str) -> Option<(&str, &str, &str)> {
    let (name, value) = text.split_once('=')?;
    let value = value.trim_start();
    let quote = value
        .chars()
        .next()
        .filter(|quote| matches!(quote, '"' | '\''))?;
    let (value, rest) = value[1..].split_once(quote)?;
    Some((name.trim(), value.trim(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_with_their_variations() {
        for line in [
            "<file path=\"a.js\">",
            "  <file path='a.js'>",
            "<file  path = \"a.js\" >",
            "< boltAction type='file' filePath='a.js'>",
            "<boltAction type=\"file\" title=\"x > y\" filePath=\"a.js\">",
            "<dyad-write path=\"a.js\" description=\"b\">",
        ] {
            let opened = read(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!((opened.path, opened.rest), ("a.js", ""), "{line}");
        }
        for line in [
            "<file>",
            "<files path=\"a\">",
            "<file path=\"a",
            "<file path=a>",
            "x <file path=\"a\">",
            "<p>",
            "<file path>",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }

    #[test]
    fn a_closing_tag_is_held_back_wherever_it_may_be() {
        let tag = TAGS[0];
        assert_eq!(tag.certain("}</fi"), 1);
        assert_eq!(tag.certain("}</file>  "), 1);
        assert_eq!(tag.certain("a < b"), 5);
        assert_eq!(tag.certain("</div><"), 6);
        assert_eq!(tag.closed("}</file> "), Some("}"));
        assert_eq!(tag.closed("</file> }"), None);
    }
}
