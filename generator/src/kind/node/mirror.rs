//! The copy of an app in which tools work.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use super::{LOCK, MANIFEST};
use crate::kind::files::walk;

/// Makes the files in `copy` those of `app`. What tools have made in the copy stays. Files that are alike are
/// not touched, so that tools need not look at them again.
pub(super) fn follow(app: &Path, copy: &Path) -> io::Result<()> {
    let wanted: BTreeSet<String> = walk(app).into_iter().collect();
    for path in walk(copy) {
        if !wanted.contains(&path) {
            fs::remove_file(copy.join(path))?;
        }
    }
    for path in &wanted {
        let (from, to) = (app.join(path), copy.join(path));
        if is_alike(&from, &to)? {
            continue;
        }
        if let Some(folder) = to.parent() {
            make_folder(folder)?;
        }
        fs::copy(from, to)?;
    }
    Ok(())
}

/// Where a file has become a folder, the copy follows.
fn make_folder(folder: &Path) -> io::Result<()> {
    match fs::create_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            fs::remove_file(folder)?;
            fs::create_dir_all(folder)
        }
        made => made,
    }
}

fn is_alike(one: &Path, other: &Path) -> io::Result<bool> {
    let size = |path: &Path| fs::symlink_metadata(path).map(|meta| meta.len());
    match size(other) {
        Ok(length) if length == size(one)? => Ok(fs::read(one)? == fs::read(other)?),
        Ok(_) | Err(_) => Ok(false),
    }
}

/// Gives the app what an installation has written into the copy, and tells which files that are.
pub(super) fn give_back(copy: &Path, app: &Path) -> io::Result<Vec<&'static str>> {
    let mut changed = Vec::new();
    for name in [MANIFEST, LOCK] {
        let (from, to) = (copy.join(name), app.join(name));
        if !from.is_file() || is_alike(&from, &to)? {
            continue;
        }
        // Whole or not at all, and never through a link that somebody has put there.
        let draft = app.join(format!(".{name}.leo-draft"));
        fs::copy(from, &draft)?;
        fs::rename(draft, to)?;
        changed.push(name);
    }
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_copy_follows_and_keeps_what_tools_have_made() {
        let (app, copy) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let write = |folder: &Path, path: &str, text: &str| {
            let full = folder.join(path);
            fs::create_dir_all(full.parent().unwrap()).unwrap();
            fs::write(full, text).unwrap();
        };
        write(app.path(), "src/a.ts", "1");
        write(app.path(), "node_modules/x/index.js", "not copied");
        write(copy.path(), "node_modules/y/index.js", "kept");
        follow(app.path(), copy.path()).unwrap();
        assert_eq!(walk(copy.path()), ["src/a.ts"]);
        assert!(copy.path().join("node_modules/y").exists());
        assert!(!copy.path().join("node_modules/x").exists());

        write(app.path(), "src/a.ts", "2");
        write(app.path(), "b.ts", "");
        follow(app.path(), copy.path()).unwrap();
        assert_eq!(
            fs::read_to_string(copy.path().join("src/a.ts")).unwrap(),
            "2"
        );
        fs::remove_file(app.path().join("b.ts")).unwrap();
        write(app.path(), "b.ts/c.ts", "");
        follow(app.path(), copy.path()).unwrap();
        assert_eq!(walk(copy.path()), ["b.ts/c.ts", "src/a.ts"]);
    }

    #[test]
    fn what_was_written_is_given_back() {
        let (app, copy) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(copy.path().join(MANIFEST), "{}").unwrap();
        fs::write(app.path().join(MANIFEST), "{}").unwrap();
        fs::write(copy.path().join(LOCK), "{}").unwrap();
        assert_eq!(give_back(copy.path(), app.path()).unwrap(), [LOCK]);
        assert!(give_back(copy.path(), app.path()).unwrap().is_empty());
        assert_eq!(walk(app.path()), [LOCK, MANIFEST]);
    }
}
