//! Jobs that end badly, each with its reason.

use leo_protocol::http::{Job, JobError};
use leo_protocol::{EventKind, FailureReason, JobStatus};
use leo_tests::installation::Builder;
use leo_tests::{Leo, Mode, Transcript};

in_both_modes! {
    an_exit_code_fails_the_job_and_its_files_are_kept,
    a_job_that_takes_too_long_is_stopped,
    a_silent_job_is_stopped_and_heartbeats_do_not_count,
    a_flood_of_output_is_cut_off,
    an_empty_workspace_is_no_app,
    a_workspace_beyond_the_limit_is_refused,
    a_workspace_that_outgrows_the_limit_is_stopped,
    a_generator_that_fails_with_a_full_workspace_broke_its_limit,
    the_code_of_a_signal_is_the_generators_own,
}

/// Runs a script that is expected to fail; the job and its stream. Nothing of it is left running.
async fn fail(builder: Builder, script: &str) -> (Leo, Job, Transcript) {
    let leo = builder.start().await;
    let client = leo.client();
    let job = client.submit(script).await;
    let job = client.ended(job.id).await;
    let transcript = client.events(job.session_id, 1000).await;
    transcript.assert_whole(job.id);
    assert_eq!(
        job.status,
        JobStatus::Failed,
        "{:?}",
        transcript.types(job.id)
    );
    let end = transcript.end(job.id).unwrap().kind.clone();
    let JobError { reason, message } = job.error.clone().unwrap();
    assert_eq!(
        end,
        Some(EventKind::Failed {
            request_id: job.id,
            reason,
            message
        })
    );
    leo.cleared().await;
    (leo, job, transcript)
}

fn reason(job: &Job) -> FailureReason {
    job.error.as_ref().unwrap().reason
}

fn message(job: &Job) -> &str {
    &job.error.as_ref().unwrap().message
}

fn infos(transcript: &Transcript, job: &Job) -> String {
    let infos = transcript
        .of_job(job.id)
        .filter_map(|event| match &event.kind {
            Some(EventKind::Info { message }) => Some(message.as_str()),
            _ => None,
        });
    infos.collect()
}

async fn an_exit_code_fails_the_job_and_its_files_are_kept(mode: Mode) {
    let script = "lines 2; write a.txt so far; exit 3";
    let (leo, job, transcript) = fail(Leo::in_mode(mode), script).await;
    assert_eq!(reason(&job), FailureReason::ExitCode);
    assert!(message(&job).contains("exit code 3"), "{}", message(&job));
    assert_eq!(transcript.log(job.id).count(), 2);
    assert!(leo.client().files(job.id).await.partial);
    assert_eq!(leo.client().zip(job.id).await["a.txt"], b"so far");
}

async fn a_job_that_takes_too_long_is_stopped(mode: Mode) {
    let builder = Leo::in_mode(mode).set("JOB_TIMEOUT", "2s");
    let (_leo, job, transcript) = fail(builder, "lines 1; tick 1000 100").await;
    assert_eq!(reason(&job), FailureReason::Timeout);
    assert!(
        message(&job).contains("longer than 2s"),
        "{}",
        message(&job)
    );
    assert_eq!(transcript.log(job.id).next().unwrap().line, "line 1");
}

async fn a_silent_job_is_stopped_and_heartbeats_do_not_count(mode: Mode) {
    let builder = Leo::in_mode(mode).set("NO_OUTPUT_TIMEOUT", "2s");
    let beats =
        "event {\"type\":\"heartbeat\",\"phase\":1,\"iteration\":1}; sleep 300; ".repeat(100);
    let (_leo, job, transcript) = fail(builder, &format!("lines 1; {beats}")).await;
    assert_eq!(reason(&job), FailureReason::NoOutput);
    assert!(
        message(&job).contains("nothing for 2s"),
        "{}",
        message(&job)
    );
    let types = transcript.types(job.id);
    assert!(types.iter().any(|name| name == "heartbeat"), "{types:?}");
}

async fn a_flood_of_output_is_cut_off(mode: Mode) {
    const LIMIT: u64 = 200 << 10;
    let builder = Leo::in_mode(mode).set("OUTPUT_LIMIT", "200KiB");
    let (_leo, job, transcript) = fail(builder, "spam 60000").await;
    assert_eq!(reason(&job), FailureReason::OutputLimit);
    assert!(message(&job).contains("200 KiB"), "{}", message(&job));
    let bytes: usize = transcript.log(job.id).map(|log| log.line.len() + 1).sum();
    assert!((1..=LIMIT).contains(&(bytes as u64)), "{bytes}");
    let told = transcript.of_job(job.id).filter(|event| {
        matches!(
            event.kind,
            Some(EventKind::OutputTruncated { limit: LIMIT })
        )
    });
    assert_eq!(told.count(), 1);
}

async fn an_empty_workspace_is_no_app(mode: Mode) {
    let (_leo, job, _) = fail(Leo::in_mode(mode), "lines 1").await;
    assert_eq!(reason(&job), FailureReason::ArtifactRejected);
    assert!(
        message(&job).contains("without leaving any files"),
        "{}",
        message(&job)
    );
}

async fn a_workspace_beyond_the_limit_is_refused(mode: Mode) {
    let builder = Leo::in_mode(mode).set("WORKSPACE_LIMIT", "1MiB");
    let (leo, job, _) = fail(builder, "write a.txt x; sparse big 2000000").await;
    assert_eq!(reason(&job), FailureReason::ArtifactRejected);
    assert!(
        message(&job).contains("more than 1 MiB"),
        "{}",
        message(&job)
    );
    let answer = leo
        .client()
        .get(&format!("/api/jobs/{}/download", job.id))
        .await;
    assert_eq!(
        (answer.status, answer.problem().code.as_str()),
        (404, "no_files")
    );
}

async fn a_workspace_that_outgrows_the_limit_is_stopped(mode: Mode) {
    let builder = Leo::in_mode(mode).set("WORKSPACE_LIMIT", "1MiB");
    let (_leo, job, transcript) = fail(builder, "lines 1; sparse big 2000000; hang").await;
    assert_eq!(reason(&job), FailureReason::DiskLimit);
    assert!(
        message(&job).contains("more than 1 MiB of disk"),
        "{}",
        message(&job)
    );
    let why = infos(&transcript, &job);
    assert!(
        why.contains("not accepted: the files take more than 1 MiB"),
        "{why}"
    );
}

/// It ends by itself before it is measured for the first time while it runs.
async fn a_generator_that_fails_with_a_full_workspace_broke_its_limit(mode: Mode) {
    let builder = Leo::in_mode(mode).set("WORKSPACE_LIMIT", "1MiB");
    let (_leo, job, _) = fail(builder, "lines 1; sparse big 2000000; exit 1").await;
    assert_eq!(reason(&job), FailureReason::DiskLimit);
    assert!(
        message(&job).contains("more than 1 MiB of disk"),
        "{}",
        message(&job)
    );
}

async fn the_code_of_a_signal_is_the_generators_own(mode: Mode) {
    let builder = Leo::in_mode(mode);
    let (leo, job, _) = fail(builder, "lines 1; exit 137").await;
    assert_eq!((reason(&job), job.attempt), (FailureReason::ExitCode, 1));
    let client = leo.client();
    let asked = client.submit("lines 1; exit 143").await;
    let job = client.ended(asked.id).await;
    assert_eq!((reason(&job), job.attempt), (FailureReason::ExitCode, 1));
    let unsaid = client.submit("write a.txt x; quiet").await;
    let job = client.ended(unsaid.id).await;
    assert_eq!((job.status, job.attempt), (JobStatus::Completed, 1));
}

#[tokio::test]
async fn a_container_that_cannot_start_is_tried_again_and_told() {
    let builder = Leo::in_mode(Mode::Docker)
        .set("LLM_PROVIDER", "openai")
        .set("LLM_BASE_URL", "http://127.0.0.1:9")
        .set("LLM_MODEL", "none")
        .set("CONTAINER_NETWORK", "leo-test-network-that-nobody-has")
        .set("JOB_MAX_ATTEMPTS", "2");
    let (_leo, job, transcript) = fail(builder, "lines 1").await;
    assert_eq!(
        (reason(&job), job.attempt),
        (FailureReason::LaunchFailed, 2)
    );
    assert!(
        message(&job).contains("leo-test-network-that-nobody-has")
            && message(&job).ends_with("that was the last of 2 attempts"),
        "{}",
        message(&job)
    );
    let starts = transcript
        .of_job(job.id)
        .filter(|event| matches!(event.kind, Some(EventKind::GenerationStarted { .. })));
    let starts: Vec<_> = starts.map(|event| event.timestamp).collect();
    assert!(
        starts[1] - starts[0] >= chrono::TimeDelta::seconds(4),
        "{starts:?}"
    );
}

#[tokio::test]
async fn a_missing_image_fails_the_job_at_once() {
    let builder = Leo::in_mode(Mode::Docker).image("leo-test-image-that-nobody-has");
    let (_leo, job, _) = fail(builder, "lines 1").await;
    assert_eq!(
        (reason(&job), job.attempt),
        (FailureReason::ImageMissing, 1)
    );
    assert!(
        message(&job).contains("leo-test-image-that-nobody-has"),
        "{}",
        message(&job)
    );
}

#[tokio::test]
async fn a_container_that_takes_all_memory_is_told_apart() {
    let builder = Leo::in_mode(Mode::Docker).set("CONTAINER_MEMORY", "64MiB");
    let (_leo, job, _) = fail(builder, "lines 1; oom").await;
    assert_eq!((reason(&job), job.attempt), (FailureReason::OutOfMemory, 1));
    assert!(
        message(&job).contains("more than 64 MiB of memory"),
        "{}",
        message(&job)
    );
}
