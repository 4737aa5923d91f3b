//! What a generator is given.

use leo_protocol::runner::PROMPT_ENV_LIMIT;
use leo_protocol::{JobStatus, LogStream};
use leo_tests::{Leo, Mode};
use serde_json::json;

in_both_modes! {
    a_long_prompt_comes_in_a_file,
    a_job_is_told_by_its_environment,
    a_secret_never_reaches_the_stream,
}

async fn a_long_prompt_comes_in_a_file(mode: Mode) {
    let leo = Leo::in_mode(mode).start().await;
    let client = leo.client();
    // Empty commands make it long.
    let script = format!(
        "env PROMPT{}env PROMPT_FILE; write a.txt ä",
        ";".repeat(PROMPT_ENV_LIMIT)
    );
    let job = client.submit(&script).await;
    assert_eq!(client.ended(job.id).await.status, JobStatus::Completed);
    let transcript = client.events(job.session_id, 100).await;
    let lines = transcript.lines(job.id, LogStream::Stdout);
    assert_eq!(lines[0], "PROMPT", "it is not set");
    assert!(lines[1].starts_with("PROMPT_FILE=/"), "{lines:?}");
    assert_eq!(transcript.raw()[0]["prompt"], script);
    assert_eq!(client.file(job.id, "a.txt").await, "ä".as_bytes());
}

async fn a_job_is_told_by_its_environment(mode: Mode) {
    let leo = Leo::in_mode(mode)
        .set("LLM_MODEL", "of-the-house")
        .start()
        .await;
    let client = leo.client();
    let script = "env JOB_ID; env MODE; env MAX_ITERATIONS; env LLM_MODEL; env DATABASE_URL; \
                  env LEO_SECRET_KEY; write a.txt x";
    let body = json!({"prompt": script, "mode": "edit", "maxIterations": 4, "model": "of-the-job"});
    let job: leo_protocol::http::Job = client.post("/api/jobs", &body).await.expect(202);
    client.ended(job.id).await;
    let transcript = client.events(job.session_id, 100).await;
    let expected = [
        &format!("JOB_ID={}", job.id),
        "MODE=edit",
        "MAX_ITERATIONS=4",
        "LLM_MODEL=of-the-job",
        // Nothing of Leo's own.
        "DATABASE_URL",
        "LEO_SECRET_KEY",
    ];
    assert_eq!(transcript.lines(job.id, LogStream::Stdout), expected);
}

/// Inside a container `localhost` is the container.
#[tokio::test]
async fn a_model_server_of_the_machine_is_called_by_the_name_that_containers_know() {
    let leo = Leo::in_mode(Mode::Docker)
        .set("LLM_PROVIDER", "ollama")
        .start()
        .await;
    let client = leo.client();
    let job = client
        .submit("env LLM_BASE_URL; read /etc/hosts; write a.txt x")
        .await;
    client.ended(job.id).await;
    let transcript = client.events(job.session_id, 100).await;
    let lines = transcript.lines(job.id, LogStream::Stdout);
    assert_eq!(
        lines[0],
        "LLM_BASE_URL=http://host.docker.internal:11434/v1"
    );
    let known = lines
        .iter()
        .any(|line| line.ends_with("\thost.docker.internal"));
    assert!(known, "{lines:?}");
}

async fn a_secret_never_reaches_the_stream(mode: Mode) {
    const SECRET: &str = "sk-the-secret-of-this-test";
    let mut leo = Leo::in_mode(mode).set("LLM_API_KEY", SECRET).start().await;
    let client = leo.client();
    // In one piece, and in two that come at different times.
    let script = "env LLM_API_KEY; partial sk-the-secret; sleep 300; partial -of-this-test!; \
                  event {\"type\":\"info\",\"message\":\"sk-the-secret-of-this-test\"}; exit 1";
    let job = client.submit(script).await;
    client.ended(job.id).await;
    let transcript = client.events(job.session_id, 100).await;
    let lines = transcript.lines(job.id, LogStream::Stdout);
    assert_eq!(lines[0], "LLM_API_KEY=***");
    // The prompt is the user's own text; what the generator prints is not.
    let printed: Vec<_> = transcript.raw().into_iter().skip(1).collect();
    assert!(!json!(printed).to_string().contains(SECRET), "{printed:?}");
    assert!(lines[1].starts_with("***!"), "{lines:?}");
    assert!(!leo.worker(0).log().contains(SECRET));
}
