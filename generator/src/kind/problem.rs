//! Something that is wrong with an app.

use std::fmt;

/// The most problems that are told at once; whoever repairs them begins with the first.
pub(super) const PROBLEM_LIMIT: usize = 20;
/// The longest message, in characters.
const MESSAGE_LIMIT: usize = 600;

/// Something that is wrong with an app, for whoever repairs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The file, relative to the app's folder, where one can be named.
    pub(crate) path: Option<String>,
    /// The line, from 1.
    pub(crate) line: Option<u32>,
    /// What is wrong.
    pub(crate) message: String,
}

impl Problem {
    /// Something wrong with the app as a whole.
    pub(super) fn general(message: impl Into<String>) -> Self {
        Self {
            path: None,
            line: None,
            message: shortened(message.into()),
        }
    }

    /// Something wrong with a file.
    pub(super) fn of(path: &str, line: Option<u32>, message: impl Into<String>) -> Self {
        Self {
            path: Some(path.to_owned()),
            line,
            message: shortened(message.into()),
        }
    }
}

/// As compilers write it: `path:line: message`.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.path, self.line) {
            (Some(path), Some(line)) => write!(f, "{path}:{line}: {}", self.message),
            (Some(path), None) => write!(f, "{path}: {}", self.message),
            (None, _) => f.write_str(&self.message),
        }
    }
}

fn shortened(message: String) -> String {
    match message.char_indices().nth(MESSAGE_LIMIT) {
        Some((end, _)) => format!("{}…", &message[..end]),
        None => message,
    }
}

/// The line of a place in a text, from 1.
pub(super) fn line_at(text: &str, offset: usize) -> u32 {
    let before = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
    let breaks = before.iter().filter(|byte| **byte == b'\n').count();
    u32::try_from(breaks).unwrap_or(u32::MAX).saturating_add(1)
}
