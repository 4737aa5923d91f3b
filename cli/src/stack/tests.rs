//! Real services in a temporary folder. A missing program fails these tests, it does not skip them.

use std::fs::Permissions;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::Path;

use sqlx::{Connection, PgConnection};
use tempfile::TempDir;

use super::procfs::Process;
use super::record::State;
use super::*;

fn config(data_dir: &Path) -> StackConfig {
    StackConfig {
        data_dir: data_dir.to_path_buf(),
        search_path: None,
        database_url: None,
        redis_url: None,
        docker: None,
    }
}

async fn start(data_dir: &Path) -> Stack {
    Stack::start(config(data_dir), &|_| {}).await.unwrap()
}

async fn query(url: &str, sql: &'static str) -> Vec<(String,)> {
    let mut connection = PgConnection::connect(url).await.unwrap();
    sqlx::query_as(sql)
        .fetch_all(&mut connection)
        .await
        .unwrap()
}

async fn redis(url: &str, command: &[&str]) -> ::redis::RedisResult<Option<String>> {
    let client = ::redis::Client::open(url)?;
    let mut connection = client.get_multiplexed_async_connection().await?;
    let (name, arguments) = command.split_first().unwrap();
    ::redis::cmd(name)
        .arg(arguments)
        .query_async(&mut connection)
        .await
}

/// What the record says that runs.
fn processes(data_dir: &Path) -> Vec<Process> {
    let text = std::fs::read(data_dir.join("stack.json")).unwrap();
    let state: State = serde_json::from_slice(&text).unwrap();
    state.processes.into_values().collect()
}

fn sockets(dir: &Path) -> usize {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.file_type().unwrap() {
            kind if kind.is_dir() => sockets(&entry.path()),
            kind => usize::from(kind.is_socket()),
        })
        .sum()
}

#[tokio::test]
async fn starts_answers_keeps_its_data_and_leaves_nothing() {
    let dir = TempDir::new().unwrap();
    let stack = start(dir.path()).await;
    query(stack.database_url(), "CREATE TABLE t AS SELECT 'kept' AS c").await;
    let durable = "SELECT current_setting('fsync') || current_setting('synchronous_commit')";
    assert_eq!(
        query(stack.database_url(), durable).await,
        [("onon".to_owned(),)]
    );
    assert_eq!(
        redis(stack.redis_url(), &["PING"])
            .await
            .unwrap()
            .as_deref(),
        Some("PONG")
    );
    assert!(stack.docker_host().is_none());
    let running = processes(dir.path());
    assert_eq!(running.len(), 2);
    stack.stop().await.unwrap();

    assert!(running.iter().all(|process| !process.is_alive()));
    assert_eq!(sockets(dir.path()), 0);
    assert!(!dir.path().join("stack.json").exists());

    let stack = start(dir.path()).await;
    assert_eq!(
        query(stack.database_url(), "SELECT c FROM t").await,
        [("kept".to_owned(),)]
    );
    stack.stop().await.unwrap();
}

#[tokio::test]
async fn two_stacks_live_side_by_side_but_not_in_one_folder() {
    let (one, two) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (first, second) = tokio::join!(start(one.path()), start(two.path()));
    redis(first.redis_url(), &["SET", "whose", "first"])
        .await
        .unwrap();
    assert_eq!(
        redis(second.redis_url(), &["GET", "whose"]).await.unwrap(),
        None
    );
    query(first.database_url(), "CREATE TABLE t AS SELECT 'x' AS c").await;
    let tables = "SELECT relname::text FROM pg_class WHERE relname = 't'";
    assert!(query(second.database_url(), tables).await.is_empty());

    let error = Stack::start(config(one.path()), &|_| {})
        .await
        .err()
        .unwrap();
    assert!(error.to_string().contains("in use by process"), "{error:#}");
    first.stop().await.unwrap();
    second.stop().await.unwrap();
}

#[tokio::test]
async fn a_deep_folder_with_odd_letters_works() {
    let dir = TempDir::new().unwrap();
    std::fs::set_permissions(dir.path(), Permissions::from_mode(0o755)).unwrap();
    let deep = dir
        .path()
        .join("a folder, 'with' ünusual \"letters\" %2F")
        .join("x".repeat(100));
    let stack = start(&deep).await;
    assert_eq!(
        query(stack.database_url(), "SELECT 'y'").await,
        [("y".to_owned(),)]
    );
    assert_eq!(
        redis(stack.redis_url(), &["PING"])
            .await
            .unwrap()
            .as_deref(),
        Some("PONG")
    );
    stack.stop().await.unwrap();
    // The same with sockets in the folder itself.
    let odd = dir.path().join("a, 'b' ü%2F");
    let stack = start(&odd).await;
    assert_eq!(sockets(&odd), 2);
    assert_eq!(
        query(stack.database_url(), "SELECT 'y'").await,
        [("y".to_owned(),)]
    );
    assert_eq!(
        redis(stack.redis_url(), &["PING"])
            .await
            .unwrap()
            .as_deref(),
        Some("PONG")
    );
    stack.stop().await.unwrap();
}

#[tokio::test]
async fn a_folder_that_only_root_may_enter_works() {
    let dir = TempDir::new().unwrap();
    std::fs::set_permissions(dir.path(), Permissions::from_mode(0o700)).unwrap();
    let closed = dir.path().join("closed");
    let stack = start(&closed).await;
    assert_eq!(
        query(stack.database_url(), "SELECT 'y'").await,
        [("y".to_owned(),)]
    );
    stack.stop().await.unwrap();
    if nix::unistd::Uid::effective().is_root() {
        let away = layout::away_dir(&closed);
        assert!(away.join("postgres/PG_VERSION").exists());
        std::fs::remove_dir_all(&away).unwrap();
        // The folder of these folders goes with the last of them.
        let _ = std::fs::remove_dir(away.parent().unwrap());
    }
}

#[tokio::test]
async fn redis_comes_back_empty_at_the_same_url() {
    let dir = TempDir::new().unwrap();
    let mut stack = start(dir.path()).await;
    let url = stack.redis_url().to_owned();
    redis(&url, &["SET", "a", "b"]).await.unwrap();
    stack.kill_redis().await.unwrap();
    redis(&url, &["PING"]).await.unwrap_err();
    stack.start_redis().await.unwrap();
    assert_eq!(stack.redis_url(), url);
    assert_eq!(redis(&url, &["GET", "a"]).await.unwrap(), None);
    stack.stop().await.unwrap();
}

#[tokio::test]
async fn a_service_that_dies_is_told_with_its_log() {
    let dir = TempDir::new().unwrap();
    let mut stack = start(dir.path()).await;
    let Service::Own(postgres) = &mut stack.database else {
        panic!("not ours");
    };
    let pid = postgres.child().pid();
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).unwrap();
    let error = stack.broken().await.to_string();
    assert!(error.starts_with("postgres: exit status"), "{error}");
    assert!(error.contains("database system is shut down"), "{error}");
    stack.stop().await.unwrap();
}

#[tokio::test]
async fn dropping_a_stack_or_its_start_ends_the_children() {
    let dir = TempDir::new().unwrap();
    let stack = start(dir.path()).await;
    let running = processes(dir.path());
    assert_eq!(running.len(), 2);
    drop(stack);
    assert!(running.iter().all(|process| !process.is_alive()));

    // Half-way through the start: Redis runs, the database is still being made.
    let other = TempDir::new().unwrap();
    {
        let mut starting = std::pin::pin!(Stack::start(config(other.path()), &|_| {}));
        let begun = async {
            let record = other.path().join("stack.json");
            let is_begun =
                || std::fs::read_to_string(&record).is_ok_and(|text| text.contains("pid"));
            while !is_begun() {
                tokio::time::sleep(procfs::POLL).await;
            }
        };
        tokio::select! {
            stack = &mut starting => drop(stack.unwrap()),
            () = begun => {}
        }
    }
    let left = std::fs::read_dir(other.path()).unwrap().flatten();
    let half = left.filter(|entry| entry.file_name().to_string_lossy().contains(".new-"));
    assert_eq!(half.count(), 0);
    start(other.path()).await.stop().await.unwrap();
}

#[test]
fn a_missing_program_is_named_with_its_package() {
    let programs = programs::Programs::new(Some("/nowhere".into()));
    let error = programs
        .find("no-such-program", "some-package")
        .unwrap_err();
    assert!(
        error.to_string().contains("apt-get install some-package"),
        "{error}"
    );
}

#[tokio::test]
async fn a_docker_engine_answers_and_a_private_one_ends() {
    let dir = TempDir::new().unwrap();
    let mut config = config(dir.path());
    config.docker = Some(DockerConfig::default());
    let stack = Stack::start(config, &|_| {}).await.unwrap();
    let host = stack.docker_host().unwrap().to_owned();
    engine::ping(&host).await.unwrap();
    let is_own = matches!(stack.engine, Some(Engine::Own(_)));
    stack.stop().await.unwrap();
    assert_eq!(engine::ping(&host).await.is_ok(), !is_own);
}
