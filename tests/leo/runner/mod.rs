//! The second door: containers that speak the websocket transport.
//!
//! In most scenarios the test speaks in the container's place, while the container itself only
//! waits for a file; so what is sent, and when, is in the test's hand.

use std::net::TcpListener;
use std::path::PathBuf;
use std::time::Duration;

use leo_protocol::http::Job;
use leo_protocol::{EventKind, FailureReason, JobId, JobStatus, LogStream};
use leo_tests::client::runner::Refusal;
use leo_tests::installation::Builder;
use leo_tests::{Client, Leo, Mode, Repl, Runner, wait_for};
use serde_json::json;
use tempfile::TempDir;

mod ends;
mod older;

/// A newer connection or attempt, or the job's end.
const SUPERSEDED: u16 = 4409;
/// Between two signs of life.
const BEAT: Duration = Duration::from_millis(500);

/// An installation whose containers are to dial in; here they do not.
fn websocket(mode: Mode) -> Builder {
    Leo::in_mode(mode)
        .set("GENERATOR_TRANSPORT", "websocket")
        .set("LEO_RUNNER_URL", "ws://127.0.0.1:9")
}

/// A file that a generator waits for.
struct Gate {
    folder: TempDir,
}

impl Gate {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("open")
    }

    /// A script that leaves a file, waits, and does what is in `then`.
    fn script(&self, then: &str) -> String {
        format!("write a.txt x; until {}; {then}", self.path().display())
    }

    fn open(&self) {
        std::fs::write(self.path(), "").unwrap();
    }
}

/// Submits a job and waits until its first container runs.
async fn running(client: &Client, prompt: &str) -> Job {
    let job = client.submit(prompt).await;
    client
        .job_when(job.id, "start of the job", |job| job.attempt == 1)
        .await
}

/// Submits a job whose container waits for the gate and then prints its end.
async fn gated(leo: &Leo) -> (Job, Gate) {
    let gate = Gate::new();
    let job = running(&leo.client(), &gate.script("")).await;
    (job, gate)
}

fn lines(count: u64) -> Vec<String> {
    (1..=count).map(|n| format!("line {n}")).collect()
}

fn refusal(code: &str, close: u16) -> Refusal {
    Refusal {
        code: code.to_owned(),
        close,
    }
}

#[tokio::test]
async fn numbered_frames_survive_the_server_that_read_them() {
    let mut leo = websocket(Mode::Process).apis(2).start().await;
    let (job, gate) = gated(&leo).await;
    let (mut runner, n) = Runner::resume(&leo.runner_url(0, job.id, 1)).await;
    assert_eq!(n, 0);
    assert!(runner.send_lines(1..=50).await);
    runner.acked(20).await;
    assert!(runner.send_lines(51..=400).await);
    leo.api(0).kill();
    let (mut runner, n) = Runner::resume(&leo.runner_url(1, job.id, 1)).await;
    assert!((20..=400).contains(&n), "{n}");
    // A frame that the server has is sent again, as if its acknowledgement had been lost.
    assert!(runner.send_lines(n..=600).await);
    runner.end(601).await;
    gate.open();
    let client = leo.client_of(1);
    let job = client.ended(job.id).await;
    assert_eq!(job.status, JobStatus::Completed);
    let transcript = client.events(job.session_id, 1000).await;
    transcript.assert_whole(job.id);
    assert_eq!(transcript.lines(job.id, LogStream::Runner), lines(600));
}

#[tokio::test]
async fn a_newer_connection_takes_over() {
    let leo = websocket(Mode::Process).apis(2).start().await;
    let (job, gate) = gated(&leo).await;
    for newer in [0, 1] {
        let (mut old, n) = Runner::resume(&leo.runner_url(0, job.id, 1)).await;
        assert!(old.send_lines([n + 1]).await);
        old.acked(n + 1).await;
        let (mut new, resumed) = Runner::resume(&leo.runner_url(newer, job.id, 1)).await;
        assert_eq!(resumed, n + 1, "on server {newer}");
        let stale = json!({"type": "info", "message": "from the old connection"});
        old.send(n + 2, stale).await;
        assert_eq!(old.refused().await, refusal("replaced", SUPERSEDED));
        assert!(new.send_lines([n + 2]).await);
        new.acked(n + 2).await;
    }
    let (mut last, n) = Runner::resume(&leo.runner_url(1, job.id, 1)).await;
    last.end(n + 1).await;
    gate.open();
    let job = leo.client().ended(job.id).await;
    let transcript = leo.client().events(job.session_id, 1000).await;
    assert_eq!(transcript.lines(job.id, LogStream::Runner), lines(4));
    let stale = transcript.of_job(job.id).any(|event| {
        matches!(&event.kind, Some(EventKind::Info { message }) if message.contains("old connection"))
    });
    assert!(!stale);
}

#[tokio::test]
async fn a_superseded_attempt_is_told_so() {
    let mut leo = websocket(Mode::Process)
        .set("LEASE_SECONDS", "2")
        .set("LOST_AFTER", "4")
        .start()
        .await;
    let (job, gate) = gated(&leo).await;
    let client = leo.client();
    let (mut first, _) = Runner::resume(&leo.runner_url(0, job.id, 1)).await;
    assert!(first.send_lines(1..=3).await);
    first.acked(3).await;
    leo.worker(0).kill();
    leo.start_worker().await;
    // It says nothing, and is told all the same.
    assert_eq!(first.refused().await, refusal("superseded", SUPERSEDED));
    let mut again = Runner::dial(&leo.runner_url(0, job.id, 1)).await;
    assert_eq!(again.refused().await, refusal("superseded", SUPERSEDED));
    let (mut second, n) = Runner::resume(&leo.runner_url(0, job.id, 2)).await;
    assert_eq!(n, 0, "a new attempt begins anew");
    assert!(second.send_lines(1..=2).await);
    second.end(3).await;
    gate.open();
    let job = client.ended(job.id).await;
    assert_eq!((job.status, job.attempt), (JobStatus::Completed, 2));
    let transcript = client.events(job.session_id, 1000).await;
    let all = [lines(3), lines(2)].concat();
    assert_eq!(transcript.lines(job.id, LogStream::Runner), all);
}

#[tokio::test]
async fn a_token_opens_its_attempt_alone() {
    let leo = websocket(Mode::Process).start().await;
    let (job, gate) = gated(&leo).await;
    let url = leo.runner_url(0, job.id, 1);
    let forged = url.replacen("token=v1.1.", "token=v1.2.", 1);
    let stranger = url.replacen(&job.id.to_string(), &JobId::generate().to_string(), 1);
    let none = url.split_once('?').unwrap().0;
    for wrong in [forged.as_str(), &stranger, none] {
        let mut runner = Runner::dial(wrong).await;
        assert_eq!(
            runner.refused().await,
            refusal("bad_token", 4401),
            "{wrong}"
        );
    }
    let nobody = leo.runner_url(0, JobId::generate(), 1);
    let mut runner = Runner::dial(&nobody).await;
    assert_eq!(runner.refused().await, refusal("not_found", 4404));
    gate.open();
    leo.client().ended(job.id).await;
    let mut late = Runner::dial(&url).await;
    assert_eq!(late.refused().await, refusal("job_ended", SUPERSEDED));
}

#[tokio::test]
async fn what_is_printed_and_what_is_sent_is_one_stream_and_ends_with_the_last_frame() {
    let leo = websocket(Mode::Process).start().await;
    let client = leo.client();
    let gate = Gate::new();
    let job = running(&client, &gate.script("lines 3; err 2; quiet")).await;
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    let (mut runner, _) = Runner::resume(&leo.runner_url(0, job.id, 1)).await;
    assert!(runner.send_lines(1..=10).await);
    gate.open();
    wait_for("end of the container", async || {
        (leo.generators().await == 0).then_some(())
    })
    .await;
    // Longer than a container that is not connected would be waited for.
    for n in 11..=24 {
        tokio::time::sleep(BEAT).await;
        assert!(runner.send_lines([n]).await, "still open at {n}");
    }
    let usage = json!({"type": "usage", "promptTokens": 7, "completionTokens": 8});
    assert!(runner.send(25, usage).await);
    let complete = json!({"type": "generation_complete", "files": ["a.txt"], "phases": 1});
    assert!(runner.send(26, complete).await);
    assert_eq!(client.job(job.id).await.status, JobStatus::Generating);
    runner.end(27).await;
    viewer.end(job.session_id, job.id).await;
    let transcript = viewer.transcript(job.session_id);
    transcript.assert_whole(job.id);
    assert_eq!(transcript.lines(job.id, LogStream::Runner), lines(24));
    assert_eq!(transcript.lines(job.id, LogStream::Stdout), lines(3));
    assert_eq!(transcript.lines(job.id, LogStream::Stderr), lines(2));
    assert!(
        !transcript.types(job.id).contains(&"info".to_owned()),
        "nothing was missed"
    );
    let job = client.job(job.id).await;
    assert_eq!(job.status, JobStatus::Completed);
    assert_eq!(job.usage.unwrap()["promptTokens"], 7);
}

#[tokio::test]
async fn a_cancel_reaches_the_container_over_its_socket() {
    let leo = websocket(Mode::Process).start().await;
    let client = leo.client();
    let gate = Gate::new();
    let trapped = gate.folder.path().join("trapped");
    let script = format!("trap; write {} x; {}", trapped.display(), gate.script(""));
    let job = running(&client, &script).await;
    wait_for("the trap", async || trapped.is_file().then_some(())).await;
    let (mut runner, _) = Runner::resume(&leo.runner_url(0, job.id, 1)).await;
    client.cancel(job.id).await;
    runner.cancelled().await;
    assert!(runner.send_lines([1]).await);
    runner.end(2).await;
    gate.open();
    let job = client.ended(job.id).await;
    assert_eq!(job.status, JobStatus::Cancelled);
    let transcript = client.events(job.session_id, 1000).await;
    assert_eq!(
        transcript.lines(job.id, LogStream::Runner),
        lines(1),
        "its last words"
    );
}

#[tokio::test]
async fn a_flood_of_frames_meets_the_output_limit() {
    let leo = websocket(Mode::Process)
        .set("OUTPUT_LIMIT", "64KiB")
        .start()
        .await;
    let (job, _gate) = gated(&leo).await;
    let (mut runner, _) = Runner::resume(&leo.runner_url(0, job.id, 1)).await;
    let mut n = 0;
    while n < 2000 && runner.send_lines([n + 1]).await {
        n += 1;
    }
    assert_eq!(runner.refused().await.code, "output_limit");
    let job = leo.client().ended(job.id).await;
    assert_eq!(job.error.unwrap().reason, FailureReason::OutputLimit);
    let transcript = leo.client().events(job.session_id, 1000).await;
    let types = transcript.types(job.id);
    assert_eq!(
        types
            .iter()
            .filter(|name| *name == "output_truncated")
            .count(),
        1
    );
    assert!(transcript.lines(job.id, LogStream::Runner).len() < 1000);
}

#[tokio::test]
async fn frames_are_output_and_heartbeats_are_not() {
    let leo = websocket(Mode::Process)
        .set("NO_OUTPUT_TIMEOUT", "5s")
        .start()
        .await;
    let (job, _gate) = gated(&leo).await;
    let (mut runner, _) = Runner::resume(&leo.runner_url(0, job.id, 1)).await;
    for n in 1..=16 {
        tokio::time::sleep(BEAT).await;
        assert!(runner.send_lines([n]).await);
    }
    assert_eq!(leo.client().job(job.id).await.status, JobStatus::Generating);
    let mut n = 16;
    let beating = async {
        let beat = json!({"type": "heartbeat", "phase": 1, "iteration": 1});
        while runner.send(n + 1, beat.clone()).await {
            n += 1;
            tokio::time::sleep(BEAT).await;
        }
    };
    let ((), job) = tokio::join!(beating, async { leo.client().ended(job.id).await });
    assert_eq!(job.error.unwrap().reason, FailureReason::NoOutput);
}

#[tokio::test]
async fn the_generator_of_leo_speaks_it_through_a_killed_server() {
    let port = free_port();
    let mut leo = Leo::in_mode(Mode::Process)
        .demo()
        .set("DEMO_SPEED", "12")
        .set("GENERATOR_TRANSPORT", "websocket")
        .set("LEO_RUNNER_BIND", &format!("127.0.0.1:{port}"))
        .set("LEO_RUNNER_URL", &format!("ws://127.0.0.1:{port}"))
        .start()
        .await;
    let job = running(&leo.client(), "a bakery order board").await;
    let session = job.session_id;
    let mut viewer = Repl::viewing(&leo.client(), session, 0).await;
    viewer
        .event(session, "file_start", |event| {
            matches!(event.kind, Some(EventKind::FileStart { .. }))
        })
        .await;
    leo.api(0).kill();
    leo.start_api().await;
    let client = leo.client_of(1);
    let job = client.ended(job.id).await;
    assert_eq!(job.status, JobStatus::Completed);
    let transcript = client.events(session, 1000).await;
    transcript.assert_whole(job.id);
    let types = transcript.types(job.id);
    let count = |wanted: &str| types.iter().filter(|name| *name == wanted).count();
    assert_eq!(count("generation_complete"), 1);
    assert_eq!((count("file_start"), count("file_end")), (6, 6));
    assert!(
        !transcript.lines(job.id, LogStream::Runner).is_empty(),
        "words for people"
    );
}

/// The containers of this scenario share the machine's network, since they would not be started
/// without one.
#[tokio::test]
async fn an_adoption_does_not_disturb_the_socket() {
    let mut leo = websocket(Mode::Docker)
        .set("CONTAINER_NETWORK", "host")
        .set("LEASE_SECONDS", "2")
        .set("LOST_AFTER", "60")
        .start()
        .await;
    let client = leo.client();
    let job = running(&client, "write a.txt x; tick 150 100").await;
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    viewer.line(job.session_id, job.id, "tick 5").await;
    let (mut runner, _) = Runner::resume(&leo.runner_url(0, job.id, 1)).await;
    assert!(runner.send_lines(1..=10).await);
    leo.worker(0).kill();
    runner.acked(10).await;
    assert!(runner.send_lines(11..=20).await);
    leo.start_worker().await;
    viewer
        .event(job.session_id, "worker_changed", |event| {
            matches!(event.kind, Some(EventKind::WorkerChanged { .. }))
        })
        .await;
    assert!(runner.send_lines(21..=30).await, "the same connection");
    runner.end(31).await;
    viewer.end(job.session_id, job.id).await;
    let transcript = viewer.transcript(job.session_id);
    assert_eq!(transcript.lines(job.id, LogStream::Runner), lines(30));
    let job = client.job(job.id).await;
    assert_eq!((job.status, job.attempt), (JobStatus::Completed, 1));
}

/// A port that nobody uses at this moment.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
