//! What runs when: one job of a session at a time, in order; sessions beside each other; nobody
//! more than his limit, and nobody waits behind somebody else's heap.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use leo_protocol::http::Job;
use leo_protocol::{JobStatus, SessionId};
use leo_tests::{Client, Leo, Mode};

/// Long enough that jobs which may run beside each other do.
const SCRIPT: &str = "sleep 700; write a.txt x";

struct Ran {
    session: SessionId,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
}

async fn ran(client: &Client, job: &Job) -> Ran {
    let job = client.ended(job.id).await;
    assert_eq!(job.status, JobStatus::Completed, "{:?}", job.error);
    Ran {
        session: job.session_id,
        from: job.started_at.unwrap(),
        to: job.finished_at.unwrap(),
    }
}

/// The most jobs that ran at one time.
fn most_at_once(ran: &[Ran]) -> usize {
    let at = |time| {
        ran.iter()
            .filter(|run| run.from <= time && time < run.to)
            .count()
    };
    ran.iter().map(|run| at(run.from)).max().unwrap_or(0)
}

#[tokio::test]
async fn sessions_run_beside_each_other_and_each_in_its_order() {
    let limited = Leo::in_mode(Mode::Process).set("MAX_JOBS_PER_USER", "2");
    let leo = limited.workers(2).start().await;
    let client = leo.client();
    let mut sessions = Vec::new();
    for _ in 0..3 {
        sessions.push(client.new_session().await);
    }
    let mut jobs = Vec::new();
    for _ in 0..2 {
        for session in &sessions {
            jobs.push(client.submit_in(*session, SCRIPT).await);
        }
    }
    let mut all = Vec::new();
    for job in &jobs {
        all.push(ran(&client, job).await);
    }
    assert_eq!(most_at_once(&all), 2, "the limit is reached and kept");
    let mut ends = HashMap::new();
    for run in &all {
        // Jobs of a session stand here in the order of their submission.
        let before = ends.insert(run.session, run.to);
        assert!(
            before.is_none_or(|before| before <= run.from),
            "two at once, or out of order"
        );
    }
}

#[tokio::test]
async fn a_failed_job_does_not_stop_the_next() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.client();
    let bad = client.submit("exit 1").await;
    let good = client.submit_in(bad.session_id, "write a.txt x").await;
    assert_eq!(client.ended(bad.id).await.status, JobStatus::Failed);
    assert_eq!(client.ended(good.id).await.status, JobStatus::Completed);
    let transcript = client.events(bad.session_id, 100).await;
    transcript.assert_whole(bad.id);
    transcript.assert_whole(good.id);
}

#[tokio::test]
async fn a_second_user_does_not_wait_behind_the_firsts_heap() {
    let one_slot = Leo::in_mode(Mode::Process).set("WORKER_CONCURRENCY", "1");
    let leo = one_slot.start().await;
    let (greedy, modest) = (leo.user("greedy"), leo.user("modest"));
    let mut heap = Vec::new();
    for _ in 0..5 {
        heap.push(greedy.submit(SCRIPT).await);
    }
    let one = modest.submit(SCRIPT).await;
    let one = ran(&modest, &one).await;
    let mut before = 0;
    for job in &heap {
        let started = greedy.job(job.id).await.started_at;
        before += usize::from(started.is_some_and(|started| started < one.from));
    }
    assert!(before <= 2, "{before} jobs of the other user went first");
    for job in &heap {
        greedy.cancel(job.id).await;
    }
}

#[tokio::test]
async fn a_waiting_job_says_why() {
    let limited = Leo::in_mode(Mode::Process).set("MAX_JOBS_PER_USER", "1");
    let leo = limited.start().await;
    let client = leo.client();
    let running = client.submit("lines 1; hang").await;
    let generating = |job: &Job| job.status == JobStatus::Generating;
    client.job_when(running.id, "start", generating).await;
    let elsewhere = client.submit("lines 1").await.queue.unwrap();
    assert_eq!(
        elsewhere.reason,
        "1 of your jobs is running, which is your limit"
    );
    let behind = client
        .submit_in(running.session_id, "lines 1")
        .await
        .queue
        .unwrap();
    assert_eq!(
        behind.reason,
        "an earlier job of this session has not ended yet"
    );
    assert!(client.job(running.id).await.queue.is_none());
    for job in client
        .get("/api/jobs")
        .await
        .expect::<leo_protocol::http::Page<Job>>(200)
        .items
    {
        client.cancel(job.id).await;
    }
}
