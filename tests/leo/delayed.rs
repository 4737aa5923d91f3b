//! Jobs that start later: not before their time, in their place, and without holding up others.

use chrono::{SubsecRound as _, TimeDelta, Utc};
use leo_protocol::JobStatus;
use leo_protocol::http::Job;
use leo_tests::{Client, Leo, Mode};
use serde_json::json;

/// Long after the test.
fn tomorrow() -> String {
    (Utc::now() + TimeDelta::days(1)).to_rfc3339()
}

async fn submit_at(client: &Client, path: &str, prompt: &str, at: &str) -> Job {
    let body = json!({"prompt": prompt, "runAt": at});
    client.post(path, &body).await.expect(202)
}

#[tokio::test]
async fn a_job_starts_when_its_time_has_come_and_not_before() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.client();
    let at = (Utc::now() + TimeDelta::milliseconds(2500)).trunc_subsecs(3);
    let job = submit_at(&client, "/api/jobs", "write a.txt x", &at.to_rfc3339()).await;
    assert_eq!((job.status, job.run_at), (JobStatus::Queued, Some(at)));
    let reason = job.queue.unwrap().reason;
    assert!(reason.starts_with("it is to start at 20"), "{reason}");
    // Later ones of its session go first.
    let later = client.submit_in(job.session_id, "write b.txt x").await;
    let later = client.ended(later.id).await;
    let ended = client.ended(job.id).await;
    assert_eq!(
        (later.status, ended.status),
        (JobStatus::Completed, JobStatus::Completed)
    );
    assert!(later.finished_at.unwrap() < ended.started_at.unwrap());
    assert!(ended.started_at.unwrap() >= at, "too early");
    let transcript = client.events(job.session_id, 100).await;
    transcript.assert_whole(job.id);
    transcript.assert_whole(later.id);
}

#[tokio::test]
async fn a_due_job_comes_before_what_was_submitted_after_it() {
    let mut leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let client = leo.client();
    let early = submit_at(&client, "/api/jobs", "write a.txt x", &tomorrow()).await;
    let late = client.submit_in(early.session_id, "write b.txt x").await;
    assert_eq!(late.queue.unwrap().position, "1");
    let mut database = leo.database().connection().await;
    let passing = sqlx::query("update jobs set run_at = now() where status = 'delayed'");
    passing.execute(&mut database).await.unwrap();
    // Moved by a worker that is told to take nothing: so both are in line when one begins to claim.
    let due = leo.database().stores().start_due().await.unwrap();
    assert_eq!(due.ready, 1);
    assert_eq!(client.job(late.id).await.queue.unwrap().position, "2");
    leo.start_worker().await;
    let (early, late) = (client.ended(early.id).await, client.ended(late.id).await);
    assert!(early.finished_at.unwrap() <= late.started_at.unwrap());
}

#[tokio::test]
async fn a_delayed_job_can_be_called_off_and_done_again() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.client();
    let job = submit_at(&client, "/api/jobs", "write a.txt x", &tomorrow()).await;
    let answer = client
        .post(&format!("/api/jobs/{}/retry", job.id), &json!({}))
        .await;
    assert_eq!(
        (answer.status, answer.problem().code.as_str()),
        (409, "job_not_finished")
    );
    assert_eq!(client.cancel(job.id).await.status, JobStatus::Cancelled);
    let again = client.retry(job.id).await;
    assert_eq!((again.retry_of, again.run_at), (Some(job.id), None));
    assert_eq!(client.ended(again.id).await.status, JobStatus::Completed);
    let fleet: leo_protocol::http::Fleet = client.get("/api/fleet").await.expect(200);
    assert_eq!(fleet.queue.delayed, 0);
}

#[tokio::test]
async fn a_start_that_is_out_of_bounds_is_refused() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let client = leo.client();
    for (at, status) in [
        ((Utc::now() + TimeDelta::days(400)).to_rfc3339(), 422),
        ("soon".to_owned(), 422),
        ("-4800-01-01T00:00:00Z".to_owned(), 422),
        ("0000-01-01T00:00:00Z".to_owned(), 202),
        ((Utc::now() - TimeDelta::days(400)).to_rfc3339(), 202),
    ] {
        let body = json!({"prompt": "lines 1", "runAt": at});
        let answer = client.post("/api/jobs", &body).await;
        assert_eq!(answer.status, status, "{at}: {}", answer.text());
    }
}

#[tokio::test]
async fn a_delayed_job_starts_without_redis() {
    let mut leo = Leo::in_mode(Mode::Process).own_redis().start().await;
    leo.redis().kill();
    let client = leo.client();
    let at = (Utc::now() + TimeDelta::seconds(1)).to_rfc3339();
    let job = submit_at(&client, "/api/jobs", "write a.txt x", &at).await;
    assert_eq!(client.ended(job.id).await.status, JobStatus::Completed);
}
