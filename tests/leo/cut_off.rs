//! Workers that lose Postgres: they halt what they run before others may start it again, and what is
//! still theirs goes on.

use std::time::{Duration, Instant};

use leo_protocol::event::WorkerChange;
use leo_protocol::{EventKind, JobId, JobStatus, LogStream};
use leo_tests::installation::Builder;
use leo_tests::{Leo, Mode, Repl, Transcript, wait_for};
use nix::sys::signal::Signal;

in_both_modes! {
    a_run_is_halted_short_of_its_loss_and_goes_on,
    an_answer_that_is_lost_costs_no_lease,
}

/// Seconds; short, so that a loss is noticed soon.
const LEASE: &str = "3";
/// Seconds until a host is given up; three quarters of it until a run is halted.
const LOST_AFTER: &str = "8";
/// What a worker says when it halts a run.
const HALTED: &str = "the run is halted";
/// What a worker says when it leaves a job to somebody else.
const DETACHED: &str = "detached from the job";
/// What the stream is told of a lost answer.
const LOST_ANSWER: &str = "an answer of the database was lost";

/// Its first worker can be cut off.
fn installation(mode: Mode) -> Builder {
    Leo::in_mode(mode)
        .cut_off()
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

fn infos(transcript: &Transcript, job: JobId) -> Vec<String> {
    let infos = transcript
        .of_job(job)
        .filter_map(|event| match &event.kind {
            Some(EventKind::Info { message }) => Some(message.clone()),
            _ => None,
        });
    infos.collect()
}

async fn halted(leo: &Leo) {
    wait_for("halt of the generator", async || {
        (leo.halted().await == 1).then_some(())
    })
    .await;
}

async fn said(leo: &mut Leo, worker: usize, what: &str) {
    wait_for(what, async || {
        leo.worker(worker).log().contains(what).then_some(())
    })
    .await;
}

async fn a_run_is_halted_short_of_its_loss_and_goes_on(mode: Mode) {
    const TICKS: u32 = 300;
    let leo = installation(mode).start().await;
    let client = leo.client();
    let job = client
        .submit(&format!("tick {TICKS} 50; write a.txt x"))
        .await;
    let session = job.session_id;
    let mut viewer = Repl::viewing(&client, session, 0).await;
    viewer.line(session, job.id, "tick 5").await;
    leo.way_to_postgres().close();
    halted(&leo).await;
    leo.way_to_postgres().open();
    viewer.end(session, job.id).await;
    let transcript = viewer.transcript(session);
    transcript.assert_whole(job.id);
    assert_eq!(transcript.lines(job.id, LogStream::Stdout), ticks(TICKS));
    assert_eq!(changes(transcript, job.id), []);
    let told = infos(transcript, job.id);
    assert!(
        told.len() == 1 && told[0].contains("was halted for"),
        "{told:?}"
    );
    let job = client.job(job.id).await;
    assert_eq!((job.status, job.attempt), (JobStatus::Completed, 1));
    let mut database = leo.database().connection().await;
    let paused = sqlx::query_scalar("select paused_ms from attempts");
    let paused: i64 = paused.fetch_one(&mut database).await.unwrap();
    assert!(paused > 0, "the deadline is not as much later");
    leo.cleared().await;
}

/// The one that is cut off cannot know that its lease was taken over, and halts the other's run.
#[tokio::test]
async fn a_successor_does_not_let_a_worker_that_is_cut_off_halt_its_run() {
    const TICKS: u32 = 150;
    let mut leo = installation(Mode::Docker).start().await;
    leo.start_worker().await;
    let client = leo.client();
    let mut taken = None;
    // Until it is the one with the proxy that has a job.
    while taken.is_none() {
        let job = client
            .submit(&format!("tick {TICKS} 100; write a.txt x"))
            .await;
        let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
        viewer.line(job.session_id, job.id, "tick 1").await;
        let mut database = leo.database().connection().await;
        let query = "select w.name from jobs j join workers w on w.id = j.holder where j.id = $1";
        let name = sqlx::query_scalar(query).bind(job.id.uuid());
        let name: String = name.fetch_one(&mut database).await.unwrap();
        if name == "worker-0" {
            taken = Some((job, viewer));
        } else {
            client.cancel(job.id).await;
        }
    }
    let (job, mut viewer) = taken.unwrap();
    leo.way_to_postgres().close();
    said(&mut leo, 0, HALTED).await;
    leo.way_to_postgres().open();
    viewer.end(job.session_id, job.id).await;
    said(&mut leo, 0, DETACHED).await;
    let transcript = viewer.transcript(job.session_id);
    transcript.assert_whole(job.id);
    assert_eq!(transcript.lines(job.id, LogStream::Stdout), ticks(TICKS));
    assert_eq!(changes(transcript, job.id), [WorkerChange::Adopted]);
    assert_eq!(client.job(job.id).await.attempt, 1);
    leo.cleared().await;
}

#[tokio::test]
async fn a_halted_container_is_adopted_and_goes_on() {
    const TICKS: u32 = 300;
    let mut leo = installation(Mode::Docker).start().await;
    let client = leo.client();
    let job = client
        .submit(&format!("tick {TICKS} 50; write a.txt x"))
        .await;
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    viewer.line(job.session_id, job.id, "tick 5").await;
    leo.way_to_postgres().close();
    halted(&leo).await;
    leo.worker(0).kill();
    leo.start_worker().await;
    viewer.end(job.session_id, job.id).await;
    let transcript = viewer.transcript(job.session_id);
    transcript.assert_whole(job.id);
    assert_eq!(transcript.lines(job.id, LogStream::Stdout), ticks(TICKS));
    let told = infos(transcript, job.id);
    assert!(
        told.iter().any(|told| told.contains("stood still")),
        "{told:?}"
    );
    assert_eq!(client.job(job.id).await.attempt, 1);
}

/// Cancelled while it stands still and nobody can reach it.
#[tokio::test]
async fn a_halted_container_is_cancelled_when_postgres_is_back() {
    let leo = installation(Mode::Docker).start().await;
    let client = leo.client();
    let job = client.submit("write a.txt so far; tick 1000 50").await;
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    viewer.line(job.session_id, job.id, "tick 1").await;
    leo.way_to_postgres().close();
    halted(&leo).await;
    client.cancel(job.id).await;
    leo.way_to_postgres().open();
    let end = viewer.end(job.session_id, job.id).await;
    assert_eq!(end.kind, Some(EventKind::Cancelled { request_id: job.id }));
    assert_eq!(client.file(job.id, "a.txt").await, b"so far");
    leo.cleared().await;
}

/// The other host has no Docker, so it cannot adopt.
#[tokio::test]
async fn what_was_started_again_elsewhere_stays_halted_and_is_removed() {
    let mut leo = installation(Mode::Docker).start().await;
    let client = leo.client();
    let job = client.submit("lines 1; tick 240 50; write a.txt x").await;
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    viewer.line(job.session_id, job.id, "line 1").await;
    leo.way_to_postgres().close();
    halted(&leo).await;
    leo.start_worker_in(Mode::Process).await;
    viewer
        .event(job.session_id, "worker_changed", |event| {
            matches!(event.kind, Some(EventKind::WorkerChanged { .. }))
        })
        .await;
    assert_eq!(leo.halted().await, 1, "two runs of a job at once");
    leo.way_to_postgres().open();
    viewer.end(job.session_id, job.id).await;
    let transcript = viewer.transcript(job.session_id);
    transcript.assert_whole(job.id);
    assert_eq!(changes(transcript, job.id), [WorkerChange::Restarted]);
    let job = client.job(job.id).await;
    assert_eq!((job.status, job.attempt), (JobStatus::Completed, 2));
    leo.cleared().await;
}

/// A worker that is stopped and woken has lost its lease, and its limits in time have run out.
#[tokio::test]
async fn a_worker_that_wakes_up_late_harms_nothing() {
    const TICKS: u32 = 200;
    let mut leo = Leo::in_mode(Mode::Docker)
        .set("LEASE_SECONDS", LEASE)
        .set("LOST_AFTER", LOST_AFTER)
        .set("NO_OUTPUT_TIMEOUT", "6s")
        .start()
        .await;
    let client = leo.client();
    let job = client
        .submit(&format!("tick {TICKS} 100; write a.txt x"))
        .await;
    let session = job.session_id;
    let mut viewer = Repl::viewing(&client, session, 0).await;
    viewer.line(session, job.id, "tick 5").await;
    let before = leo.containers().await;
    leo.start_worker().await;
    leo.worker(0).signal(Signal::SIGSTOP);
    viewer.line(session, job.id, "tick 120").await;
    leo.worker(0).signal(Signal::SIGCONT);
    said(&mut leo, 0, DETACHED).await;
    assert_eq!(leo.containers().await, before, "the container runs on");
    viewer.end(session, job.id).await;
    let transcript = viewer.transcript(session);
    transcript.assert_whole(job.id);
    assert_eq!(transcript.lines(job.id, LogStream::Stdout), ticks(TICKS));
    assert_eq!(changes(transcript, job.id), [WorkerChange::Adopted]);
    let job = client.job(job.id).await;
    assert_eq!((job.status, job.attempt), (JobStatus::Completed, 1));
    leo.cleared().await;
}

async fn an_answer_that_is_lost_costs_no_lease(mode: Mode) {
    const LONG_LEASE: Duration = Duration::from_secs(60);
    /// An order may be carried out on a look that finds nothing.
    const TRIES: usize = 20;
    let leo = Leo::in_mode(mode)
        .cut_off()
        .set("LEASE_SECONDS", "60")
        .start()
        .await;
    let client = leo.client();
    for _ in 0..TRIES {
        leo.way_to_postgres().swallow_answers(1);
        let asked = Instant::now();
        let job = client.submit("lines 3; write a.txt x").await;
        let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
        viewer.line(job.session_id, job.id, "line 1").await;
        leo.way_to_postgres().withdraw();
        let time = asked.elapsed();
        viewer.end(job.session_id, job.id).await;
        let transcript = viewer.transcript(job.session_id);
        transcript.assert_whole(job.id);
        assert_eq!(transcript.lines(job.id, LogStream::Stdout).len(), 3);
        assert_eq!(client.job(job.id).await.attempt, 1);
        let told = infos(transcript, job.id);
        if told.iter().any(|told| told.contains(LOST_ANSWER)) {
            assert!(time < LONG_LEASE / 6, "{time:?} until the job was found");
            leo.cleared().await;
            return;
        }
    }
    panic!("the answer to a claim was not lost once");
}
