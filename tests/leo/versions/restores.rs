//! Going back to an earlier version.

use leo_protocol::http::Session;
use leo_protocol::versions::Diff;
use leo_protocol::{EventKind, JobId, JobStatus, LogStream, SessionId};
use leo_tests::{Client, Leo, Mode, Repl, wait_for};
use serde_json::{Value, json};

use super::{made, session};

async fn restored(client: &Client, job: JobId) -> Session {
    let path = format!("/api/jobs/{job}/restore");
    client.post(&path, &json!({})).await.expect(200)
}

/// What a generator is told that has been said, by the one who says it.
async fn heard(client: &Client, session: SessionId, job: JobId) -> Vec<String> {
    let transcript = client.events(session, 1000).await;
    let printed = transcript.lines(job, LogStream::Stdout).join("\n");
    let input: Value = serde_json::from_str(&printed).unwrap();
    let said = input["conversation"].as_array().unwrap().iter();
    let said = said.filter(|message| message["role"] == "user");
    said.map(|message| message["content"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn the_next_prompt_goes_on_from_the_restored_version() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.client();
    let id = client.new_session().await;
    let first = made(&client, id, "write a.txt one").await;
    let second = made(&client, id, "write a.txt two; write b.txt two").await;
    let before = session(&client, id).await;
    assert_eq!(before.current_job, Some(second.id));
    let mut viewer = Repl::viewing(&client, id, before.last_seq).await;

    let now = restored(&client, first.id).await;
    assert_eq!(
        (now.current_job, now.last_seq),
        (Some(first.id), before.last_seq + 1)
    );
    let told = viewer
        .event(id, "the restore", |event| {
            matches!(event.kind, Some(EventKind::SessionChanged { .. }))
        })
        .await;
    let Some(EventKind::SessionChanged { current_job, .. }) = told.kind else {
        panic!("{told:?}");
    };
    assert_eq!((current_job, told.job_id), (Some(first.id), None));
    let again = restored(&client, first.id).await;
    assert_eq!(again.last_seq, now.last_seq, "nothing is appended");

    let script = "write c.txt three; read ../.leo/job.json; event ;";
    let third = made(&client, id, script).await;
    let files = client.zip(third.id).await;
    assert_eq!(files.keys().collect::<Vec<_>>(), ["a.txt", "c.txt"]);
    assert_eq!(files["a.txt"], b"one");
    assert_eq!(heard(&client, id, third.id).await, ["write a.txt one"]);
    assert_eq!(session(&client, id).await.current_job, Some(third.id));
    let diff: Diff = client
        .get(&format!("/api/jobs/{}/diff", third.id))
        .await
        .expect(200);
    assert_eq!(diff.from, Some(first.id));
    let diff: Diff = client
        .get(&format!("/api/jobs/{}/diff", second.id))
        .await
        .expect(200);
    assert_eq!(diff.from, Some(first.id));

    // Forward again, to the version that was left behind.
    restored(&client, second.id).await;
    let fourth = made(&client, id, "read b.txt; write d.txt 4").await;
    assert_eq!(client.zip(fourth.id).await.len(), 3);
    let diff: Diff = client
        .get(&format!("/api/jobs/{}/diff", fourth.id))
        .await
        .expect(200);
    assert_eq!(diff.from, Some(second.id));
}

#[tokio::test]
async fn a_running_job_keeps_what_it_began_with() {
    let mut leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.client();
    let id = client.new_session().await;
    let first = made(&client, id, "write a.txt one").await;
    let second = made(&client, id, "write a.txt two").await;
    let gate = tempfile::tempdir().unwrap();
    let gate = gate.path().join("go");
    let script = format!(
        "lines 1; until {}; read a.txt; write b.txt x",
        gate.display()
    );
    let third = client.submit_in(id, &script).await;
    let mut viewer = Repl::viewing(&client, id, 0).await;
    viewer.line(id, third.id, "line 1").await;
    let now = restored(&client, first.id).await;
    assert_eq!(now.current_job, Some(first.id));

    // Its attempt is lost: the next one begins with what the first had begun with.
    leo.worker(0).kill();
    leo.start_worker().await;
    let third = client
        .job_when(third.id, "second attempt", |job| job.attempt == 2)
        .await;
    std::fs::write(&gate, "").unwrap();
    assert_eq!(client.ended(third.id).await.status, JobStatus::Completed);
    assert_eq!(client.zip(third.id).await["a.txt"], b"two");
    let diff: Diff = client
        .get(&format!("/api/jobs/{}/diff", third.id))
        .await
        .expect(200);
    assert_eq!(diff.from, Some(second.id));
    wait_for("the result as the current version", async || {
        (session(&client, id).await.current_job == Some(third.id)).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_part_of_an_app_can_be_gone_back_to() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.client();
    let id = client.new_session().await;
    made(&client, id, "write a.txt one").await;
    let failed = client.submit_in(id, "write b.txt half; exit 1").await;
    assert_eq!(client.ended(failed.id).await.status, JobStatus::Failed);
    let now = restored(&client, failed.id).await;
    assert_eq!(now.current_job, Some(failed.id));
    let script = "read ../.leo/job.json; event ; write c.txt x";
    let next = made(&client, id, script).await;
    assert_eq!(client.zip(next.id).await.len(), 3);
    let said = heard(&client, id, next.id).await;
    assert_eq!(said, ["write a.txt one", "write b.txt half; exit 1"]);
}

#[tokio::test]
async fn nothing_cannot_be_restored() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let client = leo.client();
    let job = client.submit("lines 1").await;
    for what in ["restore", "fork", "link"] {
        let path = format!("/api/jobs/{}/{what}", job.id);
        let answer = client.post(&path, &json!({})).await;
        assert_eq!(
            (answer.status, answer.problem().code.as_str()),
            (404, "no_files"),
            "{what}"
        );
    }
    let diff = client.get(&format!("/api/jobs/{}/diff", job.id)).await;
    assert_eq!(diff.problem().code, "no_files");
}
