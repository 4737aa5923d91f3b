//! Removes a folder that hostile code has filled, however deep it is.
//!
//! Walking down would let the depth decide about our stack, or about how many folders are open at
//! once. So what is found inside a folder is moved up to the top, and each folder is empty when its
//! turn comes. No link is followed.

use std::ffi::CStr;
use std::fs;
use std::io;
use std::path::Path;

use nix::dir::Dir;
use nix::errno::Errno;
use nix::fcntl::{OFlag, renameat};
use nix::sys::stat::{FchmodatFlags, Mode, fchmodat};
use nix::unistd::{UnlinkatFlags, unlinkat};

/// How a folder is opened, and nothing else.
const FOLDER: OFlag = OFlag::O_RDONLY
    .union(OFlag::O_DIRECTORY)
    .union(OFlag::O_NOFOLLOW)
    .union(OFlag::O_CLOEXEC);

/// Removes a folder with all that is in it; one that is not there is fine. Nobody else may write in
/// it meanwhile.
pub(super) fn remove_tree(folder: &Path) -> io::Result<()> {
    let top = match Dir::open(folder, FOLDER, Mode::empty()) {
        Ok(top) => top,
        Err(Errno::ENOENT) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let mut moved = 0;
    // What is moved up may come up in the same listing or in the next one.
    while empty(&top, folder, &mut moved)? {}
    fs::remove_dir(folder)
}

/// Removes what is listed at the top; whether there was anything.
fn empty(top: &Dir, path: &Path, moved: &mut u64) -> io::Result<bool> {
    let mut found = false;
    let mut listing = Dir::open(path, FOLDER, Mode::empty())?;
    for entry in listing.iter() {
        let entry = entry?;
        let name = entry.file_name();
        if is_itself(name) {
            continue;
        }
        found = true;
        match unlinkat(top, name, UnlinkatFlags::NoRemoveDir) {
            Ok(()) | Err(Errno::ENOENT) => {}
            // Linux says the first of a folder, others the second.
            Err(Errno::EISDIR | Errno::EPERM) => remove_folder(top, name, moved)?,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(found)
}

fn remove_folder(top: &Dir, name: &CStr, moved: &mut u64) -> io::Result<()> {
    // Its maker may have taken every right away, from us too.
    fchmodat(top, name, Mode::S_IRWXU, FchmodatFlags::FollowSymlink)?;
    loop {
        let mut folder = Dir::openat(top, name, FOLDER, Mode::empty())?;
        let inside = Dir::openat(top, name, FOLDER, Mode::empty())?;
        for entry in folder.iter() {
            let entry = entry?;
            let name = entry.file_name();
            if is_itself(name) {
                continue;
            }
            match unlinkat(&inside, name, UnlinkatFlags::NoRemoveDir) {
                Ok(()) | Err(Errno::ENOENT) => {}
                Err(Errno::EISDIR | Errno::EPERM) => move_up(&inside, name, top, moved)?,
                Err(error) => return Err(error.into()),
            }
        }
        match unlinkat(top, name, UnlinkatFlags::RemoveDir) {
            // Some file systems leave out entries where others are removed meanwhile.
            Err(Errno::ENOTEMPTY) => {}
            done => return Ok(done?),
        }
    }
}

fn move_up(from: &Dir, name: &CStr, top: &Dir, moved: &mut u64) -> io::Result<()> {
    fchmodat(from, name, Mode::S_IRWXU, FchmodatFlags::FollowSymlink)?;
    loop {
        *moved += 1;
        match renameat(from, name, top, format!("{moved}").as_str()) {
            // Something of that name is there already.
            Err(Errno::ENOTEMPTY | Errno::EEXIST | Errno::ENOTDIR) => {}
            done => return Ok(done?),
        }
    }
}

fn is_itself(name: &CStr) -> bool {
    matches!(name.to_bytes(), b"." | b"..")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use nix::sys::stat::mkdirat;

    use super::*;

    #[test]
    fn the_deepest_tree_goes_and_links_are_not_followed() {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path().join("root");
        fs::create_dir_all(root.join("1/2")).unwrap();
        fs::write(root.join("1/2/file"), "x").unwrap();
        fs::write(root.join("3"), "in the way of what is moved up").unwrap();
        fs::write(outer.path().join("kept"), "x").unwrap();
        std::os::unix::fs::symlink(outer.path(), root.join("1/2/link")).unwrap();
        // Deeper than any path is long, and than files may be open.
        let mut folder = Dir::open(&root, FOLDER, Mode::empty()).unwrap();
        for _ in 0..5000 {
            mkdirat(&folder, "d", Mode::S_IRWXU).unwrap();
            folder = Dir::openat(&folder, "d", FOLDER, Mode::empty()).unwrap();
        }
        for closed in ["1/2", "1"] {
            fs::set_permissions(root.join(closed), fs::Permissions::from_mode(0o000)).unwrap();
        }
        remove_tree(&root).unwrap();
        assert!(!root.exists() && outer.path().join("kept").exists());
        remove_tree(&root).unwrap();
    }
}
