//! The generator with a model, run by Leo: from a prompt to an app, and what is left where it ends early.

use std::time::{Duration, Instant};

use leo_protocol::http::Job;
use leo_protocol::{EventKind, FailureReason, JobStatus};
use leo_tests::agent::{Story, marker};
use leo_tests::model_server::{Asked, ModelServer, Reply, quirks};
use leo_tests::{Client, Leo, Mode, Repl, wait_for};
use serde_json::json;

in_both_modes! {
    a_prompt_becomes_an_app,
    a_cancel_reaches_the_provider_within_a_second,
    a_retry_after_a_crash_goes_on_in_the_second_phase,
}

/// What a cancel may take until the provider sees the end of its request.
const PROMPTLY: Duration = Duration::from_secs(1);

async fn assert_board(client: &Client, job: &Job) {
    for path in ["index.html", "styles.css", "app.js"] {
        let text = client.file(job.id, path).await;
        assert_eq!(
            String::from_utf8(text).unwrap(),
            Story::board().file(path),
            "{path}"
        );
    }
}

fn phases(job: &Job, events: &leo_tests::Transcript) -> Vec<u32> {
    let events = events.of_job(job.id);
    let designing = events.filter_map(|event| match event.kind {
        Some(EventKind::PhaseDesigning { phase_number }) => Some(phase_number),
        _ => None,
    });
    designing.collect()
}

async fn a_prompt_becomes_an_app(mode: Mode) {
    let story = Story::board();
    let server =
        ModelServer::start(move |asked| quirks::openrouter::reply(asked, &story.answer(asked)))
            .await;
    let leo = Leo::in_mode(mode).model(&server).start().await;
    let client = leo.client();
    let job = client.submit("a bakery board").await;
    let job = client.ended(job.id).await;
    assert_eq!((job.status, &job.error), (JobStatus::Completed, &None));
    assert_board(&client, &job).await;
    let transcript = client.events(job.session_id, 1000).await;
    transcript.assert_whole(job.id);
    let types = transcript.types(job.id);
    for wanted in [
        "checkpoint",
        "server_started",
        "usage",
        "deps_installed",
        "progress",
    ] {
        assert!(
            types.iter().any(|kind| kind == wanted),
            "{wanted}: {types:?}"
        );
    }
    let usage = job.usage.unwrap();
    assert!(usage["promptTokens"].as_u64() > Some(0), "{usage}");
    assert!(usage["costUsd"].as_f64() > Some(0.0), "{usage}");
}

/// The first phase as in the story; the second hangs in the middle of its first file.
fn hangs(story: &Story, asked: &Asked) -> Reply {
    if !asked.prompt().contains("This is phase 2:") {
        return quirks::plain::reply(asked, &story.answer(asked));
    }
    let text = format!("cat > index.html << '{}'\n<p>half\n<p>of ", marker(asked));
    Reply::stream().pieces(&text).wait("half")
}

async fn a_cancel_reaches_the_provider_within_a_second(mode: Mode) {
    let story = Story::board();
    let server = ModelServer::start(move |asked| hangs(&story, asked)).await;
    let leo = Leo::in_mode(mode).model(&server).start().await;
    let client = leo.client();
    let job = client.submit("a bakery board").await;
    let mut viewer = Repl::viewing(&client, job.session_id, 0).await;
    viewer
        .event(job.session_id, "half a file", |event| {
            matches!(&event.kind, Some(EventKind::FileChunk { chunk, .. }) if chunk.contains("half"))
        })
        .await;
    server.reached("half").await;
    let asked = Instant::now();
    client.cancel(job.id).await;
    let seen = server.hung_up(server.asked().len() - 1).await;
    assert!(seen.duration_since(asked) < PROMPTLY, "{:?}", seen - asked);
    let job = client.ended(job.id).await;
    assert_eq!(job.status, JobStatus::Cancelled);
    // What there is of it is kept, the half-written file as well.
    assert!(client.files(job.id).await.partial);
    let page = client.file(job.id, "index.html").await;
    assert!(page.starts_with(b"<p>half\n"), "{page:?}");
    assert!(!client.file(job.id, "styles.css").await.is_empty());
    assert!(job.usage.is_some());
}

async fn a_retry_after_a_crash_goes_on_in_the_second_phase(mode: Mode) {
    let story = Story::board();
    let mut server = ModelServer::start(move |asked| {
        if asked.prompt().contains("Design phase 2 ") && asked.number < 3 {
            return Reply::stream().wait("crash");
        }
        quirks::plain::reply(asked, &story.answer(asked))
    })
    .await;
    let leo = Leo::in_mode(mode).model(&server).start().await;
    let client = leo.client();
    let first = client.submit("a bakery board").await;
    server.reached("crash").await;
    server.kill().await;
    let first = client.ended(first.id).await;
    let error = first.error.clone().unwrap();
    assert_eq!(error.reason, FailureReason::ProviderError, "{error:?}");
    assert!(error.message.contains("cannot be reached"), "{error:?}");
    assert!(client.files(first.id).await.partial);

    server.restart().await;
    let second = client.retry(first.id).await;
    let second = client.ended(second.id).await;
    assert_eq!(second.status, JobStatus::Completed, "{:?}", second.error);
    let transcript = client.events(first.session_id, 1000).await;
    assert_eq!(phases(&first, &transcript), [1, 2]);
    assert_eq!(phases(&second, &transcript), [2]);
    assert_board(&client, &second).await;
}

#[tokio::test]
async fn a_second_prompt_starts_from_the_first_ones_result() {
    let (one, two) = (
        Story::board(),
        Story::default().chapter("Prices", &[("prices.js", "export const rye = 4;\n")]),
    );
    let server = ModelServer::start(move |asked| {
        let story = if asked.prompt().contains("add prices") {
            &two
        } else {
            &one
        };
        quirks::plain::reply(asked, &story.answer(asked))
    })
    .await;
    let leo = Leo::in_mode(Mode::Process).model(&server).start().await;
    let client = leo.client();
    let first = client.submit("a bakery board").await;
    let first = client.ended(first.id).await;
    let body = json!({"prompt": "add prices", "mode": "edit"});
    let path = format!("/api/sessions/{}/jobs", first.session_id);
    let second: Job = client.post(&path, &body).await.expect(202);
    let second = client.ended(second.id).await;
    assert_eq!(second.status, JobStatus::Completed, "{:?}", second.error);
    assert_board(&client, &second).await;
    assert_eq!(
        client.file(second.id, "prices.js").await,
        b"export const rye = 4;\n"
    );
    let prompt = server.asked().last().unwrap().prompt().to_owned();
    assert!(
        prompt.contains("a bakery board") && prompt.contains("const orders"),
        "{prompt}"
    );
}

#[tokio::test]
async fn a_spent_budget_fails_the_job_and_keeps_its_files() {
    let story = Story::board();
    let server = ModelServer::start(move |asked| {
        let stream = Reply::stream().pieces(&story.answer(asked)).finish("stop");
        stream.usage(1000, 100).done()
    })
    .await;
    let leo = Leo::in_mode(Mode::Process).model(&server).start().await;
    let client = leo.client();
    let body = json!({"prompt": "a bakery board", "budget": {"tokens": 2500}});
    let job: Job = client.post("/api/jobs", &body).await.expect(202);
    let job = client.ended(job.id).await;
    let error = job.error.unwrap();
    assert_eq!(error.reason, FailureReason::BudgetExceeded, "{error:?}");
    assert!(!client.file(job.id, "styles.css").await.is_empty());
    // Two calls, and what there was of the third.
    assert!(job.usage.unwrap()["promptTokens"].as_u64() > Some(2000));
}

#[tokio::test]
async fn gibberish_fails_the_job_in_words() {
    let server =
        ModelServer::start(|asked| quirks::plain::reply(asked, "qwz lorem 77 ipsum")).await;
    let leo = Leo::in_mode(Mode::Process).model(&server).start().await;
    let client = leo.client();
    let job = client.submit("a bakery board").await;
    let job = client.ended(job.id).await;
    let error = job.error.unwrap();
    assert_eq!(error.reason, FailureReason::ProviderError, "{error:?}");
    assert!(error.message.contains("leo provider test"), "{error:?}");
    let seen = wait_for("the requests", async || Some(server.asked().len())).await;
    assert_eq!(seen, 3);
}
