//! What a compiler has printed, as a list of problems.
//!
//! Understood are `path(line,column): error TS1: text` (TypeScript), `text` above `╭─[ path:line:column ]`
//! (Rolldown, and so Vite), and `text` above `file: path:line:column` (older versions of Vite). Where nothing
//! of that is found, the end of what was printed is one problem as it is.

use std::path::Path;

use crate::kind::Problem;
use crate::kind::problem::PROBLEM_LIMIT;
use crate::process::plain;

/// The lines of a report that nobody understands which are handed on.
const RAW_LINES: usize = 20;
/// Opens the picture of a place.
const FRAME: &str = "╭─[";

/// The problems in a report of tools that ran in `folder`.
pub(super) fn problems(report: &str, folder: &Path) -> Vec<Problem> {
    let report = plain(report);
    let mut found: Vec<Problem> = Vec::new();
    let mut last = "";
    for line in report.lines().map(str::trim) {
        let problem = typescript(line, folder)
            .or_else(|| framed(line, last, folder))
            .or_else(|| placed(line, last, folder));
        if let Some(problem) = problem.filter(|problem| !found.contains(problem)) {
            found.push(problem);
        }
        if !line.is_empty() {
            last = line;
        }
    }
    if found.is_empty() {
        found.push(raw(&report));
    }
    found.truncate(PROBLEM_LIMIT);
    found
}

/// `src/App.tsx(12,5): error TS2322: Type …`
fn typescript(line: &str, folder: &Path) -> Option<Problem> {
    let (place, message) = line.split_once("): error ")?;
    let (path, place) = place.rsplit_once('(')?;
    let number = place.split(',').next()?.parse().ok()?;
    Some(Problem::of(below(path, folder), Some(number), message))
}

/// `[UNRESOLVED_IMPORT] Could not resolve …` above `╭─[ src/App.tsx:2:15 ]`
fn framed(line: &str, message: &str, folder: &Path) -> Option<Problem> {
    let (_, place) = line.split_once(FRAME)?;
    at(place.trim_end_matches(']').trim(), message, folder)
}

/// `… Unexpected token` above `file: /tmp/app/src/App.tsx:3:4`
fn placed(line: &str, message: &str, folder: &Path) -> Option<Problem> {
    at(line.strip_prefix("file: ")?, message, folder)
}

/// A problem at `path:line:column`.
fn at(place: &str, message: &str, folder: &Path) -> Option<Problem> {
    let mut parts = place.rsplitn(3, ':');
    let (_, line, path) = (parts.next()?, parts.next()?, parts.next()?);
    let message = if message.is_empty() {
        "this cannot be built"
    } else {
        message
    };
    Some(Problem::of(below(path, folder), line.parse().ok(), message))
}

/// A path relative to the folder.
fn below<'a>(path: &'a str, folder: &Path) -> &'a str {
    let path = path.trim();
    let inside = folder.to_str().and_then(|folder| path.strip_prefix(folder));
    inside
        .map_or(path, |path| path.trim_start_matches('/'))
        .trim_start_matches("./")
}

/// The end of a report, without where in the tools' own code an error was noticed.
fn raw(report: &str) -> Problem {
    let lines = report
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with("at "));
    let lines: Vec<&str> = lines.collect();
    let text = lines[lines.len().saturating_sub(RAW_LINES)..].join("\n");
    Problem::general(if text.is_empty() {
        "the command has failed without a word".to_owned()
    } else {
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(report: &str) -> Vec<String> {
        problems(report, Path::new("/tmp/leo-x/app"))
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn errors_of_types_are_found() {
        let report = "> app@0.0.0 build\n> tsc --noEmit && vite build\n\n\
            src/App.tsx(2,25): error TS2307: Cannot find module './nowhere'.\n  more of it\n\
            src/App.tsx(6,26): error TS2552: Cannot find name 'cuont'.\n";
        assert_eq!(
            read(report),
            [
                "src/App.tsx:2: TS2307: Cannot find module './nowhere'.",
                "src/App.tsx:6: TS2552: Cannot find name 'cuont'.",
            ]
        );
    }

    #[test]
    fn errors_of_bundlers_are_found() {
        let report = "error during build:\nBuild failed with 1 error:\n\n\
            \u{1b}[31m[UNRESOLVED_IMPORT] \u{1b}[0mCould not resolve './nowhere' in src/App.tsx\n   \
            \u{1b}[38;5;246m╭\u{1b}[0m\u{1b}[38;5;246m─\u{1b}[0m\u{1b}[38;5;246m[\u{1b}[0m src/App.tsx:2:25 \u{1b}[38;5;246m]\u{1b}[0m\n";
        assert_eq!(
            read(report),
            ["src/App.tsx:2: [UNRESOLVED_IMPORT] Could not resolve './nowhere' in src/App.tsx"]
        );
        let older =
            "[vite:esbuild] Transform failed with 1 error\nfile: /tmp/leo-x/app/src/App.tsx:3:4\n";
        assert_eq!(
            read(older),
            ["src/App.tsx:3: [vite:esbuild] Transform failed with 1 error"]
        );
    }

    #[test]
    fn what_is_not_understood_is_handed_on() {
        let report = "sh: 1: tsc: not found\n    at run (/x/y.js:1:2)\n";
        assert_eq!(read(report), ["sh: 1: tsc: not found"]);
        assert_eq!(read(""), ["the command has failed without a word"]);
    }
}
