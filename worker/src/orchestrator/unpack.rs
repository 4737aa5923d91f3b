//! Writes what a generator has left behind into a folder of ours, within limits.
//!
//! The names, sizes and kinds come from hostile code. [`Unpacker`] makes regular files and folders
//! below its own folder and nothing else; whatever would break a limit is refused before a byte of
//! it is written. A name that means something else elsewhere (bytes that are no text, a line break, a
//! backslash) is left out with all below it. As it makes no link, no path below its folder can lead out of it. What reads the
//! entries (a tar stream or a folder) is left to its callers.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use leo_common::config::Bytes;

use super::{CollectError, CollectLimits, Collected, LeftOut, Skipped, Usage};

/// The longest path, in bytes: with the folders above it, it still fits any system's limit.
const MAX_PATH: usize = 1024;

/// The longest name of a file or folder, in bytes, as file systems have it.
const MAX_NAME: usize = 255;

/// How many left-out entries are named.
const MAX_SKIPPED: usize = 100;

/// How much of a left-out entry's path is told, in characters.
const SHOWN: usize = 200;

/// The mode of folders and of files that can be run.
const MODE_EXECUTABLE: u32 = 0o755;

/// The mode of all other files; there are no set-user-id bits and the like.
const MODE_PLAIN: u32 = 0o644;

/// Fills one folder; see the module.
pub(crate) struct Unpacker<'a> {
    into: &'a Path,
    limits: CollectLimits,
    entries: u64,
    collected: Collected,
}

impl<'a> Unpacker<'a> {
    /// Fills the empty folder `into`.
    pub(crate) fn new(into: &'a Path, limits: CollectLimits) -> Self {
        Self {
            into,
            limits,
            entries: 0,
            collected: Collected::default(),
        }
    }

    /// Makes a folder. The one above it comes first.
    pub(crate) fn folder(&mut self, name: &[u8]) -> Result<(), CollectError> {
        let Some(path) = self.admit(name)? else {
            return Ok(());
        };
        let made = DirBuilder::new()
            .mode(MODE_EXECUTABLE)
            .create(self.into.join(&path));
        made.map_err(|error| write_error(error, &path))
    }

    /// Makes a file of exactly `size` bytes, read from `from`.
    pub(crate) fn file(
        &mut self,
        name: &[u8],
        size: u64,
        executable: bool,
        from: &mut dyn Read,
    ) -> Result<(), CollectError> {
        let Some(path) = self.admit(name)? else {
            return Ok(());
        };
        self.reserve(size)?;
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(if executable {
                MODE_EXECUTABLE
            } else {
                MODE_PLAIN
            })
            .open(self.into.join(&path))
            .map_err(|error| write_error(error, &path))?;
        let copied = io::copy(&mut from.take(size), &mut file)
            .with_context(|| format!("copy {}", path.display()))
            .map_err(CollectError::Failed)?;
        if copied != size {
            let error = anyhow::anyhow!("{} ended after {copied} of {size} bytes", path.display());
            return Err(CollectError::Failed(error));
        }
        self.collected.files += 1;
        Ok(())
    }

    /// Makes a copy of a file made before: what a hard link inside the workspace comes out as.
    /// A link to anything else is left out.
    pub(crate) fn hard_link(&mut self, name: &[u8], original: &[u8]) -> Result<(), CollectError> {
        let original = match plain_path(original) {
            Ok(original) => self.into.join(original),
            Err(Unfit::Odd) => return self.skip(name, LeftOut::Special),
            Err(Unfit::Hostile(why)) => return Err(rejected(why)),
        };
        let Ok(mut file) = File::open(&original) else {
            return self.skip(name, LeftOut::Special);
        };
        let metadata = file
            .metadata()
            .map_err(|error| write_error(error, &original))?;
        if !metadata.is_file() {
            return self.skip(name, LeftOut::Special);
        }
        self.file(name, metadata.len(), is_executable(&metadata), &mut file)
    }

    /// Leaves out an entry. It counts all the same, so that a million of them meet the limit.
    pub(crate) fn skip(&mut self, name: &[u8], why: LeftOut) -> Result<(), CollectError> {
        if self.admit(name)?.is_some() {
            self.note(name, why);
        }
        Ok(())
    }

    fn note(&mut self, name: &[u8], why: LeftOut) {
        if self.collected.skipped.len() == MAX_SKIPPED {
            self.collected.unnamed += 1;
            return;
        }
        let path = String::from_utf8_lossy(name);
        let path = path.escape_debug().take(SHOWN).collect();
        self.collected.skipped.push(Skipped { path, why });
    }

    /// What was made.
    pub(crate) fn finish(self) -> Collected {
        self.collected
    }

    /// Checks the path and counts the entry; `None` where its name leaves it out.
    fn admit(&mut self, name: &[u8]) -> Result<Option<PathBuf>, CollectError> {
        self.count()?;
        let path = match plain_path(name) {
            Ok(path) => path,
            Err(Unfit::Odd) => {
                self.note(name, LeftOut::Name);
                return Ok(None);
            }
            Err(Unfit::Hostile(why)) => return Err(rejected(why)),
        };
        if path.components().count() > self.limits.depth {
            return Err(self.too_much(0, true));
        }
        Ok(Some(path))
    }

    fn count(&mut self) -> Result<(), CollectError> {
        self.entries += 1;
        if self.entries > self.limits.entries {
            return Err(self.too_much(0, false));
        }
        Ok(())
    }

    /// Takes the advertised size from the budget before anything is read: a sparse file costs its
    /// maker nothing, but would be written here in full.
    fn reserve(&mut self, size: u64) -> Result<(), CollectError> {
        match self.collected.bytes.checked_add(size) {
            Some(bytes) if bytes <= self.limits.bytes => {
                self.collected.bytes = bytes;
                Ok(())
            }
            _ => Err(self.too_much(size, false)),
        }
    }

    /// What was taken so far, with another file of that size.
    fn too_much(&self, size: u64, too_deep: bool) -> CollectError {
        let usage = Usage {
            bytes: self.collected.bytes.saturating_add(size),
            entries: self.entries,
            too_deep,
        };
        too_much(usage, self.limits)
    }
}

/// Says which limit a workspace breaks.
pub(crate) fn too_much(usage: Usage, limits: CollectLimits) -> CollectError {
    let why = if usage.too_deep {
        let limit = limits.depth;
        format!("the workspace has more than {limit} folders in a row")
    } else if usage.entries > limits.entries {
        let limit = limits.entries;
        format!("the workspace has more than {limit} files and folders")
    } else {
        format!("the files take more than {}", Bytes::from(limits.bytes))
    };
    CollectError::TooMuch { usage, why }
}

/// Whether anybody may run the file.
pub(crate) fn is_executable(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    metadata.mode() & 0o111 != 0
}

/// Why a path is not taken.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// It is one of this system, but not of every other: it is left out.
    Odd,
    /// No generator that means well has such a path: all is refused, in so many words.
    Hostile(String),
}

/// The path, if it is a relative one of plain names that every system can hold.
pub(crate) fn plain_path(name: &[u8]) -> Result<PathBuf, Unfit> {
    let name = name.strip_suffix(b"/").unwrap_or(name);
    if name.len() > MAX_PATH {
        return Err(Unfit::Hostile(format!(
            "a path has more than {MAX_PATH} bytes"
        )));
    }
    let plain = |part: &[u8]| {
        !matches!(part, b"" | b"." | b"..") && part.len() <= MAX_NAME && !part.contains(&0)
    };
    if !name.split(|byte| *byte == b'/').all(plain) {
        let shown = String::from_utf8_lossy(name);
        return Err(Unfit::Hostile(format!(
            "the path {shown:?} is not a plain path in the workspace"
        )));
    }
    // A backslash parts folders where a zip may be unpacked, and control characters are taken for
    // something else by whoever shows or lists the names.
    let odd = |letter: char| letter.is_control() || letter == '\\';
    match std::str::from_utf8(name) {
        Ok(text) if !text.contains(odd) => Ok(PathBuf::from(text)),
        _ => Err(Unfit::Odd),
    }
}

fn rejected(why: String) -> CollectError {
    CollectError::Rejected(why)
}

fn write_error(error: io::Error, path: &Path) -> CollectError {
    if error.kind() == io::ErrorKind::AlreadyExists {
        return rejected(format!(
            "the path {:?} occurs twice",
            path.display().to_string()
        ));
    }
    CollectError::Failed(anyhow::Error::new(error).context(format!("write {}", path.display())))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    const LIMITS: CollectLimits = CollectLimits {
        bytes: 100,
        entries: 5,
        depth: 3,
    };

    fn paths(collected: &Collected) -> Vec<&str> {
        let skipped = collected.skipped.iter();
        skipped.map(|skipped| skipped.path.as_str()).collect()
    }

    fn is_rejected<T>(result: Result<T, CollectError>) -> bool {
        matches!(result, Err(CollectError::Rejected(_)))
    }

    fn is_too_much<T>(result: Result<T, CollectError>) -> bool {
        let limits = LIMITS;
        matches!(result, Err(CollectError::TooMuch { usage, .. }) if usage.exceeds(&limits))
    }

    #[test]
    fn makes_files_and_folders_with_plain_modes() {
        let into = tempfile::tempdir().unwrap();
        let mut unpacker = Unpacker::new(into.path(), LIMITS);
        unpacker.folder(b"app/").unwrap();
        unpacker
            .file(b"app/run", 3, true, &mut &b"abc"[..])
            .unwrap();
        unpacker.hard_link(b"app/again", b"app/run").unwrap();
        unpacker.hard_link(b"app/none", b"app/missing").unwrap();
        unpacker.skip(b"app/link", LeftOut::Special).unwrap();
        let collected = unpacker.finish();
        assert_eq!((collected.files, collected.bytes), (2, 6));
        assert_eq!(paths(&collected), ["app/none", "app/link"]);
        assert_eq!(fs::read(into.path().join("app/again")).unwrap(), b"abc");
        let mode = fs::metadata(into.path().join("app/run"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o7777, 0o755);
    }

    #[test]
    fn refuses_paths_that_are_not_plain() {
        let long = [b'a'; MAX_NAME + 1];
        let deep = "a/".repeat(MAX_PATH);
        let bad: [&[u8]; 8] = [
            b"..",
            b"app/../x",
            b"/etc/x",
            b"app//x",
            b"",
            b"app/a\0b",
            &long,
            deep.as_bytes(),
        ];
        for name in bad {
            assert!(
                matches!(plain_path(name), Err(Unfit::Hostile(_))),
                "{:?}",
                String::from_utf8_lossy(name)
            );
        }
        assert_eq!(plain_path(b"app/..x").unwrap(), PathBuf::from("app/..x"));
    }

    #[test]
    fn names_that_mean_something_else_elsewhere_are_left_out_and_told() {
        let into = tempfile::tempdir().unwrap();
        let limits = CollectLimits {
            entries: 200,
            ..LIMITS
        };
        let mut unpacker = Unpacker::new(into.path(), limits);
        unpacker.folder(b"caf\xE9").unwrap();
        for name in [
            &b"caf\xE9/below"[..],
            b"two\nlines",
            b"..\\..\\up",
            b"\x1b[31mred",
        ] {
            unpacker.file(name, 1, false, &mut &b"x"[..]).unwrap();
        }
        for name in ["CON", "readme", "README", "caf\u{e9}", "a\u{202e}b"] {
            unpacker
                .file(name.as_bytes(), 1, false, &mut &b"x"[..])
                .unwrap();
        }
        for n in 0..100 {
            let name = format!("link{n}");
            unpacker.skip(name.as_bytes(), LeftOut::Special).unwrap();
        }
        let collected = unpacker.finish();
        assert_eq!((collected.files, collected.bytes), (5, 5));
        assert_eq!(fs::read_dir(into.path()).unwrap().count(), 5);
        let told = &paths(&collected)[..5];
        let expected = [
            "caf\u{fffd}",
            "caf\u{fffd}/below",
            "two\\nlines",
            "..\\\\..\\\\up",
            "\\u{1b}[31mred",
        ];
        assert_eq!(told, expected);
        let odd = |skipped: &&Skipped| skipped.why == LeftOut::Name;
        assert_eq!(collected.skipped.iter().filter(odd).count(), 5);
        assert_eq!((collected.skipped.len(), collected.unnamed), (100, 5));
    }

    #[test]
    fn refuses_what_breaks_a_limit_before_it_is_written() {
        let into = tempfile::tempdir().unwrap();
        let mut unpacker = Unpacker::new(into.path(), LIMITS);
        assert!(is_too_much(unpacker.file(
            b"sparse",
            20 << 30,
            false,
            &mut io::repeat(0)
        )));
        assert!(!into.path().join("sparse").exists());
        assert!(is_too_much(unpacker.folder(b"a/b/c/d")));
        unpacker.file(b"a", 100, false, &mut io::repeat(0)).unwrap();
        assert!(is_too_much(unpacker.file(
            b"b",
            1,
            false,
            &mut io::repeat(0)
        )));
        unpacker.skip(b"link1", LeftOut::Special).unwrap();
        assert!(is_too_much(unpacker.skip(b"link2", LeftOut::Special)));
    }

    #[test]
    fn a_file_that_ends_early_is_no_success() {
        let into = tempfile::tempdir().unwrap();
        let mut unpacker = Unpacker::new(into.path(), LIMITS);
        let short = unpacker.file(b"a", 5, false, &mut &b"abc"[..]);
        assert!(matches!(short, Err(CollectError::Failed(_))));
    }

    #[test]
    fn of_a_file_that_has_grown_meanwhile_is_kept_what_was_measured() {
        let into = tempfile::tempdir().unwrap();
        let mut unpacker = Unpacker::new(into.path(), LIMITS);
        let mut grown = &b"abcdef"[..];
        unpacker.file(b"a", 3, false, &mut grown).unwrap();
        unpacker.file(b"b", 1, false, &mut &b"x"[..]).unwrap();
        let collected = unpacker.finish();
        assert_eq!((collected.files, collected.bytes), (2, 4));
        assert_eq!(fs::read(into.path().join("a")).unwrap(), b"abc");
    }

    #[test]
    fn the_same_path_twice_is_refused() {
        let into = tempfile::tempdir().unwrap();
        let mut unpacker = Unpacker::new(into.path(), LIMITS);
        unpacker.folder(b"a").unwrap();
        assert!(is_rejected(unpacker.file(b"a", 1, false, &mut &b"x"[..])));
    }
}
