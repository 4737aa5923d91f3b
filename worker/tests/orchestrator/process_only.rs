//! What only child processes have: a group that ends with its leader and with its worker.

use std::path::Path;
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use leo_protocol::InstanceId;
use leo_worker::orchestrator::process::{Process, ProcessConfig};
use leo_worker::orchestrator::{
    FoundRun, Orchestrator as _, OutputStream, RunExit, RunHandle, RunSpec,
};

use crate::stage::{DEADLINE, Stage, exited, text};

fn shell(root: &Path, script: &str) -> Process {
    let config = ProcessConfig {
        command: "/bin/sh".into(),
        args: vec!["-c".to_owned(), script.to_owned()],
        root: root.to_owned(),
        output_limit: 1 << 20,
    };
    Process::new(config).unwrap()
}

fn is_there(pid: &str) -> bool {
    // One that nobody has waited for yet has ended all the same.
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    !stat.is_empty() && !stat.contains(") Z ")
}

async fn until_gone(pid: &str) {
    let begun = Instant::now();
    while is_there(pid) {
        assert!(begun.elapsed() < DEADLINE, "process {pid} is left");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn on(process: Process, from: &Stage) -> (Stage, RunSpec) {
    let stage = Stage {
        orchestrator: Box::new(process),
        ..Stage::process()
    };
    let mut spec = from.spec("");
    spec.instance = InstanceId::generate();
    (stage, spec)
}

#[tokio::test]
async fn what_the_child_leaves_behind_ends_with_it() {
    let inputs = Stage::process();
    let root = tempfile::tempdir().unwrap();
    let (stage, spec) = on(shell(root.path(), "sleep 1000 & echo $!; exit 4"), &inputs);
    let (_, output, exit) = stage.run(&spec).await;
    assert_eq!(exit, exited(4));
    until_gone(text(&output, OutputStream::Stdout).trim()).await;
}

#[tokio::test]
async fn children_end_with_their_worker() {
    let inputs = Stage::process();
    let root = tempfile::tempdir().unwrap();
    let (stage, spec) = on(
        shell(root.path(), "trap '' TERM; sleep 1000 & wait; wait"),
        &inputs,
    );
    let handle = stage.launch(&spec).await.handle;
    let group = group(&handle);
    assert!(is_there(&group));
    drop(stage);
    until_gone(&group).await;
}

#[tokio::test]
async fn what_another_worker_has_started_is_found_ended_and_removed() {
    let inputs = Stage::process();
    let root = tempfile::tempdir().unwrap();
    let script = "trap '' TERM; sleep 1000 & echo $!; wait; wait";
    let (first, spec) = on(shell(root.path(), script), &inputs);
    let handle = first.launch(&spec).await.handle;
    let mut output = first.orchestrator.output(&handle, 0).await.unwrap();
    let line = output.next().await.unwrap().unwrap().bytes;
    let child = String::from_utf8(line.to_vec()).unwrap().trim().to_owned();

    let second = shell(root.path(), script);
    assert_eq!(second.host(), first.orchestrator.host());
    let found = second.list().await.unwrap();
    let running = true;
    let expected = FoundRun {
        handle: handle.clone(),
        running,
    };
    assert_eq!(found, [expected]);
    assert_eq!(second.wait(&handle).await.unwrap(), RunExit::Lost);
    assert!(is_there(&child), "only a removal ends it");
    second.remove(&handle).await.unwrap();
    assert!(!is_there(&group(&handle)) && !is_there(&child));
    assert_eq!(second.list().await.unwrap(), []);
    assert_eq!(std::fs::read_dir(root.path()).unwrap().count(), 0);
    second.remove(&handle).await.unwrap();
}

/// A worker may be lost between the start of a child and the moment in which it tells of it.
#[tokio::test]
async fn a_launch_ends_what_another_worker_has_started_for_the_same_attempt() {
    let inputs = Stage::process();
    let root = tempfile::tempdir().unwrap();
    let (first, spec) = on(shell(root.path(), "sleep 1000"), &inputs);
    let lost = first.launch(&spec).await.handle;
    let second = shell(root.path(), "sleep 1000");
    let handle = second.launch(&spec).await.unwrap().handle;
    assert_ne!(handle, lost);
    assert!(!is_there(&group(&lost)) && is_there(&group(&handle)));
    // By the handle of the lost one, nothing of the new one is removed.
    second.remove(&lost).await.unwrap();
    assert!(is_there(&group(&handle)));
    second.remove(&handle).await.unwrap();
}

/// The number of the process group.
fn group(handle: &RunHandle) -> String {
    let (group, _) = handle.id.split_once(':').unwrap();
    group.to_owned()
}

#[tokio::test]
async fn the_environment_is_clean() {
    let inputs = Stage::process();
    let root = tempfile::tempdir().unwrap();
    let (stage, mut spec) = on(shell(root.path(), "env | sort"), &inputs);
    spec.env = vec![("JOB_ID".to_owned(), "x".to_owned())];
    let (_, output, _) = stage.run(&spec).await;
    let folder = root
        .path()
        .join(format!("{}_1/app", spec.job))
        .canonicalize()
        .unwrap();
    let lines = text(&output, OutputStream::Stdout);
    let names: Vec<_> = lines
        .lines()
        .filter_map(|line| line.split_once('='))
        .collect();
    assert!(names.contains(&("JOB_ID", "x")));
    assert!(
        names.contains(&("WORKSPACE", folder.to_str().unwrap())),
        "{names:?}"
    );
    assert!(
        names
            .iter()
            .all(|(name, _)| ["JOB_ID", "WORKSPACE", "PATH", "PWD", "SHLVL", "_"].contains(name)),
        "{names:?}"
    );
}
