//! Copies the workspace into a container before its start, and out of it after its end.
//!
//! Both are tar streams through a bounded buffer. Out of the container come hostile names and
//! sizes, which go through the [`Unpacker`]; nothing is ever unpacked by the tar library.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, anyhow};
use bollard::errors::Error as EngineError;
use bollard::query_parameters::{
    DownloadFromContainerOptionsBuilder, UploadToContainerOptionsBuilder,
};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use tar::{Archive, Builder, EntryType, Header};
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use tokio_util::io::{ReaderStream, StreamReader, SyncIoBridge};

use super::end;
use super::spec::{USER, WORKSPACE};
use crate::orchestrator::tree::{Found, walk};
use crate::orchestrator::unpack::{Unpacker, is_executable};
use crate::orchestrator::{CollectError, CollectLimits, Collected, LeftOut, WORKSPACE_PARTS};

/// How long the engine may send nothing. While such a stream is open the engine keeps the
/// container locked, so it must not stay open for ever.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// How much of a tar stream is kept between its maker and its sender.
const BUFFER: usize = 64 * 1024;

/// What the engine puts before each path: the name of the folder asked for.
const PREFIX: &[u8] = b"workspace/";

/// Fills the workspace of a container that was not started.
pub(super) async fn upload(
    engine: &bollard::Docker,
    id: &str,
    inputs: &Path,
) -> Result<(), EngineError> {
    let options = UploadToContainerOptionsBuilder::new()
        .path(WORKSPACE)
        .build();
    let body = bollard::body_try_stream(packed(inputs.to_owned()));
    engine.upload_to_container(id, Some(options), body).await
}

/// The inputs as a tar stream. It fails if they cannot be read to the end: a stream that simply
/// ended early would be taken for complete.
fn packed(inputs: PathBuf) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    let (writer, reader) = tokio::io::duplex(BUFFER);
    let packing = spawn_blocking(move || pack(SyncIoBridge::new(writer), &inputs));
    let failure = stream::once(packing).filter_map(async |packed| match packed {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(Err(error)),
        Err(error) => Some(Err(io::Error::other(error))),
    });
    ReaderStream::with_capacity(reader, BUFFER).chain(failure)
}

/// The folders themselves are entries too, so that they belong to the generator's user.
fn pack(to: impl Write, inputs: &Path) -> io::Result<()> {
    let mut tar = Builder::new(to);
    for part in WORKSPACE_PARTS {
        tar.append_data(
            &mut header(EntryType::Directory, 0, true),
            part,
            io::empty(),
        )?;
        walk(inputs, part, |path, found| match found {
            Found::Folder if path == Path::new(part) => Ok(()),
            Found::Folder => tar.append_data(
                &mut header(EntryType::Directory, 0, true),
                path,
                io::empty(),
            ),
            Found::File(file, metadata) => {
                let size = metadata.len();
                let mut header = header(EntryType::Regular, size, is_executable(&metadata));
                tar.append_data(&mut header, path, file.take(size))
            }
            Found::Unreadable => Err(io::ErrorKind::PermissionDenied.into()),
            Found::Other => Ok(()),
        })?;
    }
    tar.into_inner()?.flush()
}

fn header(kind: EntryType, size: u64, executable: bool) -> Header {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_size(size);
    header.set_mode(if executable { 0o755 } else { 0o644 });
    header.set_uid(USER);
    header.set_gid(USER);
    header.set_mtime(now.as_secs());
    header
}

/// See [`crate::orchestrator::Orchestrator::collect`].
pub(super) async fn collect(
    engine: &bollard::Docker,
    id: &str,
    into: &Path,
    limits: CollectLimits,
) -> Result<Collected, CollectError> {
    let state = end::state(engine, id)
        .await
        .map_err(|error| CollectError::Failed(error.into()))?;
    let state = state.ok_or(CollectError::Gone)?;
    if state.running == Some(true) {
        return Err(CollectError::Failed(anyhow!("the container still runs")));
    }
    let options = DownloadFromContainerOptionsBuilder::new()
        .path(WORKSPACE)
        .build();
    let stream = engine.download_from_container(id, Some(options));
    let reader = SyncIoBridge::new(StreamReader::new(Box::pin(with_idle_timeout(stream))));
    let into = into.to_owned();
    // Ending it early drops the stream, and with it the engine's lock.
    let unpacked = spawn_blocking(move || unpack(reader, &into, limits)).await;
    unpacked
        .context("unpack the workspace")
        .map_err(CollectError::Failed)?
}

fn with_idle_timeout(
    stream: impl Stream<Item = Result<Bytes, EngineError>> + Send + 'static,
) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    stream::unfold(Box::pin(stream), |mut stream| async move {
        let item = match timeout(IDLE_TIMEOUT, stream.next()).await {
            Ok(item) => item?.map_err(io::Error::other),
            Err(elapsed) => Err(io::Error::new(io::ErrorKind::TimedOut, elapsed)),
        };
        Some((item, stream))
    })
}

fn unpack(from: impl Read, into: &Path, limits: CollectLimits) -> Result<Collected, CollectError> {
    let failed = |error: io::Error| {
        CollectError::Failed(anyhow::Error::new(error).context("read the engine's archive"))
    };
    let mut unpacker = Unpacker::new(into, limits);
    let mut archive = Archive::new(from);
    for entry in archive.entries().map_err(failed)? {
        let mut entry = entry.map_err(failed)?;
        let path = entry.path_bytes().into_owned();
        let Some(name) = inside(&path) else { continue };
        let kind = entry.header().entry_type();
        if kind.is_dir() {
            unpacker.folder(name)?;
        } else if kind.is_file() {
            let executable = entry.header().mode().map_err(failed)? & 0o111 != 0;
            unpacker.file(name, entry.size(), executable, &mut entry)?;
        } else if let Some(original) = entry.link_name_bytes().filter(|_| kind.is_hard_link()) {
            match inside(&original) {
                Some(original) => unpacker.hard_link(name, original)?,
                None => unpacker.skip(name, LeftOut::Special)?,
            }
        } else {
            unpacker.skip(name, LeftOut::Special)?;
        }
    }
    Ok(unpacker.finish())
}

/// The path below the workspace, if it is in one of its parts.
fn inside(path: &[u8]) -> Option<&[u8]> {
    let name = path.strip_prefix(PREFIX)?;
    let first = name.split(|byte| *byte == b'/').next()?;
    WORKSPACE_PARTS
        .iter()
        .any(|part| part.as_bytes() == first)
        .then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: CollectLimits = CollectLimits {
        bytes: 1000,
        entries: 10,
        depth: 4,
    };

    /// One entry as a hostile engine or generator could make it; the library would refuse to.
    fn entry(kind: EntryType, name: &str, link: &str, size: u64) -> Header {
        let mut header = header(kind, size, false);
        let old = header.as_old_mut();
        old.name[..name.len()].copy_from_slice(name.as_bytes());
        old.linkname[..link.len()].copy_from_slice(link.as_bytes());
        header.set_cksum();
        header
    }

    fn packed(entries: &[(EntryType, &str, &str, u64)]) -> Vec<u8> {
        let mut tar = Builder::new(Vec::new());
        for (kind, name, link, size) in entries {
            let content = io::repeat(b'x').take(*size);
            tar.append(&entry(*kind, name, link, *size), content)
                .unwrap();
        }
        tar.into_inner().unwrap()
    }

    fn unpacked(tar: &[u8]) -> (Result<Collected, CollectError>, Vec<String>) {
        let outer = tempfile::tempdir().unwrap();
        let into = outer.path().join("into");
        std::fs::create_dir(&into).unwrap();
        let result = unpack(tar, &into, LIMITS);
        assert_eq!(
            std::fs::read_dir(outer.path()).unwrap().count(),
            1,
            "it got out"
        );
        let mut made = Vec::new();
        for part in WORKSPACE_PARTS {
            walk::<io::Error>(&into, part, |path, _| {
                made.push(path.display().to_string());
                Ok(())
            })
            .unwrap();
        }
        (result, made)
    }

    #[test]
    fn only_files_and_folders_of_the_workspace_come_out() {
        use EntryType as Kind;
        let (result, made) = unpacked(&packed(&[
            (Kind::Directory, "workspace/", "", 0),
            (Kind::Directory, "workspace/app/", "", 0),
            (Kind::Regular, "workspace/app/file", "", 3),
            (Kind::Regular, "workspace/passwd", "", 3),
            (Kind::Regular, "elsewhere/file", "", 3),
            (Kind::Regular, "/workspace/app/absolute", "", 3),
            (Kind::Symlink, "workspace/app/symlink", "/etc", 0),
            (Kind::Link, "workspace/app/hardlink", "/etc/passwd", 0),
            (Kind::Link, "workspace/app/outside", "workspace/passwd", 0),
            (Kind::Fifo, "workspace/app/pipe", "", 0),
            (Kind::Char, "workspace/app/device", "", 0),
            (Kind::Block, "workspace/app/disk", "", 0),
        ]));
        let collected = result.unwrap();
        assert_eq!((collected.files, collected.bytes), (1, 3));
        assert_eq!(collected.skipped.len(), 6, "{:?}", collected.skipped);
        assert_eq!(made, ["app", "app/file"]);
    }

    #[test]
    fn escapes_and_bombs_are_refused() {
        use EntryType as Kind;
        let hostile = [
            (Kind::Regular, "workspace/app/../../escaped", "", 3),
            (Kind::Regular, "workspace/app//etc/escaped", "", 3),
            (Kind::Directory, "workspace/app/..", "", 0),
            (Kind::Symlink, "workspace/app/../../link", "/etc", 0),
            (Kind::Link, "workspace/app/a", "workspace/app/../../b", 0),
            (Kind::Regular, "workspace/app/bomb", "", 1001),
            (Kind::Directory, "workspace/app/1/2/3/4", "", 0),
        ];
        for entry in hostile {
            let app = (Kind::Directory, "workspace/app", "", 0);
            let (result, made) = unpacked(&packed(&[app, entry]));
            assert!(
                matches!(
                    result,
                    Err(CollectError::Rejected(_) | CollectError::TooMuch { .. })
                ),
                "{entry:?}: {result:?}"
            );
            assert_eq!(made, ["app"], "{entry:?}");
        }
        let many: Vec<String> = (0..11).map(|n| format!("workspace/app/{n}")).collect();
        let mut entries = vec![(Kind::Directory, "workspace/app", "", 0)];
        entries.extend(
            many.iter()
                .map(|name| (Kind::Regular, name.as_str(), "", 0)),
        );
        assert!(matches!(
            unpacked(&packed(&entries)).0,
            Err(CollectError::Rejected(_) | CollectError::TooMuch { .. })
        ));
    }

    #[test]
    fn a_link_is_no_way_out_for_what_comes_after_it() {
        use EntryType as Kind;
        let (result, made) = unpacked(&packed(&[
            (Kind::Directory, "workspace/app", "", 0),
            (Kind::Symlink, "workspace/app/up", "../..", 0),
            (Kind::Regular, "workspace/app/up/escaped", "", 3),
        ]));
        assert!(matches!(result, Err(CollectError::Failed(_))), "{result:?}");
        assert_eq!(made, ["app"]);
    }
}
