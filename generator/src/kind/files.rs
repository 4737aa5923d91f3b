//! The files of an app, and what tools make beside them.

use std::fs;
use std::path::Path;

/// Folders that tools make: packages, results, caches. Each of them can be made again.
const MADE_FOLDERS: [&str; 9] = [
    "node_modules",
    "dist",
    "build",
    ".vite",
    ".cache",
    ".parcel-cache",
    ".turbo",
    "coverage",
    ".git",
];
/// Endings of files that tools make.
const MADE_ENDINGS: [&str; 3] = [".tsbuildinfo", ".log", ".leo-draft"];
/// The most files of an app that are looked at.
const FILE_LIMIT: usize = 2000;
/// The deepest folder that is looked into.
const DEPTH_LIMIT: usize = 32;

/// Whether what lies at this path, relative to the app's folder, was made by a tool and not by the agent or a
/// person: it is neither shown nor handed to a model.
///
/// A folder counts by its name at any depth, apart from `build`, which only counts at the top: deeper
/// down people call sources so.
pub(crate) fn is_made(path: &str) -> bool {
    let mut parts = path.split('/').enumerate();
    parts.any(|(depth, part)| MADE_FOLDERS.contains(&part) && (part != "build" || depth == 0))
        || MADE_ENDINGS.iter().any(|ending| path.ends_with(ending))
}

/// The paths of the app's own files, relative to its folder and sorted. Links are left out.
pub(super) fn walk(app: &Path) -> Vec<String> {
    let mut found = Vec::new();
    look_into(app, "", 0, &mut found);
    found.sort();
    found
}

/// A folder that cannot be read has nothing to offer; whatever misses it says so.
fn look_into(folder: &Path, prefix: &str, depth: usize, found: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let path = format!("{prefix}{name}");
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if is_made(&path) || found.len() >= FILE_LIMIT {
            continue;
        }
        if kind.is_dir() && depth < DEPTH_LIMIT {
            look_into(&entry.path(), &format!("{path}/"), depth + 1, found);
        } else if kind.is_file() {
            found.push(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tools_make_is_told_from_what_people_write() {
        for made in [
            "node_modules/react/index.js",
            "packages/a/node_modules/x",
            "dist/index.html",
            "build/app.js",
            "tsconfig.tsbuildinfo",
            "npm-debug.log",
        ] {
            assert!(is_made(made), "{made}");
        }
        for own in [
            "src/build/plan.ts",
            "src/App.tsx",
            "distance.ts",
            ".gitignore",
            "changelog",
        ] {
            assert!(!is_made(own), "{own}");
        }
    }

    #[test]
    fn a_walk_finds_files_and_follows_no_link() {
        let app = tempfile::tempdir().unwrap();
        let write = |path: &str| {
            let full = app.path().join(path);
            fs::create_dir_all(full.parent().unwrap()).unwrap();
            fs::write(full, "").unwrap();
        };
        for path in ["b/c.js", "a.html", "node_modules/x/y.js"] {
            write(path);
        }
        std::os::unix::fs::symlink("/etc", app.path().join("etc")).unwrap();
        assert_eq!(walk(app.path()), ["a.html", "b/c.js"]);
        assert!(walk(&app.path().join("nowhere")).is_empty());
    }
}
