//! The workspace as `tar.gz`.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use leo_protocol::runner::{APP_DIR, LEO_DIR, UploadRequest};
use sha2::{Digest as _, Sha256};
use tar::{Archive, Builder, EntryType, Header};

use super::http::Failure;

/// Unpacks what the server has laid out; it may lie there from an earlier try.
pub(super) fn unpack(from: impl Read, root: &Path) -> Result<(), Failure> {
    let mut archive = Archive::new(GzDecoder::new(from));
    archive.set_preserve_mtime(false);
    for entry in archive.entries()? {
        // Entries that would lead out of the folder are left out.
        entry?.unpack_in(root)?;
    }
    Ok(())
}

/// Packs the app's folder and the generator's own into a new file, and tells what it has become. The
/// file is on the disk of the workspace and loses its name `draft` at once, so that it is not packed
/// itself and ends with this process.
pub(super) fn pack(root: &Path, draft: &Path) -> io::Result<(File, UploadRequest)> {
    // What an earlier process has left may be anything, even a link.
    match fs::remove_file(draft) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut options = File::options();
    let file = options
        .read(true)
        .write(true)
        .create_new(true)
        .open(draft)?;
    fs::remove_file(draft)?;
    let hashed = Hashed {
        to: BufWriter::new(file),
        hash: Sha256::new(),
        size: 0,
    };
    let mut tar = Builder::new(GzEncoder::new(hashed, Compression::fast()));
    for part in [APP_DIR, LEO_DIR] {
        append(&mut tar, root, part)?;
    }
    let Hashed { to, hash, size } = tar.into_inner()?.finish()?;
    let file = to.into_inner().map_err(io::IntoInnerError::into_error)?;
    let sha256 = hex(&hash.finalize());
    Ok((file, UploadRequest { size, sha256 }))
}

/// Adds a folder and all below it, following no link. Links are named, so that the user can be told
/// that they are not kept; pipes and the like are left out.
fn append<W: Write>(tar: &mut Builder<W>, root: &Path, part: &str) -> io::Result<()> {
    let mut left = vec![PathBuf::from(part)];
    while let Some(path) = left.pop() {
        let full = root.join(&path);
        let meta = match fs::symlink_metadata(&full) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            meta => meta?,
        };
        let mut header = Header::new_gnu();
        header.set_metadata(&meta);
        if meta.is_dir() {
            header.set_size(0);
            tar.append_data(&mut header, &path, io::empty())?;
            for entry in fs::read_dir(&full)? {
                left.push(path.join(entry?.file_name()));
            }
        } else if meta.is_file() {
            let file = File::open(&full)?;
            // What it has grown by meanwhile does not fit its header any more.
            tar.append_data(&mut header, &path, file.take(meta.len()))?;
        } else if meta.is_symlink() {
            header.set_entry_type(EntryType::Symlink);
            header.set_size(0);
            tar.append_link(&mut header, &path, fs::read_link(&full)?)?;
        }
    }
    Ok(())
}

/// Counts and hashes what is written through it.
struct Hashed<W> {
    to: W,
    hash: Sha256,
    size: u64,
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::io::Seek as _;

    use super::*;

    #[test]
    fn what_is_packed_is_unpacked_and_told_of() {
        let from = tempfile::tempdir().unwrap();
        fs::create_dir_all(from.path().join("app/sub")).unwrap();
        fs::write(from.path().join("app/sub/file"), "text").unwrap();
        fs::write(from.path().join("beside"), "not packed").unwrap();
        std::os::unix::fs::symlink("/etc", from.path().join("app/link")).unwrap();
        let draft = from.path().join("app/draft");
        let (mut file, request) = pack(from.path(), &draft).unwrap();
        assert!(!draft.exists());
        let mut bytes = Vec::new();
        file.rewind().unwrap();
        file.read_to_end(&mut bytes).unwrap();
        assert_eq!(request.size, bytes.len() as u64);
        assert_eq!(request.sha256, hex(&Sha256::digest(&bytes)));

        let into = tempfile::tempdir().unwrap();
        for _ in 0..2 {
            unpack(&bytes[..], into.path()).unwrap();
        }
        let file = into.path().join("app/sub/file");
        assert_eq!(fs::read_to_string(file).unwrap(), "text");
        assert!(!into.path().join("beside").exists());
        assert!(!into.path().join("app/draft").exists());
        assert!(unpack(&bytes[..bytes.len() / 2], into.path()).is_err());
    }
}
