//! Workers come and go; generations do not go with them where they can be reached.

use std::time::Duration;

use leo_protocol::event::WorkerChange;
use leo_protocol::{EventKind, FailureReason, JobId, JobStatus, LogStream};
use leo_tests::installation::Builder;
use leo_tests::{Leo, Mode, Repl, Transcript};

/// Seconds; short, so that a death is noticed soon.
const LEASE: &str = "3";
/// Seconds until a host is given up.
const LOST_AFTER: &str = "8";

/// How long a worker may take to end, with what it hands over.
const HANDED_OVER: Duration = Duration::from_secs(6);

fn hasty(mode: Mode) -> Builder {
    Leo::in_mode(mode)
        .set("LEASE_SECONDS", LEASE)
        .set("LOST_AFTER", LOST_AFTER)
}

fn ticks(count: u32) -> Vec<String> {
    (1..=count).map(|n| format!("tick {n}")).collect()
}

fn changes(transcript: &Transcript, job: JobId) -> Vec<WorkerChange> {
    let changes = transcript
        .of_job(job)
        .filter_map(|event| match &event.kind {
            Some(EventKind::WorkerChanged { how }) => Some(*how),
            _ => None,
        });
    changes.collect()
}

/// Runs a job whose worker ends in the middle by `end`, and shows that another one goes on with the
/// same container and loses no line.
async fn adopted(end: impl AsyncFnOnce(&mut Leo)) {
    const TICKS: u32 = 80;
    let mut leo = hasty(Mode::Docker).start().await;
    let client = leo.client();
    let job = client
        .submit(&format!("tick {TICKS} 100; write a.txt x"))
        .await;
    let session = job.session_id;
    let mut viewer = Repl::viewing(&client, session, 0).await;
    viewer.line(session, job.id, "tick 10").await;
    let before = leo.containers().await;
    assert_eq!(before.len(), 1);
    assert_eq!(before[0].name, format!("gen_{}_1", job.id));
    end(&mut leo).await;
    assert_eq!(leo.containers().await, before, "the container runs on");
    leo.start_worker().await;
    viewer
        .event(session, "worker_changed", |event| {
            matches!(event.kind, Some(EventKind::WorkerChanged { .. }))
        })
        .await;
    assert_eq!(leo.containers().await, before, "and is the same");
    viewer.end(session, job.id).await;
    let transcript = viewer.transcript(session);
    transcript.assert_whole(job.id);
    assert_eq!(changes(transcript, job.id), [WorkerChange::Adopted]);
    assert_eq!(transcript.lines(job.id, LogStream::Stdout), ticks(TICKS));
    let job = client.job(job.id).await;
    assert_eq!((job.status, job.attempt), (JobStatus::Completed, 1));
    assert_eq!(client.file(job.id, "a.txt").await, b"x");
    leo.cleared().await;
}

#[tokio::test]
async fn a_worker_that_ends_hands_its_containers_over() {
    Box::pin(adopted(async |leo| {
        let ended = tokio::time::timeout(HANDED_OVER, leo.worker(0).terminate());
        assert!(ended.await.unwrap().success());
    }))
    .await;
}

#[tokio::test]
async fn the_containers_of_a_killed_worker_are_adopted() {
    Box::pin(adopted(async |leo| leo.worker(0).kill())).await;
}

#[tokio::test]
async fn a_job_ends_while_no_worker_lives() {
    let mut leo = hasty(Mode::Docker).start().await;
    let client = leo.client();
    let job = client.submit("tick 15 100; write a.txt x").await;
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    viewer.line(job.session_id, job.id, "tick 3").await;
    leo.worker(0).kill();
    leo_tests::wait_for("end of the container", async || {
        let containers = leo.containers().await;
        (containers.len() == 1 && !containers[0].running).then_some(())
    })
    .await;
    leo.start_worker().await;
    viewer.end(job.session_id, job.id).await;
    let transcript = viewer.transcript(job.session_id);
    assert_eq!(transcript.lines(job.id, LogStream::Stdout), ticks(15));
    assert_eq!(client.job(job.id).await.status, JobStatus::Completed);
}

#[tokio::test]
async fn a_cancel_reaches_a_container_without_a_worker() {
    let mut leo = hasty(Mode::Docker).start().await;
    let client = leo.client();
    let job = client.submit("lines 1; hang").await;
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    viewer.line(job.session_id, job.id, "line 1").await;
    leo.worker(0).terminate().await;
    client.cancel(job.id).await;
    leo.start_worker().await;
    let end = viewer.end(job.session_id, job.id).await;
    assert_eq!(end.kind, Some(EventKind::Cancelled { request_id: job.id }));
    leo.cleared().await;
}

#[tokio::test]
async fn a_lost_host_means_a_new_attempt() {
    let mut leo = hasty(Mode::Process).start().await;
    let client = leo.client();
    let job = client.submit("lines 2; sleep 1500; write a.txt x").await;
    let session = job.session_id;
    let mut viewer = Repl::viewing(&client, session, 0).await;
    viewer.line(session, job.id, "line 2").await;
    leo.worker(0).kill();
    leo.start_worker().await;
    viewer.end(session, job.id).await;
    let transcript = viewer.transcript(session);
    transcript.assert_whole(job.id);
    assert_eq!(changes(transcript, job.id), [WorkerChange::Restarted]);
    let attempts = transcript
        .of_job(job.id)
        .filter_map(|event| match event.kind {
            Some(EventKind::GenerationStarted { attempt, .. }) => Some(attempt),
            _ => None,
        });
    assert_eq!(attempts.collect::<Vec<_>>(), [1, 2]);
    let job = client.job(job.id).await;
    assert_eq!((job.status, job.attempt), (JobStatus::Completed, 2));
}

/// The child of a killed worker ends when it prints next, so these do.
#[tokio::test]
async fn the_last_attempt_that_is_lost_fails_the_job() {
    let mut leo = hasty(Mode::Process)
        .set("JOB_MAX_ATTEMPTS", "1")
        .start()
        .await;
    let client = leo.client();
    let job = client.submit("lines 1; tick 1000 200").await;
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    viewer.line(job.session_id, job.id, "line 1").await;
    leo.worker(0).kill();
    leo.start_worker().await;
    viewer.end(job.session_id, job.id).await;
    viewer.transcript(job.session_id).assert_whole(job.id);
    let job = client.job(job.id).await;
    assert_eq!(job.error.unwrap().reason, FailureReason::WorkerLost);
}

#[tokio::test]
async fn a_container_that_somebody_removes_is_a_lost_attempt() {
    let leo = hasty(Mode::Docker).start().await;
    let client = leo.client();
    let job = client.submit("lines 1; sleep 2000; write a.txt x").await;
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    viewer.line(job.session_id, job.id, "line 1").await;
    leo.remove_containers().await;
    viewer.end(job.session_id, job.id).await;
    viewer.transcript(job.session_id).assert_whole(job.id);
    let job = client.job(job.id).await;
    assert_eq!((job.status, job.attempt), (JobStatus::Completed, 2));
}
