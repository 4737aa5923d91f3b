//! Files in the format, for prompts that show a model what is there.

use crate::path::RelPath;

/// A file in the format, with its header and its end. A text without a final newline gets one,
/// because a heredoc cannot express its absence; every other byte stays.
///
/// Where the text itself holds the marker, one that it does not hold is made of it.
#[must_use]
pub fn write(path: &RelPath, text: &str, marker: &str) -> String {
    let marker = absent_from(text, marker);
    let newline = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    format!(
        "cat > {} << '{marker}'\n{text}{newline}{marker}\n",
        quoted(path)
    )
}

fn absent_from(text: &str, marker: &str) -> String {
    let mut free = marker.to_owned();
    let mut number = 2_u32;
    while text.contains(&free) {
        free = format!("{marker}_{number}");
        number += 1;
    }
    free
}

/// The path, in quotes where it holds what the header's grammar uses.
fn quoted(path: &RelPath) -> String {
    let text = path.as_str();
    let plain = |sign: char| sign.is_alphanumeric() || matches!(sign, '/' | '.' | '_' | '-');
    if text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{text}'")
}
