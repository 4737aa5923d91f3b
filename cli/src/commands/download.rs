//! `leo download`: the app of a job, as a zip and, if wanted, unpacked.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use leo_protocol::JobId;
use tempfile::{NamedTempFile, PersistError};

use super::unzip::{parent_of, unzip};
use crate::args::DownloadArgs;
use crate::client::Server;
use crate::client::http::Client;
use crate::render::screen::Screen;
use crate::render::words::{count, size, slug};

pub(crate) async fn run(server: &Server, args: DownloadArgs) -> anyhow::Result<ExitCode> {
    let client = Client::new(server.clone())?;
    let screen = Screen::plain();
    let output = match (args.output, &args.unpack) {
        (Some(output), _) => Some(output),
        (None, Some(_)) => None,
        (None, None) => {
            let prompt = client.job(args.of.job).await?.prompt;
            Some(PathBuf::from(format!("{}.zip", slug(&prompt, args.of.job))))
        }
    };
    let near = output
        .as_deref()
        .or(args.unpack.as_deref())
        .unwrap_or(Path::new("."));
    let fetched = fetch(&client, args.of.job, parent_of(near)).await?;
    if let Some(folder) = args.unpack {
        let files = unpack(fetched.path().to_owned(), folder.clone()).await?;
        screen.line(format!("{} in {}", count(files, "file"), folder.display()))?;
    }
    if let Some(output) = output {
        let bytes = fetched.as_file().metadata()?.len();
        keep(fetched, &output, args.force)?;
        screen.line(format!("{} ({})", output.display(), size(bytes)))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Fetches a job's zip into a file in `folder` that goes away unless it is kept.
///
/// # Errors
/// When the server has no zip or breaks off, or the file cannot be written.
pub(crate) async fn fetch(
    client: &Client,
    job: JobId,
    folder: &Path,
) -> anyhow::Result<NamedTempFile> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("failed to make {}", folder.display()))?;
    let mut response = client.download(job).await?;
    let mut file = tempfile::Builder::new()
        .prefix(".leo-download-")
        .tempfile_in(folder)
        .with_context(|| format!("failed to make a file in {}", folder.display()))?;
    while let Some(piece) = response.chunk().await.context("the download breaks off")? {
        file.write_all(&piece).context("failed to write the zip")?;
    }
    file.flush().context("failed to write the zip")?;
    Ok(file)
}

/// Gives a fetched zip its name.
///
/// # Errors
/// When there is a file of that name, unless it may be replaced, or it cannot be made.
pub(crate) fn keep(fetched: NamedTempFile, output: &Path, replace: bool) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fetched
        .as_file()
        .set_permissions(std::fs::Permissions::from_mode(0o644))?;
    let kept = if replace {
        fetched.persist(output)
    } else {
        fetched.persist_noclobber(output)
    };
    match kept {
        Ok(_) => Ok(()),
        Err(PersistError { error, .. }) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            anyhow::bail!("{} is there already; --force replaces it", output.display())
        }
        Err(PersistError { error, .. }) => {
            Err(error).with_context(|| format!("failed to write {}", output.display()))
        }
    }
}

/// Unpacks a zip beside the runtime.
pub(crate) async fn unpack(zip: PathBuf, folder: PathBuf) -> anyhow::Result<u64> {
    tokio::task::spawn_blocking(move || unzip(&zip, &folder))
        .await
        .context("failed to unpack the zip")?
}
