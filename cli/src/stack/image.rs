//! The generator's image, built from its static binary: no registry, no base image.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use bollard::query_parameters::{BuildImageOptionsBuilder, RemoveImageOptions};
use bollard::{Docker, body_full};
use bytes::Bytes;
use futures_util::TryStreamExt;
use sha2::{Digest, Sha256};

use super::Report;
use super::engine::connect;
use super::layout::hex;

/// How the image is made.
const DOCKERFILE: &str = include_str!("../../../infra/generator.Dockerfile");
/// The name of the binary where the Dockerfile finds it.
const BINARY: &str = "leo-generator";
/// The folder that becomes the image's workspace.
const WORKSPACE: &str = "workspace/app/";
/// The label that tells what an image was made from: the SHA-256 of Dockerfile and binary.
pub const LABEL: &str = "leo.generator.sha256";

/// The label of an image that holds more than the generator, which others build (scripts/node-image): the
/// SHA-256 of its binary.
const NODE_LABEL: &str = "leo.generator.node";

/// An image to have, and the binary to make it from.
#[derive(Debug, Clone)]
pub struct GeneratorImage {
    /// The image's name, such as `leo-websocket`.
    pub name: String,
    /// A statically linked `leo-generator` for Linux.
    pub generator: PathBuf,
}

/// Builds the image unless the engine has one of that name from the same binary.
///
/// An older image of ours is removed once nothing uses it; an image of somebody else loses the name
/// and stays. An image with node is left as it is.
///
/// # Errors
/// The engine does not answer, the binary cannot be read or is not static, or the build fails.
pub async fn ensure(host: &str, image: &GeneratorImage, report: &Report<'_>) -> anyhow::Result<()> {
    let docker = connect(host)
        .await
        .context("failed to reach the Docker engine")?;
    let binary = read(&image.generator).await?;
    let digest = digest(&binary);
    let found = find(&docker, &image.name).await?;
    if found
        .as_ref()
        .is_some_and(|found| found.digest.as_ref() == Some(&digest))
    {
        return Ok(());
    }
    if let Some(theirs) = found.as_ref().and_then(|found| found.node.as_ref()) {
        if *theirs != hex(&Sha256::digest(&binary)) {
            report(&format!(
                "the image {} holds another generator than the one here; `make node-image` builds it anew",
                image.name
            ));
        }
        return Ok(());
    }
    report(&format!("building the image {}", image.name));
    build(&docker, &image.name, &binary, &digest)
        .await
        .with_context(|| format!("failed to build the image {}", image.name))?;
    if let Some(Found {
        id,
        digest: Some(_),
        ..
    }) = found
    {
        // Fails while a container uses it, which is fine.
        let options = None::<RemoveImageOptions>;
        let _ = docker.remove_image(&id, options, None).await;
    }
    Ok(())
}

/// An image that the engine has.
struct Found {
    id: String,
    digest: Option<String>,
    /// The digest of the generator in an image with node.
    node: Option<String>,
}

async fn find(docker: &Docker, name: &str) -> anyhow::Result<Option<Found>> {
    match docker.inspect_image(name).await {
        Ok(image) => {
            let labels = image.config.and_then(|config| config.labels);
            let mut labels = labels.unwrap_or_default();
            Ok(Some(Found {
                id: image.id.unwrap_or_default(),
                digest: labels.remove(LABEL),
                node: labels.remove(NODE_LABEL),
            }))
        }
        Err(bollard::errors::Error::DockerResponseServerError {
            status_code: 404, ..
        }) => Ok(None),
        Err(error) => Err(error).with_context(|| format!("failed to look for the image {name}")),
    }
}

async fn read(generator: &Path) -> anyhow::Result<Vec<u8>> {
    let binary = tokio::fs::read(generator)
        .await
        .with_context(|| format!("failed to read the generator {}", generator.display()))?;
    match wants_interpreter(&binary) {
        Some(false) => Ok(binary),
        Some(true) => bail!(
            "the generator {} is linked dynamically and cannot run in an empty image; build it with RUSTFLAGS=\"-C target-feature=+crt-static\" and an explicit --target",
            generator.display()
        ),
        None => bail!(
            "the generator {} is no 64-bit Linux program",
            generator.display()
        ),
    }
}

/// Whether the ELF file names a dynamic linker; `None` if it is no ELF file of 64 bits.
fn wants_interpreter(file: &[u8]) -> Option<bool> {
    const INTERPRETER: u32 = 3;
    if !file.starts_with(b"\x7fELF\x02\x01") {
        return None;
    }
    let u16_at = |at: usize| {
        Some(usize::from(u16::from_le_bytes(
            file.get(at..at + 2)?.try_into().ok()?,
        )))
    };
    let table = usize::try_from(u64::from_le_bytes(file.get(32..40)?.try_into().ok()?)).ok()?;
    let (size, count) = (u16_at(54)?, u16_at(56)?);
    for entry in 0..count {
        let at = table.checked_add(entry * size)?;
        let kind = file.get(at..at.checked_add(4)?)?;
        if kind == INTERPRETER.to_le_bytes() {
            return Some(true);
        }
    }
    Some(false)
}

fn digest(binary: &[u8]) -> String {
    hex(&Sha256::new()
        .chain_update(DOCKERFILE)
        .chain_update(binary)
        .finalize())
}

async fn build(docker: &Docker, name: &str, binary: &[u8], digest: &str) -> anyhow::Result<()> {
    let options = BuildImageOptionsBuilder::new()
        .t(name)
        .labels(&HashMap::from([(LABEL, digest)]))
        .rm(true)
        .forcerm(true)
        .build();
    let context = body_full(context(binary).context("failed to pack the build context")?);
    let mut steps = std::pin::pin!(docker.build_image(options, None, Some(context)));
    while let Some(step) = steps.try_next().await? {
        if let Some(error) = step.error_detail {
            return Err(anyhow!(error.message.unwrap_or_default()));
        }
    }
    Ok(())
}

/// The build context as a tar archive.
fn context(binary: &[u8]) -> std::io::Result<Bytes> {
    let mut archive = tar::Builder::new(Vec::new());
    let mut add = |path: &str, mode, kind, content: &[u8]| {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(mode);
        header.set_entry_type(kind);
        archive.append_data(&mut header, path, content)
    };
    add(
        "Dockerfile",
        0o644,
        tar::EntryType::Regular,
        DOCKERFILE.as_bytes(),
    )?;
    add(BINARY, 0o755, tar::EntryType::Regular, binary)?;
    add(WORKSPACE, 0o755, tar::EntryType::Directory, &[])?;
    archive.into_inner().map(Bytes::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_static_programs_from_others() {
        // The type of the first program header, at the place where 64-bit files have it.
        const KIND: usize = 64;
        let mut file = vec![0; 256];
        file[..6].copy_from_slice(b"\x7fELF\x02\x01");
        file[32] = 64;
        file[54] = 56;
        file[56] = 2;
        assert_eq!(wants_interpreter(&file), Some(false));
        file[KIND + 56] = 3;
        assert_eq!(wants_interpreter(&file), Some(true));
        // Headers that the file says lie beyond its end.
        file.truncate(100);
        assert_eq!(wants_interpreter(&file), None);
        assert_eq!(wants_interpreter(b"#!/bin/sh"), None);
    }
}
