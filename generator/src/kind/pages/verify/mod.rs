//! What is wrong with the files of an app of the kind `static`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::INDEX;
use crate::kind::Problem;
use crate::kind::files::walk;
use crate::kind::problem::{PROBLEM_LIMIT, line_at};

mod html;
mod script;
mod style;

use html::Page;
use script::Goal;

/// The largest file that is read, in bytes.
const FILE_LIMIT: u64 = 2 << 20;

/// The texts of an app by their paths, and what lies beside them.
struct App {
    texts: BTreeMap<String, String>,
    paths: Vec<String>,
}

/// Reads all files and tells what is wrong, at most as much as can be told at once.
pub(super) fn all(app: &Path) -> Vec<Problem> {
    let app = App::read(app);
    let mut problems = Vec::new();
    if !app.has(INDEX) {
        problems.push(Problem::of(
            INDEX,
            None,
            "the file is missing; a browser is given it first",
        ));
    }
    let pages: Vec<(&str, Page)> = app
        .texts_of(&[".html", ".htm"])
        .map(|(path, text)| (path, Page::read(text)))
        .collect();
    for (path, page) in &pages {
        app.check_page(path, page, &mut problems);
    }
    app.check_scripts(&pages, &mut problems);
    for (path, text) in app.texts_of(&[".css"]) {
        let found = style::check(text);
        problems
            .extend(found.map(|(offset, why)| Problem::of(path, Some(line_at(text, offset)), why)));
    }
    for (path, text) in app.texts_of(&[".json", ".webmanifest"]) {
        problems.extend(json(path, text, 0));
    }
    problems.truncate(PROBLEM_LIMIT);
    problems
}

impl App {
    fn read(folder: &Path) -> Self {
        let paths = walk(folder);
        let small = |path: &String| {
            let full = folder.join(path);
            let size = fs::metadata(&full).ok()?.len();
            let text = (size <= FILE_LIMIT).then(|| fs::read_to_string(full).ok())?;
            Some((path.clone(), text?))
        };
        Self {
            texts: paths.iter().filter_map(small).collect(),
            paths,
        }
    }

    fn texts_of<'a>(&'a self, endings: &'a [&str]) -> impl Iterator<Item = (&'a str, &'a str)> {
        let all = self.texts.iter();
        all.filter(|(path, _)| endings.iter().any(|ending| path.ends_with(ending)))
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Whether there is a file at the path, or a page in the folder.
    fn has(&self, path: &str) -> bool {
        let folder = path.trim_end_matches('/');
        let index = if folder.is_empty() {
            INDEX.to_owned()
        } else {
            format!("{folder}/{INDEX}")
        };
        let named = |wanted: &str| {
            self.paths
                .binary_search_by(|path| path.as_str().cmp(wanted))
                .is_ok()
        };
        named(path) || named(&index)
    }

    fn check_page(&self, path: &str, page: &Page, problems: &mut Vec<Problem>) {
        for reference in &page.references {
            let target = resolve(path, &reference.target);
            if target.is_some_and(|target| !self.has(&target)) {
                let message = format!("`{}` is not among the app's files", reference.target);
                problems.push(Problem::of(path, Some(reference.line), message));
            }
        }
        for inline in &page.scripts {
            let first = inline.line.saturating_sub(1);
            match inline.goal {
                Some(goal) => {
                    let read = script::check(&inline.text, goal);
                    self.report(path, &inline.text, read, page.maps_imports, first, problems);
                }
                None => problems.extend(json(path, &inline.text, first)),
            }
        }
    }

    fn check_scripts(&self, pages: &[(&str, Page)], problems: &mut Vec<Problem>) {
        let maps_imports = pages.iter().any(|(_, page)| page.maps_imports);
        for (path, text) in self.texts_of(&[".js", ".mjs", ".jsx"]) {
            let read = script::check(text, goal_of(path, pages));
            self.report(path, text, read, maps_imports, 0, problems);
        }
    }

    /// Adds what is wrong with a script whose first line is the one behind `first`.
    fn report(
        &self,
        path: &str,
        text: &str,
        read: script::Read,
        maps_imports: bool,
        first: u32,
        problems: &mut Vec<Problem>,
    ) {
        let line = |offset| Some(line_at(text, offset).saturating_add(first));
        for (offset, why) in read.errors {
            problems.push(Problem::of(path, line(offset), why));
        }
        for (offset, target) in read.imports {
            let why = if !target.starts_with(['.', '/']) {
                if maps_imports || target.contains("://") || target.starts_with("data:") {
                    continue;
                }
                format!(
                    "a browser cannot tell where `{target}` is; import a file of the app or a whole address"
                )
            } else if resolve(path, &target).is_some_and(|target| !self.has(&target)) {
                format!("`{target}` is not among the app's files")
            } else {
                continue;
            };
            problems.push(Problem::of(path, line(offset), why));
        }
    }
}

/// How a script is read: as the pages that name it say; one that none names may be either.
fn goal_of(path: &str, pages: &[(&str, Page)]) -> Goal {
    let mut named = pages.iter().flat_map(|(page, content)| {
        let named = content.references.iter();
        named.filter(|reference| resolve(page, &reference.target).as_deref() == Some(path))
    });
    named
        .find_map(|reference| reference.goal)
        .unwrap_or(Goal::Any)
}

fn json(path: &str, text: &str, first: u32) -> Option<Problem> {
    let error = serde_json::from_str::<serde_json::Value>(text).err()?;
    let line = u32::try_from(error.line())
        .unwrap_or(u32::MAX)
        .saturating_add(first);
    Some(Problem::of(
        path,
        Some(line),
        format!("this is not JSON: {error}"),
    ))
}

/// The path of the file that another file names, `None` for what lies elsewhere or is made up by a script.
fn resolve(from: &str, target: &str) -> Option<String> {
    let target = target.split(['?', '#']).next()?.trim();
    let scheme = target.split('/').next()?.contains(':');
    let odd = target.is_empty() || target.starts_with("//") || target.contains(['{', '$', '<']);
    if scheme || odd {
        return None;
    }
    let target = percent_encoding::percent_decode_str(target)
        .decode_utf8()
        .ok()?;
    let mut parts: Vec<&str> = match target.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => from
            .split('/')
            .rev()
            .skip(1)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect(),
    };
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests;
