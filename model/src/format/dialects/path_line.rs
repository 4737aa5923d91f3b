//! Where a Markdown fence says which file it holds: in its own line, in the line above, or in a
//! comment in its first line.
//!
//! Only a line that holds nothing but the path counts; a sentence that mentions a file may be about
//! a part of it.

use crate::path::RelPath;

/// Files without an ending that a path may name.
const NAMES: [&str; 6] = [
    "Dockerfile",
    "Makefile",
    "LICENSE",
    "Procfile",
    "Caddyfile",
    "README",
];
/// Languages of commands: a block of them is a file only where its own line says so.
const SHELLS: [&str; 12] = [
    "",
    "bash",
    "sh",
    "shell",
    "zsh",
    "console",
    "terminal",
    "text",
    "txt",
    "plaintext",
    "heredoc",
    "scof",
];

/// Whether a fence with this info may hold commands or heredocs.
pub(in crate::format) fn is_shell(info: &str) -> bool {
    let language = info.split_whitespace().next().unwrap_or("");
    SHELLS
        .iter()
        .any(|shell| language.eq_ignore_ascii_case(shell))
}

/// The path in the line of a fence: `tsx:src/app.tsx`, `tsx src/app.tsx`, `tsx title="src/app.tsx"`.
pub(in crate::format) fn of_info(info: &str) -> Option<RelPath> {
    for key in ["title=", "file=", "filename=", "path=", "filepath="] {
        if let Some((_, value)) = info.split_once(key) {
            return path(value.split_whitespace().next()?.trim_end_matches('}'));
        }
    }
    let last = info.split_whitespace().next_back()?;
    path(last.split_once(':').map_or(last, |(_, path)| path))
}

/// The path in the line above a fence.
pub(in crate::format) fn of_line(line: &str) -> Option<RelPath> {
    let text = line.trim().trim_start_matches(['#', '-', '*', '>', ' ']);
    let text = match text.split_once([')', '.']) {
        Some((number, rest))
            if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            rest
        }
        _ => text,
    };
    labelled(text.trim_matches(['*', '_', ' ']))
}

/// The path in a comment, the first line of a fence.
pub(in crate::format) fn of_comment(line: &str) -> Option<RelPath> {
    let line = line.trim();
    let text = ["//", "#", "/*", "<!--", "--", ";"]
        .iter()
        .find_map(|sign| line.strip_prefix(sign))?;
    let text = text.trim_end_matches("*/").trim_end_matches("-->");
    labelled(text.trim())
}

fn labelled(text: &str) -> Option<RelPath> {
    let rest = [
        "file:",
        "filename:",
        "path:",
        "filepath:",
        "file path:",
        "file name:",
        "file",
    ]
    .iter()
    .find_map(|label| {
        text.get(..label.len())?
            .eq_ignore_ascii_case(label)
            .then(|| &text[label.len()..])
    });
    path(rest.unwrap_or(text).trim_matches(['*', '_', ' ']))
}

/// A text that can hardly be anything but the path of a file.
fn path(text: &str) -> Option<RelPath> {
    let text = text.trim_matches(['`', '*', '"', '\'', ' ', ':', '(', ')']);
    let text = text.strip_prefix("./").unwrap_or(text);
    let path = RelPath::new(text).ok()?;
    let named = NAMES.contains(&path.name()) || has_ending(path.name());
    (named && !text.contains(char::is_whitespace)).then_some(path)
}

fn has_ending(name: &str) -> bool {
    let Some((_, ending)) = name.rsplit_once('.') else {
        return false;
    };
    (1..=12).contains(&ending.len())
        && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && ending.bytes().any(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(path: Option<RelPath>) -> Option<String> {
        path.map(|path| path.to_string())
    }

    #[test]
    fn the_line_of_a_fence_may_say_the_path() {
        for info in [
            "src/a.tsx",
            "tsx:src/a.tsx",
            "tsx src/a.tsx",
            "tsx title=\"src/a.tsx\"",
            "tsx {title='src/a.tsx'}",
            "tsx file=src/a.tsx x",
        ] {
            assert_eq!(text(of_info(info)).as_deref(), Some("src/a.tsx"), "{info}");
        }
        for info in [
            "",
            "tsx",
            "bash",
            "js 1,4-5",
            "python 3.12",
            "c++",
            "tsx title=x",
            "../a.js",
        ] {
            assert_eq!(of_info(info), None, "{info}");
        }
    }

    #[test]
    fn the_line_above_may_say_the_path() {
        for line in [
            "src/a.js",
            "**src/a.js**",
            "### `src/a.js`",
            "File: src/a.js",
            "**File:** `src/a.js`",
            "1. `src/a.js`:",
            "- src/a.js",
            "### 2. src/a.js",
            "`src/a.js`",
            "**`src/a.js`**:",
            "# file src/a.js",
        ] {
            assert_eq!(text(of_line(line)).as_deref(), Some("src/a.js"), "{line}");
        }
        for line in [
            "",
            "Update `src/a.js` so that",
            "Now the styles:",
            "/etc/a.js",
            "e.g.",
            "etc...",
        ] {
            assert_eq!(of_line(line), None, "{line}");
        }
    }

    #[test]
    fn a_comment_may_say_the_path() {
        for line in [
            "// src/a.js",
            "# src/a.js",
            "/* src/a.js */",
            "<!-- src/a.js -->",
            "// File: src/a.js",
        ] {
            assert_eq!(
                text(of_comment(line)).as_deref(),
                Some("src/a.js"),
                "{line}"
            );
        }
        for line in [
            "src/a.js",
            "// see src/a.js",
            "// eslint-disable",
            "#!/bin/sh",
            "#include <a.h>",
        ] {
            assert_eq!(of_comment(line), None, "{line}");
        }
    }
}
