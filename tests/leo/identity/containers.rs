//! The tokens of containers open their own doors and no others, and nobody else's credentials open
//! those.

use leo_protocol::account::Scope;
use leo_protocol::repl::CLOSE_UNAUTHENTICATED;
use leo_tests::client::runner::Refusal;
use leo_tests::{Leo, Mode, Repl, Runner};
use reqwest::Method;
use serde_json::json;

use super::keys::by_key;
use super::sockets::{end, ticket};

/// Everything that a container may ask for by HTTP.
const DOORS: [(Method, &str); 4] = [
    (Method::GET, "input"),
    (Method::GET, "input/files"),
    (Method::POST, "artifact"),
    (Method::PUT, "upload"),
];

/// An installation with a job whose container is told to dial in.
async fn with_job() -> (Leo, leo_protocol::http::Job) {
    let leo = Leo::in_mode(Mode::Process)
        .set("GENERATOR_TRANSPORT", "websocket")
        .set("LEO_RUNNER_URL", "ws://127.0.0.1:9")
        .start()
        .await;
    let job = leo.user("anna").submit("hang").await;
    let job = leo
        .user("anna")
        .job_when(job.id, "start of the job", |job| job.attempt == 1)
        .await;
    (leo, job)
}

#[tokio::test]
async fn a_containers_token_is_no_users_credential() {
    let (leo, job) = with_job().await;
    let url = leo.runner_url(0, job.id, 1);
    let token = url.split_once("token=").unwrap().1;
    let container = leo.client().with_token(token);
    for path in [
        "/api/auth/me".to_owned(),
        "/api/sessions".to_owned(),
        format!("/api/jobs/{}", job.id),
        format!("/api/sessions/{}/events", job.session_id),
        "/api/keys".to_owned(),
        "/api/fleet".to_owned(),
    ] {
        let answer = container.get(&path).await;
        let refused = (401, "unauthorized".to_owned());
        assert_eq!((answer.status, answer.problem().code), refused, "{path}");
    }
    let cancel = format!("/api/jobs/{}/cancel", job.id);
    assert_eq!(container.post(&cancel, &json!({})).await.status, 401);
    for mut repl in [
        Repl::connect_unknown(&container).await,
        Repl::connect_with(&leo.client(), &format!("?token={token}"), &[]).await,
    ] {
        let refused = ("unauthorized".to_owned(), Some(CLOSE_UNAUTHENTICATED));
        assert_eq!(end(&mut repl).await, refused);
    }
    leo.user("anna").cancel(job.id).await;
    leo.user("anna").ended(job.id).await;
}

#[tokio::test]
async fn no_users_credential_opens_a_containers_door() {
    let (leo, job) = with_job().await;
    let anna = leo.user("anna");
    let admin = by_key(&anna, Scope::Admin).await;
    let socket = leo.runner_url(0, job.id, 1);
    let socket = socket.split_once('?').unwrap().0;
    let refused = || Refusal {
        code: "bad_token".to_owned(),
        close: CLOSE_UNAUTHENTICATED,
    };
    for client in [leo.client(), anna.clone(), admin] {
        for (method, door) in DOORS {
            let path = format!("/api/runner/{}/{door}", job.id);
            let body = json!({"size": 1, "sha256": "0".repeat(64)});
            let request = client.request(method, &path).json(&body);
            let answer = leo_tests::client::Answer::of(request).await;
            let code = answer.problem().code;
            assert_eq!((answer.status, code.as_str()), (401, "bad_token"), "{path}");
        }
        let token = client.token().unwrap_or_default();
        for url in [
            format!("{socket}?token={token}"),
            format!("{socket}?ticket={}", ticket(&client).await),
            socket.replace("/ws/jobs/", "/ws/job_"),
        ] {
            assert_eq!(Runner::dial(&url).await.refused().await, refused(), "{url}");
        }
    }
    anna.cancel(job.id).await;
    anna.ended(job.id).await;
}
