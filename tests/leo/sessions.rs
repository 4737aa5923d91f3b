//! A session goes on: files, conversation and state are carried from job to job.

use leo_protocol::http::{Conversation, Session};
use leo_protocol::runner::Role;
use leo_protocol::{FailureReason, JobStatus, LogStream};
use leo_tests::{Leo, Mode};
use serde_json::{Value, json};

in_both_modes! {
    a_second_prompt_goes_on_from_the_firsts_files,
    a_failed_job_leaves_the_sessions_files_alone,
    a_retry_goes_on_from_what_was_kept,
}

async fn a_second_prompt_goes_on_from_the_firsts_files(mode: Mode) {
    let leo = Leo::in_mode(mode).start().await;
    let client = leo.client();
    let first = client.submit("write src/a.txt one; write b.txt two").await;
    let session = first.session_id;
    assert_eq!(client.ended(first.id).await.status, JobStatus::Completed);
    let script = "read src/a.txt; write b.txt three; read ../.leo/job.json; event ;";
    let second = client.submit_in(session, script).await;
    assert_eq!(client.ended(second.id).await.status, JobStatus::Completed);

    let files = client.zip(second.id).await;
    assert_eq!(files.len(), 2, "{files:?}");
    assert_eq!(
        (&files["src/a.txt"][..], &files["b.txt"][..]),
        (&b"one"[..], &b"three"[..])
    );
    assert_eq!(
        client.zip(first.id).await["b.txt"],
        b"two",
        "what was, stays"
    );

    let transcript = client.events(session, 1000).await;
    let printed = transcript.lines(second.id, LogStream::Stdout).join("\n");
    // The file has no newline, so the job's description begins on the same line.
    let input: Value = serde_json::from_str(printed.strip_prefix("one").unwrap()).unwrap();
    assert_eq!(
        (&input["prompt"], &input["attempt"]),
        (&json!(script), &json!(1))
    );
    assert_eq!(
        input["conversation"][0]["content"],
        "write src/a.txt one; write b.txt two"
    );

    let path = format!("/api/sessions/{session}/messages");
    let told = client.get(&path).await.expect::<Conversation>(200).messages;
    let prompts = told.iter().filter(|message| message.role == Role::User);
    let prompts: Vec<_> = prompts.map(|message| message.job_id).collect();
    assert_eq!(prompts, [first.id, second.id]);
}

async fn a_failed_job_leaves_the_sessions_files_alone(mode: Mode) {
    let leo = Leo::in_mode(mode).start().await;
    let client = leo.client();
    let good = client.submit("write a.txt one").await;
    let session = good.session_id;
    client.ended(good.id).await;
    let before: Session = client
        .get(&format!("/api/sessions/{session}"))
        .await
        .expect(200);
    let bad = client
        .submit_in(session, "write a.txt broken; exit 1")
        .await;
    assert_eq!(client.ended(bad.id).await.status, JobStatus::Failed);
    let after: Session = client
        .get(&format!("/api/sessions/{session}"))
        .await
        .expect(200);
    assert_eq!(after.current_artifact, before.current_artifact);
    let next = client.submit_in(session, "write b.txt two").await;
    assert_eq!(client.ended(next.id).await.status, JobStatus::Completed);
    assert_eq!(client.zip(next.id).await["a.txt"], b"one");
}

async fn a_retry_goes_on_from_what_was_kept(mode: Mode) {
    let leo = Leo::in_mode(mode).start().await;
    let client = leo.client();
    let script = "event {\"type\":\"checkpoint\",\"phase\":1,\"state\":{\"next\":2}}; \
                  once ../.leo/mark 9; read ../.leo/job.json; event ; write a.txt x";
    let first = client.submit(script).await;
    let first = client.ended(first.id).await;
    assert_eq!(first.error.unwrap().reason, FailureReason::ExitCode);
    let second = client.retry(first.id).await;
    assert_eq!(
        (second.retry_of, second.session_id),
        (Some(first.id), first.session_id)
    );
    assert_eq!(second.prompt, first.prompt);
    let second = client.ended(second.id).await;
    assert_eq!(second.status, JobStatus::Completed, "{:?}", second.error);
    let transcript = client.events(first.session_id, 1000).await;
    let printed = transcript.lines(second.id, LogStream::Stdout).join("\n");
    let input: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(input["resume"], json!({"next": 2}));
    assert_eq!(
        client.job(first.id).await.status,
        JobStatus::Failed,
        "terminal is final"
    );
}

#[tokio::test]
async fn what_has_not_ended_is_not_retried() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let client = leo.client();
    let job = client.submit("lines 1").await;
    let answer = client
        .post(&format!("/api/jobs/{}/retry", job.id), &json!({}))
        .await;
    assert_eq!(
        (answer.status, answer.problem().code.as_str()),
        (409, "job_not_finished")
    );
}

#[tokio::test]
async fn a_session_is_listed_renamed_and_paged() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let client = leo.client();
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(client.new_session().await);
    }
    let path = format!("/api/sessions/{}", made[0]);
    let rename = client
        .request(reqwest::Method::PATCH, &path)
        .json(&json!({"title": "Frogs"}));
    let renamed: Session = leo_tests::client::Answer::of(rename).await.expect(200);
    assert_eq!((renamed.title.as_str(), renamed.last_seq), ("Frogs", 1));
    let events = client.events(made[0], 10).await;
    assert_eq!(events.raw()[0]["title"], "Frogs");
    assert!(events.events()[0].job_id.is_none());

    let mut listed = Vec::new();
    let mut path = "/api/sessions?limit=2".to_owned();
    loop {
        let page: leo_protocol::http::Page<Session> = client.get(&path).await.expect(200);
        listed.extend(page.items.iter().map(|session| session.id));
        let Some(cursor) = page.next_cursor else {
            break;
        };
        path = format!("/api/sessions?limit=2&cursor={cursor}");
    }
    assert_eq!(listed[0], made[0], "the latest change first");
    listed.sort();
    made.sort();
    assert_eq!(listed, made);
}

#[tokio::test]
async fn sessions_are_found_by_what_they_are_about() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.client();
    let frogs = client
        .submit("lines 1; event 100% \u{d6}ko_frogs; write a.txt x")
        .await;
    let failed = client.submit("event frogs\\; exit 1").await;
    let renamed = client.submit("lines 2; write a.txt x").await;
    for job in [&frogs, &failed, &renamed] {
        client.ended(job.id).await;
    }
    // The last prompt counts, and the title.
    let again = client
        .submit_in(renamed.session_id, "lines 3; write b.txt y")
        .await;
    client.ended(again.id).await;
    let path = format!("/api/sessions/{}", renamed.session_id);
    let rename = client
        .request(reqwest::Method::PATCH, &path)
        .json(&json!({"title": "Frogs & co"}));
    assert_eq!(leo_tests::client::Answer::of(rename).await.status, 200);
    let empty = client.new_session().await;

    let found = async |client: &leo_tests::Client, query: &[(&str, &str)]| {
        let answer = client.get_with("/api/sessions", query).await;
        let page: leo_protocol::http::Page<Session> = answer.expect(200);
        page.items
            .iter()
            .map(|session| session.id)
            .collect::<Vec<_>>()
    };
    let all = [renamed.session_id, failed.session_id, frogs.session_id];
    let mut some = found(&client, &[("search", "FROGS")]).await;
    assert_eq!(some[0], all[0], "the latest change first");
    some.sort();
    let mut sorted = all;
    sorted.sort();
    assert_eq!(some, sorted);
    assert_eq!(found(&client, &[("search", "\u{f6}KO")]).await, all[2..]);
    for literal in ["100% ", "ko_f", "frogs\\"] {
        assert_eq!(
            found(&client, &[("search", literal)]).await.len(),
            1,
            "{literal}"
        );
    }
    for nothing in ["1_0", "%frogs", "lines 2"] {
        assert!(
            found(&client, &[("search", nothing)]).await.is_empty(),
            "{nothing}"
        );
    }
    assert_eq!(found(&client, &[("status", "failed")]).await, all[1..2]);
    let both = [("search", "frogs"), ("status", "completed")];
    assert_eq!(found(&client, &both).await, [all[0], all[2]]);
    assert!(found(&client, &[("status", "queued")]).await.is_empty());
    assert_eq!(found(&client, &[]).await[0], empty);
    assert!(
        found(&leo.user("eve"), &[("search", "frogs")])
            .await
            .is_empty()
    );

    // Pages go on within what was found.
    let path = "/api/sessions?search=frogs&limit=2";
    let page: leo_protocol::http::Page<Session> = client.get(path).await.expect(200);
    let next = format!("{path}&cursor={}", page.next_cursor.unwrap());
    let rest: leo_protocol::http::Page<Session> = client.get(&next).await.expect(200);
    assert_eq!((rest.items.len(), rest.next_cursor), (1, None));
    for refused in ["search=", "status=running"] {
        let answer = client.get(&format!("/api/sessions?{refused}")).await;
        assert_eq!(answer.problem().code, "invalid_field");
    }
}
