//! Cancelling: a job that waits, a job that runs, and one that does not want to end.

use std::time::{Duration, Instant};

use leo_protocol::repl::ClientMessage;
use leo_protocol::{EventKind, JobStatus, LogStream};
use leo_tests::{Leo, Mode, Repl, wait_for};
use nix::sys::signal::Signal;
use reqwest::Method;

in_both_modes! {
    a_running_job_is_stopped_and_what_it_has_is_kept,
    the_signal_to_stop_arrives_without_waiting_for_a_beat,
    a_job_that_ignores_sigterm_is_killed,
    children_that_ignore_sigterm_go_with_their_parent,
    a_cancel_after_the_death_of_the_worker_wins_over_a_new_attempt,
    deleting_a_session_stops_its_jobs,
}

/// What a generator gets between SIGTERM and SIGKILL.
const GRACE: Duration = Duration::from_secs(5);

#[tokio::test]
async fn a_queued_job_ends_at_once_and_the_next_moves_up() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let client = leo.client();
    let first = client.submit("lines 1").await;
    let second = client.submit_in(first.session_id, "lines 1").await;
    assert_eq!(second.queue.unwrap().position, "2");
    let cancelled = client.cancel(first.id).await;
    assert_eq!(cancelled.status, JobStatus::Cancelled);
    let transcript = client.events(first.session_id, 100).await;
    assert_eq!(transcript.types(first.id), ["job_queued", "cancelled"]);
    let place = client.job(second.id).await.queue.unwrap();
    assert_eq!(
        (place.position.as_str(), place.reason.as_str()),
        ("1", "no worker is running")
    );
    // A second cancel changes nothing.
    assert_eq!(client.cancel(first.id).await.status, JobStatus::Cancelled);
    assert_eq!(client.events(first.session_id, 100).await.events().len(), 3);
}

async fn a_running_job_is_stopped_and_what_it_has_is_kept(mode: Mode) {
    let leo = Leo::in_mode(mode).start().await;
    let client = leo.client();
    let job = client.submit("write a.txt so far; lines 1; hang").await;
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    viewer.line(job.session_id, job.id, "line 1").await;
    assert_eq!(leo.generators().await, 1);
    let asked = Instant::now();
    viewer
        .send(&ClientMessage::CancelGeneration { job_id: job.id })
        .await;
    let end = viewer.end(job.session_id, job.id).await;
    assert_eq!(end.kind, Some(EventKind::Cancelled { request_id: job.id }));
    assert!(
        asked.elapsed() < GRACE,
        "a generator that obeys is not waited for"
    );
    viewer.transcript(job.session_id).assert_whole(job.id);
    let job = client.job(job.id).await;
    assert_eq!((job.status, job.error), (JobStatus::Cancelled, None));
    assert!(client.files(job.id).await.partial);
    assert_eq!(client.file(job.id, "a.txt").await, b"so far");
    leo.cleared().await;
}

/// With beats so rare that only the wake-up over Redis can have brought it.
async fn the_signal_to_stop_arrives_without_waiting_for_a_beat(mode: Mode) {
    let leo = Leo::in_mode(mode)
        .set("LEASE_SECONDS", "300")
        .set("LOST_AFTER", "900")
        .start()
        .await;
    let client = leo.client();
    let job = client.submit("heed").await;
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    viewer.line(job.session_id, job.id, "heeding").await;
    client.cancel(job.id).await;
    let end = viewer.end(job.session_id, job.id).await;
    assert_eq!(end.kind, Some(EventKind::Cancelled { request_id: job.id }));
    let transcript = viewer.transcript(job.session_id);
    let lines = transcript.lines(job.id, LogStream::Stdout);
    let arrived = lines
        .iter()
        .find_map(|line| line.strip_prefix("SIGTERM at "))
        .unwrap();
    let mut database = leo.database().connection().await;
    let asked: i64 = sqlx::query_scalar(
        "select (extract(epoch from cancel_requested_at) * 1000)::bigint from jobs where id = $1",
    )
    .bind(job.id.uuid())
    .fetch_one(&mut database)
    .await
    .unwrap();
    let took = arrived.parse::<i64>().unwrap() - asked;
    // A second where nothing else runs; the nearest beat may be 100 s away.
    assert!((0..10_000).contains(&took), "{took} ms");
    leo.cleared().await;
}

async fn a_job_that_ignores_sigterm_is_killed(mode: Mode) {
    let leo = Leo::in_mode(mode).start().await;
    let client = leo.client();
    let job = client.submit("trap; lines 1; hang").await;
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    viewer.line(job.session_id, job.id, "line 1").await;
    let asked = Instant::now();
    client.cancel(job.id).await;
    let end = viewer.end(job.session_id, job.id).await;
    assert_eq!(end.kind, Some(EventKind::Cancelled { request_id: job.id }));
    assert!(asked.elapsed() >= GRACE, "it was given its time");
    leo.cleared().await;
}

async fn children_that_ignore_sigterm_go_with_their_parent(mode: Mode) {
    let leo = Leo::in_mode(mode).start().await;
    let client = leo.client();
    // One that obeys itself, and one that does not.
    for script in ["offspring; lines 1; hang", "offspring; trap; lines 1; hang"] {
        let job = client.submit(script).await;
        let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
        viewer.line(job.session_id, job.id, "line 1").await;
        client.cancel(job.id).await;
        let end = viewer.end(job.session_id, job.id).await;
        assert_eq!(end.kind, Some(EventKind::Cancelled { request_id: job.id }));
        leo.cleared().await;
    }
}

async fn a_cancel_after_the_death_of_the_worker_wins_over_a_new_attempt(mode: Mode) {
    let mut leo = Leo::in_mode(mode)
        .set("LEASE_SECONDS", "3")
        .set("LOST_AFTER", "8")
        .start()
        .await;
    let client = leo.client();
    let job = client.submit("lines 1; tick 600 100").await;
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    viewer.line(job.session_id, job.id, "line 1").await;
    leo.worker(0).kill();
    assert_eq!(client.cancel(job.id).await.status, JobStatus::Generating);
    leo.start_worker().await;
    let end = viewer.end(job.session_id, job.id).await;
    assert_eq!(end.kind, Some(EventKind::Cancelled { request_id: job.id }));
    viewer.transcript(job.session_id).assert_whole(job.id);
    let job = client.job(job.id).await;
    assert_eq!((job.status, job.attempt), (JobStatus::Cancelled, 1));
    leo.cleared().await;
}

/// The holder is stopped, loses the job, and wakes up again: it changes nothing.
#[tokio::test]
async fn a_cancel_that_meets_a_lost_lease_ends_cancelled() {
    let mut leo = Leo::in_mode(Mode::Docker)
        .set("LEASE_SECONDS", "3")
        .start()
        .await;
    let client = leo.client();
    let job = client.submit("write a.txt so far; lines 1; hang").await;
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    viewer.line(job.session_id, job.id, "line 1").await;
    leo.worker(0).signal(Signal::SIGSTOP);
    assert_eq!(client.cancel(job.id).await.status, JobStatus::Generating);
    leo.start_worker().await;
    let end = viewer.end(job.session_id, job.id).await;
    assert_eq!(end.kind, Some(EventKind::Cancelled { request_id: job.id }));
    leo.worker(0).signal(Signal::SIGCONT);
    leo.cleared().await;
    let next = client.submit_in(job.session_id, "write b.txt x").await;
    assert_eq!(client.ended(next.id).await.status, JobStatus::Completed);
    let transcript = client.events(job.session_id, 100).await;
    transcript.assert_whole(job.id);
    transcript.assert_whole(next.id);
    assert_eq!(client.job(job.id).await.status, JobStatus::Cancelled);
    assert_eq!(client.file(job.id, "a.txt").await, b"so far");
}

async fn deleting_a_session_stops_its_jobs(mode: Mode) {
    let leo = Leo::in_mode(mode).start().await;
    let client = leo.client();
    let running = client.submit("lines 1; hang").await;
    let waiting = client.submit_in(running.session_id, "lines 1").await;
    wait_for("generator", async || {
        (leo.generators().await == 1).then_some(())
    })
    .await;
    let path = format!("/api/sessions/{}", running.session_id);
    let deleted = client.request(Method::DELETE, &path).send().await.unwrap();
    assert_eq!(deleted.status(), 204);
    for path in [
        path,
        format!("/api/jobs/{}", running.id),
        format!("/api/jobs/{}", waiting.id),
    ] {
        assert_eq!(client.get(&path).await.status, 404, "{path}");
    }
    leo.cleared().await;
    let mut database = leo.database().connection().await;
    wait_for("end of both jobs", async || {
        let query = sqlx::query_scalar("select count(*) from jobs where status = 'cancelled'");
        let cancelled: i64 = query.fetch_one(&mut database).await.unwrap();
        (cancelled == 2).then_some(())
    })
    .await;
}
