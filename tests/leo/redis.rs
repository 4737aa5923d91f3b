//! Redis may be away: it costs time, never a job and never an event.

use chrono::{DateTime, TimeDelta, Utc};
use leo_common::store::jobs::{Submit, Submitted};
use leo_protocol::http::{Job, Readiness, SubmitJob};
use leo_protocol::limits::Limits;
use leo_protocol::{JobStatus, LogStream, SessionId};
use leo_tests::transcript::numbered;
use leo_tests::{Leo, Mode, Repl, wait_for};
use nix::sys::signal::Signal;

/// Workers look once a second, and beat as often here; the rest is for a machine that has other things
/// to do.
const SOON: TimeDelta = TimeDelta::seconds(10);

fn waited(job: &Job) -> TimeDelta {
    job.started_at.unwrap() - job.created_at
}

async fn ready(leo: &Leo) -> Readiness {
    leo.client().get("/health/ready").await.expect(200)
}

#[tokio::test]
async fn a_job_runs_and_is_seen_without_redis() {
    let mut leo = Leo::in_mode(Mode::Process).own_redis().start().await;
    leo.redis().kill();
    wait_for("degraded", async || {
        let ready = ready(&leo).await;
        (ready.status == "degraded" && ready.redis == "down").then_some(())
    })
    .await;
    let client = leo.client();
    let session = client.new_session().await;
    let mut viewer = Repl::viewing(&client, session, 0).await;
    let job = client.submit_in(session, "lines 500; write a.txt x").await;
    viewer.end(session, job.id).await;
    let transcript = viewer.transcript(session);
    transcript.assert_whole(job.id);
    assert_eq!(transcript.lines(job.id, LogStream::Stdout), numbered(500));
    assert_eq!(client.job(job.id).await.status, JobStatus::Completed);
}

#[tokio::test]
async fn a_running_job_is_cancelled_without_redis() {
    let mut leo = Leo::in_mode(Mode::Process)
        .own_redis()
        .set("LEASE_SECONDS", "3")
        .start()
        .await;
    let client = leo.client();
    let job = client.submit("lines 1; hang").await;
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    viewer.line(job.session_id, job.id, "line 1").await;
    leo.redis().kill();
    client.cancel(job.id).await;
    viewer.end(job.session_id, job.id).await;
    assert_eq!(client.job(job.id).await.status, JobStatus::Cancelled);
    let mut database = leo.database().connection().await;
    let asked = sqlx::query_scalar("select cancel_requested_at from jobs");
    let asked: DateTime<Utc> = asked.fetch_one(&mut database).await.unwrap();
    let took = client.job(job.id).await.finished_at.unwrap() - asked;
    assert!(took < SOON, "{took} until the cancel was heard of");
}

/// It is in the table and nobody was told, as when Redis is emptied right behind the hint.
#[tokio::test]
async fn a_job_whose_hint_is_lost_starts_all_the_same() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.client();
    let session = client.new_session().await;
    let mut database = leo.database().connection().await;
    let user: uuid::Uuid = sqlx::query_scalar("select user_id from sessions")
        .fetch_one(&mut database)
        .await
        .unwrap();
    let request = SubmitJob {
        prompt: "write a.txt x".to_owned(),
        ..SubmitJob::default()
    };
    let submit = Submit {
        user: user.into(),
        session: Some(session),
        request: &request,
        retry_of: None,
        idempotency_key: None,
        quotas: Limits::default(),
    };
    let submitted = leo.database().stores().submit(&submit).await.unwrap();
    let Submitted::Accepted(fact) = submitted else {
        panic!("{submitted:?}");
    };
    let job = client.ended(fact.job.unwrap()).await;
    assert_eq!(job.status, JobStatus::Completed);
    assert!(waited(&job) < SOON, "{}", waited(&job));
}

#[tokio::test]
async fn an_emptied_redis_costs_nobody_anything() {
    let mut leo = Leo::in_mode(Mode::Process).own_redis().start().await;
    let client = leo.client();
    let job = client.submit("tick 40 50; write a.txt x").await;
    let session = job.session_id;
    let mut viewer = Repl::viewing(&client, session, 0).await;
    viewer.line(session, job.id, "tick 5").await;
    leo.redis().flush().await;
    let next = client.submit("write a.txt x").await;
    leo.redis().flush().await;
    viewer.end(session, job.id).await;
    let transcript = viewer.transcript(session);
    transcript.assert_whole(job.id);
    assert_eq!(transcript.lines(job.id, LogStream::Stdout).len(), 40);
    let next = client.ended(next.id).await;
    assert_eq!(next.status, JobStatus::Completed);
    assert!(waited(&next) < SOON, "{}", waited(&next));
}

#[tokio::test]
async fn viewers_miss_nothing_while_redis_restarts() {
    let mut leo = Leo::in_mode(Mode::Process)
        .own_redis()
        .apis(2)
        .start()
        .await;
    let (here, there) = (leo.client_of(0), leo.client_of(1));
    let job = here.submit("tick 60 100; write a.txt x").await;
    let session = job.session_id;
    let mut viewers = [
        Repl::viewing(&here, session, 0).await,
        Repl::viewing(&there, session, 0).await,
    ];
    for viewer in &mut viewers {
        viewer.line(session, job.id, "tick 5").await;
    }
    leo.redis().kill();
    for viewer in &mut viewers {
        viewer.line(session, job.id, "tick 20").await;
    }
    leo.redis().restart().await;
    for viewer in &mut viewers {
        viewer.end(session, job.id).await;
    }
    let stored = here.events(session, 1000).await;
    for viewer in &viewers {
        assert_eq!(viewer.transcript(session).raw(), stored.raw());
    }
    let ticks: Vec<_> = (1..=60).map(|n| format!("tick {n}")).collect();
    assert_eq!(stored.lines(job.id, LogStream::Stdout), ticks);
    wait_for("readiness", async || {
        (ready(&leo).await.status == "ok").then_some(())
    })
    .await;
}

/// How many processes hear of the session.
async fn listeners(leo: &mut Leo, session: SessionId) -> u64 {
    let channel = format!("leo:{{{}}}:s:{session}", leo.instance());
    let client = redis::Client::open(leo.redis().url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let mut asked = redis::cmd("PUBSUB");
    asked.arg("NUMSUB").arg(channel);
    let (_, count): (String, u64) = asked.query_async(&mut connection).await.unwrap();
    count
}

async fn heard_by(leo: &mut Leo, session: SessionId, expected: u64) {
    wait_for(&format!("subscription number {expected}"), async || {
        (listeners(leo, session).await == expected).then_some(())
    })
    .await;
}

#[tokio::test]
async fn viewers_share_a_subscription_which_is_made_anew_and_ends_with_the_last_of_them() {
    let mut leo = Leo::in_mode(Mode::Process)
        .workers(0)
        .own_redis()
        .apis(2)
        .start()
        .await;
    let (here, there) = (leo.client_of(0), leo.client_of(1));
    let session = here.new_session().await;
    let mut viewers = Vec::new();
    for _ in 0..20 {
        viewers.push(Repl::viewing(&here, session, 0).await);
    }
    let elsewhere = Repl::viewing(&there, session, 0).await;
    heard_by(&mut leo, session, 2).await;
    // Without its subscriptions Leo would be as correct, and slow for ever.
    leo.redis().kill();
    leo.redis().restart().await;
    heard_by(&mut leo, session, 2).await;
    drop(elsewhere);
    heard_by(&mut leo, session, 1).await;
    viewers.truncate(1);
    let job = here.submit_in(session, "lines 1").await;
    here.cancel(job.id).await;
    viewers[0].end(session, job.id).await;
    assert_eq!(listeners(&mut leo, session).await, 1, "somebody is left");
    drop(viewers);
    heard_by(&mut leo, session, 0).await;
}

#[tokio::test]
async fn viewers_miss_nothing_while_redis_stands_still() {
    let mut leo = Leo::in_mode(Mode::Process)
        .own_redis()
        .set("LEASE_SECONDS", "3")
        .start()
        .await;
    let client = leo.client();
    let job = client.submit("tick 100 100; write a.txt x").await;
    let session = job.session_id;
    let mut viewer = Repl::viewing(&client, session, 0).await;
    viewer.line(session, job.id, "tick 5").await;
    leo.redis().signal(Signal::SIGSTOP);
    viewer.line(session, job.id, "tick 30").await;
    // Whoever comes now cannot be subscribed.
    let other = client.submit("lines 50; write a.txt x").await;
    let mut newcomer = Repl::viewing(&client, other.session_id, 0).await;
    newcomer.end(other.session_id, other.id).await;
    leo.redis().signal(Signal::SIGCONT);
    viewer.end(session, job.id).await;
    let stored = client.events(session, 1000).await;
    assert_eq!(viewer.transcript(session).raw(), stored.raw());
    heard_by(&mut leo, session, 1).await;
}
