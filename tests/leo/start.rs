//! Processes that start while what they stand on is away.

use std::path::Path;

use leo_protocol::JobStatus;
use leo_protocol::http::Readiness;
use leo_tests::config::mini_generator;
use leo_tests::program::Program;
use leo_tests::{Client, Leo, Mode, wait_for};
use tempfile::TempDir;
use url::Url;

/// What a process says as long as there is no Postgres.
const WAITING: &str = "waiting for Postgres (DATABASE_URL)";
/// What an api says that answers about its health only.
const HEALTH_ONLY: &str = "answering about health only";

fn start(leo: &Leo, program: &str, database: &str, logs: &Path) -> Program {
    let mut command = leo.command(program);
    command
        .env("DATABASE_URL", database)
        .env("LEO_BIND", "127.0.0.1:0")
        .env("ORCHESTRATOR_MODE", "process")
        .env("GENERATOR_COMMAND", mini_generator())
        .env("WORKSPACE_DIR", logs.join("staging"));
    Program::start(program, command, logs)
}

/// The line with this message, once it is there.
async fn said(program: &mut Program, message: &str) -> serde_json::Value {
    wait_for(message, async || {
        let log = program.log();
        assert!(program.is_running(), "it has ended: {log}");
        let mut lines = log
            .lines()
            .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        lines.find(|line| line["message"] == message)
    })
    .await
}

#[tokio::test]
async fn a_start_waits_for_postgres() {
    let builder = Leo::in_mode(Mode::Process).cut_off();
    let leo = builder.workers(0).start().await;
    let way = leo.way_to_postgres();
    let database = way.url(&leo.database().url());
    way.close();
    let logs = TempDir::new().unwrap();
    let mut api = start(&leo, "leo-api", &database, logs.path());
    let mut worker = start(&leo, "leo-worker", &database, logs.path());
    let address = said(&mut api, HEALTH_ONLY).await["address"].clone();
    let client = Client::new(&format!("http://{}", address.as_str().unwrap()));
    assert_eq!(client.get("/health").await.status, 200);
    let ready: Readiness = client.get("/health/ready").await.expect(503);
    assert_eq!(
        (ready.status.as_str(), ready.postgres.as_str()),
        ("unavailable", "down")
    );
    let answer = client.get("/api/sessions").await;
    assert_eq!(
        (answer.status, answer.problem().code.as_str()),
        (503, "unavailable")
    );
    for program in [&mut api, &mut worker] {
        let line = said(program, WAITING).await;
        assert!(!line["error"].as_str().unwrap().is_empty());
    }
    way.open();
    said(&mut worker, "the worker runs").await;
    wait_for("readiness", async || {
        (client.get("/health/ready").await.status == 200).then_some(())
    })
    .await;
    let job = leo.client().submit("write a.txt x").await;
    assert_eq!(
        leo.client().ended(job.id).await.status,
        JobStatus::Completed
    );
    assert!(worker.terminate().await.success());
    assert!(api.terminate().await.success());
}

/// Being asked to end, a process that waits ends.
#[tokio::test]
async fn a_start_that_waits_can_be_ended() {
    let builder = Leo::in_mode(Mode::Process).cut_off();
    let leo = builder.workers(0).start().await;
    let way = leo.way_to_postgres();
    way.close();
    let logs = TempDir::new().unwrap();
    for name in ["leo-api", "leo-worker"] {
        let database = way.url(&leo.database().url());
        let mut program = start(&leo, name, &database, logs.path());
        said(&mut program, WAITING).await;
        assert!(program.terminate().await.success(), "{}", program.log());
    }
    way.open();
}

#[tokio::test]
async fn what_postgres_refuses_is_not_waited_for() {
    let builder = Leo::in_mode(Mode::Process).cut_off();
    let leo = builder.workers(0).start().await;
    let mut unknown = Url::parse(&leo.way_to_postgres().url(&leo.database().url())).unwrap();
    unknown.set_path("leo_database_that_nobody_has");
    let logs = TempDir::new().unwrap();
    for name in ["leo-api", "leo-worker"] {
        let mut program = start(&leo, name, unknown.as_str(), logs.path());
        wait_for("end", async || (!program.is_running()).then_some(())).await;
        let log = program.log();
        let own: Vec<_> = log.lines().filter(|line| line.starts_with(name)).collect();
        assert_eq!(own.len(), 1, "{log}");
        assert!(own[0].contains("DATABASE_URL"), "{log}");
        assert!(own[0].contains("does not exist"), "{log}");
        assert!(!log.contains(WAITING), "{log}");
    }
}

#[tokio::test]
async fn a_start_needs_no_redis() {
    let builder = Leo::in_mode(Mode::Process).own_redis();
    let mut leo = builder.workers(0).start().await;
    leo.redis().kill();
    leo.start_api().await;
    leo.start_worker().await;
    let client = leo.client_of(1);
    let job = client.submit("write a.txt x").await;
    assert_eq!(client.ended(job.id).await.status, JobStatus::Completed);
}
