//! Measures a workspace on this machine while its generator runs.
//!
//! The tree changes under the measurer's feet and its maker is hostile, so every folder is opened
//! from the one above it and no link is followed: whatever is swapped for a link meanwhile leads
//! nowhere. Nothing but folders is opened. Counting stops at the first limit exceeded, so that it
//! costs no more than the limits allow.

use std::ffi::{CStr, CString};
use std::io;
use std::path::Path;

use nix::dir::{Dir, Type};
use nix::errno::Errno;
use nix::fcntl::{AtFlags, OFlag};
use nix::sys::stat::{Mode, SFlag, fstatat};

use super::CollectLimits;

/// What a workspace takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// The sizes of all its files together. A file with holes counts in full, as it does when it
    /// is copied out.
    pub bytes: u64,
    /// Files, folders and everything else; 0 where they cannot be counted.
    pub entries: u64,
    /// Folders lie inside each other deeper than allowed; what is below was not looked at.
    pub too_deep: bool,
}

impl Usage {
    /// Whether it takes more than is allowed.
    #[must_use]
    pub const fn exceeds(&self, limits: &CollectLimits) -> bool {
        self.bytes > limits.bytes || self.entries > limits.entries || self.too_deep
    }
}

/// How a folder is opened, and nothing else.
const FOLDER: OFlag = OFlag::O_RDONLY
    .union(OFlag::O_DIRECTORY)
    .union(OFlag::O_NOFOLLOW)
    .union(OFlag::O_CLOEXEC);

/// Measures what is below `root`. What vanishes meanwhile does not count.
pub(super) fn measure(root: &Path, limits: &CollectLimits) -> io::Result<Usage> {
    let mut usage = Usage::default();
    let mut open = vec![Folder::read(
        Dir::open(root, FOLDER, Mode::empty())?,
        &mut usage,
        limits,
    )?];
    while !usage.exceeds(limits) {
        let depth = open.len();
        let Some(folder) = open.last_mut() else { break };
        let Some((name, kind)) = folder.entries.pop() else {
            open.pop();
            continue;
        };
        // Some file systems do not tell what an entry is; those are tried.
        let inner = match kind {
            Some(Type::Directory) | None => folder.inner(&name)?,
            Some(_) => None,
        };
        match inner {
            Some(_) if depth > limits.depth => usage.too_deep = true,
            Some(inner) => open.push(Folder::read(inner, &mut usage, limits)?),
            None => usage.bytes = usage.bytes.saturating_add(folder.size(&name)?),
        }
    }
    Ok(usage)
}

/// An open folder with those of its entries that were not looked at.
struct Folder {
    folder: Dir,
    entries: Vec<(CString, Option<Type>)>,
}

impl Folder {
    /// Counts the entries, and keeps no more of them than are allowed.
    fn read(mut folder: Dir, usage: &mut Usage, limits: &CollectLimits) -> io::Result<Self> {
        let mut entries = Vec::new();
        for entry in folder.iter() {
            let entry = entry?;
            let name = entry.file_name();
            if matches!(name.to_bytes(), b"." | b"..") {
                continue;
            }
            entries.push((name.to_owned(), entry.file_type()));
            usage.entries += 1;
            if usage.entries > limits.entries {
                break;
            }
        }
        Ok(Self { folder, entries })
    }

    /// The folder of that name, if it is one.
    fn inner(&self, name: &CStr) -> io::Result<Option<Dir>> {
        match Dir::openat(&self.folder, name, FOLDER, Mode::empty()) {
            Ok(inner) => Ok(Some(inner)),
            // What may not be looked into does not leave the workspace either.
            Err(Errno::ENOENT | Errno::ENOTDIR | Errno::ELOOP | Errno::EACCES) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn size(&self, name: &CStr) -> io::Result<u64> {
        match fstatat(&self.folder, name, AtFlags::AT_SYMLINK_NOFOLLOW) {
            Ok(stat) if stat.st_mode & SFlag::S_IFMT.bits() == SFlag::S_IFREG.bits() => {
                Ok(u64::try_from(stat.st_size).unwrap_or(0))
            }
            Ok(_) | Err(Errno::ENOENT | Errno::EACCES) => Ok(0),
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const LIMITS: CollectLimits = CollectLimits {
        bytes: 1000,
        entries: 10,
        depth: 3,
    };

    #[test]
    fn counts_files_and_follows_no_link() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("app/a")).unwrap();
        fs::write(root.path().join("app/a/file"), "12345").unwrap();
        fs::write(root.path().join("file"), "123").unwrap();
        std::os::unix::fs::symlink("/", root.path().join("app/root")).unwrap();
        let usage = measure(root.path(), &LIMITS).unwrap();
        let expected = Usage {
            bytes: 8,
            entries: 5,
            too_deep: false,
        };
        assert_eq!(usage, expected);
        assert!(!usage.exceeds(&LIMITS));
    }

    #[test]
    fn every_limit_is_noticed() {
        let root = tempfile::tempdir().unwrap();
        let sparse = fs::File::create(root.path().join("sparse")).unwrap();
        sparse.set_len(1001).unwrap();
        assert!(measure(root.path(), &LIMITS).unwrap().exceeds(&LIMITS));
        sparse.set_len(1000).unwrap();
        assert!(!measure(root.path(), &LIMITS).unwrap().exceeds(&LIMITS));

        fs::create_dir_all(root.path().join("1/2/3")).unwrap();
        assert!(!measure(root.path(), &LIMITS).unwrap().too_deep);
        fs::create_dir_all(root.path().join("1/2/3/4")).unwrap();
        assert!(measure(root.path(), &LIMITS).unwrap().too_deep);
        fs::remove_dir_all(root.path().join("1")).unwrap();

        for n in 0..100 {
            fs::write(root.path().join(n.to_string()), "").unwrap();
        }
        let usage = measure(root.path(), &LIMITS).unwrap();
        assert_eq!(usage.entries, 11, "and no more than that was read");
    }
}
