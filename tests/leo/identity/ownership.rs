//! What is somebody else's is answered like what does not exist.

use leo_protocol::repl::{CLOSE_NOT_FOUND, CLOSE_UNAUTHENTICATED, ClientMessage};
use leo_protocol::{JobId, JobStatus, SessionId};
use leo_tests::client::Answer;
use leo_tests::{Client, Leo, Mode, Repl};
use reqwest::Method;
use serde_json::{Value, json};

/// Everything that names a session or a job.
fn requests(session: SessionId, job: JobId) -> Vec<(Method, String, Option<Value>)> {
    let prompt = json!({"prompt": "lines 1"});
    let get = |path: String| (Method::GET, path, None);
    let post = |path: String| (Method::POST, path, None);
    vec![
        get(format!("/api/sessions/{session}")),
        get(format!("/api/sessions/{session}/messages")),
        get(format!("/api/sessions/{session}/events")),
        (
            Method::PATCH,
            format!("/api/sessions/{session}"),
            Some(json!({"title": "mine"})),
        ),
        (
            Method::POST,
            format!("/api/sessions/{session}/jobs"),
            Some(prompt),
        ),
        get(format!("/api/jobs/{job}")),
        get(format!("/api/jobs/{job}/log")),
        get(format!("/api/jobs/{job}/log?search=a")),
        get(format!("/api/jobs/{job}/files")),
        get(format!("/api/jobs/{job}/files/a.txt")),
        get(format!("/api/jobs/{job}/download")),
        post(format!("/api/jobs/{job}/cancel")),
        post(format!("/api/jobs/{job}/retry")),
        get(format!("/api/jobs/{job}/diff")),
        post(format!("/api/jobs/{job}/restore")),
        (
            Method::POST,
            format!("/api/jobs/{job}/fork"),
            Some(json!({})),
        ),
        (
            Method::POST,
            format!("/api/jobs/{job}/link"),
            Some(json!({})),
        ),
        (Method::DELETE, format!("/api/sessions/{session}"), None),
    ]
}

async fn ask(client: &Client, (method, path, body): &(Method, String, Option<Value>)) -> Answer {
    let request = client.request(method.clone(), path);
    Answer::of(match body {
        Some(body) => request.json(body),
        None => request,
    })
    .await
}

/// The problem without what differs from request to request.
fn told(answer: &Answer) -> (u16, String, String, String) {
    let problem = answer.problem();
    (answer.status, problem.code, problem.title, problem.detail)
}

#[tokio::test]
async fn another_users_things_do_not_exist() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let (anna, bob) = (leo.user("anna"), leo.user("bob"));
    let job = anna.submit("write a.txt x").await;
    anna.ended(job.id).await;
    let others = requests(job.session_id, job.id);
    let nobodys = requests(SessionId::generate(), JobId::generate());
    for (others, nobodys) in others.iter().zip(&nobodys) {
        let (theirs, none) = (ask(&bob, others).await, ask(&bob, nobodys).await);
        assert_eq!(theirs.status, 404, "{others:?}");
        assert_eq!(told(&theirs), told(&none), "{others:?}");
    }
    assert_eq!(anna.job(job.id).await.status, JobStatus::Completed);
    assert_eq!(anna.zip(job.id).await.len(), 1);
    let jobs: Value = bob.get("/api/jobs").await.expect(200);
    assert_eq!(jobs["items"], json!([]));
    let sessions: Value = bob.get("/api/sessions").await.expect(200);
    assert_eq!(sessions["items"], json!([]));
    let filtered: Value = bob
        .get(&format!("/api/jobs?sessionId={}", job.session_id))
        .await
        .expect(200);
    assert_eq!(filtered["items"], json!([]));
}

#[tokio::test]
async fn nor_do_they_on_a_socket() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let (anna, bob) = (leo.user("anna"), leo.user("bob"));
    let job = anna.submit("lines 1").await;
    let mut told = Vec::new();
    for (session, job) in [
        (job.session_id, job.id),
        (SessionId::generate(), JobId::generate()),
    ] {
        let mut repl = Repl::connect(&bob).await;
        repl.send(&ClientMessage::GetState {
            session_id: session,
        })
        .await;
        told.push(repl.error().await);
        repl.send(&ClientMessage::CancelGeneration { job_id: job })
            .await;
        told.push(repl.error().await);
        let join = ClientMessage::JoinSession {
            session_id: session,
            after: Some(0),
            batch: false,
        };
        repl.send(&join).await;
        told.push(repl.error().await);
        assert_eq!(repl.closed().await, Some(CLOSE_NOT_FOUND));
    }
    assert_eq!(told[..3], told[3..]);
    assert!(told.iter().all(|(code, _)| code == "not_found"), "{told:?}");
    assert_eq!(anna.job(job.id).await.status, JobStatus::Queued);
}

#[tokio::test]
async fn a_token_that_is_not_good_is_refused_everywhere() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    for token in ["nonsense", "a.b.c", ""] {
        let stranger = leo.client().with_token(token);
        let answer = stranger.get("/api/auth/me").await;
        assert_eq!(
            (answer.status, answer.problem().code.as_str()),
            (401, "unauthorized")
        );
        let mut repl = Repl::connect_unknown(&stranger).await;
        assert_eq!(repl.error().await.0, "unauthorized");
        assert_eq!(repl.closed().await, Some(CLOSE_UNAUTHENTICATED));
    }
}

#[tokio::test]
async fn a_token_in_a_message_says_who_is_there() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let anna = leo.user("anna");
    let me: leo_protocol::http::Me = anna.get("/api/auth/me").await.expect(200);
    let mut repl = Repl::connect(&leo.client()).await;
    let token = anna.token().unwrap().to_owned();
    repl.send(&ClientMessage::Authenticate { token }).await;
    let answer = repl
        .message("authenticated", |message| {
            matches!(
                message,
                leo_protocol::repl::ServerMessage::Authenticated { .. }
            )
        })
        .await;
    let leo_protocol::repl::ServerMessage::Authenticated { user_id, .. } = answer else {
        panic!("{answer:?}");
    };
    assert_eq!(user_id, me.user_id);
}
