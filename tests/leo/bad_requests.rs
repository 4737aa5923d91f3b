//! What cannot be accepted over HTTP: each time a problem document that says why.

use leo_protocol::{JobId, SessionId};
use leo_tests::client::Answer;
use leo_tests::{Client, Leo, Mode};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A request, and the status and code it is refused with.
struct Bad {
    method: Method,
    path: String,
    body: Body,
    status: u16,
    code: &'static str,
}

enum Body {
    None,
    Json(Value),
    Raw(&'static str, Vec<u8>),
}

fn bad(
    method: Method,
    path: impl Into<String>,
    body: Body,
    status: u16,
    code: &'static str,
) -> Bad {
    let path = path.into();
    Bad {
        method,
        path,
        body,
        status,
        code,
    }
}

fn submit(body: Value, status: u16, code: &'static str) -> Bad {
    bad(Method::POST, "/api/jobs", Body::Json(body), status, code)
}

fn raw(kind: &'static str, body: impl Into<Vec<u8>>, status: u16, code: &'static str) -> Bad {
    bad(
        Method::POST,
        "/api/jobs",
        Body::Raw(kind, body.into()),
        status,
        code,
    )
}

fn get(path: impl Into<String>, status: u16, code: &'static str) -> Bad {
    bad(Method::GET, path, Body::None, status, code)
}

/// Refuses all of them, and is well afterwards.
async fn assert_refused(requests: Vec<Bad>) {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let client = leo.client();
    for bad in requests {
        let shown = format!("{} {}", bad.method, bad.path);
        let answer = send(&client, bad.method, &bad.path, bad.body).await;
        let problem = answer.problem();
        assert_eq!(
            (answer.status, problem.code.as_str()),
            (bad.status, bad.code),
            "{shown}: {problem:?}"
        );
        assert_eq!(
            answer.headers["x-request-id"], problem.request_id,
            "{shown}"
        );
    }
    assert_eq!(client.get("/health").await.status, 200);
    let jobs: Value = client.get("/api/jobs").await.expect(200);
    assert_eq!(jobs["items"], json!([]), "nothing was accepted");
}

async fn send(client: &Client, method: Method, path: &str, body: Body) -> Answer {
    let request = client.request(method, path);
    Answer::of(match body {
        Body::None => request,
        Body::Json(value) => request.json(&value),
        Body::Raw(kind, bytes) => request.header("content-type", kind).body(bytes),
    })
    .await
}

#[tokio::test]
async fn bodies() {
    const JSON: &str = "application/json";
    assert_refused(vec![
        raw(JSON, "", 400, "malformed_json"),
        raw(JSON, "{\"prompt\":", 400, "malformed_json"),
        raw(JSON, "{\"prompt\":\"x\"} trailing", 400, "malformed_json"),
        raw(
            JSON,
            b"{\"prompt\":\"\xff\"}".to_vec(),
            400,
            "malformed_json",
        ),
        raw(
            "text/plain",
            "{\"prompt\":\"x\"}",
            415,
            "unsupported_media_type",
        ),
        raw(JSON, vec![b' '; (1 << 20) + 1], 413, "payload_too_large"),
        submit(json!([]), 422, "invalid_field"),
        submit(json!("x"), 422, "invalid_field"),
        submit(json!({}), 422, "invalid_field"),
    ])
    .await;
}

/// Most clients send everything before they look for an answer, and say nothing but "reset" when
/// the connection ends before.
#[tokio::test]
async fn whoever_sends_far_too_much_is_told_when_he_has() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let client = leo.client();
    let address = client.base().trim_start_matches("http://").to_owned();
    // Far more than the buffers on the way hold.
    let body = vec![b' '; 15 << 20];
    let head = format!(
        "POST /api/jobs HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let mut connection = TcpStream::connect(&address).await.unwrap();
    connection.write_all(head.as_bytes()).await.unwrap();
    connection.write_all(&body).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 413 ") && answer.contains("payload_too_large"),
        "{answer}"
    );
}

#[tokio::test]
async fn fields() {
    assert_refused(vec![
        submit(json!({"prompt": ""}), 422, "invalid_field"),
        submit(json!({"prompt": " \n "}), 422, "invalid_field"),
        submit(json!({"prompt": 7}), 422, "invalid_field"),
        submit(json!({"prompt": null}), 422, "invalid_field"),
        submit(json!({"prompt": "a\u{0}b"}), 422, "invalid_field"),
        submit(
            json!({"prompt": "x".repeat(100_000)}),
            422,
            "prompt_too_long",
        ),
        submit(
            json!({"prompt": "x", "mode": "dance"}),
            422,
            "invalid_field",
        ),
        submit(
            json!({"prompt": "x", "maxIterations": 0}),
            422,
            "invalid_field",
        ),
        submit(
            json!({"prompt": "x", "maxIterations": "many"}),
            422,
            "invalid_field",
        ),
        submit(
            json!({"prompt": "x", "maxIterations": -1}),
            422,
            "invalid_field",
        ),
        submit(
            json!({"prompt": "x", "priority": 1000}),
            422,
            "invalid_field",
        ),
        submit(
            json!({"prompt": "x", "priority": 100_000}),
            422,
            "invalid_field",
        ),
        submit(json!({"prompt": "x", "model": ""}), 422, "invalid_field"),
        submit(
            json!({"prompt": "x", "runAt": "2130-01-01T00:00:00Z"}),
            422,
            "invalid_field",
        ),
        submit(json!({"prompt": "x", "budget": {}}), 422, "invalid_field"),
        submit(
            json!({"prompt": "x", "budget": {"tokens": -1}}),
            422,
            "invalid_field",
        ),
        submit(
            json!({"prompt": "x", "budget": {"usd": 0}}),
            422,
            "invalid_field",
        ),
        submit(
            json!({"prompt": "x", "budget": {"hours": 1}}),
            422,
            "unknown_field",
        ),
        submit(json!({"prompt": "x", "promt": "y"}), 422, "unknown_field"),
    ])
    .await;
}

#[tokio::test]
async fn paths_methods_and_parameters() {
    let (session, job) = (SessionId::generate(), JobId::generate());
    let prompt = || Body::Json(json!({"prompt": "x"}));
    assert_refused(vec![
        get("/health/nowhere", 404, "not_found"),
        get("/api/nowhere", 404, "not_found"),
        get("/api/jobs/not-an-id", 404, "not_found"),
        get(format!("/api/jobs/{job}"), 404, "not_found"),
        get(format!("/api/jobs/{job}/files/%00"), 404, "not_found"),
        get(
            format!("/api/jobs/{job}/files/../../etc/passwd"),
            404,
            "not_found",
        ),
        get(format!("/api/sessions/{session}"), 404, "not_found"),
        get(format!("/api/sessions/{session}/events"), 404, "not_found"),
        bad(
            Method::POST,
            format!("/api/sessions/{session}/jobs"),
            prompt(),
            404,
            "not_found",
        ),
        bad(
            Method::POST,
            format!("/api/jobs/{job}/cancel"),
            Body::None,
            404,
            "not_found",
        ),
        bad(
            Method::PUT,
            "/api/jobs",
            prompt(),
            405,
            "method_not_allowed",
        ),
        bad(
            Method::DELETE,
            format!("/api/jobs/{job}"),
            Body::None,
            405,
            "method_not_allowed",
        ),
        bad(
            Method::POST,
            "/health",
            Body::None,
            405,
            "method_not_allowed",
        ),
        get("/api/jobs?limit=0", 422, "invalid_field"),
        get("/api/jobs?limit=many", 422, "invalid_field"),
        get("/api/jobs?status=asleep", 422, "invalid_field"),
        get("/api/jobs?sessionId=x", 422, "invalid_field"),
        get("/api/jobs?cursor=x", 422, "invalid_field"),
        get("/api/sessions?cursor=%ff", 422, "invalid_field"),
        bad(
            Method::POST,
            "/api/sessions",
            Body::Json(json!({"title": ""})),
            422,
            "invalid_field",
        ),
        get("/ws", 400, "bad_request"),
    ])
    .await;
}

#[tokio::test]
async fn events_parameters() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let client = leo.client();
    let session = client.new_session().await;
    for query in ["limit=0", "limit=1001", "after=-1", "after=x"] {
        let answer = client
            .get(&format!("/api/sessions/{session}/events?{query}"))
            .await;
        assert_eq!(
            (answer.status, answer.problem().code.as_str()),
            (422, "invalid_field"),
            "{query}"
        );
    }
    let job = client.submit("lines 1").await;
    for query in [
        "format=pdf",
        "search=",
        "search=a(&regex=true",
        "search=a&format=text",
        "search=a&download=true",
        "search=a&limit=0",
        "search=a&limit=10001",
        "search=a&afterLine=x",
        "search=a&regex=yes",
        "regex=true",
        "caseSensitive=false",
        "limit=1",
        "afterLine=1",
    ] {
        let answer = client
            .get(&format!("/api/jobs/{}/log?{query}", job.id))
            .await;
        assert_eq!(
            (answer.status, answer.problem().code.as_str()),
            (422, "invalid_field"),
            "{query}"
        );
    }
    let key = client
        .request(Method::POST, "/api/jobs")
        .header("Idempotency-Key", "\u{e4}");
    let answer = Answer::of(key.json(&json!({"prompt": "x"}))).await;
    assert_eq!(
        (answer.status, answer.problem().code.as_str()),
        (422, "invalid_field")
    );
}

#[tokio::test]
async fn pages_of_other_sites() {
    let leo = Leo::in_mode(Mode::Process).workers(0).start().await;
    let client = leo.client();
    let cases = [
        ("origin", "https://evil.example", 403, "cross_origin"),
        ("host", "evil.example", 421, "wrong_host"),
        ("x-forwarded-for", "10.0.0.7", 401, "unauthorized"),
        ("authorization", "Basic eDp5", 401, "unauthorized"),
    ];
    for (name, value, status, code) in cases {
        let request = client
            .request(Method::POST, "/api/jobs")
            .header(name, value);
        let answer = Answer::of(request.json(&json!({"prompt": "x"}))).await;
        assert_eq!(
            (answer.status, answer.problem().code.as_str()),
            (status, code),
            "{name}"
        );
    }
}
