//! What the workspaces of running containers take on disk.
//!
//! Where the engine is on this machine and its volumes can be read, the workspace itself is
//! measured, with all that is in it. Else the engine is asked, which adds up the files of all its
//! volumes (on engines before 23, of all its images and containers too) and counts no entries. Its
//! answer is for all containers at once, is asked for once at a time, and is good for as long as
//! [`DUTY`] allows: an engine whose volumes take a second to add up is asked every 20 seconds.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use bollard::query_parameters::InspectContainerOptions;
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::{Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use tokio_util::task::AbortOnDropHandle;

use super::spec::WORKSPACE;
use super::{NOT_FOUND, failed, status};
use crate::orchestrator::measure::measure;
use crate::orchestrator::{CollectLimits, OrchestratorError, Usage};

/// The engine adds up for one of so many seconds at most.
const DUTY: u32 = 20;

/// An answer is good for so long at least.
const FRESH: Duration = Duration::from_secs(3);

/// How long the engine may add up.
const ANSWER_WITHIN: Duration = Duration::from_secs(120);

/// The longest answer, in bytes: some 100,000 volumes.
const ANSWER_LIMIT: usize = 64 << 20;

/// The newest version of the engine's protocol in which the answer has the form that is read here,
/// and the first in which volumes can be asked for alone.
const VERSION: &str = "v1.42";

/// The version of engines that do not know [`VERSION`].
const OLD_VERSION: &str = "v1.41";

/// Measures workspaces on one engine.
#[derive(Debug)]
pub(super) struct Disk {
    /// The engine's address, as in `DOCKER_HOST`.
    address: String,
    answer: Mutex<Option<Answer>>,
}

/// What the engine said of all its volumes.
#[derive(Debug)]
struct Answer {
    /// When it had said it.
    at: Instant,
    /// How long it took.
    took: Duration,
    /// Bytes, by the volume's name.
    sizes: HashMap<String, u64>,
}

impl Answer {
    fn is_good(&self) -> bool {
        self.at.elapsed() < FRESH.max(self.took * DUTY)
    }
}

impl Disk {
    pub(super) fn new(address: &str) -> Self {
        Self {
            address: address.to_owned(),
            answer: Mutex::default(),
        }
    }

    /// See [`crate::orchestrator::Orchestrator::usage`].
    pub(super) async fn usage(
        &self,
        engine: &bollard::Docker,
        id: &str,
        limits: CollectLimits,
    ) -> Result<Option<Usage>, OrchestratorError> {
        const WHAT: &str = "measure the workspace";
        let Some(Workspace { name, folder }) = workspace(engine, id).await? else {
            return Ok(None);
        };
        // The same path of another machine is another folder, if it is there.
        if self.address.starts_with("unix:") {
            let measured = spawn_blocking(move || measure(&folder, &limits)).await;
            match measured.map_err(|error| failed(WHAT, error))? {
                Ok(usage) => return Ok(Some(usage)),
                Err(error) => tracing::trace!(%error, "the volumes cannot be read from here"),
            }
        }
        let bytes = self.told(&name).await;
        let bytes = bytes.map_err(|error| failed(WHAT, error))?;
        Ok(bytes.map(|bytes| Usage {
            bytes,
            ..Usage::default()
        }))
    }

    /// The size of the volume in the engine's last good answer, or in a new one. An engine leaves out
    /// volumes with a quota.
    async fn told(&self, volume: &str) -> anyhow::Result<Option<u64>> {
        // Whoever comes meanwhile waits here, and takes the same answer.
        let mut answer = self.answer.lock().await;
        if !answer.as_ref().is_some_and(Answer::is_good) {
            let began = Instant::now();
            let sizes = timeout(ANSWER_WITHIN, ask(&self.address)).await??;
            *answer = Some(Answer {
                at: Instant::now(),
                took: began.elapsed(),
                sizes,
            });
        }
        Ok(answer
            .as_ref()
            .and_then(|answer| answer.sizes.get(volume).copied()))
    }
}

/// A container's volume.
struct Workspace {
    name: String,
    /// Where it lies on the engine's machine.
    folder: PathBuf,
}

/// The container's workspace, unless the container is gone.
async fn workspace(
    engine: &bollard::Docker,
    id: &str,
) -> Result<Option<Workspace>, OrchestratorError> {
    let found = match engine
        .inspect_container(id, None::<InspectContainerOptions>)
        .await
    {
        Ok(found) => found,
        Err(error) if status(&error) == Some(NOT_FOUND) => return Ok(None),
        Err(error) => return Err(failed("find the container's workspace", error)),
    };
    let mut mounts = found.mounts.unwrap_or_default().into_iter();
    let mount = mounts.find(|mount| mount.destination.as_deref() == Some(WORKSPACE));
    Ok(mount.and_then(|mount| {
        Some(Workspace {
            name: mount.name?,
            folder: mount.source?.into(),
        })
    }))
}

/// The sizes of all volumes, by name. The client library reads only a newer form of the answer.
async fn ask(address: &str) -> anyhow::Result<HashMap<String, u64>> {
    let answer = match get(address, VERSION).await? {
        Some(answer) => answer,
        None => get(address, OLD_VERSION)
            .await?
            .context("the engine is too old")?,
    };
    read(&answer)
}

fn read(answer: &[u8]) -> anyhow::Result<HashMap<String, u64>> {
    let answer: DiskUsage = serde_json::from_slice(answer).context("read the engine's answer")?;
    let volumes = answer.volumes.unwrap_or_default().into_iter();
    Ok(volumes
        .filter_map(|volume| {
            // It is -1 where the volume's driver cannot tell.
            let size = u64::try_from(volume.usage_data?.size).ok()?;
            Some((volume.name, size))
        })
        .collect())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DiskUsage {
    volumes: Option<Vec<Volume>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Volume {
    name: String,
    usage_data: Option<UsageData>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UsageData {
    size: i64,
}

/// Asks over a connection of its own; `None` where the engine does not know the version.
async fn get(address: &str, version: &str) -> anyhow::Result<Option<Bytes>> {
    if let Some(path) = address.strip_prefix("unix://") {
        let stream = UnixStream::connect(path).await;
        return get_over(stream.context("connect")?, version).await;
    }
    let host = address.split_once("://").map_or(address, |(_, host)| host);
    let stream = TcpStream::connect(host.trim_end_matches('/')).await;
    get_over(stream.context("connect")?, version).await
}

async fn get_over(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    version: &str,
) -> anyhow::Result<Option<Bytes>> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let _connection = AbortOnDropHandle::new(tokio::spawn(connection));
    let request = Request::get(format!("/{version}/system/df?type=volume"))
        .header(header::HOST, "docker")
        .body(Empty::<Bytes>::new())?;
    let answer = sender.send_request(request).await?;
    let status = answer.status();
    let body = Limited::new(answer.into_body(), ANSWER_LIMIT)
        .collect()
        .await
        .map_err(anyhow::Error::from_boxed)?
        .to_bytes();
    match status {
        StatusCode::OK => Ok(Some(body)),
        StatusCode::BAD_REQUEST => Ok(None),
        _ => bail!(
            "the engine answers {status}: {}",
            String::from_utf8_lossy(&body)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_from_the_answer() {
        let answer = br#"{"LayersSize": 5, "Images": null, "Volumes": [
            {"Name": "a", "Driver": "local", "UsageData": {"RefCount": 1, "Size": 4096}},
            {"Name": "b", "UsageData": {"RefCount": -1, "Size": -1}},
            {"Name": "c", "UsageData": null}]}"#;
        let sizes = read(answer).unwrap();
        assert_eq!(sizes, HashMap::from([("a".to_owned(), 4096)]));
        assert!(read(br#"{"Volumes": null}"#).unwrap().is_empty());
        assert!(read(b"no").is_err());
    }

    #[test]
    fn a_slow_engine_is_asked_less_often() {
        let answer = |took, ago| Answer {
            at: Instant::now()
                .checked_sub(Duration::from_secs(ago))
                .unwrap(),
            took: Duration::from_secs(took),
            sizes: HashMap::new(),
        };
        assert!(answer(0, 1).is_good() && !answer(0, 4).is_good());
        assert!(answer(2, 30).is_good() && !answer(2, 41).is_good());
    }
}
