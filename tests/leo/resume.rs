//! Work that is left in the stream alone: its attempt is gone, and with it its files.

use leo_protocol::event::EventKind;
use leo_protocol::http::Job;
use leo_protocol::{FailureReason, JobId, JobStatus, LogStream, SessionId};
use leo_tests::{Client, Leo, Mode, Repl};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// An installation whose attempts are few and whose silence is short.
async fn start(attempts: &str) -> Leo {
    Leo::in_mode(Mode::Docker)
        .set("LEASE_SECONDS", "3")
        .set("LOST_AFTER", "8")
        .set("JOB_MAX_ATTEMPTS", attempts)
        .start()
        .await
}

/// The command that tells of a written file.
fn written(path: &str, text: &str) -> String {
    let hash: String = Sha256::digest(text)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let event = json!({
        "type": "file_end", "path": path, "size": text.len(), "sha256": hash, "content": text,
    });
    format!("event {event}")
}

fn event(event: Value) -> String {
    format!("event {event}")
}

/// Tells of files and a checkpoint, hangs until a later attempt finds `app/mark`, and prints what it
/// was given.
fn script() -> String {
    let large = json!({"type": "file_end", "path": "large.bin", "size": 200_000, "sha256": "00"});
    let mut partial = large.clone();
    partial["path"] = json!("half.txt");
    partial["partial"] = json!(true);
    [
        written("src/a.txt", "first"),
        written("src/a.txt", "grün\n"),
        written("base.txt", "changed"),
        written("mark", ""),
        written("../.leo/stolen", "x"),
        written("/workspace/stolen", "x"),
        event(large),
        event(partial),
        event(json!({"type": "checkpoint", "phase": 1, "state": {"done": 1}})),
        written("late.txt", "behind the checkpoint"),
        "lines 1".to_owned(),
        "stay mark".to_owned(),
        "read ../.leo/job.json".to_owned(),
        "event ".to_owned(),
        "write done.txt x".to_owned(),
    ]
    .join("; ")
}

/// Runs the job up to where its first attempt hangs, and takes away all of that.
async fn lose(leo: &Leo, client: &Client, job: &Job) {
    let mut viewer = Repl::viewing(client, job.session_id, 0).await;
    viewer.line(job.session_id, job.id, "line 1").await;
    leo.remove_containers().await;
}

/// What the job's last attempt was given.
async fn input(client: &Client, session: SessionId, job: JobId) -> Value {
    let transcript = client.events(session, 1000).await;
    let printed = transcript.lines(job, LogStream::Stdout);
    let begin = printed.iter().rposition(|line| *line == "{").unwrap();
    let end = printed.iter().rposition(|line| *line == "}").unwrap();
    serde_json::from_str(&printed[begin..=end].join("\n")).unwrap()
}

async fn infos(client: &Client, job: &Job) -> Vec<String> {
    let transcript = client.events(job.session_id, 1000).await;
    let infos = transcript
        .of_job(job.id)
        .filter_map(|event| match &event.kind {
            Some(EventKind::Info { message }) => Some(message.clone()),
            _ => None,
        });
    infos.collect()
}

/// The files that the lost attempt had at its checkpoint, over those it had begun with.
async fn assert_whole(client: &Client, job: &Job) {
    let files = client.zip(job.id).await;
    let names: Vec<_> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        ["base.txt", "done.txt", "kept.txt", "mark", "src/a.txt"]
    );
    assert_eq!(files["src/a.txt"], "grün\n".as_bytes());
    assert_eq!(files["base.txt"], b"changed");
    assert_eq!(files["kept.txt"], b"as it was");
    let said = infos(client, job).await.join("\n");
    let expected = "files that came back from the stream: 3; too large for it and to be written again: 1 (large.bin)";
    assert!(said.contains(expected), "{said}");
}

/// An app of two files and a large one.
async fn first_version(client: &Client) -> SessionId {
    let job = client
        .submit("write base.txt old; write kept.txt as it was; write large.bin older")
        .await;
    assert_eq!(client.ended(job.id).await.status, JobStatus::Completed);
    job.session_id
}

#[tokio::test]
async fn an_attempt_without_files_goes_on_from_the_stream() {
    let leo = start("2").await;
    let client = leo.client();
    let session = first_version(&client).await;
    let job = client.submit_in(session, &script()).await;
    lose(&leo, &client, &job).await;
    let job = client.ended(job.id).await;
    assert_eq!(
        (job.status, job.attempt),
        (JobStatus::Completed, 2),
        "{:?}",
        job.error
    );
    assert_whole(&client, &job).await;
    assert_eq!(
        input(&client, session, job.id).await["resume"],
        json!({"done": 1})
    );
}

#[tokio::test]
async fn a_retry_of_a_job_without_files_goes_on_from_the_stream() {
    let leo = start("1").await;
    let client = leo.client();
    let session = first_version(&client).await;
    let lost = client.submit_in(session, &script()).await;
    lose(&leo, &client, &lost).await;
    let ended = client.ended(lost.id).await;
    assert_eq!(ended.error.unwrap().reason, FailureReason::WorkerLost);
    assert_eq!(ended.download_url, None, "it has left nothing");
    // The session goes on meanwhile; the retry goes on from where its own job was.
    let other = client.submit_in(session, "write other.txt x").await;
    assert_eq!(client.ended(other.id).await.status, JobStatus::Completed);

    let retry = client.retry(lost.id).await;
    let retry = client.ended(retry.id).await;
    assert_eq!(
        (retry.status, retry.attempt),
        (JobStatus::Completed, 1),
        "{:?}",
        retry.error
    );
    assert_whole(&client, &retry).await;
    assert_eq!(
        input(&client, session, retry.id).await["resume"],
        json!({"done": 1})
    );
}

#[tokio::test]
async fn a_generator_that_does_not_tell_of_its_files_begins_again() {
    let leo = start("2").await;
    let client = leo.client();
    let checkpoint = event(json!({"type": "checkpoint", "phase": 1, "state": {"done": 1}}));
    let script =
        format!("{checkpoint}; write a.txt x; lines 1; sleep 2000; read ../.leo/job.json; event ");
    let job = client.submit(&script).await;
    lose(&leo, &client, &job).await;
    let job = client.ended(job.id).await;
    assert_eq!((job.status, job.attempt), (JobStatus::Completed, 2));
    let input = input(&client, job.session_id, job.id).await;
    assert_eq!(input.get("resume"), None);
    let said = infos(&client, &job).await.join("\n");
    assert!(said.contains("begins where the job began"), "{said}");
}
