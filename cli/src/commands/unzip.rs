//! Unpacks an app's zip, and nothing outside the folder that it is for.
//!
//! The files were written by generated code, so every name is suspected: one that is absolute,
//! climbs out with `..` or stands for a link refuses the whole archive. The folder appears when
//! everything is in it, and not at all otherwise.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use zip::ZipArchive;

/// The most entries of an archive.
const ENTRIES_LIMIT: usize = 200_000;
/// The most bytes that an archive may unpack to.
const BYTES_LIMIT: u64 = 8 << 30;

/// Unpacks `zip` into `folder`, which must be new or empty, and tells how many files there are.
///
/// # Errors
/// When the archive is refused or broken, or the folder cannot be written.
pub(crate) fn unzip(zip: &Path, folder: &Path) -> anyhow::Result<u64> {
    ensure!(
        is_free(folder)?,
        "{} is there already and not empty",
        folder.display()
    );
    let file = File::open(zip).with_context(|| format!("failed to open {}", zip.display()))?;
    let mut archive = ZipArchive::new(file).context("failed to read the zip")?;
    ensure!(
        archive.len() <= ENTRIES_LIMIT,
        "the zip holds too many files"
    );
    let parent = parent_of(folder);
    fs::create_dir_all(parent).with_context(|| format!("failed to make {}", parent.display()))?;
    let staging = tempfile::Builder::new()
        .prefix(".leo-unpack-")
        .tempdir_in(parent)
        .with_context(|| format!("failed to make a folder in {}", parent.display()))?;
    let files = unpack(&mut archive, staging.path())?;
    appear(staging, folder).with_context(|| format!("failed to make {}", folder.display()))?;
    Ok(files)
}

fn is_free(folder: &Path) -> anyhow::Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error).with_context(|| format!("failed to read {}", folder.display())),
    }
}

/// The folder that a path lies in.
pub(crate) fn parent_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn unpack(archive: &mut ZipArchive<File>, folder: &Path) -> anyhow::Result<u64> {
    let mut left = BYTES_LIMIT;
    let mut files = 0;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).context("failed to read the zip")?;
        let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
        let path = folder.join(safe(&name)?);
        ensure!(
            !entry.is_symlink(),
            "the zip holds a link, which is refused: {name:?}"
        );
        if name.ends_with('/') {
            fs::create_dir_all(&path)?;
            continue;
        }
        fs::create_dir_all(parent_of(&path))?;
        let mut out =
            File::create_new(&path).with_context(|| format!("failed to make {name:?}"))?;
        let copied = io::copy(&mut (&mut entry).take(left + 1), &mut out)
            .with_context(|| format!("failed to unpack {name:?}"))?;
        left = left
            .checked_sub(copied)
            .context("the zip unpacks to too many bytes")?;
        files += 1;
    }
    Ok(files)
}

/// The path of an entry, if it stays where it belongs.
fn safe(name: &str) -> anyhow::Result<PathBuf> {
    let mut path = PathBuf::new();
    let tidy = !name.is_empty() && !name.contains(['\\', '\0']);
    for component in Path::new(name).components() {
        match component {
            Component::Normal(part) if tidy => path.push(part),
            Component::Normal(_)
            | Component::CurDir
            | Component::ParentDir
            | Component::RootDir
            | Component::Prefix(_) => bail!("the zip holds a name that is refused: {name:?}"),
        }
    }
    ensure!(tidy, "the zip holds a name that is refused: {name:?}");
    Ok(path)
}

/// Gives the finished folder its name.
fn appear(staging: tempfile::TempDir, folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    // It was made for us alone; the app is for whomever the user lets in.
    fs::set_permissions(staging.path(), fs::Permissions::from_mode(0o755))?;
    // Replaces an empty folder and fails for any other.
    fs::rename(staging.path(), folder)?;
    let _ = staging.keep();
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn zipped(names: &[&str], dir: &Path) -> PathBuf {
        let path = dir.join("app.zip");
        let mut zip = ZipWriter::new(File::create(&path).unwrap());
        for name in names {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(b"text").unwrap();
        }
        zip.finish().unwrap();
        path
    }

    #[test]
    fn an_app_is_unpacked() {
        let dir = tempfile::tempdir().unwrap();
        let zip = zipped(&["index.html", "js/a b.js", "ü/..x"], dir.path());
        let folder = dir.path().join("deep/app");
        assert_eq!(unzip(&zip, &folder).unwrap(), 3);
        for name in ["index.html", "js/a b.js", "ü/..x"] {
            assert_eq!(fs::read(folder.join(name)).unwrap(), b"text", "{name}");
        }
        let again = unzip(&zip, &folder).unwrap_err().to_string();
        assert!(again.contains("not empty"), "{again}");
    }

    #[test]
    fn names_that_climb_out_refuse_the_archive() {
        for evil in ["../x", "a/../../x", "/etc/x", "./x", "a\\..\\x", "C:\\x"] {
            let dir = tempfile::tempdir().unwrap();
            let zip = zipped(&["good.txt", evil], dir.path());
            let folder = dir.path().join("app");
            let error = unzip(&zip, &folder).unwrap_err().to_string();
            assert!(error.contains("refused"), "{evil}: {error}");
            let left: Vec<_> = fs::read_dir(dir.path()).unwrap().collect();
            assert_eq!(left.len(), 1, "{evil}: something was left behind");
        }
    }

    #[test]
    fn links_refuse_the_archive() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("app.zip");
        let mut zip = ZipWriter::new(File::create(&path).unwrap());
        zip.add_symlink("link", "/etc", SimpleFileOptions::default())
            .unwrap();
        zip.start_file("link/x", SimpleFileOptions::default())
            .unwrap();
        zip.finish().unwrap();
        let error = unzip(&path, &dir.path().join("app"))
            .unwrap_err()
            .to_string();
        assert!(error.contains("link"), "{error}");
    }

    #[test]
    fn two_files_of_one_name_refuse_the_archive() {
        let dir = tempfile::tempdir().unwrap();
        let zip = zipped(&["a", "a/b"], dir.path());
        assert!(unzip(&zip, &dir.path().join("app")).is_err());
    }
}
