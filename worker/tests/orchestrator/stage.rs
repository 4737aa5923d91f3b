//! An orchestrator with a generator and inputs, and short ways to run a script on it.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use futures_util::StreamExt as _;
use leo_protocol::{InstanceId, JobId};
use leo_worker::orchestrator::docker::{Docker, DockerConfig};
use leo_worker::orchestrator::process::{Process, ProcessConfig};
use leo_worker::orchestrator::{
    CollectLimits, Launched, Orchestrator, OutputEntry, OutputStream, RunExit, RunHandle, RunSpec,
    Wanted,
};
use tempfile::TempDir;
use tokio::time::timeout;

/// Nothing here takes that long unless it hangs.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);

/// Enough for every well-behaved workspace here.
pub(crate) const LIMITS: CollectLimits = CollectLimits {
    bytes: 1 << 20,
    entries: 100,
    depth: 8,
};

/// The memory of a container, small enough to be filled in no time.
pub(crate) const MEMORY: u64 = 64 << 20;

/// What a workspace takes at most where the engine can see to it: enough for all but one test.
pub(crate) const QUOTA: u64 = 64 << 20;

pub(crate) struct Stage {
    pub(crate) orchestrator: Box<dyn Orchestrator>,
    pub(crate) instance: InstanceId,
    pub(crate) folder: TempDir,
}

impl Stage {
    pub(crate) fn process() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("root");
        let config = ProcessConfig {
            command: generator(),
            args: Vec::new(),
            root,
            output_limit: 64 << 20,
        };
        let orchestrator = Box::new(Process::new(config).unwrap());
        Self {
            orchestrator,
            instance: InstanceId::generate(),
            folder,
        }
    }

    /// `None` where there is no engine to test with.
    pub(crate) async fn docker() -> Option<Self> {
        let config = docker_config()?;
        let instance = config.instance;
        let orchestrator = Box::new(Docker::connect(config).await.unwrap());
        Some(Self {
            orchestrator,
            instance,
            folder: tempfile::tempdir().unwrap(),
        })
    }

    /// An attempt that carries out the script, with empty inputs.
    pub(crate) fn spec(&self, script: &str) -> RunSpec {
        let job = JobId::generate();
        let inputs = self.folder.path().join(job.to_string());
        fs::create_dir_all(inputs.join("app")).unwrap();
        fs::create_dir_all(inputs.join(".leo")).unwrap();
        let env = [("PROMPT", script), ("WORKSPACE", "/workspace/app")];
        RunSpec {
            instance: self.instance,
            job,
            attempt: 1,
            env: env
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec(),
            inputs,
            network: false,
            gateway: None,
            wanted: Wanted::always(),
        }
    }

    pub(crate) async fn launch(&self, spec: &RunSpec) -> Launched {
        timeout(DEADLINE, self.orchestrator.launch(spec))
            .await
            .unwrap()
            .unwrap()
    }

    pub(crate) async fn start(&self, script: &str) -> RunHandle {
        self.launch(&self.spec(script)).await.handle
    }

    /// Everything behind `after`, to the end.
    pub(crate) async fn output(&self, handle: &RunHandle, after: u64) -> Vec<OutputEntry> {
        let entries = self.orchestrator.output(handle, after).await.unwrap();
        let entries = entries.map(|entry| entry.unwrap()).collect();
        timeout(DEADLINE, entries).await.unwrap()
    }

    pub(crate) async fn wait(&self, handle: &RunHandle) -> RunExit {
        timeout(DEADLINE, self.orchestrator.wait(handle))
            .await
            .unwrap()
            .unwrap()
    }

    /// Reads until the line has been printed.
    pub(crate) async fn printed(&self, handle: &RunHandle, line: &str) {
        let mut entries = self.orchestrator.output(handle, 0).await.unwrap();
        let found = async {
            while let Some(entry) = entries.next().await {
                if entry.unwrap().bytes == format!("{line}\n") {
                    return true;
                }
            }
            false
        };
        assert!(
            timeout(DEADLINE, found).await.unwrap(),
            "{line} was never printed"
        );
    }

    /// Runs the script to its end; the handle, the output and the exit.
    pub(crate) async fn run(&self, spec: &RunSpec) -> (RunHandle, Vec<OutputEntry>, RunExit) {
        let handle = self.launch(spec).await.handle;
        let output = self.output(&handle, 0).await;
        let exit = self.wait(&handle).await;
        (handle, output, exit)
    }

    pub(crate) fn new_folder(&self) -> PathBuf {
        let folder = self.folder.path().join(JobId::generate().to_string());
        fs::create_dir(&folder).unwrap();
        folder
    }

    /// Removes all runs, and shows that this leaves nothing.
    pub(crate) async fn leave_nothing(self) {
        for run in self.orchestrator.list().await.unwrap() {
            timeout(DEADLINE, self.orchestrator.remove(&run.handle))
                .await
                .unwrap()
                .unwrap();
        }
        assert_eq!(self.orchestrator.list().await.unwrap(), []);
        if self.orchestrator.kind() == "process" {
            let root = fs::read_dir(self.folder.path().join("root")).unwrap();
            assert_eq!(root.count(), 0, "the folder of a removed run is left");
        } else {
            crate::docker_only::no_volume_is_left(self.instance).await;
        }
    }
}

/// What one stream was given, in one piece.
pub(crate) fn text(entries: &[OutputEntry], stream: OutputStream) -> String {
    let bytes: Vec<u8> = entries
        .iter()
        .filter(|entry| entry.stream == stream)
        .flat_map(|entry| entry.bytes.iter().copied())
        .collect();
    String::from_utf8(bytes).unwrap()
}

pub(crate) fn exited(code: i64) -> RunExit {
    RunExit::Exited {
        code,
        out_of_memory: false,
        loss: None,
    }
}

/// The exit code, whoever has ended it.
pub(crate) fn code(exit: RunExit) -> Option<i64> {
    match exit {
        RunExit::Exited { code, .. } => Some(code),
        RunExit::Lost | RunExit::Failed { .. } => None,
    }
}

/// For a new instance; `None` where there is no engine to test with.
pub(crate) fn docker_config() -> Option<DockerConfig> {
    Some(DockerConfig {
        docker_host: Some(variable("LEO_TEST_DOCKER_HOST")?),
        image: variable("LEO_TEST_IMAGE").expect("LEO_TEST_IMAGE names the generator's image"),
        network: None,
        memory_bytes: MEMORY,
        cpus: 1.0,
        pids: 64,
        runtime: None,
        output_limit: 64 << 20,
        workspace_quota: Some(QUOTA),
        instance: InstanceId::generate(),
    })
}

fn generator() -> PathBuf {
    if let Some(path) = variable("LEO_TEST_GENERATOR") {
        return path.into();
    }
    let test = std::env::current_exe().unwrap();
    let path = test.ancestors().nth(2).unwrap().join("mini-generator");
    assert!(
        path.exists(),
        "{} is not built: cargo build -p mini-generator",
        path.display()
    );
    path
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests are configured by their environment"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
