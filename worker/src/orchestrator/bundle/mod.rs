//! A workspace as `tar.gz`: on its way to a container that Leo cannot reach into, and back.
//!
//! What comes back was made by hostile code from its first byte on, while an engine's archive is at
//! least the engine's own. So the archive is read entry by entry without the library's conveniences,
//! which would hold names and extensions of any length in memory; what comes out goes through the
//! same [`Unpacker`]. Names of GNU and of POSIX archives are understood. How much is inflated is
//! bounded by what the files may take.

use std::io::{self, Read, Write};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use tar::{Archive, Builder, Entry, EntryType, Header, PaxExtensions};

use super::tree::{Found, walk};
use super::unpack::{Unpacker, is_executable};
use super::{CollectError, CollectLimits, Collected, LeftOut, WORKSPACE_PARTS};

/// What an entry costs in an archive beside its bytes: its header, names, and padding.
const ENTRY_COST: u64 = 4 << 10;
/// The longest extension of an entry's header, in bytes: a name, and what else a maker puts there.
const MAX_EXTENSION: u64 = 16 << 10;
/// What may stand before a name, because many makers put it there.
const HERE: &[u8] = b"./";
/// The fields of an extension that change what an entry is; there is no need for them.
const REFUSED: [&str; 2] = ["size", "GNU.sparse"];

/// Writes the parts of a workspace as `tar.gz`.
pub(crate) fn pack<W: Write>(to: W, folder: &Path) -> io::Result<W> {
    let mut tar = Builder::new(GzEncoder::new(to, Compression::fast()));
    for part in WORKSPACE_PARTS {
        walk(folder, part, |path, found| match found {
            Found::Folder => {
                let mut header = header(EntryType::Directory, 0, true);
                tar.append_data(&mut header, path, io::empty())
            }
            Found::File(file, metadata) => {
                let size = metadata.len();
                let mut header = header(EntryType::Regular, size, is_executable(&metadata));
                tar.append_data(&mut header, path, file.take(size))
            }
            Found::Unreadable => Err(io::ErrorKind::PermissionDenied.into()),
            Found::Other => Ok(()),
        })?;
    }
    tar.into_inner()?.finish()
}

fn header(kind: EntryType, size: u64, executable: bool) -> Header {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_size(size);
    header.set_mode(if executable { 0o755 } else { 0o644 });
    header.set_mtime(now.as_secs());
    header
}

/// Unpacks `tar.gz` from a container into an empty folder. Whatever is wrong with it is its
/// maker's fault; only what fails here may be tried again.
pub(crate) fn unpack(
    from: impl Read,
    into: &Path,
    limits: CollectLimits,
) -> Result<Collected, CollectError> {
    let most = limits
        .bytes
        .saturating_add(limits.entries.saturating_mul(ENTRY_COST));
    let mut archive = Archive::new(GzDecoder::new(from).take(most));
    let mut unpacker = Unpacker::new(into, limits);
    let mut name = None;
    for entry in archive.entries().map_err(unreadable)?.raw(true) {
        let mut entry = entry.map_err(unreadable)?;
        let kind = entry.header().entry_type();
        if kind.is_gnu_longname() || kind.is_pax_local_extensions() {
            name = long_name(kind, &mut entry)?.or(name);
            continue;
        }
        if kind.is_gnu_longlink() || kind.is_pax_global_extensions() {
            extension(&mut entry)?;
            continue;
        }
        let own = name.take();
        let own = own.unwrap_or_else(|| entry.path_bytes().into_owned());
        take(&mut unpacker, &own, kind, &mut entry)?;
    }
    Ok(unpacker.finish())
}

fn take(
    unpacker: &mut Unpacker<'_>,
    name: &[u8],
    kind: EntryType,
    entry: &mut Entry<'_, impl Read>,
) -> Result<(), CollectError> {
    let name = name.strip_prefix(HERE).unwrap_or(name);
    if matches!(name, b"" | b".") && kind.is_dir() {
        return Ok(());
    }
    if !is_inside(name) {
        let shown = String::from_utf8_lossy(name);
        return Err(CollectError::Rejected(format!(
            "the archive holds {shown:?}, which is neither in `app` nor in `.leo`"
        )));
    }
    let taken = if kind.is_dir() {
        unpacker.folder(name)
    } else if kind.is_file() {
        let executable = entry.header().mode().map_err(unreadable)? & 0o111 != 0;
        let size = entry.header().entry_size().map_err(unreadable)?;
        unpacker.file(name, size, executable, entry)
    } else {
        // Links too: of two names for one file the first one is kept.
        unpacker.skip(name, LeftOut::Special)
    };
    taken.map_err(blame)
}

/// An archive that ends early, or in which a folder does not come before what is in it, is its
/// maker's fault; a disk that is full is ours.
fn blame(error: CollectError) -> CollectError {
    match error {
        CollectError::Failed(error) if is_makers_fault(&error) => {
            CollectError::Rejected(format!("the archive cannot be unpacked: {error:#}"))
        }
        other @ (CollectError::Rejected(_)
        | CollectError::TooMuch { .. }
        | CollectError::Gone
        | CollectError::Failed(_)) => other,
    }
}

fn is_makers_fault(error: &anyhow::Error) -> bool {
    let mut causes = error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>());
    // Without a cause it is the count of the bytes that is wrong.
    causes.next().is_none_or(|cause| {
        matches!(
            cause.kind(),
            io::ErrorKind::UnexpectedEof
                | io::ErrorKind::InvalidData
                | io::ErrorKind::InvalidInput
                | io::ErrorKind::NotFound
                | io::ErrorKind::NotADirectory
        )
    })
}

/// The name that an extension gives to the entry behind it.
fn long_name(
    kind: EntryType,
    entry: &mut Entry<'_, impl Read>,
) -> Result<Option<Vec<u8>>, CollectError> {
    let mut bytes = extension(entry)?;
    if kind.is_gnu_longname() {
        while bytes.last() == Some(&0) {
            bytes.pop();
        }
        return Ok(Some(bytes));
    }
    let mut name = None;
    for field in PaxExtensions::new(&bytes) {
        let field = field.map_err(unreadable)?;
        let key = field.key().unwrap_or_default();
        if REFUSED.iter().any(|refused| key.starts_with(refused)) {
            return Err(CollectError::Rejected(format!(
                "the archive has an extension that is not accepted: {key}"
            )));
        }
        if key == "path" {
            name = Some(field.value_bytes().to_vec());
        }
    }
    Ok(name)
}

fn extension(entry: &mut Entry<'_, impl Read>) -> Result<Vec<u8>, CollectError> {
    let mut bytes = Vec::new();
    entry
        .take(MAX_EXTENSION + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > MAX_EXTENSION {
        return Err(CollectError::Rejected(
            "the archive has a header that is too long".to_owned(),
        ));
    }
    Ok(bytes)
}

fn is_inside(name: &[u8]) -> bool {
    let first = name.split(|byte| *byte == b'/').next();
    WORKSPACE_PARTS
        .iter()
        .any(|part| Some(part.as_bytes()) == first)
}

fn unreadable(error: io::Error) -> CollectError {
    CollectError::Rejected(format!("the archive cannot be read: {error}"))
}

#[cfg(test)]
mod tests;
