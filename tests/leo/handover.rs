//! Workers come and go; generations do not go with them where they can be reached.

use std::time::Duration;

use leo_protocol::event::WorkerChange;
use leo_protocol::{EventKind, FailureReason, JobId, JobStatus, LogStream};
use leo_tests::installation::Builder;
use leo_tests::{Leo, Mode, Repl, Transcript, wait_for};
use nix::sys::signal::Signal;

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

/// Nobody can wait for these to pass.
fn patient(mode: Mode) -> Builder {
    Leo::in_mode(mode)
        .set("LEASE_SECONDS", "300")
        .set("LOST_AFTER", "900")
}

/// Runs a job whose worker ends in the middle by `end`, and shows that another one goes on with the
/// same container and loses no line.
async fn adopted(builder: Builder, end: impl AsyncFnOnce(&mut Leo)) {
    const TICKS: u32 = 80;
    let mut leo = builder.start().await;
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
    Box::pin(adopted(patient(Mode::Docker), async |leo| {
        let ended = tokio::time::timeout(HANDED_OVER, leo.worker(0).terminate());
        assert!(ended.await.unwrap().success());
    }))
    .await;
}

/// Its successor sees that its process is gone.
#[tokio::test]
async fn the_containers_of_a_killed_worker_are_adopted_at_once() {
    Box::pin(adopted(patient(Mode::Docker), async |leo| {
        leo.worker(0).kill()
    }))
    .await;
}

/// Nobody can tell a process that is stopped from one that is slow, so its lease has to end.
#[tokio::test]
async fn the_containers_of_a_stopped_worker_are_adopted_after_its_lease() {
    Box::pin(adopted(hasty(Mode::Docker), async |leo| {
        leo.worker(0).signal(Signal::SIGSTOP);
    }))
    .await;
}

#[tokio::test]
async fn the_containers_of_a_worker_that_cannot_be_judged_are_adopted_after_its_lease() {
    Box::pin(adopted(hasty(Mode::Docker), async |leo| {
        leo.worker(0).kill();
        let mut database = leo.database().connection().await;
        let unknown = sqlx::query("update workers set process = null");
        unknown.execute(&mut database).await.unwrap();
    }))
    .await;
}

/// A worker that lives already needs no start to look.
#[tokio::test]
async fn a_neighbour_adopts_at_once() {
    let mut leo = patient(Mode::Docker).start().await;
    let client = leo.client();
    let job = client.submit("tick 80 100; write a.txt x").await;
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    viewer.line(job.session_id, job.id, "tick 5").await;
    leo.start_worker().await;
    leo.worker(0).kill();
    viewer.end(job.session_id, job.id).await;
    let transcript = viewer.transcript(job.session_id);
    assert_eq!(changes(transcript, job.id), [WorkerChange::Adopted]);
    assert_eq!(transcript.lines(job.id, LogStream::Stdout), ticks(80));
}

/// The id of a host can be lost, as when somebody prunes the volumes of its engine.
#[tokio::test]
async fn a_container_is_found_by_whoever_is_about_to_start_it_again() {
    let mut leo = hasty(Mode::Docker).start().await;
    let client = leo.client();
    let job = client.submit("tick 200 100; write a.txt x").await;
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    viewer.line(job.session_id, job.id, "tick 5").await;
    let before = leo.containers().await;
    leo.worker(0).kill();
    leo.engine().forget_host(leo.instance()).await;
    leo.start_worker().await;
    viewer
        .event(job.session_id, "worker_changed", |event| {
            matches!(event.kind, Some(EventKind::WorkerChanged { .. }))
        })
        .await;
    assert_eq!(leo.containers().await, before);
    // The next one needs no second look: the attempt has moved to the host's new name.
    leo.worker(1).terminate().await;
    leo.start_worker().await;
    viewer.end(job.session_id, job.id).await;
    let transcript = viewer.transcript(job.session_id);
    transcript.assert_whole(job.id);
    let adopted = [WorkerChange::Adopted; 2];
    assert_eq!(changes(transcript, job.id), adopted);
    assert_eq!(transcript.lines(job.id, LogStream::Stdout), ticks(200));
    assert_eq!(client.job(job.id).await.attempt, 1);
}

#[tokio::test]
async fn a_job_ends_while_no_worker_lives() {
    let mut leo = hasty(Mode::Docker).start().await;
    let client = leo.client();
    let job = client.submit("tick 15 100; write a.txt x").await;
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    viewer.line(job.session_id, job.id, "tick 3").await;
    leo.worker(0).kill();
    wait_for("end of the container", async || {
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

/// Runs a job in a child process, whose worker ends in the middle by `end`: the child, which says
/// nothing, is ended, and a new attempt begins at once.
async fn started_again(builder: Builder, end: impl AsyncFnOnce(&mut Leo)) -> Leo {
    let go = tempfile::tempdir().unwrap();
    let go = go.path().join("go");
    let mut leo = builder.start().await;
    let client = leo.client();
    let script = format!("lines 2; until {}; write a.txt x", go.display());
    let job = client.submit(&script).await;
    let session = job.session_id;
    let mut viewer = Repl::viewing(&client, session, 0).await;
    viewer.line(session, job.id, "line 2").await;
    let before = leo.generator_processes();
    assert_eq!(before.len(), 1);
    end(&mut leo).await;
    leo.start_worker().await;
    viewer
        .event(session, "second attempt", |event| {
            matches!(
                event.kind,
                Some(EventKind::GenerationStarted { attempt: 2, .. })
            )
        })
        .await;
    let running = wait_for("second child", async || {
        let running = leo.generator_processes();
        running
            .iter()
            .any(|pid| !before.contains(pid))
            .then_some(running)
    })
    .await;
    assert!(
        running.iter().all(|pid| !before.contains(pid)),
        "both run at once"
    );
    std::fs::write(&go, "").unwrap();
    viewer.end(session, job.id).await;
    let transcript = viewer.transcript(session);
    transcript.assert_whole(job.id);
    assert_eq!(changes(transcript, job.id), [WorkerChange::Restarted]);
    let job = client.job(job.id).await;
    assert_eq!((job.status, job.attempt), (JobStatus::Completed, 2));
    leo
}

#[tokio::test]
async fn the_child_of_a_killed_worker_is_ended_and_started_again() {
    let leo = Box::pin(started_again(patient(Mode::Process), async |leo| {
        leo.worker(0).kill();
    }))
    .await;
    leo.cleared().await;
    wait_for("removal of what the first worker has left", async || {
        let left = leo.staging("processes");
        left.is_empty().then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_child_of_a_worker_that_ends_is_started_again() {
    Box::pin(started_again(patient(Mode::Process), async |leo| {
        assert!(leo.worker(0).terminate().await.success());
    }))
    .await;
}

#[tokio::test]
async fn the_child_of_a_stopped_worker_is_ended_before_it_is_started_again() {
    let builder = hasty(Mode::Process).set("LOST_AFTER", "900");
    let mut leo = Box::pin(started_again(builder, async |leo| {
        leo.worker(0).signal(Signal::SIGSTOP);
    }))
    .await;
    leo.worker(0).signal(Signal::SIGCONT);
    wait_for("detachment of the one that wakes up", async || {
        let log = leo.worker(0).log();
        log.contains("detached from the job").then_some(())
    })
    .await;
}

/// A worker of another machine knows nothing of the child.
#[tokio::test]
async fn a_lost_host_means_a_new_attempt() {
    let mut leo = hasty(Mode::Docker).start().await;
    let client = leo.client();
    let job = client.submit("lines 2; sleep 3000; write a.txt x").await;
    let session = job.session_id;
    let mut viewer = Repl::viewing(&client, session, 0).await;
    viewer.line(session, job.id, "line 2").await;
    leo.worker(0).kill();
    leo.start_worker_in(Mode::Process).await;
    viewer.end(session, job.id).await;
    let transcript = viewer.transcript(session);
    transcript.assert_whole(job.id);
    assert_eq!(changes(transcript, job.id), [WorkerChange::Restarted]);
    let job = client.job(job.id).await;
    assert_eq!((job.status, job.attempt), (JobStatus::Completed, 2));
    // What is left on the lost host goes when a worker is there again.
    leo.start_worker().await;
    leo.cleared().await;
}

#[tokio::test]
async fn the_last_attempt_that_is_lost_fails_the_job() {
    let mut leo = patient(Mode::Process)
        .set("JOB_MAX_ATTEMPTS", "1")
        .start()
        .await;
    let client = leo.client();
    let job = client.submit("lines 1; hang").await;
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    viewer.line(job.session_id, job.id, "line 1").await;
    leo.worker(0).kill();
    leo.start_worker().await;
    viewer.end(job.session_id, job.id).await;
    assert_eq!(leo.generators().await, 0, "the end was told too early");
    viewer.transcript(job.session_id).assert_whole(job.id);
    let job = client.job(job.id).await;
    assert_eq!(job.error.unwrap().reason, FailureReason::WorkerLost);
}

#[tokio::test]
async fn a_cancel_ends_the_child_of_a_killed_worker() {
    let mut leo = patient(Mode::Process).start().await;
    let client = leo.client();
    let job = client.submit("lines 1; hang").await;
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    viewer.line(job.session_id, job.id, "line 1").await;
    leo.worker(0).kill();
    client.cancel(job.id).await;
    leo.start_worker().await;
    let end = viewer.end(job.session_id, job.id).await;
    assert_eq!(end.kind, Some(EventKind::Cancelled { request_id: job.id }));
    assert_eq!(leo.generators().await, 0);
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

#[tokio::test]
async fn a_container_that_somebody_kills_is_a_lost_attempt() {
    let leo = hasty(Mode::Docker).start().await;
    let client = leo.client();
    let job = client
        .submit("write a.txt x; lines 1; stay ../.leo/mark; write b.txt y")
        .await;
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    viewer.line(job.session_id, job.id, "line 1").await;
    assert_eq!(leo.kill_containers().await, 1);
    viewer.end(job.session_id, job.id).await;
    viewer.transcript(job.session_id).assert_whole(job.id);
    let job = client.job(job.id).await;
    assert_eq!((job.status, job.attempt), (JobStatus::Completed, 2));
    assert_eq!(client.file(job.id, "a.txt").await, b"x");
}

#[tokio::test]
async fn the_files_of_the_last_attempt_are_kept() {
    let leo = hasty(Mode::Docker)
        .set("JOB_MAX_ATTEMPTS", "1")
        .start()
        .await;
    let client = leo.client();
    let job = client.submit("write a.txt so far; lines 1; hang").await;
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    viewer.line(job.session_id, job.id, "line 1").await;
    assert_eq!(leo.kill_containers().await, 1);
    viewer.end(job.session_id, job.id).await;
    let job = client.job(job.id).await;
    let error = job.error.unwrap();
    assert_eq!(error.reason, FailureReason::WorkerLost);
    assert!(
        error.message.contains("stopped by somebody"),
        "{}",
        error.message
    );
    assert!(client.files(job.id).await.partial);
    assert_eq!(client.zip(job.id).await["a.txt"], b"so far");
    leo.cleared().await;
}
