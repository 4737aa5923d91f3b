//! What a container's token opens, and what not.

use leo_protocol::http::Job;
use leo_protocol::runner::{RunnerInput, UploadTicket};
use leo_protocol::{JobId, JobStatus, Mode as JobMode};
use leo_tests::client::Answer;
use leo_tests::{Leo, Mode};
use reqwest::Method;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{remote, waiting};

/// A container, as far as HTTP goes.
pub(super) struct Visitor {
    http: reqwest::Client,
    base: String,
    token: String,
}

impl Visitor {
    /// The container of an attempt.
    pub(super) fn of(leo: &Leo, job: JobId, attempt: u32) -> Self {
        let url = leo.runner_url(0, job, attempt);
        let (address, token) = url.split_once("?token=").unwrap();
        let server = address.split_once("/ws/").unwrap().0;
        Self {
            http: reqwest::Client::new(),
            base: format!("{}/api/runner/{job}", server.replacen("ws", "http", 1)),
            token: token.to_owned(),
        }
    }

    pub(super) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.request(method, format!("{}/{path}", self.base));
        request.bearer_auth(&self.token)
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    pub(super) async fn announce(&self, size: usize, sha256: &str) -> Answer {
        let body = json!({"size": size, "sha256": sha256});
        Answer::of(self.request(Method::POST, "artifact").json(&body)).await
    }

    /// Announces `bytes` and gives the ticket for them.
    pub(super) async fn ticket(&self, bytes: &[u8]) -> UploadTicket {
        let answer = self.announce(bytes.len(), &hex(bytes)).await;
        answer.expect(200)
    }

    /// Does what a ticket says.
    pub(super) async fn put(&self, ticket: &UploadTicket, bytes: &[u8]) -> Answer {
        let beside = url::Url::parse(&format!("{}/artifact", self.base)).unwrap();
        let url = beside.join(&ticket.url).unwrap();
        let mut request = self.http.put(url).body(bytes.to_vec());
        for (name, value) in &ticket.headers {
            request = request.header(name, value);
        }
        Answer::of(request).await
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A job whose generator waits.
async fn running(leo: &Leo) -> Job {
    let client = leo.client();
    let body = json!({"prompt": "A slow garden", "mode": "autonomous", "model": "of-the-job"});
    let job: Job = client.post("/api/jobs", &body).await.expect(202);
    client
        .job_when(job.id, "start of the job", |job| job.attempt == 1)
        .await
}

fn code(answer: &Answer) -> (u16, String) {
    (answer.status, answer.problem().code)
}

#[tokio::test]
async fn a_token_opens_the_present_attempt_of_its_job_and_nothing_else() {
    let (_gate, program) = waiting();
    let leo = remote(Mode::Process)
        .set("GENERATOR_COMMAND", &program)
        .set("LLM_API_KEY", "sk-of-the-house")
        .start()
        .await;
    let job = running(&leo).await;
    let visitor = Visitor::of(&leo, job.id, 1);
    let input: RunnerInput = leo_tests::wait_for("input", async || {
        let answer = visitor.get("input").await;
        (answer.status == 200).then(|| answer.expect(200))
    })
    .await;
    assert_eq!(
        (input.job.job_id, input.job.attempt, input.job.mode),
        (job.id, 1, JobMode::Autonomous)
    );
    assert_eq!(input.job.prompt, "A slow garden");
    assert_eq!(input.settings["LLM_PROVIDER"], "demo");
    assert_eq!(input.settings["LLM_API_KEY"], "sk-of-the-house");
    assert_eq!(input.settings["LLM_MODEL"], "of-the-job");
    let files = visitor.get("input/files").await;
    assert_eq!(files.headers["content-type"], "application/gzip");
    assert_eq!(files.bytes(200)[..2], [0x1f, 0x8b]);

    let other = Visitor {
        token: Visitor::of(&leo, JobId::generate(), 1).token,
        ..Visitor::of(&leo, job.id, 1)
    };
    let later = Visitor::of(&leo, job.id, 2);
    let unknown = Visitor::of(&leo, JobId::generate(), 1);
    for path in ["input", "input/files"] {
        assert_eq!(code(&other.get(path).await), (401, "bad_token".into()));
        assert_eq!(code(&later.get(path).await), (409, "superseded".into()));
        assert_eq!(code(&unknown.get(path).await), (404, "not_found".into()));
    }
    let bare = Answer::of(visitor.http.get(format!("{}/input", visitor.base))).await;
    assert_eq!(code(&bare), (401, "bad_token".into()));
    let hash = hex(b"x");
    assert_eq!(code(&other.announce(1, &hash).await).0, 401);
    assert_eq!(code(&later.announce(1, &hash).await).0, 409);
    // The door for people does not open, and theirs is none for containers.
    let jobs = format!("/api/jobs/{}", job.id);
    let person = leo.client().with_token(&visitor.token).get(&jobs).await;
    assert_eq!(person.status, 401);

    let cancel = format!("{jobs}/cancel");
    leo.client().post(&cancel, &json!({})).await;
    let ended = leo.client().ended(job.id).await;
    assert_eq!(ended.status, JobStatus::Cancelled);
    assert_eq!(code(&visitor.get("input").await), (409, "job_ended".into()));
    let late = visitor.announce(1, &hash).await;
    assert_eq!(code(&late), (409, "job_ended".into()));
}

#[tokio::test]
async fn only_what_was_announced_is_taken() {
    let (_gate, program) = waiting();
    let leo = remote(Mode::Process)
        .set("GENERATOR_COMMAND", &program)
        .set("WORKSPACE_LIMIT", "1MiB")
        .start()
        .await;
    let job = running(&leo).await;
    let visitor = Visitor::of(&leo, job.id, 1);
    let none = visitor.request(Method::PUT, "upload").body("x");
    assert_eq!(code(&Answer::of(none).await), (409, "not_announced".into()));
    let large = visitor.announce(1 << 30, &hex(b"x")).await;
    assert_eq!(code(&large), (413, "workspace_too_large".into()));
    assert_eq!(code(&visitor.announce(1, "x").await).0, 422);
    let odd = json!({"size": -1, "sha256": hex(b"x")});
    let odd = visitor.request(Method::POST, "artifact").json(&odd);
    assert_eq!(Answer::of(odd).await.status, 422);

    let bytes = vec![7; 300_000];
    let ticket = visitor.ticket(&bytes).await;
    assert_eq!(
        (ticket.method.as_str(), ticket.url.as_str()),
        ("PUT", "upload")
    );
    let longer = [&bytes[..], b"x"].concat();
    let mut other = bytes.clone();
    other[0] = 8;
    for wrong in [&longer[..], &bytes[1..], &other[..]] {
        let answer = visitor.put(&ticket, wrong).await;
        assert_eq!(code(&answer), (422, "not_as_announced".into()));
    }
    // As often as it takes: an answer may be lost.
    for _ in 0..2 {
        assert_eq!(visitor.put(&ticket, &bytes).await.status, 204);
    }
    let cancel = format!("/api/jobs/{}/cancel", job.id);
    leo.client().post(&cancel, &json!({})).await;
    leo.client().ended(job.id).await;
}
