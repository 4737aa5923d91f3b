//! The answer that is read: sources of Leo's own, as a model would send them.

use leo_model::format;
use leo_model::path::RelPath;

const SOURCES: [(&str, &str); 4] = [
    (
        "src/parser.rs",
        include_str!("../../../model/src/format/parser.rs"),
    ),
    ("README.md", include_str!("../../../README.md")),
    ("scripts/setup.sh", include_str!("../../../scripts/setup")),
    ("src/table.rs", include_str!("../table.rs")),
];

/// An answer, and what is to be found in it.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) text: String,
    pub(super) marker: String,
    /// The length of all files together, in bytes.
    pub(super) bytes: usize,
    /// How many lines the answer has.
    pub(super) lines: usize,
}

impl Answer {
    /// An answer of at least so many bytes.
    pub(super) fn of(length: usize) -> Self {
        let marker = "LEO_EOF_7c1f".to_owned();
        let (mut text, mut bytes) = (String::new(), 0);
        for (number, (name, source)) in SOURCES.iter().cycle().enumerate() {
            if text.len() >= length {
                break;
            }
            // Plain names are paths; where one is not, the answer lacks it and says so by its length.
            if let Ok(path) = RelPath::new(&format!("{number}/{name}")) {
                text.push_str("The next file does what the one before it leaves to others.\n\n");
                text.push_str(&format::write(&path, source, &marker));
                bytes += source.len();
            }
        }
        let lines = memchr::memchr_iter(b'\n', text.as_bytes()).count();
        Self {
            text,
            marker,
            bytes,
            lines,
        }
    }
}

/// A text in chunks of these sizes in turn.
pub(super) fn cut<'t>(text: &'t str, sizes: &[usize]) -> Vec<&'t str> {
    let mut chunks = Vec::new();
    let mut rest = text;
    for size in sizes.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (chunk, more) = rest.split_at(rest.ceil_char_boundary(*size));
        chunks.push(chunk);
        rest = more;
    }
    chunks
}
