//! `leo dev` as a program: what becomes of jobs when it ends.

use std::path::Path;
use std::process::Command;

use leo_protocol::JobStatus;
use leo_tests::program::Program;
use leo_tests::{Client, Leo, Mode, config, wait_for};
use nix::sys::signal::Signal;

/// What it says before its address.
const ADDRESS: &str = "address  ";

/// On the servers of an installation, with generators as its children.
fn dev(leo: &Leo, data: &Path) -> Command {
    let mut command = leo.command("leo");
    command
        .args(["dev", "--bind", "127.0.0.1:0", "--data"])
        .arg(data)
        .env("ORCHESTRATOR_MODE", "process")
        .env("GENERATOR_COMMAND", config::mini_generator())
        .env("MAX_JOBS_PER_USER", "1");
    command
}

#[tokio::test]
async fn its_end_cancels_what_runs_and_leaves_what_waits() {
    let servers = Leo::in_mode(Mode::Process).workers(0).start().await;
    let data = tempfile::tempdir().unwrap();
    let mut program = Program::start("dev", dev(&servers, data.path()), data.path());
    let address = wait_for("address", async || {
        let log = program.log();
        let at = log
            .lines()
            .find_map(|line| line.trim().strip_prefix(ADDRESS));
        at.map(str::to_owned)
    })
    .await;
    let client = Client::new(&address);
    let running = client.submit("lines 1; hang").await;
    let started = |job: &leo_protocol::http::Job| job.status == JobStatus::Generating;
    client.job_when(running.id, "start", started).await;
    let waiting = client.submit("lines 1; hang").await;
    let behind = client.submit_in(running.session_id, "lines 1; hang").await;
    program.signal(Signal::SIGINT);
    let code = wait_for("end", async || program.exit_code()).await;
    assert_eq!(code, 0, "{}", program.log());
    let client = servers.client();
    assert_eq!(client.job(running.id).await.status, JobStatus::Cancelled);
    for job in [waiting, behind] {
        let job = client.job(job.id).await;
        assert_eq!((job.status, job.attempt), (JobStatus::Queued, 0));
    }
}
