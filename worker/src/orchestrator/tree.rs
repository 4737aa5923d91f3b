//! Walks one part of a workspace on this machine, without following links.
//!
//! Recursion would let the depth of a hostile tree decide about our stack, so it keeps a list. It
//! visits a folder before what is in it, and stops at the first error of the visitor; limits are
//! the visitor's business.

use std::fs::{self, File, Metadata, OpenOptions, ReadDir};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use nix::fcntl::OFlag;

/// What lies at a path.
pub(crate) enum Found {
    /// A folder.
    Folder,
    /// A regular file, open for reading.
    File(File, Metadata),
    /// A link, a socket, a device: nothing to copy.
    Other,
    /// A file or a folder that this process may not read.
    Unreadable,
}

/// Visits `root/part` and all below it, with paths relative to `root`. Without it, does nothing.
pub(crate) fn walk<E: From<io::Error>>(
    root: &Path,
    part: &str,
    mut visit: impl FnMut(&Path, Found) -> Result<(), E>,
) -> Result<(), E> {
    let mut open: Vec<(PathBuf, ReadDir)> = Vec::new();
    let start = PathBuf::from(part);
    match look(&root.join(&start)) {
        Ok(found) => enter(root, start, found, &mut open, &mut visit)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    while let Some((folder, entries)) = open.last_mut() {
        match entries.next() {
            Some(entry) => {
                let path = folder.join(entry?.file_name());
                let found = look(&root.join(&path))?;
                enter(root, path, found, &mut open, &mut visit)?;
            }
            None => drop(open.pop()),
        }
    }
    Ok(())
}

fn enter<E: From<io::Error>>(
    root: &Path,
    path: PathBuf,
    found: Found,
    open: &mut Vec<(PathBuf, ReadDir)>,
    visit: &mut impl FnMut(&Path, Found) -> Result<(), E>,
) -> Result<(), E> {
    if !matches!(found, Found::Folder) {
        return visit(&path, found);
    }
    match fs::read_dir(root.join(&path)) {
        Ok(entries) => {
            visit(&path, found)?;
            open.push((path, entries));
            Ok(())
        }
        Err(error) if is_denied(&error) => visit(&path, Found::Unreadable),
        Err(error) => Err(error.into()),
    }
}

fn is_denied(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::PermissionDenied
}

/// Opens what is there only if it is a file, and again only if it still is: opening a device or a
/// pipe can have effects, and a link may have taken the file's place.
fn look(path: &Path) -> io::Result<Found> {
    match open(path) {
        Err(error) if is_denied(&error) => Ok(Found::Unreadable),
        found => found,
    }
}

fn open(path: &Path) -> io::Result<Found> {
    let metadata = fs::symlink_metadata(path)?;
    if metadata.is_dir() {
        return Ok(Found::Folder);
    }
    if !metadata.is_file() {
        return Ok(Found::Other);
    }
    let flags = OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK;
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits())
        .open(path)?;
    let metadata = file.metadata()?;
    Ok(if metadata.is_file() {
        Found::File(file, metadata)
    } else {
        Found::Other
    })
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt as _;

    use nix::unistd::Uid;

    use super::*;

    /// Nobody's number.
    const NOBODY: u32 = 65534;

    #[test]
    fn visits_folders_first_and_follows_no_link() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("app/a/b")).unwrap();
        fs::write(root.path().join("app/a/b/file"), "x").unwrap();
        std::os::unix::fs::symlink("/", root.path().join("app/root")).unwrap();
        let mut seen = Vec::new();
        let walked = walk::<io::Error>(root.path(), "app", |path, found| {
            let kind = match found {
                Found::Folder => "folder",
                Found::File(..) => "file",
                Found::Other => "other",
                Found::Unreadable => "unreadable",
            };
            seen.push((path.display().to_string(), kind));
            Ok(())
        });
        walked.unwrap();
        let place = |path: &str| seen.iter().position(|(seen, _)| seen == path).unwrap();
        assert!(place("app") < place("app/a") && place("app/a/b") < place("app/a/b/file"));
        assert_eq!(seen[place("app/root")].1, "other");
        assert_eq!(seen.len(), 5);
        walk::<io::Error>(root.path(), "none", |_, _| panic!("nothing is there")).unwrap();
    }

    #[test]
    fn what_may_not_be_read_is_told_and_the_rest_is_visited() {
        let root = tempfile::tempdir().unwrap();
        let app = root.path().join("app");
        fs::create_dir_all(app.join("closed/below")).unwrap();
        fs::create_dir(app.join("listed")).unwrap();
        for (path, mode) in [("secret", 0o000), ("plain", 0o644), ("listed/x", 0o644)] {
            fs::write(app.join(path), "x").unwrap();
            fs::set_permissions(app.join(path), Permissions::from_mode(mode)).unwrap();
        }
        for (path, mode) in [
            ("closed", 0o000),
            ("listed", 0o444),
            ("", 0o755),
            ("..", 0o755),
        ] {
            fs::set_permissions(app.join(path), Permissions::from_mode(mode)).unwrap();
        }
        // Root may read everything, so this thread looks at files as somebody else.
        nix::unistd::setfsuid(Uid::from_raw(NOBODY));
        let mut unreadable = Vec::new();
        let mut read = 0;
        let walked = walk::<io::Error>(root.path(), "app", |path, found| {
            match found {
                Found::Unreadable => unreadable.push(path.display().to_string()),
                Found::Folder | Found::File(..) | Found::Other => read += 1,
            }
            Ok(())
        });
        nix::unistd::setfsuid(nix::unistd::geteuid());
        walked.unwrap();
        unreadable.sort();
        assert_eq!(unreadable, ["app/closed", "app/listed/x", "app/secret"]);
        assert_eq!(
            read, 3,
            "the folder itself, the one that is listed, and a file"
        );
        fs::set_permissions(app.join("closed"), Permissions::from_mode(0o755)).unwrap();
    }
}
