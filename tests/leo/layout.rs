//! The house: files stay short, modules say what they are for, and ARCHITECTURE.md tells the truth.

use std::fs;
use std::path::{Path, PathBuf};

use leo_tests::config::repository;

/// The crates whose files are looked at.
const CRATES: [&str; 8] = [
    "protocol",
    "common",
    "api",
    "worker",
    "generator",
    "cli",
    "tests",
    "tests/mini-generator",
];
/// Lines of a file without its tests.
const MAX_LINES: usize = 400;
/// Endings of what ARCHITECTURE.md may name as a file.
const ENDINGS: [&str; 8] = ["rs", "md", "sql", "toml", "yml", "py", "sh", "Dockerfile"];

/// The `.rs` files of all crates.
fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for name in CRATES {
        for part in ["src", "tests", "leo"] {
            collect(&repository().join(name).join(part), &mut found);
        }
    }
    found.sort();
    found.dedup();
    assert!(found.len() > 100, "only {} files were found", found.len());
    found
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Whether a file holds tests and nothing else.
fn is_all_tests(path: &Path) -> bool {
    let folders = path.strip_prefix(repository()).unwrap_or(path);
    path.ends_with("tests.rs")
        || folders.starts_with("tests/leo")
        || folders.iter().nth(1).is_some_and(|part| part == "tests")
}

/// The text before the tests that stand at a file's end.
fn without_tests(text: &str) -> &str {
    text.split("\n#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or(text)
}

#[test]
fn files_are_short() {
    let long: Vec<_> = sources()
        .into_iter()
        .filter(|path| !is_all_tests(path))
        .filter_map(|path| {
            let lines = without_tests(&fs::read_to_string(&path).unwrap())
                .lines()
                .count();
            (lines > MAX_LINES).then_some((path, lines))
        })
        .collect();
    assert!(long.is_empty(), "longer than {MAX_LINES} lines: {long:?}");
}

#[test]
fn modules_say_what_they_are_for() {
    let silent: Vec<_> = sources()
        .into_iter()
        // Tests of a file are told about by that file.
        .filter(|path| !path.ends_with("tests.rs"))
        .filter(|path| !fs::read_to_string(path).unwrap().starts_with("//!"))
        .collect();
    assert!(silent.is_empty(), "without `//!` at the top: {silent:?}");
}

#[test]
fn architecture_names_files_that_are_there() {
    let Ok(text) = fs::read_to_string(repository().join("ARCHITECTURE.md")) else {
        return;
    };
    let quoted = text.split('`').skip(1).step_by(2);
    let missing: Vec<_> = quoted
        .filter(|name| name.contains('/') && !name.contains(char::is_whitespace))
        .filter(|name| {
            ENDINGS
                .iter()
                .any(|ending| name.ends_with(&format!(".{ending}")))
        })
        .filter(|name| !repository().join(name).exists())
        .collect();
    assert!(
        missing.is_empty(),
        "ARCHITECTURE.md names what is not there: {missing:?}"
    );
}
