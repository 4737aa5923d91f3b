//! Where containers run.
//!
//! [`Orchestrator`] is the seam between the way of a job ([`crate::job`]) and the place that runs
//! it: [`docker`] on this host, [`ecs`] on AWS, or [`process`] for development and tests. It starts,
//! follows, stops, empties and removes one container per attempt. It decides nothing: which job runs, when
//! one is stopped and what an exit means is the caller's business, and only the caller talks to
//! Postgres.
//!
//! All calls but [`Orchestrator::output`] are idempotent by (job, attempt), because a caller that
//! dies between a call and its answer is followed by another that makes the same call again.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream};
use leo_protocol::{HostId, InstanceId, JobId};

pub(crate) mod bundle;
mod clear;
pub mod docker;
pub(crate) mod ecs;
mod exit;
mod measure;
pub mod process;
mod tree;
mod unpack;

pub use exit::{Loss, RunExit, RunFailure};
pub use measure::Usage;
pub(crate) use unpack::plain_path;

/// The folders of a workspace: what the user sees, and what lies beside it for the generator.
pub(crate) const WORKSPACE_PARTS: [&str; 2] = ["app", ".leo"];

/// The most bytes that one [`OutputEntry`] holds.
pub const MAX_ENTRY: usize = 16 * 1024;

/// What keeping an entry costs beside its bytes. A caller that limits the output counts this for
/// each entry, or a flood of empty lines outgrows the kept log long before it reaches the limit.
pub const ENTRY_OVERHEAD: u64 = 80;

/// How often containers whose attempt is over are looked for, if not said otherwise: listing them
/// costs something.
const LEFTOVERS_INTERVAL: Duration = Duration::from_secs(10);

/// The place where attempts run.
#[async_trait]
pub trait Orchestrator: Send + Sync + 'static {
    /// `docker`, `ecs` or `process`, as stored with each attempt.
    fn kind(&self) -> &'static str;

    /// What people call the place, as in "… does not answer".
    fn engine(&self) -> &'static str {
        "the Docker engine of the worker"
    }

    /// The host: stays the same for every worker that can reach the same containers.
    fn host(&self) -> HostId;

    /// Whether a container goes on without the worker that has launched it, so that another worker of
    /// the same host may adopt it.
    fn outlives_worker(&self) -> bool;

    /// Creates and starts the container of the attempt, or finds the one that an earlier call has
    /// made. The workspace is filled before the start, and no output is lost after it.
    async fn launch(&self, spec: &RunSpec) -> Result<Launched, LaunchError>;

    /// What is left of the start when [`Orchestrator::launch`] has come back; `None` where the
    /// container runs by then. `own`: this process has launched it, so nobody has told of its start.
    fn start(&self, _handle: &RunHandle, _own: bool) -> Option<Start> {
        None
    }

    /// The output from its first entry on, skipping those up to `after`; ends when the container
    /// has ended and all was read, or is gone ([`Orchestrator::wait`] tells which). An `Err` item
    /// means that the connection broke: call again with the last position seen. A slow reader
    /// holds up nobody: the container writes to a kept log, not to the reader.
    async fn output(
        &self,
        handle: &RunHandle,
        after: u64,
    ) -> Result<BoxStream<'static, Result<OutputEntry, OrchestratorError>>, OrchestratorError>;

    /// Waits for the container's end; returns at once where it has ended already.
    async fn wait(&self, handle: &RunHandle) -> Result<RunExit, OrchestratorError>;

    /// Sends SIGTERM now and SIGKILL after `grace`; returns when the container has ended. A
    /// container that has ended already, or is gone, is fine; one that is halted goes on to end.
    async fn stop(&self, handle: &RunHandle, grace: Duration) -> Result<(), OrchestratorError>;

    /// Whether runs can be halted. Where they cannot, a worker that is cut off leaves them alone.
    fn can_pause(&self) -> bool {
        true
    }

    /// Halts all that runs in the container, without its noticing. One that is halted already, has
    /// ended, or is gone is fine.
    async fn pause(&self, handle: &RunHandle) -> Result<(), OrchestratorError>;

    /// Whether the container is halted, by whomever.
    async fn is_paused(&self, handle: &RunHandle) -> Result<bool, OrchestratorError>;

    /// Lets a halted container go on. One that runs, has ended, or is gone is fine.
    async fn resume(&self, handle: &RunHandle) -> Result<(), OrchestratorError>;

    /// Copies `app` and `.leo` of the ended container's workspace into the empty folder `into`.
    /// Only regular files and folders come out, below `into` and within `limits`.
    async fn collect(
        &self,
        handle: &RunHandle,
        into: &Path,
        limits: CollectLimits,
    ) -> Result<Collected, CollectError>;

    /// How much the running container's workspace takes at present, or `None` where that cannot be
    /// told now. It may be some seconds old, and counting may stop at the first limit exceeded.
    async fn usage(
        &self,
        handle: &RunHandle,
        limits: CollectLimits,
    ) -> Result<Option<Usage>, OrchestratorError>;

    /// Whether something can be started here now; a worker that cannot leaves new jobs to others.
    async fn is_ready(&self) -> bool {
        true
    }

    /// Removes the container with its volumes, killing what runs. One that is gone is fine.
    async fn remove(&self, handle: &RunHandle) -> Result<(), OrchestratorError>;

    /// How often containers whose attempt is over are looked for here.
    fn leftovers_interval(&self) -> Duration {
        LEFTOVERS_INTERVAL
    }

    /// The containers of this instance on this host, whatever their state and whoever launched them.
    async fn list(&self) -> Result<Vec<FoundRun>, OrchestratorError>;

    /// The containers of this instance that start on this host, whoever launches them, from about
    /// now on. An `Err` item or the end means that some may have been missed. Where runs end with
    /// their worker none starts without one, and nothing is told.
    fn starts(&self) -> BoxStream<'static, Result<RunHandle, OrchestratorError>> {
        stream::pending().boxed()
    }
}

/// What to run.
#[derive(Clone)]
pub struct RunSpec {
    /// Whose containers these are; becomes the label `leo.instance`.
    pub instance: InstanceId,
    /// The job.
    pub job: JobId,
    /// Which container run of the job this is, from 1.
    pub attempt: u32,
    /// Environment variables of the generator; secrets may be among them.
    pub env: Vec<(String, String)>,
    /// A folder on this machine that holds `app` and `.leo`; becomes the workspace.
    pub inputs: std::path::PathBuf,
    /// Whether the generator needs a network (its model provider does).
    pub network: bool,
    /// A name that has to mean this machine inside the container, where that has a network.
    pub gateway: Option<&'static str>,
    /// Asked once more right before the start, which cannot be taken back.
    pub wanted: Wanted,
}

/// Whether a container is to start at all.
#[derive(Clone)]
pub struct Wanted(Arc<dyn Fn() -> bool + Send + Sync>);

impl Wanted {
    /// As long as `still` says so. It is called in an async context and must not block.
    pub fn while_true(still: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(still))
    }

    /// In any case.
    #[must_use]
    pub fn always() -> Self {
        Self::while_true(|| true)
    }

    fn is_true(&self) -> bool {
        (self.0)()
    }
}

impl fmt::Debug for RunSpec {
    /// Shows the names of the environment variables only: their values may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.env.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("RunSpec")
            .field("instance", &self.instance)
            .field("job", &self.job)
            .field("attempt", &self.attempt)
            .field("env", &names)
            .field("inputs", &self.inputs)
            .field("network", &self.network)
            .finish_non_exhaustive()
    }
}

/// How a later caller finds the container again; stored with the attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunHandle {
    /// The job.
    pub job: JobId,
    /// The attempt.
    pub attempt: u32,
    /// The container's id, or what tells the process group from all others of its machine.
    pub id: String,
}

/// A started container.
#[derive(Debug, Clone)]
pub struct Launched {
    /// How to find it.
    pub handle: RunHandle,
    /// The steps of the start with their durations, for the stream. Empty where the container was
    /// there already.
    pub steps: Vec<(&'static str, Duration)>,
}

/// A start that goes on after [`Orchestrator::launch`].
pub struct Start {
    /// What comes of it; ends when the container runs, or never will.
    pub steps: BoxStream<'static, StartStep>,
    /// How long it may take.
    pub within: Duration,
    /// How long the running container may take to dial in.
    pub dial_within: Duration,
}

/// News of a start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartStep {
    /// It is at this step.
    In {
        /// Its name, for the stream.
        step: &'static str,
    },
    /// A step is over.
    Done {
        /// Its name, for the stream.
        step: &'static str,
        /// How long it took.
        took: Duration,
    },
    /// The container runs.
    Runs,
}

/// One entry of the container's stored log: a line, or a piece of one, at most [`MAX_ENTRY`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputEntry {
    /// The entry's place in the log, stdout and stderr counted together, from 1. The same entry
    /// has the same position whenever the log is read.
    pub position: u64,
    /// Where it was written.
    pub stream: OutputStream,
    /// What was written; ends with a newline unless the line goes on in a later entry.
    pub bytes: Bytes,
}

/// Where an entry was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputStream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// A container of this instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundRun {
    /// How to reach it.
    pub handle: RunHandle,
    /// Whether it runs.
    pub running: bool,
}

/// Bounds for [`Orchestrator::collect`].
#[derive(Debug, Clone, Copy)]
pub struct CollectLimits {
    /// Bytes of all files together.
    pub bytes: u64,
    /// Files and folders together.
    pub entries: u64,
    /// Folders inside each other.
    pub depth: usize,
}

/// What [`Orchestrator::collect`] has brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Collected {
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Entries left out, at most 100.
    pub skipped: Vec<Skipped>,
    /// How many more were left out.
    pub unnamed: u64,
}

/// Something of a workspace that does not leave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Its path as people can read it, or the beginning of a long one.
    pub path: String,
    /// Why it stays behind.
    pub why: LeftOut,
}

/// Why something is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOut {
    /// It is neither a file nor a folder: a link, a device, a pipe, a socket.
    Special,
    /// Its name is none that every system can hold.
    Name,
    /// The generator has taken away the right to read it.
    Unreadable,
}

/// Why a container could not be started.
#[derive(Debug, thiserror::Error)]
pub enum LaunchError {
    /// The image is not on the host, and trying again will not help.
    #[error("the generator image `{0}` is not on this host")]
    ImageMissing(String),
    /// Nobody answers at present: the same call may be made again later.
    #[error("reach the engine that starts containers")]
    Unreachable(#[source] anyhow::Error),
    /// There is no room for it at present, in so many words: the same call may be made again later.
    #[error("find room for the container: {0}")]
    NoCapacity(String),
    /// It was to be started, and then was not [wanted](RunSpec::wanted) any more.
    #[error("start a container that is not wanted any more")]
    Unwanted,
    /// Something else; a new attempt may help.
    #[error("start the container")]
    Failed(#[source] anyhow::Error),
}

/// Why the workspace could not be copied out.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// The generator's files try to escape, or no system could hold them; trying again will not help.
    #[error("{0}")]
    Rejected(String),
    /// They are more than is allowed; trying again will not help.
    #[error("{why}")]
    TooMuch {
        /// As far as it was counted.
        usage: Usage,
        /// Which limit they break, in words.
        why: String,
    },
    /// The container is gone.
    #[error("the container is gone")]
    Gone,
    /// Something else; trying again may help.
    #[error("copy the workspace out")]
    Failed(#[source] anyhow::Error),
}

/// Why the engine did not do as it was told; trying again may help.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct OrchestratorError {
    /// What was tried, as in "failed to …".
    pub what: &'static str,
    /// Why it failed.
    #[source]
    pub source: anyhow::Error,
}
