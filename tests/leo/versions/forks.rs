//! Sessions that begin with a version of another one.

use leo_protocol::http::{Conversation, Job, Page, Session};
use leo_protocol::limits::Quotas;
use leo_protocol::runner::Role;
use leo_protocol::{EventKind, JobId, LogStream};
use leo_tests::client::Answer;
use leo_tests::{Client, Leo, Mode, wait_for};
use reqwest::Method;
use serde_json::{Value, json};

use super::{made, session};

async fn forked(client: &Client, job: JobId, body: Value) -> Session {
    let path = format!("/api/jobs/{job}/fork");
    client.post(&path, &body).await.expect(201)
}

#[tokio::test]
async fn a_fork_lives_on_without_its_source() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.client();
    let source = client.new_session().await;
    made(&client, source, "write a.txt one").await;
    let second = made(&client, source, "write a.txt two; write b.txt two").await;
    made(&client, source, "write a.txt three").await;

    let fork = forked(&client, second.id, json!({})).await;
    let origin = fork.forked_from.unwrap();
    assert_eq!((origin.session_id, origin.job_id), (source, second.id));
    assert!(fork.title.ends_with(" (fork)"), "{}", fork.title);
    let own = fork.current_job.unwrap();
    assert_ne!(own, second.id);
    let bytes = async |job: JobId| {
        client
            .get(&format!("/api/jobs/{job}/download"))
            .await
            .bytes(200)
    };
    assert_eq!(bytes(own).await, bytes(second.id).await);
    let events = client.events(fork.id, 10).await;
    assert!(matches!(&events.events()[0].kind,
        Some(EventKind::SessionChanged { forked_from: Some(from), .. }) if *from == origin));
    let log = client.get(&format!("/api/jobs/{own}/log")).await;
    assert_eq!(log.bytes(200), b"");

    let packs = leo.artifacts().join(format!("sessions/{source}"));
    let gone = Answer::of(client.request(Method::DELETE, &format!("/api/sessions/{source}"))).await;
    assert_eq!(gone.status, 204);
    // As the reconciler does when the time of a deleted session is over.
    std::fs::remove_dir_all(&packs).unwrap();
    let mut database = leo.database().connection().await;
    let delete = sqlx::query("delete from sessions where id = $1").bind(source.uuid());
    delete.execute(&mut database).await.unwrap();

    let script = "read ../.leo/job.json; event ; write c.txt x";
    let next = made(&client, fork.id, script).await;
    let files = client.zip(next.id).await;
    assert_eq!(
        files.keys().collect::<Vec<_>>(),
        ["a.txt", "b.txt", "c.txt"]
    );
    assert_eq!(files["a.txt"], b"two");
    let said = ["write a.txt one", "write a.txt two; write b.txt two"];
    let transcript = client.events(fork.id, 1000).await;
    let printed = transcript.lines(next.id, LogStream::Stdout).join("\n");
    let input: Value = serde_json::from_str(&printed).unwrap();
    let heard = input["conversation"].as_array().unwrap().iter();
    let heard: Vec<_> = heard
        .filter(|one| one["role"] == "user")
        .map(|one| one["content"].clone())
        .collect();
    assert_eq!(heard, said);
    let path = format!("/api/sessions/{}/messages", fork.id);
    let told: Conversation = client.get(&path).await.expect(200);
    let told: Vec<_> = told
        .messages
        .into_iter()
        .filter(|one| one.role == Role::User)
        .map(|one| one.content)
        .collect();
    assert_eq!(told, [said[0], said[1], script]);
    assert_eq!(session(&client, fork.id).await.current_job, Some(next.id));

    // A fork of a fork, and a retry of what it began with.
    let again = forked(&client, next.id, json!({"title": "Twice"})).await;
    assert_eq!(
        (
            again.title.as_str(),
            client.zip(again.current_job.unwrap()).await.len()
        ),
        ("Twice", 3)
    );
    let retried = client.retry(own).await;
    client.ended(retried.id).await;
    assert_eq!(client.zip(retried.id).await["b.txt"], b"two");
}

#[tokio::test]
async fn the_same_key_gives_the_same_fork() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.client();
    let source = client.new_session().await;
    let job = made(&client, source, "write a.txt one").await;
    let path = format!("/api/jobs/{}/fork", job.id);
    let ask = async |body: Value| {
        let request = client.request(Method::POST, &path).json(&body);
        Answer::of(request.header("idempotency-key", "once")).await
    };
    let answers = futures_util::future::join_all((0..8).map(|_| ask(json!({})))).await;
    let ids: Vec<_> = answers
        .iter()
        .map(|answer| answer.expect::<Session>(201).id)
        .collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    let other = ask(json!({"title": "other"})).await;
    assert_eq!(
        (other.status, other.problem().code.as_str()),
        (409, "idempotency_conflict")
    );
    let sessions: Page<Session> = client.get("/api/sessions").await.expect(200);
    assert_eq!(sessions.items.len(), 2);
    let jobs: Page<Job> = client.get("/api/jobs").await.expect(200);
    assert_eq!(jobs.items.len(), 2);
    // What lost the race has left no copy.
    wait_for("one copy", async || {
        let copies = std::fs::read_dir(leo.artifacts().join("sessions")).unwrap();
        let copies = copies.filter(|folder| {
            let folder = folder.as_ref().unwrap().path();
            walk(&folder) > 0
        });
        (copies.count() == 2).then_some(())
    })
    .await;
}

/// Files below a folder.
fn walk(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .map(|path| if path.is_dir() { walk(&path) } else { 1 })
        .sum()
}

#[tokio::test]
async fn a_fork_counts_in_the_quotas() {
    let leo = Leo::in_mode(Mode::Process)
        .set("QUOTA_SESSIONS", "3")
        .set("QUOTA_STORAGE", "100000")
        .start()
        .await;
    let anna = leo.user("anna");
    let source = anna.new_session().await;
    let job = made(&anna, source, "pattern a.bin 30000").await;
    let used = async || anna.get("/api/quotas").await.expect::<Quotas>(200).usage;
    let before = used().await;
    forked(&anna, job.id, json!({})).await;
    let after = used().await;
    assert_eq!((after.sessions, after.storage), (2, 2 * before.storage));
    assert_eq!(after.jobs_today, before.jobs_today);
    forked(&anna, job.id, json!({})).await;
    let path = format!("/api/jobs/{}/fork", job.id);
    let full = anna.post(&path, &json!({})).await;
    assert_eq!(
        (full.status, full.problem().code.as_str()),
        (429, "quota_sessions")
    );
    let gone = format!("/api/sessions/{source}");
    let third = anna
        .get("/api/sessions")
        .await
        .expect::<Page<Session>>(200)
        .items[0]
        .id;
    assert_eq!(
        Answer::of(anna.request(Method::DELETE, &format!("/api/sessions/{third}")))
            .await
            .status,
        204
    );
    let full = anna.post(&path, &json!({})).await;
    assert_eq!(full.problem().code, "quota_storage", "{gone}");
}
