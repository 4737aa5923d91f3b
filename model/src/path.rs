//! Paths below an app's folder.
//!
//! A [`RelPath`] cannot leave the folder that it is joined to by its text alone. It says nothing of
//! what lies on a disk: whoever writes has to look out for symbolic links on the way.

use std::fmt;
use std::path::{Component, Path};

/// The longest path, in bytes.
pub const PATH_LIMIT: usize = 1024;
/// The longest part of a path, in bytes: what file systems take (255), less room for the name of a draft beside it.
pub const NAME_LIMIT: usize = 240;

/// Why a text is not a path below an app's folder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a plain relative path")]
pub struct PathError(String);

/// A path below an app's folder, with `/` between its parts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelPath(String);

impl RelPath {
    /// Checks a path: relative, not empty, without `.`, `..`, empty parts, backslashes and control
    /// characters, of at most [`PATH_LIMIT`] bytes and parts of at most [`NAME_LIMIT`].
    pub fn new(text: &str) -> Result<Self, PathError> {
        let plain = Path::new(text)
            .components()
            .all(|part| matches!(part, Component::Normal(name) if name.len() <= NAME_LIMIT));
        let odd = text.is_empty()
            || text.len() > PATH_LIMIT
            || text.ends_with('/')
            || text.contains("//")
            || text.contains("/./")
            || text.ends_with("/.")
            || text.contains('\\')
            || text.chars().any(char::is_control);
        if odd || !plain {
            let shown: String = text.chars().take(NAME_LIMIT).collect();
            return Err(PathError(shown.escape_default().to_string()));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part: the name of the file.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }
}

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_leave_the_folder_are_refused() {
        let long_name = "n".repeat(NAME_LIMIT + 1);
        let long_path = "n/".repeat(PATH_LIMIT / 2) + "n";
        for bad in [
            "",
            "/",
            "/etc/passwd",
            "..",
            "../x",
            "a/../../x",
            "./x",
            "a/./b",
            "a/.",
            "a//b",
            "a/",
            "a\\b",
            "a\nb",
            "a\0b",
            &long_name,
            &long_path,
        ] {
            assert!(RelPath::new(bad).is_err(), "{bad:?}");
        }
        for good in ["index.html", "a/b/c.js", ".hidden", "a b.txt", "ä.md"] {
            assert!(RelPath::new(good).is_ok(), "{good:?}");
        }
    }

    #[test]
    fn the_name_is_the_last_part() {
        assert_eq!(RelPath::new("a/b.txt").unwrap().name(), "b.txt");
        assert_eq!(RelPath::new("b.txt").unwrap().name(), "b.txt");
    }
}
